# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How much of the atoms is the bias of counting, and whether that is most of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.chao_entropy import count_statistics
from fourfold.counts.samples import Samples
from fourfold.counts.tallies import chao_information
from fourfold.inputs.device import to_numpy
from fourfold.results.atoms import (
    ROUNDING,
    Atoms,
    Information,
    SamplesPerCell,
    atoms_of,
    choose,
    python_scalar,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.samples import Draws, Rows
    from fourfold.counts.tallies import Tallies

__all__ = [
    "UNION_BIAS",
    "Sampling",
    "plug_in_bias",
    "sampling_of_counts",
    "sampling_of_marginals",
    "sampling_of_samples",
    "stacked",
    "union_bias",
    "union_of",
]

#: The bias of the plug-in union information, as a share of those of I(X1;Y) and I(X2;Y)
#: together: 0.55 to 0.85 for most tables, less where a source says all or nothing; measured,
#: see docs/decisions/bias-correction.md.
UNION_BIAS = 0.7
_MOST = np.iinfo(np.int64).max


class Sampling(NamedTuple):
    """What samples tell of the table they were counted to; floats, or arrays for a batch.

    Attributes
    ----------
    n_samples : int or ndarray
    cells, classes : int or ndarray
        Cells K1 K2 K_Y of the table, and K_Y of them for each pair.
    occupied : float or ndarray
        Cells with samples in them; NaN where only marginals are known.
    coverage : float or ndarray
        Good-Turing coverage of the cells; NaN likewise.
    corrected : Information
        What the information is without the bias of counting, in bits.
    """

    n_samples: Any
    cells: Any
    classes: Any
    occupied: Any
    coverage: Any
    corrected: Information

    def per_cell(self) -> SamplesPerCell:
        """Samples per occupied cell, and per cell of the table."""
        return SamplesPerCell(
            python_scalar(self.n_samples / self.occupied),
            python_scalar(self.n_samples / self.cells),
        )


def sampling_of_counts(
    counts: Tallies, n_samples: Any, shape: tuple[int, int, int]
) -> tuple[Sampling, Information]:
    """Of a table of counts, or a batch of them, of K1, K2 and K_Y states; and their plug-in."""
    found = counts.estimates()
    cells = shape[0] * shape[1] * shape[2]
    sampling = Sampling(
        _number(n_samples), cells, shape[-1], found.occupied, found.coverage, found.chao
    )
    return sampling, found.plug_in


def sampling_of_marginals(p1y: Any, p2y: Any, n_samples: Any) -> Sampling:
    """Of counts (..., K1, K_Y) and (..., K2, K_Y): nothing is known of the cells."""
    one, two = chao_information(p1y), chao_information(p2y)
    unknown = np.full(np.shape(one), np.nan)[()]
    cells = p1y.shape[-2] * p2y.shape[-2] * p1y.shape[-1]
    information = Information(one, two, unknown)
    return Sampling(_number(n_samples), cells, p1y.shape[-1], unknown, unknown, information)


def _number(n_samples: Any) -> Any:
    """Numbers of samples in a type that NumPy calculates in."""
    if isinstance(n_samples, int):
        return n_samples if n_samples <= _MOST else float(n_samples)
    n = to_numpy(n_samples)[()]
    return n.astype(np.float64) if n.dtype.kind == "O" else n


def stacked(samplings: Sequence[Sampling | None]) -> Sampling:
    """Those of several tables as arrays of the host; NaN of tables that are no counts."""
    unknown = Sampling(np.nan, np.nan, np.nan, np.nan, np.nan, Information(*(np.nan,) * 3))
    known = [unknown if sampling is None else sampling for sampling in samplings]
    numbers = {
        name: np.array([getattr(sampling, name) for sampling in known])
        for name in Sampling._fields
        if name != "corrected"
    }
    corrected = Information(*np.array([sampling.corrected for sampling in known]).T)
    return Sampling(**numbers, corrected=corrected)


def sampling_of_samples(samples: Draws, counts: Tallies) -> tuple[Sampling, Information]:
    """Of labelled samples, and their plug-in information.

    Where these are no counts, what two halves of them give corrects; of weights nothing is known.
    """
    n = samples.total
    if samples.counted:
        return sampling_of_counts(counts, n, samples.shape)
    full = counts.plug_in()
    if isinstance(samples, Cells):
        size, m = math.prod(samples.shape), float(len(samples.counts))
        return Sampling(n, size, samples.shape[-1], m, math.nan, full), full
    samples = samples.on_host()
    corrected = Information(*(to_numpy(value)[()] for value in full))
    if samples.draws > 1:
        order = np.random.default_rng(0).permutation(samples.draws)
        halves = [samples.take(part).tallies().plug_in() for part in np.array_split(order, 2)]
        corrected = Information(
            *(
                2 * whole - np.mean(part)
                for whole, part in zip(corrected, zip(*halves, strict=True), strict=True)
            )
        )
    coverage = count_statistics(_cells_of_draws(samples)).coverage[()]
    cells, occupied = int(np.prod(samples.shape)), float((counts.cells != 0).sum())
    return Sampling(n, cells, samples.shape[-1], occupied, coverage, corrected), full


def _cells_of_draws(samples: Rows) -> np.ndarray:
    """Counts of the cells, of one row of each draw: its other rows say nothing of other draws."""
    rows = slice(None, None, samples.block)
    cell = samples.x1[rows] * np.int64(samples.shape[1]) + samples.x2[rows]
    if isinstance(samples, Samples) and not samples.soft:  # others have no cell but their pair
        cell = cell * samples.shape[2] + samples.y[rows]
    return np.unique(cell, return_counts=True)[1]


def union_bias(plug_in: Information, corrected: Information, union: Any, gap: Any) -> Any:
    """Estimated bias in bits of the plug-in union information, by those of I(X1;Y) and I(X2;Y).

    Where the union information is as small as it can be, one of these, or as large, their sum,
    it has the bias of that.
    """
    b1, b2 = plug_in.mi1 - corrected.mi1, plug_in.mi2 - corrected.mi2
    redundancy, unique1, unique2, _ = atoms_of(plug_in, union)
    no_redundancy = redundancy <= ROUNDING
    no_unique1, no_unique2 = unique1 <= gap + ROUNDING, unique2 <= gap + ROUNDING
    of_one = choose(no_unique1, choose(no_unique2, np.maximum(b1, b2), b2), b1)
    of_both = choose(no_redundancy, b1 + b2, UNION_BIAS * (b1 + b2))
    return choose(no_unique1 | no_unique2, of_one, of_both)


def union_of(plug_in: Information, corrected: Information, union: Any, gap: Any) -> Any:
    """The union information in bits without its estimated bias."""
    return union - union_bias(plug_in, corrected, union, gap)


def plug_in_bias(plug_in: Information, corrected: Information, union: Any, gap: Any) -> Atoms:
    """Estimated bias in bits of each plug-in atom."""
    bias = Information(*(p - c for p, c in zip(plug_in, corrected, strict=True)))
    return atoms_of(bias, union_bias(plug_in, corrected, union, gap))
