# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The steps of `PIDEstimator` for embeddings in the memory of a CUDA device.

RAPIDS cuML's where it is installed; else the few that are here, through CuPy, with the names,
attributes and seeds of scikit-learn's. They know nothing of CuPy but the functions it shares
with NumPy.
"""

from __future__ import annotations

import importlib
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from fourfold.inputs.device import cupy
from fourfold.inputs.optional import installed

__all__ = ["PCA", "KMeans", "Normalizer", "StandardScaler", "steps"]


def steps() -> dict[str, Any]:
    """The classes to build a pipeline from, by the names of scikit-learn's."""
    if not installed("cuml"):
        return {step.__name__: step for step in (StandardScaler, Normalizer, PCA, KMeans)}
    preprocessing = importlib.import_module("cuml.preprocessing")
    return {
        "StandardScaler": preprocessing.StandardScaler,
        "Normalizer": preprocessing.Normalizer,
        "PCA": importlib.import_module("cuml.decomposition").PCA,
        "KMeans": importlib.import_module("cuml.cluster").KMeans,
    }


class StandardScaler(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Columns to mean 0 and variance 1; constant ones to 0."""

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  scikit-learn's signature
        """Measure mean and deviation of each column of X, (N, d)."""
        self.mean_ = X.mean(0)
        deviation = X.std(0)
        self.scale_ = np.where(deviation > 0, deviation, 1.0).astype(X.dtype)
        return self

    def transform(self, X: Any) -> Any:
        """Scale the columns of X, (M, d), by what was measured."""
        check_is_fitted(self)
        return (X - self.mean_) / self.scale_


class Normalizer(BaseEstimator):  # type: ignore[misc]
    """Rows to Euclidean length 1; rows of zeros stay."""

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Do nothing: each row is scaled by itself."""
        return self

    def transform(self, X: Any) -> Any:
        """Scale each row of X, (M, d)."""
        length = np.sqrt((X * X).sum(1))
        return X / np.where(length > 0, length, 1.0).astype(X.dtype)[:, None]

    def __sklearn_is_fitted__(self) -> bool:
        return True


class PCA(BaseEstimator):  # type: ignore[misc]
    """Coordinates along the first principal components."""

    def __init__(self, n_components: int = 2, *, random_state: Any = None) -> None:
        self.n_components = n_components
        self.random_state = random_state  # the decomposition is exact: not needed

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Find the principal components of X, (N, d)."""
        self.mean_ = X.mean(0)
        _, _, components = cupy().linalg.svd(X - self.mean_, full_matrices=False)
        self.components_ = components[: self.n_components]
        return self

    def transform(self, X: Any) -> Any:
        """Coordinates of the rows of X, (M, d), as (M, n_components)."""
        check_is_fitted(self)
        return (X - self.mean_) @ self.components_.T


class KMeans(BaseEstimator):  # type: ignore[misc]
    """K-means by Lloyd's iteration from k-means++ starts (Arthur and Vassilvitskii 2007).

    Parameters
    ----------
    n_clusters, n_init, max_iter, tol, random_state
        As those of `sklearn.cluster.KMeans`; the best of `n_init` starts is kept.
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        n_init: int = 10,
        max_iter: int = 300,
        tol: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Find the clusters of X, (N, d)."""
        rng = check_random_state(self.random_state)
        shift = self.tol * float(X.var(0).mean())
        centred = X - X.mean(0)  # squared distances lose fewer digits
        squares = (centred * centred).sum(1)
        best = np.inf
        for _ in range(self.n_init):
            centres = self._start(centred, squares, rng)
            for _ in range(self.max_iter):
                labels, distances = _nearest(centred, squares, centres)
                moved = _means(centred, labels, distances, self.n_clusters)
                change = float(((moved - centres) ** 2).sum())
                centres = moved
                if change <= shift:
                    break
            labels, distances = _nearest(centred, squares, centres)
            inertia = float(distances.sum())
            if inertia < best:
                best, self.labels_, kept = inertia, labels, centres
        self.inertia_ = best
        self.cluster_centers_ = kept + X.mean(0)
        return self

    def predict(self, X: Any) -> Any:
        """Index of the nearest centre for each row of X, (M, d)."""
        check_is_fitted(self)
        return _nearest(X, (X * X).sum(1), self.cluster_centers_)[0]

    def fit_predict(self, X: Any, y: Any = None) -> Any:  # noqa: ARG002
        """Clusters of the rows that are fitted, (N,)."""
        return self.fit(X).labels_

    def _start(self, X: Any, squares: Any, rng: np.random.RandomState) -> Any:
        """Rows drawn with probabilities like the squared distance to the nearest one drawn.

        The best of a few draws each time, as in scikit-learn.
        """
        xp = cupy()
        trials = 2 + int(np.log(self.n_clusters))
        chosen = [int(rng.randint(len(X)))]
        distances = np.maximum(squares + squares[chosen[0]] - 2 * (X @ X[chosen[0]]), 0.0)
        while len(chosen) < self.n_clusters:
            reach = xp.cumsum(distances.astype(np.float64))
            levels = xp.asarray(rng.random_sample(trials)) * reach[-1]
            rows = np.minimum(xp.searchsorted(reach, levels), len(X) - 1)
            # (N, trials)
            others = squares[:, None] + squares[rows][None, :] - 2 * (X @ X[rows].T)
            nearest = np.minimum(distances[:, None], np.maximum(others, 0.0))
            best = int(nearest.astype(np.float64).sum(0).argmin())
            chosen.append(int(rows[best]))
            distances = nearest[:, best]
        return X[xp.asarray(chosen)]


def _nearest(X: Any, squares: Any, centres: Any) -> tuple[Any, Any]:
    """Index of, and squared distance to, the nearest of the centres for each row."""
    partial = (centres * centres).sum(1)[None, :] - 2 * (X @ centres.T)
    labels = partial.argmin(1)
    return labels, np.maximum(squares + partial.min(1), 0.0)


def _means(X: Any, labels: Any, distances: Any, count: int) -> Any:
    """Mean of the rows of each cluster; an empty one takes the row farthest from its centre."""
    xp = cupy()
    # in the order of the rows, so that sums are the same in every run
    order = xp.argsort(labels * len(X) + xp.arange(len(X)))
    sizes = xp.bincount(labels, minlength=count)
    ends = xp.cumsum(sizes)
    sums = xp.concatenate(
        [xp.zeros((1, X.shape[1])), xp.cumsum(X[order].astype(np.float64), 0)]
    )
    means = (sums[ends] - sums[ends - sizes]) / np.maximum(sizes, 1)[:, None]
    empty = sizes == 0
    if bool(empty.any()):
        farthest = xp.argsort(-distances)[: int(empty.sum())]
        means[xp.flatnonzero(empty)] = X[farthest]
    return means.astype(X.dtype)
