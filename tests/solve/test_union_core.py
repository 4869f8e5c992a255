# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""v* of any number of sources in the core, with bounds that are checked from what it hands out."""

from __future__ import annotations

import signal
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold import _core
from tests.support.tables import information


def solve(tables, tol=1e-7, method="auto", max_iter=500, num_threads=1, coupling=False):
    return _core.solve_union(
        [np.ascontiguousarray(table) for table in tables],
        method=method,
        tol=tol,
        max_iter=max_iter,
        num_threads=num_threads,
        coupling=coupling,
    )


def random_marginals(sizes, classes, seed=0, concentration=1.0):
    """p(x_i | y) ~ Dirichlet(concentration), p(y) ~ Dirichlet(5)."""
    rng = np.random.default_rng(seed)
    py = rng.dirichlet(np.full(classes, 5.0))
    return [rng.dirichlet(np.full(k, concentration), size=classes).T * py for k in sizes]


def marginals_of(counts):
    """Tables (K_i, KY) of a joint table (K_1, .., K_n, KY)."""
    pmf = counts / counts.sum()
    n = pmf.ndim - 1
    return [pmf.sum(tuple(j for j in range(n) if j != i)) for i in range(n)]


def khatri_rao(left, right):
    return (left[:, None] * right[None]).reshape(-1, left.shape[1])


def assert_certified(tables, out):
    """The lower bound is of the dual, whose sums are at most 1 at every tuple; the upper one of the coupling."""
    assert out["lower"] <= out["upper"]
    factors = [np.exp(logs) for logs in out["dual"]]
    assert reduce(khatri_rao, factors).sum(1).max() <= 1 + 1e-12
    py = tables[0].sum(0)
    py = py[py > 0]
    nats = -(py * np.log(py)).sum()
    for table, logs in zip(tables, out["dual"], strict=True):
        assert np.array_equal(np.isneginf(logs), table == 0)
        nats += (table * np.where(table > 0, logs, 0.0)).sum()
    assert out["lower"] == pytest.approx(max(nats / np.log(2), 0.0), abs=1e-10)
    tuples, q = out["coupling"]
    for i, table in enumerate(tables):
        marginal = np.zeros_like(table)
        np.add.at(marginal, tuples[:, i], q)
        assert np.abs(marginal - table).sum() < 1e-11
    assert out["upper"] == pytest.approx(information(q), abs=1e-10)


@pytest.mark.parametrize(
    ("sizes", "classes", "method", "value"),
    # by a prototype in NumPy, and within 4e-7 of Clarabel on smaller tables
    [
        ((8, 8, 8), 4, "dense", 0.4987625),
        ((8, 8, 8), 4, "working-set", 0.4987625),
        ((16, 16, 16), 4, "dense", 0.5498189),
        ((16, 16, 16), 4, "working-set", 0.5498189),
        ((16, 16, 16), 10, "working-set", 0.7805574),
        ((16, 16, 16, 16), 4, "working-set", 0.5774128),
    ],
)
def test_known_values(sizes, classes, method, value):
    tables = random_marginals(sizes, classes)
    out = solve(tables, method=method, coupling=True)
    assert out["upper"] - out["lower"] <= 1e-7
    assert out["lower"] - 1e-7 <= value <= out["upper"] + 1e-7
    assert _core.UNION_SOLVERS[out["solver"]] == method
    assert_certified(tables, out)


@given(st.integers(0, 2**32 - 1))
def test_count_tables_are_certified(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 5))
    shape = (*rng.integers(1, 6, size=n), rng.integers(1, 5))
    counts = rng.multinomial(
        int(rng.integers(5, 300)), rng.dirichlet(np.full(np.prod(shape), 0.3))
    )
    tables = marginals_of(counts.reshape(shape).astype(float))
    out = solve(tables, coupling=True)
    assert out["upper"] - out["lower"] <= 1e-7
    assert_certified(tables, out)


def test_one_source_is_its_information():
    (table,) = random_marginals((6,), 4)
    out = solve([table], tol=1e-12, coupling=True)
    assert out["lower"] == pytest.approx(information(table), abs=1e-12)
    assert out["upper"] == pytest.approx(information(table), abs=1e-12)
    assert out["iterations"] == 0
    assert_certified([table], out)


@pytest.mark.parametrize("method", ["dense", "working-set"])
def test_two_sources_as_by_the_two_source_solver(method):
    tables = [np.ascontiguousarray(t) for t in random_marginals((12, 9), 5, seed=3)]
    out = solve(tables, tol=1e-9, method=method)
    pair = _core.solve_one(*tables, method="auto", tol=1e-9, max_iter=10_000, num_threads=1)
    assert out["upper"] == pytest.approx(pair["upper"][0], abs=2e-9)


@pytest.mark.parametrize("method", ["dense", "working-set"])
def test_two_classes_as_by_the_hull(method):
    tables = random_marginals((7, 6, 5), 2, seed=1)
    hull = solve(tables, coupling=True)
    assert _core.UNION_SOLVERS[hull["solver"]] == "roc-hull"
    assert hull["upper"] - hull["lower"] < 1e-12
    assert_certified(tables, hull)
    out = solve(tables, tol=1e-9, method=method)
    assert out["lower"] <= hull["upper"] <= out["upper"] + 1e-12
    assert out["upper"] - out["lower"] <= 1e-9


def test_what_presolve_leaves_out_comes_back():
    """States and classes without mass, and states with the same posterior, change nothing."""
    tables = random_marginals((5, 4, 3), 3)
    wide = []
    for table in tables:
        states = np.vstack([table[0] * 0.25, table[1:], np.zeros(3), table[0] * 0.75])
        wide.append(np.insert(states, 1, 0.0, axis=1))
    plain, out = solve(tables, tol=1e-9), solve(wide, tol=1e-9, coupling=True)
    assert out["solved_shape"] == plain["solved_shape"] == [5, 4, 3, 3]
    assert out["lower"] == pytest.approx(plain["lower"], abs=2e-9)
    assert_certified(wide, out)


def test_cells_of_next_to_no_mass_keep_a_factor():
    tables = random_marginals((5, 4, 3), 3)
    tables[0][2, 1] = 1e-40
    tables[1][0, 2] = 0.0
    tables = [table * (tables[2].sum(0) / table.sum(0)) for table in tables]
    out = solve(tables, coupling=True)
    assert out["upper"] - out["lower"] <= 1e-7
    assert_certified(tables, out)


def test_bits_do_not_depend_on_threads():
    tables = random_marginals((20, 18, 16), 10)
    one, two = (solve(tables, num_threads=n, coupling=True) for n in (1, 2))
    assert one["lower"] == two["lower"]
    assert one["upper"] == two["upper"]
    for first, second in zip(one["dual"], two["dual"], strict=True):
        np.testing.assert_array_equal(first, second)
    for first, second in zip(one["coupling"], two["coupling"], strict=True):
        np.testing.assert_array_equal(first, second)


def test_bounds_hold_where_steps_run_out():
    tables = random_marginals((8, 8, 8), 4)
    best = solve(tables, tol=1e-9)
    for max_iter in (0, 1, 3):
        out = solve(tables, tol=1e-9, max_iter=max_iter, coupling=True)
        assert out["iterations"] == max_iter
        assert out["lower"] < best["lower"]
        assert best["upper"] < out["upper"]
        assert_certified(tables, out)


def test_more_tuples_than_can_be_looked_at_leave_bounds():
    tables = random_marginals((200,) * 9, 3)
    out = solve(tables)
    assert out["iterations"] == 0
    assert max(map(information, tables)) - 1e-9 <= out["lower"] < out["upper"] <= np.log2(3)


def test_a_signal_ends_the_solve():
    def give_up(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(TimeoutError):
            solve(random_marginals((100, 90, 80), 30), tol=1e-9)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("tables", "method", "message"),
    [
        ([], "auto", "tables: expected at least one"),
        (
            [np.ones((2, 2)) / 4, np.ones((2, 3)) / 6],
            "auto",
            r"tables\[1\]: its last axis has 3",
        ),
        ([np.zeros((0, 2))], "auto", r"tables\[0\]: expected at least one state"),
        ([np.full((2, 2), -0.25)], "auto", r"tables\[0\]: expected probabilities"),
        ([np.ones((2, 2)) / 4], "newton", "method: expected 'auto', 'dense' or 'working-set'"),
        (random_marginals((200, 200, 200), 3), "dense", "method: 'dense' holds every tuple"),
    ],
)
def test_arguments_that_are_refused(tables, method, message):
    with pytest.raises(ValueError, match=message):
        solve(tables, method=method)
