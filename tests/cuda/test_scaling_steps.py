# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Scaling steps in the kernels, where sweeps are slow: those of the CPU, in every regime.

Nearly equal sources, whose r gathers along pairs, and counts, whose r nearly falls apart.
"""

from __future__ import annotations

import numpy as np
import pytest

from fourfold import _core, cuda
from tests.support import tables

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("gpu")]

# solved by a block in shared memory; by the grid in tiles of 16, 32 and 64 classes
NEARLY_EQUAL = [((12, 3), 60), ((30, 4), 60), ((100, 3), 40), ((60, 20), 20), ((50, 40), 20)]
COUNTS = [((9, 8, 4), 100), ((24, 17, 6), 60), ((96, 90, 5), 40), ((70, 60, 36), 16)]


def marginals_of(table):
    return table.sum(1) / table.sum(), table.sum(0) / table.sum()


def solve(solver, marginals, *, steps, tol=1e-12, dtype="float64", **options):
    out = solver.solve_one(*marginals, tol=tol, max_iter=steps, dtype=dtype, **options)
    return {name: out[name][0] for name in ("lower", "upper", "iterations", "sweeps")}


def on_the_cpu(marginals, **options):
    return solve(_core, marginals, method="ipfp", num_threads=1, **options)


def on_the_device(marginals, **options):
    return solve(cuda.backend(), marginals, **options)


def assert_the_same(here, there, apart):
    assert there["iterations"] == here["iterations"]
    for name in ("lower", "upper"):
        assert there[name] == pytest.approx(here[name], rel=0, abs=apart)


def problems():
    found = []
    for (states, classes), steps in NEARLY_EQUAL:
        shape = states, classes
        found.append(pytest.param(tables.nearly_equal(*shape), steps, id=f"nearly equal {shape}"))
    for shape, steps in COUNTS:
        marginals = marginals_of(tables.sparse(shape, 3))
        found.append(pytest.param(marginals, steps, id=f"counts {shape}"))
    return found


@pytest.mark.parametrize(("marginals", "steps"), problems())
def test_the_steps_of_the_cpu(request, marginals, steps):
    here, there = (solver(marginals, steps=steps) for solver in (on_the_cpu, on_the_device))
    assert there["sweeps"] == here["sweeps"]
    assert_the_same(here, there, 1e-9)
    request.getfixturevalue("plain_sweeps")
    # else this is no table on which scaling steps are taken
    assert on_the_cpu(marginals, steps=steps)["sweeps"] != here["sweeps"]


@pytest.mark.parametrize(("marginals", "steps"), problems())
def test_the_steps_of_the_cpu_in_single_precision(marginals, steps):
    here, there = (
        solver(marginals, steps=steps, dtype="float32")
        for solver in (on_the_cpu, on_the_device)
    )
    assert there["iterations"] == here["iterations"]
    best = on_the_cpu(marginals, steps=5000, tol=1e-4)
    assert there["lower"] <= best["upper"] + 1e-12
    assert best["lower"] <= there["upper"] + 1e-12
    assert there["upper"] - there["lower"] <= 1.05 * (here["upper"] - here["lower"]) + 1e-6


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_they_take_the_place_of_sweeps(dtype):
    marginals = tables.nearly_equal(40, 4)
    out = on_the_device(marginals, steps=5000, tol=7e-5, dtype=dtype)
    assert out["upper"] - out["lower"] <= 7e-5
    assert out["sweeps"] <= 9000  # 18 000 by sweeps alone
    best = _core.solve_one(*marginals, tol=1e-10, max_iter=100, method="newton", num_threads=1)
    assert out["lower"] <= best["upper"][0] + 1e-12
    assert best["lower"][0] <= out["upper"] + 1e-12


@pytest.mark.parametrize("shape", [(30, 4), (100, 3)], ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_batches_take_them_too(shape, dtype):
    """By blocks with arrays in shared and in global memory, from launch to launch."""
    count = 3 * cuda.describe()["multiprocessors"]
    pairs = [tables.nearly_equal(*shape, seed=seed) for seed in range(count)]
    first, second = (np.stack(part) for part in zip(*pairs, strict=True))
    many = cuda.backend().solve_batch(first, second, tol=1e-12, max_iter=30, dtype=dtype)
    for k, marginals in enumerate(pairs):
        here = on_the_cpu(marginals, steps=30, dtype=dtype)
        there = {name: many[name][k] for name in here}
        if dtype == "float64":
            assert there["sweeps"] == here["sweeps"]
        assert_the_same(here, there, 1e-9 if dtype == "float64" else 2e-4)
