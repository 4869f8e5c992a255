# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What certified results must have in common, however they were found."""

from __future__ import annotations

import numpy as np


def assert_overlap(one, other, slack=1e-12):
    """Both certified intervals of every atom meet, but for rounding."""
    assert np.all(np.array(one.lower) <= np.array(other.upper) + slack)
    assert np.all(np.array(other.lower) <= np.array(one.upper) + slack)


def assert_has_marginals_of(q, table, atol=1e-14):
    """The coupling q has the p(x1, y) and p(x2, y) of the table."""
    p = table / table.sum()
    np.testing.assert_allclose(q.sum(1), p.sum(1), rtol=0, atol=atol)
    np.testing.assert_allclose(q.sum(0), p.sum(0), rtol=0, atol=atol)
