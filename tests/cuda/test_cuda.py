# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The CUDA back end against the CPU's: batches, sizes, steps and threads.

The other files of solver tests run on both devices by the fixture `device`.
"""

from __future__ import annotations

import signal
import threading

import numpy as np
import pytest

import fourfold as ff
from fourfold import cuda
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in
from tests.support.processes import run_python

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.usefixtures("gpu"),
    ignore_undersampled,
]

# blocks in shared memory, and in global memory; tiles of 16, 32 (twice) and 64 classes. With 32 KB to a
# block every device takes the same way.
CAP = "32768"
SOLVERS = {
    (5, 4, 3): "cuda-shared",
    (16, 16, 10): "cuda-shared",
    (31, 33, 7): "cuda-block",
    (70, 67, 12): "cuda-grid",
    (60, 70, 20): "cuda-grid",
    (66, 65, 70): "cuda-grid",
}
SHAPES = list(SOLVERS)


@pytest.fixture
def capped(monkeypatch):
    """A block has 32 KB of shared memory."""
    monkeypatch.setenv("FOURFOLD_CUDA_SHARED_BYTES", CAP)


@pytest.mark.usefixtures("capped")
@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("steps", [0, 1, 37])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_same_steps_as_the_cpu(rng, shape, steps):
    table = rng.random(shape) * (rng.random(shape) < 0.6)
    options = {"tol": 1e-14, "max_iter": steps, "method": "ipfp"}
    here, there = (ff.decompose(table, **options, device=name) for name in ("cpu", "cuda"))
    assert there.solver == SOLVERS[shape]
    assert there.iterations == here.iterations == steps
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-9)
    np.testing.assert_allclose(there.gap, here.gap, rtol=0, atol=1e-9)
    np.testing.assert_allclose(there.coupling(), here.coupling(), rtol=0, atol=1e-9)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("shape", [(31, 33, 7), (150, 140, 10)], ids=str)
def test_the_same_steps_with_all_of_the_shared_memory(rng, shape):
    table = rng.random(shape)
    options = {"tol": 1e-14, "max_iter": 1, "method": "ipfp"}
    here, there = (ff.decompose(table, **options, device=name) for name in ("cpu", "cuda"))
    assert there.solver == ("cuda-shared" if shape[0] < 100 else "cuda-grid")
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES[:3], ids=str)
def test_the_same_atoms_at_a_tight_tolerance(rng, shape):
    table = rng.integers(0, 4, shape)
    options = {"tol": 1e-10, "max_iter": 200_000}
    here, there = (ff.decompose(table, **options, device=name) for name in ("cpu", "cuda"))
    assert here.converged
    assert there.converged
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-9)


@pytest.mark.parametrize("count", [1, 2, 133, 10_000])
def test_batches_of_any_size(rng, count):
    tables = rng.random((count, 3, 2, 3))
    there = ff.decompose(tables, tol=1e-2, device="cuda")
    here = ff.decompose(tables, tol=1e-2, method="ipfp")
    assert there.shape == (count,)
    assert there.converged.all()
    np.testing.assert_array_equal(there.iterations, here.iterations)
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-9)
    last = ff.decompose(tables[-1], tol=1e-2, device="cuda")
    assert last.atoms == there[-1].atoms


def test_the_size_decides_what_solves_it(rng):
    options = {"tol": 1e-2, "device": "cuda"}
    small, large = rng.random((8, 7, 3)), rng.random((200, 190, 12))
    assert ff.decompose(small, **options).solver == "cuda-shared"
    one = ff.decompose(large, **options)
    assert one.solver == "cuda-grid"
    assert one.to_dict()["solver"] == "cuda-grid"
    many = ff.decompose(np.stack([large] * cuda.describe()["multiprocessors"]), **options)
    assert set(many.solver) == {"cuda-block"}
    np.testing.assert_allclose(many[0].atoms, one.atoms, rtol=0, atol=1e-9)
    assert ff.decompose(small).solver == "cpu"
    assert ff.decompose(small[None]).solver[0] == "cpu"


def test_blocks_that_are_interrupted_by_the_clock_go_on(rng):
    """Many launches where the device is emulated; on hardware these are done in one."""
    tables = rng.random((3 * cuda.describe()["multiprocessors"], 96, 90, 6))
    options = {"tol": 1e-3, "device": "cuda"}
    many = ff.decompose(tables, **options)
    assert set(many.solver) <= {"cuda-block", "cuda-shared"}
    for k in (0, len(tables) - 1):
        here = ff.decompose(tables[k], tol=1e-3, method="ipfp")
        assert many[k].iterations == here.iterations
        np.testing.assert_allclose(many[k].atoms, here.atoms, rtol=0, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_lists_of_shapes_equal_single_tables(rng, dtype):
    # of 64 and of 128 threads a block, and as large: the order of sums is their own in a list as well
    shapes = [
        (2, 3, 2),
        (70, 60, 5),
        (1, 1, 4),
        (9, 2, 3),
        (30, 31, 4),
        (16, 16, 10),
        (17, 16, 10),
    ]
    tables = [rng.random(shape) for shape in shapes]
    options = {"tol": 1e-4, "device": "cuda", "dtype": dtype}
    many = ff.decompose_many(tables, **options)
    for table, part in zip(tables, many, strict=True):
        one = ff.decompose(table, **options)
        assert part.atoms == one.atoms
        assert part.solver == one.solver
    assert ff.decompose_many([], device="cuda").shape == (0,)


def test_results_repeat_to_the_last_bit(rng):
    tables = rng.random((40, 12, 11, 5))
    large = rng.random((100, 90, 9))
    for table in (tables, large):
        first, second = (ff.decompose(table, tol=1e-3, device="cuda") for _ in range(2))
        np.testing.assert_array_equal(first.atoms, second.atoms)


@pytest.mark.parametrize("shape", [(300, 200, 10), (40, 200, 190, 10)], ids=str)
def test_an_interrupt_ends_a_solve(rng, shape):
    class AlarmError(Exception):
        pass

    def ring(*_):
        raise AlarmError

    table = rng.random(shape)
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(AlarmError):
            ff.decompose(table, tol=1e-15, max_iter=10**6, device="cuda")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert ff.decompose(ff.gates.XOR.pmf, device="cuda").converged


def test_two_threads(rng):
    tables = rng.random((2, 20, 9, 8, 4))
    expected = [ff.decompose(part, device="cuda") for part in tables]
    found = [None, None]

    def solve(k):
        found[k] = ff.decompose(tables[k], device="cuda")

    threads = [threading.Thread(target=solve, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(result.atoms, wanted.atoms)


def test_single_precision_hands_over_to_double(rng):
    tables = rng.random((3, 9, 8, 4))
    result = ff.decompose(tables, tol=1e-8, dtype="float32", device="cuda")
    assert result.converged.all()
    expected = ff.decompose(tables, tol=1e-8)
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=2e-8)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
def test_steps_of_both_precisions_are_added_up(rng):
    table = rng.random((9, 8, 4))
    options = {"tol": 1e-13, "max_iter": 1500, "device": "cuda"}
    both = ff.decompose(table, dtype="float32", **options)
    only_double = ff.decompose(table, **options)
    assert both.iterations == only_double.iterations == 1500
    assert both.gap > 1.1 * only_double.gap  # fewer of them are left for double precision


def test_labels_embeddings_and_marginals_take_the_device(rng):
    x1, x2, y = rng.integers(0, 4, (3, 500))
    here = plug_in(x1, x2, y)
    there = plug_in(x1, x2, y, device="cuda")
    assert there.solver == "cuda-shared"
    assert there.n_samples == 500
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=here.gap + there.gap)
    p1y, p2y = (np.histogram2d(x, y, bins=4)[0] for x in (x1, x2))
    by_marginals = ff.decompose_marginals(p1y, p2y, here.mi_joint, device="cuda")
    assert by_marginals.atoms == there.atoms
    halves = ff.datasets.digits_halves()
    estimator = ff.PIDEstimator(6, n_init=1, device="cuda", random_state=0).fit(*halves)
    assert estimator.result_.solver == "cuda-shared"


def test_what_runs_on_the_cpu_only_is_refused(rng):
    table = rng.random((3, 3, 3))
    for method in ("newton", "reference"):
        with pytest.raises(ValueError, match=f"method: '{method}' runs on the CPU only"):
            ff.decompose(table, method=method, device="cuda")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones((2, 3, 2)) / 6, np.ones((2, 3)) / 6), "p1y: expected 2 axes, got 3"),
        ((np.ones((3, 2)) / 6, np.ones((2, 3)) / 6), "p2y: its last axis has 3 classes"),
        ((np.full((3, 2), np.nan), np.ones((3, 2)) / 6), "p1y: expected probabilities"),
        (
            (np.ones((3, 2), np.float32) / 6, np.ones((3, 2)) / 6),
            "p1y: expected a C-contiguous",
        ),
    ],
)
def test_the_back_end_checks_its_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        cuda.backend().solve_one(*arguments, tol=1e-3, max_iter=10)


def _run(code, **environment):
    code = "import numpy as np, fourfold as ff\n" + code
    return run_python("-c", code, timeout=300, **environment)


@pytest.mark.usefixtures("emulated")
@pytest.mark.parametrize("order", ["reverse", "random"])
def test_the_order_of_the_threads_changes_no_bit(order):
    """A proxy for a race check: threads of a block take their turns in another order."""
    code = """
rng = np.random.default_rng(0)
for shape in ((6, 5, 3), (16, 16, 10), (70, 67, 12), (66, 30, 70)):
    for dtype in ("float64", "float32"):
        result = ff.decompose(rng.random(shape), tol=1e-3, dtype=dtype, device="cuda")
        print(shape, dtype, [atom.hex() for atom in result.atoms], result.gap.hex())
"""
    usual, other = (_run(code, FOURFOLD_EMULATION_ORDER=name) for name in ("", order))
    assert usual.returncode == 0, usual.stderr
    assert len(usual.stdout.splitlines()) == 8
    assert other.stdout == usual.stdout
