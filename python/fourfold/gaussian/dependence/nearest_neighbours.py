# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Mutual information by nearest neighbours, without a model: few dimensions, no equal rows."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma

__all__ = ["NEIGHBOURS", "information_terms"]

NEIGHBOURS = 5


def information_terms(x: np.ndarray, y: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """Bits of each row (N,), whose mean estimates I(X;Y); x is (N, d1), y (N, d2), N > k.

    The first estimator of Kraskov, Stoegbauer and Grassberger (Phys. Rev. E 69:066138, 2004),
    with the maximum norm of all coordinates.
    """
    joint = np.hstack([x, y])
    radius = cKDTree(joint).query(joint, k + 1, p=np.inf)[0][:, -1]
    near = digamma(_nearer(x, radius) + 1) + digamma(_nearer(y, radius) + 1)
    terms: np.ndarray = (digamma(k) + digamma(len(x)) - near) / np.log(2)
    return terms


def _nearer(points: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """How many others are nearer to each point than its radius."""
    if points.shape[1] == 1:
        column = points[:, 0]
        ordered = np.sort(column)
        # the neighbour at the radius itself stays out, however sums are rounded
        inside = radius - 4 * np.finfo(np.float64).eps * (np.abs(column) + radius)
        above = np.searchsorted(ordered, column + inside, "left")
        below = np.searchsorted(ordered, column - inside, "right")
        nearer: np.ndarray = np.maximum(above - below, 1) - 1
        return nearer
    within = np.nextafter(radius, 0)
    counts = cKDTree(points).query_ball_point(points, within, p=np.inf, return_length=True)
    found: np.ndarray = np.asarray(counts) - 1
    return found
