# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sets of samples counted, and their tables decomposed as they are, in one call of the solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fourfold.counts.sampling_bias import Sampling, sampling_of_samples
from fourfold.inputs.device import to_numpy
from fourfold.results.pid import PID
from fourfold.solve.tables import Table, together
from fourfold.solve.tables_to_atoms import solved

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from fourfold.counts.samples import Draws
    from fourfold.solve.options import SolverOptions

__all__ = ["Found", "decompose_plug_in"]


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
    classes : ndarray, shape (K_Y,)
        Masses of the classes.
    """

    result: PID
    plug_in: PID
    corrected: PID
    sampling: Sampling
    samples: Draws
    classes: np.ndarray


def decompose_plug_in(sets: Sequence[Draws], options: SolverOptions) -> list[Found]:
    """Plug-in decompositions of sets of samples, of any shapes."""
    tables, samplings, classes = [], [], []
    for samples in sets:
        counts, n = samples.counts(), len(samples.x1)
        sampling, (mi1, mi2, mi_joint) = sampling_of_samples(samples, counts)
        at_least = max(mi1, mi2)
        if mi_joint < at_least <= mi_joint + samples.rounding:
            mi_joint = at_least
        tables.append(Table(counts.p1y / n, counts.p2y / n, mi_joint, n, sampling))
        samplings.append(sampling)
        classes.append(to_numpy(counts.p1y.sum(0)))
    if len(tables) == 1:
        results = [solved(tables[0], options)]
    else:
        results = list(solved(together(tables), options))
    rows = zip(results, results, results, samplings, sets, classes, strict=True)
    return [Found(*row) for row in rows]
