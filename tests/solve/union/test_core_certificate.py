# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What comes with the bounds on v*: the dual of the lower, the coupling of the upper."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.several_sources import (
    METHODS,
    assert_coupling,
    assert_dual,
    random_marginals,
    solve,
)

pytestmark = pytest.mark.parametrize("method", METHODS)


def with_zeros(seed=0):
    """Tables with empty states, an empty class, empty cells and states of equal posteriors."""
    rng = np.random.default_rng(seed)
    tables = [
        np.where(rng.random(table.shape) < 0.6, table, 0) + 1e-3 * (np.arange(4) == k)[:, None]
        for k, table in enumerate(random_marginals((4, 4, 4), 5, seed))
    ]
    tables = [np.insert(table / table.sum(0), [1, 3], 0, axis=0) for table in tables]
    py = rng.dirichlet(np.ones(5))
    tables = [np.insert(table * py, 2, 0, axis=1) for table in tables]
    tables[1] = np.concatenate([0.25 * tables[1], 0.75 * tables[1]])
    return tables


def with_tiny_cells():
    tables = random_marginals((5, 4, 3), 3)
    tables[0][2, 1], tables[1][0, 2] = 1e-40, 0.0
    return [table * (tables[2].sum(0) / table.sum(0)) for table in tables]


TABLES = {
    "dense": random_marginals((6, 5, 4), 4, seed=1),
    "four sources": random_marginals((3, 4, 3, 2), 3, seed=2, concentration=0.3),
    "empty states, classes and cells": with_zeros(),
    "two classes": random_marginals((5, 4, 3), 2, seed=3),
    "two sources": random_marginals((5, 6), 4, seed=4),
    "one source": random_marginals((5,), 3, seed=5),
    "cells of next to no mass": with_tiny_cells(),
}


@pytest.mark.parametrize("name", TABLES)
def test_both_bounds_are_there_again(name, method):
    tables = TABLES[name]
    result = solve(tables, method, tol=1e-8, coupling=True)
    assert 0 <= result["upper"] - result["lower"] <= 1e-8
    assert_dual(tables, result)
    assert_coupling(tables, result)


@pytest.mark.parametrize("max_iter", [0, 1, 2, 4])
def test_a_solve_that_is_stopped_has_valid_bounds(max_iter, method):
    tables = random_marginals((7, 6, 5), 4, seed=6)
    whole = solve(tables, method, tol=1e-9)
    stopped = solve(tables, method, tol=1e-9, max_iter=max_iter, coupling=True)
    assert stopped["iterations"] <= max_iter
    assert stopped["upper"] - stopped["lower"] > 1e-6
    assert stopped["lower"] <= whole["upper"]
    assert whole["lower"] <= stopped["upper"]
    assert_dual(tables, stopped)
    assert_coupling(tables, stopped)


def test_sizes_are_those_of_what_was_solved(method):
    first, second, third = random_marginals((5, 4, 3), 3, seed=7)
    result = solve([np.concatenate([0.5 * first, 0.5 * first]), second, third], method)
    assert result["solved_shape"] == [5, 4, 3, 3]
    assert 0 < result["tuples"] <= 60


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_give_the_same_bits(threads, method):
    tables = random_marginals((9, 8, 10), 5, seed=8)
    one, many = (
        solve(tables, method, tol=1e-7, num_threads=n, coupling=True) for n in (1, threads)
    )
    assert one["lower"] == many["lower"]
    assert one["upper"] == many["upper"]
    for key in ("dual", "coupling"):
        for a, b in zip(one[key], many[key], strict=True):
            np.testing.assert_array_equal(a, b)
