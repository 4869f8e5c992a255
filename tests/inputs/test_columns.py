# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which columns of a table are whose: as scikit-learn's ColumnTransformer, in every container."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.compose import ColumnTransformer, make_column_selector

from fourfold.inputs.columns import chosen, columns_of, read_table

ARRAY = np.arange(24.0).reshape(4, 6)
NAMES = [*"abcdef"]

KEYS = {
    "number": 2,
    "last": -1,
    "numpy number": np.int64(3),
    "numbers": [4, 0, -2],
    "array": np.array([1, 5], dtype=np.uint8),
    "range": range(0, 6, 2),
    "slice": slice(1, 4),
    "slice from the end": slice(-2, None),
    "slice backwards": slice(None, None, -2),
    "mask": [True, False, False, True, False, False],
    "mask of numpy": np.arange(6) > 3,
    "function": lambda table: [0, table.shape[1] - 1],
}

OF_NAMES = {
    "name": "c",
    "names": ["f", "b"],
    "tuple": ("a", "e"),
    "array": np.array(["d", "a"]),
    "slice": slice("b", "d"),
    "slice to the end": slice("d", None),
    "slice from the start": slice(None, "b"),
}


def places(key, table=ARRAY):
    return columns_of((key, slice(0, 1)), read_table(table))[0]


def by_column_transformer(key, table):
    scalar = np.ndim(key) == 0 and not isinstance(key, slice) and not callable(key)
    picking = ColumnTransformer([("only", "passthrough", [key] if scalar else key)])
    return np.asarray(picking.fit_transform(table))


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_keys_are_those_of_scikit_learn(key):
    found = chosen(ARRAY, places(key))
    if isinstance(key, (range, slice)):  # of which it takes none, and none that go backwards
        key = np.arange(6)[key] if isinstance(key, slice) else list(key)
    np.testing.assert_array_equal(found, by_column_transformer(key, ARRAY))


@given(st.lists(st.integers(-6, 5), min_size=1, max_size=9))
def test_any_numbers(numbers):
    columns = places(numbers)
    np.testing.assert_array_equal(columns, [number % 6 for number in numbers])
    np.testing.assert_array_equal(chosen(ARRAY, columns), ARRAY[:, numbers])


def test_neighbours_are_not_copied():
    assert np.shares_memory(chosen(ARRAY, places([2, 3, 4])), ARRAY)
    assert not np.shares_memory(chosen(ARRAY, places([2, 4])), ARRAY)


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def frame(request):
    module = pytest.importorskip(request.param)
    columns = dict(zip(NAMES, ARRAY.T, strict=True))
    if request.param == "pyarrow":
        return module.table(columns)
    return module.DataFrame(columns)


@pytest.mark.parametrize("key", [*KEYS.values(), *OF_NAMES.values()], ids=[*KEYS, *OF_NAMES])
def test_of_frames(frame, key):
    found = np.asarray(chosen(read_table(frame), places(key, frame)))
    names = np.array(NAMES)
    if isinstance(key, slice) and any(isinstance(end, str) for end in (key.start, key.stop)):
        start, stop = (
            None if end is None else NAMES.index(end) for end in (key.start, key.stop)
        )
        key = slice(start, None if stop is None else stop + 1)
    elif np.asarray(key).dtype.kind == "U":
        key = [NAMES.index(name) for name in np.atleast_1d(key)]
    elif callable(key):
        key = [0, 5]
    expected = ARRAY[:, key] if not np.isscalar(key) else ARRAY[:, [key]]
    np.testing.assert_array_equal(found, expected)
    assert names[places(key, frame)].tolist() == np.atleast_1d(names[key]).tolist()


def test_selectors_of_scikit_learn():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"left1": [1.0], "word": ["a"], "right1": [2.0], "left2": [3.0]})
    columns = columns_of((make_column_selector("^left"), make_column_selector("^right")), frame)
    assert [each.tolist() for each in columns] == [[0, 3], [2]]


def test_what_a_function_of_a_table_raises_names_it():
    with pytest.raises(ValueError, match="pandas") as refused:
        columns_of((0, make_column_selector("^left")), ARRAY)
    (note,) = refused.value.__notes__
    assert note.startswith("sources[1]: the function <sklearn")
    assert note.endswith("raised this of X, a numpy ndarray")


def test_a_lazy_frame_is_no_table():
    polars = pytest.importorskip("polars")
    with pytest.raises(TypeError, match=r"X: a LazyFrame of polars .*X.collect\(\)"):
        read_table(polars.LazyFrame({"a": [1.0], "b": [2.0]}))


def test_columns_that_are_not_asked_for_may_be_anything():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "word": ["x", None], "b": [3, 4]})
    np.testing.assert_array_equal(
        np.asarray(chosen(frame, places(["a", "b"], frame))), [[1, 3], [2, 4]]
    )


@pytest.mark.parametrize(
    ("sources", "error", "message"),
    [
        ("ab", ValueError, r"sources: expected a pair \(columns of X1, columns of X2\)"),
        (([0], [1], [2]), ValueError, r"sources: expected a pair .*; got \(\[0\], \[1\], \[2\]\)"),
        (slice(0, 2), ValueError, r"sources: expected a pair"),
        ((0, 6), ValueError, r"sources\[1\]: there is no column 6 in X, which has 6 columns"),
        (([0, -7], 1), ValueError, r"sources\[0\]: there is no column -7"),
        ((0, []), ValueError, r"sources\[1\]: picks no column of X"),
        ((slice(6, None), 0), ValueError, r"sources\[0\]: picks no column of X"),
        (([False] * 6, 0), ValueError, r"sources\[0\]: picks no column of X"),
        (([True, False], 0), ValueError, r"sources\[0\]: is a mask of 2 columns, but X has 6"),
        ((0.5, 0), TypeError, r"sources\[0\]: expected names, numbers, .*; got \[0.5\]"),
        ((None, 0), TypeError, r"sources\[0\]: expected names, numbers, .*; got \[None\]"),
        (([0, "a"], 0), TypeError, r"sources\[0\]: expected names, .*; got \[0, 'a'\]"),
        (([0, True], 0), TypeError, r"sources\[0\]: expected names, .*; got \[0, True\]"),
        ((slice("a", 3), 0), TypeError, r"sources\[0\]: expected a slice of numbers or of names"),
        ((slice(0.5, 3), 0), TypeError, r"sources\[0\]: expected a slice of numbers or of names"),
        (("a", 0), ValueError, r"sources\[0\]: names columns \('a'\), but X is an array"),
        ((lambda _: 9, 0), ValueError, r"sources\[0\], of which a function made 9: there is no"),
    ],
)  # fmt: skip
def test_keys_that_pick_nothing_are_refused(sources, error, message):
    with pytest.raises(error, match=message):
        columns_of(sources, ARRAY)


def test_names_that_are_not_there_or_twice():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ARRAY, columns=[*"abcdee"])
    with pytest.raises(
        ValueError, match=r"sources\[0\]: no column of X is called 'z'; X has 'a', "
    ):
        places("z", frame)
    with pytest.raises(ValueError, match=r"sources\[0\]: 2 columns of X are called 'e'"):
        places(["a", "e"], frame)


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (3.0, ValueError, r"X: expected a table of shape \(N, d\), got float$"),
        ({"a": [1]}, ValueError, r"X: expected .*, got dict; pandas.DataFrame\(X\) is one$"),
        ([1.0, 2.0], ValueError, r"X: expected a table .* shape \(2,\). Reshape your data"),
        (np.zeros((2, 2, 2)), ValueError, r"X: expected a table"),
        (np.zeros((0, 2)), ValueError, r"X: 0 sample\(s\) \(shape=\(0, 2\)\)"),
        (np.zeros((2, 0)), ValueError, r"X: 0 feature\(s\) \(shape=\(2, 0\)\)"),
        (np.zeros((2, 2), complex), ValueError, r"X: .* Complex data not supported"),
        (sparse.csr_array(ARRAY), TypeError, r"X: sparse input is not supported"),
        ([[1.0], [1.0, 2.0]], ValueError, r"X: expected an array, got rows of different"),
    ],
)
def test_tables_that_are_none(table, error, message):
    with pytest.raises(error, match=message):
        read_table(table)
