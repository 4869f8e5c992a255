# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of a binary target by the convex hull of all ROC curves, with Qhull.

Nothing of it is Fourfold's: it is what the answers for binary targets are compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["hull_information", "information", "prepare"]

#: Bits by which sums of some million terms may be off.
ACCURACY = 1e-10


def prepare(p1y: np.ndarray, p2y: np.ndarray, joint_information: float) -> Callable[[], Answer]:
    """Return a call that finds the atoms; I(X1,X2;Y) is given in bits."""

    def solve() -> Answer:
        union, corners = hull_information(p1y, p2y)
        first, second = (information(p) for p in (p1y, p2y))
        atoms = (
            first + second - union, union - second, union - first, joint_information - union,
        )  # fmt: skip
        return Answer.around(atoms, ACCURACY, converged=True, said={"corners": corners})

    return solve


def hull_information(*tables: np.ndarray) -> tuple[float, int]:
    """v* in bits of any number of sources, p(x_i,y) of shape (K_i, 2), and corners of the hull."""
    from scipy.spatial import ConvexHull  # noqa: PLC0415  in the child process only

    # below all curves lies the diagonal: the hull without it is the join of the sources
    points = np.concatenate([_curve(p) for p in tables])
    corners = points[np.sort(ConvexHull(points).vertices)]
    corners = corners[np.lexsort((corners[:, 0], corners[:, 1]))]
    return information(np.diff(corners, axis=0)), len(corners)


def _curve(p: np.ndarray) -> np.ndarray:
    """Masses of both classes added up, from states that speak for class 0 to those for class 1."""
    order = np.argsort(p[:, 1] / p.sum(axis=1))
    return np.concatenate([np.zeros((1, 2)), np.cumsum(p[order], axis=0)])


def information(p: np.ndarray) -> float:
    """I(X;Y) in bits of masses p(x,y)."""
    p = np.maximum(p, 0.0)
    posterior = p / np.maximum(p.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    ratio = np.divide(posterior, p.sum(axis=0), out=np.ones_like(p), where=p > 0)
    return float((p * np.log2(ratio)).sum())
