# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What certified results must have in common, however they were found."""

from __future__ import annotations

import numpy as np

from fourfold.inputs.device import to_numpy


def assert_overlap(one, other, slack=1e-12):
    """Both certified intervals of every atom meet, but for rounding."""
    assert np.all(np.array(one.lower) <= np.array(other.upper) + slack)
    assert np.all(np.array(other.lower) <= np.array(one.upper) + slack)


def assert_has_marginals_of(q, table, atol=1e-14):
    """The coupling q has the p(x1, y) and p(x2, y) of the table."""
    p = table / table.sum()
    np.testing.assert_allclose(q.sum(1), p.sum(1), rtol=0, atol=atol)
    np.testing.assert_allclose(q.sum(0), p.sum(0), rtol=0, atol=atol)


def lower_bound(result, table):
    """The value in bits of the dual pair of a result, which is feasible for the table's states."""
    p = table / table.sum()
    p1y, p2y, py = p.sum(1), p.sum(0), p.sum((0, 1))
    log2_a, log2_b = map(to_numpy, result.dual)
    np.testing.assert_array_equal(log2_a == -np.inf, p1y == 0)
    np.testing.assert_array_equal(log2_b == -np.inf, p2y == 0)
    m = np.exp2(log2_a) @ np.exp2(log2_b).T
    assert m.max() <= 1 + 1e-12
    entropy = -(py[py > 0] * np.log2(py[py > 0])).sum()
    of_pair = ((p1y, log2_a), (p2y, log2_b))
    return entropy + sum((p[p > 0] * logs[p > 0]).sum() for p, logs in of_pair)


def assert_has_the_dual_of(result, table):
    """The dual pair of a result is of its table, and its value is the reported lower bound."""
    lower = result.union_information - result.gap
    np.testing.assert_allclose(lower_bound(result, table), lower, rtol=0, atol=1e-10)
