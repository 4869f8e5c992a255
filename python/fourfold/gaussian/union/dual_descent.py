# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The largest det C below several matrices, for targets of many columns: L-BFGS on the dual."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from fourfold.gaussian.union.certificate import Found, bounds_of, symmetric, turned

__all__ = ["dual_descent"]

_MOST_STEPS = 1000


def dual_descent(channels: np.ndarray) -> Found:
    """Of one problem, channels (n, d, d) as in `maxdet`.

    Multipliers are ``A_i A_i'``, without constraint. They end where rounding hides what is left of
    the dual, which is far below the root of that by which C then breaks its bounds: so C is not
    scaled down as a whole, but cut back to the bounds one after another, where it breaks them.
    """
    n, d, _ = channels.shape

    def dual(flat: np.ndarray) -> tuple[float, np.ndarray]:
        factors = flat.reshape(channels.shape)
        seen = turned(channels) @ factors
        inverse = np.linalg.cholesky((seen @ turned(seen)).sum(0))
        value = (factors**2).sum() - 2.0 * np.log(np.diagonal(inverse)).sum() - d
        half = np.linalg.solve(inverse, seen)
        pushed = channels @ turned(np.linalg.inv(inverse)) @ half
        return value, 2.0 * (factors - pushed).ravel()

    start = np.broadcast_to(np.eye(d) / np.sqrt(n), channels.shape).ravel()
    options = {"maxiter": _MOST_STEPS, "maxfun": 2 * _MOST_STEPS, "maxcor": 20, "ftol": 0.0, "gtol": 1e-13}  # fmt: skip
    found = minimize(dual, start, jac=True, method="L-BFGS-B", options=options)
    factors = found.x.reshape(channels.shape)
    multipliers = factors @ turned(factors)
    inside = np.linalg.inv((turned(channels) @ multipliers @ channels).sum(0))
    inside = _cut(symmetric(inside), channels)
    bounds = bounds_of(channels[None], inside[None], multipliers[None])
    return Found(bounds, multipliers[None], np.array([found.nit]))


def _cut(inside: np.ndarray, channels: np.ndarray) -> np.ndarray:
    """The largest determinant below C and one bound, in closed form; and that below the next."""
    factor = np.linalg.cholesky(inside)
    for channel in channels:
        _, values, right = np.linalg.svd(channel @ factor)
        factor = factor @ (turned(right) / np.maximum(values, 1.0))
    found: np.ndarray = factor @ turned(factor)
    return found
