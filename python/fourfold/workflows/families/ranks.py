# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Spearman's rho and Kendall's tau under weights, their intervals, and what errors take from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata
from scipy.stats import t as student

__all__ = [
    "Span",
    "jackknifed",
    "normal_score",
    "reliability",
    "signs",
    "unattenuated",
    "weighted_ranks",
]

#: Draws of errors, of which the mean of a rank correlation is taken.
_DRAWS = 300
_ROUNDING = 1e-9
#: Below that share of true differences nothing is said of true ranks.
LEAST_RELIABILITY = 0.25


class Span(NamedTuple):
    """A rank correlation with its interval and two-sided p-value against none."""

    value: float
    low: float
    high: float
    pvalue: float


NOT_KNOWN = Span(np.nan, np.nan, np.nan, np.nan)


def signs(values: np.ndarray) -> np.ndarray:
    """Which of each two is larger, shape (..., M, M) of (..., M); 0 for ties and what is NaN."""
    difference = values[..., :, None] - values[..., None, :]
    found: np.ndarray = np.nan_to_num(np.sign(difference))
    return found


def weighted_ranks(
    first: np.ndarray, second: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Spearman's rho and Kendall's tau-b of two sign matrices (M, M), for each row of weights (B, M).

    The rank of a model is half the sum of its signs: with weights 0 and 1 these are the ranks of those
    that are in, and ties share their mean. NaN where either is constant.
    """
    total = np.maximum(weights.sum(1, keepdims=True), _ROUNDING)  # a unit may be all there is
    one, other = (
        ranks - (weights * ranks).sum(1, keepdims=True) / total
        for ranks in (weights @ first.T, weights @ second.T)
    )
    rho = _quotient(
        (weights * one * other).sum(1),
        (weights * one**2).sum(1) * (weights * other**2).sum(1),
    )
    both, of_one, of_other = (
        ((weights @ product) * weights).sum(1)
        for product in (first * second, first**2, second**2)
    )
    return rho, _quotient(both, of_one * of_other)


def jackknifed(values: np.ndarray, models: int, level: float, common: float = 0.0) -> Span:
    """Interval of values[0], of all, from the others, each without one unit, on Fisher's scale.

    Student's t has one degree of freedom less than there are units, models or families. `common` is
    what errors alone may make of the value: the p-value is of more than this.
    """
    units = len(values) - 1
    if np.isnan(values).any() or units < 3:
        return NOT_KNOWN._replace(value=float(values[0]))
    # half of what one exchange of neighbours takes from 1, as 1 has no place on the scale
    most = 1 - 6 / (models * (models**2 - 1))
    z, *without = np.arctanh(np.clip(values, -most, most))
    scatter = float(np.sqrt((units - 1) / units * ((without - np.mean(without)) ** 2).sum()))
    if scatter < _ROUNDING:  # as at 1: the error of so many independent normal pairs
        scatter = np.sqrt(1.5 / max(units - 3, 1))
    half = student.ppf(0.5 + level / 2, units - 1) * scatter
    beyond = max(abs(z) - np.arctanh(min(common, most)), 0.0)
    pvalue = float(2 * student.sf(beyond / scatter, units - 1))
    return Span(float(values[0]), float(np.tanh(z - half)), float(np.tanh(z + half)), pvalue)


def reliability(values: np.ndarray, errors: np.ndarray, rng: np.random.Generator) -> float:
    """Share of the scatter of values (M,) in ranks that is not error; NaN where errors are not known.

    Errors are put on top of values that have such already; what that takes from their rank
    correlation with themselves says what the first ones took.
    """
    known = ~np.isnan(values)
    values, errors = values[known], errors[known]
    if np.isnan(errors).any():
        return np.nan
    if not errors.any() or len(values) < 3:
        return 1.0
    drawn = values + errors * rng.standard_normal((_DRAWS, len(values)))
    middle = (len(values) + 1) / 2
    one, others = rankdata(values) - middle, rankdata(drawn, axis=1) - middle
    length = np.sqrt((one**2).sum() * (others**2).sum(1))
    if not length.all():
        return np.nan
    again = normal_score(float(np.mean(others @ one / length)), "spearman")
    return 2 - 1 / again**2 if again > 0 else -np.inf


def unattenuated(value: float, share: float, kind: str, common: float = 0.0) -> float:
    """A rank correlation as it would be without errors, for normal scores, at most 1.

    `share` is the geometric mean of the reliabilities of both sides; `common` is added first.
    """
    normal = np.clip((normal_score(value, kind) + common) / share, -1, 1)
    found = (
        6 / np.pi * np.arcsin(normal / 2)
        if kind == "spearman"
        else 2 / np.pi * np.arcsin(normal)
    )
    return float(found)


def normal_score(value: float, kind: str) -> float:
    """The correlation of normal pairs that have this rank correlation."""
    score = 2 * np.sin(np.pi / 6 * value) if kind == "spearman" else np.sin(np.pi / 2 * value)
    return float(score)


def _quotient(over: np.ndarray, square: np.ndarray) -> np.ndarray:
    found = np.full(over.shape, np.nan)
    np.divide(over, np.sqrt(np.maximum(square, 0)), out=found, where=square > 1e-12)
    return found
