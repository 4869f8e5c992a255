# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What samples are drawn from, and the draws."""

from __future__ import annotations

import dataclasses
import zlib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

import fourfold
from benchmarks.statistics.nulls import NULLS
from benchmarks.statistics.truths import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ATOMS", "GROUPS", "Cell", "Population", "exact_atoms", "sample"]

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
#: Of tables, in the order of the report; those of "views" are drawn by rows.
GROUPS = ("random", "structured", "clusters", "views")
MAKERS = FAMILIES | NULLS
#: Fewest samples that are drawn: what a correction needs.
LEAST_SAMPLES = 8


Samples: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclasses.dataclass(frozen=True, eq=False)
class Population:
    """A family of tables of one shape; with a `pmf` the one table there is.

    `group` is what it stands with in tables: one of `GROUPS`.
    """

    family: str
    shape: tuple[int, int, int]
    pmf: np.ndarray | None = None
    group: str = GROUPS[0]

    @property
    def states(self) -> int:
        """Cells of the table."""
        return int(np.prod(self.shape))

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A table: another one each time, unless there is only one."""
        if self.pmf is not None:
            return self.pmf
        return MAKERS[self.family](self.shape, rng)

    def drawn(self, n_samples: int, rng: np.random.Generator) -> tuple[np.ndarray, Samples]:
        """A table, and samples of it."""
        pmf = self.draw(rng)
        return pmf, sample(pmf, n_samples, rng)


@dataclasses.dataclass(frozen=True, eq=False)
class Cell:
    """One cell of the study: a population, and how many samples a cell of its table."""

    part: str
    population: Population
    per_cell: float
    seed: int

    @property
    def n_samples(self) -> int:
        """Samples that are drawn each time."""
        return max(LEAST_SAMPLES, round(self.per_cell * self.population.states))

    @property
    def name(self) -> str:
        """For messages, and for the seed."""
        shape = " x ".join(map(str, self.population.shape))
        return f"{self.part}, {self.population.family}, {shape}, {self.per_cell:g} per cell"

    def generators(self, repetitions: int) -> Iterator[np.random.Generator]:
        """One for each repetition; they depend on nothing but the seed and this cell."""
        entropy = [self.seed, zlib.crc32(self.name.encode())]
        return map(np.random.default_rng, np.random.SeedSequence(entropy).spawn(repetitions))

    def described(self) -> dict[str, object]:
        """What a record begins with."""
        return {
            "part": self.part,
            "group": self.population.group,
            "family": self.population.family,
            "shape": list(self.population.shape),
            "samples_per_cell": self.per_cell,
            "n_samples": self.n_samples,
        }


def sample(pmf: np.ndarray, n_samples: int, rng: np.random.Generator) -> Samples:
    """Rows x1, x2, y of independent draws from a table, each of shape (n_samples,)."""
    drawn = rng.choice(pmf.size, size=n_samples, p=pmf.ravel())
    x1, x2, y = np.unravel_index(drawn, pmf.shape)
    return x1, x2, y


def exact_atoms(pmf: np.ndarray, tol: float = 1e-7) -> np.ndarray:
    """R, U1, U2, S of a table in bits, to a certified gap of `tol`."""
    return np.array(fourfold.decompose(pmf, tol=tol, num_threads=1).atoms)
