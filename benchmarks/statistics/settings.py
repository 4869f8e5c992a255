# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `statistics` command simulates."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.statistics.empirical import FIXED
from benchmarks.statistics.nulls import NULLS
from benchmarks.statistics.truths import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.statistics.truths import Shape

__all__ = ["PARTS", "QUICK", "Settings"]

PARTS = ("estimators", "intervals", "tests", "speed", "null")

SMALL: Shape = (5, 5, 3)
MIDDLE: Shape = (8, 8, 4)
LARGE: Shape = (16, 16, 8)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is simulated, and how often.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    families, shapes : sequence of str, of tuple of int
        Random tables of the part "estimators": every family in every shape.
    fixed : sequence of str
        Tables of `FIXED` that it takes as well.
    estimators : sequence of str
        Corrections of `fourfold.pid`, and "classifier".
    per_cell : sequence of float
        Samples per cell of the table.
    repetitions, large_repetitions, large : int
        Draws of a table and of its samples; the second for tables of at least `large` cells.
    compared_repetitions, large_compared_repetitions : int
        The first of them that "shuffle" and "qe" see as well; likewise.
    classifier_repetitions, classifier_largest, classifier_per_cell
        Likewise for "classifier": how many, on tables of at most how many cells, and at
        which samples per cell.
    interval_families, interval_shapes, interval_fixed, interval_per_cell
        As above, of the part "intervals".
    interval_repetitions, n_resamples, confidence_level
        Of each interval.
    nulls, alternatives : sequence of str
        Keys of `NULLS`, and families of which most atoms are not zero.
    test_per_cell : sequence of float
    null_test_repetitions, alternative_repetitions, n_permutations : int
    speed_shape, speed_samples, speed_resamples
        The one call that is timed.
    null_repetitions : int
        Of the example of 24 rows.
    processes : int
        Among which the cells are shared out; the numbers do not depend on it.
    seed : int
    """

    parts: Sequence[str] = PARTS
    families: Sequence[str] = tuple(FAMILIES)
    shapes: Sequence[Shape] = (SMALL, MIDDLE, LARGE)
    fixed: Sequence[str] = tuple(FIXED)
    estimators: Sequence[str] = ("none", "shuffle", "qe", "chao", "classifier")
    per_cell: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
    repetitions: int = 200
    large_repetitions: int = 200
    large: int = 1000
    compared_repetitions: int = 30
    large_compared_repetitions: int = 15
    classifier_repetitions: int = 20
    classifier_largest: int = 300
    classifier_per_cell: Sequence[float] = (0.5, 1.0, 2.0, 8.0)
    interval_families: Sequence[str] = (
        "gamma",
        "smooth",
        "independent",
        "conditionally independent",
        "noisy parity",
        "copy",
        "log-linear",
    )
    interval_shapes: Sequence[Shape] = (SMALL, MIDDLE)
    interval_fixed: Sequence[str] = (
        "noisy AND and XOR",
        "mixture, mixed",
        "digits, 8 clusters",
    )
    interval_per_cell: Sequence[float] = (2.0, 4.0, 8.0, 32.0)
    interval_repetitions: int = 200
    n_resamples: int = 100
    confidence_level: float = 0.95
    nulls: Sequence[str] = tuple(NULLS)
    alternatives: Sequence[str] = (
        "gamma",
        "conditionally independent",
        "noisy parity",
        "copy",
        "log-linear",
    )
    test_per_cell: Sequence[float] = (2.0, 8.0)
    null_test_repetitions: int = 300
    alternative_repetitions: int = 200
    n_permutations: int = 99
    speed_shape: Shape = (32, 32, 10)
    speed_samples: int = 10_000
    speed_resamples: int = 1000
    null_repetitions: int = 200
    processes: int = 2
    seed: int = 0

    def repetitions_of(self, estimator: str, cells: int, per_cell: float) -> int:
        """Draws that an estimator sees of tables of so many cells."""
        large = cells >= self.large
        most = self.large_repetitions if large else self.repetitions
        if estimator == "classifier":
            if cells > self.classifier_largest or per_cell not in self.classifier_per_cell:
                return 0
            return min(most, self.classifier_repetitions)
        if estimator in ("shuffle", "qe"):
            compared = self.large_compared_repetitions if large else self.compared_repetitions
            return min(most, compared)
        return most

    def test_repetitions_of(self, family: str) -> int:
        """Draws for a permutation test."""
        null = family in self.nulls
        return self.null_test_repetitions if null else self.alternative_repetitions


#: A few of everything, to see that it works.
QUICK = Settings(
    families=("gamma", "noisy parity", "log-linear"),
    shapes=(SMALL,),
    fixed=("noisy AND and XOR", "digits, 8 clusters"),
    per_cell=(0.5, 1.0, 2.0, 8.0),
    repetitions=8,
    large_repetitions=4,
    compared_repetitions=4,
    classifier_repetitions=2,
    classifier_per_cell=(1.0,),
    interval_families=("gamma", "noisy parity"),
    interval_shapes=(SMALL,),
    interval_fixed=("noisy AND and XOR",),
    interval_per_cell=(2.0, 8.0),
    interval_repetitions=6,
    n_resamples=50,
    alternatives=("gamma",),
    test_per_cell=(2.0,),
    null_test_repetitions=5,
    alternative_repetitions=5,
    speed_resamples=100,
    null_repetitions=5,
)
