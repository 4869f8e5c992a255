# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sets of samples counted, and their tables decomposed as they are, in one call of the solver."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.sampling_bias import (
    Sampling,
    plug_in_bias,
    sampling_of_counts,
    sampling_of_samples,
)
from fourfold.results.atoms import ROUNDING, Atoms, information_of
from fourfold.results.coupling import MAX_DENSE_ENTRIES
from fourfold.results.pid import PID
from fourfold.solve.tables import Table, together
from fourfold.solve.tables_to_atoms import solved
from fourfold.solve.warm_start import start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.counts.samples import Draws
    from fourfold.counts.tallies import Tallies
    from fourfold.inference.correction import Correction
    from fourfold.solve.options import SolverOptions

__all__ = ["Found", "decompose_plug_in", "decompose_tallies"]


class Found(NamedTuple):
    """A decomposition of samples, and what it was made of.

    Attributes
    ----------
    result, plug_in, corrected : PID
        What was asked for; that of the frequencies as they are; and the one without their
        bias, which is made for an interval, too, else it is that of the frequencies.
    sampling : Sampling
        What the samples tell of their table.
    samples : Draws
    correction : Correction or None
        How `corrected` was come to.
    """

    result: PID
    plug_in: PID
    corrected: PID
    sampling: Sampling
    samples: Draws
    correction: Correction | None = None


def decompose_plug_in(
    sets: Sequence[Draws], options: SolverOptions, warm_start: PID | None = None
) -> list[Found]:
    """Plug-in decompositions of sets of samples, of any shapes; a single one may have a start."""
    tables, samplings = [], []
    for samples in sets:
        counts, n = samples.tallies(), samples.total
        sampling, (mi1, mi2, mi_joint) = sampling_of_samples(samples, counts)
        at_least = max(mi1, mi2)
        if mi_joint < at_least <= mi_joint + samples.rounding:
            mi_joint = at_least
        p1y, p2y, joint = counts.p1y / n, counts.p2y / n, _joint_of(samples)
        tables.append(Table(p1y, p2y, mi_joint, round(n), sampling, joint))
        samplings.append(sampling)
    if len(tables) == 1:
        start = start_of(warm_start, tables[0], options)
        results = [solved(tables[0], options, start)]
    else:
        results = list(solved(together(tables), options))
    results = [_of_weights(*each) for each in zip(results, sets, strict=True)]
    rows = zip(results, results, results, samplings, sets, strict=True)
    return [Found(*row) for row in rows]


def decompose_tallies(counts: Tallies, n: int, options: SolverOptions) -> tuple[PID, Atoms]:
    """Plug-in decompositions of a batch of tables of one shape, (B,), each of n samples.

    The same as those of `decompose_plug_in`, one by one, but for the rounding of sums; with the
    estimated bias in bits of each, also where most samples are alone in their cells.
    """
    shape = (counts.p1y.shape[-2], counts.p2y.shape[-2], counts.p1y.shape[-1])
    sampling, (mi1, mi2, mi_joint) = sampling_of_counts(counts, n, shape)
    at_least = np.maximum(mi1, mi2)
    short = (mi_joint < at_least) & (at_least <= mi_joint + ROUNDING)
    mi_joint = np.where(short, at_least, mi_joint)
    table = Table(counts.p1y / n, counts.p2y / n, mi_joint, np.full(len(mi_joint), n), sampling)
    result = solved(table, options)
    known = information_of(result), sampling.corrected
    return result, plug_in_bias(*known, result.union_information, result.gap)


def _of_weights(result: PID, samples: Draws) -> PID:
    """A result that says that its samples were weighted, if so: nothing is known of its bias."""
    if not isinstance(samples, Cells) or not samples.weighted:
        return result
    return dataclasses.replace(
        result,
        n_samples=None,
        samples_per_cell=None,
        bias=None,
        undersampled=None,
    )


def _joint_of(samples: Draws) -> Callable[[Sequence[int]], list[np.ndarray]] | None:
    """`Table.joint` of labels, where the whole table may be read at once."""
    if not isinstance(samples, Cells) or math.prod(samples.shape) > MAX_DENSE_ENTRIES:
        return None
    return lambda _: [samples.table() / samples.total]
