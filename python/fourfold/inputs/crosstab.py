# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Series and frames of pandas whose index levels are the states, as outcomes with a mass each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

__all__ = ["AXES", "outcomes_of_frame"]

AXES = ("x1", "x2", "y")
_TOTALS = ("all", "sum", "total")


def outcomes_of_frame(values: Any, name: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Outcomes (x1, x2, y) of a Series or a crosstab, and the mass of each; or raise."""
    rows, columns = values.index, getattr(values, "columns", None)
    if columns is None or (rows.nlevels == 3 and len(columns) == 1):
        if rows.nlevels != 3:
            msg = (
                f"{name}: expected three index levels (x1, x2, y), got {rows.nlevels}; "
                "frame.groupby(['x1', 'x2', 'y']).size() has them"
            )
            raise ValueError(msg)
        masses = values if columns is None else values.iloc[:, 0]
        order = _order(list(rows.names), (0, 1, 2))
        return ((tuple(label[k] for k in order), mass) for label, mass in masses.items())
    if rows.nlevels + columns.nlevels != 3:
        _reject_frame(values, name)
    _reject_margins(rows, columns, name)
    masses = np.asarray(values, dtype=object)
    _reject_conditional(masses, rows, columns, name)
    # two levels are the sources, on whichever side they are
    order = _order([*rows.names, *columns.names], (0, 1, 2) if rows.nlevels == 2 else (1, 2, 0))
    row_labels, column_labels = (
        [label if side.nlevels == 2 else (label,) for label in side] for side in (rows, columns)
    )
    return _cells(row_labels, column_labels, masses, order)


def _cells(
    rows: list[Any], columns: list[Any], masses: np.ndarray, order: tuple[int, ...]
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            both = (*row, *column)
            yield tuple(both[k] for k in order), masses[i, j]


def _order(names: list[Any], otherwise: tuple[int, ...]) -> tuple[int, ...]:
    """Where x1, x2 and y are among the levels: where their names are, if those are these."""
    found = [str(name).casefold() for name in names]
    if set(found) == set(AXES):
        return tuple(found.index(axis) for axis in AXES)
    return otherwise


def _reject_frame(values: Any, name: str) -> NoReturn:
    if values.index.nlevels == values.columns.nlevels == 1:
        found = "a frame whose rows and columns have one level each"
    else:
        found = f"{values.index.nlevels} levels of rows and {values.columns.nlevels} of columns"
    msg = (
        f"{name}: expected a crosstab, pandas.crosstab([x1, x2], y), got {found}; a frame of "
        "samples, or of outcomes with a column of counts, is read by "
        "fourfold.Counts.from_frame(frame, 'x1', 'x2', 'y')"
    )
    raise ValueError(msg)


def _reject_margins(rows: Any, columns: Any, name: str) -> None:
    """Sums that ``margins=True`` adds, under a name of theirs, would count all twice."""
    if not (len(rows) and len(columns)):
        return
    pair, single = (rows, columns) if rows.nlevels == 2 else (columns, rows)
    last = pair[-1]
    if last[1] == "" and last[0] in list(single):
        msg = f"{name}: {last!r} and {last[0]!r} are sums of the others; make it without margins=True"
        raise ValueError(msg)


def _reject_totals(masses: np.ndarray, rows: Any, columns: Any, name: str) -> None:
    """The same where one side of them was dropped: a last column or row with such a name and sum."""
    for table, side in ((masses, columns), (masses.T, rows)):
        last = side[-1] if len(side) > 2 else None
        last = last[0] if isinstance(last, tuple) else last
        if not isinstance(last, str) or last.casefold() not in _TOTALS:
            continue
        if np.allclose(table[:, -1], table[:, :-1].sum(1), rtol=1e-9, atol=0):
            msg = f"{name}: {last!r} holds the sums of the others; leave it out"
            raise ValueError(msg)


def _reject_conditional(masses: np.ndarray, rows: Any, columns: Any, name: str) -> None:
    """Shares within each row or column are p(y|x1,x2) or p(x1,x2|y), not masses."""
    try:
        values = masses.astype(np.float64)
    except (TypeError, ValueError):
        return  # refused with the outcome
    _reject_totals(values, rows, columns, name)
    if all(isinstance(mass, (int, np.integer)) for mass in masses.ravel()):
        return
    for axis, side, word in ((1, rows, "row"), (0, columns, "column")):
        if len(side) > 1 and (np.abs(values.sum(axis) - 1) < 1e-9).all():
            msg = (
                f"{name}: each {word} adds up to 1, as shares within it do, but what is needed is "
                "the mass of each outcome: counts as integers, or pandas.crosstab(..., normalize='all')"
            )
            raise ValueError(msg)
