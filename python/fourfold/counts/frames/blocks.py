# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Some rows of a few columns at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

__all__ = ["Block", "Stream", "check_columns", "check_names", "told_where"]


class Block(NamedTuple):
    """Some rows: the columns by name, and which row of what the first is, where that is known."""

    columns: Mapping[Any, Any]
    first: str = ""


class Stream(NamedTuple):
    """Blocks, and of how many rows in all, where that is known before."""

    blocks: Iterator[Block]
    rows: int | None = None


@contextlib.contextmanager
def told_where(block: Block) -> Iterator[None]:
    """Errors say from where they count rows."""
    try:
        yield
    except (TypeError, ValueError) as error:
        if not block.first:
            raise
        msg = f"{error} (rows are counted from {block.first})"
        raise type(error)(msg) from error


def check_names(names: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raise where labels were given for the name of a column."""
    for argument, name in names.items():
        if not isinstance(name, (str, int, tuple)):
            msg = (
                f"{argument}: expected the name of a column, got {type(name).__name__}; labels "
                "themselves are counted by Counts.from_labels(x1, x2, y)"
            )
            raise TypeError(msg)
    return names


def check_columns(
    names: Mapping[str, Any], columns: list[Any], place: str = "the frame"
) -> list[Any]:
    """The columns that are needed, each once; raise where one is not there, or there twice."""
    for argument, name in names.items():
        times = sum(type(column) is type(name) and column == name for column in columns)
        if times != 1:
            found = f"{times} columns" if times else "no column"
            told = ", ".join(map(repr, columns[:20])) + (", ..." if len(columns) > 20 else "")
            msg = f"{argument}: {place} has {found} {name!r}; its columns are {told or 'none'}"
            raise ValueError(msg)
    return list(dict.fromkeys(names.values()))
