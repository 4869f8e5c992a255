# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Errors of U1 / (U1 + U2), by Fieller's interval of a ratio: all shares where the data do not tell.

.. [1] Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B
   16 (1954). [2] Zou, Donner, "Construction of confidence limits about effect measures",
   Statistics in Medicine 27 (2008): differences of what has such intervals.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from fourfold.results.atoms import ROUNDING

if TYPE_CHECKING:
    from fourfold.results.confidence_interval import ConfidenceInterval

__all__ = ["mean_share", "share_difference", "share_intervals"]

_UNKNOWN = (0.0, 1.0)


def share_intervals(
    ends: np.ndarray, covariance: np.ndarray, level: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Intervals of U1 / (U1 + U2) and of its complement.

    Parameters
    ----------
    ends : ndarray, shape (E, 4)
        Atoms between which the estimate is.
    covariance : ndarray, shape (4, 4)
        Of the atoms, in squared bits.
    level : float

    Returns
    -------
    tuple of (float, float)
        (0, 1) where U1 + U2 is not clear of zero.
    """
    spans = [_fieller(end, covariance, level) for end in ends]
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    return (low, high), (1 - high, 1 - low)


def share_difference(
    one: ConfidenceInterval, other: ConfidenceInterval, joint: np.ndarray, level: float
) -> tuple[float, float, float]:
    """The difference of U1 / (U1 + U2) of two results and its interval.

    `joint` is the (8, 8) covariance of the atoms of both, by sampling. (NaN, -1, 1) where U1 + U2
    of one of them is not clear of zero.
    """
    spans, values, slopes, errors = [], [], [], []
    for result, own in ((one, joint[:4, :4]), (other, joint[4:, 4:])):
        covariance = own + np.diag(np.square(result.bias_error))
        assert result.scatter is not None
        span, _ = share_intervals(result.scatter.ends, covariance, level)
        value, slope = _share(np.array(result.estimate))
        if span == _UNKNOWN or math.isnan(value):
            return math.nan, -1.0, 1.0
        spans.append((min(span[0], value), max(span[1], value)))
        values.append(value)
        slopes.append(slope)
        errors.append(math.sqrt(max(slope @ own @ slope, 0.0)))
    # how much of the errors is of both
    scatter = errors[0] * errors[1]
    alike = float(slopes[0] @ joint[:4, 4:] @ slopes[1]) / scatter if scatter > 0 else 0.0
    (low1, high1), (low2, high2) = spans
    difference = values[0] - values[1]
    below = _together(values[0] - low1, high2 - values[1], alike)
    above = _together(high1 - values[0], values[1] - low2, alike)
    return difference, max(difference - below, -1.0), min(difference + above, 1.0)


def mean_share(shares: np.ndarray, level: float, least: float) -> tuple[float, float, float]:
    """Mean over seeds of rows (share, low, high), each end as far as sampling and the seed say.

    (NaN, least, 1) where one of the shares is not known; `least` is that of a share or a
    difference of two.
    """
    value, low, high = shares.T
    if np.isnan(value).any():
        return math.nan, least, 1.0
    over_seeds = ndtri(0.5 + level / 2) ** 2 * value.var(ddof=1) if len(value) > 1 else 0.0
    below = math.sqrt(((value - low) ** 2).mean() + over_seeds)
    above = math.sqrt(((high - value) ** 2).mean() + over_seeds)
    mean = float(value.mean())
    return mean, max(mean - below, least), min(mean + above, 1.0)


def _fieller(atoms: np.ndarray, covariance: np.ndarray, level: float) -> tuple[float, float]:
    """Shares r of U1 for which U1 - r (U1 + U2) may be zero."""
    first, total = float(atoms[1]), float(atoms[1:3].sum())
    square = ndtri(0.5 + level / 2) ** 2
    own = covariance[1:3, 1:3]
    a = total**2 - square * own.sum()
    if total <= ROUNDING or a <= 0:
        return _UNKNOWN
    b = first * total - square * own[0].sum()
    c = first**2 - square * own[0, 0]
    root = math.sqrt(max(b**2 - a * c, 0.0))
    low, high = (min(max((b + sign * root) / a, 0.0), 1.0) for sign in (-1, 1))
    return low, high


def _share(atoms: np.ndarray) -> tuple[float, np.ndarray]:
    """U1 / (U1 + U2), negative ones counted as zero, and its slope by the four atoms."""
    first, second = (max(float(atom), 0.0) for atom in atoms[1:3])
    total = first + second
    if total <= ROUNDING:
        return math.nan, np.zeros(4)
    return first / total, np.array([0.0, second, -first, 0.0]) / total**2


def _together(one: float, other: float, alike: float) -> float:
    """Two distances to one side, whose errors are correlated by `alike`."""
    return math.sqrt(max(one**2 + other**2 - 2 * alike * one * other, 0.0))
