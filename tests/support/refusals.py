# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arguments that are accepted, of which each test changes one, and what a refusal says."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal

import numpy as np
import pytest
from scipy import sparse

import fourfold as ff

GOOD = np.arange(1, 25).reshape(3, 4, 2) / 300
P1Y, P2Y = GOOD.sum(1), GOOD.sum(0)
X1, X2, Y = [0, 1, 0, 1], ["a", "a", "b", "b"], [0, 0, 1, 1]
E1 = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0], [0.2, 0.1]])
E2 = np.array([[3.0], [1.0], [2.0], [5.0]])


def with_value(array, index, value):
    changed = np.array(array, dtype=np.result_type(array, type(value)))
    changed[index] = value
    return changed


def fit(x1=E1, x2=E2, y=Y, n_clusters=2, **options):
    return ff.PIDEstimator(n_clusters, **options).fit(x1, x2, y)


@functools.cache
def fitted():
    return ff.PIDEstimator(2, random_state=0).fit(E1, E2, Y)


@functools.cache
def single():
    return ff.decompose(GOOD)


@functools.cache
def batch():
    return ff.decompose(np.stack([GOOD, GOOD]))


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


def marginals(p1y=P1Y, p2y=P2Y, joint_information=None, **options):
    return ff.decompose_marginals(p1y, p2y, joint_information, **options)


def samples(x1=X1, x2=X2, y=Y, **options):
    return ff.pid(x1, x2, y, **options)


#: What no column of labels may be, as x1, x2 or y.
BAD_LABELS = [
    ("a number", 3, ValueError, r"expected one label a row, shape \(N,\), got 3"),
    ("None", None, ValueError, None),
    ("three axes", np.zeros((4, 2, 2)), ValueError, r"expected one label .* \(4, 2, 2\)"),
    ("empty", [], ValueError, "expected at least one label, got an empty array"),
    ("fraction", [1.0, 0.5, 2.0, 1.0], ValueError,
     r"integers or strings, got the number 0\.5 at row 1; .*fourfold\.(PIDEstimator|gaussian_pid)"),
    ("NaN", [1.0, 0.0, np.nan, 1.0], ValueError, r"the label at row 2 is missing \(nan\)"),
    ("infinite", [1.0, 0.0, 0.0, -np.inf], ValueError, "finite, got -inf at index 3"),
    ("None among numbers", [0, None, 1, 0], ValueError,
     r"the label at row 1 is missing \(None\)"),
    ("None among strings", ["a", None, "b", "a"], ValueError, "label at row 1 is missing"),
    ("NaN among strings", ["a", np.nan, "b", "a"], ValueError, r"row 1 is missing \(nan\)"),
    ("NaN among objects", np.array(["a", np.nan, "b", "a"], object), ValueError,
     r"the label at row 1 is missing \(nan\)"),
    ("missing string", np.array(["a", None, "b", "a"], np.dtypes.StringDType(na_object=None)),
     ValueError, "the label at row 1 is missing"),
    ("numbers and strings", [1, "1", 2, "2"], ValueError, "all strings, got int, str"),
    ("object numbers and strings", np.array([1, "1", 2, "2"], object), ValueError,
     "all integers or all strings, got int, str"),
    ("bytes and strings", [b"a", "a", "b", "b"], ValueError, "all strings, got bytes, str"),
    ("missing tuples", np.array([(0, 1), None, (1, 0), None], object), ValueError,
     "the label at row 1 is missing"),
    ("complex", [0j, 1j, 0j, 1j], ValueError, "strings, got 0j of dtype complex128"),
    ("missing date", np.array(["2026-01-31", "NaT"] * 2, "M8[D]"), ValueError,
     r"the label at row 1 is missing \(NaT\)"),
    ("days and moments", [dt.date(2026, 1, 31), dt.datetime(2026, 1, 31)] * 2, ValueError,
     "all strings, got date, datetime: .* at row 0"),
    ("missing decimal", [Decimal(1), Decimal("NaN")] * 2, ValueError,
     r"the label at row 1 is missing \(NaN\)"),
    ("missing part of a tuple", [(0, 1), (0, None)] * 2, ValueError,
     r"the label at row 1 is missing \(\(0, None\)\)"),
    ("sets", np.array([{0}, {1}, {0}, {1}]), ValueError,
     r"the label at row 0 is a set \(\{0\}\), .* \[frozenset\(label\) for label in"),
    ("dictionaries", [{0: 1}] * 4, ValueError, "the label at row 0 is of type dict, .* string"),
    ("lists in tuples", [(0, [1])] * 4, ValueError, r"the label at row 0 is \(0, \[1\]\), a tuple with"),
    ("one row", [[0, 1, 0, 1]], ValueError, r"one row of 4, shape \(1, 4\); hand over numpy\.ravel\("),
    ("one row of an array", np.zeros((1, 4), int), ValueError,
     r"one row of 4, shape \(1, 4\); hand over (x1|x2|y)\.ravel\(\)"),
    ("ragged", [[0], [1, 2], [3], [4]], ValueError, r"rows of different lengths .*\(4,\)"),
    ("sparse", sparse.csr_array(np.eye(4)), TypeError, r"sparse .* shape \(4, 4\)"),
]  # fmt: skip


def assert_refused(call, error, message):
    """Exactly this error, in one line."""
    with pytest.raises(error, match=message) as caught:
        call()
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)
