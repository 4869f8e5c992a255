# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each sample adds to an entropy from counts: jackknife pseudo-values, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, xlogy

from fourfold.counts.chao_entropy import CountStatistics, chao_entropy, statistics_of_each

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
    flat = [np.asarray(table).ravel() for table in tables]
    coded = [np.unique(table, return_inverse=True) for table in flat]
    sizes = [len(values) for values, _ in coded]
    whole = statistics_of_each(flat)
    of_whole = np.repeat(chao_entropy(whole), sizes)
    each = CountStatistics(*(np.repeat(part, sizes) for part in whole))
    count = np.concatenate([values for values, _ in coded]).astype(np.float64)
    known = count > 0
    entropy = np.where(known, each.total * of_whole, 0.0)
    entropy[known] -= (each.total[known] - 1) * chao_entropy(_one_less(each, count, known))
    found, start = [], 0
    for table, (_, places), size in zip(tables, coded, sizes, strict=True):
        values = entropy[start : start + size]
        found.append(values[places].reshape(np.shape(table)))
        start += size
    return found


def _one_less(each: CountStatistics, count: np.ndarray, known: np.ndarray) -> CountStatistics:
    """The statistics without one sample of a cell with such a count."""
    n, occupied, f1, f2, c_digamma, c_log_c = (part[known] for part in each)
    v = count[known]
    less = np.maximum(v - 1, 1)  # 0 digamma(0) stands for 0, as 1 digamma(1) does not
    left = np.where(v > 1, (v - 1) * digamma(less), 0.0)
    return CountStatistics(
        total=n - 1,
        occupied=occupied - (v == 1),
        singles=f1 + (v == 2) - 1.0 * (v == 1),
        doubles=f2 + (v == 3) - 1.0 * (v == 2),
        c_digamma=c_digamma + left - v * digamma(v),
        c_log_c=c_log_c + xlogy(v - 1, v - 1) - xlogy(v, v),
    )
