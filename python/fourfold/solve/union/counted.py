# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What counts tell of how much of a plug-in union information is the bias of counting."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.counts.information import table_information
from fourfold.counts.sampling_bias import UNION_BIAS
from fourfold.counts.tallies import chao_information
from fourfold.exceptions import UndersampledWarning
from fourfold.inputs.subsets import Subset
from fourfold.results.too_few import MOST, NOTABLE_BITS
from fourfold.runtime.caller import caller_depth

__all__ = ["Counted", "counted", "warn_of_counts"]


class Counted(NamedTuple):
    """Of M subsets, (M,) each; fields of `UnionInformation`."""

    samples_per_cell: np.ndarray
    undersampled: np.ndarray


def counted(
    counts: Sequence[np.ndarray],
    subsets: Sequence[Subset],
    information: np.ndarray,
    union: np.ndarray,
    joint: Sequence[np.ndarray] | None = None,
) -> Counted:
    """Whether v* or the synergy is mostly bias, by entropies of Chao, Wang and Jost.

    Parameters
    ----------
    counts : sequence of ndarray, shape (K_i, K_Y)
        Of (x_i, y), whole numbers adding up to the same.
    subsets : sequence of tuple of int
    information, union : ndarray, shape (M,)
        I(X_A;Y) and v* of the frequencies, in bits.
    joint : sequence of ndarray, shape (K_A, K_Y), optional
        Counts of all sources of each subset together; the synergy is not looked at without.
    """
    n, classes = float(counts[0].sum()), counts[0].shape[1]
    single = np.array([table_information(one / n) - chao_information(one) for one in counts])
    per_cell, poor = np.empty(len(subsets)), np.zeros(len(subsets), dtype=bool)
    for m, subset in enumerate(subsets):
        per_cell[m] = n / (math.prod(len(counts[k]) for k in subset) * classes)
        off = single[list(subset)].sum() * (UNION_BIAS if len(subset) > 1 else 1.0)
        poor[m] = _mostly(off, union[m])
        if joint is not None and len(subset) > 1:
            whole = information[m] - chao_information(joint[m])
            poor[m] |= _mostly(whole - off, information[m] - union[m])
    return Counted(per_cell, poor)


def warn_of_counts(found: Counted) -> None:
    """Where nothing of a bias that is most of a number was taken off."""
    if found.undersampled.any():
        msg = (
            "too few samples for tables of this size: union informations or synergies are mostly "
            "the bias of counting, which is not corrected here; see result.undersampled and "
            "result.samples_per_cell. fourfold.union_information(sources, y) corrects it"
        )
        warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())


def _mostly(bias: float, bits: float) -> bool:
    return bits > NOTABLE_BITS and bias > NOTABLE_BITS and bias > MOST * bits
