# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The time that an outer step cannot do without, at the rates of the machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.floor.rates import Rates
    from benchmarks.floor.settings import Shape

__all__ = ["Floor", "StepWork", "beside_floor", "floor_of", "working_sets"]

#: r, x = log r and the x before: what has to stay in cache from one step to the next.
ARRAYS = 3


@dataclasses.dataclass(frozen=True)
class StepWork:
    """What one outer step does at the least.

    Certificates and averages are not in it: they follow a schedule of their own.

    Attributes
    ----------
    states1, states2, classes : int
        The problem.
    sweeps : float
        Sweeps a step, by the solver's own count.
    """

    states1: int
    states2: int
    classes: int
    sweeps: float

    @property
    def pairs(self) -> int:
        """Pairs (x1, x2): one exponential and one logarithm each."""
        return self.states1 * self.states2

    @property
    def multiply_adds(self) -> float:
        """Those of the products.

        The step itself: M = a b^T, and r^T a with the new r. Each sweep: r b, and r^T a with
        the new a.
        """
        return (2.0 + 2.0 * self.sweeps) * self.pairs * self.classes

    @property
    def bytes(self) -> float:
        """Those of the K1 x K2 arrays that have to be read or written.

        The step reads and writes r, x and the x before, and sums r^T a while r is in cache:
        6 arrays. A sweep reads r once, for r b and r^T a block by block: 1. So 6 + s.
        """
        return (6.0 + self.sweeps) * 8.0 * self.pairs

    @property
    def working_set(self) -> int:
        """Bytes of the arrays that a step goes through."""
        return ARRAYS * 8 * self.pairs

    def leaves_cache(self, threads: int, second_level: int) -> bool:
        """Whether the arrays are too large for the second-level caches of the threads."""
        return self.working_set > threads * second_level


@dataclasses.dataclass(frozen=True)
class Floor:
    """Seconds of the three parts, which are added up."""

    products: float
    elements: float
    bytes: float

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.products + self.elements + self.bytes


def floor_of(work: StepWork, rates: Rates) -> Floor:
    """Time of the work at the best rates of as many threads."""
    moved = 0.0
    if work.leaves_cache(rates.threads, rates.second_level):
        moved = work.bytes / rates.bandwidths[work.working_set]
    return Floor(
        products=work.multiply_adds / rates.multiply_adds,
        elements=work.pairs / rates.exponentials + work.pairs / rates.logarithms,
        bytes=moved,
    )


def working_sets(
    shapes: Sequence[tuple[int, int, int]], threads: int, second_level: int
) -> list[int]:
    """Sizes in bytes for which `floor_of` needs a bandwidth, ascending."""
    works = [StepWork(*shape, sweeps=0.0) for shape in shapes]
    return sorted({
        work.working_set for work in works if work.leaves_cache(threads, second_level)
    })  # fmt: skip


def beside_floor(
    shape: Shape, sweeps: float, lane: Rates | None, seconds: float
) -> dict[str, Any] | None:
    """Return the part of a record that says how far above its floor a step was."""
    if lane is None:
        return None
    least = floor_of(StepWork(*shape, sweeps=sweeps), lane)
    return {
        **dataclasses.asdict(least),
        "seconds": least.seconds,
        "ratio": seconds / least.seconds,
    }
