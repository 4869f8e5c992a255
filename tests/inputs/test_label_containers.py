# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of pandas, polars and Arrow: the labels that they have, and none that is missing."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.counts.count_labels import count_labels
from fourfold.inputs.labels import code_labels
from fourfold.inputs.target import read_target

WORDS = ["b", "a", "c", "b", "a", "b"]
NUMBERS = [3, -1, 3, 7, -1, 3]
MISSING = r"y: the label at row 2 is missing \({}\); leave such rows out"


def pandas_columns(pd):
    words, numbers = np.array(WORDS, object), np.array(NUMBERS)
    unused = pd.Categorical(WORDS, categories=["z", "c", "b", "y", "a"])
    return {
        "categorical": pd.Series(unused),
        "categorical itself": unused,
        "categorical index": pd.CategoricalIndex(unused),
        "categorical numbers": pd.Series(numbers).astype("category"),
        "categorical whole numbers": pd.Series(numbers.astype(float)).astype("category"),
        "str": pd.Series(WORDS),
        "str of python": pd.Series(WORDS, dtype=pd.StringDtype("python")),
        "objects": pd.Series(words, dtype=object),
        "index": pd.Index(WORDS),
        "int64": pd.Series(numbers),
        "Int32": pd.Series(numbers, dtype="Int32"),
        "Float64": pd.array(numbers.astype(float), dtype="Float64"),
        "boolean": pd.Series(numbers > 0, dtype="boolean"),
        "frame": pd.DataFrame({"words": unused}),
    }


def polars_columns(pl):
    enum = pl.Enum(["z", "c", "b", "y", "a"])
    return {
        "Enum": pl.Series(WORDS, dtype=enum),
        "Categorical": pl.Series(WORDS, dtype=pl.Categorical),
        "String": pl.Series(WORDS),
        "Binary": pl.Series([word.encode() for word in WORDS]),
        "Int16": pl.Series(NUMBERS, dtype=pl.Int16),
        "Boolean": pl.Series([number > 0 for number in NUMBERS]),
        "frame": pl.DataFrame({"words": pl.Series(WORDS, dtype=enum)}),
    }


def arrow_columns(pa):
    codes = pa.array([2, 4, 1, 2, 4, 0], pa.int8())
    twice = pa.DictionaryArray.from_arrays(codes, pa.array(["b", "c", "b", "y", "a"]))
    twice = pa.concat_arrays([twice[:2], pa.DictionaryArray.from_arrays(
        pa.array([1], pa.int8()), pa.array(["b", "c", "b", "y", "a"])), twice[3:]])  # fmt: skip
    parts = [pa.array(WORDS[:2]).dictionary_encode(), pa.array(WORDS[2:]).dictionary_encode()]
    unused = [
        pa.DictionaryArray.from_arrays(
            part.indices, pa.concat_arrays([part.dictionary, pa.nulls(1, "string")])
        )
        for part in parts
    ]
    many = [  # more together than an int8 can number
        pa.DictionaryArray.from_arrays(
            pa.array([100 + k for k in range(len(part))], pa.int8()),
            pa.array([*(f"{start}{k}" for k in range(100)), *part]),
        )
        for start, part in (("p", WORDS[:2]), ("q", WORDS[2:]))
    ]
    return {
        "dictionaries with an unused null": pa.chunked_array(unused),
        "dictionaries too large together": pa.chunked_array(many),
        "dictionary with equal entries": twice,
        "dictionaries of parts": pa.chunked_array(parts),
        "dictionary of numbers": pa.array(NUMBERS).dictionary_encode(),
        "string": pa.array(WORDS),
        "large string": pa.array(WORDS, pa.large_string()),
        "string view": pa.array(WORDS, pa.string_view()),
        "strings in parts": pa.chunked_array([WORDS[:1], WORDS[1:]]),
        "binary": pa.array([word.encode() for word in WORDS]),
        "int8": pa.array(NUMBERS, pa.int8()),
        "ints in parts": pa.chunked_array([NUMBERS[:3], NUMBERS[3:]]),
        "bool": pa.array([number > 0 for number in NUMBERS]),
        "float": pa.array(map(float, NUMBERS)),
    }


def check(column, name):
    plain = NUMBERS
    if any(word in name for word in ("bool", "Bool")):
        plain = [number > 0 for number in NUMBERS]
    elif "binary" in name.lower():
        plain = [word.encode() for word in WORDS]
    elif not any(word in name for word in ("nt", "loat", "umbers")) or "entries" in name:
        plain = WORDS
    plain = WORDS if "index" in name else plain
    codes, states = code_labels(column, "x1")
    assert states.tolist() == sorted(set(plain))
    assert states[codes].tolist() == plain
    assert codes.dtype == np.uint8
    cells, labels = count_labels(column, NUMBERS, column, rows=True)
    assert labels[0].tolist() == labels[2].tolist() == states.tolist()
    x1, x2, y = np.unravel_index(cells.rows, cells.shape)
    assert labels[0][x1].tolist() == labels[2][y].tolist() == plain
    assert labels[1][x2].tolist() == NUMBERS
    assert cells.counts.sum() == len(plain)
    assert np.all(np.diff(cells.occupied) > 0)
    target, number = read_target(column)
    assert (target.tolist(), number) == (codes.tolist(), len(states))


@pytest.mark.parametrize(
    ("package", "columns"),
    [("pandas", pandas_columns), ("polars", polars_columns), ("pyarrow", arrow_columns)],
)
def test_columns_have_the_labels_that_they_show(package, columns):
    for name, column in columns(pytest.importorskip(package)).items():
        check(column, name)


def test_pandas_columns_kept_by_arrow():
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    check(pd.Series(WORDS, dtype="string[pyarrow]"), "string")
    check(pd.Series(NUMBERS, dtype="int64[pyarrow]"), "int64")
    words = pd.arrays.ArrowExtensionArray(pa.array(WORDS).dictionary_encode())
    check(pd.Series(words), "dictionary")


def refused(column, value):
    with pytest.raises(ValueError, match=MISSING.format(value)):
        count_labels([0, 1, 0], [1, 0, 1], column)


def test_missing_labels_of_pandas_are_named():
    pd = pytest.importorskip("pandas")
    refused(pd.Series(["a", "b", None], dtype="category"), "nan")
    refused(pd.array([1, 2, None], dtype="Int64"), "<NA>")
    refused(pd.array([True, False, None], dtype="boolean"), "<NA>")
    refused(pd.Series(["a", "b", None], dtype=object), "None")
    refused(pd.Series([1, 2, pd.NA], dtype=object), "<NA>")
    refused(pd.Series(["a", "b", pd.NA], dtype=pd.StringDtype("python")), "<NA>")
    refused(np.array(["a", "b", pd.NA], np.dtypes.StringDType(na_object=pd.NA)), "<NA>")
    with pytest.raises(ValueError, match=r"y: the label at row 2 is missing"):
        count_labels([0, 1, 0], [1, 0, 1], pd.Series(["a", "b", None]))


def test_missing_labels_of_polars_are_named():
    pl = pytest.importorskip("polars")
    for dtype in (pl.String, pl.Categorical, pl.Enum(["a", "b"])):
        refused(pl.Series(["a", "b", None], dtype=dtype), "None")
    refused(pl.Series([1, 2, None]), "None")


def test_missing_labels_of_arrow_are_named():
    pa = pytest.importorskip("pyarrow")
    refused(pa.array(["a", "b", None]), "None")
    refused(pa.array(["a", "b", None]).dictionary_encode(), "None")
    refused(pa.chunked_array([[1, 2], [None]]), "None")
    codes, entries = pa.array([0, 1, 2]), pa.array(["a", "b", None])
    nulls = pa.DictionaryArray.from_arrays(codes, entries)
    refused(nulls, "None")
    refused(pa.chunked_array([nulls, nulls]), "None")


def test_declared_categories_are_labels_whatever_they_are():
    pd = pytest.importorskip("pandas")
    for values, categories in (
        ([2.0, 1.0, 0.5], [0.5, 1.0, 2.0]),
        ([1, "1", 1], [1, "1"]),  # which have no order but that of the categories
        (pd.cut([1, 5, 9], 2), None),
        (pd.to_datetime(["2026-02-01", "2026-01-01"]), None),
        (pd.PeriodIndex(["2026-02", "2026-01"], freq="M"), None),
    ):
        column = pd.Categorical(values, categories=categories)
        codes, states = code_labels(column, "x1")
        known = column.categories.tolist()
        assert codes.tolist() == column.codes.tolist(), known
        assert pd.Index(states).tolist() == known
    # what does not occur is no label
    mixed = pd.Categorical([1, 1, 1], categories=[1, "1"])
    assert code_labels(mixed, "x1")[1].tolist() == [1]
    dictionary = pytest.importorskip("pyarrow").array([1.0, 0.25, 1.0]).dictionary_encode()
    assert code_labels(dictionary, "x1")[1].tolist() == [0.25, 1.0]


def test_missing_categories_that_are_numbers_are_named():
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    refused(pd.Series([0.5, 0.25, None], dtype="category"), "nan")
    refused(pa.array([0.5, 0.25, np.nan]).dictionary_encode(), "nan")
    refused(pd.Series(pd.PeriodIndex(["2026-02", "2026-01", "NaT"], freq="M")), "NaT")
    refused(pd.Series(pd.to_datetime(["2026-02", "2026-01", None])), "NaT")
    refused(pd.arrays.IntervalArray.from_tuples([(0, 1), (1, 2), None]), "nan")


@pytest.mark.parametrize("package", ["pandas", "polars", "pyarrow"])
def test_empty_columns_are_refused(package):
    module = pytest.importorskip(package)
    empty = {
        "pandas": lambda: module.Series([], dtype="category"),
        "polars": lambda: module.Series([], dtype=module.String),
        "pyarrow": lambda: module.array([], module.string()),
    }[package]()
    with pytest.raises(ValueError, match="x1: expected at least one label, got an empty array"):
        code_labels(empty, "x1")


def test_more_columns_than_one_are_no_labels():
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (pd.DataFrame({"a": [0, 1], "b": [1, 0]}), pl.DataFrame({"a": [0], "b": [1]})):
        with pytest.raises(ValueError, match="x1: expected one label"):
            code_labels(frame, "x1")


def test_columns_of_lists_are_no_labels():
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    for column in (
        pl.Series([[0, 1], [1, 0]]),
        pa.array([[0, 1], [1, 0]]),
        pl.Series([{"a": 1}]),
    ):
        with pytest.raises(
            ValueError, match=r"x1: expected one label a row, got .* list of tuples"
        ):
            code_labels(column, "x1")


def test_rare_categories_of_polars_are_found():
    pl = pytest.importorskip("polars")
    words = ["a"] * 200_000 + ["b"] + ["c"] * 200_000 + ["d"]
    codes, states = code_labels(pl.Series(words, dtype=pl.Categorical), "x1")
    assert states.tolist() == ["a", "b", "c", "d"]
    assert np.bincount(codes).tolist() == [200_000, 1, 200_000, 1]
