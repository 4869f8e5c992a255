# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The largest det C of all C <= C_1, ..., C_n in the Loewner order, by an interior-point method.

With ``C_i^-1 = Q_i' Q_i`` the bounds read ``Q_i C Q_i' <= 1``, where C_i is never formed: it is
huge in combinations of Y of which a source tells little. With slacks ``S_i = 1 - Q_i C Q_i'`` and
multipliers L_i >= 0 the optimum has ``C^-1 = sum_i Q_i' L_i Q_i`` and ``L_i S_i = 0``, and the path
to it ``L_i S_i = mu 1`` (Vandenberghe, Boyd and Wu, "Determinant maximization with linear matrix
inequality constraints", SIAM J. Matrix Anal. Appl. 19 (1998)). Steps are those of Nesterov and Todd
with Mehrotra's corrector: a system of d (d + 1) / 2 unknowns each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from fourfold.gaussian.factors import transposed
from fourfold.gaussian.union.certificate import Found, bounds_of, symmetric

__all__ = ["maxdet"]

#: Of the way to the border of the cone that a step goes.
_TO_BORDER = 0.98
_MOST_STEPS = 60
#: Steps without a smaller gap: rounding hides it then.
_STALLED = 4


def maxdet(channels: np.ndarray, tol: float) -> Found:
    """Maximise log det C over ``Q_i C Q_i' <= 1``; channels (B, n, d, d), tol in nats.

    The sum of ``Q_i' Q_i`` should be near a multiple of 1; steps do not depend on it, rounding
    does.
    """
    problems, d = len(channels), channels.shape[-1]
    eye = np.eye(d)
    multipliers = np.broadcast_to(2.0 * eye, channels.shape).copy()
    inside = symmetric(np.linalg.inv(2.0 * (transposed(channels) @ channels).sum(1)))
    slack = eye - _seen(channels, inside)  # between 1/2 and 1: near the path to start with
    best = bounds_of(channels, inside, multipliers)
    steps, since = np.zeros((2, problems), int)
    left = np.arange(problems)
    triangle = _Triangle(d)
    for step in range(1, _MOST_STEPS + 1):
        left = left[(best.gap[left] > tol) & (since[left] < _STALLED)]
        if not left.size:
            break
        some = channels[left]
        try:
            moved = _step(some, inside[left], slack[left], multipliers[left], triangle)
            found = bounds_of(some, moved[0], moved[2])
        except np.linalg.LinAlgError:  # at the border, up to rounding
            break
        inside[left], slack[left], multipliers[left] = moved
        before = best.gap[left]
        best = best.tightened(found, left)
        since[left] = np.where(best.gap[left] < before, 0, since[left] + 1)
        steps[left] = step
    return Found(best, multipliers, steps)


class _Triangle:
    """Symmetric matrices as vectors of their upper triangle."""

    def __init__(self, d: int) -> None:
        i, j = self.at = np.triu_indices(d)
        self.place = np.empty((d, d), int)
        self.place[i, j] = self.place[j, i] = np.arange(len(i))
        rows, columns = i[:, None], j[:, None]
        self.straight = self.place[rows, i], self.place[columns, j]
        self.crossed = self.place[rows, j], self.place[columns, i]
        self.weight = np.where(i == j, 1.0, 2.0)

    def system(self, factors: np.ndarray) -> np.ndarray:
        """Of ``X -> sum_t F_t X F_t`` in entries of the triangle; factors (B, T, d, d)."""
        flat = factors[..., *self.at]
        gram = transposed(flat) @ flat
        both = gram[:, *self.straight] + gram[:, *self.crossed]
        found: np.ndarray = both * (0.5 * self.weight[:, None] * self.weight)
        return found

    def solve(self, roots: list[Any], side: np.ndarray) -> np.ndarray:
        """Symmetric X from the factors of the systems of a batch."""
        flat = self.weight * side[..., *self.at]
        pairs = zip(roots, flat, strict=True)
        x = np.array([cho_solve(root, part, check_finite=False) for root, part in pairs])
        return x[..., self.place]


def _step(
    channels: Any, inside: Any, slack: Any, multipliers: Any, triangle: _Triangle
) -> tuple[Any, Any, Any]:
    inverse = symmetric(np.linalg.inv(inside))
    left, right = np.linalg.cholesky(multipliers), np.linalg.cholesky(slack)
    u, scale, _ = np.linalg.svd(transposed(left) @ right)
    # with G = back^-1 both G^-1 S G^-T and G' L G are diag(scale)
    back = transposed(u / np.sqrt(scale)[..., None, :]) @ transposed(left)
    seen = back @ channels
    system = triangle.system(
        np.concatenate([inverse[:, None], transposed(seen) @ seen], axis=1)
    )
    roots = [cho_factor(part, overwrite_a=True, check_finite=False) for part in system]
    pull = inverse - (transposed(channels) @ multipliers @ channels).sum(1)
    edge = np.linalg.inv(np.linalg.cholesky(inside))

    def direction(target: Any, bend: Any) -> tuple[Any, Any, Any]:
        """Of C, and of slack and multipliers in their common scale."""
        side = pull - (transposed(seen) @ target @ seen).sum(1) + bend
        dx = triangle.solve(roots, side)
        ds = -_seen(seen, dx)
        return dx, ds, target - ds

    def to_border(dx: Any, ds: Any, dl: Any) -> Any:
        half = 1.0 / np.sqrt(scale)
        both = np.stack([ds, dl], 1) * (half[..., None] * half[..., None, :])[:, None]
        least = np.minimum(
            np.linalg.eigvalsh(both)[..., 0].min((-2, -1)),
            np.linalg.eigvalsh(edge @ dx @ transposed(edge))[..., 0],
        )
        return 1.0 / np.maximum(-least, 1e-300)

    eye = np.eye(scale.shape[-1])
    now = scale[..., None] * eye
    dx, ds, dl = direction(-now, 0.0)
    far = np.minimum(1.0, to_border(dx, ds, dl))[:, None, None, None]
    mu = (scale**2).mean((-2, -1))
    ahead = ((now + far * ds) * (now + far * dl)).sum((-3, -2, -1)) / scale[0].size
    centre = np.clip(ahead / mu, 0.0, 1.0) ** 3 * mu
    target = centre[:, None, None, None] * eye - now**2 - symmetric(ds @ dl)
    target *= 2.0 / (scale[..., None] + scale[..., None, :])
    dx, ds, dl = direction(target, symmetric(inverse @ dx @ inverse @ dx @ inverse))
    far = np.minimum(1.0, _TO_BORDER * to_border(dx, ds, dl))[:, None, None]
    return (
        inside + far * dx,
        slack - far[:, None] * _seen(channels, dx),
        multipliers + far[:, None] * symmetric(transposed(back) @ dl @ back),
    )


def _seen(channels: Any, inside: Any) -> Any:
    return symmetric(channels @ inside[:, None] @ transposed(channels))
