# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels of any kind: the same partition of rows is the same decomposition, whatever names it."""

from __future__ import annotations

import datetime as dt
import enum
import fractions
import pathlib
import uuid
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.inputs.labels import code_labels
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

STATES = 5
Level = enum.Enum("Level", "low mid high higher highest")  # sorted as defined, not by name
Grade = enum.IntEnum("Grade", "a b c d e")
Moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def of_strings(values):
    return np.array([f"s{k}" for k in values], dtype=object)


#: What stands for a number 0 to 4 in each kind of label, in increasing order.
KINDS = {
    "strings": lambda k: f"s{k}",
    "bytes": lambda k: b"s%d" % k,
    "strings that end in NUL": lambda k: "a" + "\0" * k,
    "bytes that end in NUL": lambda k: b"a" + b"\0" * k,
    "integers beyond 2**63": lambda k: 2**63 + k,
    "integers beyond 2**64": lambda k: 2**70 + k,
    "integers of both signs": lambda k: (k - 2) * 2**62,
    "decimals": lambda k: Decimal(k) / 4,
    "fractions": lambda k: fractions.Fraction(k, 3),
    "days": lambda k: dt.date(2026, 1, 1 + k),
    "moments": lambda k: Moment + dt.timedelta(hours=k),
    "durations": lambda k: dt.timedelta(hours=k),
    "times": dt.time,
    "members of an Enum": lambda k: list(Level)[k],
    "members of an IntEnum": lambda k: list(Grade)[k],
    "pairs": lambda k: (k // 2, k % 2),
    "pairs of words and numbers": lambda k: ("ab"[k // 3], k),
    "tuples of any length": lambda k: (1,) * k,
    "nested tuples": lambda k: ((k, 0), "x"),
    "chains of sets": lambda k: frozenset(range(k)),
    "identifiers": lambda k: uuid.UUID(int=k),
    "paths": lambda k: pathlib.PurePosixPath(f"f{k}"),
    "days of NumPy": lambda k: np.datetime64("2026-01-01") + np.timedelta64(k, "D"),
    "durations of NumPy": lambda k: np.timedelta64(k, "h"),
}


def as_objects(labels):
    array = np.empty(len(labels), dtype=object)
    array[:] = labels
    return array


CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "array of objects": as_objects,
    "column of objects": lambda labels: as_objects(labels)[:, None],
    "Series": lambda labels: pytest.importorskip("pandas").Series(labels, dtype=object),
    "Index": lambda labels: pytest.importorskip("pandas").Index(labels, tupleize_cols=False),
    "categories": lambda labels: pytest.importorskip("pandas").Series(
        pytest.importorskip("pandas").Categorical.from_codes(
            *reversed(code_of_each(labels)), ordered=False
        )
    ),
}


def code_of_each(labels):
    """Categories in order of appearance, and codes."""
    pd = pytest.importorskip("pandas")
    kinds = list(dict.fromkeys(labels))
    return pd.Index(as_objects(kinds), tupleize_cols=False), [
        kinds.index(one) for one in labels
    ]


def numbers(draw_from=STATES, least=12):
    return st.lists(st.integers(0, draw_from - 1), min_size=least, max_size=40)


def decomposed(x1, x2, y):
    return ff.pid(x1, x2, y).to_dict()


@settings(max_examples=60, deadline=None)
@given(
    numbers(),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(sorted(CONTAINERS)),
    st.sampled_from(["x1", "x2", "y"]),
    st.randoms(use_true_random=False),
)
def test_one_partition_is_one_result_to_the_bit(codes, kind, container, argument, random):
    columns = {
        "x1": codes,
        "x2": [random.randrange(3) for _ in codes],
        "y": [random.randrange(3) for _ in codes],
    }
    plain = decomposed(**columns)
    columns[argument] = CONTAINERS[container]([KINDS[kind](k) for k in columns[argument]])
    assert decomposed(**columns) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_states_are_the_labels_sorted(kind):
    values = [3, 0, 4, 4, 1]
    codes, states = code_labels([KINDS[kind](k) for k in values], "x1")
    assert codes.tolist() == [2, 0, 3, 3, 1]
    assert list(states) == [KINDS[kind](k) for k in (0, 1, 3, 4)]


def test_labels_without_an_order_are_in_order_of_appearance():
    for values in ([(1, "a"), ("a", 1), (1, "a")], [frozenset("b"), frozenset("a")] * 2):
        codes, states = code_labels(values, "x1")
        assert states.tolist() == list(dict.fromkeys(values))
        assert [states[code] for code in codes] == values


def test_fields_of_a_structured_array_are_one_label():
    rows = np.array([(1, "b"), (0, "a"), (1, "a")], [("n", int), ("w", "U1")])
    codes, states = code_labels(rows, "x1")
    assert codes.tolist() == [2, 0, 1]
    assert states.tolist() == [(0, "a"), (1, "a"), (1, "b")]


def test_integers_beyond_63_bits_stay_apart_in_lists():
    mi1 = ff.pid([2**63, 2**63 + 1, 5] * 4, [0] * 12, [0, 1, 2] * 4, bias_correction="none").mi1
    assert mi1 == pytest.approx(np.log2(3), abs=1e-12)


def test_words_that_look_missing_are_labels_in_memory():
    words = ["NA", "nan", "", "None", "NaN", "null"]
    assert code_labels(words, "x1")[1].tolist() == sorted(words)


MISSING = [
    None,
    float("nan"),
    np.nan,
    np.float32("nan"),
    np.datetime64("NaT", "D"),
    Decimal("NaN"),
]


@settings(max_examples=40, deadline=None)
@given(
    numbers(least=2),
    st.data(),
    st.sampled_from([kind for kind in sorted(KINDS) if "NumPy" not in kind]),
    st.sampled_from(["list", "array of objects", "column of objects", "Series"]),
    st.sampled_from(MISSING),
)
def test_missing_labels_are_refused_with_their_row(codes, data, kind, container, missing):
    labels = [KINDS[kind](k) for k in codes]
    row = data.draw(st.integers(0, len(labels) - 1))
    labels[row] = missing
    with pytest.raises(ValueError, match=rf"x1: the label at row {row} is missing \("):
        code_labels(CONTAINERS[container](labels), "x1")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["list", "array of objects", "Series"]),
    st.integers(1, 8),
)
def test_labels_of_two_kinds_are_refused_with_a_row_of_each(kind, other, container, row):
    one, two = KINDS[kind](1), KINDS[other](2)
    families = [(str,), (bytes,), (tuple,), (int, fractions.Fraction, Decimal)]
    alike = isinstance(two, type(one)) or isinstance(one, type(two))
    if alike or any(isinstance(one, f) and isinstance(two, f) for f in families):
        return
    labels = [one] * row + [two] + [one] * 3
    with pytest.raises(ValueError, match=rf"x1: labels must be .*at row ({row}|0), .*at row "):
        code_labels(CONTAINERS[container](labels), "x1")


def test_cells_of_matlab_are_taken_or_told_apart():
    cells = np.empty((1, 3), dtype=object)
    cells[0] = [np.array([word]) for word in "bab"]
    with pytest.raises(ValueError, match=r"one row of 3, shape \(1, 3\); hand over x1\.ravel"):
        code_labels(cells, "x1")
    assert code_labels(cells.ravel(), "x1")[1].tolist() == ["a", "b"]


def test_tensors_of_one_number_are_not_told_apart_as_objects():
    torch = pytest.importorskip("torch")
    tensors = as_objects([torch.tensor(1), torch.tensor(1), torch.tensor(0)])
    with pytest.raises(ValueError, match="x1: the label at row 0 is an array of shape"):
        code_labels(tensors, "x1")


def test_a_third_source_by_position_is_told_where_it_belongs():
    x = [0, 1] * 8
    for call in (
        lambda: ff.pid(x, x, x, x),
        lambda: ff.conditional_pid(x, x, x, x),
        lambda: ff.permutation_test(x, x, x, x),
    ):
        with pytest.raises(
            (TypeError, ValueError), match=r"third source .* fourfold\.conditional_pid"
        ):
            call()


def test_fractions_undeclared_are_refused_with_what_to_type():
    values = [0.25, 1.0, 1.5] * 8
    x = [0, 1, 2] * 8
    with pytest.raises(
        ValueError, match=r"x1: .* 0\.25 at row 0; .*PIDEstimator, .*astype\('cat"
    ):
        ff.pid(values, x, x)
    with pytest.raises(ValueError, match=r"y: .* target_bins=16 .*gaussian_pid .*astype\('cat"):
        ff.pid(x, x, values)
    column = pytest.importorskip("pandas").Series(values).astype("category")
    assert ff.pid(column, x, column).to_dict() == ff.pid(x, x, x).to_dict()


@pytest.mark.parametrize("kind", ["members of an Enum", "pairs", "days", "moments"])
def test_estimators_take_targets_of_any_kind(kind):
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 3, 60)
    first, second = rng.normal(size=(2, 60, 2)) + classes[:, None]
    labels = [KINDS[kind](k) for k in classes.tolist()]
    plain = ff.PIDEstimator(2, held_out=0.5, probe=False, random_state=0).fit(
        first, second, classes
    )
    named = ff.PIDEstimator(2, held_out=0.5, probe=False, random_state=0).fit(
        first, second, labels
    )
    assert named.result_.atoms == plain.result_.atoms
    assert named.score(first, second, labels) == plain.score(first, second, classes)
    one, other = (
        ff.ClassifierPID("logistic", cv=2, random_state=0).fit(first, second, target).result_
        for target in (classes, labels)
    )
    assert one.atoms == other.atoms
