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
from fourfold.counts.hypergeometric import MOST_SAMPLES
from fourfold.counts.random_tables import random_tables
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
        Counts, not weights.
    column, within : str
        What is permuted, and what samples have to agree in to change places, or None.
    number : int
    rng : Generator

    Raises
    ------
    ValueError
        If there are more than 2**53 samples, or too many cells and samples to draw a table.
    """
    n = int(cells.counts.sum())
    if n > MOST_SAMPLES:
        msg = (
            f"x1: {n} samples are more than 2**53, of which tables are drawn; divide the counts by "
            "a common factor"
        )
        raise ValueError(msg)
    states = dict(zip(_AXES, cells.states(), strict=True))
    kept, *other = (name for name in _AXES if name not in (column, within))
    groups = np.zeros_like(states[kept])
    if within is not None:
        groups = np.unique(states[within], return_inverse=True)[1]
    fixed = states[kept]
    if other:
        fixed = fixed * cells.shape[_AXES.index(other[0])] + states[other[0]]
    rows, columns = (
        _side(groups, fixed, cells.counts),
        _side(groups, states[column], cells.counts),
    )
    entries = rows.totals.size * columns.totals.shape[1]
    if n <= _SHUFFLED * entries:
        yield from _shuffled(cells, column, groups, number, rng)
        return
    if entries > _MOST_ENTRIES:
        msg = (
            f"statistic: to permute {column} tables of {entries} cells would be drawn, more than "
            f"{_MOST_ENTRIES}; merge states"
        )
        raise ValueError(msg)
    found = {column: columns.states[:, None, :], kept: rows.states[:, :, None]}
    if other:
        found[kept], found[other[0]] = np.divmod(
            found[kept], cells.shape[_AXES.index(other[0])]
        )
    if within is not None:
        found[within] = np.unique(states[within])[:, None, None]
    yield from _drawn(
        rows.totals, columns.totals, _flat(found, cells), cells.shape, number, rng
    )


class _Side(NamedTuple):
    """States of one side of the tables of G groups, and their totals, (G, P); 0 beyond the last."""

    states: np.ndarray
    totals: np.ndarray


def _side(groups: np.ndarray, states: np.ndarray, counts: np.ndarray) -> _Side:
    """Of the group and the state of each cell."""
    size = int(states.max()) + 1
    keys, codes = np.unique(groups * size + states, return_inverse=True)
    of_keys = keys // size
    place = np.arange(len(keys)) - np.searchsorted(of_keys, of_keys)
    shape = (int(groups.max()) + 1, int(place.max()) + 1)
    side = _Side(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))
    side.states[of_keys, place] = keys % size
    np.add.at(side.totals, (of_keys[codes], place[codes]), counts)
    return side


def _flat(states: dict[str, np.ndarray], cells: Cells) -> np.ndarray:
    """Numbers of the cells that the entries of the tables are."""
    _, k2, ky = cells.shape
    flat: np.ndarray = (states["x1"] * k2 + states["x2"]) * ky + states["y"]
    return flat


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
    cells: Cells, column: str, groups: np.ndarray, number: int, rng: np.random.Generator
) -> Iterator[Tallies]:
    rows = dict(
        zip(_AXES, (np.repeat(each, cells.counts) for each in cells.states()), strict=True)
    )
    groups = np.repeat(groups, cells.counts)
    in_order = np.argsort(groups, kind="stable")
    values = rows[column]
    for _ in range(number):
        order = rng.permutation(len(values))
        if groups[in_order[-1]] > 0:
            order = order[np.argsort(groups[order], kind="stable")]
        rows[column] = np.empty_like(values)
        rows[column][in_order] = values[order]
        yield count(rows["x1"], rows["x2"], rows["y"], cells.shape)
