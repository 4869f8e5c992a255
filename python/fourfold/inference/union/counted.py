# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What all samples and halves of them tell: informations, and the union information as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.counts.chao_entropy import chao_entropy, statistics_of_each
from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.information import x_log_x
from fourfold.counts.many_cells import Joint, ManyCells
from fourfold.inference.bias_correction import CHAO_PARTITIONS
from fourfold.inputs.subsets import Subset
from fourfold.runtime.progress import progress
from fourfold.solve.union.options import UnionOptions
from fourfold.solve.union.solved import SolvedUnions, solved_unions

__all__ = ["Told", "informations_of", "told_of_halves", "unions_of"]


class Told(NamedTuple):
    """In bits, (M, B) each: of M subsets by B sets of samples, all of them or halves.

    Attributes
    ----------
    plug_in, chao : ndarray
        I(X_A;Y) of the frequencies, and by entropies of Chao, Wang and Jost.
    upper, gap : ndarray
        v* of the frequencies, and the width of its certified interval.
    """

    plug_in: np.ndarray
    chao: np.ndarray
    upper: np.ndarray
    gap: np.ndarray


def informations_of(
    cells: ManyCells, joints: Sequence[Joint], counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """I(X_A;Y) plug-in and by Chao's entropies, (M, B) each in bits, of counts (B, M cells)."""
    classes = cells.marginal(0, counts).sum(1)
    of_y = statistics_of_each([classes])
    plain, chao = [], []
    n = of_y.total[0]
    for joint in joints:
        found = joint.statistics(counts)
        states, both = found.c_log_c
        bits = (both - states + x_log_x(n) - of_y.c_log_c[0]) / (n * np.log(2.0))
        plain.append(np.maximum(bits, 0.0))
        h_states, h_both = chao_entropy(found)
        chao.append(chao_entropy(of_y)[0] + h_states - h_both)
    return np.array(plain), np.array(chao)


def unions_of(
    cells: ManyCells,
    subsets: Sequence[Subset],
    counts: np.ndarray,
    options: UnionOptions,
    *,
    duals: bool = True,
) -> SolvedUnions:
    """v* of the frequencies of one set of samples, counts (M cells,)."""
    sources = range(len(cells.shape) - 1)
    tables = [cells.marginal(k, counts[None])[0] / counts.sum() for k in sources]
    return solved_unions(tables, subsets, options, duals=duals)


def told_of_halves(
    cells: ManyCells,
    subsets: Sequence[Subset],
    joints: Sequence[Joint],
    options: UnionOptions,
    rng: np.random.Generator,
) -> Told:
    """Of the eight halves of four random partitions."""
    parts, number = [], 2 * CHAO_PARTITIONS
    with progress(number, "correct for bias") as bar:
        for halves in RandomParts(cells, rng).partitions(2, CHAO_PARTITIONS):
            plain, chao = informations_of(cells, joints, halves)
            unions = [unions_of(cells, subsets, half, options, duals=False) for half in halves]
            upper, lower = (
                np.array([getattr(one, name) for one in unions]).T
                for name in ("upper", "lower")
            )
            parts.append(Told(plain, chao, upper, upper - lower))
            bar.update(len(halves))
    return Told(*(np.concatenate(each, axis=1) for each in zip(*parts, strict=True)))
