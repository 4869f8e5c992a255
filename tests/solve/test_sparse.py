# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The solver on the blocks of the classes: agreement with the dense ones, bounds, factors, starts."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fourfold as ff
from tests.support.certified import (
    assert_has_marginals_of,
    assert_has_the_dual_of,
    assert_overlap,
)
from tests.support.marks import ignore_undersampled
from tests.support.tables import decades, dense, few_classes, sparse

pytestmark = ignore_undersampled


@st.composite
def counts(draw, most=8):
    """Tables of counts, most of them zero."""
    shape = tuple(draw(st.integers(1, most)) for _ in range(3))
    table = draw(
        hnp.arrays(np.int64, shape, elements=st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 9]))
    )
    assume(table.sum() > 0)
    return table


FAMILIES = [dense, sparse, decades]
SHAPES = [(1, 1, 3), (2, 2, 2), (3, 7, 4), (9, 4, 5), (17, 19, 6), (30, 12, 3), (33, 33, 10)]


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", FAMILIES)
def test_certifies_ten_digits_and_agrees_with_the_dense_solver(family, shape):
    table = family(shape)
    result = ff.decompose(table, tol=1e-10, method="sparse")
    assert result.converged
    assert result.gap <= 1e-10
    assert result.iterations < 60
    assert result.solver == "cpu-sparse"
    assert_overlap(ff.decompose(table, tol=1e-3, method="ipfp"), result, slack=1e-13)
    assert_overlap(ff.decompose(table, tol=1e-10, method="newton"), result, slack=1e-13)


@given(counts(), st.sampled_from([1e-3, 1e-6, 1e-9]))
def test_bounds_factors_and_dual_of_sparse_counts(table, tol):
    result = ff.decompose(table, tol=tol, method="sparse")
    assert result.converged
    assert 0 <= result.gap <= tol
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
    result = ff.decompose(table, tol=1e-8, method="sparse")
    assert_overlap(ff.decompose(table, tol=1e-2, method="reference"), result)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
def test_bounds_hold_when_it_is_stopped_early():
    table = few_classes(20, 6)
    exact = ff.decompose(table, tol=1e-10, method="newton")
    for steps in (0, 1, 5, 9, 11, 13):
        result = ff.decompose(table, tol=1e-12, method="sparse", max_iter=steps)
        assert result.iterations <= steps
        assert_overlap(result, exact)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
def test_max_iter_counts_both_kinds_of_step():
    result = ff.decompose(few_classes(20, 6), tol=1e-15, method="sparse", max_iter=10)
    assert result.iterations == 10


@given(counts(), st.integers(0, 10**6))
def test_a_start_is_taken_or_passed_over(table, seed):
    other = np.random.default_rng(seed).poisson(0.4, table.shape)
    other.flat[-1] += 1
    cold = ff.decompose(table, tol=1e-7, method="sparse")
    for earlier in (ff.decompose(other, tol=1e-6, method="sparse"), cold):
        warm = ff.decompose(table, tol=1e-5, method="sparse", warm_start=earlier)
        assert warm.converged
        assert_overlap(cold, warm)


def test_its_own_result_is_a_start_that_needs_no_steps():
    table = few_classes(30, 8)
    earlier = ff.decompose(table, tol=1e-8, method="sparse")
    again = ff.decompose(table, tol=1e-3, method="sparse", warm_start=earlier)
    assert again.iterations == 0
    # and one for the dense solver
    dense_again = ff.decompose(table, tol=1e-3, method="ipfp", warm_start=earlier)
    assert dense_again.iterations == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_change_the_result(threads):
    table = few_classes(40, 10)
    one = ff.decompose(table, tol=1e-9, method="sparse", num_threads=1)
    other = ff.decompose(table, tol=1e-9, method="sparse", num_threads=threads)
    assert one.atoms == other.atoms
    np.testing.assert_array_equal(one.coupling(3), other.coupling(3))


def test_a_batch_is_its_tables():
    tables = np.stack([few_classes(12, 5, seed) for seed in range(6)])
    batch = ff.decompose(tables, tol=1e-8, method="sparse")
    assert set(batch.solver) == {"cpu-sparse"}
    for k, table in enumerate(tables):
        one = ff.decompose(table, tol=1e-8, method="sparse")
        assert one.atoms == batch[k].atoms


def test_auto_takes_it_where_few_cells_can_carry_mass():
    assert ff.decompose(few_classes(60, 12), tol=1e-6).solver == "cpu-sparse"
    assert ff.decompose(dense((32, 32, 10)), tol=1e-6).solver == "cpu"
    assert ff.decompose(few_classes(60, 12), tol=1e-6, method="newton").solver == "cpu"


def test_classes_that_share_no_states_are_solved_at_once():
    """Blocks that hang together by nothing: no order of the states is lost on them."""
    blocks = [sparse((4, 5, 3), seed) for seed in range(4)]
    table = np.zeros((16, 20, 12), dtype=int)
    for k, block in enumerate(blocks):
        table[4 * k : 4 * k + 4, 5 * k : 5 * k + 5, 3 * k : 3 * k + 3] = block
    result = ff.decompose(table, tol=1e-9, method="sparse")
    assert result.converged
    assert_overlap(ff.decompose(table, tol=1e-9, method="newton"), result, slack=1e-13)
