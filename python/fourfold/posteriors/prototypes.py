# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows as states: with similar posteriors merged to a few, and what that loses."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np

__all__ = ["LEAST", "MOST", "Prototypes", "merged", "nearest_mean", "of_rows"]

#: States to begin with and to end with, and the bits that may be lost without doubling them.
LEAST, MOST, ENOUGH = 128, 512, 0.005
LLOYD_STEPS = 3


class Prototypes(NamedTuple):
    """Groups of rows.

    Attributes
    ----------
    state : ndarray of int, shape (N,)
        Group of each row.
    mass : ndarray, shape (K,)
        With sum 1.
    posterior : ndarray, shape (K, K_Y)
        Mean of each group.
    loss : float
        I(rows;Y) - I(groups;Y) in bits: v* of the rows is at most v* of the groups plus the
        losses of both sources (docs/embeddings.md, Lemma B).
    """

    state: np.ndarray
    mass: np.ndarray
    posterior: np.ndarray
    loss: float


def of_rows(posterior: np.ndarray, weights: np.ndarray, number: int | None) -> Prototypes:
    """Each row (N, 2) by itself, as two classes cost no more; merged as below for more classes."""
    if number is None and posterior.shape[1] == 2:
        return Prototypes(np.arange(len(posterior)), weights, posterior, 0.0)
    return merged(posterior, weights, number)


def merged(posterior: np.ndarray, weights: np.ndarray, number: int | None) -> Prototypes:
    """Rows (N, K_Y) in at most `number` groups, else in 128, doubled while they lose too much."""
    tree = _Tree(posterior, weights)
    size = LEAST if number is None else number
    found = tree.grown_to(size)
    while number is None and found.loss > ENOUGH and size < min(MOST, len(posterior)):
        size *= 2
        found = tree.grown_to(size)
    return found


class _Tree:
    """Groups split along the direction in which they are widest, the one that loses most first."""

    def __init__(self, posterior: np.ndarray, weights: np.ndarray) -> None:
        self.posterior = posterior
        self.weights = weights
        self.roots = np.sqrt(posterior)
        self.informations = _entropy_terms(posterior)
        self.heap: list[tuple[float, int, np.ndarray]] = []
        self.count = 0
        self._push(np.arange(len(posterior)))

    def grown_to(self, number: int) -> Prototypes:
        """Split to so many groups, then let rows choose among the means of these."""
        while len(self.heap) < number and self.heap[0][0] < -1e-15:
            _, _, rows = heapq.heappop(self.heap)
            for part in self._halves(rows):
                self._push(part)
        state = np.empty(len(self.posterior), dtype=np.int64)
        for k, (_, _, rows) in enumerate(self.heap):
            state[rows] = k
        for _ in range(LLOYD_STEPS):
            _, means = self._means(state)
            state = nearest_mean(self.posterior, np.log(means))
        state = np.unique(state, return_inverse=True)[1]
        mass, means = self._means(state)
        loss = self.weights @ self.informations - mass @ _entropy_terms(means)
        return Prototypes(state, mass, means, max(0.0, float(loss / np.log(2))))

    def _means(self, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        state = np.unique(state, return_inverse=True)[1]
        mass = np.bincount(state, self.weights)
        sums = [np.bincount(state, self.weights * column) for column in self.posterior.T]
        return mass, np.stack(sums, 1) / mass[:, None]

    def _push(self, rows: np.ndarray) -> None:
        weights = self.weights[rows]
        mass = weights.sum()
        mean = weights @ self.posterior[rows] / mass
        lost = weights @ self.informations[rows] - mass * _entropy_terms(mean[None])[0]
        heapq.heappush(self.heap, (-float(lost), self.count, rows))
        self.count += 1

    def _halves(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weights = self.weights[rows]
        centred = self.roots[rows] - weights @ self.roots[rows] / weights.sum()
        _, vectors = np.linalg.eigh((centred * weights[:, None]).T @ centred)
        along = centred @ vectors[:, -1]
        above = along > 0
        if not above.any() or above.all():  # rounding
            above = np.arange(len(rows)) < len(rows) // 2
        return rows[above], rows[~above]


def _entropy_terms(posterior: np.ndarray) -> np.ndarray:
    """sum_y p log p of each row in nats; no probability is 0."""
    terms: np.ndarray = (posterior * np.log(posterior)).sum(1)
    return terms


def nearest_mean(posterior: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """The group of least KL divergence from each row, without an array of rows x groups."""
    step = max(1, 2**22 // len(logs))
    parts = [
        np.argmax(posterior[k : k + step] @ logs.T, axis=1)
        for k in range(0, len(posterior), step)
    ]
    return np.concatenate(parts)
