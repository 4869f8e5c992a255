# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The largest det C of all C <= C_1, ..., C_n in the Loewner order, with a bound from both sides.

An interior-point method. With slacks S_i = C_i - C and multipliers L_i >= 0 the optimum has
``C^-1 = sum_i L_i`` and ``L_i S_i = 0``; the path to it, ``L_i S_i = mu 1``. Any L_i >= 0 bound
from above (Vandenberghe, Boyd and Wu, "Determinant maximization with linear matrix inequality
constraints", SIAM J. Matrix Anal. Appl. 19 (1998))::

    log det C <= sum_i tr(L_i C_i) - log det(sum_i L_i) - d

Steps are Nesterov's and Todd's with Mehrotra's corrector, a system of d (d + 1) / 2 unknowns each.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve

__all__ = ["MaxDet", "certificate", "maxdet"]

#: Of the way to the border of the cone that a step goes.
_TO_BORDER = 0.98
_MOST_STEPS = 60
#: Steps without a smaller gap, which rounding then hides.
_STALLED = 4


class MaxDet(NamedTuple):
    """Bounds of the largest log det C in nats, and what they were read from; a batch in front."""

    low: np.ndarray  # log det of `inside`
    high: np.ndarray
    inside: np.ndarray  # (..., d, d): <= every C_i
    multipliers: np.ndarray  # (..., n, d, d)
    steps: np.ndarray


def certificate(bounds: Any, inside: Any, multipliers: Any) -> tuple[Any, Any, Any]:
    """Bounds from any C > 0 and any L_i >= 0: both are scaled to the best that they allow.

    Returns low, high and the scale of C.
    """
    d = bounds.shape[-1]
    root = np.linalg.inv(np.linalg.cholesky(bounds))
    ratio = root @ inside[..., None, :, :] @ root.swapaxes(-1, -2)
    scale = 1.0 / np.linalg.eigvalsh(ratio)[..., -1].max(-1)
    low = np.linalg.slogdet(inside)[1] + d * np.log(scale)
    traces = np.einsum("...nij,...nij->...", multipliers, bounds)
    high = d * np.log(traces / d) - np.linalg.slogdet(multipliers.sum(-3))[1]
    return low, high, scale


def maxdet(bounds: np.ndarray, tol: float) -> MaxDet:
    """Maximise log det C over C <= C_i; bounds (B, n, d, d) with n >= 1, tol in nats.

    Invariant under congruence; good in coordinates where ``sum_i C_i^-1`` is near n times 1.
    """
    problems, n, d, _ = bounds.shape
    inverse = np.linalg.inv(bounds)
    multipliers = 2.0 * _symmetric(inverse)  # L_i S_i has eigenvalues between 1 and 2 here
    inside = _symmetric(np.linalg.inv(multipliers.sum(1)))
    slack = bounds - inside[:, None]
    low, high, scale = certificate(bounds, inside, multipliers)
    best = MaxDet(
        low, high, inside * scale[:, None, None], multipliers.copy(), np.zeros(problems, int)
    )
    since = np.zeros(problems, int)
    left = np.arange(problems)
    pairs = _Pairs(d)
    for step in range(1, _MOST_STEPS + 1):
        left = left[(best.high[left] - best.low[left] > tol) & (since[left] < _STALLED)]
        if not left.size:
            break
        try:
            moved = _step(inside[left], slack[left], multipliers[left], pairs)
        except np.linalg.LinAlgError:  # rounding has the last word
            break
        inside[left], slack[left], multipliers[left] = moved
        low, high, scale = certificate(bounds[left], inside[left], multipliers[left])
        better = high - low < best.high[left] - best.low[left]
        since[left] = np.where(better, 0, since[left] + 1)
        raised, fell = low > best.low[left], high < best.high[left]
        at = left[raised]
        best.low[at], best.inside[at] = low[raised], (inside[left] * scale[:, None, None])[raised]
        at = left[fell]
        best.high[at], best.multipliers[at] = high[fell], multipliers[at]
        best.steps[left] = step
    return best


class _Pairs:
    """Symmetric matrices as vectors of their upper triangle."""

    def __init__(self, d: int) -> None:
        self.rows, self.columns = np.triu_indices(d)
        place = np.empty((d, d), int)
        place[self.rows, self.columns] = place[self.columns, self.rows] = np.arange(len(self.rows))
        i, j = self.rows[:, None], self.columns[:, None]
        k, l = self.rows, self.columns  # noqa: E741
        self.place = place
        self.straight = place[i, k], place[j, l]
        self.crossed = place[i, l], place[j, k]
        self.once = np.where(self.rows == self.columns, 0.5, 1.0)

    def system(self, factors: np.ndarray) -> np.ndarray:
        """Of X -> sum_t F_t X F_t in entries of the triangle; factors (B, T, d, d)."""
        flat = factors[..., self.rows, self.columns]
        gram = flat.swapaxes(-1, -2) @ flat
        weight = self.once[:, None] * self.once
        return 2.0 * weight * (gram[:, *self.straight] + gram[:, *self.crossed])

    def solve(self, roots: list[Any], side: np.ndarray) -> np.ndarray:
        """Symmetric X from the Cholesky factors of the systems of a batch."""
        flat = 2.0 * self.once * side[..., self.rows, self.columns]
        x = [cho_solve(root, part, check_finite=False) for root, part in zip(roots, flat, strict=True)]
        found: np.ndarray = np.array(x)[..., self.place]
        return found


def _step(inside: Any, slack: Any, multipliers: Any, pairs: _Pairs) -> tuple[Any, Any, Any]:
    n, d = slack.shape[1:3]
    inverse = _symmetric(np.linalg.inv(inside))
    p, q = np.linalg.cholesky(slack), np.linalg.cholesky(multipliers)
    u, scale, vt = np.linalg.svd(q.swapaxes(-1, -2) @ p)
    # back = G^-1, with which slack and multiplier both are diag(scale)
    back = (u / np.sqrt(scale)[..., None, :]).swapaxes(-1, -2) @ q.swapaxes(-1, -2)
    weight = back.swapaxes(-1, -2) @ back
    system = pairs.system(np.concatenate([inverse[:, None], weight], axis=1))
    roots = [cho_factor(part, overwrite_a=True, check_finite=False) for part in system]
    mu = (scale**2).mean((-2, -1))

    def direction(target: Any, bend: Any) -> tuple[Any, Any]:
        """Of C, and those of slack and multipliers in their common scale."""
        pushed = back.swapaxes(-1, -2) @ target @ back
        side = inverse - multipliers.sum(1) - pushed.sum(1) + bend
        dx = pairs.solve(roots, side)
        ds = -_symmetric(back @ dx[:, None] @ back.swapaxes(-1, -2))
        return dx, (ds, target - ds)

    diagonal = np.zeros_like(slack)
    at = np.arange(d)
    diagonal[..., at, at] = -scale
    dx, (ds, dl) = direction(diagonal, 0.0)
    far = np.minimum(1.0, _far(scale, inside, dx, ds, dl))
    reached = (diagonal_of(scale) + far[:, None, None, None] * ds) * (
        diagonal_of(scale) + far[:, None, None, None] * dl
    )
    ahead = reached.sum((-3, -2, -1)) / (n * d)
    centre = np.clip(ahead / mu, 0.0, 1.0) ** 3
    target = -_symmetric(ds @ dl)
    target[..., at, at] += (centre * mu)[:, None, None] - scale**2
    target *= 2.0 / (scale[..., None] + scale[..., None, :])
    bend = inverse @ dx @ inverse @ dx @ inverse
    dx, (ds, dl) = direction(target, _symmetric(bend))
    far = np.minimum(1.0, _TO_BORDER * _far(scale, inside, dx, ds, dl))[:, None, None]
    change = back.swapaxes(-1, -2) @ dl @ back
    return (
        inside + far * dx,
        slack - far[:, None] * dx[:, None],
        multipliers + far[:, None] * _symmetric(change),
    )


def diagonal_of(scale: Any) -> Any:
    return scale[..., None] * np.eye(scale.shape[-1])


def _far(scale: Any, inside: Any, dx: Any, ds: Any, dl: Any) -> Any:
    """How many steps it is to the border of the cone."""
    root = np.linalg.inv(np.linalg.cholesky(inside))
    half = 1.0 / np.sqrt(scale)
    both = np.stack([ds, dl], 1) * (half[..., None] * half[..., None, :])[:, None]
    least = np.minimum(
        np.linalg.eigvalsh(both)[..., 0].min((-2, -1)),
        np.linalg.eigvalsh(root @ dx @ root.swapaxes(-1, -2))[..., 0],
    )
    return 1.0 / np.maximum(-least, 1e-300)


def _symmetric(a: Any) -> Any:
    return 0.5 * (a + a.swapaxes(-1, -2))
