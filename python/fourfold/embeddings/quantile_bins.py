# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bins of one column with equally many rows in each."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted

from fourfold.counts.binned_target import quantile_edges

__all__ = ["QuantileBins"]


class QuantileBins(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Cluster one column by its quantiles.

    Parameters
    ----------
    n_bins : int
        Bins; fewer where rows with equal values span several.

    Attributes
    ----------
    edges_ : ndarray of shape (bins - 1,)
        Largest values of all bins but the last.
    labels_ : ndarray of shape (N,)
        Bins of the rows that were fitted.
    """

    def __init__(self, n_bins: int = 8) -> None:
        self.n_bins = n_bins

    def fit(self, X: np.ndarray, y: Any = None) -> Self:  # noqa: ARG002  as scikit-learn's
        """Find the edges for the column X, shape (N, 1)."""
        self.edges_ = quantile_edges(np.sort(X[:, 0]), self.n_bins)
        self.labels_ = self.predict(X)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Number of the bin of each row; an edge belongs to the bin below it."""
        check_is_fitted(self)
        return np.searchsorted(self.edges_, X[:, 0], side="left")
