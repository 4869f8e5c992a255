# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns that stand after the colon of ``FILE:COLUMN``: names or numbers, one or several."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from fourfold.loading.places import Place, bad

__all__ = ["asked_names", "find_columns", "told_names"]

_MOST_NAMES = 20  # that a message lists


def asked_names(part: str, names: Sequence[str] | None = None) -> list[str]:
    """What is asked for: a name, or several separated by commas, quoted where one has a comma in it."""
    if names is not None and part in names:
        return [part]
    return [name.strip() for name in next(csv.reader([part], skipinitialspace=True), [])]


def find_columns(part: str, names: Sequence[str] | None, width: int, place: Place) -> list[int]:
    """Numbers of the columns asked for, in that order, or raise and list those that there are."""
    return [_place_of(name, names, width, place) for name in asked_names(part, names)]


def told_names(names: Sequence[str], tell: Callable[[str], str] = repr) -> str:
    """Some names for a message."""
    told = ", ".join(map(tell, names[:_MOST_NAMES]))
    return f"{told}, ... ({len(names)})" if len(names) > _MOST_NAMES else told or "none"


def _place_of(name: str, names: Sequence[str] | None, width: int, place: Place) -> int:
    places = [] if names is None else [k for k, other in enumerate(names) if other == name]
    number = name.isascii() and name.isdigit()
    if not places and number and int(name) < width:
        return int(name)
    if len(places) == 1:
        return places[0]
    if places:
        numbers = " or ".join(place.typed(str(k)) for k in places)
        problem = f"has {len(places)} columns {name!r}; tell them by number: {numbers}"
    elif number:
        problem = f"has no column {name}: it has {width}, counted from 0"
    elif names is None:
        problem = (
            f"has no column {name!r}: its columns have no names; give a number from 0 to {width - 1}, "
            f"{place.typed('0')}"
        )
    else:
        problem = f"has no column {name!r}; its columns are {told_names(names)}"
    raise bad(place.name, problem)
