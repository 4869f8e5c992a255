# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results of embeddings whose classifiers are a formula, so that they take no time."""

from __future__ import annotations

import numpy as np

import fourfold as ff


def posteriors(rows=400, seed=0):
    """Of two noisy views of a bit and of both; they are exact. And the bit."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=rows)
    views = 2 * y[:, None] - 1 + rng.normal(size=(rows, 2)) * (1.0, 1.6)
    odds = 2 * views / (1.0, 1.6**2)
    return [_of_odds(o) for o in (odds[:, 0], odds[:, 1], odds.sum(1))], y


def decoded(*, joint=True, **options):
    """A `PosteriorPID`."""
    (p1, p2, both), y = posteriors()
    return ff.posterior_pid(p1, p2, y, both if joint else None, n_prototypes=16, **options)


def _of_odds(odds):
    p = 1 / (1 + np.exp(-odds))
    return np.stack([1 - p, p], 1)
