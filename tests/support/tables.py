# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of one kind and of any shape, and what can be said of a table."""

from __future__ import annotations

import numpy as np
from scipy.special import rel_entr


def dense(shape, seed=0):
    return np.random.default_rng(seed).exponential(size=shape)


def sparse(shape, seed=0):
    """Counts, most of them zero."""
    table = np.random.default_rng(seed).poisson(0.5, shape)
    table.flat[0] += 1
    return table


def decades(shape, seed=0):
    """Masses over twelve decades, and zeros."""
    rng = np.random.default_rng(seed)
    return 10.0 ** rng.uniform(-12, 0, shape) * (rng.random(shape) < 0.7)


def few_classes(k, classes, seed=0):
    """Counts in which a state has two or three of the classes, as clusters of real data do."""
    rng = np.random.default_rng(seed)
    own1, own2 = rng.integers(classes, size=(2, k, 3))
    y = rng.integers(classes, size=12 * k)
    table = np.zeros((k, k, classes), dtype=int)
    for label in y:
        first = np.flatnonzero((own1 == label).any(1))
        second = np.flatnonzero((own2 == label).any(1))
        if first.size and second.size:
            table[rng.choice(first), rng.choice(second), label] += 1
    return table


def nearly_equal(states, classes, *, apart=0.1, seed=0):
    """p(x1, y) and p(x2, y) of sources whose posteriors are nearly the same."""
    rng = np.random.default_rng(seed)
    first = rng.dirichlet(np.full(classes, 0.3), size=states)
    second = first * np.exp(apart * rng.normal(size=first.shape))
    p_y, weight = first.mean(0), np.ones(classes)
    for _ in range(500):
        posterior = second * weight
        posterior /= posterior.sum(1, keepdims=True)
        weight *= p_y / posterior.mean(0)
    second = posterior / states
    return first / states, second * (p_y / second.sum(0))


def drawn(truth, n, rng):
    """The columns of n samples of the distribution `truth`, one for each of its axes."""
    return np.unravel_index(rng.choice(truth.size, size=n, p=truth.ravel()), truth.shape)


def information(q):
    """I(X1,X2;Y) of a table of mass 1 in bits, of entropies."""
    cells = q.reshape(-1, q.shape[-1])
    terms = [p[p > 0] for p in (cells, cells.sum(1), cells.sum(0))]
    joint, pairs, classes = ((p * np.log2(p)).sum() for p in terms)
    return joint - pairs - classes


def divergence(rows, table):
    """The Kullback-Leibler divergence of one from the other, in nats."""
    return float(rel_entr(rows, table).sum())
