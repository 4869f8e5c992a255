# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The cells of the study, each of which can be done on its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.statistics.empirical import EMPIRICAL
from benchmarks.statistics.estimates import record_estimates
from benchmarks.statistics.mixtures import Clustered
from benchmarks.statistics.null_example import NULL_EXAMPLE, ROWS, record_null
from benchmarks.statistics.population import Cell, Population
from benchmarks.statistics.significance import record_tests
from benchmarks.statistics.structured import STRUCTURED
from benchmarks.statistics.synergy_cases import CASES
from benchmarks.statistics.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np

    from benchmarks.statistics.settings import Settings

    Job = Callable[[], list[dict[str, Any]]]
    Record = Callable[[Cell, Settings], list[dict[str, Any]]]

__all__ = ["jobs"]

#: The shape of tables that can have no other.
OWN_SHAPES = {"own parts": (4, 4, 4), "noisy sum": (3, 3, 3)}


def jobs(settings: Settings) -> Iterator[Job]:
    """One for each cell, in the order of the report."""
    for part, record, cells in (
        ("estimates", record_estimates, _estimated),
        ("tests", record_tests, _tested),
        ("null", record_null, _null_example),
    ):
        if part in settings.parts:
            for population, per_cell in cells(settings):
                cell = Cell(part, population, per_cell, settings.seed)
                yield partial(record, cell, settings)


def _estimated(settings: Settings) -> Iterator[tuple[Population, float]]:
    populations = [
        Population(family, shape) for shape in settings.shapes for family in settings.families
    ]
    for names, tables, group in (
        (settings.structured, STRUCTURED, "structured"),
        (settings.clusters, EMPIRICAL, "clusters"),
    ):
        populations += [_fixed(name, tables[name](settings.seed), group) for name in names]
    yield from _at_every(populations, settings.per_cell)
    for states in settings.k_means:
        clustered = Clustered.to(states, settings.seed, settings.population_rows)
        most = settings.k_means_distances / states / clustered.states
        yield from _at_every(
            [clustered], (level for level in settings.per_cell if level <= most)
        )
    for name in settings.views:
        make, sizes = VIEWS[name]
        population = _fixed(name, make(settings.seed), "views")
        yield from ((population, rows / population.states) for rows in sizes)


def _tested(settings: Settings) -> Iterator[tuple[Population, float]]:
    populations = [
        Population(family, OWN_SHAPES.get(family, settings.test_shape))
        for family in (*settings.nulls, *settings.alternatives)
    ]
    populations += [
        _fixed(name, CASES[name](settings.seed), "structured") for name in settings.cases
    ]
    yield from _at_every(populations, settings.test_per_cell)


def _null_example(_: Settings) -> Iterator[tuple[Population, float]]:
    yield NULL_EXAMPLE, ROWS / NULL_EXAMPLE.states


def _at_every(
    populations: Iterable[Population], per_cell: Iterable[float]
) -> Iterator[tuple[Population, float]]:
    levels = tuple(per_cell)
    yield from ((population, level) for population in populations for level in levels)


def _fixed(name: str, pmf: np.ndarray, group: str) -> Population:
    k1, k2, ky = pmf.shape
    return Population(name, (k1, k2, ky), pmf, group)
