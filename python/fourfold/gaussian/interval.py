# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Errors and intervals of the atoms of a population, from both ends of the estimate of v*."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from fourfold.gaussian.estimate import Estimate, estimate
from fourfold.gaussian.influence import RowBits
from fourfold.gaussian.wishart import wishart_draws
from fourfold.inference.shares import share_intervals
from fourfold.results.atoms import ROUNDING, Atoms
from fourfold.results.confidence_interval import ConfidenceInterval, RowTerms, Scatter

if TYPE_CHECKING:
    from fourfold.gaussian.scatters import Scatters

__all__ = [
    "Errors",
    "errors_of_draws",
    "errors_of_rows",
    "interval_of",
    "scatter_of_ranks",
    "standard_errors",
    "upwards",
]

#: Rows: of I1, I2, I12 and v* the atoms R, U1, U2 and S.
_ATOMS = np.array([[1, 1, 0, -1], [0, -1, 0, 1], [-1, 0, 0, 1], [0, 0, 1, -1]])
#: Standard errors between informations of which one is clearly the larger.
_CLEAR = 3.0
#: Standard deviation of what ranks take off, beside its mean, and how much of that informations have
#: in common: of systems of 1 to 20 columns with 3 to 9 bits, 60 to 400 rows, .25 to .5 were found.
RANKS, TOGETHER = 0.4, 0.7
_BYTES = 2**28  # of draws that are worked on together


class Errors(NamedTuple):
    """Of the atoms of a layer by sampling, in squared bits.

    Attributes
    ----------
    low, high : ndarray, shape (4, 4)
        Covariance of the atoms at the lower and at the upper end of v*; U1 and U2 have at least the
        variance of what may tell them.
    replicates : ndarray, shape (n_resamples, 4)
        Atoms as they would scatter, of the lower end.
    """

    low: np.ndarray
    high: np.ndarray
    replicates: np.ndarray


def errors_of_rows(
    bits: RowBits, scatters: Scatters, of_ranks: np.ndarray | None = None
) -> Errors:
    """From what each row adds, and of a layer's ranks what they take off (4,), as `Estimate` has it."""
    of_choice = np.zeros((4, 4))
    of_choice[3, 3] = bits.by_choice @ bits.by_choice
    wider = _wider(bits, scatters)
    low, high = (
        _of_atoms((terms.T @ terms + more) * wider + scatter_of_ranks(of_ranks), bits, scatters)
        for terms, more in ((bits.low, of_choice), (bits.high, 0.0))
    )
    return Errors(low, high, np.empty((0, 4)))


def scatter_of_ranks(of_ranks: np.ndarray | None) -> np.ndarray | float:
    """By ranks: rows that are near each other in one column change places, whatever they add."""
    if of_ranks is None:
        return 0.0
    taken = RANKS * of_ranks
    alone = (1 - TOGETHER) * np.diag(taken**2)
    found: np.ndarray = TOGETHER * np.outer(taken, taken) + alone
    return found


def errors_of_draws(
    bits: list[RowBits],
    scatters: Scatters,
    n_resamples: int,
    generator: np.random.Generator,
    tails: np.ndarray | None = None,
) -> list[Errors]:
    """From scatters of other samples of the fitted Gaussian, one after another of the layers.

    Each draw goes the whole way of the samples: folds, directions and what they confirm. With
    `tails` of `heavy_tails`, of each layer, they scatter as those of rows with such tails.
    """
    folds, size = scatters.scatter.shape[-3], scatters.scatter.shape[-1]
    whole = scatters.whole().reshape(-1, size, size)
    step = max(1, _BYTES // (8 * size**2 * folds))
    found = []
    factors = np.ones(len(whole)) if tails is None else np.ravel(tails)
    for cov, rows, factor in zip(whole / scatters.total, bits, factors, strict=True):
        parts = []
        for first in range(0, n_resamples, step):
            number = min(step, n_resamples - first)
            drawn = wishart_draws(cov, scatters.degrees, scatters.sizes, number, generator)
            one = estimate(drawn)
            parts.append(np.stack([*one.information, one.low, one.high], 1))
        values = np.concatenate(parts)
        values = values.mean(0) + np.sqrt(factor) * (values - values.mean(0))
        low, high = (
            _of_atoms(_covariance(values[:, columns]), rows, scatters)
            for columns in ([0, 1, 2, 3], [0, 1, 2, 4])
        )
        found.append(Errors(low, high, values[:, :4] @ _ATOMS.T))
    return found


def standard_errors(errors: Errors) -> list[float]:
    """Of the four atoms that are reported, in bits."""
    found: list[float] = np.sqrt(errors.low.diagonal()).tolist()
    return found


def interval_of(
    found: Estimate, errors: Errors, bits: RowBits, level: float, scatters: Scatters
) -> ConfidenceInterval:
    """Of one layer: from the lowest atom of both ends, less its error, to the highest and its error."""
    informations = np.array(found.information, dtype=float)
    unions = [_lower_union(found, informations, errors), float(found.high)]
    ends = np.array([_ATOMS @ np.append(informations, union) for union in unions])
    quantile = stdtrit(scatters.total - sum(scatters.sizes), 0.5 + level / 2)
    further = quantile * np.sqrt([each.diagonal() for each in errors[:2]])
    higher = further.copy()
    higher[:, [0, 3]] = upwards(ends, further, level, scatters.total)[:, [0, 3]]
    reported = _ATOMS @ np.append(informations, float(found.union))
    low = np.minimum((ends - further).min(0), reported)
    high = np.maximum((ends + higher).max(0), np.maximum(reported, 0.0))
    exact = found.exact
    certain = np.array([exact.unique1, exact.unique2], dtype=float) > ROUNDING
    low[1:3] = np.where(certain, low[1:3], np.minimum(low[1:3], 0.0))
    replicates = errors.replicates
    if len(replicates):
        replicates = replicates - replicates.mean(0) + reported
    spread = np.ptp(ends, axis=0) / 2
    return ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*high.tolist()),
        contributions=share_intervals(ends, errors.low + np.diag(spread**2), level),
        confidence_level=float(level),
        estimate=Atoms(*reported.tolist()),
        method="wishart" if len(replicates) else "influence",
        bias_error=Atoms(*spread.tolist()),
        kink=max(unions[1] - unions[0], 0.0),
        drift=None,
        replicates=replicates,
        scatter=_scatter(ends, errors, bits, quantile / ndtri(0.5 + level / 2)),
    )


def _scatter(ends: np.ndarray, errors: Errors, bits: RowBits, wider: float) -> Scatter:
    """What differences to other fits of the same rows are made of.

    `wider` is by how much the quantile of few rows is. No error is less than what rows add.
    """
    n = len(bits.low)
    terms = wider * bits.low @ _ATOMS.T
    for k, near in ((1, bits.near[:, 0]), (2, -bits.near[:, 1])):
        if terms[:, k] @ terms[:, k] < wider**2 * (near @ near):
            terms[:, k] = wider * near
    own = terms.T @ terms / n**2
    more = wider**2 * errors.low.diagonal() - own.diagonal()
    rows = np.arange(n)
    return Scatter(
        covariance=own + np.diag(np.maximum(more, 0.0)),
        removed=np.zeros(4),
        step=None,
        ends=ends,
        method="digamma",
        terms=RowTerms(terms, np.ones(n), rows, rows),
    )


def upwards(ends: np.ndarray, further: np.ndarray, level: float, degrees: int) -> np.ndarray:
    """How far informations may be above what was found, as more of them would scatter more.

    Of few bits I the estimate has the variance 2 I / n (in nats), that is none where none is found.
    Half of that slope is taken, and of more bits less, as correlations have a bound.
    """
    slope = ndtri(0.5 + level / 2) ** 2 / (degrees * np.log(2)) * 4.0 ** -np.maximum(ends, 0.0)
    wider: np.ndarray = slope / 2 + np.sqrt(slope**2 / 4 + further**2)
    return wider


def _lower_union(found: Estimate, informations: np.ndarray, errors: Errors) -> float:
    """The lower v*, at least the larger information where it is clear which that is.

    The larger of two estimates that may be of one value is too large, and takes the interval with
    it. Where no direction is confirmed their mean is what is known.
    """
    first, second, _ = informations
    apart = errors.low[1, 1] + errors.low[2, 2] - 2 * errors.low[1, 2]
    low = float(first + second) / 2 if found.crossed is None else float(found.low)
    clear = (first - second) ** 2 > _CLEAR**2 * apart
    return max(low, float(first), float(second)) if clear else low


def _wider(bits: RowBits, scatters: Scatters) -> float:
    """What a sum of squares over rows is multiplied by.

    Log determinants scatter by the degrees that are left, the last columns' more than the first.
    """
    left = scatters.total - sum(scatters.sizes) / 2
    return float(scatters.total / left) / len(bits.low) ** 2


def _of_atoms(covariance: np.ndarray, bits: RowBits, scatters: Scatters) -> np.ndarray:
    """(4, 4) of the atoms, of that of I1, I2, I12 and v*."""
    found: np.ndarray = _ATOMS @ covariance @ _ATOMS.T
    least = np.zeros(4)  # also of rounding
    least[1:3] = (bits.near**2).sum(0) * _wider(bits, scatters)
    np.fill_diagonal(found, np.maximum(found.diagonal(), least))
    return found


def _covariance(values: np.ndarray) -> np.ndarray:
    off = values - values.mean(0)
    found: np.ndarray = off.T @ off / (len(values) - 1)
    return found
