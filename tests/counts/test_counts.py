# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts of labels: what they hold, how they add up, and what is refused."""

from __future__ import annotations

import copy
import math
import pickle
import re
from decimal import Decimal

import numpy as np
import pytest

from fourfold import Counts
from fourfold.counts.sparse_table import check_numbered

X1, X2, Y = [3, 1, 3, 3], ["b", "a", "b", "a"], [True, False, True, True]


@pytest.fixture
def rows(rng):
    words = np.array(["low", "high", "none"])
    return (
        rng.integers(5, size=400),
        rng.integers(-2, 2, size=400),
        words[rng.integers(3, size=400)],
    )


def dense(x1, x2, y, amounts):
    """By the rows, one after the other."""
    states = [sorted(set(labels.tolist())) for labels in (x1, x2, y)]
    table = np.zeros([len(labels) for labels in states], dtype=object)
    for *row, amount in zip(x1.tolist(), x2.tolist(), y.tolist(), amounts, strict=True):
        table[
            tuple(labels.index(label) for labels, label in zip(states, row, strict=True))
        ] += amount
    return states, table


def holds(counts, states, table):
    assert [labels.tolist() for labels in counts.states] == states
    np.testing.assert_array_equal(counts.table(), table)
    assert counts.shape == table.shape
    cells = counts.cells
    assert cells.occupied.tolist() == np.flatnonzero(table).tolist()
    assert cells.counts.tolist() == table[table > 0].tolist()
    assert cells.shape == table.shape


def test_rows_are_counted(rows):
    counts = Counts.from_labels(*rows)
    holds(counts, *dense(*rows, [1] * 400))
    assert counts.n_samples == 400
    assert counts.effective_samples == 400.0
    assert counts.table().dtype == np.int64
    assert counts.cells.counts.dtype == np.int64


def test_labels_keep_their_kind():
    counts = Counts.from_labels(X1, X2, Y)
    assert [labels.dtype.kind for labels in counts.states] == ["i", "U", "b"]
    assert [labels.tolist() for labels in counts.states] == [[1, 3], ["a", "b"], [False, True]]
    assert Counts.from_labels([2.0, 1.0], X2[:2], Y[:2]).states[0].dtype == np.int64


def test_the_repr_has_what_is_asked_for_first():
    assert (
        repr(Counts.from_labels(X1, X2, Y))
        == "Counts(n_samples=4, shape=(2, 2, 2), occupied=3)"
    )
    assert repr(Counts.from_labels(X1, X2, Y, weights=[0.5, 0.5, 1.5, 0.5])) == (
        "Counts(n_samples=3, effective_samples=3, shape=(2, 2, 2), occupied=3)"
    )


@pytest.mark.parametrize("dtype", [int, float, bool, object, np.uint8])
def test_whole_weights_are_numbers_of_samples(rows, rng, dtype):
    whole = rng.integers(2 if dtype is bool else 4, size=400)
    counts = Counts.from_labels(*rows, weights=whole.astype(dtype))
    assert counts == Counts.from_labels(*(np.repeat(labels, whole) for labels in rows))
    holds(counts, *dense(*rows, whole.tolist()))
    assert counts.cells.counts.dtype == np.int64
    assert counts.effective_samples == counts.n_samples == whole.sum()


def test_other_weights_are_summed_without_rounding(rows, rng):
    amounts = rng.exponential(size=400) * 10.0 ** rng.integers(-20, 20, size=400)
    counts = Counts.from_labels(*rows, weights=amounts)
    x1, x2, y = (
        np.searchsorted(states, labels)
        for states, labels in zip(counts.states, rows, strict=True)
    )
    for at in np.ndindex(counts.shape):
        here = (x1 == at[0]) & (x2 == at[1]) & (y == at[2])
        assert counts.table()[at] == math.fsum(amounts[here])
    assert counts.n_samples == math.fsum(amounts)
    kish = math.fsum(amounts) ** 2 / math.fsum(amounts**2)
    assert counts.effective_samples == pytest.approx(kish, rel=1e-14)


@pytest.mark.parametrize(
    "amounts",
    [
        [Decimal("1.0"), Decimal("2.5"), Decimal("0.25"), Decimal(3)],
        np.array([1, 2.5, 0.25, 3], dtype=object),
        np.array([1.0, 2.5, np.float32(0.25), 2**60], dtype=object),
    ],
)
def test_fractions_among_whole_numbers_are_not_cut_off(amounts):
    counts = Counts.from_labels(X1, X2, Y, weights=amounts)
    assert counts == Counts.from_labels(X1, X2, Y, weights=[float(each) for each in amounts])
    assert counts.n_samples == sum(map(float, amounts))


@pytest.mark.parametrize("amount", [math.inf, Decimal("Infinity")])
def test_objects_that_are_infinite_are_refused_with_their_row(amount):
    with pytest.raises(ValueError, match=r"^weights: .* inf at row 2 is infinite"):
        Counts.from_labels(X1, X2, Y, weights=np.array([1, 2, amount, 4], dtype=object))


def test_sparse_labels_with_weights_are_found(rng):
    x1, x2, y = rng.integers(10**6, size=(3, 50))
    amounts = rng.random(50)
    counts = Counts.from_labels(x1, x2, y, weights=amounts)
    order = np.lexsort((y, x2, x1))
    assert counts.cells.counts.tolist() == amounts[order].tolist()


def test_rows_of_weight_zero_are_not_there():
    counts = Counts.from_labels([0, 1, 2], ["a", "b", "b"], [5, 6, 5], weights=[1.5, 0, 2.5])
    assert counts == Counts.from_labels([0, 2], ["a", "b"], [5, 5], weights=[1.5, 2.5])
    assert counts.shape == (2, 2, 1)
    assert Counts.from_labels([0], [0], [0], weights=[0]) == Counts()


def test_no_rows_are_no_counts():
    assert (
        Counts.from_labels([], [], []) == Counts() == Counts.from_labels([], [], [], weights=[])
    )
    assert Counts().shape == (0, 0, 0)
    assert Counts().n_samples == Counts().effective_samples == 0
    assert Counts().table().shape == (0, 0, 0)


def test_a_table_keeps_its_states():
    table = np.arange(24).reshape(2, 3, 4)
    table[1] = 0
    counts = Counts.from_table(table)
    holds(counts, [[0, 1], [0, 1, 2], [0, 1, 2, 3]], table)
    assert counts == Counts.from_table(table.astype(float)) == Counts.from_table(table.tolist())


def test_states_of_a_table_are_sorted_with_it():
    table = np.arange(24).reshape(2, 3, 4)
    counts = Counts.from_table(table, states=(["b", "a"], [5, 9, 7], list("zxyw")))
    holds(
        counts,
        [["a", "b"], [5, 7, 9], list("wxyz")],
        table[::-1, [0, 2, 1]][:, :, [3, 1, 2, 0]],
    )


def test_states_may_be_there_before_any_sample():
    counts = Counts(states=(range(4), ["b", "a"], ())).update([2], ["a"], [7])
    assert counts.shape == (4, 2, 1)
    assert counts.table()[2, 0, 0] == 1
    assert counts == Counts(states=([3, 2, 1, 0], ["a", "b"], [7])).update([2], ["a"], [7])


# -- adding up -------------------------------------------------------------------------


def test_updates_are_in_place_and_sums_are_not(rows):
    first, second = (
        [labels[half] for labels in rows] for half in (slice(150), slice(150, None))
    )
    whole = Counts.from_labels(*rows)
    a, b = Counts.from_labels(*first), Counts.from_labels(*second)
    before = copy.deepcopy(a)
    assert a + b == b + a == sum([a, b]) == whole
    assert a == before
    same = a
    a += b
    assert same is a
    assert a == whole
    assert Counts().update(*first).update(*second) == whole


def test_truths_and_integers_are_integers_in_any_order(tmp_path):
    truths, integers = (
        Counts.from_labels(labels, [0, 1], [0, 1]) for labels in ([True, False], [1, 0])
    )
    sums = truths + integers, integers + truths, (truths + truths) + integers
    assert [total.states[0].dtype for total in sums] == [np.int64] * 3
    assert (truths + truths).states[0].dtype == bool
    for name, total in zip("ab", sums, strict=False):
        total.save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_sum_of_one_is_another_object():
    a = Counts.from_labels(X1, X2, Y)
    total = sum([a])
    total += a
    assert (a.n_samples, total.n_samples) == (4, 8)


def test_equal_is_what_has_the_same_states_and_counts():
    a = Counts.from_labels(X1, X2, Y)
    assert a != Counts.from_labels(X1, X2, Y, weights=[1, 1, 1, 2])
    assert a != Counts.from_labels([4, 1, 4, 4], X2, Y)
    assert a != Counts(states=([1, 2, 3], [], [])) + a
    assert a != Counts.from_labels(X1, X2, Y, weights=[0.5, 1, 1, 1.5])
    assert Counts.from_labels(X1, X2, Y, weights=[0.5, 1, 1, 1.5]) != a
    assert a != 4
    with pytest.raises(TypeError, match="unhashable"):
        hash(a)


def test_integers_of_all_types_are_one_kind():
    large = np.array([2**63 + 5, 3], np.uint64)
    parts = [
        Counts.from_labels(labels, [0, 0], [0, 0])
        for labels in (np.array([7, 3], np.int8), [True, False], large, [-1, 7])
    ]
    total = parts[0] + parts[1] + parts[2] + parts[3]
    assert total.states[0].tolist() == [-1, 0, 1, 3, 7, 2**63 + 5]
    assert total.table().ravel().tolist() == [1, 1, 1, 2, 2, 1]
    assert total == parts[2] + parts[1] + parts[3] + parts[0]
    assert (parts[0] + parts[2]).states[0].dtype == np.uint64
    assert (parts[0] + parts[1]).states[0].dtype == np.int64


def test_more_samples_than_an_int32_and_a_double_hold():
    part = Counts.from_table([[[2**53 + 1, 3]]])
    total = sum([part] * 1000)
    assert total.n_samples == 1000 * (2**53 + 4)
    assert total.table().ravel().tolist() == [1000 * (2**53 + 1), 3000]
    mixed = total + Counts.from_labels([0], [0], [1], weights=[0.5])
    assert mixed.table().ravel().tolist() == [float(1000 * (2**53 + 1)), 3000.5]


def test_counts_travel(rows, rng):
    for amounts in (None, rng.random(400)):
        counts = Counts.from_labels(*rows, weights=amounts)
        for other in (
            pickle.loads(pickle.dumps(counts)),
            copy.deepcopy(counts),
            copy.copy(counts),
        ):
            assert other == counts
            other.update(*rows)
            assert other != counts


def test_states_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        Counts.from_labels(X1, X2, Y).states[0][0] = 5


# -- what is refused -------------------------------------------------------------------


def labels(**changed):
    return Counts.from_labels(**{"x1": [0, 1], "x2": [0, 1], "y": [0, 1]} | changed)


REFUSED = [
    ("rows of probabilities", lambda: labels(y=[[0.5, 0.5], [0.2, 0.8]]), ValueError,
     r"y: expected labels.* rows of probabilities .*fourfold\.pid"),
    ("fraction", lambda: labels(x1=[0.5, 1]), ValueError, r"x1: .* 0\.5 at row 0"),
    ("missing", lambda: labels(x2=[None, 1]), ValueError, "x2: the label at row 0 is missing"),
    ("lengths", lambda: labels(y=[0]), ValueError, "x1 has 2, x2 has 2, y has 1"),
    ("one empty", lambda: labels(x1=[]), ValueError, "x1: expected at least one label"),
    ("weights of another length", lambda: labels(weights=[1]), ValueError,
     "x1, weights: .* x1 has 2, weights has 1"),
    ("weights of no rows", lambda: labels(x1=[], x2=[], y=[], weights=[1]), ValueError,
     "x1 has 0, weights has 1"),
    ("one weight", lambda: labels(weights=5), ValueError, "weights: expected one number a row"),
    ("negative", lambda: labels(weights=[1, -2]), ValueError, "weights: .* -2 at row 1 is negative"),
    ("NaN", lambda: labels(weights=[np.nan, 1]), ValueError, r"weights: .*row 0 is missing \(NaN\)"),
    ("infinite", lambda: labels(weights=[1, np.inf]), ValueError, "weights: .*row 1 is infinite"),
    ("tiny", lambda: labels(weights=[1e-200, 1]), ValueError, "1e-200 at row 0 is out of range"),
    ("None", lambda: labels(weights=[1, None]), ValueError, "weights: the number at row 1 is missing"),
    ("words", lambda: labels(weights=["1", "2"]), ValueError, "weights: expected numbers, got '1'"),
    ("objects", lambda: labels(weights=np.array([1, "2"], object)), TypeError,
     "weights: expected numbers, got '2' at row 1"),
    ("too many", lambda: labels(weights=[2**62, 2**62]), OverflowError,
     "counts: 9223372036854775808 samples are more than an int64 holds"),
    ("a large weight", lambda: labels(weights=[2**70, 1]), OverflowError, "more than an int64"),
    ("uint64", lambda: labels(weights=np.array([2**63, 1], np.uint64)), OverflowError, "int64"),
    ("a sum that is too large", lambda: sum([Counts.from_table([[[2**62]]])] * 2), OverflowError,
     "counts: .* divide the counts by a common factor"),
    ("two axes", lambda: Counts.from_table([[1, 2]]), ValueError,
     r"table: expected counts of shape \(K1, K2, K_Y\), got shape \(1, 2\)"),
    ("probabilities", lambda: Counts.from_table([[[0.5, 0.5]]]), ValueError,
     r"table: .*got 0\.5 at index \(0, 0, 0\).*from_labels.*fourfold\.decompose"),
    ("negative counts", lambda: Counts.from_table([[[1, -1]]]), ValueError,
     r"table: entries must be non-negative, got -1 at index \(0, 0, 1\)"),
    ("NaN counts", lambda: Counts.from_table([[[1, np.nan]]]), ValueError, "table: .* got NaN"),
    ("doubles without units", lambda: Counts.from_table([[[1e17]]]), ValueError,
     r"table: 1e\+17 is a double.*pass the counts as int64"),
    ("uint64 counts", lambda: Counts.from_table(np.array([[[2**63]]], np.uint64)), OverflowError,
     "int64"),
    ("states for another table", lambda: Counts.from_table([[[1, 2]]], states=([0], [0], [0])),
     ValueError, r"states\[2\]: expected 2 labels for a table of shape \(1, 1, 2\), got 1"),
    ("two axes of states", lambda: Counts(states=([0], [1])), ValueError,
     "states: expected the labels of x1, of x2 and of y, .* got 2"),
    ("no states", lambda: Counts(states=7), ValueError, "states: .* got 7"),
    ("a state twice", lambda: Counts(states=([0], ["a", "b", "a"], [1])), ValueError,
     r"states\[1\]: labels must differ from each other, but 'a' is there twice"),
    ("too many cells", lambda: check_numbered((2**21, 2**21, 2**21)), ValueError,
     "2097152 x 2097152 x 2097152 states make more cells than an int64 can number"),
    ("another kind", lambda: labels() + labels(y=["a", "b"]), ValueError,
     r"y: .*got strings \('a', \.\.\.\) to be counted with integers \(0, \.\.\.\); convert"),
    ("bytes and words", lambda: labels(x1=["a", "b"]) + labels(x1=[b"a", b"b"]), ValueError,
     "x1: .*bytes .* with strings"),
    ("a number", lambda: labels() + 1, TypeError, "unsupported operand"),
    ("from a number", lambda: 1 + labels(), TypeError, "unsupported operand"),
    ("positional", lambda: Counts([0], [1], [2]), TypeError, "positional"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_wrong_calls_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_what_is_refused_changes_nothing():
    counts = labels()
    with pytest.raises(
        ValueError, match=re.escape("x2: labels must be of one kind, such as all integers")
    ):
        counts.update([5], ["a"], [0])
    assert counts == labels()


def test_a_table_that_does_not_fit_is_refused():
    counts = Counts(states=(range(10**5), range(10**5), range(10)))
    with pytest.raises(MemoryError, match=r"100000 x 100000 x 10 cells.* 800 GB.*to_frame\(\)"):
        counts.table()
