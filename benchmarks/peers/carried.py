# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How much of a table can matter: states that differ, and cells that can carry mass."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["allowed_cells", "describe_carried", "distinct_states", "support_size"]

#: Steps of a posterior below which two of them are one: the 2^-43 of the presolve.
STEPS = 2.0**43


def support_size(pmf: np.ndarray) -> int:
    """Count the (x1,x2,y) that p(x1,y) > 0 and p(x2,y) > 0 allow: unknowns of the program."""
    return allowed_cells(pmf.sum(axis=1), pmf.sum(axis=0))


def allowed_cells(p1y: np.ndarray, p2y: np.ndarray) -> int:
    """Count the cells that two pairwise marginals allow mass."""
    return int(np.count_nonzero(p1y, axis=0) @ np.count_nonzero(p2y, axis=0))


def distinct_states(p: np.ndarray) -> np.ndarray:
    """Add up the states of p(x,y) that have the same posterior p(y given x), to rounding.

    Returns
    -------
    ndarray
        Probabilities, a row for each posterior; states without mass have none.
    """
    p = p[p.sum(axis=1) > 0]
    keys = np.round(STEPS * (p / p.sum(axis=1, keepdims=True)))
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    merged = np.zeros((group.max() + 1, p.shape[1]))
    np.add.at(merged, group, p)
    return merged


def describe_carried(p1y: np.ndarray, p2y: np.ndarray) -> dict[str, Any]:
    """Return the part of a record that says how much of a table can matter."""
    first, second = distinct_states(p1y), distinct_states(p2y)
    return {
        "differing": [len(first), len(second)],
        "carrying": allowed_cells(first, second),
    }
