# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether rows of several files that pandas wrote go together as they stand."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from fourfold.loading.arrow_files import labels_of_rows
from fourfold.loading.places import find, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_row_order"]


def check_row_order(paths: Iterable[str]) -> None:
    """Raise where two files label their rows alike, but in another order.

    Labels are the index that pandas wrote into .parquet and .feather files, which is no column of
    the data. Equal ones pass, and so do others, as where rows were renumbered: see
    `fourfold.inputs.faults.check_aligned`, which says the same of frames.
    """
    places = [find(path) for path in dict.fromkeys(paths)]
    once = {
        place.path or place.name: place
        for place in places
        if place.form in {"parquet", "arrow"}
    }
    if len(once) < 2:
        return
    known = [(place.name, labels_of_rows(place)) for place in once.values()]
    for (name1, one), (name2, other) in itertools.combinations(known, 2):
        if one is None or other is None or one == other or len(one) != len(other):
            continue
        if len(set(one)) < len(one) or set(one) != set(other):
            continue
        row = next(k for k, label in enumerate(one) if label != other[k])
        shown1, shown2 = (
            printable(str(labels[row][0] if len(labels[row]) == 1 else labels[row]))
            for labels in (one, other)
        )
        msg = (
            f"{printable(name1)}, {printable(name2)}: their rows have the same index in another "
            f"order: row {row} is {shown1} in the first, but {shown2} in the second; write both "
            "in one order, frame.sort_index(), or without the index, to_parquet(..., index=False), "
            "if rows go together as they stand"
        )
        raise ValueError(msg)
