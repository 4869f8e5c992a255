# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Calibration finds its optimum also for logits of any size, rare classes and few rows."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from fourfold.torch.calibrated_rows import SHARPEST, CalibratedRows, doubted


@pytest.mark.parametrize("seed", [*range(60), 468, 732, 1467])  # the last three once did not
def test_the_slopes_of_the_cross_entropy_are_zero(seed):
    rng = np.random.default_rng(seed)
    n, classes = int(rng.choice([2, 3, 8, 40, 200])), int(rng.choice([2, 3, 6, 15]))
    shares = np.eye(classes)[rng.integers(classes, size=n)]
    if seed % 3 == 0:
        shares = rng.dirichlet(np.full(classes, 0.1), n)
    labels = doubted(shares[:, shares.any(0)])
    size = 10 ** rng.uniform(-6, 2.5)
    logs = size * (rng.standard_t(1.2, size=labels.shape) + rng.uniform(-2, 4) * labels)
    if labels.shape[1] == 1:
        return
    rows = CalibratedRows(logs, labels)
    q = rows.posterior
    np.testing.assert_allclose(q.mean(0), labels.mean(0), rtol=0, atol=1e-11)
    by_sharpness = ((q - labels) * (logs - logs.mean(1, keepdims=True))).sum(1).mean()
    sharpness = fitted_sharpness(q, logs)
    scale = np.abs(logs).max()
    assert -1e-9 <= sharpness <= SHARPEST * (1 + 1e-6)
    if sharpness < 1e-9:
        assert by_sharpness >= -1e-9 * scale  # it would fall below 0
    elif sharpness > SHARPEST * (1 - 1e-6):
        assert by_sharpness <= 1e-9 * scale
    else:
        assert abs(by_sharpness) <= 1e-9 * scale
        information = -(labels.mean(0) * np.log2(labels.mean(0))).sum()
        information += (labels * np.log2(q)).sum(1).mean()
        assert rows.information == pytest.approx(information, abs=1e-9)


def fitted_sharpness(q, logs):
    """t of log q = t log p + offsets of rows and of classes."""
    parts = []
    for values in (np.log(q), logs):
        centred = values - values.mean(1, keepdims=True)
        parts.append(centred - centred.mean(0))
    return (parts[0] * parts[1]).sum() / (parts[1] ** 2).sum()
