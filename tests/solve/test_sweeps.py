# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Scaling to the marginals where sweeps are slow: nearly equal sources, sparse counts."""

from __future__ import annotations

import pytest

from fourfold import _core
from tests.support import tables

TOL = 7e-5  # 1e-4 bits, in nats


def solve(marginals, *, method="ipfp", tol=TOL, max_iter=5000, **options):
    out = _core.solve_one(
        *marginals, method=method, tol=tol, max_iter=max_iter, num_threads=1, **options
    )
    return {name: values[0] for name, values in out.items() if values.ndim == 1}


def assert_meet(one, other):
    assert one["lower"] <= other["upper"] + 1e-12
    assert other["lower"] <= one["upper"] + 1e-12


# Sweeps alone take 63 000, 15 000, 4600 and 4600 sweeps; the first in 4000 steps.
@pytest.mark.parametrize(
    ("states", "classes", "steps", "sweeps"),
    [(128, 3, 600, 8000), (48, 2, 400, 4000), (64, 10, 200, 2000), (50, 50, 200, 2000)],
)
def test_nearly_equal_sources_take_few_steps_and_sweeps(states, classes, steps, sweeps):
    out = solve(tables.nearly_equal(states, classes))
    assert out["upper"] - out["lower"] <= TOL
    assert out["iterations"] <= steps
    assert out["sweeps"] <= sweeps


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_nearly_equal_sources_on_every_instruction_set(dtype):
    marginals = tables.nearly_equal(40, 4)
    out = solve(marginals, dtype=dtype)
    assert out["upper"] - out["lower"] <= TOL
    assert out["sweeps"] <= 9000  # 18 000 without scaling steps
    assert_meet(out, solve(marginals, method="newton", tol=1e-10))


def test_second_order_steps_take_few_sweeps():
    out = solve(tables.nearly_equal(64, 3), method="newton", tol=1e-9)
    assert out["upper"] - out["lower"] <= 1e-9
    assert out["iterations"] <= 40
    assert out["sweeps"] <= 20 * out["iterations"]


def test_second_order_steps_go_on_from_late_first_order_ones():
    # where many slacks are next to nothing: 32 digits took over after eleven steps. First-order
    # steps alone would take 5000; of more pairs than these auto takes those on active ones.
    out = solve(tables.nearly_equal(45, 3, apart=0.01, seed=1), method="auto")
    assert out["upper"] - out["lower"] <= TOL
    assert out["iterations"] <= 120


@pytest.mark.parametrize("method", ["ipfp", "newton"])
def test_the_bounds_are_of_the_same_value_as_those_by_sweeps_alone(request, method):
    problems = [tables.sparse((9, 8, 4), seed) for seed in range(20)]
    marginals = [(t.sum(1) / t.sum(), t.sum(0) / t.sum()) for t in problems]
    scaled = [solve(m, method=method, tol=1e-6) for m in marginals]
    request.getfixturevalue("plain_sweeps")
    for one, m in zip(scaled, marginals, strict=True):
        assert_meet(one, solve(m, method=method, tol=1e-6))
    assert method == "ipfp" or all(one["upper"] - one["lower"] <= 1e-6 for one in scaled)


def test_dense_tables_of_many_classes_take_sweeps_alone(request):
    table = tables.dense((40, 40, 12))
    marginals = table.sum(1) / table.sum(), table.sum(0) / table.sum()
    scaled = solve(marginals)
    request.getfixturevalue("plain_sweeps")
    assert solve(marginals) == scaled
