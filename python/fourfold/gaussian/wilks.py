# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tails of -log Lambda, Lambda a product of independent Betas as Wilks' (1932) is."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, digamma, gammaln, ndtr, polygamma

__all__ = ["log_lambda_mean_and_variance", "log_lambda_tail"]

_NEAR_MEAN = 1e-3  # standard deviations; there the saddlepoint's two terms cancel


def log_lambda_mean_and_variance(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Of minus the sum of logarithms of Betas with these parameters."""
    both = first + second
    mean = (digamma(both) - digamma(first)).sum()
    variance = (polygamma(1, first) - polygamma(1, both)).sum()
    return float(mean), float(variance)


def log_lambda_tail(value: float, first: np.ndarray, second: np.ndarray) -> float:
    """Chance of more than `value`: of one Beta exact, else by the saddlepoint.

    The formula is that of Lugannani and Rice (1980). As the generating function is known, the
    relative error is small in the tail too.
    """
    if len(first) == 1:
        return float(betainc(first[0], second[0], np.exp(-max(value, 0.0))))
    both = first + second
    mean, variance = log_lambda_mean_and_variance(first, second)
    # below it there is next to nothing: the law has no mass at zero
    if value <= 1e-6 * mean:
        return 1.0

    def slope(at: float) -> float:
        return float((digamma(both - at) - digamma(first - at)).sum())

    low, high = -1.0, float(first.min()) * (1 - 1e-9)
    while slope(low) > value:
        low *= 2
    if slope(high) < value:
        return 0.0
    at = brentq(lambda point: slope(point) - value, low, high, xtol=1e-13, rtol=1e-13)
    off = (value - mean) / np.sqrt(variance)
    if abs(off) < _NEAR_MEAN:
        skewness = (polygamma(2, both) - polygamma(2, first)).sum() / variance**1.5
        return float(0.5 - (off + skewness / 6) / np.sqrt(2 * np.pi))
    generating = (
        gammaln(first - at) - gammaln(both - at) + gammaln(both) - gammaln(first)
    ).sum()
    signed = np.sign(at) * np.sqrt(2 * max(at * value - generating, 0.0))
    curve = (polygamma(1, first - at) - polygamma(1, both - at)).sum()
    density = np.exp(-(signed**2) / 2) / np.sqrt(2 * np.pi)
    chance = ndtr(-signed) + density * (1 / (at * np.sqrt(curve)) - 1 / signed)
    return float(np.clip(chance, 0.0, 1.0))
