# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The target as classifiers are fitted to it and measured on it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import xlogy

from fourfold.inputs.arrays import as_array
from fourfold.inputs.label_counts import code_column
from fourfold.inputs.target import holds_rows, target_column

__all__ = ["Target", "as_target", "class_names", "joined", "strata_of"]

#: Labels drawn from each row of probabilities, the posteriors of which are averaged.
DRAWS = 5


class Target(NamedTuple):
    """What is to be told.

    Attributes
    ----------
    shares : ndarray, shape (N, K_Y)
        p(y) of each row: a single 1, or a soft target.
    draws : sequence of ndarray of int, shape (N,)
        Labels to fit classifiers to: those of the rows, or some drawn from each of them.
    weights : ndarray, shape (N,)
        Of the rows, with sum 1.
    """

    shares: np.ndarray
    draws: tuple[np.ndarray, ...]
    weights: np.ndarray

    @property
    def soft(self) -> bool:
        """Whether rows are probabilities."""
        return len(self.draws) > 1

    @property
    def classes(self) -> np.ndarray:
        """p(y), shape (K_Y,)."""
        mass: np.ndarray = self.weights @ self.shares
        return mass

    @property
    def surprise(self) -> np.ndarray:
        """-log2 p(y) of each row in bits, whose mean is H(Y), shape (N,)."""
        classes = self.classes
        logs = np.log2(np.where(classes > 0, classes, 1.0))
        return -self.terms(np.broadcast_to(logs, self.shares.shape))

    @property
    def most(self) -> np.ndarray:
        """Terms (N,) whose mean is H(Y) minus the rows' mean entropy: I(X1,X2;Y) is at most that.

        p(y|x1,x2) is the mean of the rows with these sources, and entropy is concave.
        """
        terms: np.ndarray = self.surprise + xlogy(self.shares, self.shares).sum(1) / np.log(2)
        return terms

    @property
    def strata(self) -> np.ndarray:
        """What the folds share out: labels, or the likeliest classes, rare ones together."""
        if not self.soft:
            return self.draws[0]
        likeliest: np.ndarray = self.shares.argmax(1)
        return likeliest

    def log_score(self, posterior: np.ndarray) -> float:
        """Mean log probability of the classes in nats: minus the log loss."""
        return float(self.weights @ self.terms(np.log(posterior)))

    def terms(self, values: np.ndarray) -> np.ndarray:
        """Values (N, K_Y) at the class of each row, or their mean over its probabilities."""
        if not self.soft:
            terms: np.ndarray = values[np.arange(len(values)), self.draws[0]]
            return terms
        means: np.ndarray = np.where(self.shares > 0, self.shares * values, 0.0).sum(1)
        return means

    def of_rows(self, rows: np.ndarray) -> Target:
        """The same of some rows."""
        weights = self.weights[rows]
        draws = tuple(labels[rows] for labels in self.draws)
        return Target(self.shares[rows], draws, weights / weights.sum())


def as_target(y: np.ndarray, classes: int, weights: np.ndarray | None, seed: int) -> Target:
    """Of labels 0 to K_Y - 1, or of rows of probabilities; weights are of mean 1."""
    n = len(y)
    given = np.full(n, 1 / n) if weights is None else weights / weights.sum()
    if y.ndim == 1:
        shares = np.zeros((n, classes))
        shares[np.arange(n), y] = 1.0
        return Target(shares, (y,), given)
    levels = np.random.default_rng(seed).random((DRAWS, n, 1))
    cumulated = np.cumsum(y, axis=1)[:, :-1]
    draws = tuple((cumulated <= level).sum(1) for level in levels)
    return Target(np.asarray(y, dtype=np.float64), draws, given)


def strata_of(target: Target, cv: int) -> np.ndarray:
    """Likeliest classes of soft rows, those of fewer than cv rows together with the largest."""
    return target.strata if not target.soft else joined(target.strata, cv)


def joined(labels: np.ndarray, least: int) -> np.ndarray:
    """The labels, the largest one in place of those of fewer rows than `least`."""
    counts = np.bincount(labels)
    together: np.ndarray = np.where(counts[labels] < least, counts.argmax(), labels)
    return together


def class_names(y: Any, codes: np.ndarray) -> np.ndarray:
    """Labels that occur, or numbers of the columns that are not all zero."""
    if codes.ndim == 2:
        return np.flatnonzero(codes.max(0) > 0)
    if holds_rows(y):  # of one 1
        return np.unique(codes)
    names = code_column(target_column(y))[1]
    if names.dtype.kind == "i":  # whole numbers keep their type
        labels = as_array(y, "y")
        return names.astype(labels.dtype) if labels.dtype.kind in "iuf" else names
    return names
