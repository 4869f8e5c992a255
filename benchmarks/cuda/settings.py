# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `cuda` command measures."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Shape = tuple[int, int, int]

__all__ = ["PARTS", "QUICK", "Batch", "Large", "Settings", "Solve", "Step"]

PARTS = ("batches", "solve", "step", "large")


@dataclasses.dataclass(frozen=True)
class Batch:
    """Tables of one shape, `dense_batch`, in one call; targets a second, or beside all cores.

    `different` tables are drawn and repeated; `on_cpu` of them are solved there.
    """

    states: int
    count: int
    different: int
    on_cpu: int
    dtype: str = "float64"
    per_second: float | None = None
    beside_cpu: float | None = None
    compared: int = 8


@dataclasses.dataclass(frozen=True)
class Solve:
    """One solve from marginals at a gap of 1e-4; a target beside the same steps in CuPy."""

    shape: Shape
    beside_cupy: float


@dataclasses.dataclass(frozen=True)
class Step:
    """One outer step, a difference of two solves; a target beside its floor, or none."""

    shape: Shape
    floors: float | None
    dtype: str = "float64"
    window: tuple[int, int] = (200, 300)


@dataclasses.dataclass(frozen=True)
class Large:
    """A few steps of a problem whose tensor could not exist; a target of device memory."""

    shape: Shape
    steps: int
    peak_bytes: int


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`; the rates are always measured.
    batches, solves, steps, large
        See their classes.
    copied_bytes, product, elements, repeats : int
        Sizes for the rates: an array that is copied, rows of a square product, entries for exp
        and log and how often each is taken.
    rounds : int
        Timed calls of each.
    seed : int
        Seed of the tables.
    """

    parts: Sequence[str] = PARTS
    batches: Sequence[Batch] = (
        Batch(16, 100_000, 5000, 5000, per_second=500_000.0),
        Batch(64, 10_000, 500, 400, beside_cpu=30.0),
        Batch(64, 10_000, 500, 400, dtype="float32", beside_cpu=30.0),
    )
    solves: Sequence[Solve] = (Solve((1024, 1024, 10), 3.0),)
    steps: Sequence[Step] = (
        # at 1024 states all is in the cache, and barriers are the larger part of a step
        Step((1024, 1024, 10), None),
        Step((2048, 2048, 10), 2.0),
        Step((4096, 4096, 100), 2.0),
        Step((4096, 4096, 100), 2.0, dtype="float32"),
    )
    large: Sequence[Large] = (Large((8192, 8192, 1000), 50, 8_000_000_000),)
    copied_bytes: int = 2**30
    product: int = 8192
    elements: int = 2**24
    repeats: int = 64
    rounds: int = 5
    seed: int = 0


#: Small sizes, to see that it works.
QUICK = Settings(
    batches=(Batch(6, 20, 10, 10, per_second=500_000.0, compared=3),),
    solves=(Solve((70, 40, 5), 3.0),),
    steps=(Step((70, 40, 5), 2.0, window=(8, 16)),),
    large=(Large((80, 70, 20), 4, 8_000_000_000),),
    copied_bytes=2**20,
    product=256,
    elements=2**10,
    repeats=4,
    rounds=2,
)
