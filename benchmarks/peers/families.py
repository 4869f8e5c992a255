# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The kinds of tables that solvers are measured on side by side, and their sizes."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.peers.clustered import (
    breast_cancer_counts,
    digits_counts,
    gaussian_counts,
    wine_counts,
)
from benchmarks.peers.instances import dense_random
from benchmarks.peers.soft import KINDS, soft_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

__all__ = ["FAMILIES", "QUICK", "Family"]


@dataclasses.dataclass(frozen=True)
class Family:
    """Tables of one kind.

    Attributes
    ----------
    title, label : str
        What they are, and the same within its group.
    make : callable
        Makes the table from the number of states of each source and a seed.
    states : tuple of int
        Sizes that are measured if none are asked for.
    group : str
        "dense", "counts" or "soft": a peer that ran out of time on one table of a group is not
        tried on those with more unknowns.
    rows : int or None
        Rows that were counted; there is no table of more states than half of them.
    """

    title: str
    label: str
    make: Callable[[int, int], np.ndarray]
    states: tuple[int, ...]
    group: str
    rows: int | None = None

    def sizes(self, asked: Sequence[int] | None) -> list[int]:
        """Sizes to be measured, smallest first."""
        most = None if self.rows is None else self.rows // 2
        sizes = sorted(set(self.states if asked is None else asked))
        return [states for states in sizes if most is None or states <= most]


_POSTERIORS = {
    "equal": "equal sources",
    "near": "nearly equal sources",
    "unequal": "unequal sources",
}
_EVERY = (16, 32, 64, 128, 256)


def _counts(
    what: str, make: Callable[[int, int], np.ndarray], states: tuple[int, ...], rows: int
) -> Family:
    return Family(f"Counts of {rows} {what}", f"{rows} {what}", make, states, "counts", rows)


def _soft(kind: str, classes: int) -> Family:
    what = _POSTERIORS[kind]
    make = partial(soft_table, kind, classes)
    return Family(f"Soft marginals, {what}", what, make, (16, 64, 256), "soft")


#: By their names on the command line, those of a group from fewer unknowns to more.
FAMILIES: dict[str, Family] = {
    "dense": Family("Dense random tables", "dense", dense_random, _EVERY, "dense"),
    "digits": _counts("handwritten digits", digits_counts, _EVERY, 1797),
    "wine": _counts("wines", wine_counts, (16, 32, 64), 178),
    "breast-cancer": _counts("biopsies", breast_cancer_counts, (16, 64, 256), 569),
    **{
        f"gauss-{rows}": _counts("Gaussian rows", partial(gaussian_counts, rows), states, rows)
        for rows, states in (
            (500, (16, 64, 128)),
            (2000, (16, 64, 256)),
            (20_000, (16, 64, 256)),
        )
    },
    **{
        f"soft-{kind}-{classes}": _soft(kind, classes)
        for classes in (2, 3, 10)
        for kind in KINDS
    },
}
#: Those that show that everything works.
QUICK = ("dense", "digits", "wine", "soft-near-3")
