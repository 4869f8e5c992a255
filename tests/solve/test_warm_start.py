# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""`warm_start`: fewer steps where tables are close, the same certified answer everywhere."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import _core
from tests.support.certified import assert_has_marginals_of, assert_overlap
from tests.support.marks import ignore_undersampled, on_each_device

pytestmark = [on_each_device, ignore_undersampled]


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", [(16, 16, 10), (9, 14, 3), (14, 9, 3)])
def test_a_table_solved_before_needs_no_step(shape, dtype, rng):
    table = rng.exponential(size=shape)
    cold = ff.decompose(table, tol=1e-4)
    tight = ff.decompose(table, tol=1e-6, method="ipfp")
    again = ff.decompose(table, tol=1e-4, dtype=dtype, warm_start=tight)
    assert cold.iterations > 20
    assert again.iterations == 0
    assert again.converged
    assert_overlap(cold, again)


@pytest.mark.parametrize("tol", [1e-2, 1e-3])
def test_replicates_from_many_samples_need_a_third_of_the_steps(tol, rng):
    p = rng.gamma(1.0, size=(16, 16, 10))
    p /= p.sum()
    replicates = rng.multinomial(10**7, p.ravel(), size=10).reshape(10, *p.shape)
    earlier = ff.decompose(p, tol=tol / 10)
    cold = ff.decompose(replicates, tol=tol, method="ipfp")
    warm = ff.decompose(replicates, tol=tol, method="ipfp", warm_start=earlier)
    assert warm.converged.all()
    assert warm.iterations.sum() <= cold.iterations.sum() / 3
    assert_overlap(cold, warm)


def test_a_start_that_is_far_off_costs_nothing_but_a_sweep(rng):
    earlier = ff.decompose(rng.gamma(0.3, size=(12, 12, 5)), tol=1e-6)
    tables = rng.gamma(0.3, size=(8, 12, 12, 5))
    cold = ff.decompose(tables, method="ipfp")
    warm = ff.decompose(tables, method="ipfp", warm_start=earlier)
    assert np.array_equal(warm.iterations, cold.iterations)
    assert np.array_equal(warm.redundancy, cold.redundancy)


@pytest.mark.parametrize(
    ("method", "dtype"),
    [
        ("auto", "float64"),
        ("ipfp", "float64"),
        ("newton", "float64"),
        ("sparse", "float64"),
        ("active", "float64"),
        ("reference", "float64"),
        ("ipfp", "float32"),
    ],
)
@given(seed=st.integers(0, 10**6))
def test_the_certificate_holds_from_any_start(method, dtype, seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 5, size=3))
    # cells that only one of the two has, and states without mass in either
    table, other = rng.poisson(0.7, size=(2, *shape))
    table.flat[0] += 1
    other.flat[-1] += 1
    tol = 1e-2 if method == "reference" else 1e-5
    cold = ff.decompose(table, tol=1e-7)
    earlier = ff.decompose(other, tol=1e-7)
    warm = ff.decompose(table, tol=tol, method=method, dtype=dtype, warm_start=earlier)
    assert warm.converged
    assert_overlap(cold, warm)
    q = warm.coupling()
    assert_has_marginals_of(q, table, atol=1e-12)


def test_coupling_of_a_replicate_is_the_one_behind_its_atoms(rng):
    p = rng.gamma(1.0, size=(6, 7, 3))
    earlier = ff.decompose(p, tol=1e-5)
    batch = ff.decompose(np.stack([p * 1.0001, p]), tol=1e-3, warm_start=earlier)
    information = ff.decompose(batch[0].coupling(), tol=1e-9).mi_joint
    # it attains the reported union information, up to what its repair may add
    assert information <= batch[0].union_information + 1e-9
    assert information >= batch[0].union_information - batch[0].gap - 1e-9


def test_marginals_take_it_as_well(rng):
    p = rng.gamma(1.0, size=(16, 12, 4))
    earlier = ff.decompose(p, tol=1e-6)
    again = ff.decompose_marginals(p.sum(1), p.sum(0), tol=1e-4, warm_start=earlier)
    assert again.iterations == 0


def test_what_is_no_start_is_refused(rng):
    table = rng.exponential(size=(3, 4, 2))
    batch = ff.decompose(np.stack([table, table]))
    with pytest.raises(
        TypeError, match="warm_start: expected an earlier PID or None, got dict"
    ):
        ff.decompose(table, warm_start=batch.to_dict())
    with pytest.raises(ValueError, match=r"warm_start: .* a batch of shape \(2,\); index it"):
        ff.decompose(table, warm_start=batch)
    with pytest.raises(ValueError, match=r"here, \(3, 4, 2\), got one of \(4, 3, 2\)"):
        ff.decompose(table, warm_start=ff.decompose(table.transpose(1, 0, 2)))
    bare = dataclasses.replace(batch[0], factored=None)
    with pytest.raises(ValueError, match="warm_start: this result was built without"):
        ff.decompose(table, warm_start=bare)
    assert ff.decompose(table, warm_start=batch[0]).converged


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ((1, 2), "start: expected None or a tuple"),
        ([1, 2, 3], "start: expected None or a tuple"),
        (
            (np.ones((2, 2)), np.ones((2, 3)), np.ones((2, 2))),
            r"start\[1\]: expected shape \(2, 2\)",
        ),
        ((np.ones((2, 2)), np.ones((2, 2)), np.ones(2)), r"start\[2\]: expected 2 axes"),
        (
            (np.full((2, 2), np.inf), np.ones((2, 2)), np.ones((2, 2))),
            r"start\[0\]: expected finite",
        ),
        (
            (np.ones((2, 2)), np.full((2, 2), -1.0), np.ones((2, 2))),
            r"start\[1\]: expected finite",
        ),
    ],
)
@pytest.mark.parametrize("solve", [_core.solve_one, _core.solve_batch])
def test_the_core_checks_the_start(solve, start, message):
    p = np.full((2, 2) if solve is _core.solve_one else (1, 2, 2), 0.25)
    options = {"method": "auto", "tol": 1e-4, "max_iter": 10, "num_threads": 1}
    with pytest.raises(ValueError, match=message):
        solve(p, p, **options, start=start)
