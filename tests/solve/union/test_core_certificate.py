# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What comes with the bounds on v*: the dual of the lower, the coupling of the upper."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.several_sources import METHODS, dense, dual_value, solve

pytestmark = pytest.mark.parametrize("method", METHODS)


def with_zeros(seed=0):
    """Tables with empty states, an empty class, empty cells and states of equal posteriors."""
    rng = np.random.default_rng(seed)
    tables = [
        np.where(rng.random(table.shape) < 0.6, table, 0) + 1e-3 * (np.arange(4) == k)[:, None]
        for k, table in enumerate(dense((4, 4, 4), 5, seed))
    ]
    tables = [np.insert(table / table.sum(0), [1, 3], 0, axis=0) for table in tables]
    py = rng.dirichlet(np.ones(5))
    tables = [np.insert(table * py, 2, 0, axis=1) for table in tables]
    tables[1] = np.concatenate([0.25 * tables[1], 0.75 * tables[1]])
    return tables


TABLES = {
    "dense": dense((6, 5, 4), 4, seed=1),
    "four sources": dense((3, 4, 3, 2), 3, seed=2, concentration=0.3),
    "empty states, classes and cells": with_zeros(),
    "two classes": dense((5, 4, 3), 2, seed=3),
    "two sources": dense((5, 6), 4, seed=4),
    "one source": dense((5,), 3, seed=5),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_dual_is_feasible_for_every_tuple_and_of_the_lower_bound(name, method):
    tables = TABLES[name]
    result = solve(tables, method, tol=1e-8)
    assert 0 <= result["upper"] - result["lower"] <= 1e-8
    for table, logs in zip(tables, result["dual"], strict=True):
        assert logs.shape == table.shape
        np.testing.assert_array_equal(logs == -np.inf, table == 0)
    value, largest = dual_value(tables, result["dual"])
    assert largest <= 1 + 1e-12
    assert value == pytest.approx(result["lower"], abs=1e-10)


@pytest.mark.parametrize("name", TABLES)
def test_the_coupling_has_the_marginals_and_is_of_the_upper_bound(name, method):
    tables = TABLES[name]
    result = solve(tables, method, tol=1e-8, coupling=True)
    tuples, q = result["coupling"]
    assert tuples.dtype == np.int64
    assert tuples.shape == (len(q), len(tables))
    assert len(np.unique(tuples, axis=0)) == len(tuples)
    assert q.min() >= 0
    for states, table in zip(tuples.T, tables, strict=True):
        marginal = np.zeros_like(table)
        np.add.at(marginal, states, q)
        np.testing.assert_allclose(marginal, table, rtol=0, atol=1e-11)
    py = q.sum(0)
    held = q > 0
    ratio = q / q.sum(1, keepdims=True).clip(1e-300) / np.where(py > 0, py, 1)
    value = (q[held] * np.log2(ratio[held])).sum()
    assert value == pytest.approx(result["upper"], abs=1e-10)


@pytest.mark.parametrize("max_iter", [0, 1, 2, 4])
def test_a_solve_that_is_stopped_has_valid_bounds(max_iter, method):
    tables = dense((7, 6, 5), 4, seed=6)
    whole = solve(tables, method, tol=1e-9)
    stopped = solve(tables, method, tol=1e-9, max_iter=max_iter)
    assert stopped["iterations"] <= max_iter
    assert stopped["upper"] - stopped["lower"] > 1e-6
    assert stopped["lower"] <= whole["upper"]
    assert whole["lower"] <= stopped["upper"]
    value, largest = dual_value(tables, stopped["dual"])
    assert largest <= 1 + 1e-12
    assert value == pytest.approx(stopped["lower"], abs=1e-10)


def test_sizes_are_those_of_what_was_solved(method):
    first, second, third = dense((5, 4, 3), 3, seed=7)
    result = solve([np.concatenate([0.5 * first, 0.5 * first]), second, third], method)
    assert result["solved_shape"] == [5, 4, 3, 3]
    assert 0 < result["tuples"] <= 60


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_give_the_same_bits(threads, method):
    tables = dense((9, 8, 10), 5, seed=8)
    one = solve(tables, method, tol=1e-7)
    many = solve(tables, method, tol=1e-7, num_threads=threads)
    assert one["lower"] == many["lower"]
    assert one["upper"] == many["upper"]
    for a, b in zip(one["dual"], many["dual"], strict=True):
        np.testing.assert_array_equal(a, b)
