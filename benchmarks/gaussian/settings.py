# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `gaussian` command measures, and how much of it."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

from benchmarks.gaussian.systems import HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PARTS", "QUICK", "Settings"]

PARTS = (
    "canonical",
    "doubling",
    "random",
    "unions",
    "copula",
    "samples",
    "tests",
    "dependence",
)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    gap, steps, limit : float, int, float
        When the iteration beside the closed form ends: bits, steps, seconds.
    columns : sequence of int
        A side, of the part "doubling".
    random_sizes, random_repeats
        Columns of x1, x2 and y of random covariances, and how many of each.
    union_sizes, union_repeats
        Numbers of sources and of columns of each and of y, and how many of each.
    copula_sizes, copula_rows
        Of the test of Flow-PID.
    rows : mapping of str to sequence of int
        Rows of a sample of each system.
    draws : int
        Samples of each.
    n_resamples, resampled_rows, resampled_draws
        Wishart replicates of an interval, and of how many of the samples of which rows.
    test_rows, test_draws
        Of the part "tests".
    replicates, replicated_rows, replicated_draws
        Of the test of S = 0 by draws of the fitted null: how many, of which rows, how many samples.
    dependence_draws : int
    jobs : int
        Processes that share the samples, of one thread each; no number but times depends on it.
    seed : int
    """

    parts: Sequence[str] = PARTS
    gap: float = 1e-9
    steps: int = 10_000
    limit: float = 30.0
    columns: Sequence[int] = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
    random_sizes: Sequence[tuple[int, int, int]] = (
        (1, 1, 1), (2, 2, 2), (3, 2, 4), (4, 5, 3), (6, 6, 6), (8, 3, 8), (30, 10, 2), (100, 60, 2),
    )  # fmt: skip
    random_repeats: int = 3
    union_sizes: Sequence[tuple[int, int]] = ((2, 6), (3, 6), (4, 6), (3, 3), (5, 4))
    union_repeats: int = 10
    copula_sizes: Sequence[tuple[int, int, int]] = (
        (2, 2, 2),
        (10, 5, 2),
        (30, 10, 2),
        (100, 60, 2),
    )
    copula_rows: int = 10_000
    rows: Mapping[str, Sequence[int]] = dataclasses.field(
        default_factory=lambda: (
            {
                "equal 10": (60, 120, 240, 480, 2000),
                "mixed 10": (60, 120, 240, 480, 2000),
                "nothing 10": (60, 120, 480, 2000),
            }
            | dict.fromkeys(HELD_OUT, (120, 480, 2000))
        )
    )
    draws: int = 200
    n_resamples: int = 100
    resampled_rows: Sequence[int] = (480,)
    resampled_draws: int = 40
    test_rows: Sequence[int] = (60, 120, 480)
    test_draws: int = 400
    replicates: int = 99
    replicated_rows: Sequence[int] = (120,)
    replicated_draws: int = 100
    dependence_draws: int = 50
    jobs: int = len(os.sched_getaffinity(0))
    seed: int = 0


#: A little of each, to see that it works.
QUICK = Settings(
    columns=(2, 8),
    steps=200,
    random_sizes=((2, 2, 2), (4, 5, 3)),
    random_repeats=1,
    union_sizes=((3, 3),),
    union_repeats=1,
    copula_sizes=((2, 2, 2),),
    copula_rows=500,
    rows={"equal 10": (120,), "one column 3+2+1": (60,)},
    draws=3,
    n_resamples=25,
    resampled_rows=(60,),
    resampled_draws=1,
    test_rows=(60,),
    test_draws=2,
    replicates=25,
    replicated_rows=(60,),
    replicated_draws=1,
    dependence_draws=1,
    jobs=1,
)
