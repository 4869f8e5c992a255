# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sums without rounding, held against fractions of Python and its correctly rounded fsum."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.counts import exact_sums
from fourfold.counts.exact_sums import ExactSums

WEIGHT = st.floats(1e-150, 1e150) | st.floats(0.25, 4) | st.integers(1, 9).map(float)
ROWS = st.lists(st.tuples(WEIGHT, st.integers(0, 2)), min_size=1, max_size=30)


def summed(rows, number=3):
    weights, cells = zip(*rows, strict=True) if rows else ((), ())
    return ExactSums.of_rows(np.array(weights, float), np.array(cells, np.int64), number)


def parts(rows, cell):
    return [weight for weight, where in rows if where == cell]


def same(a, b):
    return a.lowest == b.lowest and np.array_equal(a.limbs, b.limbs)


@given(ROWS)
def test_a_sum_is_the_double_nearest_to_that_of_the_fractions(rows):
    sums = summed(rows)
    there = sums.positive()
    rounded = sums.take(there).rounded().tolist()
    assert there.tolist() == [bool(parts(rows, cell)) for cell in range(3)]
    assert rounded == [math.fsum(parts(rows, cell)) for cell in np.flatnonzero(there)]
    assert sums.total() == sum(Fraction(weight) for weight, _ in rows)


@given(ROWS, ROWS, st.randoms())
def test_no_order_and_no_parts_show(first, second, random):
    every = first + second
    random.shuffle(every)
    at = np.arange(3), np.arange(3)
    assert same(summed(first).placed(summed(second), at, 3), summed(every))


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=5))
def test_integers_are_what_they_are(counts):
    sums = ExactSums.of_integers(np.array(counts, np.int64))
    assert sums.total() == sum(counts)
    there = sums.positive()
    assert sums.take(there).rounded().tolist() == [float(count) for count in counts if count]


@pytest.mark.parametrize(
    ("weights", "nearest"),
    [
        ([1.0, 2.0**-53], 1.0),
        ([1.0, 2.0**-53, 2.0**-400], 1 + 2.0**-52),
        ([1 + 2.0**-52, 2.0**-53], 1 + 2.0**-51),
        ([2.0**53 - 1, 0.5], 2.0**53),
    ],
    ids=["tie to even", "above a tie", "tie to even above", "carry to the next power"],
)
def test_ties_are_rounded_as_doubles_are(weights, nearest):
    assert summed([(weight, 0) for weight in weights], 1).rounded().tolist() == [nearest]
    assert math.fsum(weights) == nearest


def test_many_rows_are_added_block_by_block(rng, monkeypatch):
    monkeypatch.setattr(exact_sums, "_ROWS", 7)
    monkeypatch.setattr(exact_sums, "_ROWS_PER_CARRY", 20)
    rows = [
        (float(w), int(c))
        for w, c in zip(rng.random(200), rng.integers(3, size=200), strict=True)
    ]
    assert summed(rows).rounded().tolist() == [
        math.fsum(parts(rows, cell)) for cell in range(3)
    ]


def test_weights_of_zero_add_nothing():
    assert same(summed([(0.0, 0), (1.5, 1)]), summed([(1.5, 1)]))
    assert not summed([(0.0, 0)]).positive().any()
    assert summed([]).total() == 0
