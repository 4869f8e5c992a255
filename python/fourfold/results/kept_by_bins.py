# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What bins of a Gaussian target keep of the information about it."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import entr, ndtr, ndtri

__all__ = ["binned_information", "bits_of_bins", "kept_share", "unbinned_information"]

_LN2 = math.log(2.0)
#: Standard deviations of the source to both sides, and steps to one of the target given the source.
_REACH, _STEPS = 9.0, 2
#: Bits above which bins are told but for the rows at their edges, as many as these are wide.
_SHARP = 8.0
#: Bits below which the share is that of the limit: at 1e-9 both agree to 1e-9.
_LEAST, _MOST = 1e-7, 20.0


def binned_information(information: float, shares: np.ndarray) -> float:
    """I(X; bin of Y) in bits, where X and the scalar Y are Gaussian and I(X;Y) is that.

    Parameters
    ----------
    information : float
        At least 0.
    shares : ndarray, shape (K,)
        Of the rows in each bin, in the order of y; they say where the edges of the bins are.

    Notes
    -----
    X matters through E[Y|X] alone, one Gaussian of squared correlation 1 - 2**(-2 I) with Y. The
    mean of the divergence of the bins given X from all is taken by the trapezoidal rule, whose error
    falls faster than any power of the step for what decays like a Gaussian.
    """
    held = bits_of_bins(shares)
    if information > _SHARP:
        doubt = held - binned_information(_SHARP, shares)
        return held - doubt * math.pow(2.0, _SHARP - information)
    unexplained = 2.0**-information  # standard deviation of Y given X
    slope = math.sqrt(max(0.0, 1 - unexplained**2))
    x = np.linspace(-_REACH, _REACH, 1 + max(256, math.ceil(2 * _REACH * _STEPS / unexplained)))
    edges = ndtri(np.cumsum(shares)[:-1] / shares.sum())
    below = ndtr((edges[:, None] - slope * x) / unexplained)
    given = np.diff(below, axis=0, prepend=0.0, append=1.0)
    weights = np.exp(-(x**2) / 2)
    noise = float(entr(given).sum(0) @ weights / weights.sum())
    return max(0.0, held - noise / _LN2)


def unbinned_information(binned: float, shares: np.ndarray) -> float:
    """I(X;Y) of Gaussians of which the bins keep so many bits; infinite beyond what they hold."""
    if binned <= _LEAST:
        share = kept_share(0.0, shares)
        return max(0.0, binned) / share if share > 0 else math.inf
    if binned >= binned_information(_MOST, shares):
        return math.inf
    from scipy.optimize import brentq  # noqa: PLC0415  slow to import

    found: float = brentq(
        lambda bits: binned_information(bits, shares) - binned, binned, _MOST, xtol=1e-6
    )
    return found


def kept_share(information: float, shares: np.ndarray) -> float:
    """The share of so many bits that the bins keep."""
    if information > _LEAST:
        return binned_information(information, shares) / information
    # the limit for a small slope: what the means of the bins explain of the variance of y
    edges = ndtri(np.cumsum(shares)[:-1] / shares.sum())
    heights = np.exp(-(edges**2) / 2) / math.sqrt(2 * math.pi)
    steps = np.diff(heights, prepend=0.0, append=0.0)
    masses = shares / shares.sum()
    return float((steps[masses > 0] ** 2 / masses[masses > 0]).sum())


def bits_of_bins(shares: np.ndarray) -> float:
    """H of the bins in bits: no information about them is more."""
    return float(entr(shares / shares.sum()).sum() / _LN2)
