# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether two decompositions of the same rows differ by more than chance."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from fourfold.inference.intervals import (
    BIAS_ERROR,
    ConfidenceInterval,
    first_shares,
    spread_of,
)
from fourfold.inputs.numbers import check_confidence_level
from fourfold.results.atoms import ROUNDING
from fourfold.results.pid import PID, Atoms
from fourfold.results.plain import plain
from fourfold.results.shown import Tabled
from fourfold.results.words import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Comparison", "compare", "compare_seeds"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Comparison(Tabled):
    """The atoms of one result minus those of another, in bits.

    Attributes
    ----------
    difference : Atoms
        Of the bias-corrected atoms.
    low, high : Atoms
        Confidence interval of each difference.
    pvalue : Atoms
        Two-sided, of no difference, each on its own; for many see
        `fourfold.adjust_pvalues`.
    contribution1 : tuple of float
        The difference of U1 / (U1 + U2) and its interval: (difference, low, high); that of
        the other contribution is its opposite. (NaN, -1, 1) where the data do not tell.
    confidence_level : float
    """

    difference: Atoms
    low: Atoms
    high: Atoms
    pvalue: Atoms
    contribution1: tuple[float, float, float]
    confidence_level: float

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values."""
        fields = ("confidence_level", "contribution1", "difference", "low", "high", "pvalue")
        return {name: plain(getattr(self, name)) for name in fields}

    def __repr__(self) -> str:
        lines = [
            f"Difference in bits, with {100 * self.confidence_level:g}% confidence intervals"
        ]
        numbers = zip(LABELS, self.difference, self.low, self.high, self.pvalue, strict=False)
        lines += [
            f"  {name:<16}{value:+.6f}  [{low:+.6f}, {high:+.6f}]  p {p:.2g}"
            for name, value, low, high, p in numbers
        ]
        value, low, high = self.contribution1
        if not math.isnan(value):
            lines.append(f"  U1 / (U1 + U2)  {value:+.6f}  [{low:+.6f}, {high:+.6f}]")
        return "\n".join(lines)


def compare(a: PID, b: PID, *, confidence_level: float | None = None) -> Comparison:
    """Compare two decompositions of the same samples, for example of two layers of a model.

    Both must come with confidence intervals from the same random halves of the same rows, so
    that what the halves have in common cancels in their differences. Targets may differ, as of
    two models' answers to the same inputs.

    Parameters
    ----------
    a, b : PID
        Results of `fourfold.pid` or `fourfold.PIDEstimator` with the same N, `n_resamples` and
        seed. Row n of both must be the same sample.
    confidence_level : float, optional
        That of `a` by default.

    Returns
    -------
    Comparison
        a minus b.

    Raises
    ------
    TypeError
        If `a` or `b` is not a PID.
    ValueError
        If one has no confidence interval, or the halves differ.
    """
    one, other = _interval(a, "a"), _interval(b, "b")
    if one.scatter.drawn != other.scatter.drawn:
        msg = (
            "compare: a and b were resampled differently; expected the same number of samples, "
            "the same n_resamples and the same seed"
        )
        raise ValueError(msg)
    if one.scatter.method != other.scatter.method:
        msg = (
            f"compare: a was corrected by {one.scatter.method!r}, b by {other.scatter.method!r}; expected the "
            "same bias_correction, as their difference would be one of the methods too"
        )
        raise ValueError(msg)
    level = check_confidence_level(
        one.confidence_level if confidence_level is None else confidence_level
    )
    difference = np.array(one.estimate) - np.array(other.estimate)
    deviations = one.scatter.deviations - other.scatter.deviations
    bias_error = BIAS_ERROR * np.abs(one.scatter.bias - other.scatter.bias)
    _, half_width = spread_of(deviations, bias_error, level)
    # certified gaps and rounding are no difference
    gap = max(a.gap, b.gap)
    error = np.hypot(deviations.std(0, ddof=1), bias_error)
    known = error > max(gap, ROUNDING)
    score = np.divide(difference, error, out=np.zeros(4), where=known)
    certain = np.where(np.abs(difference) <= 2 * gap + ROUNDING, 1.0, 0.0)
    pvalue = np.where(known, 2 * ndtr(-np.abs(score)), certain)
    return Comparison(
        difference=Atoms(*difference.tolist()),
        low=Atoms(*(difference - half_width).tolist()),
        high=Atoms(*(difference + half_width).tolist()),
        pvalue=Atoms(*pvalue.tolist()),
        contribution1=_contribution_difference(one, other, level),
        confidence_level=float(level),
    )


def compare_seeds(
    a: Sequence[PID], b: Sequence[PID], confidence_level: float | None = None
) -> Comparison:
    """Compare results of several seeds of clustering: the means over them, for any one seed.

    Each interval is as wide as both sampling and the seed make it: with d_s the difference for
    seed s and h_s half the width of its interval, ``sqrt(mean of h_s**2 + z**2 variance of d_s)``
    to either side, z the normal quantile. Parameters and exceptions are as in `compare`, pair by pair.
    """
    each = [
        compare(one, other, confidence_level=confidence_level)
        for one, other in zip(a, b, strict=True)
    ]
    if len(each) == 1:
        return each[0]
    level = each[0].confidence_level
    z = ndtri(0.5 + level / 2)
    differences = np.array([found.difference for found in each])
    half_widths = (np.array([found.high for found in each]) - [found.low for found in each]) / 2
    difference = differences.mean(0)
    half_width = np.sqrt((half_widths**2).mean(0) + z**2 * differences.var(0, ddof=1))
    error = half_width / z
    known = error > max(*(result.gap for result in (*a, *b)), ROUNDING)
    score = np.divide(difference, error, out=np.zeros(4), where=known)
    alike = np.array([found.pvalue for found in each]).min(0)  # where nothing scatters
    pvalue = np.where(known, 2 * ndtr(-np.abs(score)), alike)
    shares = np.array([found.contribution1 for found in each])
    return Comparison(
        difference=Atoms(*difference.tolist()),
        low=Atoms(*(difference - half_width).tolist()),
        high=Atoms(*(difference + half_width).tolist()),
        pvalue=Atoms(*pvalue.tolist()),
        contribution1=_mean_share(shares, z),
        confidence_level=level,
    )


def _mean_share(shares: np.ndarray, z: float) -> tuple[float, float, float]:
    """Mean over the seeds of differences (value, low, high), each end as far as both say."""
    value, low, high = shares.T
    if np.isnan(value).any():
        return math.nan, -1.0, 1.0
    over_seeds = z**2 * value.var(ddof=1)
    below = math.sqrt(((value - low) ** 2).mean() + over_seeds)
    above = math.sqrt(((high - value) ** 2).mean() + over_seeds)
    mean = float(value.mean())
    return mean, max(mean - below, -1.0), min(mean + above, 1.0)


def _contribution_difference(
    one: ConfidenceInterval, other: ConfidenceInterval, level: float
) -> tuple[float, float, float]:
    """Of U1 / (U1 + U2), and percentiles of what it is in each half."""
    differences = first_shares(one.replicates) - first_shares(other.replicates)
    (value,) = first_shares(np.array([one.estimate])) - first_shares(np.array([other.estimate]))
    known = np.isfinite(differences)
    if np.isnan(value) or np.mean(~known) > (1 - level) / 2:
        return math.nan, -1.0, 1.0
    low, high = np.quantile(differences[known], [(1 - level) / 2, (1 + level) / 2])
    return float(value), float(low), float(high)


def _interval(result: Any, name: str) -> ConfidenceInterval:
    if not isinstance(result, PID):
        msg = f"compare: {name} must be a PID, got {type(result).__name__}"
        raise TypeError(msg)
    if result.confidence_interval is None:
        msg = f"compare: {name} has no confidence interval; decompose with n_resamples=1000"
        raise ValueError(msg)
    return result.confidence_interval
