# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two sources in several layers, and options that are quick."""

from __future__ import annotations

import numpy as np

PLAIN = {"n_clusters": 3, "n_seeds": 1, "n_init": 1, "n_resamples": 0}
#: Of sources of one column; K-means takes most of the time of a test.
BINS = PLAIN | {"clusterer": "quantile"}


def depth(rows=300, layers=3, seed=0):
    """X1 knows a bit that fades with depth and X2 one that grows; y is both."""
    rng = np.random.default_rng(seed)
    y = rng.integers(4, size=rows)
    bits = np.stack([y % 2, y // 2], 1) * 3.0
    strength = np.linspace(0, 1, layers)
    x1 = [bits[:, :1] * (1 - s) + rng.standard_normal((rows, 2)) for s in strength]
    x2 = [bits[:, 1:] * s + rng.standard_normal((rows, 2)) for s in strength]
    return np.array(x1), np.array(x2), y


def columns_of(data):
    x1, x2, y = data
    return x1[:2, :, :1], x2[:2, :, :1], y


def assert_same_layers(one, other):
    np.testing.assert_array_equal(one.by_seed, other.by_seed)
    assert one.layers == other.layers
