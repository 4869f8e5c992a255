# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fixed tables: clustered embeddings, whose frequencies are the truth.

.. [1] Liang et al., "Quantifying and modeling multimodal interactions: an information
   decomposition framework", NeurIPS 2023: the synthetic generator of section 4.1.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

import fourfold as ff
from fourfold.exceptions import UndersampledWarning

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EMPIRICAL"]

#: Of the generator: rows, dimensions of a latent variable and of an embedding, variance.
ROWS, LATENT, WIDTH, VARIANCE = 20_000, 5, 32, 1.5
STATES, CLASSES = 8, 4

#: Latent variables that the label depends on: of X1, of X2 and common to both.
SETTINGS = {
    "redundancy": ("c",),
    "uniqueness": ("1",),
    "synergy": ("1", "2"),
    "mixed": ("1", "2", "c"),
}


def _mixture(setting: str, seed: int) -> np.ndarray:
    """A table of 8 x 8 x 4 from 20 000 rows of the generator of Liang et al.

    Its labels are binary; here they are equally frequent classes of the same score.
    """
    from sklearn.cluster import KMeans  # noqa: PLC0415  slow to import

    rng = np.random.default_rng([seed, sorted(SETTINGS).index(setting)])
    z = {name: rng.normal(scale=VARIANCE**0.5, size=(ROWS, LATENT)) for name in "12c"}
    weights = {name: rng.uniform(size=(LATENT, WIDTH)) for name in "12c"}
    chosen = np.concatenate([z[name] for name in SETTINGS[setting]], axis=1)
    score = 1.0 / (1.0 + np.exp(-chosen.mean(axis=1)))
    y = np.argsort(np.argsort(score)) * CLASSES // ROWS
    x1, x2 = (
        KMeans(STATES, n_init=1, random_state=seed).fit_predict(
            np.hstack([z[name] @ weights[name], z["c"] @ weights["c"]])
        )
        for name in "12"
    )
    return _frequencies(x1, x2, y)


def _digits(states: int, seed: int) -> np.ndarray:
    """1797 digits, both halves clustered: a table of states x states x 10."""
    x1, x2, y = ff.datasets.digits_halves()
    with warnings.catch_warnings():
        # the frequencies are the truth here, not an estimate
        warnings.simplefilter("ignore", UndersampledWarning)
        fitted = ff.PIDEstimator(states, random_state=seed, probe=False).fit(x1, x2, y)
    return _frequencies(*fitted.transform(x1, x2), y)


def _frequencies(*columns: np.ndarray) -> np.ndarray:
    counts = np.zeros([column.max() + 1 for column in columns])
    np.add.at(counts, tuple(columns), 1.0)
    return counts / counts.sum()


#: By name: the seed makes the table.
EMPIRICAL: dict[str, Callable[[int], np.ndarray]] = {
    "mixture, redundancy": lambda seed: _mixture("redundancy", seed),
    "mixture, uniqueness": lambda seed: _mixture("uniqueness", seed),
    "mixture, synergy": lambda seed: _mixture("synergy", seed),
    "mixture, mixed": lambda seed: _mixture("mixed", seed),
    "digits, 8 clusters": lambda seed: _digits(8, seed),
    "digits, 16 clusters": lambda seed: _digits(16, seed),
}
