# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Steps on active pairs: agreement with the other solvers, bounds, factors, starts, and the way back."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fourfold as ff
from benchmarks.peers.soft import soft_marginals
from tests.support.certified import (
    assert_has_marginals_of,
    assert_has_the_dual_of,
    assert_overlap,
)
from tests.support.marks import ignore_undersampled
from tests.support.tables import decades, dense, few_classes, sparse

pytestmark = ignore_undersampled


def interval(result):
    return result.union_information - result.gap, result.union_information


def assert_same_optimum(first, second, slack=1e-12):
    (low1, up1), (low2, up2) = interval(first), interval(second)
    assert low1 <= up2 + slack
    assert low2 <= up1 + slack


@st.composite
def counts(draw, most=8):
    """Tables of counts, most of them zero."""
    shape = tuple(draw(st.integers(1, most)) for _ in range(3))
    table = draw(
        hnp.arrays(np.int64, shape, elements=st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 9]))
    )
    assume(table.sum() > 0)
    return table


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", [(2, 3, 3), (17, 19, 6), (30, 12, 17), (9, 8, 40)], ids=str)
@pytest.mark.parametrize("family", [dense, sparse, decades])
def test_agrees_with_the_dense_solver(family, shape):
    table = family(shape)
    result = ff.decompose(table, tol=1e-4, method="active")
    assert result.converged
    assert result.solver == "cpu-active"
    assert_overlap(ff.decompose(table, tol=1e-10, method="newton"), result, slack=1e-13)


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("classes", [3, 10, 20])
@pytest.mark.parametrize("kind", ["near", "unequal"])
def test_soft_tables(kind, classes):
    p1, p2 = soft_marginals(kind, 48, classes, 1)
    result = ff.decompose_marginals(p1, p2, tol=1e-4, method="active")
    assert result.converged
    assert_same_optimum(
        result, ff.decompose_marginals(p1, p2, tol=1e-9, method="newton"), 1e-13
    )
    q = result.coupling()
    np.testing.assert_allclose(q.sum(1), p1, atol=1e-13)
    np.testing.assert_allclose(q.sum(0), p2, atol=1e-13)


@given(counts(), st.sampled_from([1e-3, 1e-5]))
def test_bounds_factors_and_dual_of_sparse_counts(table, tol):
    result = ff.decompose(table, tol=tol, method="active", max_iter=2000)
    assert result.gap >= 0
    assert_overlap(ff.decompose(table, tol=1e-9, method="newton"), result)
    assert_has_the_dual_of(result, table)
    q = result.coupling()
    assert q.min() >= 0
    assert_has_marginals_of(q, table, atol=1e-13)
    of_q = ff.decompose(q, tol=1.0).mi_joint
    assert of_q <= result.union_information + 1e-9
    assert of_q >= result.union_information - result.gap - 1e-9


@given(counts(most=4))
def test_agrees_with_the_plain_solver(table):
    result = ff.decompose(table, tol=1e-5, method="active")
    assert_overlap(ff.decompose(table, tol=1e-2, method="reference"), result)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
def test_bounds_hold_wherever_it_is_stopped():
    p1, p2 = soft_marginals("near", 40, 6, 0)
    exact = ff.decompose_marginals(p1, p2, tol=1e-10, method="newton")
    for steps in (0, 5, 12, 13, 16, 17, 33, 70, 200):
        result = ff.decompose_marginals(p1, p2, tol=1e-12, method="active", max_iter=steps)
        assert result.iterations <= steps
        assert_same_optimum(result, exact)


def test_a_start_is_taken():
    p1, p2 = soft_marginals("near", 40, 6, 0)
    earlier = ff.decompose_marginals(p1, p2, tol=1e-6, method="active")
    for method in ("active", "ipfp"):
        again = ff.decompose_marginals(p1, p2, tol=1e-4, method=method, warm_start=earlier)
        cold = ff.decompose_marginals(p1, p2, tol=1e-4, method=method)
        assert again.iterations < cold.iterations / 4
    further = ff.decompose_marginals(p1, p2, tol=1e-7, method="active", warm_start=earlier)
    assert further.converged
    assert_same_optimum(further, earlier)


def test_threads_do_not_change_the_result():
    p1, p2 = soft_marginals("unequal", 300, 10, 0)
    one, two = (
        ff.decompose_marginals(p1, p2, tol=1e-4, method="active", num_threads=n) for n in (1, 2)
    )
    assert one.atoms == two.atoms
    np.testing.assert_array_equal(one.coupling(3), two.coupling(3))


def test_a_batch_is_its_tables():
    tables = np.stack([dense((14, 11, 4), seed) for seed in range(5)])
    batch = ff.decompose(tables, tol=1e-5, method="active")
    assert set(batch.solver) == {"cpu-active"}
    for k, table in enumerate(tables):
        assert ff.decompose(table, tol=1e-5, method="active").atoms == batch[k].atoms


def test_auto_takes_it_where_many_pairs_share_classes():
    soft = soft_marginals("near", 96, 6, 0)
    assert ff.decompose_marginals(*soft, tol=1e-4).solver == "cpu-active"
    assert ff.decompose_marginals(*soft, tol=1e-4, method="ipfp").solver == "cpu"
    few = soft_marginals("near", 32, 6, 0)
    assert ff.decompose_marginals(*few, tol=1e-4).solver == "cpu"
    assert ff.decompose_marginals(*soft, tol=1e-4, dtype="float32").solver == "cpu"


def test_auto_waits_for_what_the_lists_cost():
    """By the cost of steps over all pairs second-order ones are chosen, at ten times the time."""
    soft = soft_marginals("unequal", 48, 16, 0)
    result = ff.decompose_marginals(*soft, tol=1e-9)
    assert result.converged
    assert result.iterations == (
        ff.decompose_marginals(*soft, tol=1e-9, method="active").iterations
    )


@pytest.mark.parametrize(("k", "seed"), [(32, 2), (40, 3)])
def test_sparse_counts_on_which_pairs_do_not_suffice_are_solved(k, seed):
    """Without `PruneGuard` neither is in 3000 steps; all pairs take 484 and 360."""
    table = few_classes(k, 10, seed)
    result = ff.decompose(table, tol=1e-5, method="active", max_iter=1500)
    assert result.converged
    assert_overlap(ff.decompose(table, tol=1e-9, method="newton"), result)


@pytest.mark.usefixtures("simd")
def test_where_most_pairs_stay_alive_steps_run_over_all_of_them():
    table = np.random.default_rng(0).random((48, 60, 10))
    found = ff.decompose(table, tol=1e-6, method="active")
    every = ff.decompose(table, tol=1e-6, method="ipfp")
    assert found.iterations == every.iterations > 100
    assert found.atoms == every.atoms  # bit for bit: lists would add in another order
