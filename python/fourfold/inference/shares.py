# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Errors of U1 / (U1 + U2), by the delta method where U1 + U2 is clear of zero."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from fourfold.results.atoms import ROUNDING

if TYPE_CHECKING:
    from fourfold.results.confidence_interval import ConfidenceInterval

__all__ = ["mean_share", "share_difference", "share_intervals"]

#: U1 + U2 is clear of zero where it is so many times its error.
_CLEAR = 3.0


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
    z, spans = ndtri(0.5 + level / 2), []
    for end in ends:
        share, slope = _share(end, covariance)
        if slope is None:
            return (0.0, 1.0), (0.0, 1.0)
        error = z * math.sqrt(slope @ covariance @ slope)
        spans.append((share - error, share + error))
    low, high = max(min(spans)[0], 0.0), min(max(span[1] for span in spans), 1.0)
    return (low, high), (1 - high, 1 - low)


def share_difference(
    one: ConfidenceInterval, other: ConfidenceInterval, joint: np.ndarray, level: float
) -> tuple[float, float, float]:
    """The difference of U1 / (U1 + U2) of two results and its interval.

    `joint` is the (8, 8) covariance of the atoms of both. (NaN, -1, 1) where U1 + U2 of one of
    them is not clear of zero.
    """
    z, spans = ndtri(0.5 + level / 2), []
    for first, second in itertools.product(one.scatter.ends, other.scatter.ends):
        share1, slope1 = _share(first, joint[:4, :4])
        share2, slope2 = _share(second, joint[4:, 4:])
        if slope1 is None or slope2 is None:
            return math.nan, -1.0, 1.0
        slope = np.concatenate([slope1, -slope2])
        error = z * math.sqrt(max(slope @ joint @ slope, 0.0))
        spans.append((share1 - share2 - error, share1 - share2 + error))
    value = _share(np.array(one.estimate), joint[:4, :4])[0]
    value -= _share(np.array(other.estimate), joint[4:, 4:])[0]
    return value, max(min(spans)[0], -1.0), min(max(span[1] for span in spans), 1.0)


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


def _share(atoms: np.ndarray, covariance: np.ndarray) -> tuple[float, np.ndarray | None]:
    """U1 / (U1 + U2), negative ones counted as zero, and its slope by the four atoms."""
    first, second = (max(float(atom), 0.0) for atom in atoms[1:3])
    total = first + second
    if total <= max(_CLEAR * math.sqrt(max(covariance[1:3, 1:3].sum(), 0.0)), ROUNDING):
        return math.nan, None
    slope = np.array([0.0, second, -first, 0.0]) / total**2
    return first / total, slope
