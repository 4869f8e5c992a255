# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels of any kind, counted: against sets and counters of Python."""

from __future__ import annotations

import enum
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold import _core
from fourfold.counts.count_labels import count_labels
from fourfold.inputs.labels import code_labels, read_labels

INTEGERS = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]


def check(x1, x2, y, plain=None):
    """Cells, counts, states and rows are those of the values as Python has them."""
    columns = plain or [
        column if isinstance(column, list) else np.asarray(column).ravel().tolist()
        for column in (x1, x2, y)
    ]
    cells, states = count_labels(x1, x2, y, rows=True)
    for column, labels in zip(columns, states, strict=True):
        assert labels.tolist() == sorted(set(column))
    assert cells.shape == tuple(map(len, states))
    assert cells.occupied.dtype == cells.counts.dtype == np.int64
    assert np.all(np.diff(cells.occupied) > 0)
    found = zip(*(s[k] for s, k in zip(states, cells.states(), strict=True)), strict=True)
    expected = Counter(zip(*columns, strict=True))
    assert dict(zip(found, cells.counts.tolist(), strict=True)) == expected
    assert cells.rows.dtype == np.min_scalar_type(np.prod(cells.shape) - 1)
    of_rows = np.unravel_index(cells.rows, cells.shape)
    for column, labels, codes in zip(columns, states, of_rows, strict=True):
        assert labels[codes].tolist() == column
    alone = count_labels(x1, x2, y).cells
    assert alone.rows is None
    np.testing.assert_array_equal(alone.occupied, cells.occupied)
    np.testing.assert_array_equal(alone.counts, cells.counts)


@st.composite
def integer_columns(draw):
    """Three columns of one length: any type, narrow or wide, in any layout."""
    n = draw(st.integers(1, 30))

    def column():
        info = np.iinfo(draw(st.sampled_from(INTEGERS)))
        low = draw(st.sampled_from([info.min, info.max - 3, 0]))
        narrow = st.integers(low, low + 3)
        wide = st.sampled_from([info.min, info.max, 0, info.max // 3])
        values = draw(st.lists(draw(st.sampled_from([narrow, wide])), min_size=n, max_size=n))
        array = np.array(values, dtype=info.dtype)
        layout = draw(st.integers(0, 4))
        if layout == 1:
            return np.repeat(array, 3)[::3]
        if layout == 2:
            return array[::-1].copy()[::-1]
        if layout == 3:
            return array.astype(array.dtype.newbyteorder(">"))
        if layout == 4:  # unaligned
            packed = np.zeros(n, [("gap", "u1"), ("label", array.dtype)])
            packed["label"] = array
            return packed["label"]
        return array[:, None]

    return [column() for _ in range(3)]


@given(integer_columns())
def test_integers_of_any_type_and_layout(columns):
    check(*columns)


words = st.one_of(
    st.sampled_from(["a", "b", "ä", "a\0", "", "\U0001f600", "\udc80", "a" * 70]),
    st.text(max_size=3),
)


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=8))
def test_strings_of_python(rows):
    columns = [list(column) for column in zip(*rows, strict=True)]
    check(*columns, plain=columns)
    check(*(np.array([*c, None], object)[:-1] for c in columns), plain=columns)


@given(st.lists(st.binary(max_size=5), min_size=1, max_size=20))
def test_bytes_of_python(values):
    check(values, values, [0] * len(values), plain=[values, values, [0] * len(values)])


@pytest.mark.parametrize("width", [1, 2, 3, 4, 8, 11])
@pytest.mark.parametrize("dtype", ["S", "U", ">U"])
def test_strings_of_fixed_width(rng, width, dtype):
    array = np.array(["", "b", "ä", "Bcdefghijkl", "a", "bcdefghijklm"])[
        rng.integers(6, size=90)
    ]
    if dtype == "S":
        array = np.char.encode(array, "utf-8")
    array = array.astype(f"{dtype}{width}")
    check(array, array[::-1], np.tile(array[:30], 3))


def test_strings_of_variable_width(rng):
    array = np.array(["b", "ä", "a" * 100, ""], np.dtypes.StringDType())
    array = array[rng.integers(4, size=50)]
    check(array, array[:, None], array[::-1])
    short = np.array(["b", "a\0", "a"], np.dtypes.StringDType())
    assert code_labels(short, "x1")[1].tolist() == ["a", "a\0", "b"]


def test_strings_of_variable_width_in_parts(monkeypatch):
    monkeypatch.setattr("fourfold.inputs.label_arrays._AT_A_TIME", 3)
    array = np.array(["c", "a", "c", "b", "c", "a", "d"], np.dtypes.StringDType())
    codes, states = code_labels(array, "x1")
    assert states[codes].tolist() == array.tolist()


def test_truths_whole_numbers_and_large_integers():
    check([True, False, True], np.array([2.0, -0.0, 0.0]), np.array([2.0, 2**62, -(2.0**63)]))
    large = [2**63, 1, 2**64 - 1]
    doubles = [1e300, 5.0, 2.0**63]
    check(large, np.array(doubles), [0, 1, 2], plain=[large, doubles, [0, 1, 2]])
    check([2**70, -1, 3], np.array([1, 2, 2**64 - 1], object), np.array([3, True, 0], object))
    states = count_labels([1.0, 2.0], [True, False], np.array([3, 4], np.uint64)).states
    assert [s.dtype.kind for s in states] == ["i", "b", "i"]


class Colour(str, enum.Enum):  # noqa: UP042  str() of a StrEnum does not tell its name
    RED = "red"
    ROSE = "rose"
    BLUE = "blue"


class Word(str):
    __slots__ = ()

    def run(self, *_):
        raise AssertionError

    __hash__ = __eq__ = __lt__ = __len__ = __str__ = __getitem__ = endswith = run


@pytest.mark.parametrize("container", [list, lambda words: np.array(words, dtype=object)])
def test_subclasses_of_strings_are_told_by_their_characters(container):
    codes, states = code_labels(container(["b", Word("b"), np.str_("a"), Word("bb")]), "x1")
    assert codes.tolist() == [1, 1, 0, 2]
    assert states.tolist() == ["a", "b", "bb"]
    codes, states = code_labels(container([Colour.ROSE, Colour.RED, Colour.BLUE]), "x1")
    assert codes.tolist() == [2, 1, 0]
    assert states.tolist() == ["blue", "red", "rose"]
    assert code_labels([[Colour.ROSE], [Colour.RED]], "x1")[1].tolist() == ["red", "rose"]


def test_different_integers_of_a_list_stay_different():
    """As doubles, which NumPy makes of them, they would be equal."""
    check(
        [-1, 2**63, 2**63 + 1], [np.uint64(2**63 + 1), np.uint64(2**63), np.int64(1)], [0, 1, 2]
    )
    with pytest.raises(
        ValueError, match=r"^x1: .* all integers .* float, int: 1\.0 at row 2, "
    ):
        code_labels([2**53, 2**53 + 1, 1.0], "x1")
    check(
        [2.0**60, 5, 6],
        [["a\0"], ["a"], [""]],
        [0, 1, 2],
        [[2**60, 5, 6], ["a\0", "a", ""], [0, 1, 2]],
    )


def test_columns_of_integers_that_numpy_makes_doubles_of():
    lists = [2**63, 2**63 + 1, 1], [-1, 2**64 - 1, 2**64 - 2], [2**63 + 5, 0, 2**63 + 5]
    columns = [[[label] for label in labels] for labels in lists]
    check(*columns, plain=lists)
    assert code_labels([2.0**63, 2.0**64, 1.0], "x1")[1].tolist() == [1.0, 2.0**63, 2.0**64]


def test_numbers_of_numpy_that_are_objects_keep_their_sign():
    check(np.array([np.int8(-1), 2**63, 2**64 - 1], object), [0, 1, 2], [0, 1, 2])


@pytest.mark.parametrize("spread", [1, 1000, 10**9, 2**40])
def test_many_rows_in_a_table_or_by_hashing(rng, spread):
    columns = [rng.integers(40, size=5000) * spread for _ in range(3)]
    check(*columns)


def test_states_of_many_words_are_not_all_as_wide_as_the_widest():
    long = "x" * 200_000
    states = code_labels([long, *map(str, range(200))], "x1")[1]
    assert states.dtype == object
    assert long in states


@pytest.mark.parametrize("most", [2**20, None])
@pytest.mark.parametrize("rare", [None, 0, 199_999])
def test_threads_count_the_same(rng, most, rare):
    """Also where a label is so rare that the sample for the range has none of it."""
    columns = [rng.integers(20, size=200_000, dtype=t) for t in (np.int64, np.uint8, np.int32)]
    if rare is not None:
        columns[1][rare] = 200
    one, two = (_core.count_cells(columns, most=most, rows=True, num_threads=n) for n in (1, 2))
    cells, counts = np.unique(
        np.ravel_multi_index([c.astype(int) for c in columns], (20, 201, 20)),
        return_counts=True,
    )
    assert one["low"] == [0, 0, 0]
    assert one["span"] == [20, 201 if rare is not None else 20, 20]
    for out in (one, two):
        found = np.ravel_multi_index(np.unravel_index(out["cells"], out["span"]), (20, 201, 20))
        order = np.argsort(found)
        np.testing.assert_array_equal(found[order], cells)
        np.testing.assert_array_equal(out["counts"][order], counts)
    for key in ("cells", "counts", "rows"):
        np.testing.assert_array_equal(one[key], two[key])


def test_classes_from_rows_of_one_are_all_states():
    cells, states = count_labels([0, 1], [1, 1], [[0, 1, 0], [1, 0, 0]])
    assert cells.shape == (2, 1, 3)
    assert states[2].tolist() == [0, 1, 2]
    assert cells.occupied.tolist() == [1, 3]


def test_rows_of_probabilities_are_refused():
    with pytest.raises(
        ValueError, match=r"y: expected labels, .* shape \(2, 2\); fourfold\.pid"
    ):
        count_labels([0, 1], [1, 1], [[0.5, 0.5], [1, 0]])


def test_more_cells_than_can_be_numbered_are_refused(monkeypatch):
    monkeypatch.setattr("fourfold.inputs.label_counts._MOST", 10**12)
    many = np.arange(10_001) * 7
    many[1] = 0
    with pytest.raises(ValueError, match=r"x1, x2, y: 10000 x 10000 x 10001 states .* identif"):
        count_labels(many, many, np.arange(10_001))
    assert len(count_labels(many, many, many).cells.occupied) == 10_000


def test_masked_labels_are_refused():
    labels = np.ma.masked_array([0, 1, 2], mask=[False, True, False])
    with pytest.raises(ValueError, match="x2: 1 of 3 entries are masked, the first at row 1"):
        count_labels([0, 1, 2], labels, [0, 1, 2])


def test_lengths_are_named():
    with pytest.raises(ValueError, match="x1 has 1, x2 has 2, y has 1"):
        count_labels([0], [0, 1], [0])


@pytest.mark.parametrize("values", [[3, 1, 3], ["b", "a", "b"], [2.0, -1.0, 2.0]])
def test_codes_are_of_the_smallest_type(values):
    codes, states = code_labels(values, "x1")
    assert codes.tolist() == [1, 0, 1]
    assert codes.dtype == np.uint8
    assert states.tolist() == sorted(set(values))
    wide, number = read_labels(values, "x1")
    assert wide.dtype == np.int64
    assert (wide.tolist(), number) == ([1, 0, 1], 2)
    assert code_labels(np.arange(257), "x1")[0].dtype == np.uint16
