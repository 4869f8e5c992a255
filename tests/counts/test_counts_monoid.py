# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts of parts add up to those of all rows, to the bit, in any order and any parts."""

from __future__ import annotations

import functools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfold import Counts

INTEGERS = st.integers(-3, 3) | st.sampled_from([2**40, 2**63 - 1])
WORDS = st.text("ab\0é", max_size=3).filter(lambda word: not word.endswith("\0"))
WEIGHTS = {
    "no weights": None,
    "whole": st.integers(0, 5),
    "whole doubles": st.integers(0, 5).map(float),
    "any": st.floats(1e-9, 1e9) | st.sampled_from([0.0, 1.0, 0.1, 1e-150, 1e150]),
}


def rows(kind):
    weights = st.none() if WEIGHTS[kind] is None else WEIGHTS[kind]
    return st.lists(st.tuples(INTEGERS, WORDS, st.booleans(), weights), max_size=12)


def counted(part):
    x1, x2, y, weights = ([row[k] for row in part] for k in range(4))
    if weights and weights[0] is None:
        return Counts.from_labels(x1, x2, y)
    dtype = float if any(isinstance(weight, float) for weight in weights) else int
    return Counts.from_labels(x1, x2, y, weights=np.array(weights, dtype))


def bits(counts):
    """All that is in them."""
    table = counts._table
    amounts = table.amounts
    held = amounts if isinstance(amounts, np.ndarray) else (*amounts.limbs, amounts.lowest)
    return (
        [(states.dtype, states.tolist()) for states in counts.states],
        table.occupied.tolist(),
        type(amounts),
        [np.asarray(each).tolist() for each in held],
        table.shape,
        counts._squares,
        counts.cells.counts.tobytes(),
    )


each_kind = pytest.mark.parametrize("kind", WEIGHTS)


@each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_parts_in_any_order_are_all_rows_at_once(kind, data):
    every = data.draw(rows(kind))
    order = data.draw(st.permutations(range(len(every))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(every)), max_size=4)))
    shuffled = [every[k] for k in order]
    ends = zip([0, *cuts], [*cuts, len(every)], strict=True)
    total = sum((counted(shuffled[start:end]) for start, end in ends), start=Counts())
    assert bits(total) == bits(counted(every))
    assert total == counted(every)


@each_kind
@settings(max_examples=40)
@given(data=st.data())
def test_counts_are_a_commutative_monoid(kind, data):
    a, b, c = (counted(data.draw(rows(kind))) for _ in range(3))
    assert bits((a + b) + c) == bits(a + (b + c))
    assert bits(a + b) == bits(b + a)
    assert bits(a + Counts()) == bits(Counts() + a) == bits(a)
    assert bits(sum([a, b, c])) == bits(functools.reduce(operator.iadd, [a, b, c], Counts()))


@settings(max_examples=40)
@given(st.permutations(list(WEIGHTS)), st.data())
def test_weights_of_all_kinds_mix(kinds, data):
    parts = {kind: counted(data.draw(rows(kind))) for kind in WEIGHTS}
    assert bits(sum(parts[kind] for kind in kinds)) == bits(sum(parts.values()))


@given(rows("no weights"), rows("no weights"))
def test_states_are_united_and_sorted(first, second):
    both = counted(first) + counted(second)
    for k, states in enumerate(both.states):
        assert states.tolist() == sorted({row[k] for row in first + second})


@given(rows("any"))
def test_rounding_is_that_of_one_sum(every):
    counts = counted(every)
    reordered = counted(sorted(every, key=lambda row: row[3]))
    assert bits(counts) == bits(reordered)
    assert counts.n_samples == pytest.approx(sum(row[3] for row in every), rel=1e-12)
