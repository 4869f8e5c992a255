# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The largest det C below several matrices, for targets of many columns: L-BFGS on the dual."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from fourfold.gaussian.factors import transposed
from fourfold.gaussian.union.certificate import Found, bounds_of, symmetric

__all__ = ["dual_descent"]

_MOST_STEPS = 1000
_MOST_ROUNDS = 4


def dual_descent(channels: np.ndarray, tol: float) -> Found:
    """Of one problem, channels (n, d, d) as in `maxdet`; tol in nats.

    Multipliers are ``A_i A_i'``, without constraint. A round ends where rounding hides what is left
    of the dual; C then breaks its bounds by the root of that. So the next round starts there, with
    values that are differences from it; and C is not scaled down as a whole, but cut back to the
    bounds one after another, where it breaks them.
    """
    n, d, _ = channels.shape
    factors = np.broadcast_to(np.eye(d) / np.sqrt(n), channels.shape).copy()
    best, steps = _found(channels, factors, 0), 0
    for _ in range(_MOST_ROUNDS):
        factors, more = _round(channels, factors)
        steps += more
        found = _found(channels, factors, steps)
        closer = found.bounds.gap[0] < 0.5 * best.bounds.gap[0]
        best = found if found.bounds.gap[0] < best.bounds.gap[0] else best
        if best.bounds.gap[0] <= tol or not closer:
            break
    return best._replace(steps=np.array([steps]))


def _round(channels: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, int]:
    """The lowest that is found, as changes from the start, and the number of steps."""
    seen = transposed(channels) @ start
    root = np.linalg.cholesky((seen @ transposed(seen)).sum(0))
    inverse = np.linalg.inv(root)
    whitened = inverse @ seen

    def dual(flat: np.ndarray) -> tuple[float, np.ndarray]:
        change = flat.reshape(start.shape)
        moved = inverse @ (transposed(channels) @ change)
        across = (whitened @ transposed(moved)).sum(0)
        values, turn = np.linalg.eigh(across + across.T + (moved @ transposed(moved)).sum(0))
        if values[0] <= -1.0:
            return np.inf, np.zeros_like(flat)
        value = (change * (2.0 * start + change)).sum() - np.log1p(values).sum()
        half = turn.T @ (whitened + moved) / np.sqrt(1.0 + values)[:, None]
        pushed = channels @ (inverse.T @ (turn / np.sqrt(1.0 + values))) @ half
        return value, 2.0 * (start + change - pushed).ravel()

    options = {"maxiter": _MOST_STEPS, "maxfun": 2 * _MOST_STEPS, "maxcor": 20, "ftol": 0.0, "gtol": 1e-14}  # fmt: skip
    found = minimize(dual, np.zeros(start.size), jac=True, method="L-BFGS-B", options=options)
    return start + found.x.reshape(start.shape), int(found.nit)


def _found(channels: np.ndarray, factors: np.ndarray, steps: int) -> Found:
    multipliers = factors @ transposed(factors)
    inside = np.linalg.inv((transposed(channels) @ multipliers @ channels).sum(0))
    inside = _cut(symmetric(inside), channels)
    bounds = bounds_of(channels[None], inside[None], multipliers[None])
    return Found(bounds, multipliers[None], np.array([steps]))


def _cut(inside: np.ndarray, channels: np.ndarray) -> np.ndarray:
    """The largest determinant below C and one bound, in closed form; and that below the next."""
    factor = np.linalg.cholesky(inside)
    for channel in channels:
        _, values, right = np.linalg.svd(channel @ factor)
        factor = factor @ (transposed(right) / np.maximum(values, 1.0))
    found: np.ndarray = factor @ transposed(factor)
    return found
