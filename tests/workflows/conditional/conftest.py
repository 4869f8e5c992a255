# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples that a third variable parts."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def rows(rng):
    """600 rows: y depends on x1, on x2 and x1 xor x2, by the value of t."""
    x1, x2, t = rng.integers(0, [[2], [3], [3]], size=(3, 600))
    y = np.choose(t, [x1, x2 > 0, x1 ^ (x2 % 2)]).astype(int)
    y = np.where(rng.random(600) < 0.1, 1 - y, y)
    return x1, x2, y, t
