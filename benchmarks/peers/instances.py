# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The tables that are measured, each made again from its seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "CLASSES",
    "FAMILIES",
    "breast_cancer_counts",
    "dense_batch",
    "dense_random",
    "digits_counts",
    "support_size",
    "two_marginals",
]

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


def digits_counts(states: int, seed: int) -> np.ndarray:
    """Relative counts of handwritten digits, each half of the image clustered by k-means.

    Parameters
    ----------
    states : int
        Number of clusters of the left halves, and of the right halves.
    seed : int
        Seed of the clustering.

    Returns
    -------
    ndarray
        Probabilities, shape (states, states, CLASSES); at most 1797 are not zero.
    """
    from sklearn.cluster import KMeans  # noqa: PLC0415  slow to import

    from fourfold.datasets import digits_halves  # noqa: PLC0415  not in the process of a peer

    data = digits_halves()
    left, right = (
        KMeans(n_clusters=states, n_init=1, random_state=seed + side).fit_predict(features)
        for side, features in enumerate((data.x1, data.x2))
    )
    return _relative_counts(left, right, data.y, (states, states, CLASSES))


def breast_cancer_counts(states: int, seed: int) -> np.ndarray:
    """Relative counts of biopsies, both descriptions of their nuclei clustered by k-means.

    Parameters
    ----------
    states : int
        Number of clusters of the typical nuclei, and of the extreme ones.
    seed : int
        Seed of the clustering.

    Returns
    -------
    ndarray
        Probabilities, shape (states, states, 2); at most 569 are not zero.
    """
    import fourfold  # noqa: PLC0415  not in the process of a peer

    x1, x2, y = fourfold.datasets.breast_cancer()
    estimator = fourfold.PIDEstimator(states, n_init=1, random_state=seed, probe=False)
    estimator.fit(x1, x2, y)
    return _relative_counts(estimator.labels1_, estimator.labels2_, y, (states, states, 2))


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


def _relative_counts(
    x1: np.ndarray, x2: np.ndarray, y: np.ndarray, shape: tuple[int, int, int]
) -> np.ndarray:
    table = np.zeros(shape)
    np.add.at(table, (x1, x2, y), 1.0)
    return table / table.sum()


def support_size(pmf: np.ndarray) -> int:
    """Count the (x1,x2,y) that p(x1,y) > 0 and p(x2,y) > 0 allow: unknowns of the program."""
    states1 = np.count_nonzero(pmf.sum(axis=1), axis=0)
    states2 = np.count_nonzero(pmf.sum(axis=0), axis=0)
    return int(states1 @ states2)


FAMILIES: dict[str, Callable[[int, int], np.ndarray]] = {
    "dense": dense_random,
    "digits": digits_counts,
}
