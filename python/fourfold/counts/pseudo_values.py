# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each sample adds to an entropy from counts: jackknife pseudo-values, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma

from fourfold.counts.chao_entropy import CountStatistics, statistics_of_each, unmet

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["pseudo_values"]


def pseudo_values(tables: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Jackknife pseudo-values of the entropies of Chao, Wang and Jost, of each cell, in bits.

    ::

        n H(all samples) - (n - 1) H(all but one of this cell)

    Their mean over the samples is H without its bias of order 1 / n, their variance over n
    estimates that of H (Tukey 1958). Leaving one sample out changes n, the singles, the doubles
    and one term, so there are as many values as different counts.

    Parameters
    ----------
    tables : sequence of ndarray
        Counts of at least two samples each, of any shape.

    Returns
    -------
    list of ndarray
        Of the shapes of the tables; of empty cells 0.

    References
    ----------
    Tukey, "Bias and confidence in not-quite large samples", Annals of Mathematical Statistics 29
    (1958). Chao, Wang, Jost, Methods in Ecology and Evolution 4 (2013), equation (7).
    """
    flat = [np.asarray(table, dtype=np.float64).ravel() for table in tables]
    whole = statistics_of_each(flat)
    # once with all samples, then without one of a cell of 1, of 2, of 3 and of more samples,
    # whose own term comes last
    each = zip(whole, _CHANGES, strict=True)  # where there is no such cell, nothing asks for it
    left = unmet(CountStatistics(*(np.maximum(part[:, None] + by, 0.0) for part, by in each)))
    # n digamma(n) - (n - 1) digamma(n - 1), which of many samples would cancel, is this
    jackknife = 1 + digamma(whole.total[:, None]) + left[:, :1] - left[:, 1:]
    sizes = [len(table) for table in flat]
    count = np.concatenate(flat)
    kind = np.clip(count, 1, 4).astype(np.int64) - 1
    values = jackknife[np.repeat(np.arange(len(flat)), sizes), kind] + _last_terms(count)
    values /= np.log(2.0)
    values[count == 0] = 0.0
    ends = np.cumsum(sizes)
    return [
        values[end - size : end].reshape(np.shape(table))
        for table, end, size in zip(tables, ends, sizes, strict=True)
    ]


#: What the fields of `CountStatistics` change by where nothing is left out, and where a sample is
#: of a cell of 1, 2, 3 and of more.
_CHANGES = np.array(
    [
        [0, -1, -1, -1, -1],
        [0, -1, 0, 0, 0],
        [0, -1, 1, 0, 0],
        [0, 0, -1, 1, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]
)


def _last_terms(count: np.ndarray) -> np.ndarray:
    """(c - 1) digamma(c - 1) - c digamma(c) of counts c, in nats, with 0 digamma(0) = 0."""
    # as digamma(c) = digamma(c - 1) + 1 / (c - 1)
    terms: np.ndarray = np.where(count > 1, -1 - digamma(np.maximum(count, 1)), -digamma(1.0))
    return terms
