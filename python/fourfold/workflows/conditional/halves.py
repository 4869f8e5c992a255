# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms given a third variable, of random halves of the samples of all strata together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.drawn.parts import RandomParts
from fourfold.inference.halves import RandomHalves
from fourfold.inference.intervals import LOOSE_TOL, corrected_atoms
from fourfold.inference.replicates import Drawn, decompose_replicates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.counts.samples import Samples
    from fourfold.counts.tallies import Tallies
    from fourfold.solve.options import SolverOptions
    from fourfold.workflows.conditional.strata import Strata

__all__ = ["HalvesOfStrata", "atoms_of_halves", "atoms_of_halves_of_rows"]


class HalvesOfStrata(NamedTuple):
    """What random halves say.

    Attributes
    ----------
    atoms : ndarray, shape (B, 4)
        R, U1, U2, S of each in bits, their mean over the strata.
    sizes : ndarray of int64, shape (B,)
        Samples in each.
    checksum : int or None
        Of the rows in them, where these are known one by one.
    """

    atoms: np.ndarray
    sizes: np.ndarray
    checksum: int | None


def atoms_of_halves(
    parts: Sequence[Cells], number: int, rng: np.random.Generator, options: SolverOptions
) -> HalvesOfStrata:
    """Of the cells of the strata, which are halved as one set.

    The tables of all strata and halves are solved in batches, as they have one shape: a stratum
    has the states of all samples, those that it lacks without mass.

    Parameters
    ----------
    parts : sequence of Cells
        Of each stratum, all of one shape.
    number : int
    rng : Generator
    options : SolverOptions
    """
    together = Cells(
        np.concatenate([part.occupied for part in parts]),
        np.concatenate([part.counts for part in parts]),
        parts[0].shape,
    )
    ends = np.cumsum([len(part.counts) for part in parts])[:-1]
    shares: list[np.ndarray] = []

    def tables() -> Iterator[Tallies]:
        for halves in RandomParts(together, rng).halves(number):
            drawn = np.split(halves, ends, axis=1)
            shares.append(np.array([each.sum(1) for each in drawn]))
            for part, each, size in zip(parts, drawn, shares[-1], strict=True):
                # a half may miss a stratum, whose weight is then zero: any table will do
                yield part.tallies_of(np.where(size[:, None] > 0, each, part.counts))

    drawn = Drawn(tables(), number * len(parts), chao=True)
    (found,) = decompose_replicates([drawn], options.at_most_to(LOOSE_TOL), "resample")
    atoms = corrected_atoms(*found)
    means, first = [], 0
    for size in shares:  # of those that were drawn together, by stratum and half
        of_strata = atoms[first : first + size.size].reshape(*size.shape, 4)
        means.append((size[:, :, None] * of_strata).sum(0) / size.sum(0)[:, None])
        first += size.size
    return HalvesOfStrata(np.concatenate(means), np.concatenate(shares, axis=1).sum(0), None)


def atoms_of_halves_of_rows(
    samples: Samples,
    strata: Strata,
    number: int,
    rng: np.random.Generator,
    options: SolverOptions,
) -> HalvesOfStrata:
    """The same of rows of probabilities."""
    assert strata.rows is not None
    s, n = len(strata.rows), len(samples.x1)
    of_row = np.empty(n, dtype=np.int64)
    for t, rows in enumerate(strata.rows):
        of_row[rows] = t
    weights, halves = np.zeros((number, s)), RandomHalves(n, number, rng)

    def tables() -> Iterator[Tallies]:
        for k, rows in enumerate(halves):
            of_rows = of_row[rows]
            weights[k] = np.bincount(of_rows, minlength=s) / len(rows)
            for t in range(s):
                chosen = rows[of_rows == t] if weights[k, t] else rows
                yield samples.take(chosen).tallies()

    drawn = Drawn(tables(), number * s, chao=False)
    (found,) = decompose_replicates([drawn], options.at_most_to(LOOSE_TOL), "resample")
    atoms = corrected_atoms(*found).reshape(number, s, 4)
    means = (weights[:, :, None] * atoms).sum(1)
    return HalvesOfStrata(means, np.full(number, n // 2), halves.drawn)
