# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Entropies of sets of labelled variables: of frequencies, and corrected by Chao, Wang and Jost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import xlogy

from fourfold.counts.chao_entropy import chao_entropy, count_statistics, statistics_of_each
from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.many_cells import ManyCells
from fourfold.counts.pseudo_values import pseudo_values
from fourfold.inputs.room import require_room

__all__ = ["Entropies"]


class Entropies:
    """Of S sets of the variables of cells, in bits.

    Parameters
    ----------
    cells : ManyCells
    sets : sequence of sequence of int
        Numbers of variables.
    """

    def __init__(self, cells: ManyCells, sets: Sequence[Sequence[int]]) -> None:
        require_room(
            8 * len(cells.counts) * len(sets),
            "sources",
            f"{len(sets)} sets of all occupied cells",
        )
        self._cells = cells
        self._groups = [cells.groups(one) for one in sets]

    @property
    def coverage(self) -> float:
        """Good's and Turing's, of the cells of all variables: 1 - samples alone in theirs / all."""
        return float(count_statistics(self._cells.counts).coverage)

    def plug_in(self) -> np.ndarray:
        """Of the frequencies as they are, (S,)."""
        total = self._cells.counts.sum()
        sums = (part / total for part in self._tables(self._cells.counts))
        return np.array([-xlogy(part, part).sum() / np.log(2) for part in sums])

    def corrected(self, counts: np.ndarray | None = None) -> np.ndarray:
        """By the estimator of Chao, Wang and Jost, (S,); of other counts (B, M) of the cells (S, B)."""
        tables = self._tables(self._cells.counts if counts is None else counts)
        found: np.ndarray = chao_entropy(statistics_of_each(tables))
        return found

    def influence(self, weights: np.ndarray) -> np.ndarray:
        """Of each cell what one of its samples adds to the weighted sum of the entropies, (M,).

        By the pseudo-values of the corrected entropies.
        """
        values = pseudo_values(self._tables(self._cells.counts))
        each = zip(weights, values, self._groups, strict=True)
        found: np.ndarray = sum(
            (weight * of[groups.of_cell] for weight, of, groups in each),
            np.zeros(len(self._cells.counts)),
        )
        return found

    def of_halves(self, number: int, rng: np.random.Generator) -> np.ndarray:
        """Corrected, of both halves of so many random partitions of the samples, (2 number, S)."""
        parts = RandomParts(self._cells, rng).partitions(2, number)
        return np.concatenate([self.corrected(halves).T for halves in parts])

    def _tables(self, counts: np.ndarray) -> list[np.ndarray]:
        return [groups.sums(counts) for groups in self._groups]
