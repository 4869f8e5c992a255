# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The bias of counting in the union information of subsets, and what removes it.

As for two sources (docs/decisions/bias-correction.md), subset by subset::

    one  = v* - share * sum of b_i       b_i the bias of I(X_i;Y), by entropies of Chao, Wang, Jost
    high = one + 2/3 (one - mean of the halves)            a bias like N**-1.3, of a smooth v*
    low  = min(high, one + 2.414 (one - mean of halves))   like N**-1/2, where sources are alike

Where a subset tells in the sample what it tells without one of its sources, it has the bias of v* of
the rest; where that source adds all of I(X_i;Y), that of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.counts.sampling_bias import UNION_BIAS
from fourfold.inference.bias_correction import EXTRAPOLATION, KINK
from fourfold.inference.union.counted import Told
from fourfold.inputs.subsets import Subset
from fourfold.results.atoms import ROUNDING

__all__ = ["Corrected", "corrected", "union_bias", "union_share"]

#: The bias of v* of so many sources, from two on, as a share of those of all I(X_i;Y) together
#: wherever v* is smooth; measured, see docs/decisions/bias-correction.md.
_SHARES = (UNION_BIAS, 0.7, 0.6, 0.5, 0.4)


class Corrected(NamedTuple):
    """Bits of subsets, (M,) each, but ends (E, M).

    Attributes
    ----------
    information : ndarray
        I(X_A;Y) without its bias.
    unions : ndarray, shape (2, M)
        v* at the lower and at the upper end of what it may be; the middle is reported.
    one_pass : ndarray, shape (2, M)
        I(X_A;Y) and v* before they were extrapolated.
    gap : ndarray
        Width of the certified interval that goes with `union`.
    """

    information: np.ndarray
    unions: np.ndarray
    one_pass: np.ndarray
    gap: np.ndarray

    @property
    def union(self) -> np.ndarray:
        """v* without its bias, the middle of both ends."""
        found: np.ndarray = self.unions.mean(0)
        return found

    @property
    def kink(self) -> np.ndarray:
        """What is between the ends."""
        found: np.ndarray = self.unions[1] - self.unions[0]
        return found


def union_share(sources: int) -> float:
    """Of two sources or more."""
    return _SHARES[min(sources - 2, len(_SHARES) - 1)]


def union_bias(subsets: Sequence[Subset], told: Told) -> np.ndarray:
    """Estimated bias of v* of each subset, (M, B) in bits; the smaller subsets come first."""
    off = told.plug_in - told.chao
    place = {subset: m for m, subset in enumerate(subsets)}
    found: np.ndarray = np.empty_like(off)
    for m, subset in enumerate(subsets):
        singles = [place[k,] for k in subset]
        if len(subset) == 1:
            found[m] = off[m]
            continue
        found[m] = union_share(len(subset)) * off[singles].sum(0)
        of_rest = np.full((2, off.shape[1]), -np.inf)
        for k, single in zip(subset, singles, strict=True):
            rest = place.get(tuple(j for j in subset if j != k))
            if rest is None:
                continue
            more = told.upper[m] - told.upper[rest]
            nothing = more <= told.gap[m] + ROUNDING
            everything = more >= told.plug_in[single] - ROUNDING
            of_rest[0] = np.where(nothing, np.maximum(of_rest[0], found[rest]), of_rest[0])
            both = found[rest] + off[single]
            of_rest[1] = np.where(everything, np.maximum(of_rest[1], both), of_rest[1])
        for known in of_rest[::-1]:
            found[m] = np.where(np.isfinite(known), known, found[m])
    return found


def corrected(subsets: Sequence[Subset], whole: Told, halves: Told) -> Corrected:
    """Without the bias, by eight halves, which have twice of it or less."""
    one, gap = whole.upper - union_bias(subsets, whole), whole.gap
    # the lower ends of what is subtracted make the union an upper end again
    half = (halves.upper - halves.gap - union_bias(subsets, halves)).mean(1)
    one, gap = one[:, 0], gap[:, 0]
    high = one + EXTRAPOLATION * (one - half)
    low = np.minimum(high, one + KINK * (one - half))
    weight = np.where(low == high, EXTRAPOLATION, 0.5 * (EXTRAPOLATION + KINK))
    chao = whole.chao[:, 0]
    information = chao + EXTRAPOLATION * (chao - halves.chao.mean(1))
    alone = [len(subset) == 1 for subset in subsets]
    low[alone] = high[alone] = information[alone]
    one[alone] = chao[alone]
    return Corrected(
        information,
        np.stack([low, high]),
        np.stack([chao, one]),
        (1 + weight) * gap + weight * halves.gap.mean(1),
    )
