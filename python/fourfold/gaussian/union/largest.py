# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The largest det C below the covariances of Y given single sources, for many subsets at once.

Of a subset only those sources matter that no other of them is above (C_i >= C_j: all that source i
tells of Y source j tells too). One that is left has its own determinant, two have a closed form,
and more are solved, subsets of the same sources once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.gaussian.factors import transposed
from fourfold.gaussian.union.certificate import Bounds, Found
from fourfold.gaussian.union.dual_descent import dual_descent
from fourfold.gaussian.union.maxdet import maxdet
from fourfold.gaussian.union.roots import log_dets
from fourfold.inputs.subsets import Subset

__all__ = ["Largest", "largest_determinants", "solved"]

#: Columns of Y up to which the interior-point method is the faster one.
_SMALL = 24
#: Numbers in the systems of problems that are solved together.
_ROOM = 2**23


class Largest(NamedTuple):
    """Bounds of half of the largest log det C in nats, (B, M) each; both the same where exact."""

    low: np.ndarray
    high: np.ndarray
    steps: np.ndarray


def largest_determinants(
    roots: np.ndarray, subsets: Sequence[Subset], tol: float, rounding: np.ndarray
) -> Largest:
    """Of factors (B, n, d, d) of Cov(Y|X_i) and M subsets; tol in nats of the result.

    Eigenvalues of two of them with logarithms below `rounding` (B,) are those of sources that tell
    the same.
    """
    problems = len(roots)
    inverse = np.linalg.inv(roots)
    single = log_dets(roots)
    alone = _alone(roots, inverse, rounding)
    found = Largest(*np.zeros((3, problems, len(subsets))))
    waiting: dict[int, dict[tuple[int, Subset], list[int]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for b in range(problems):
        for m, subset in enumerate(subsets):
            first, *more = kept = _undominated(alone[b], subset)
            if len(kept) > 2:
                waiting[len(kept)][b, kept].append(m)
                continue
            exact = single[b, first] - sum(alone[b, second, first] for second in more)
            found.low[b, m] = found.high[b, m] = exact
    for places in waiting.values():
        chosen = np.array([b for b, _ in places]), np.array([kept for _, kept in places])
        bounds, _, steps = solved(inverse[chosen[0][:, None], chosen[1]], 2.0 * tol)
        for k, ((b, _), at) in enumerate(places.items()):
            found.low[b, at], found.high[b, at] = 0.5 * bounds.low[k], 0.5 * bounds.high[k]
            found.steps[b, at] = steps[k]
    return found


def _alone(roots: np.ndarray, inverse: np.ndarray, rounding: np.ndarray) -> np.ndarray:
    """(B, n, n) nats that source i tells beyond source j: U1 of the two, exactly 0 where none."""
    problems, n = roots.shape[:2]
    found = np.zeros((problems, n, n))
    for i in range(n):
        for j in range(i + 1, n):
            ratio = np.linalg.svd(inverse[:, i] @ roots[:, j], compute_uv=False)
            logs = np.log(ratio)
            logs[abs(logs) <= 0.5 * rounding[:, None]] = 0.0
            found[:, i, j] = np.maximum(logs, 0.0).sum(-1)
            found[:, j, i] = np.maximum(-logs, 0.0).sum(-1)
    return found


def _undominated(alone: np.ndarray, subset: Subset) -> Subset:
    """Without sources that another one is above; of sources that are alike the first stays."""
    kept = list(subset)
    for i in reversed(subset):
        if any(alone[i, j] == 0 for j in kept if j != i):
            kept.remove(i)
    return tuple(kept)


def solved(inverse: np.ndarray, tol: float) -> Found:
    """Of inverse factors (B, n, d, d) of C_i; tol and bounds are of log det C, in nats.

    Multipliers are those of the C_i, with ``sum_i tr(L_i C_i) = d``.
    """
    problems, n, d, _ = inverse.shape
    # in coordinates where the sum of C_i^-1 is 1
    channels, change = np.linalg.qr(inverse.reshape(problems, n * d, d))
    channels = channels.reshape(inverse.shape)
    if d > _SMALL:
        parts = [dual_descent(one, tol) for one in channels]
    else:
        together = max(1, _ROOM // (d * (d + 1) // 2) ** 2)
        parts = [
            maxdet(channels[first : first + together], tol)
            for first in range(0, problems, together)
        ]
    low, high = (np.concatenate([part.bounds[k] for part in parts]) for k in (0, 1))
    multipliers = np.concatenate([part.multipliers for part in parts])
    steps = np.concatenate([part.steps for part in parts])
    shift = 2.0 * np.log(abs(np.diagonal(change, axis1=-2, axis2=-1))).sum(-1)
    # their traces add up to d at the optimum
    traces = np.trace(multipliers, axis1=-2, axis2=-1).sum(-1)
    back = channels @ change[:, None] * np.sqrt(d / traces)[:, None, None, None]
    multipliers = transposed(back) @ multipliers @ back
    return Found(Bounds(low - shift, np.maximum(high, low) - shift), multipliers, steps)
