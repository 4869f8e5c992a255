# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Exact posteriors of Gaussian classes."""

import numpy as np
import pytest

from benchmarks.peers.gaussian_posteriors import gaussian_posteriors


@pytest.mark.parametrize("accuracy", [0.7, 0.98])
def test_posteriors_are_as_accurate_as_asked_and_share_their_target(accuracy):
    rows, classes = 4000, 5
    p1y, p2y = gaussian_posteriors(rows, classes, 8, accuracy, 0)
    assert not np.array_equal(p1y, p2y)
    for p in (p1y, p2y):
        assert p.shape == (rows, classes)
        np.testing.assert_allclose(p.sum(axis=0), 1 / classes, rtol=1e-12)
        np.testing.assert_allclose(p.sum(axis=1), 1 / rows, rtol=1e-9)
        right = np.argmax(p, axis=1) == np.arange(rows) % classes
        assert abs(right.mean() - accuracy) < 0.005
        # calibrated: as sure of the likeliest class as that is right
        assert abs(rows * p.max(axis=1).mean() - accuracy) < 0.02
    again = gaussian_posteriors(rows, classes, 8, accuracy, 0)
    assert np.array_equal(p1y, again[0])
    assert np.array_equal(p2y, again[1])
