# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Clusters of embeddings that have clusters, and the table of the population for any clusterer.

Either embedding is a mixture of normal components; the label depends on both components. Given
these, the embeddings are independent, so p(x1,x2,y) of clusters follows from the shares of the rows
of each component that fall into each cluster.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from benchmarks.statistics.population import Population

if TYPE_CHECKING:
    from sklearn.cluster import KMeans

    from benchmarks.statistics.population import Samples

__all__ = ["Clustered", "clustered_table"]

COMPONENTS, DIMENSIONS, CLASSES = 24, 8, 10
#: Standard deviations: of centres, where that of a component is 1, of the log odds that a source
#: adds alone and that both add together, and of the logarithm of how often two components meet.
APART, ALONE, TOGETHER, DEPENDENCE = 2.0, 1.2, 1.2, 1.0
#: Rows from which the shares are counted.
MILLION = 1_000_000


class _Mixture(NamedTuple):
    """p of components and class, shape (24, 24, 10); centres, (2, 24, 8)."""

    pmf: np.ndarray
    centres: np.ndarray

    def rows(self, side: int, components: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One of each of these components."""
        noise = rng.standard_normal((len(components), DIMENSIONS), dtype=np.float32)
        return self.centres[side][components] + noise


@cache
def _mixture(seed: int) -> _Mixture:
    rng = np.random.default_rng([seed, COMPONENTS])
    pairs = np.exp(rng.normal(scale=DEPENDENCE, size=(COMPONENTS, COMPONENTS)))
    one, two = rng.normal(scale=ALONE, size=(2, COMPONENTS, CLASSES))
    both = rng.normal(scale=TOGETHER, size=(COMPONENTS, COMPONENTS, CLASSES))
    odds = np.exp(one[:, None] + two + both)
    pmf = pairs[..., None] / pairs.sum() * odds / odds.sum(axis=2, keepdims=True)
    centres = rng.normal(scale=APART, size=(2, COMPONENTS, DIMENSIONS)).astype(np.float32)
    return _Mixture(pmf, centres)


@cache
def _population(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The component of each row, as many of each, and the rows of either embedding."""
    rng = np.random.default_rng([seed, rows])
    components = np.repeat(np.arange(COMPONENTS), rows // COMPONENTS)
    first, second = (_mixture(seed).rows(side, components, rng) for side in (0, 1))
    return components, first, second


def _population_table(clusterers: list[KMeans], seed: int, rows: int) -> np.ndarray:
    """p(x1,x2,y) of the clusters of two fitted clusterers."""
    components, *embeddings = _population(seed, rows)
    shares = []
    for clusterer, embedding in zip(clusterers, embeddings, strict=True):
        states = clusterer.n_clusters
        cells = components * states + clusterer.predict(embedding)
        counts = np.bincount(cells, minlength=COMPONENTS * states)
        shares.append(counts.reshape(COMPONENTS, states) / (rows // COMPONENTS))
    return np.einsum("aby,ai,bj->ijy", _mixture(seed).pmf, *shares, optimize=True)


def _fitted(rows: np.ndarray, states: int, seed: int) -> KMeans:
    from sklearn.cluster import KMeans  # noqa: PLC0415  slow to import

    return KMeans(states, n_init=1, random_state=seed).fit(rows)


def clustered_table(states: int, seed: int, rows: int = MILLION) -> np.ndarray:
    """That of clusters fitted to the rows of the population themselves."""
    _, *embeddings = _population(seed, rows)
    clusterers = [_fitted(embedding, states, seed) for embedding in embeddings]
    return _population_table(clusterers, seed, rows)


@dataclasses.dataclass(frozen=True, eq=False)
class Clustered(Population):
    """Clusters fitted anew to each sample, whose table is that of the population."""

    seed: int = 0
    rows: int = MILLION

    @classmethod
    def to(cls, states: int, seed: int, rows: int) -> Self:
        """So many clusters of either embedding; the table is counted from `rows`."""
        shape = states, states, CLASSES
        return cls(f"K-means, {states} clusters", shape, group="clusters", seed=seed, rows=rows)

    def drawn(self, n_samples: int, rng: np.random.Generator) -> tuple[np.ndarray, Samples]:
        """Clusters of new rows, and the table of these clusters."""
        mixture = _mixture(self.seed)
        cells = rng.choice(mixture.pmf.size, size=n_samples, p=mixture.pmf.ravel())
        *components, y = np.unravel_index(cells, mixture.pmf.shape)
        embeddings = [mixture.rows(side, c, rng) for side, c in enumerate(components)]
        start = int(rng.integers(2**31))
        clusterers = [
            _fitted(rows, states, start)
            for rows, states in zip(embeddings, self.shape[:2], strict=True)
        ]
        x1, x2 = (clusterer.labels_ for clusterer in clusterers)
        return _population_table(clusterers, self.seed, self.rows), (x1, x2, y)
