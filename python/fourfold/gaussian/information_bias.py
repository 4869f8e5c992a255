# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The bias of the informations of a sample covariance of a Gaussian: exact, whatever its truth.

A scatter matrix of nu degrees of freedom and d columns is Wishart, and its log determinant is in
the mean that of nu times the truth, plus the sum over k = 1..d of
``digamma((nu - k + 1) / 2) - log(nu / 2)`` (Goodman 1963; Misra, Singh, Demchuk 2005).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import digamma

from fourfold.inputs.device import array_module
from fourfold.results.atoms import Information

__all__ = [
    "corrected_information",
    "corrected_union",
    "information_bias",
    "log_det_bias",
]


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


def corrected_information(
    information: Information, degrees: int, sizes: tuple[int, int, int]
) -> Information:
    """Without that bias, none below zero and I(X1,X2;Y) at least the others."""
    xp = array_module(information.mi1)
    bias = information_bias(degrees, sizes)
    mi1, mi2, mi_joint = (
        xp.maximum(value - excess, 0.0) for value, excess in zip(information, bias, strict=True)
    )
    return Information(mi1, mi2, xp.maximum(mi_joint, xp.maximum(mi1, mi2)))


def corrected_union(union: Any, before: Information, after: Information) -> Any:
    """v* of a covariance without its bias, as gpid estimates that (Venkatesh et al. 2023).

    In proportion to I(X1,X2;Y), within [max(I1, I2), min(I1 + I2, I12)].
    """
    xp = array_module(before.mi_joint)
    mi_joint = before.mi_joint
    share = xp.where(mi_joint > 0, after.mi_joint / xp.where(mi_joint > 0, mi_joint, 1.0), 1.0)
    most = xp.minimum(after.mi1 + after.mi2, after.mi_joint)
    return xp.maximum(xp.minimum(union * share, most), xp.maximum(after.mi1, after.mi2))
