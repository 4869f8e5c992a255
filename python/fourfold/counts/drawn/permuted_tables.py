# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of samples of which one column is permuted, all of it or among samples alike in another.

What stays is how many samples each state of that column has, and each combination of the other
two: the margins of a table, or of one for each group of samples. Where there are more samples than
cells, tables are drawn of their margins, at a cost that does not know how many samples there are;
where there are fewer, these are shuffled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.drawn.nameless_order import nameless_order
from fourfold.counts.drawn.random_tables import random_tables
from fourfold.counts.tallies import Tallies, count

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["permuted_tables"]

#: With at most so many samples for each entry of a table they are shuffled.
_SHUFFLED = 4
_ENTRIES = 2**20  # of tables that are drawn together, about
_TOGETHER = 128  # of them
_MOST_ENTRIES = 2**27
_AXES = ("x1", "x2", "y")


def permuted_tables(
    cells: Cells, column: str, within: str | None, number: int, rng: np.random.Generator
) -> Iterator[Tallies]:
    """So many tables with one of the columns "x1", "x2", "y" permuted, one by one or in batches.

    Parameters
    ----------
    cells : Cells
        Counts, not weights, of at most `MOST_SAMPLES`.
    column, within : str
        What is permuted, and what samples have to agree in to change places, or None.
    number : int
    rng : Generator

    Raises
    ------
    ValueError
        If there are too many cells, and samples, to draw a table.
    """
    order = nameless_order(cells)
    counts, sizes = cells.counts[order], dict(zip(_AXES, cells.shape, strict=True))
    states = {name: each[order] for name, each in zip(_AXES, cells.states(), strict=True)}
    kept, *other = (name for name in _AXES if name not in (column, within))
    groups, of_groups = np.zeros_like(counts), np.zeros(1, dtype=np.int64)
    if within is not None:
        of_groups, groups = _by_appearance(states[within])
    fixed = states[kept]
    if other:
        fixed = fixed * sizes[other[0]] + states[other[0]]
    rows, columns = (_side(groups, each, counts) for each in (fixed, states[column]))
    entries = rows.totals.size * columns.totals.shape[1]
    if cells.draws <= _SHUFFLED * entries:
        every = {name: np.repeat(each, counts) for name, each in states.items()}
        yield from _shuffled(every, column, np.repeat(groups, counts), cells.shape, number, rng)
        return
    if entries > _MOST_ENTRIES:
        msg = (
            f"statistic: to permute {column} tables of {entries} cells would be drawn, more than "
            f"{_MOST_ENTRIES}; merge states"
        )
        raise ValueError(msg)
    found = {column: columns.states[:, None, :], kept: rows.states[:, :, None]}
    if other:
        found[kept], found[other[0]] = np.divmod(found[kept], sizes[other[0]])
    if within is not None:
        found[within] = of_groups[:, None, None]
    flat = (found["x1"] * cells.shape[1] + found["x2"]) * cells.shape[2] + found["y"]
    yield from _drawn(rows.totals, columns.totals, flat, cells.shape, number, rng)


class _Side(NamedTuple):
    """States of one side of the tables of G groups, and their totals, (G, P); 0 beyond the last."""

    states: np.ndarray
    totals: np.ndarray


def _by_appearance(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values in the order in which they appear, and the place of each among these."""
    found, first, codes = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return found[order], place[codes]


def _side(groups: np.ndarray, states: np.ndarray, counts: np.ndarray) -> _Side:
    """Of the group and the state of each cell."""
    size = int(states.max()) + 1
    keys, codes = _by_appearance(groups * size + states)
    of_keys = keys // size
    in_groups = np.argsort(of_keys, kind="stable")
    sizes = np.bincount(of_keys)
    place = np.empty_like(in_groups)
    place[in_groups] = np.arange(len(keys)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    shape = (len(sizes), int(sizes.max()))
    side = _Side(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))
    side.states[of_keys, place] = keys % size
    np.add.at(side.totals, (of_keys[codes], place[codes]), counts)
    return side


def _drawn(
    rows: np.ndarray,
    columns: np.ndarray,
    flat: np.ndarray,
    shape: tuple[int, int, int],
    number: int,
    rng: np.random.Generator,
) -> Iterator[Tallies]:
    """Tables of given margins (G, P) and (G, K), whose entries are the cells `flat` (G, P, K)."""
    some = np.flatnonzero((rows[:, :, None] > 0) & (columns[:, None, :] > 0))
    order = some[np.argsort(flat.ravel()[some], kind="stable")]
    drawn_of = Cells(flat.ravel()[order], np.ones(len(order), dtype=np.int64), shape)
    step = min(max(1, _ENTRIES // flat.size), _TOGETHER)
    for first in range(0, number, step):
        times = min(step, number - first)
        tables = random_tables(rows, columns, times, rng).reshape(times, -1)
        yield drawn_of.tallies_of(tables[:, order])


def _shuffled(
    rows: dict[str, np.ndarray],
    column: str,
    groups: np.ndarray,
    shape: tuple[int, int, int],
    number: int,
    rng: np.random.Generator,
) -> Iterator[Tallies]:
    """Of so few samples that they are there one by one."""
    in_order = np.argsort(groups, kind="stable")
    values = rows[column]
    for _ in range(number):
        order = rng.permutation(len(values))
        if groups[in_order[-1]] > 0:
            order = order[np.argsort(groups[order], kind="stable")]
        rows[column] = np.empty_like(values)
        rows[column][in_order] = values[order]
        yield count(rows["x1"], rows["x2"], rows["y"], shape)
