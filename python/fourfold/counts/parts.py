# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What counts are made of: of rows of labels, and of two counts with the states of both."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from fourfold.counts.axis_states import (
    States,
    axis_states,
    numbers_within,
    require_order,
    shape_of_states,
    united,
)
from fourfold.counts.count_labels import count_labels
from fourfold.counts.sparse_table import SparseTable
from fourfold.counts.weights import read_weights, weighted
from fourfold.inputs.device import on_host

__all__ = ["AXES", "Parts", "of_one_shape", "parts_of_labels"]

AXES = ("x1", "x2", "y")


class Parts(NamedTuple):
    """States, their table, and the sum of squares that tells what weights are worth."""

    states: States
    table: SparseTable
    squares: Fraction


def parts_of_labels(
    columns: tuple[Any, Any, Any], weights: Any, name: str, joint: bool | None
) -> Parts | None:
    """What columns of labels count to, or None where there are no rows; weights by their name."""
    labels = [on_host(each, axis) for each, axis in zip(columns, AXES, strict=True)]
    if all(hasattr(each, "__len__") and not len(each) for each in labels):
        if weights is not None:
            read_weights(weights, name, 0)
        return None  # as of a part of the rows where there are none
    found = count_labels(*labels, rows=weights is not None, joint=joint)
    cells, states = found.cells, found.states
    require_order(states)
    states = axis_states(states[0]), axis_states(states[1]), axis_states(states[2])
    if weights is None:
        table = SparseTable(cells.occupied, cells.counts, cells.shape)
        return Parts(states, table, Fraction(table.total()))
    assert cells.rows is not None
    amounts = read_weights(on_host(weights, name), name, len(cells.rows))
    return Parts(*weighted(states, cells, amounts))


def of_one_shape(a: Parts, b: Parts) -> tuple[States, list[SparseTable]]:
    """The states of both, and their tables of these."""
    pairs = zip(a.states, b.states, AXES, strict=True)
    first, second, third = (united(*pair) for pair in pairs)
    states = first, second, third
    shape = shape_of_states(states)
    tables = []
    for counts in (a, b):
        numbers = [
            numbers_within(own, every) for own, every in zip(counts.states, states, strict=True)
        ]
        tables.append(counts.table.recoded(numbers, shape))
    return states, tables
