# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the `statistics` command simulates."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.statistics.empirical import EMPIRICAL
from benchmarks.statistics.nulls import NULLS
from benchmarks.statistics.structured import STRUCTURED
from benchmarks.statistics.synergy_cases import CASES
from benchmarks.statistics.truths import FAMILIES
from benchmarks.statistics.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.statistics.truths import Shape

__all__ = ["PARTS", "QUICK", "Settings"]

PARTS = ("estimates", "tests", "speed", "null")

SMALL: Shape = (5, 5, 3)
MIDDLE: Shape = (8, 8, 4)


@dataclasses.dataclass(frozen=True)
class Settings:
    """What is simulated, and how often.

    Attributes
    ----------
    parts : sequence of str
        From `PARTS`.
    families, shapes : sequence of str, of tuple of int
        Random tables of the part "estimates": every family in every shape.
    structured, clusters : sequence of str
        Tables of `STRUCTURED` and of `EMPIRICAL` that it takes as well.
    k_means : sequence of int
        Numbers of clusters that are fitted anew to rows of a mixture each time.
    per_cell : sequence of float
        Samples per cell of all these tables.
    k_means_distances : int
        Most rows times clusters of one of their steps: more samples per cell are left out.
    population_rows : int
        From which the tables of their clusters are counted.
    views : sequence of str
        Keys of `VIEWS`, which have numbers of rows of their own.
    repetitions : int
        Draws of a sample, and of a table where a family has many.
    estimators : sequence of str
        Corrections of `fourfold.pid` beside its default.
    bayes_repetitions, compared_repetitions : int
        The first draws that "bayes", and "shuffle" and "qe", see as well.
    halves_repetitions, n_resamples : int
        The first draws of which the intervals of halves are made, and from how many halves.
    confidence_level : float
    nulls, alternatives : sequence of str
        Of the part "tests": keys of `NULLS`, and families of which most atoms are not zero.
    test_shape : tuple of int
        Of those that have no shape of their own.
    cases : sequence of str
        Keys of `CASES`.
    tested, case_tested : sequence of str
        Statistics of `fourfold.permutation_test`, of the former and of the cases.
    test_per_cell : sequence of float
    test_repetitions, n_permutations : int
    speed_clusters, speed_rounds : int
        Of the digits whose default result is timed, and how often.
    resampled_shape, resampled_samples, resamples
        The one call with halves that is timed.
    null_repetitions, null_permutations : int
        Of the example of 24 rows, whose p-values are adjusted for all statistics.
    processes : int
        Among which the cells are shared out; the numbers do not depend on it.
    seed : int
    """

    parts: Sequence[str] = PARTS
    families: Sequence[str] = tuple(FAMILIES)
    shapes: Sequence[Shape] = (SMALL, MIDDLE)
    structured: Sequence[str] = tuple(STRUCTURED)
    clusters: Sequence[str] = tuple(EMPIRICAL)
    k_means: Sequence[int] = (16, 32, 64)
    per_cell: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
    k_means_distances: int = 1_400_000
    population_rows: int = 1_000_000
    views: Sequence[str] = tuple(VIEWS)
    repetitions: int = 200
    estimators: Sequence[str] = ("none", "shuffle", "qe", "bayes")
    bayes_repetitions: int = 100
    compared_repetitions: int = 30
    halves_repetitions: int = 60
    n_resamples: int = 50
    confidence_level: float = 0.95
    nulls: Sequence[str] = tuple(NULLS)
    alternatives: Sequence[str] = (
        "gamma",
        "conditionally independent",
        "noisy parity",
        "copy",
        "log-linear",
    )
    test_shape: Shape = SMALL
    cases: Sequence[str] = tuple(CASES)
    tested: Sequence[str] = (
        "synergy",
        "interaction",
        "information",
        "conditional1",
        "conditional2",
        "redundancy",
        "unique1",
        "unique2",
    )
    case_tested: Sequence[str] = ("synergy", "interaction", "information")
    test_per_cell: Sequence[float] = (2.0, 8.0)
    test_repetitions: int = 200
    n_permutations: int = 99
    speed_clusters: int = 8
    speed_rounds: int = 200
    resampled_shape: Shape = (32, 32, 10)
    resampled_samples: int = 10_000
    resamples: int = 1000
    null_repetitions: int = 200
    null_permutations: int = 199
    processes: int = 2
    seed: int = 0

    def seen_by(self, estimator: str, group: str) -> int:
        """Draws that an estimator sees of the tables of a group."""
        if estimator == "none":
            return self.repetitions
        if group == "views":
            return 0
        of = self.bayes_repetitions if estimator == "bayes" else self.compared_repetitions
        return min(of, self.repetitions)


#: A few of everything, to see that it works.
QUICK = Settings(
    families=("gamma", "noisy parity"),
    shapes=(SMALL,),
    structured=("Zipf, 4 classes", "noisy AND and XOR"),
    clusters=("digits, 8 clusters",),
    k_means=(8,),
    population_rows=48_000,
    per_cell=(0.25, 1.0, 2.0, 8.0),
    views=("equal views, 4 x 4", "noisy AND"),
    repetitions=6,
    bayes_repetitions=4,
    compared_repetitions=3,
    halves_repetitions=2,
    n_resamples=25,
    nulls=("all independent", "Markov chain Y-X2-X1", "noisy sum"),
    alternatives=("gamma",),
    cases=("XOR beside unique bits, S = 0", "XOR beside unique bits, S = 0.047"),
    test_per_cell=(2.0,),
    test_repetitions=4,
    speed_rounds=20,
    resamples=100,
    null_repetitions=4,
)
