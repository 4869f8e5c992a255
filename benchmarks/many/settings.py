# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `many` command measures, and how much of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.many.problems import CASES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PARTS", "QUICK", "Settings"]

PARTS = ("tables", "oracles", "peer", "hard", "coverage")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    cases : sequence of str
        Keys of `CASES`.
    tol : float
        Gap of these in bits.
    peer_tables : sequence of tuple
        States of the sources and number of classes of tables that the peer solves, too.
    peer_limit : float
        Seconds after which it is ended.
    counts, hard : int
        Random tables of counts, and tables of each hard family.
    draws : int
        Samples of each population whose intervals are counted.
    seed : int
    """

    parts: Sequence[str] = PARTS
    cases: Sequence[str] = tuple(CASES)
    tol: float = 1e-6
    peer_tables: Sequence[tuple[tuple[int, ...], int]] = (
        ((4, 4, 4), 3), ((8, 8, 8), 4), ((4, 4, 4, 4), 3), ((12, 12, 12), 4),
    )  # fmt: skip
    peer_limit: float = 30.0
    counts: int = 400
    hard: int = 25
    draws: int = 60
    seed: int = 0


#: A little of each, to see that it works.
QUICK = Settings(
    cases=("16 x 16 x 16 x 4",),
    peer_tables=(((3, 3, 3), 2),),
    counts=6,
    hard=1,
    draws=2,
)
