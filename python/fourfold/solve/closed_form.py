# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Targets of two classes, which the core solves in closed form: docs/binary-targets.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold import _core
from fourfold.inputs.device import on_device
from fourfold.results.coupling import DrawnFromHull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.solve.options import SolverOptions

__all__ = ["drawn_from_hull", "has_closed_form", "hull_of", "of_two_classes"]

_LARGE = 2**20  # pairs of states


def has_closed_form(p1y: Any, p2y: Any, options: SolverOptions) -> bool:
    """Whether to leave factors of one problem out, as it is solved without iterating.

    Of more classes, all but two without mass, only where arrays over all pairs would be large:
    looking for those takes longer than a small table.
    """
    if options.method != "auto" or on_device(p1y):
        return False
    if p1y.shape[-1] <= 2:
        return True
    return len(p1y) * len(p2y) >= _LARGE and of_two_classes(p1y, p2y)


def of_two_classes(p1y: np.ndarray, p2y: np.ndarray) -> bool:
    """Whether at most two classes have mass."""
    return p1y.shape[-1] <= 2 or len(_classes(p1y, p2y)) <= 2


def _classes(p1y: np.ndarray, p2y: np.ndarray) -> np.ndarray:
    """Numbers of those that have mass."""
    return np.flatnonzero((p1y.max(0) > _core.LEAST_MASS) & (p2y.max(0) > _core.LEAST_MASS))


def drawn_from_hull(p1y: np.ndarray, p2y: np.ndarray) -> DrawnFromHull:
    """The coupling of marginals (K1, K_Y) and (K2, K_Y) of at most two classes with mass."""
    from scipy import sparse  # noqa: PLC0415  takes a tenth of a second

    classes = _classes(p1y, p2y)
    seen = [np.zeros((len(p), 2)) for p in (p1y, p2y)]
    for two, p in zip(seen, (p1y, p2y), strict=True):
        two[:, : len(classes)] = np.where(p > _core.LEAST_MASS, p, 0.0)[:, classes]
    masses, *shares, logs = _core.draw_from_hull(*seen)
    draws = []
    for (edges, states, mass), two, whole in zip(
        shares, seen, (np.ones(len(masses)), masses), strict=True
    ):
        parts = (mass / whole[edges], (states, edges))
        draws.append(sparse.csr_array(parts, (len(two), len(masses))))
    factors = []
    for log, two, p in zip(np.split(logs, [len(p1y)]), seen, (p1y, p2y), strict=True):
        factor = np.zeros(p.shape)
        factor[:, classes] = np.where(two > 0, np.exp(log), 0.0)[:, : len(classes)]
        factors.append(factor)
    return DrawnFromHull(*draws, *factors)


def hull_of(sources: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The upper concave hull of the ROC curves of sources (K, 2) with the same p(y).

    Returns its corners (C, 2), masses of both classes summed up to each, the likelier second class
    first, and on the curve of which source each is (C,), -1 at both ends.
    """
    return _core.roc_hull([np.ascontiguousarray(p) for p in sources])
