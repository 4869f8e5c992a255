# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Scaling steps in the kernels, where sweeps are slow: those of the CPU, in every regime.

Nearly equal sources, whose r gathers along pairs, and counts, whose r nearly falls apart.
"""

from __future__ import annotations

import signal

import numpy as np
import pytest

from fourfold import _core, cuda
from tests.support import tables
from tests.support.processes import run_python

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("gpu")]

# shapes and steps, and of counts the samples: two are solved by a block in shared memory, the others by
# the grid in tiles of 16, 32 and 64 classes
NEARLY_EQUAL = [((12, 3), 24), ((36, 4), 24), ((100, 3), 24), ((60, 20), 8), ((50, 40), 8)]
COUNTS = [
    ((9, 8, 4), 16, 12),
    ((24, 17, 6), 24, 30),
    ((100, 90, 5), 16, 120),
    ((80, 70, 20), 16, 150),
    ((90, 80, 36), 16, 200),
]


def counted(shape, samples):
    """p(x1, y) and p(x2, y) of so few samples that most of their entries are zero."""
    rng = np.random.default_rng(2 if shape[0] < 10 else 1)
    drawn = [rng.integers(0, states, samples) for states in (shape[2], *shape[:2])]
    table = np.zeros(shape)
    np.add.at(table, (*drawn[1:], drawn[0]), 1.0 / samples)
    table = table[table.sum((1, 2)) > 0][:, table.sum((0, 2)) > 0]
    return table.sum(1), table.sum(0)


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
        found.append(
            pytest.param(tables.nearly_equal(*shape), steps, id=f"nearly equal {shape}")
        )
    for shape, steps, samples in COUNTS:
        marginals = counted(shape, samples)
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
    # which sweeps are slow is a matter of rounding
    assert there["upper"] - there["lower"] <= 1.5 * (here["upper"] - here["lower"]) + 1e-6


@pytest.mark.usefixtures("plain_sweeps")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("shape", "steps"), [((12, 3), 30), ((50, 40), 12)], ids=str)
def test_they_take_the_place_of_sweeps(shape, steps, dtype):
    marginals = tables.nearly_equal(*shape)
    by_sweeps = on_the_cpu(marginals, steps=steps, dtype=dtype)
    assert on_the_device(marginals, steps=steps, dtype=dtype)["sweeps"] < (
        0.7 * by_sweeps["sweeps"]
    )


@pytest.mark.parametrize("shape", [(12, 3), (90, 3)], ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_batches_take_them_too(shape, dtype):
    """By blocks with arrays in shared and in global memory, from launch to launch."""
    count = 3 * cuda.describe()["multiprocessors"]
    pairs = [tables.nearly_equal(*shape, seed=seed) for seed in range(count)]
    first, second = (np.stack(part) for part in zip(*pairs, strict=True))
    many = cuda.backend().solve_batch(first, second, tol=1e-12, max_iter=20, dtype=dtype)
    for k, marginals in enumerate(pairs):
        here = on_the_cpu(marginals, steps=20, dtype=dtype)
        there = {name: many[name][k] for name in here}
        if dtype == "float64":
            assert there["sweeps"] == here["sweeps"]
        assert_the_same(here, there, 1e-9 if dtype == "float64" else 2e-4)


def emulated_run(code, **environment):
    """The process, ended, that has run it on the emulated device."""
    if not cuda.describe(0)["name"].startswith("emulated"):
        pytest.skip("needs a build with FOURFOLD_CUDA=EMULATED")
    done = run_python("-c", code, timeout=300, **environment)
    assert done.returncode == 0, done.stderr
    return done


def test_a_sweep_of_the_grid_has_two_barriers():
    code = """
import numpy as np
from fourfold import cuda
table = np.random.default_rng(0).random((100, 90, 9))
table /= table.sum()
out = cuda.backend().solve_one(table.sum(1), table.sum(0), tol=1e-14, max_iter=30)
print(out["iterations"][0], out["sweeps"][0])
"""
    done = emulated_run(code, FOURFOLD_EMULATION_BARRIERS="1")
    steps, sweeps = map(int, done.stdout.split())
    barriers = int(done.stderr.split("cuda_emulation: ")[1].split()[0])
    # after every fourth step an average and, at most, both certificates; between launches, of which clocks
    # decide how many there are, a few more
    assert 2 * sweeps + steps < barriers < 3 * sweeps + steps + 13 * (steps // 4 + 1)


@pytest.mark.parametrize("order", ["reverse", "random"])
def test_the_order_of_the_threads_changes_no_bit(order):
    code = """
from fourfold import cuda
from tests.support.tables import nearly_equal
for shape, steps in (((12, 3), 12), ((50, 20), 5), ((40, 40), 4)):
    for dtype in ("float64", "float32"):
        out = cuda.backend().solve_one(
            *nearly_equal(*shape), tol=1e-12, max_iter=steps, dtype=dtype
        )
        print(shape, dtype, *(out[name][0].hex() for name in ("lower", "upper")), out["sweeps"])
"""
    usual, other = (emulated_run(code, FOURFOLD_EMULATION_ORDER=name) for name in ("", order))
    assert len(usual.stdout.splitlines()) == 6
    assert other.stdout == usual.stdout


def test_an_interrupt_ends_a_problem_in_shared_memory():
    class AlarmError(Exception):
        pass

    def ring(*_):
        raise AlarmError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(AlarmError):
            on_the_device(tables.nearly_equal(12, 3), steps=10**7, tol=1e-16)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
