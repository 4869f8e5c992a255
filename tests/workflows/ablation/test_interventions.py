# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What an intervention makes of the rows of one modality."""

from __future__ import annotations

import numpy as np

from fourfold.workflows.ablation.interventions import alter


def test_removed_rows_are_the_mean_row(rng):
    values = rng.standard_normal((50, 2, 3)).astype(np.float32)
    removed = alter("remove", values, rng, "").values
    assert removed.dtype == np.float32
    assert removed.shape == values.shape
    np.testing.assert_array_equal(removed, np.broadcast_to(removed[0], values.shape))
    np.testing.assert_allclose(removed[0], values.mean(0), atol=1e-6)


def test_noise_has_the_mean_and_the_spread_of_each_column(rng):
    values = np.column_stack([5 + 2 * rng.standard_normal(20000), np.full(20000, 0.1)])
    noise = alter("noise", values, rng, "").values
    np.testing.assert_allclose(noise.mean(0), [5, 0.1], atol=0.1)
    np.testing.assert_allclose(noise.std(0), [2, 0], atol=0.1)
    np.testing.assert_allclose(noise[:, 1], 0.1, rtol=1e-12)
    assert abs(np.corrcoef(noise[:, 0], values[:, 0])[0, 1]) < 0.05


def test_no_row_keeps_its_own_and_all_others_are_as_likely(rng):
    values = np.arange(5)
    seen = np.zeros((5, 5))
    for _ in range(4000):
        shuffled, donors = alter("shuffle", values, rng, "")
        np.testing.assert_array_equal(np.sort(shuffled), values)
        np.testing.assert_array_equal(shuffled, values[donors])
        seen[values, shuffled] += 1
    assert not np.diag(seen).any()
    np.testing.assert_allclose(seen[~np.eye(5, dtype=bool)], 1000, rtol=0.15)
