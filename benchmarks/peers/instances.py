# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables and marginals drawn uniformly, each made again from its seed."""

from __future__ import annotations

import numpy as np

__all__ = ["CLASSES", "dense_batch", "dense_random", "dense_tall", "two_marginals"]

CLASSES = 10


def dense_random(states: int, seed: int) -> np.ndarray:
    """Draw p(x1,x2,y) uniformly from all tables: Dirichlet(1), no zeros, little structure.

    Parameters
    ----------
    states : int
        Number of states of X1, and of X2.
    seed : int
        Tables of different sizes with one seed are independent.

    Returns
    -------
    ndarray
        Probabilities, shape (states, states, CLASSES).
    """
    rng = np.random.default_rng([seed, states])
    # exponential variables divided by their sum are Dirichlet(1)
    table = rng.standard_exponential((states, states, CLASSES))
    return table / table.sum()


def dense_tall(states1: int, states2: int, classes: int, seed: int) -> np.ndarray:
    """Draw as `dense_random` does, of any shape: shape (states1, states2, classes)."""
    rng = np.random.default_rng([seed, states1, states2, classes])
    table = rng.standard_exponential((states1, states2, classes))
    return table / table.sum()


def dense_batch(count: int, states: int, seed: int) -> np.ndarray:
    """Draw as many tables as `dense_random` draws one, independent of one another.

    Parameters
    ----------
    count : int
        Number of tables.
    states : int
        Number of states of X1, and of X2.
    seed : int
        Batches of different lengths or sizes with one seed are independent.

    Returns
    -------
    ndarray
        Probabilities, shape (count, states, states, CLASSES).
    """
    rng = np.random.default_rng([seed, count, states])
    tables = rng.standard_exponential((count, states, states, CLASSES))
    tables /= tables.sum(axis=(1, 2, 3), keepdims=True)
    return tables


def two_marginals(
    states1: int, states2: int, classes: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw p(x1,y) and p(x2,y) that share p(y), without a table over (x1,x2,y).

    Given y, each source is Dirichlet(1); p(y) is Dirichlet(1) as well.

    Parameters
    ----------
    states1, states2, classes : int
        Number of states of X1, X2 and Y.
    seed : int
        Seed of the draw.

    Returns
    -------
    p1y, p2y : ndarray
        Probabilities, shapes (states1, classes) and (states2, classes).
    """
    rng = np.random.default_rng([seed, states1, states2, classes])
    p_y = rng.standard_exponential(classes)
    p_y /= p_y.sum()
    marginals = []
    for states in (states1, states2):
        table = rng.standard_exponential((states, classes))
        table *= p_y / table.sum(axis=0)  # in place: the memory benchmark counts every copy
        marginals.append(table)
    return marginals[0], marginals[1]
