# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said of a subset and of equally many of the other rows, and whether they differ.

An atom of few rows is estimated with another bias than one of many. So a subset is not held to all
other rows, but to disjoint sets of these of its own size; a subset of more rows than there are
others is itself parted into sets of their number. Where the subset has nothing to do with sources
and target all these sets are exchangeable, and what their estimates have in common cancels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from fourfold.posteriors.comparison import training
from fourfold.results.atoms import ROUNDING
from fourfold.results.posterior_pid import PosteriorPID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.results.pid import PID

__all__ = [
    "Estimate",
    "Evidence",
    "adjusted",
    "equal_sets",
    "estimate_of",
    "evidence_of",
    "shrunk",
]


class Estimate(NamedTuple):
    """Of one atom in bits: value, standard error, ends of its interval.

    `least` and `most` are its ends by what the union information may be where sources are alike.
    """

    value: float
    error: float
    low: float
    high: float
    least: float
    most: float


class Difference(NamedTuple):
    """In bits, with the ends of its interval."""

    value: float
    low: float
    high: float


class Evidence(NamedTuple):
    """Of a subset: the atom, its mean in sets of other rows, and their difference."""

    atom: Estimate
    rest: float
    difference: Difference
    pvalue: float


def equal_sets(
    members: np.ndarray, most: int, rng: np.random.Generator
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Disjoint sets of rows inside and outside, all of one size, at most so many of each."""
    sides = np.flatnonzero(members), np.flatnonzero(~members)
    size = min(map(len, sides))
    found = []
    for rows in sides:
        number = min(most, len(rows) // size)
        if len(rows) > size:
            rows = rng.permutation(rows)[: number * size]  # noqa: PLW2901
        found.append([np.sort(each) for each in np.split(rows, number)])
    return found[0], found[1]


def estimate_of(result: PID, atom: int, level: float) -> Estimate:
    """Corrected where the result is of a table, else in the cross-fitted reading."""
    if isinstance(result, PosteriorPID):
        value = float(result.readings["cross_fitted"][atom])
        error = training(result) * float(result.standard_error[atom])
        half_width = float(ndtri(0.5 + level / 2)) * error
        return Estimate(value, error, value - half_width, value + half_width, value, value)
    value, interval = float(result.atoms[atom]), result.confidence_interval
    if interval is None or interval.scatter is None or result.standard_error is None:
        return Estimate(value, np.nan, np.nan, np.nan, value, value)
    error = float(np.hypot(result.standard_error[atom], interval.bias_error[atom]))
    ends = interval.scatter.ends[:, atom]
    low, high = float(interval.low[atom]), float(interval.high[atom])
    return Estimate(value, error, low, high, float(ends.min()), float(ends.max()))


def evidence_of(
    whole: PID, inside: Sequence[PID], outside: Sequence[PID], atom: int, level: float
) -> Evidence:
    """Of a subset with its equal sets, which are independent samples; one-sided.

    As in `fourfold.compare` the p-value is of the ends of both that are nearest: where sources are
    alike on one side only, their ends do not cancel.

    Parameters
    ----------
    whole : PID
        Of all rows of the subset.
    inside, outside : sequence of PID
        Of sets of rows of the subset and of others, all of one size.
    atom : int
    level : float
        Of the intervals.
    """
    sides = [
        np.array([estimate_of(one, atom, level) for one in side]) for side in (inside, outside)
    ]
    (first, *_, least, most), (rest, *_, rest_least, rest_most) = (
        side.mean(0) for side in sides
    )
    error = float(np.sqrt(sum((side[:, 1] ** 2).sum() / len(side) ** 2 for side in sides)))
    nearest, furthest = float(least - rest_most), float(most - rest_least)
    pvalue = 1.0  # where errors are not known
    if error > ROUNDING:
        pvalue = float(ndtr(-nearest / error))
    elif error <= ROUNDING:
        pvalue = float(nearest <= ROUNDING)
    half_width = float(ndtri(0.5 + level / 2)) * error
    told = Difference(float(first - rest), nearest - half_width, furthest + half_width)
    return Evidence(estimate_of(whole, atom, level), float(rest), told, pvalue)


def adjusted(pvalues: np.ndarray, how: str) -> np.ndarray:
    """By Holm (1979), or by Benjamini and Hochberg (1995)."""
    if how == "bh":
        from scipy.stats import false_discovery_control  # noqa: PLC0415  slow to import

        return np.asarray(false_discovery_control(pvalues))
    order = np.argsort(pvalues, kind="stable")
    steps = pvalues[order] * np.arange(len(pvalues), 0, -1)
    found = np.empty(len(pvalues))
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found


def shrunk(values: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Values drawn to their mean as far as their errors make them differ.

    The mean and the variance between subsets are DerSimonian and Laird's (1986); a mean of a
    posterior is not too high for having been chosen (Efron 2011). But one subset that differs from
    many others would be drawn in too far, so that none moves by more than the highest of M equal
    ones is expected to be too high: limited translation (Efron and Morris 1972), of Blom's normal
    score.
    """
    known = errors > ROUNDING
    number = int(known.sum())
    if number < 2:
        return values.copy()
    error, value = errors[known], values[known]
    weights = error**-2.0
    excess = weights @ (value - weights @ value / weights.sum()) ** 2 - (number - 1)
    between = max(excess / (weights.sum() - weights @ weights / weights.sum()), 0.0)
    weights = 1 / (error**2 + between)
    move = error**2 * weights * (weights @ value / weights.sum() - value)
    most = float(ndtri((number - 0.375) / (number + 0.25))) * error
    found = values.copy()
    found[known] = value + np.clip(move, -most, most)
    return found
