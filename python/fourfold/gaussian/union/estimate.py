# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The estimate of a population's informations and union informations from its samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.gaussian.estimate import Estimate, estimate
from fourfold.gaussian.factors import Factors
from fourfold.gaussian.information_bias import log_det_bias
from fourfold.gaussian.rank_bias import RankBias
from fourfold.gaussian.scatters import Scatters
from fourfold.gaussian.union.cross_fitted import HeldOut, held_out_unions
from fourfold.gaussian.union.roots import columns_of
from fourfold.gaussian.union.unions import Unions, informations, unions
from fourfold.inputs.subsets import Subset

__all__ = ["UnionEstimate", "estimate_unions", "of_some"]


class UnionEstimate(NamedTuple):
    """In bits, (M,) each.

    Attributes
    ----------
    exact : Unions
        Of the covariance as it is.
    information : ndarray
        Without bias.
    union : ndarray
        The reported v*: `low`, and not below what a part of the subset tells.
    low, high : ndarray
        v* by multipliers of other rows, and of the rows themselves.
    error : ndarray
        Of `low` beyond the mean of its single sources, by the scatter of folds; 0 of one or two.
    pairs : dict
        What `gaussian_pid` finds of two sources.
    of_ranks : ndarray
        What ranks had taken off `information`, negative; 0 without ranks.
    gap : ndarray
        Width of the certified interval of `high` of three sources and more.
    """

    exact: Unions
    information: np.ndarray
    union: np.ndarray
    low: np.ndarray
    high: np.ndarray
    error: np.ndarray
    gap: np.ndarray
    of_ranks: np.ndarray
    pairs: dict[Subset, Estimate]


class _Ends(NamedTuple):
    low: float
    high: float
    union: float
    error: float = 0.0
    gap: float = 0.0


def estimate_unions(
    scatters: Scatters,
    factors: Factors,
    subsets: Sequence[Subset],
    shift: np.ndarray | None,
    tol: float,
) -> UnionEstimate:
    """Of scatters (F, D, D) and the factors (1, D, D) of their covariance.

    `shift` is what ranks add to that covariance, None for no ranks. Two sources are as
    `gaussian_pid` has them.
    """
    sizes, degrees = scatters.sizes, scatters.total
    exact = unions(factors, sizes, subsets, tol)
    number = len(sizes) - 1
    every = sorted({*subsets, *((k,) for k in range(number))}, key=len)
    plain = informations(factors, sizes, every)[0]
    off = {subset: _rank_bias(scatters, shift, subset) for subset in every}
    told = {
        subset: bits - _bias(degrees, sizes, subset) - off[subset]
        for subset, bits in zip(every, plain.tolist(), strict=True)
    }
    ends: dict[Subset, _Ends] = {
        subset: _Ends(bits, bits, bits) for subset, bits in told.items() if len(subset) == 1
    }
    pairs: set[Subset] = {(i, j) for s in subsets for k, j in enumerate(s) for i in s[:k]}
    of_pairs: dict[Subset, Estimate] = {}
    for pair in sorted(pairs):
        columns = columns_of(sizes, pair)
        moved = None if shift is None else shift[np.ix_(columns, columns)]
        found = of_pairs[pair] = estimate(of_some(scatters, pair), moved)
        low, high = float(found.low), float(found.high)
        ends[pair] = _Ends(low, max(low, high), float(found.union))
    larger = [subset for subset in subsets if len(subset) > 2]
    if larger:
        ends |= _of_many(scatters, factors, larger, told, shift, tol)
    parts = {subset: frozenset(subset) for subset in ends}
    union = [
        max(one.union for part, one in ends.items() if parts[part] <= frozenset(subset))
        for subset in subsets
    ]
    asked = [ends[subset] for subset in subsets]
    lows, highs, errors, gaps = (
        np.array([getattr(one, name) for one in asked])
        for name in ("low", "high", "error", "gap")
    )
    information = np.array([told[subset] for subset in subsets])
    of_ranks = np.array([off[subset] for subset in subsets])
    return UnionEstimate(
        exact, information, np.array(union), lows, highs, errors, gaps, of_ranks, of_pairs
    )


def _of_many(
    scatters: Scatters,
    factors: Factors,
    subsets: Sequence[Subset],
    told: dict[Subset, float],
    shift: np.ndarray | None,
    tol: float,
) -> dict[Subset, _Ends]:
    """Of three sources and more."""
    sizes, degrees = scatters.sizes, scatters.total
    number = len(sizes) - 1
    single = np.array([told[k,] for k in range(number)])
    # with C_i that have the log det of the population's, but for what ranks do
    bias = [-_bias(degrees, sizes, (k,)) for k in range(number)]
    own = unions(factors, sizes, subsets, tol, bias=bias)
    held_out = held_out_unions(scatters, subsets)
    found = {}
    for m, subset in enumerate(subsets):
        most = single[list(subset)].max()
        mean = single[list(subset)].mean()
        of_ranks = np.mean([_rank_bias(scatters, shift, (k,)) for k in subset])
        low, error = most, 0.0
        if held_out is not None:
            one: HeldOut = held_out[m]
            beyond = one.beyond - _rank_bias_of(one.slopes, scatters, shift, subset)
            low, error = mean + beyond, one.error
        high = max(low, own.upper[0, m] - of_ranks)
        found[subset] = _Ends(
            low, high, max(low, most), error, own.upper[0, m] - own.lower[0, m]
        )
    return found


def of_some(scatters: Scatters, subset: Subset) -> Scatters:
    """Scatters of some of the sources, and Y."""
    columns = columns_of(scatters.sizes, subset)
    kept = tuple(scatters.sizes[k] for k in (*subset, len(scatters.sizes) - 1))
    return Scatters(scatters.scatter[:, columns[:, None], columns], scatters.degrees, kept)


def _bias(degrees: int, sizes: Sequence[int], subset: Subset) -> float:
    """Bits by which I(X_A;Y) of a sample covariance is too high."""
    source, target = sum(sizes[k] for k in subset), sizes[-1]
    return (
        log_det_bias(degrees, source)
        + log_det_bias(degrees, target)
        - log_det_bias(degrees, source + target)
    )


def _rank_bias(scatters: Scatters, shift: np.ndarray | None, subset: Subset) -> float:
    """Bits that ranks add to I(X_A;Y)."""
    if shift is None:
        return 0.0
    return float(_of_ranks(scatters, shift, subset).information()[-1])


def _rank_bias_of(
    slopes: np.ndarray, scatters: Scatters, shift: np.ndarray | None, subset: Subset
) -> float:
    """Bits that ranks add to v* beyond the mean of its single sources."""
    if shift is None:
        return 0.0
    return float(_of_ranks(scatters, shift, subset).unique(slopes))


def _of_ranks(scatters: Scatters, shift: np.ndarray, subset: Subset) -> RankBias:
    columns = columns_of(scatters.sizes, subset)
    block = np.ix_(columns, columns)
    cov = (scatters.whole() / scatters.total)[block]
    return RankBias(cov, shift[block], scatters.total, of_some(scatters, subset).sizes)
