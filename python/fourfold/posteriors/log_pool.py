# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Posteriors of several models pooled into one: a weighted geometric mean with class offsets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from fourfold.posteriors.folds import Folds
from fourfold.posteriors.target import Target

__all__ = ["FLOOR", "LogPool", "cross_fitted", "fit_log_pool", "normalised"]

#: Probabilities below this are raised to it before their logarithm is taken.
FLOOR = 1e-6
#: Keeps class offsets from growing where a class has few rows.
RIDGE = 1e-3


class LogPool:
    """softmax(sum_m w_m log p_m + c) with w >= 0: convex to fit, a temperature if M = 1."""

    def __init__(self, weights: np.ndarray, offsets: np.ndarray) -> None:
        self.weights = weights
        self.offsets = offsets

    def __call__(self, logs: np.ndarray) -> np.ndarray:
        """Pool log posteriors (M, N, K_Y)."""
        pooled = log_softmax(np.tensordot(self.weights, logs, 1) + self.offsets, axis=1)
        return normalised(np.exp(pooled))


def normalised(posterior: np.ndarray) -> np.ndarray:
    """With no probability below the floor, and rows of sum 1."""
    raised = np.maximum(posterior, FLOOR)
    scaled: np.ndarray = raised / raised.sum(1, keepdims=True)
    return scaled


def fit_log_pool(logs: np.ndarray, target: Target, ridge: float = RIDGE) -> LogPool:
    """Fit weights and offsets to log posteriors (M, N, K_Y) by maximum likelihood."""
    m, _, classes = logs.shape
    shares = target.shares * target.weights[:, None]

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        offsets = np.append(0.0, v[m:])
        pooled = log_softmax(np.tensordot(v[:m], logs, 1) + offsets, axis=1)
        error = np.exp(pooled) * target.weights[:, None] - shares
        slopes = np.append(np.tensordot(logs, error, 2), error.sum(0)[1:] + ridge * v[m:])
        return -(shares * pooled).sum() + 0.5 * ridge * (v[m:] ** 2).sum(), slopes

    found = minimize(
        loss,
        np.append(np.full(m, 1 / m), np.zeros(classes - 1)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * m + [(None, None)] * (classes - 1),
    ).x
    return LogPool(found[:m], np.append(0.0, found[m:]))


def cross_fitted(
    fit_predict: Callable[[np.ndarray, np.ndarray], np.ndarray], folds: Folds
) -> np.ndarray:
    """Predictions for each fold by what was fitted to the others."""
    parts = [fit_predict(train, test) for train, test in folds]
    order = np.argsort(np.concatenate([test for _, test in folds]))
    return normalised(np.concatenate(parts)[order])
