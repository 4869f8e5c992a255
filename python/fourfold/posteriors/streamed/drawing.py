# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which rows teach, and which are told: each does one thing, as its lot says."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.posteriors.folds import FOLDS
from fourfold.posteriors.streamed.chunks import Chunk, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SHARES", "Drawn", "drawn_rows"]

#: Of the rows drawn: those of the pools, of the classifiers of each source, and of both.
SHARES = (1 / 3, 1 / 3, 1 / 3)

#: Times as many rows as are to be drawn are kept, before those of larger lots are left.
SPARE = 1.25


class Drawn(NamedTuple):
    """Rows that are known whole, of which the classifiers are made.

    Attributes
    ----------
    pools, sources, joint : Chunk
        Rows of the pools, of the classifiers of each source and of those of both, in the order
        of their lots.
    names : ndarray, shape (K_Y,)
        The classes, sorted.
    rows : int
        How many there are in all.
    last : float
        The largest lot of a row that was drawn; those of larger lots are for the others.
    """

    pools: Chunk
    sources: Chunk
    joint: Chunk
    names: np.ndarray
    rows: int
    last: float


def drawn_rows(chunks: Iterable[Chunk], number: int | None, share: float) -> Drawn:
    """At most `number` rows and a `share` of all, those of the lowest lots; a group's together."""
    kept: list[Chunk] = []
    waiting, highest, rows = 0, np.inf, 0
    names, counts = np.empty(0), np.empty(0, dtype=np.int64)
    for chunk in chunks:
        rows += len(chunk.lots)
        names, counts = _counted(names, counts, chunk.labels)
        low = chunk.lots <= highest
        if low.any():
            kept.append(chunk.of_rows(low))
            waiting += int(low.sum())
        if number is not None and waiting > SPARE * number:
            highest = np.partition(_lots(kept), number - 1)[number - 1]
            kept = _some(kept, -np.inf, highest)
            waiting = sum(len(part.lots) for part in kept)
    taken = max(1, min(rows if number is None else number, int(share * rows)))
    ends = np.sort(_lots(kept))[
        np.maximum(1, np.rint(np.cumsum(SHARES) * taken)).astype(int) - 1
    ]
    pools, sources, joint = (
        _in_order(joined(_some(kept, low, high)))
        for low, high in itertools.pairwise([-np.inf, *ends.tolist()])
    )
    found = Drawn(pools, sources, joint, names, rows, float(ends[-1]))
    _check(found, counts, "raise n_learn" if taken == number else "take more rows")
    return found


def _lots(chunks: list[Chunk]) -> np.ndarray:
    return np.concatenate([chunk.lots for chunk in chunks])


def _some(chunks: list[Chunk], above: float, up_to: float) -> list[Chunk]:
    return [chunk.of_rows((chunk.lots > above) & (chunk.lots <= up_to)) for chunk in chunks]


def _in_order(chunk: Chunk) -> Chunk:
    return chunk.of_rows(np.argsort(chunk.lots, kind="stable"))


def _counted(
    names: np.ndarray, counts: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Labels that occurred so far, sorted, and how often."""
    some, of_some = np.unique(labels, return_counts=True)
    if len(names) == 0:
        return some, of_some
    together, codes = np.unique(np.concatenate([names, some]), return_inverse=True)
    sums = np.zeros(len(together), dtype=np.int64)
    np.add.at(sums, codes, np.concatenate([counts, of_some]))
    return together, sums


def _check(found: Drawn, counts: np.ndarray, way_out: str) -> None:
    """Raise where a class has too few rows to learn from."""
    if len(found.names) < 2:
        msg = (
            f"y: all rows have the class {str(found.names[0])!r}; expected at least two classes"
        )
        raise ValueError(msg)
    for part, what in (
        (found.sources, "the classifiers of each source"),
        (found.joint, "those of both"),
        (found.pools, "their pools"),
    ):
        if len(part.lots) == 0 and part.groups is None:
            msg = f"blocks: of {found.rows} rows none is left from which {what} could learn; {way_out}"
            raise ValueError(msg)
        if len(part.lots) == 0:
            msg = (
                f"groups: rows of one group do the same thing, and of {found.rows} rows none is left "
                f"from which {what} could learn; expected many groups"
            )
            raise ValueError(msg)
        present, number = np.unique(part.labels, return_counts=True)
        of_each = np.zeros(len(found.names), dtype=np.int64)
        of_each[np.searchsorted(found.names, present)] = number
        least = int(of_each.argmin())
        if of_each[least] < FOLDS:
            msg = (
                f"y: class {str(found.names[least])!r}, of {counts[least]} of {found.rows} rows, has "
                f"{of_each[least]} of the {len(part.lots)} from which {what} learn; expected at "
                f"least {FOLDS}: {way_out}, leave that class out, or merge it with another"
            )
            raise ValueError(msg)
