# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `floor` command measures."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Shape = tuple[int, int, int]

__all__ = ["PARTS", "QUICK", "Batch", "Large", "Replicates", "Settings", "Solve"]

PARTS = ("steps", "batches", "solve", "large", "replicates")


@dataclasses.dataclass(frozen=True)
class Batch:
    """Tables of one shape, `dense_batch`, in one call; a target in tables a second per core."""

    states: int
    count: int
    per_core: float
    compared: int = 8
    dtype: str = "float64"


@dataclasses.dataclass(frozen=True)
class Solve:
    """One solve from marginals at a gap of 1e-4; a target in seconds, on all threads."""

    shape: Shape
    seconds: float
    other_steps: int = 400


@dataclasses.dataclass(frozen=True)
class Large:
    """A few steps of a problem whose tensor could not exist; targets of memory and of time."""

    shape: Shape
    steps: int = 20
    floors: float = 1.5
    peak_bytes: int = 1_200_000_000


@dataclasses.dataclass(frozen=True)
class Replicates:
    """Tables drawn from one table with so many samples; a target in steps of a warm start."""

    family: str
    states: int
    samples: int
    tol: float
    count: int = 50


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is measured.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    shapes, beside_numpy : sequence of tuple of int
        Shapes whose steps are timed; those of them that NumPy takes as well.
    shared : float
        Multiply-adds of one product from which a step is also timed on all threads: shorter
        ones are not shared out.
    window : tuple of int
        The first and the last step that is timed. Certificates are spaced by a quarter of the
        steps so far, so that few of them fall into a late window.
    rounds, budget : int and float
        Timed rounds of a step at least, and the seconds for which they go on.
    pause : float
        See `benchmarks.floor.step_times.prepare`.
    product : int
        Rows of the square product that shows the peak.
    rate_budget : float
        Seconds for each rate.
    batches : sequence of Batch
    solve : Solve
    large : Large
    replicates : sequence of Replicates
    threads : int or None
        What "all threads" means; None for as many as Fourfold takes by default.
    seed : int
        Seed of the tables.
    """

    parts: Sequence[str] = PARTS
    shapes: Sequence[Shape] = (
        (16, 16, 10),
        (32, 32, 10),
        (64, 64, 10),
        (128, 128, 10),
        (256, 256, 10),
        (256, 256, 100),
        (512, 512, 10),
        (1024, 1024, 10),
    )
    beside_numpy: Sequence[Shape] = ((256, 256, 10), (1024, 1024, 10))
    shared: float = 5e5
    window: tuple[int, int] = (200, 300)
    rounds: int = 5
    budget: float = 3.0
    pause: float = 0.25
    product: int = 2048
    rate_budget: float = 1.0
    batches: Sequence[Batch] = (
        Batch(16, 5000, 2500.0),
        Batch(64, 200, 250.0),
        Batch(64, 200, 250.0, dtype="float32"),
    )
    solve: Solve = Solve((1024, 1024, 10), 2.0)
    large: Large = Large((4096, 4096, 1000))
    replicates: Sequence[Replicates] = (
        Replicates("breast cancer", 16, 10_000, 1e-3),
        Replicates("dense", 32, 10_000_000, 1e-3),
        Replicates("dense", 32, 10_000, 1e-3),
        Replicates("digits", 40, 10_000, 1e-4),
    )
    threads: int | None = None
    seed: int = 0


#: Small sizes, to see that it works.
QUICK = Settings(
    shapes=((16, 16, 10), (24, 16, 3)),
    beside_numpy=((16, 16, 10),),
    shared=2000.0,
    window=(8, 16),
    rounds=2,
    budget=0.0,
    pause=0.0,
    product=256,
    rate_budget=0.05,
    batches=(Batch(8, 20, 2500.0, compared=3),),
    solve=Solve((32, 32, 10), 2.0, other_steps=40),
    large=Large((128, 128, 50), steps=6),
    replicates=(Replicates("dense", 8, 100_000_000, 1e-3, count=5),),
)
