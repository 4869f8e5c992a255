# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Exact posteriors of Gaussian classes: two views of one label, as good classifiers would tell it."""

from __future__ import annotations

import numpy as np

__all__ = ["gaussian_posteriors"]

#: Halvings of the scale of the means, from a largest one at which no row is told wrong.
HALVINGS, LARGEST = 40, 64.0
#: Most steps in which the classes get equal masses, and how near is enough: what is left is a last
#: factor for each class.
ROUNDS, ENOUGH = 20, 1e-13


def gaussian_posteriors(
    rows: int, classes: int, dimensions: int, accuracy: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw two views, independent given Y, of Gaussian classes, and take their exact posteriors.

    Each view is normal with unit variances around a mean of the class; the means are drawn normal
    as well, apart for each view, and scaled until the likeliest class is the true one for this part
    of the rows. The labels are balanced, and the posteriors of each view are weighted by class so
    that both have the same p(y), which is uniform.

    Parameters
    ----------
    rows, classes, dimensions : int
        Number of rows of each view, of classes, and of coordinates of a row.
    accuracy : float
        Part of the rows whose likeliest class is the true one, above 1 / classes and below 1.
    seed : int
        Seed of the draw.

    Returns
    -------
    p1y, p2y : ndarray
        Probabilities, both of shape (rows, classes): each row of mass 1 / rows.
    """
    rng = np.random.default_rng([seed, rows, classes, dimensions])
    labels = np.arange(rows) % classes
    p1y, p2y = (_view(rng, labels, classes, dimensions, accuracy) / rows for _ in range(2))
    return p1y, p2y * (p1y.sum(axis=0) / p2y.sum(axis=0))


def _view(
    rng: np.random.Generator, labels: np.ndarray, classes: int, dimensions: int, accuracy: float
) -> np.ndarray:
    """Posteriors (rows, classes) of one view, with a mean of 1 / classes for each class."""
    means = rng.standard_normal((classes, dimensions))
    noise = rng.standard_normal((len(labels), dimensions))
    along = noise @ means.T  # (rows, classes)
    products = means @ means.T
    squares = np.diag(products)
    own = products[labels]

    def logits(scale: float) -> np.ndarray:
        """Of x = scale mean + noise: x . scale mean(y) - |scale mean(y)|^2 / 2."""
        found: np.ndarray = scale * along + scale**2 * (own - squares / 2)
        return found

    low, high = 0.0, LARGEST
    for _ in range(HALVINGS):
        scale = (low + high) / 2
        right = np.mean(np.argmax(logits(scale), axis=1) == labels)
        low, high = (scale, high) if right < accuracy else (low, scale)
    found = logits(high)
    posterior = np.exp(found - found.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    # Newton's method on the logarithms of the weights, whose optimum has these means; plain
    # scaling takes hundreds of rounds where the classes hardly overlap
    for _ in range(ROUNDS):
        mean = posterior.mean(axis=0)
        if np.abs(classes * mean - 1.0).max() < ENOUGH:
            break
        overlap = np.diag(mean) - posterior.T @ posterior / len(labels)
        posterior *= np.exp(np.linalg.lstsq(overlap, 1 / classes - mean, rcond=None)[0])
        posterior /= posterior.sum(axis=1, keepdims=True)
    return posterior / (classes * posterior.mean(axis=0))
