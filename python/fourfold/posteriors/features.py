# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What classifiers are shown of a source: columns standardised, and their principal components."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

__all__ = [
    "FeatureMap",
    "Features",
    "class_directions",
    "features_of",
    "interaction_directions",
    "products",
]

#: At most so many components, and one for so many rows.
COMPONENTS, ROWS_EACH = 64, 10
#: Share of the variance that components without whitening keep.
VARIANCE = 0.99
#: Rounds of least squares for an interaction direction, and the ridge for columns of variance 1.
REFINEMENTS, REFINED_RIDGE = 2, 0.1


class Features(NamedTuple):
    """Made without labels, so all rows may be used: bounds hold given the sources.

    Attributes
    ----------
    given : ndarray, shape (N, d)
        The source.
    columns : ndarray, shape (N, d)
        Standardised.
    components : ndarray, shape (N, k)
        Principal ones of these, of their own variances, of mean square 1 together.
    whitened : ndarray, shape (N, l)
        Principal ones with variance 1, also those of little variance.
    spread : float
        Standard deviation of the first component of the rows that these were found in.
    """

    given: np.ndarray
    columns: np.ndarray
    components: np.ndarray
    whitened: np.ndarray
    spread: float

    def of_rows(self, rows: np.ndarray) -> Features:
        """The same of some rows."""
        given, columns, components, whitened = (array[rows] for array in self[:4])
        return Features(given, columns, components, whitened, self.spread)


class FeatureMap:
    """Finds in the rows (N, d) of a source, in its precision, what classifiers are shown of any."""

    def __init__(self, x: np.ndarray, seed: int) -> None:
        # divided by the largest number of each column first: squares of any size are then finite
        largest = np.abs(x).max(0)
        self.largest = np.where(largest > 0, largest, 1).astype(x.dtype)
        self.scaler = StandardScaler()
        columns = self.scaler.fit_transform(x / self.largest)
        self.pca: Any = None
        self.spread = 0.0
        if not columns.any():
            return
        number = max(1, min(COMPONENTS, x.shape[1], len(x) // ROWS_EACH))
        self.pca = PCA(number, random_state=seed).fit(columns)
        scores = self.pca.transform(columns)
        self.scale = scores.std(0)
        self.kept = self.scale > 1e-6 * self.scale[0]
        shares = np.cumsum(self.pca.explained_variance_ratio_)
        self.enough = 1 + int(np.searchsorted(shares, VARIANCE))
        components = scores[:, : self.enough]
        self.size = np.sqrt((components.astype(np.float64) ** 2).mean()).astype(x.dtype)
        self.spread = float((components[:, 0] / self.size).std())

    def __call__(self, x: np.ndarray) -> Features:
        columns = self.scaler.transform(x / self.largest)
        if self.pca is None:
            first = np.ascontiguousarray(columns[:, :1])
            return Features(x, columns, first, first, 0.0)
        scores = self.pca.transform(columns)
        components = scores[:, : self.enough] / self.size
        whitened = scores[:, self.kept] / self.scale[self.kept]
        # in the order that they come in to other processes: sums of another may end in another bit
        components, whitened = map(np.ascontiguousarray, (components, whitened))
        return Features(x, columns, components, whitened, self.spread)


def features_of(x: np.ndarray, seed: int) -> Features:
    """Of a source (N, d), found in its own rows."""
    return FeatureMap(x, seed)(x)


def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of each column of a with each of b, of every row."""
    every: np.ndarray = a[:, :, None] * b[:, None, :]
    return every.reshape(len(a), -1)


def class_directions(a: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Directions (k, r) of a whitened source a (n, k) in which its classes lie apart.

    Principal ones of the class means: those of linear discriminant analysis, r below the number
    of classes. Classes that a source cannot tell apart then cost no coefficients.
    """
    one_hot = (labels[:, None] == np.unique(labels)) * weights[:, None]
    mass = one_hot.sum(0)
    means = (one_hot.T @ a) / np.sqrt(mass * mass.sum())[:, None]
    _, _, vt = np.linalg.svd(means, full_matrices=False)
    directions: np.ndarray = vt[: len(mass) - 1].T
    return directions


def interaction_directions(
    a: np.ndarray, b: np.ndarray, labels: np.ndarray, weights: np.ndarray, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """Directions u of a and v of b whose product u'a v'b differs most between classes.

    Singular vectors of the cross-covariance of both whitened sources, weighted by a class, the
    first of each refined by least squares: they find interactions, as of XOR, that neither source
    shows alone and no variance points to.

    Parameters
    ----------
    a, b : ndarray, shapes (n, k1) and (n, k2)
        Whitened sources, the rows to train on.
    labels, weights : ndarray, shape (n,)
        Of these.
    number : int
        Pairs of each class; the strongest of all are kept, at most the larger of this and 8.

    Returns
    -------
    u, v : ndarray, shapes (k1, r) and (k2, r)
    """
    weights = weights / weights.sum()
    present = np.unique(labels)
    found: list[tuple[float, np.ndarray, np.ndarray]] = []
    for label in present if len(present) > 2 else present[:1]:
        share = weights @ (labels == label)
        contrast = weights * ((labels == label) - share) / np.sqrt(share * (1 - share))
        u, s, vt = np.linalg.svd((a * contrast[:, None]).T @ b, full_matrices=False)
        found += [(s[k], u[:, k], vt[k]) for k in range(min(number, len(s)))]
        strength, first, second = found[-min(number, len(s))]
        refined = _refined(a, b, contrast, weights, first, second)
        found[-min(number, len(s))] = strength, *refined
    found.sort(key=lambda pair: -pair[0])
    strongest = found[: max(number, 8)]
    return (
        np.stack([u for _, u, _ in strongest], 1),
        np.stack([v for _, _, v in strongest], 1),
    )


def _refined(
    a: np.ndarray,
    b: np.ndarray,
    contrast: np.ndarray,
    weights: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """One pair of directions by ridge regression on a tanh(b v), then on b tanh(a u), in turn.

    A score that saturates tells more of classes than the product, which large values rule.
    """
    for _ in range(REFINEMENTS):
        u = _direction(a, b @ v, contrast, weights, u)
        v = _direction(b, a @ u, contrast, weights, v)
    return u, v


def _direction(
    a: np.ndarray, score: np.ndarray, contrast: np.ndarray, weights: np.ndarray, u: np.ndarray
) -> np.ndarray:
    spread = score.std()
    if not spread > 0:
        return u
    shown = a * np.tanh(score / spread)[:, None]
    gram = (shown * weights[:, None]).T @ shown
    found = np.linalg.solve(gram + REFINED_RIDGE * np.eye(len(gram)), shown.T @ contrast)
    size = np.linalg.norm(found)
    refined: np.ndarray = found / size if size > 0 else u
    return refined
