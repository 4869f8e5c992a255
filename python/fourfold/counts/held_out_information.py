# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What states tell about rows that were not counted: the log loss of p(y|x1,x2), in bits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.pairwise_fit import pair_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.samples import Samples

__all__ = ["FOLDS", "HeldOut", "held_out_information", "log_ratios", "most_told"]

FOLDS = 4
#: Samples that p(y) counts for in each pair of states.
PRIOR = 2.0


class HeldOut(NamedTuple):
    """Mean log2 p(y|x1,x2) / p(y) of held-out rows, in bits, and the error of sampling of it."""

    bits: float
    standard_error: float

    @property
    def tells(self) -> bool:
        """Whether it is more than chance makes of nothing: twice the error."""
        return self.bits > 2 * self.standard_error


def held_out_information(samples: Cells | Samples, seed: int) -> HeldOut:
    """Mean log2 p(y|x1,x2) / p(y) over folds, p from the rows of the other folds, in bits.

    In expectation at most I(X1,X2;Y), of states and so of what they were made of: nothing is
    fitted but frequencies. Few states tell little, and of many each pair was hardly seen; so the
    number of clusters with the largest of these is the one that the rows support best. Draws,
    not rows, are shared out. NaN where there are fewer draws than folds.
    """
    if samples.draws < FOLDS:
        return HeldOut(math.nan, math.nan)
    rng = np.random.default_rng(seed)
    parts = _folds(samples, rng) if isinstance(samples, Cells) else _row_folds(samples, rng)
    whole, total, squares = sum(parts), 0.0, 0.0
    for part in parts:
        bits = log_ratios(whole - part)
        total += float((part * bits).sum())
        squares += float((part * bits * bits).sum())
    n = samples.total
    mean = total / n
    return HeldOut(mean, math.sqrt(max(0.0, squares / n - mean * mean) / n))


def log_ratios(seen: np.ndarray) -> np.ndarray:
    """log2 p(y|pair) / p(y) in bits of masses (P, K_Y) that were seen, p(y) added to each pair."""
    classes = seen.sum(0) + 0.5  # none is ruled out for not being among them
    classes /= classes.sum()
    pairs = seen.sum(1, keepdims=True)
    return np.asarray(np.log2((seen / classes + PRIOR) / (pairs + PRIOR)))


def most_told(held_out: Sequence[HeldOut], cells: Sequence[float]) -> int | None:
    """Place of the largest of these, if any tells something; of fewer cells of equal ones."""
    tell = [k for k, found in enumerate(held_out) if found.tells]
    return max(tell, key=lambda k: (held_out[k].bits, -cells[k]), default=None)


def _folds(cells: Cells, rng: np.random.Generator) -> list[Any]:
    """Masses of pairs and classes in each fold; of known rows the same for any states of these.

    Clusterings of the same rows are then told apart with less chance.
    """
    parts: Any
    if cells.rows is None:
        parts = RandomParts(cells, rng).partition(cells.counts, FOLDS)
    else:
        fold = rng.permutation(len(cells.rows)) % FOLDS
        place = np.searchsorted(cells.occupied, cells.rows)
        parts = [
            np.bincount(place[fold == k], minlength=len(cells.occupied)) for k in range(FOLDS)
        ]
    return [pair_counts(cells._replace(counts=part)).counts for part in parts]


def _row_folds(samples: Samples, rng: np.random.Generator) -> list[Any]:
    """The same of probabilities, or of blocks of rows, which stay together."""
    samples = samples.on_host()
    order = rng.permutation(samples.draws) % FOLDS
    fold = np.repeat(order, samples.block)
    cell = samples.x1 * np.int64(samples.shape[1]) + samples.x2
    _, pair = np.unique(cell, return_inverse=True)
    shape = int(pair.max()) + 1, samples.shape[2]
    return [_table(pair[fold == k], samples.y[fold == k], shape) for k in range(FOLDS)]


def _table(pair: np.ndarray, y: np.ndarray, shape: tuple[int, int]) -> Any:
    """Masses of pairs and classes."""
    if y.ndim == 1:
        cells = np.bincount(pair * shape[1] + y, minlength=shape[0] * shape[1])
        return cells.reshape(shape).astype(np.float64)
    masses = np.zeros(shape)
    np.add.at(masses, pair, y)
    return masses
