# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labelled samples: every way to write labels, sparse counting and soft targets."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import PLUG_IN, plug_in
from tests.support.processes import output_of

pytestmark = ignore_undersampled

TOL = 1e-7


@pytest.fixture
def samples(rng):
    """60 rows of states 3 to 6, 0 to 2 and 0 to 1 that depend on each other."""
    x1 = rng.integers(3, 7, 60)
    x2 = rng.integers(0, 3, 60)
    y = ((x1 + x2 + (rng.random(60) < 0.2)) % 2).astype(np.int64)
    return x1, x2, y


def counted(x1, x2, y):
    """The table of counts, cell by cell."""
    states = [list(np.unique(column)) for column in (x1, x2, y)]
    table = np.zeros([len(axis) for axis in states], dtype=np.int64)
    for row in zip(x1, x2, y, strict=True):
        table[tuple(axis.index(value) for axis, value in zip(states, row, strict=True))] += 1
    return table


def assert_same_numbers(one, other):
    assert one.to_dict() == other.to_dict()
    np.testing.assert_array_equal(one.coupling(), other.coupling())


def test_equals_decompose_of_the_counted_table(samples):
    result = plug_in(*samples, tol=TOL)
    table = counted(*samples)
    expected = ff.decompose(table, tol=TOL)
    assert result.converged
    assert result.n_samples == expected.n_samples == 60
    for name in ("mi_joint", "mi1", "mi2"):
        assert getattr(result, name) == pytest.approx(getattr(expected, name), abs=1e-12)
    slack = result.gap + expected.gap + 1e-12
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=slack)
    assert min(expected.atoms[:2]) > 100 * TOL  # atoms of zero would compare nothing
    assert result.coupling().shape == table.shape


@pytest.mark.parametrize("method", ["ipfp", "reference"])
def test_options_reach_the_solver(samples, method):
    result = ff.pid(*samples, tol=1e-3, method=method, num_threads=1, **PLUG_IN)
    expected = ff.decompose(counted(*samples), tol=1e-3, method=method, num_threads=1)
    assert result.iterations == expected.iterations
    with pytest.warns(ff.ConvergenceWarning, match=r"max_iter = 1 .* tol = 1.00e-09") as caught:
        found = ff.pid(*samples, tol=1e-9, max_iter=1, method=method, **PLUG_IN)
    assert found.iterations == 1
    assert caught[0].filename == __file__


# Sorted as the integers are, so that not even the order of the states changes.
WRITTEN = {
    "list": lambda x: x.tolist(),
    "tuple": lambda x: tuple(x.tolist()),
    "int8": lambda x: x.astype(np.int8),
    "uint64": lambda x: x.astype(np.uint64),
    "big-endian int": lambda x: x.astype(">i4"),
    "negative": lambda x: x - 100,
    "beyond 32 bits": lambda x: x * 2**40,
    "whole floats": lambda x: x.astype(np.float64),
    "whole float32": lambda x: x.astype(np.float32),
    "big-endian float": lambda x: x.astype(">f8"),
    "str": lambda x: x.astype(str),
    "list of str": lambda x: x.astype(str).tolist(),
    "big-endian str": lambda x: x.astype(str).astype(">U1"),
    "bytes": lambda x: x.astype("S1"),
    "StringDType": lambda x: x.astype(str).astype(np.dtypes.StringDType()),
    "object of str": lambda x: x.astype(str).astype(object),
    "object of bytes": lambda x: x.astype("S1").astype(object),
    "object of int": lambda x: x.astype(object),
    "object of huge int": lambda x: x.astype(object) * 10**30,
    "column": lambda x: x[:, None],
    "column of str": lambda x: x.astype(str)[:, None],
    "non-contiguous": lambda x: np.repeat(x, 3)[::3],
    "reversed view": lambda x: x[::-1].copy()[::-1],
    "column of a Fortran array": lambda x: np.asfortranarray(np.stack([x, x], 1))[:, 1],
}


@pytest.mark.parametrize("argument", range(3), ids=["x1", "x2", "y"])
@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_labels_may_be_written_in_any_way(samples, write, argument):
    columns = list(samples)
    columns[argument] = write(columns[argument])
    assert_same_numbers(plug_in(*columns), plug_in(*samples))


@pytest.mark.parametrize(
    "write",
    [
        lambda y: y.astype(bool),
        lambda y: y.astype(bool).tolist(),
        lambda y: y.astype(bool).astype(object),
        lambda y: [np.bool_(value) for value in y],
    ],
)
def test_truth_values_are_labels(samples, write):
    x1, x2, y = samples
    assert_same_numbers(plug_in(x1, x2, write(y)), plug_in(x1, x2, y))
    assert_same_numbers(plug_in(write(y), x2, x1), plug_in(y, x2, x1))


def test_read_only_input_is_neither_refused_nor_changed(samples):
    before = [column.copy() for column in samples]
    for column in samples:
        column.setflags(write=False)
    soft = np.full((60, 2), 0.5)
    soft.setflags(write=False)
    assert plug_in(*samples).n_samples == 60
    assert plug_in(*samples[:2], soft).n_samples == 60
    for column, original in zip(samples, before, strict=True):
        np.testing.assert_array_equal(column, original)


def test_order_of_the_rows_does_not_matter(samples, rng):
    order = rng.permutation(60)
    assert_same_numbers(plug_in(*(column[order] for column in samples)), plug_in(*samples))


def test_state_i_of_the_coupling_is_the_ith_sorted_label():
    x1 = ["pear", "fig", "fig", "fig", "kiwi", "kiwi"]
    x2 = [9, 10, 10, 9, 10, 10]  # as strings the order would be another
    y = np.array([True, False, False, False, False, False])
    q = plug_in(x1, x2, y).coupling() * 6
    np.testing.assert_allclose(q.sum((1, 2)), [3, 2, 1], atol=1e-12)
    np.testing.assert_allclose(q.sum((0, 2)), [2, 4], atol=1e-12)
    np.testing.assert_allclose(q.sum((0, 1)), [5, 1], atol=1e-12)
    np.testing.assert_allclose(q.sum(1), [[3, 0], [2, 0], [0, 1]], atol=1e-12)
    np.testing.assert_array_equal(np.unique(x1), ["fig", "kiwi", "pear"])


def test_one_row_and_one_state():
    result = plug_in(["a"], [1], [0])
    assert result.n_samples == 1
    assert result.atoms == (0, 0, 0, 0)
    assert plug_in([1, 1, 1], [0, 1, 2], ["x", "y", "z"]).mi2 == pytest.approx(np.log2(3))


@pytest.mark.skipif(sys.platform != "linux", reason="reads its peak memory from /proc")
def test_counting_never_makes_a_dense_table():
    """2000 x 2000 x 500 doubles would be 16 GB; pairs of states alone are 32 MB."""
    code = """
import re, numpy as np, fourfold as ff
rng = np.random.default_rng(0)
def column(states):
    return rng.permutation(np.r_[np.arange(states), rng.integers(0, states, 5000 - states)])
columns = column(2000), column(2000), column(500)
result = ff.pid(*columns, max_iter=0)
print(result.n_samples, result.coupling(j=0).shape, result.coupling(0).shape)
# not ru_maxrss, which starts at the peak of the process that forked
peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]
print(repr(sum(map(float, result.plug_in))), peak)
keys = np.unique(np.stack(columns), axis=1, return_counts=True)[1]
pairs = np.unique(np.stack(columns[:2]), axis=1, return_counts=True)[1]
classes = np.bincount(columns[2])
def entropy(counts):
    return -np.sum(counts / 5000 * np.log2(counts / 5000))
print(repr(float(entropy(pairs) + entropy(classes) - entropy(keys))))
"""
    shapes, numbers, expected = output_of(code, "-W", "ignore", timeout=120).splitlines()
    assert shapes == "5000 (2000, 500) (2000, 500)"
    mi_joint, peak = numbers.split()
    assert float(mi_joint) == pytest.approx(float(expected), abs=1e-10)
    assert int(peak) * 1024 < 2e9


# -- a matrix of class probabilities ---------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, bool, ">f8"])
def test_one_hot_rows_equal_labels(samples, dtype):
    x1, x2, y = samples
    rows = np.eye(2)[y].astype(dtype)
    assert_same_numbers(plug_in(x1, x2, rows), plug_in(x1, x2, y))
    assert_same_numbers(plug_in(x1, x2, rows.tolist()), plug_in(x1, x2, y))
    assert_same_numbers(plug_in(x1, x2, np.asfortranarray(rows)), plug_in(x1, x2, y))


def test_soft_rows_equal_a_table_summed_by_hand(samples, rng):
    x1, x2, _ = samples
    rows = rng.dirichlet([0.3, 0.5, 1.0], 60)
    table = np.zeros((4, 3, 3))
    for i, j, row in zip(x1 - 3, x2, rows, strict=True):
        table[i, j] += row / 60
    p12, p1y, p2y, py = table.sum(2), table.sum(1), table.sum(0), table.sum((0, 1))

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log2(p))

    result = plug_in(x1, x2, rows, tol=TOL)
    assert result.mi_joint == pytest.approx(
        entropy(p12) + entropy(py) - entropy(table), abs=1e-12
    )
    for mi, joint in ((result.mi1, p1y), (result.mi2, p2y)):
        by_hand = entropy(joint.sum(1)) + entropy(py) - entropy(joint)
        assert mi == pytest.approx(by_hand, abs=1e-12)
    expected = ff.decompose(table, tol=TOL)
    slack = result.gap + expected.gap + 1e-12
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=slack)
    np.testing.assert_allclose(result.coupling().sum(1), p1y, rtol=0, atol=1e-12)
    assert result.n_samples == 60


def test_rows_are_scaled_to_sum_to_exactly_one(samples, rng):
    """Single precision and rounded predictions do not sum to 1, but nearly."""
    x1, x2, _ = samples
    rows = rng.dirichlet([1, 1, 1], 60)
    exact = plug_in(x1, x2, rows, tol=TOL)
    scaled = plug_in(x1, x2, rows * rng.uniform(0.991, 1.009, (60, 1)), tol=TOL)
    assert scaled.mi_joint == pytest.approx(exact.mi_joint, abs=1e-12)
    np.testing.assert_allclose(
        scaled.atoms, exact.atoms, rtol=0, atol=scaled.gap + exact.gap + 1e-12
    )


def test_a_class_nobody_predicts_keeps_its_place(samples):
    x1, x2, y = samples
    rows = np.zeros((60, 4))
    rows[np.arange(60), 2 * y] = 1
    result = plug_in(x1, x2, rows)
    assert result.coupling().shape == (4, 3, 4)
    np.testing.assert_allclose(result.atoms, plug_in(x1, x2, y).atoms, rtol=0, atol=1e-12)


def test_uninformative_rows_give_nothing(samples):
    x1, x2, _ = samples
    result = plug_in(x1, x2, np.full((60, 5), 0.2))
    np.testing.assert_allclose(result.atoms, 0, atol=1e-12)


# -- what holds for all samples --------------------------------------------------------

columns = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30
)


@given(columns, st.permutations(range(4)), st.permutations(["b", "a", "aa", "B"]))
def test_relabelling_changes_nothing_and_atoms_add_up(rows, numbers, names):
    x1, x2, y = (list(column) for column in zip(*rows, strict=True))
    one = plug_in(x1, x2, y, tol=TOL)
    other = plug_in(
        [numbers[k] for k in x1], [names[k] for k in x2], [names[k] for k in y], tol=TOL
    )
    slack = one.gap + other.gap + 1e-12
    np.testing.assert_allclose(one.atoms, other.atoms, rtol=0, atol=slack)
    assert one.mi_joint == pytest.approx(other.mi_joint, abs=1e-12)
    for result in (one, other):
        assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
        assert min(result.atoms) >= 0
        assert result.n_samples == len(rows)


@given(columns)
def test_samples_and_their_table_agree(rows):
    x1, x2, y = (np.array(column) for column in zip(*rows, strict=True))
    result = plug_in(x1, x2, y, tol=TOL)
    expected = ff.decompose(counted(x1, x2, y), tol=TOL)
    assert result.mi_joint == pytest.approx(expected.mi_joint, abs=1e-12)
    slack = result.gap + expected.gap + 1e-12
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=slack)
