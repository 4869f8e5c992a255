# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings that have clusters: two mixtures of Gaussians whose components carry the target."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

COMPONENTS, CLASSES, COLUMNS = 24, 10, 8


class Mixture(NamedTuple):
    """A population: p(c1, c2, y) of the components and the class, and where components lie."""

    table: np.ndarray
    centres: np.ndarray

    @classmethod
    def drawn(cls, seed: int) -> Mixture:
        """Dependent components; the class by effects of each and an interaction."""
        rng = np.random.default_rng(seed)
        pair = rng.dirichlet(np.full(COMPONENTS, 2.0))[:, None] * rng.dirichlet(
            np.full(COMPONENTS, 0.5), size=COMPONENTS
        )
        shape = (COMPONENTS, COMPONENTS, CLASSES)
        logits = 1.45 * rng.normal(size=shape)
        logits += 1.4 * rng.normal(size=(COMPONENTS, 1, CLASSES))
        logits += 1.4 * rng.normal(size=(1, COMPONENTS, CLASSES))
        given = np.exp(logits)
        table = pair[:, :, None] * given / given.sum(-1, keepdims=True)
        return cls(table, 2.5 * rng.normal(size=(2, COMPONENTS, COLUMNS)))

    def rows(self, number: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Embeddings X1 and X2, (N, 8) each, and classes."""
        rng = np.random.default_rng(seed)
        cell = rng.choice(self.table.size, number, p=self.table.ravel())
        first, second, y = np.unravel_index(cell, self.table.shape)
        noise = rng.normal(size=(2, number, COLUMNS))
        return self.centres[0][first] + noise[0], self.centres[1][second] + noise[1], y
