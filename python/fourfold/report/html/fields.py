# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results that have no page of their own, as tables for notebooks: by what their fields are."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.counts import Counts
from fourfold.results.table import Cell, Table, number
from fourfold.workflows.grid.result import ProfileGrid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.results.table import Entry

__all__ = ["lines_of"]

_MOST = 60  # characters of what is no number


@functools.singledispatch
def lines_of(result: Any) -> tuple[list[str], Table, list[str]]:
    """What to say above the table, the table, and what to say below it."""
    heads: list[Entry] = [
        Cell("", "field", words=True), "value", "mean", "smallest", "largest", "how many",
    ]  # fmt: skip
    caption = f"{type(result).__name__}; information in bits"
    return [], Table.of_rows(caption, heads, _rows(result)), []


def _rows(result: Any, before: str = "") -> Iterator[list[Entry]]:
    """A row for each field; of fields that are tuples of numbers one for each of theirs."""
    for name, value in _fields(result):
        if value is None:
            continue
        if dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
            yield from _rows(value, f"{before}{name}: ")
        elif isinstance(value, np.ndarray) and value.size > 1 and value.dtype.kind in "fiub":
            known = value[~np.isnan(value)].astype(float)
            spread = [
                number(float(of(known))) if known.size else ""
                for of in (np.mean, np.min, np.max)
            ]
            shape = " x ".join(map(str, value.shape))
            yield [f"{before}{name}", "", *spread, shape]
        else:
            yield [f"{before}{name}", _shown(value), "", "", "", ""]


def _fields(result: Any) -> list[tuple[str, Any]]:
    if hasattr(result, "_asdict"):
        return [*result._asdict().items()]
    if dataclasses.is_dataclass(result):
        left_out = getattr(result, "_left_out", ())
        names = [field.name for field in dataclasses.fields(result)]
        return [(name, getattr(result, name)) for name in names if name not in left_out]
    return [("value", result)]


def _shown(value: Any) -> Entry:
    if isinstance(value, float):
        return number(value)
    text = _text(value)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(f"({_text(v)})" if isinstance(v, tuple) else _text(v) for v in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value).replace("\n", " ")


@lines_of.register
def _of_counts(counts: Counts) -> tuple[list[str], Table, list[str]]:
    rows: list[list[Entry]] = []
    for axis, states in zip(("x1", "x2", "y"), counts.states, strict=True):
        labels = [*map(str, states)]
        some = (
            labels if len(labels) <= 6 else [*labels[:3], "\N{HORIZONTAL ELLIPSIS}", labels[-1]]
        )
        rows.append([axis, str(len(labels)), ", ".join(_short(label) for label in some)])
    heads: list[Entry] = [
        Cell("", "axis", words=True),
        "states",
        Cell("", "labels", words=True),
    ]
    return [], Table.of_rows(repr(counts), heads, rows), []


def _short(label: str) -> str:
    return label if len(label) <= 20 else f"{label[:19]}\N{HORIZONTAL ELLIPSIS}"


@lines_of.register
def _of_grid(grid: ProfileGrid) -> tuple[list[str], Table, list[str]]:
    first, *below = grid.lines_around()
    return [first], grid.table(), below
