# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which subsets of the sources are asked for, and what sources are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import Any

import numpy as np

__all__ = [
    "MOST_SOURCES",
    "Subset",
    "default_names",
    "read_names",
    "read_subset",
    "read_subsets",
    "shown",
]

#: Numbers of sources, rising.
Subset = tuple[int, ...]

#: Sources up to which all subsets are taken, 255 of eight.
MOST_SOURCES = 8


def default_names(number: int) -> tuple[str, ...]:
    """x1, x2, ..."""
    return tuple(f"x{k + 1}" for k in range(number))


def read_names(names: Any, number: int) -> tuple[str, ...]:
    """Of the sources."""
    if names is None:
        return default_names(number)
    if isinstance(names, str) or not isinstance(names, Iterable):
        msg = f"source_names: expected {number} names, one a source, got {names!r}"
        raise TypeError(msg)
    found = tuple(names)
    if not all(isinstance(name, str) and name for name in found):
        msg = f"source_names: expected strings that are not empty, got {found!r}"
        raise TypeError(msg)
    if len(found) != number or len(set(found)) != number:
        msg = f"source_names: expected {number} different names, one a source, got {found!r}"
        raise ValueError(msg)
    return found


def read_subsets(subsets: Any, names: Sequence[str]) -> list[Subset]:
    """As rising numbers of sources, the smaller subsets first; all of them where None."""
    number = len(names)
    if subsets is None:
        if number > MOST_SOURCES:
            msg = (
                f"subsets: {number} sources have {2**number - 1:,} subsets, which is too many to "
                "take all; give those of interest, for example "
                f"subsets=[{shown(names[:2])}, {shown(names[:3])}]"
            )
            raise ValueError(msg)
        sizes = (combinations(range(number), size) for size in range(1, number + 1))
        return [*chain.from_iterable(sizes)]
    if isinstance(subsets, (str, int)) or not isinstance(subsets, Iterable):
        msg = f"subsets: expected subsets of the sources, as [{shown(names[:2])}], got {subsets!r}"
        raise TypeError(msg)
    found = {read_subset(each, names, f"subsets[{k}]"): None for k, each in enumerate(subsets)}
    if not found:
        msg = f"subsets: expected at least one, as [{shown(names[:2])}], got none"
        raise ValueError(msg)
    return sorted(found, key=lambda subset: (len(subset), subset))


def read_subset(subset: Any, names: Sequence[str], word: str) -> Subset:
    """One subset as rising numbers, of names or numbers of its sources, or of a single one."""
    asked = (subset,) if isinstance(subset, (str, int, np.integer)) else subset
    if not isinstance(asked, Iterable):
        msg = f"{word}: expected sources, as {shown(names[:2])}, got {subset!r}"
        raise TypeError(msg)
    asked = [*asked]
    if not asked:
        msg = f"{word}: expected at least one source, got none"
        raise ValueError(msg)
    found = []
    for name in asked:
        number = _number(name, names)
        if number is None:
            called = ", ".join(map(repr, names))
            msg = f"{word}: there is no source {name!r}; sources are {called}"
            raise ValueError(msg)
        found.append(number)
    if len(set(found)) < len(found):
        msg = f"{word}: expected each source at most once, got {subset!r}"
        raise ValueError(msg)
    return tuple(sorted(found))


def _number(name: Any, names: Sequence[str]) -> int | None:
    """Which source has that name, or stands at that place, from 0."""
    if isinstance(name, str):
        return names.index(name) if name in names else None
    whole = isinstance(name, (int, np.integer)) and not isinstance(name, (bool, np.bool_))
    return int(name) if whole and 0 <= name < len(names) else None


def shown(names: Sequence[str]) -> str:
    """As one writes a tuple of them."""
    return f"({', '.join(map(repr, names))}{',' * (len(names) == 1)})"
