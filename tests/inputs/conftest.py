# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tests of refusals share."""

from __future__ import annotations

import pytest
from sklearn.pipeline import Pipeline

from fourfold import _core
from tests.support.refusals import batch, fitted, single


@pytest.fixture
def nothing_is_computed(monkeypatch):
    # made before it is forbidden, and kept
    fitted(), single(), batch()

    def computed(*_, **__):
        pytest.fail("something was computed before the arguments were refused")

    for name in ("solve_one", "solve_batch", "solve_many"):
        monkeypatch.setattr(_core, name, computed)
    for name in ("fit", "fit_predict", "predict"):
        monkeypatch.setattr(Pipeline, name, computed)
