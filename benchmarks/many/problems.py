# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Marginals of several sources, each made again from its seed, and what a union of them should take."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "CASES",
    "Case",
    "binary_posteriors",
    "dense_marginals",
    "digit_parts",
    "marginals_of",
]

Tables = list[np.ndarray]


@dataclasses.dataclass(frozen=True)
class Case:
    """Marginals, and what their union should take.

    Attributes
    ----------
    make : callable
        Makes the tables (K_i, K_Y) from a seed.
    seconds : float
        Target of the median CPU time on one thread.
    peak_bytes : int or None
        Target of the memory of the process.
    known : float or None
        v* in bits of seed 0, found by another program: a primal-dual method in NumPy, to 1e-7.
    limit : float
        Seconds after which a call is ended.
    """

    make: Callable[[int], Tables]
    seconds: float
    peak_bytes: int | None = None
    known: float | None = None
    limit: float = 60.0


def dense_marginals(
    states: Sequence[int], classes: int, seed: int, concentration: float = 1.0
) -> Tables:
    """p(x_i given y) Dirichlet(`concentration`), p(y) Dirichlet(5): one table for each of `states`."""
    rng = np.random.default_rng(seed)
    p_y = rng.dirichlet(np.full(classes, 5.0))
    given = (rng.dirichlet(np.full(count, concentration), size=classes).T for count in states)
    return [np.ascontiguousarray(channel * p_y) for channel in given]


def marginals_of(table: np.ndarray) -> Tables:
    """p(x_i,y) of each source of a table (K_1, .., K_n, K_Y)."""
    every = range(table.ndim - 1)
    return [table.sum(tuple(j for j in every if j != k)) for k in every]


def digit_parts(parts: int, clusters: int, seed: int) -> Tables:
    """Handwritten digits in three strips of columns of pixels, or in four quadrants, clustered.

    Parameters
    ----------
    parts : int
        3 or 4.
    clusters : int
        Of K-means, of each part.
    seed : int
        Of the clustering.
    """
    from sklearn.cluster import KMeans  # noqa: PLC0415  slow to import
    from sklearn.datasets import load_digits  # noqa: PLC0415
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  comes with it

    pixels, y = load_digits(return_X_y=True)
    images = pixels.reshape(-1, 8, 8)
    if parts == 3:
        cut = [images[:, :, :3], images[:, :, 3:5], images[:, :, 5:]]
    else:
        cut = [images[:, r : r + 4, c : c + 4] for r in (0, 4) for c in (0, 4)]
    tables = []
    with threadpool_limits(1):  # the same sums anywhere
        for part in cut:
            model = KMeans(clusters, n_init=1, random_state=seed)
            labels = model.fit_predict(part.reshape(len(y), -1))
            table = np.zeros((clusters, 10))
            np.add.at(table, (labels, y), 1.0 / len(y))
            tables.append(table)
    return tables


def binary_posteriors(sources: int, states: int, seed: int) -> Tables:
    """Two classes of one mass: ROC curves 1 - (1 - u^a)^b that cross, cut at random into states."""
    rng = np.random.default_rng(seed)
    tables = []
    for a in np.linspace(0.4, 1.0, sources):
        cuts = np.concatenate([[0.0], np.sort(rng.random(states - 1)), [1.0]])
        found = 1 - (1 - cuts**a) ** (1 + 4 * (a - 0.4))
        tables.append(np.stack([np.diff(cuts), np.diff(found)], axis=1) / 2)
    return tables


def _dense(states: int, sources: int, classes: int) -> Callable[[int], Tables]:
    return partial(dense_marginals, (states,) * sources, classes)


CASES = {
    "16 x 16 x 16 x 4": Case(_dense(16, 3, 4), 0.05, known=0.5498189),
    "32 x 32 x 32 x 10": Case(_dense(32, 3, 10), 0.2, known=0.7918293),
    "32 x 32 x 32 x 32 x 10": Case(
        _dense(32, 4, 10), 2.0, peak_bytes=1_000_000_000, known=0.8641870
    ),
    "digits, 3 strips of 16": Case(partial(digit_parts, 3, 16), 0.1, known=2.6005735),
    "digits, 3 strips of 64": Case(partial(digit_parts, 3, 64), 1.0),
    "2 classes, 10 sources of 100000": Case(partial(binary_posteriors, 10, 100_000), 1.0),
}
