# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""First-order steps in single precision: the certificate is one of double precision all the same."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import _core
from tests.support.certified import assert_has_marginals_of, assert_overlap
from tests.support.marks import ignore_undersampled, on_each_device
from tests.support.oracle import ROUNDING
from tests.support.plug_in import PLUG_IN, plug_in
from tests.support.tables import decades, dense, sparse

pytestmark = [on_each_device, ignore_undersampled]


def tiny(shape, seed=0):
    """Ordinary masses, some of 1e-300 and 1e-40, which no float holds, and zeros."""
    rng = np.random.default_rng(seed)
    return rng.choice([0.0, 1e-300, 1e-40, 1e-20, 0.1, 1.0], shape)


def marginals(table):
    p = table / table.sum()
    return np.ascontiguousarray(p.sum(1)), np.ascontiguousarray(p.sum(0))


def raw(table, dtype, *, method="ipfp", tol=1e-15, max_iter=20_000, num_threads=1):
    """Bounds in bits and factors, before anything of Python's is intersected with them."""
    return _core.solve_one(
        *marginals(table),
        method=method,
        tol=tol,
        max_iter=max_iter,
        num_threads=num_threads,
        dtype=dtype,
    )


FAMILIES = [dense, sparse, decades, tiny]
# one column, widths around those of the registers, either source the larger one, several blocks
SHAPES = [(2, 2, 2), (1, 4, 3), (4, 1, 3), (5, 40, 9), (7, 9, 5), (17, 19, 6), (130, 33, 3)]


# -- the answer is right -----------------------------------------------------------------


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", FAMILIES)
def test_agrees_with_double_precision(family, shape):
    table = family(shape)
    for tol in (1e-2, 1e-4, 1e-6):
        single = ff.decompose(table, tol=tol, dtype="float32")
        assert single.converged
        assert single.gap <= tol
        assert_overlap(single, ff.decompose(table, tol=1e-8))


@pytest.mark.parametrize("method", ["auto", "ipfp"])
def test_atoms_are_those_of_the_oracle(oracle, method):
    pmf, atoms, case = oracle
    result = ff.decompose(pmf, tol=1e-7, method=method, dtype="float32")
    assert result.converged
    np.testing.assert_allclose(result.atoms, atoms, rtol=0, atol=case["tol"])


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("method", ["auto", "ipfp"])
def test_certificate_is_honest_at_every_iterate(oracle, method):
    pmf, atoms, case = oracle
    slack = ROUNDING[case["kind"]]
    for steps in (0, 1, 2, 7, 60):
        result = ff.decompose(pmf, tol=1e-15, max_iter=steps, dtype="float32", method=method)
        assert result.iterations <= steps
        assert np.all(np.array(result.lower) <= atoms + slack), steps
        assert np.all(np.array(result.upper) >= atoms - slack), steps


@pytest.mark.parametrize("method", ["auto", "ipfp"])
@pytest.mark.parametrize("shape", [(3, 4, 2), (5, 2, 7), (17, 3, 3)], ids=str)
@pytest.mark.parametrize("family", [dense, sparse])
def test_agrees_with_the_plain_solver(family, shape, method):
    table = family(shape)
    options = {"tol": 2e-3, "method": "reference", "device": "cpu"}
    plain = ff.decompose(table, **options, dtype="float32")
    assert_overlap(ff.decompose(table, tol=1e-6, dtype="float32", method=method), plain)
    assert plain.atoms == ff.decompose(table, **options).atoms


@st.composite
def tables(draw):
    """Small counts, or probabilities over up to 300 decades with zeros."""
    shape = tuple(draw(st.integers(1, 4)) for _ in range(3))
    if draw(st.booleans()):
        table = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 9))).astype(float)
    else:
        span = draw(st.sampled_from([12, 45, 300]))
        exponents = draw(hnp.arrays(np.float64, shape, elements=st.floats(-1, 0)))
        table = 10.0 ** (span * exponents) * draw(hnp.arrays(np.bool_, shape))
    assume(table.max() > 0)
    return table / table.max()


@given(tables(), st.integers(0, 60))
def test_bounds_hold_wherever_it_stops(table, steps):
    exact = raw(table, "float64", method="auto", tol=1e-9)
    single = raw(table, "float32", max_iter=steps)
    assert np.isfinite(single["lower"][0])
    assert single["lower"][0] <= exact["upper"][0] + 1e-12
    # beyond the range of a float there may be no upper bound so early, but never a wrong one
    assert single["upper"][0] >= exact["lower"][0] - 1e-12


@given(tables())
def test_every_table_converges(table):
    result = ff.decompose(table, tol=1e-6, dtype="float32")
    assert result.converged
    assert result.gap <= 1e-6
    assert min(result.atoms) >= 0
    assert_overlap(result, ff.decompose(table, tol=1e-6))


# -- the certificate is that of the coupling that is returned ------------------------------


@pytest.mark.parametrize("tol", [1e-3, 1e-8])
@pytest.mark.parametrize("family", FAMILIES)
def test_coupling_keeps_the_marginals_and_attains_the_value(family, tol):
    table = family((9, 14, 4), seed=3)
    result = ff.decompose(table, tol=tol, method="ipfp", dtype="float32")
    q = result.coupling()
    assert_has_marginals_of(q, table)
    assert q.min() >= 0
    of_q = ff.decompose(q, tol=1.0).mi_joint
    upper = result.union_information
    assert upper - result.gap - 1e-9 <= of_q <= upper + 1e-9


# -- where single precision does not lead ---------------------------------------------------


@pytest.mark.parametrize("method", ["auto", "ipfp"])
@pytest.mark.parametrize("family", FAMILIES)
def test_double_precision_finishes_what_single_precision_cannot(family, method):
    table = family((9, 8, 4), seed=1)
    result = ff.decompose(table, tol=1e-9, method=method, dtype="float32")
    assert result.converged
    assert result.gap <= 1e-9
    assert_overlap(result, ff.decompose(table, tol=1e-9))


#: Tables whose factors leave the range of a float within a hundred steps.
BEYOND = [
    [[[5e-36, 6e-40, 0], [3e-30, 0, 0]], [[0, 3e-35, 1e-15], [3e-23, 7e-27, 7e-19]],
     [[6e-17, 0, 3e-20], [0, 4e-13, 0]]],
    [[[5e-30, 0.01, 2e-14], [9e-09, 5e-31, 1e-09]], [[2e-08, 0, 0], [0, 3e-31, 0]],
     [[1e-37, 8e-29, 3e-24], [2e-19, 1e-23, 2e-30]]],
    [[[2e-17, 3e-39, 3e-21], [6e-36, 0.002, 8e-08], [0, 7e-15, 0]],
     [[0.4, 0, 0], [5e-21, 0, 9e-07], [0, 1e-28, 3e-19]],
     [[0, 2e-38, 0], [0, 0, 0], [0, 8e-28, 0.0003]]],
]  # fmt: skip


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("table", BEYOND)
def test_factors_beyond_the_range_of_a_float(table):
    table = np.array(table)
    exact = raw(table, "float64", method="auto", tol=1e-12)
    for steps in (0, 5, 20, 50, 100, 400):
        single = raw(table, "float32", max_iter=steps)
        assert exact["lower"][0] - 1e-14 <= single["upper"][0]
        assert single["lower"][0] <= exact["upper"][0] + 1e-14
    assert np.isfinite(single["upper"][0])


def test_steps_of_both_precisions_are_added_up():
    table = dense((20, 20, 5))
    early = raw(table, "float32", tol=1e-5)
    late = raw(table, "float32", tol=1e-8)
    double = raw(table, "float64", tol=1e-8)
    assert early["iterations"][0] < late["iterations"][0]
    assert late["iterations"][0] < 3 * double["iterations"][0]
    assert late["sweeps"][0] >= late["iterations"][0]
    cut = raw(table, "float32", tol=1e-8, max_iter=int(late["iterations"][0]) - 5)
    assert cut["iterations"][0] == late["iterations"][0] - 5


def test_dense_tables_of_many_states_stay_in_single_precision():
    """Their gap hardly moves at first, which is not for lack of digits."""
    rng = np.random.default_rng(0)
    p1y, p2y = (rng.gamma(1000.0, size=(256, 10)) for _ in range(2))
    p1y /= p1y.sum()
    p2y *= p1y.sum(0) / p2y.sum(0)
    options = {"method": "ipfp", "tol": 1e-4, "max_iter": 2000, "num_threads": 1}
    single = _core.solve_one(p1y, p2y, dtype="float32", **options)
    double = _core.solve_one(p1y, p2y, dtype="float64", **options)
    # a change of precision costs the momentum, and tens of steps
    assert single["iterations"][0] <= double["iterations"][0] + 12


# -- the numbers are those of single precision, and the same in every run --------------------


@pytest.mark.usefixtures("simd")
def test_steps_are_taken_in_single_precision():
    table = dense((20, 17, 6))
    single, double = (raw(table, dtype, max_iter=20) for dtype in ("float32", "float64"))
    r = np.exp(single["log_r"])
    np.testing.assert_allclose(r, r.astype(np.float32), rtol=1e-13)
    difference = np.abs(single["log_r"] - double["log_r"]).max()
    assert 0 < difference < 1e-2
    assert single["upper"][0] == pytest.approx(double["upper"][0], abs=1e-6)


@pytest.mark.parametrize("shape", [(400, 130, 10), (250, 260, 12)], ids=str)
def test_threads_do_not_change_the_result(shape):
    options = {"tol": 1e-15, "max_iter": 12}
    one, two, three = (
        raw(dense(shape), "float32", num_threads=threads, **options) for threads in (1, 2, 3)
    )
    for other in (two, three):
        for name in one:
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def test_batch_is_the_same_as_one_by_one():
    """Buffers are kept between problems, of other shapes too, and must leave nothing behind."""
    mixed = [sparse((30, 30, 4)), dense((6, 5, 3)), decades((12, 9, 7)), dense((30, 30, 4))]
    options = {"tol": 1e-5, "dtype": "float32"}
    alone = [ff.decompose(table, **options) for table in mixed]
    for threads in (1, 2):
        together = ff.decompose_many(mixed, num_threads=threads, **options)
        for k, one in enumerate(alone):
            assert together[k].atoms == one.atoms
            assert together[k].iterations == one.iterations
            np.testing.assert_array_equal(together[k].coupling(), one.coupling())


# -- the argument ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_names_types_and_dtypes_are_accepted(name):
    table = dense((12, 12, 4))
    expected = ff.decompose(table, dtype=name)
    for dtype in (getattr(np, name), np.dtype(name)):
        assert ff.decompose(table, dtype=dtype).atoms == expected.atoms
    assert ff.decompose(table).atoms == ff.decompose(table, dtype="float64").atoms
    assert ff.decompose(table).atoms != ff.decompose(table, dtype="float32").atoms


def test_every_door_passes_it_on(rng):
    p = dense((12, 12, 4))
    p /= p.sum()
    p1y, p2y = marginals(p)
    expected = ff.decompose(p, dtype="float32")
    assert ff.decompose_many([p], dtype="float32")[0].atoms == expected.atoms
    assert ff.decompose([p], dtype="float32")[0].atoms == expected.atoms
    of_marginals = ff.decompose_marginals(p1y, p2y, expected.mi_joint, dtype="float32")
    np.testing.assert_allclose(of_marginals.atoms, expected.atoms, rtol=0, atol=1e-9)

    labels = rng.integers(0, 6, (3, 500))
    counted = plug_in(*labels, dtype="float32")
    assert counted.atoms != plug_in(*labels).atoms
    assert_overlap(counted, plug_in(*labels))
    x1, x2 = rng.normal(size=(2, 200, 3))
    y = rng.integers(0, 3, 200)
    single, double = (
        ff.PIDEstimator(8, n_init=1, random_state=0, dtype=dtype, **PLUG_IN).fit(x1, x2, y)
        for dtype in ("float32", "float64")
    )
    expected = plug_in(single.labels1_, single.labels2_, y, dtype="float32")
    assert single.result_.atoms == expected.atoms
    assert single.result_.atoms != double.result_.atoms
