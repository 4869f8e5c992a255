# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The probe in torch finds what scikit-learn's logistic regression finds."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import fourfold as ff
from fourfold.torch import LinearProbe


@pytest.mark.parametrize("weighted", [False, True])
def test_classifier_pid_takes_the_probe(weighted):
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=400)
    x1, x2 = (2 * np.eye(3)[y] + rng.standard_normal((400, 3)) for _ in range(2))
    x1, x2 = ((x - x.mean(0)) / x.std(0) for x in (x1, x2))  # the scaler knows no weights
    weights = {"sample_weight": rng.integers(1, 3, size=400)} if weighted else {}
    probe = LinearProbe(C=0.1, standardize=not weighted, device="cpu", tol=1e-6)
    plain = LogisticRegression(C=0.1, tol=1e-8, max_iter=1000)
    usual = plain if weighted else make_pipeline(StandardScaler(), plain)
    found, expected = (
        ff.ClassifierPID(model, cv=3, random_state=0).fit(x1, x2, y, **weights).result_
        for model in (probe, usual)
    )
    np.testing.assert_allclose(found.atoms, expected.atoms, atol=5e-3)
    np.testing.assert_allclose(
        found.information.held_out, expected.information.held_out, atol=5e-3
    )
