# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables by outcome are those of the array with the same masses, and nothing is dropped in silence."""

from __future__ import annotations

import datetime as dt
import enum
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fourfold as ff
from fourfold.inputs.outcomes import table_of_outcomes
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

AND = {(a, b, a & b): 0.25 for a in (0, 1) for b in (0, 1)}


class Side(enum.Enum):
    LEFT = "left"
    RIGHT = "right"


def fields(result):
    return (*result.atoms, result.lower, result.upper, result.n_samples)


counts = hnp.arrays(
    np.int64,
    hnp.array_shapes(min_dims=3, max_dims=3, max_side=4),
    elements=st.integers(0, 9),
).filter(np.any)


def outcomes_of(table):
    return {index: int(table[index]) for index in np.ndindex(*table.shape)}


# -- dictionaries ----------------------------------------------------------------------


@given(counts, st.randoms())
def test_dict_is_the_table_in_whatever_order(table, random):
    items = list(outcomes_of(table).items())
    random.shuffle(items)
    made, states = table_of_outcomes(dict(items), "pmf")
    np.testing.assert_array_equal(made, table)
    assert made.dtype == np.int64
    assert states == tuple(list(range(n)) for n in table.shape)


@pytest.mark.parametrize(
    "number",
    [int, float, np.uint8, np.float32, np.int64, np.array, Fraction, Decimal],
    ids=lambda number: number.__name__,
)
def test_masses_of_any_number_type_are_the_same(number):
    table = np.arange(8).reshape(2, 2, 2)
    masses = {index: number(int(table[index])) for index in np.ndindex(2, 2, 2)}
    assert fields(ff.decompose(masses)) == fields(ff.decompose(table))


KINDS = {
    "words": ("a", "b"),
    "truths": (False, True),
    "fractions": (0.25, 1.0),
    "tuples": ((0, "a"), (1, "a")),
    "dates": (dt.date(2026, 1, 1), dt.date(2026, 1, 2)),
    "members": (Side.LEFT, Side.RIGHT),
    "of two types": (1, "1"),
    "sets": (frozenset("b"), frozenset("a")),
    "empty": ("", " "),
}


@pytest.mark.parametrize("kind", KINDS)
def test_states_are_anything_hashable(kind):
    one, two = KINDS[kind]
    named = {0: one, 1: two}
    made, states = table_of_outcomes(
        {(named[a], named[b], named[y]): mass for (a, b, y), mass in AND.items()}, "pmf"
    )
    assert states == ([one, two],) * 3
    np.testing.assert_array_equal(made, ff.gates.AND.pmf)


def test_states_are_sorted_where_they_can_be_and_else_as_they_appear():
    sortable = table_of_outcomes({("b", 2, 0): 1, ("a", 1, 0): 2}, "pmf")[1]
    assert sortable == (["a", "b"], [1, 2], [0])
    mixed = table_of_outcomes({("b", 2, 0): 1, (0, 1, 0): 2}, "pmf")[1]
    assert mixed == (["b", 0], [1, 2], [0])


def test_counts_of_a_dict_are_counts():
    table = np.arange(1, 9).reshape(2, 2, 2)
    result = ff.decompose(outcomes_of(table), bias_correction="chao")
    assert result.n_samples == 36
    assert fields(result) == fields(ff.decompose(table, bias_correction="chao"))


def test_several_at_once():
    result = ff.decompose_many([AND, ff.gates.XOR.pmf, {(0, 0, 0): 3, (1, 0, 1): 3}])
    np.testing.assert_allclose(result.mi_joint, [0.8112781244591328, 1, 1])


REFUSED = {
    "none": ({}, "there are no outcomes"),
    "a pair": ({(0, 1): 1.0}, "got the outcome (0, 1)"),
    "nested sources": ({((0, 1), 1): 1.0}, "write (0, 1, 1), sources first"),
    "nested, target first": ({(1, (0, 2)): 1.0}, "write (0, 2, 1), the target last"),
    "three sources": ({(0, 1, 2, 3): 1.0}, "as a tuple, such as ((0, 1), 2, 3)"),
    "words": ({"011": 1.0}, "{tuple(word): mass for word, mass in pmf.items()}"),
    "numbers": ({0: 1.0}, "got the outcome 0"),
    "no state": ({(0, None, 1): 1.0}, "x2 of the outcome (0, None, 1) is missing"),
    "NaN": ({(float("nan"), 0, 1): 1.0}, "x1 of the outcome (nan, 0, 1) is missing"),
    "NaN inside": ({(0, 0, ("a", float("nan"))): 1.0}, "y of the outcome"),
    "NaT": ({(0, np.datetime64("NaT", "D"), 1): 1.0}, "x2 of the outcome"),
    "mass NaN": ({(0, 0, 1): float("nan")}, "the mass of (0, 0, 1): expected a finite number"),
    "mass infinite": ({(0, 0, 1): np.inf}, "expected a finite number of at least 0, got inf"),
    "mass negative": ({(0, 0, 1): -1}, "expected a finite number of at least 0, got -1"),
    "mass beyond doubles": ({(0, 0, 1): Fraction(10**400)}, "expected a finite number"),
    "mass masked": ({(0, 0, 1): np.ma.masked}, "the mass of (0, 0, 1) is masked"),
    "mass None": ({(0, 0, 1): None}, "expected a number, got None"),
    "mass text": ({(0, 0, 1): "1"}, "expected a number, got '1'"),
    "mass complex": ({(0, 0, 1): 1j}, "expected a number, got 1j"),
    "mass of two": ({(0, 0, 1): np.ones(2)}, "expected a number, got array"),
    "no mass": ({(0, 0, 1): 0}, "all entries are zero"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_table_is_refused_with_the_outcome(kind):
    values, words = REFUSED[kind]
    with pytest.raises((TypeError, ValueError), match=f"^pmf: .*{re.escape(words)}"):
        ff.decompose(values)
    with pytest.raises((TypeError, ValueError), match=r"^pmfs\[1\]: "):
        ff.decompose_many([AND, values])


# -- pandas ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    a, b, y = rng.integers((3, 2, 4), size=(500, 3)).T
    return pandas.DataFrame({"a": a, "b": b, "y": np.where(rng.random(500) < 0.5, a, y)})


def layouts(pandas, f):
    """The same counts in the layouts that pandas makes of rows; name, table."""
    named = f.rename(columns={"a": "x1", "b": "x2"})
    yield "crosstab, rows are sources", pandas.crosstab([f.a, f.b], f.y)
    yield "crosstab, columns are sources", pandas.crosstab(f.y, [f.a, f.b])
    yield "crosstab by name", pandas.crosstab(named.x1, [named.y, named.x2])
    yield "group sizes", f.groupby(["a", "b", "y"]).size()
    yield "value counts", f.value_counts(["a", "b", "y"])
    yield "group sizes by name", named.groupby(["y", "x2", "x1"]).size()
    yield "a frame of one column", f.groupby(["a", "b", "y"]).size().to_frame("n")
    yield "unstacked", f.value_counts(["a", "b", "y"]).unstack(fill_value=0)
    yield "nullable", f.value_counts(["a", "b", "y"]).astype("Int64")


def test_layouts_of_pandas_are_the_table_of_the_rows(rows):
    pandas = pytest.importorskip("pandas")
    table = np.zeros((3, 2, 4), int)
    np.add.at(table, (rows.a, rows.b, rows.y), 1)
    expected = fields(ff.decompose(table))
    for name, values in layouts(pandas, rows):
        assert fields(ff.decompose(values)) == expected, name
    shares = pandas.crosstab([rows.a, rows.b], rows.y, normalize="all")
    np.testing.assert_allclose(ff.decompose(shares).atoms, ff.decompose(table).atoms)


def crosstab(*columns, **options):
    return pytest.importorskip("pandas").crosstab(*columns, **options)


REFUSED_FRAMES = {
    "rows of samples": (lambda f: f, "Counts.from_frame(frame, 'x1', 'x2', 'y')"),
    "one source": (lambda f: crosstab(f.a, f.y), "expected a crosstab"),
    "four levels": (lambda f: crosstab([f.a, f.b], [f.y, f.y]), "got 2 levels of rows"),
    "one column": (lambda f: f.y, "expected three index levels (x1, x2, y), got 1"),
    "margins": (
        lambda f: crosstab([f.a, f.b], f.y, margins=True),
        "make it without margins=True",
    ),
    "margins of columns": (
        lambda f: crosstab(f.y, [f.a, f.b], margins=True, margins_name="sum"),
        "('sum', '') and 'sum' are sums",
    ),
    "shares within rows": (
        lambda f: crosstab([f.a, f.b], f.y, normalize="index"),
        "each row adds up to 1",
    ),
    "shares within columns": (
        lambda f: crosstab([f.a, f.b], f.y, normalize="columns"),
        "each column adds up to 1",
    ),
    "gaps": (
        lambda f: f.value_counts(["a", "b", "y"]).drop((0, 0, 1)).unstack(),
        "the mass of (0, 0, 1): expected a finite number",
    ),
    "gaps of a nullable type": (
        lambda f: f.value_counts(["a", "b", "y"]).astype("Int64").mask(lambda n: n < 20),
        "expected a number, got <NA>",
    ),
    "a state is missing": (
        lambda f: f.assign(b=f.b.where(f.b > 0)).value_counts(["a", "b", "y"], dropna=False),
        "x2 of the outcome",
    ),
    "an outcome twice": (
        lambda f: pytest.importorskip("pandas").concat([f.value_counts(["a", "b", "y"])] * 2),
        "is there twice; add up",
    ),
}


@pytest.mark.parametrize("kind", REFUSED_FRAMES)
def test_what_is_no_crosstab_is_refused(rows, kind):
    make, words = REFUSED_FRAMES[kind]
    with pytest.raises((TypeError, ValueError), match=f"^pmf: .*{re.escape(words)}"):
        ff.decompose(make(rows))


# -- counts ----------------------------------------------------------------------------


def test_counts_by_outcome_are_counts_of_their_rows():
    outcomes = {("b", 2, "n"): 3, ("a", 1, "y"): 4}
    rows = [outcome for outcome, times in outcomes.items() for _ in range(times)]
    counts = ff.Counts.from_table(outcomes)
    assert counts == ff.Counts.from_labels(*map(list, zip(*rows, strict=True)))
    with pytest.raises(ValueError, match="states: a table by outcome has its states itself"):
        ff.Counts.from_table(outcomes, states=(["a", "b"], [1, 2], ["n", "y"]))
