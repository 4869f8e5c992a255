# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Logistic regression in little time: single precision, few steps in whitened coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.special import log_softmax

if TYPE_CHECKING:
    from fourfold.posteriors.folds import Folds

__all__ = ["out_of_fold_log_posteriors"]

#: Inverse strengths of the penalty, as scikit-learn's C, strongest first.
STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)
#: Steps of L-BFGS while the strength is chosen, and after that.
STEPS_TO_CHOOSE, STEPS = 6, 12


def out_of_fold_log_posteriors(x: np.ndarray, shares: np.ndarray, folds: Folds) -> np.ndarray:
    """Natural log of p(y|x) of each row, from the rows of other folds.

    Parameters
    ----------
    x : ndarray of float32, shape (N, d)
        Standardised columns.
    shares : ndarray, shape (N, K_Y)
        p(y) of each row: a single 1, or a soft target.
    folds : list
        At least three. The strength is chosen by the second of them and serves all.
    """
    problem = _Problem.of(x, shares, [test for _, test in folds])
    every = range(len(folds))
    chosen, least = STRENGTHS[0], np.inf
    weights = None
    for strength in STRENGTHS:
        weights = problem.fitted([*every[2:]], strength, STEPS_TO_CHOOSE, weights)
        loss = -problem.log_posteriors(1, weights)[1]
        if loss > least:  # more of the rows' own noise from here on
            break
        chosen, least = strength, loss
    found = np.empty(shares.shape)
    for k, test in enumerate(problem.parts):
        others = [fold for fold in every if fold != k]
        found[test] = problem.log_posteriors(k, problem.fitted(others, chosen, STEPS))[0]
    return found


class _Problem(NamedTuple):
    """Rows by fold, with a column of ones behind the others."""

    parts: list[np.ndarray]
    columns: list[np.ndarray]
    shares: list[np.ndarray]
    products: list[np.ndarray]  # of the columns of each fold with each other

    @classmethod
    def of(cls, x: np.ndarray, shares: np.ndarray, parts: list[np.ndarray]) -> _Problem:
        ones = np.ones((len(x), 1), np.float32)
        whole = np.concatenate([x, ones], axis=1)
        columns = [whole[part] for part in parts]
        targets = [shares[part].astype(np.float32) for part in parts]
        return cls(parts, columns, targets, [rows.T @ rows for rows in columns])

    def fitted(
        self, folds: list[int], strength: float, steps: int, start: np.ndarray | None = None
    ) -> np.ndarray:
        """Weights (d + 1, K_Y) from the rows of some folds."""
        x = np.concatenate([self.columns[k] for k in folds])
        y = np.concatenate([self.shares[k] for k in folds])
        n, penalty = len(x), np.full(x.shape[1], 1 / (strength * len(x)), np.float32)
        penalty[-1] = 1e-6  # the offset is as good as free
        classes = y.mean(0)
        # where all weights are zero the second derivative is about this
        second = sum(self.products[k] for k in folds) * ((classes * (1 - classes)).mean() / n)
        second[np.diag_indices_from(second)] += penalty + 1e-6
        root = cholesky(second, lower=True, check_finite=False)
        inverse = solve_triangular(
            root, np.eye(len(root), dtype=np.float32), lower=True, check_finite=False
        )
        shape = (x.shape[1], y.shape[1])

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            weights = inverse.T @ flat.reshape(shape).astype(np.float32)
            logs = log_softmax(x @ weights, axis=1)
            value = -float((y * logs).sum()) / n
            shrunk = penalty[:, None] * weights
            slope = x.T @ (np.exp(logs) - y) / n + shrunk
            value += 0.5 * float((weights * shrunk).sum())
            return value, (inverse @ slope).ravel().astype(np.float64)

        begin = np.zeros(shape) if start is None else root.T @ start
        options = {"maxiter": steps, "ftol": 1e-6}
        made = minimize(loss, begin.ravel(), jac=True, method="L-BFGS-B", options=options)
        weights: np.ndarray = inverse.T @ made.x.reshape(shape).astype(np.float32)
        return weights

    def log_posteriors(self, fold: int, weights: np.ndarray) -> tuple[np.ndarray, float]:
        """Of the rows of a fold, and their mean at what the rows are."""
        logs = log_softmax(self.columns[fold] @ weights, axis=1)
        return logs, float((self.shares[fold] * logs).sum() / len(logs))
