# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms given a third variable, of random halves of the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.tallies import Tallies
from fourfold.inference.intervals import (
    LOOSE_TOL,
    RandomHalves,
    corrected_atoms,
)
from fourfold.inference.replicates import Drawn, decompose_replicates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.samples import Samples
    from fourfold.solve.options import SolverOptions

__all__ = ["atoms_of_halves"]


def atoms_of_halves(
    samples: Samples,
    strata: np.ndarray,
    halves: RandomHalves,
    number: int,
    options: SolverOptions,
) -> np.ndarray:
    """Atoms R, U1, U2, S of each half in bits, their mean over the strata, shape (number, 4).

    The tables of all strata and halves are solved in batches, as they have one shape: a stratum
    has the states of all samples, those that it lacks without mass.

    Parameters
    ----------
    samples : Samples
    strata : ndarray of int64, shape (N,)
        Stratum of each row, 0..S-1.
    halves : RandomHalves
        `number` of them.
    options : SolverOptions
    """
    s = int(strata.max()) + 1
    weights = np.zeros((number, s))

    def tables() -> Iterator[Tallies]:
        for k, rows in enumerate(halves):
            of_rows = strata[rows]
            weights[k] = np.bincount(of_rows, minlength=s) / len(rows)
            for t in range(s):
                # a half may miss a stratum, whose weight is then zero: any table will do
                chosen = rows[of_rows == t] if weights[k, t] else rows
                yield samples.take(chosen).tallies()

    drawn = Drawn(tables(), number * s, samples.counted)
    (found,) = decompose_replicates([drawn], options.at_most_to(LOOSE_TOL), "resample")
    atoms = corrected_atoms(*found)
    return np.asarray((weights[:, :, None] * atoms.reshape(number, s, 4)).sum(1))
