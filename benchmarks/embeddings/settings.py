# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `embeddings` command draws, and how often."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.embeddings.cases import CASES
from benchmarks.embeddings.methods import METHODS
from benchmarks.record.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PARTS", "QUICK", "Settings"]

PARTS = ("errors", "bounds", "times")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is drawn.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    cases, methods : sequence of str
        Keys of `CASES` and of `METHODS`.
    rows : sequence of (int, int)
        Rows of a draw, and how many draws of so many. Where there are fewer rows, all of them
        stand for 2000, and there are no draws of more.
    only_rows : sequence of int or None
        Those of `rows` that are drawn.
    first_seed : int
        Of the first draw; the others follow. Constants of the methods were chosen on smaller ones.
    bound_cases, bound_rows, bound_draws
        Of the part "bounds": how often those of "fast" hold.
    jobs : int
        Processes that share the draws, with a thread each; no number but times depends on it.
    minutes : int or None
        After which no draw is begun; what is done is reported, and the rest may follow.
    kept : Path
        Where each draw that is done is written down, to be taken up by the next run.
    any_commit : bool
        Whether those of other commits are taken up as well.
    seed : int
        Shifts all seeds.
    """

    parts: Sequence[str] = PARTS
    cases: Sequence[str] = tuple(CASES)
    methods: Sequence[str] = tuple(METHODS)
    rows: Sequence[tuple[int, int]] = ((500, 20), (2000, 20), (8000, 5), (32_000, 2))
    only_rows: Sequence[int] | None = None
    first_seed: int = 100
    bound_cases: Sequence[str] = ("and", "xor", "rdn", "mixture-22.5", "latent-1hh")
    bound_rows: int = 1000
    bound_draws: int = 200
    jobs: int = len(os.sched_getaffinity(0))
    minutes: int | None = None
    kept: Path = ROOT / "build" / "embeddings.jsonl"
    any_commit: bool = False
    seed: int = 0


#: A draw of each, to see that it works.
QUICK = Settings(
    parts=("errors", "bounds"),
    rows=((500, 1),),
    bound_rows=300,
    bound_draws=2,
    kept=ROOT / "build" / "embeddings-quick.jsonl",
)
