# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The bias of the informations of a sample covariance of a Gaussian: exact, whatever its truth.

A scatter matrix of nu degrees of freedom and d columns is Wishart, and its log determinant is in
the mean that of nu times the truth, plus the sum over k = 1..d of
``digamma((nu - k + 1) / 2) - log(nu / 2)`` (Goodman 1963; Misra, Singh, Demchuk 2005).
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma

from fourfold.results.atoms import Information

__all__ = ["information_bias", "log_det_bias"]


def log_det_bias(degrees: int, size: int) -> float:
    """Bits by which half of log2 det of a covariance of that many columns is too high."""
    halves = (degrees + 1 - np.arange(1, size + 1)) / 2
    return float((digamma(halves) - np.log(degrees / 2)).sum() / (2 * np.log(2)))


def information_bias(degrees: int, sizes: tuple[int, int, int]) -> Information:
    """Bits by which I(X1;Y), I(X2;Y) and I(X1,X2;Y) of a sample covariance are too high."""
    first, second, target = sizes
    return Information(
        *(
            log_det_bias(degrees, source)
            + log_det_bias(degrees, target)
            - log_det_bias(degrees, source + target)
            for source in (first, second, first + second)
        )
    )
