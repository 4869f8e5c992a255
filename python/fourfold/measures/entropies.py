# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Entropies of sets of labelled variables: of frequencies, and corrected by Chao, Wang and Jost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import xlogy

from fourfold.counts.chao_entropy import chao_entropy, count_statistics, statistics_of_each
from fourfold.counts.pseudo_values import pseudo_values
from fourfold.inputs.room import require_room
from fourfold.measures.cells import JointCells, groups_of

__all__ = ["Entropies"]

_DRAWN_AT_ONCE = 10**9  # samples of which NumPy draws hypergeometric halves


class Entropies:
    """Of S sets of the variables of cells, in bits.

    Parameters
    ----------
    cells : JointCells
    sets : sequence of sequence of int
        Numbers of variables.
    """

    def __init__(self, cells: JointCells, sets: Sequence[Sequence[int]]) -> None:
        require_room(
            8 * len(cells.masses) * len(sets),
            "sources",
            f"{len(sets)} sets of all occupied cells",
        )
        self._cells = cells
        self._groups = [groups_of(cells.states, cells.sizes, one) for one in sets]

    @property
    def coverage(self) -> float:
        """Good's and Turing's, of the cells of all variables: 1 - samples alone in theirs / all."""
        return float(count_statistics(self._cells.masses).coverage)

    def plug_in(self) -> np.ndarray:
        """Of the frequencies as they are, (S,)."""
        return self.of_masses(self._cells.masses)

    def of_masses(self, masses: np.ndarray) -> np.ndarray:
        """The same of other masses of these cells."""
        total = float(masses.sum())
        sums = (groups.sums(masses) / total for groups in self._groups)
        return np.array([-xlogy(part, part).sum() / np.log(2) for part in sums])

    def corrected(self, counts: np.ndarray | None = None) -> np.ndarray:
        """By the estimator of Chao, Wang and Jost, (S,), of these or other counts of the cells."""
        found: np.ndarray = chao_entropy(statistics_of_each(self._tables(counts)))
        return found

    def influence(self, weights: np.ndarray) -> np.ndarray:
        """Of each cell what one of its samples adds to the weighted sum of the entropies, (M,).

        By the pseudo-values of the corrected entropies.
        """
        values = pseudo_values(self._tables(None))
        each = zip(weights, values, self._groups, strict=True)
        found: np.ndarray = sum(
            (weight * of[groups.of_cell] for weight, of, groups in each),
            np.zeros(len(self._cells.masses)),
        )
        return found

    def of_halves(self, number: int, rng: np.random.Generator) -> np.ndarray:
        """Corrected, of both halves of so many random partitions of the samples, (2 number, S)."""
        counts = self._cells.masses
        n = int(counts.sum())
        found = []
        for _ in range(number):
            if n < _DRAWN_AT_ONCE:
                half = rng.multivariate_hypergeometric(counts, n // 2, method="marginals")
            else:
                half = rng.binomial(counts, 0.5)
            found += [self.corrected(half), self.corrected(counts - half)]
        return np.stack(found)

    def _tables(self, counts: np.ndarray | None) -> list[Any]:
        counts = self._cells.masses if counts is None else counts
        return [groups.sums(counts).astype(np.int64) for groups in self._groups]
