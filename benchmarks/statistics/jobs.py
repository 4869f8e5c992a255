# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The cells of the study, each of which can be done on its own."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from benchmarks.statistics.empirical import FIXED
from benchmarks.statistics.estimators import record_estimators
from benchmarks.statistics.intervals import record_intervals
from benchmarks.statistics.null_example import NULL_EXAMPLE, ROWS, record_null
from benchmarks.statistics.population import Cell, Population
from benchmarks.statistics.significance import record_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.statistics.settings import Settings
    from benchmarks.statistics.truths import Shape

    Job = Callable[[], list[dict[str, Any]]]

__all__ = ["jobs"]

#: The shape of tables that can have no other.
OWN_SHAPES = {"own parts": (4, 4, 4), "noisy sum": (3, 3, 3)}
#: That of the other tables for tests.
TEST_SHAPE = (5, 5, 3)


def jobs(settings: Settings) -> Iterator[Job]:
    """One for each cell, in the order of the report."""
    if "estimators" in settings.parts:
        populations = _populations(
            settings.families, settings.shapes, settings.fixed, settings.seed
        )
        yield from _over(
            record_estimators, "estimators", populations, settings.per_cell, settings
        )
    if "intervals" in settings.parts:
        populations = _populations(
            settings.interval_families,
            settings.interval_shapes,
            settings.interval_fixed,
            settings.seed,
        )
        yield from _over(
            record_intervals, "intervals", populations, settings.interval_per_cell, settings
        )
    if "tests" in settings.parts:
        populations = [
            Population(family, OWN_SHAPES.get(family, TEST_SHAPE))
            for family in (*settings.nulls, *settings.alternatives)
        ]
        yield from _over(record_tests, "tests", populations, settings.test_per_cell, settings)
    if "null" in settings.parts:
        per_cell = ROWS / NULL_EXAMPLE.states
        yield from _over(record_null, "null", [NULL_EXAMPLE], [per_cell], settings)


def _over(
    record: Callable[[Cell, Settings], list[dict[str, Any]]],
    part: str,
    populations: Sequence[Population],
    per_cell: Sequence[float],
    settings: Settings,
) -> Iterator[Job]:
    for population in populations:
        for samples in per_cell:
            yield partial(record, Cell(part, population, samples, settings.seed), settings)


def _populations(
    families: Sequence[str], shapes: Sequence[Shape], fixed: Sequence[str], seed: int
) -> list[Population]:
    populations = [Population(family, shape) for shape in shapes for family in families]
    for name in fixed:
        pmf = _fixed(name, seed)
        k1, k2, ky = pmf.shape
        populations.append(Population(name, (k1, k2, ky), pmf))
    return populations


@cache
def _fixed(name: str, seed: int) -> Any:
    # clustered once, here, not in every process
    return FIXED[name](seed)
