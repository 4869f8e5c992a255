# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts of rows whose sources were clustered by k-means: tables as users have them."""

from __future__ import annotations

import warnings

import numpy as np

__all__ = [
    "breast_cancer_counts",
    "digits_counts",
    "gaussian_counts",
    "two_gaussian_views",
    "wine_counts",
]

#: Rows above which k-means sees them in batches.
MOST_ROWS = 5000


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
        Probabilities, shape (states, states, 10); at most 1797 are not zero.
    """
    from fourfold.datasets import digits_halves  # noqa: PLC0415  not in the process of a peer

    return _clustered(*digits_halves(), states, seed)


def wine_counts(states: int, seed: int) -> np.ndarray:
    """Relative counts of wines, both halves of their analyses clustered by k-means.

    Returns
    -------
    ndarray
        Probabilities, shape (states, states, 3); at most 178 are not zero.
    """
    from fourfold.datasets import wine  # noqa: PLC0415

    return _clustered(*wine(), states, seed)


def gaussian_counts(rows: int, states: int, seed: int) -> np.ndarray:
    """Relative counts of `two_gaussian_views`, each clustered by k-means.

    Returns
    -------
    ndarray
        Probabilities, shape (states, states, 10); at most `rows` are not zero.
    """
    return _clustered(*two_gaussian_views(rows, seed), states, seed)


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
    with warnings.catch_warnings():
        # it is asked for its clusters only
        warnings.simplefilter("ignore", fourfold.UndersampledWarning)
        estimator.fit(x1, x2, y)
    return _relative_counts(estimator.labels1_, estimator.labels2_, y, states)


def two_gaussian_views(
    rows: int, seed: int, classes: int = 10, dims: int = 16
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw rows of two sources: a mean of each class, noise, and four directions of noise shared.

    The noise that is shared lies in the first four directions of one source and the last four of
    the other.

    Parameters
    ----------
    rows, classes, dims : int
        Number of rows, of classes, and of directions of each source.
    seed : int
        Seed of the draw.

    Returns
    -------
    x1, x2, y : ndarray
        Shapes (rows, dims), (rows, dims) and (rows,).
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=rows)
    means = 0.8 * rng.standard_normal((2, classes, dims))
    shared = rng.standard_normal((rows, 4))
    x1, x2 = (mean[y] + rng.standard_normal((rows, dims)) for mean in means)
    x1[:, :4] += shared
    x2[:, -4:] += shared
    return x1, x2, y


def _clustered(
    x1: np.ndarray, x2: np.ndarray, y: np.ndarray, states: int, seed: int
) -> np.ndarray:
    """Cluster either source to so many states, and count."""
    from sklearn.cluster import KMeans, MiniBatchKMeans  # noqa: PLC0415  slow to import
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  comes with it

    def labels(x: np.ndarray, side: int) -> np.ndarray:
        options = {"n_clusters": states, "n_init": 1, "random_state": seed + side}
        if len(x) > MOST_ROWS:
            return MiniBatchKMeans(**options, batch_size=2048, max_iter=20).fit_predict(x)
        return KMeans(**options).fit_predict(x)

    with threadpool_limits(1):  # the same sums anywhere, and no waiting on a busy machine
        return _relative_counts(labels(x1, 0), labels(x2, 1), y, states)


def _relative_counts(x1: np.ndarray, x2: np.ndarray, y: np.ndarray, states: int) -> np.ndarray:
    classes, y = np.unique(y, return_inverse=True)
    table = np.zeros((states, states, len(classes)))
    np.add.at(table, (x1, x2, y), 1.0)
    return table / table.sum()
