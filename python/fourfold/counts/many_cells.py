# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labelled samples of any number of sources: the states that occur together, never all tuples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.chao_entropy import CountStatistics, statistics_of_each
from fourfold.counts.count_labels import label_source
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.label_counts import count_columns
from fourfold.inputs.room import require_room
from fourfold.inputs.target import target_column

__all__ = ["Joint", "ManyCells", "count_sources"]

_MOST = np.iinfo(np.int64).max


class Joint(NamedTuple):
    """The states of some sources as one, where they occur.

    Attributes
    ----------
    states, cells : ndarray of int64, shape (M,)
        Number of (x_A) and of (x_A, y) of each of the M cells of all sources.
    sizes : tuple of int
        How many of each occur.
    """

    states: np.ndarray
    cells: np.ndarray
    sizes: tuple[int, int]

    def statistics(self, counts: np.ndarray) -> CountStatistics:
        """Of (x_A) and (x_A, y), each (2, B), for counts of the cells of all sources (B, M)."""
        return statistics_of_each(
            [
                sums_by(codes, counts, size)
                for codes, size in zip((self.states, self.cells), self.sizes, strict=True)
            ]
        )


class ManyCells(NamedTuple):
    """Independent draws of labels, counted.

    Attributes
    ----------
    sources : tuple of ndarray of int64, shape (M,) each
        State of each source in each of the M occupied cells (x1, .., xn, y).
    y : ndarray of int64, shape (M,)
        Its class.
    counts : ndarray of int64, shape (M,)
        Samples in it, at least one.
    shape : tuple of int
        (K_1, .., K_n, K_Y).
    rows : ndarray of unsigned integers, shape (N,)
        Which cell each row is in.
    """

    sources: tuple[np.ndarray, ...]
    y: np.ndarray
    counts: np.ndarray
    shape: tuple[int, ...]
    rows: np.ndarray

    @property
    def draws(self) -> int:
        """How many samples there are."""
        return len(self.rows)

    def states(self) -> tuple[np.ndarray, ...]:
        """x1, .., xn and y of each occupied cell, (M,) each."""
        return (*self.sources, self.y)

    def marginal(self, source: int, counts: np.ndarray) -> np.ndarray:
        """Counts (B, K_i, K_Y) of a source and the classes, of counts (B, M) of the cells."""
        k, ky = self.shape[source], self.shape[-1]
        found = sums_by(self.sources[source] * ky + self.y, counts, k * ky)
        return found.reshape(len(counts), k, ky)

    def joint(self, subset: Sequence[int]) -> Joint:
        """States of some sources as one; numbers are compressed as they grow, so none overflow."""
        states = np.zeros(len(self.y), dtype=np.int64)
        for source in subset:
            states = np.unique(
                states * self.shape[source] + self.sources[source], return_inverse=True
            )[1]
        cells = np.unique(states * self.shape[-1] + self.y, return_inverse=True)[1]
        return Joint(states, cells, (int(states.max()) + 1, int(cells.max()) + 1))

    def per_cell(self, subset: Sequence[int]) -> float:
        """Samples for each cell of the table of some sources and the classes."""
        return self.draws / math.prod((*(self.shape[k] for k in subset), self.shape[-1]))

    def split(
        self, first: Sequence[int], second: Sequence[int], *, rows: bool = False
    ) -> Cells:
        """The same samples as of two sources, each some of these, as `fourfold.pid` counts them."""
        one, other = self.joint(first), self.joint(second)
        shape = (one.sizes[0], other.sizes[0], self.shape[-1])
        flat = (one.states * shape[1] + other.states) * shape[2] + self.y
        occupied, place = np.unique(flat, return_inverse=True)
        counts = sums_by(place, self.counts[None], len(occupied))[0]
        small = flat.astype(np.min_scalar_type(math.prod(shape) - 1))
        return Cells(occupied, counts, shape, small[self.rows] if rows else None)


def sums_by(codes: np.ndarray, counts: np.ndarray, size: int) -> np.ndarray:
    """Sums by code, (B, size) of int64, of counts (B, M): rows of memory are fewer than 2**53."""
    return np.stack([np.bincount(codes, row, size) for row in counts]).astype(np.int64)


def count_sources(sources: Mapping[str, Any], y: Any) -> ManyCells:
    """Check the labels of sources and a target, and count them.

    Parameters
    ----------
    sources : mapping of str to array_like, shape (N,), or (N, d) of columns of states
    y : array_like, shape (N,)

    Raises
    ------
    TypeError, ValueError
        As `fourfold.pid` says, with the name of the source; if joint states cannot be numbered.
    """
    named = {name: label_source(values, name, None) for name, values in sources.items()}
    columns = [*named.values(), target_column(y)]
    check_same_length(
        **{name: len(one.codes) for name, one in named.items()}, y=len(columns[-1].codes)
    )
    read = [count_columns([column], rows=True) for column in columns]
    states = tuple(len(one.states[0]) for one in read)
    if math.prod(states) > _MOST:
        msg = (
            f"sources: {' x '.join(map(str, states[:-1]))} states by {states[-1]} classes make more "
            "cells than an int64 can number; merge states, or take fewer sources at once"
        )
        raise ValueError(msg)
    ky = states[-1]
    for name, k in zip(named, states, strict=False):
        require_room(16 * k * ky, name, f"a table of {k} states by {ky} classes")
    counted = count_columns(columns, rows=True)
    *ranks, classes = counted.ranks
    small = np.min_scalar_type(max(len(classes) - 1, 1))
    rows = counted.of_rows(np.arange(len(classes)).astype(small))
    return ManyCells(tuple(ranks), classes, counted.counts, states, rows)
