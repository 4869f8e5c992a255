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
    title : str
        What they are.
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

#: By their names on the command line, those of a group from fewer unknowns to more.
FAMILIES: dict[str, Family] = {
    "dense": Family("Dense random tables", dense_random, (16, 32, 64, 128, 256), "dense"),
    "digits": Family(
        "Counts of 1797 handwritten digits",
        digits_counts,
        (16, 32, 64, 128, 256),
        "counts",
        1797,
    ),
    "wine": Family("Counts of 178 wines", wine_counts, (16, 32, 64), "counts", 178),
    "breast-cancer": Family(
        "Counts of 569 biopsies", breast_cancer_counts, (16, 64, 128, 256), "counts", 569
    ),
    **{
        f"gauss-{rows}": Family(
            f"Counts of {rows} Gaussian rows",
            partial(gaussian_counts, rows),
            (16, 64, 256) if rows > 500 else (16, 64, 128),
            "counts",
            rows,
        )
        for rows in (500, 2000, 20_000)
    },
    **{
        f"soft-{kind}-{classes}": Family(
            f"Soft marginals, {_POSTERIORS[kind]}",
            partial(soft_table, kind, classes),
            (16, 64) if classes == 100 else (16, 64, 128, 256),
            "soft",
        )
        for classes in (2, 3, 10, 100)
        for kind in KINDS
    },
}
#: Those that show that everything works.
QUICK = ("dense", "digits", "wine", "soft-near-3")
