# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many tables counted from sets of samples, through the batched solver."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.results.atoms import Information, bounded
from fourfold.runtime.progress import progress
from fourfold.solve import backends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fourfold.counts.samples import Draws
    from fourfold.counts.tallies import Tallies
    from fourfold.solve.options import SolverOptions

__all__ = ["Drawn", "Replicates", "decompose_replicates", "random_parts"]

_TOGETHER = 128  # tables solved in one call, so that Ctrl-C and the bar are not kept waiting
_ENTRIES = 2**24  # of their marginals


class Drawn(NamedTuple):
    """Tables drawn from one set of samples.

    Attributes
    ----------
    tables : iterable of Tallies
        Made one by one, or some together in a batch; only the marginals of some of them are held
        at a time.
    number : int
        How many there are.
    chao : bool
        Whether they are of whole numbers, whose information is wanted by entropies of Chao,
        Wang and Jost, too; or have `estimates` of their own.
    """

    tables: Iterable[Tallies]
    number: int
    chao: bool


class Replicates(NamedTuple):
    """What B tables say, each array of shape (B,), in bits.

    Attributes
    ----------
    plug_in, corrected : Information
        Of the frequencies, and by entropies of Chao, Wang and Jost (as `plug_in` where masses
        are not counts).
    union, gap : ndarray
        Upper end and width of the certified interval around the union information.
    """

    plug_in: Information
    corrected: Information
    union: np.ndarray
    gap: np.ndarray


def random_parts(
    samples: Draws, parts: int, times: int, rng: np.random.Generator
) -> Iterator[Draws]:
    """`times` random partitions of the draws into so many parts."""
    for _ in range(times):
        order = rng.permutation(samples.draws)
        for part in np.array_split(order, parts):
            yield samples.take(part)


def decompose_replicates(
    drawn: Sequence[Drawn], options: SolverOptions, description: str
) -> list[Replicates]:
    """Information and union information of the tables drawn from each set of samples.

    Parameters
    ----------
    drawn : sequence of Drawn
        Those of all sets go through the solver together.
    options : SolverOptions
    description : str
        For the progress bar.
    """
    remaining = chain.from_iterable(
        ((counts, group.chao) for counts in group.tables) for group in drawn
    )
    rows: list[tuple[float, ...]] = []
    with progress(sum(group.number for group in drawn), description) as bar:
        while batch := list(islice(remaining, _TOGETHER)):
            rows += _solved(batch, options)
            bar.update(len(batch))
    found, first = [], 0
    for group in drawn:
        columns = np.array(rows[first : first + group.number]).T
        first += group.number
        plain = Information(*columns[:3])
        _, union, gap = bounded(plain, *columns[6:])
        found.append(Replicates(plain, Information(*columns[3:6]), union, gap))
    return found


def _solved(
    batch: list[tuple[Tallies, bool]], options: SolverOptions
) -> Iterator[tuple[float, ...]]:
    """I1, I2 and I12, the same corrected, and certified bounds on v*, of each table."""
    information, marginals = [], []
    for counts, chao in batch:
        plain, corrected = counts.estimates()[:2] if chao else (counts.plug_in(),) * 2
        total = counts.p1y.sum((-2, -1), keepdims=True)
        p1y, p2y = counts.p1y / total, counts.p2y / total
        if p1y.ndim == 2:
            information.append((*plain, *corrected))
            marginals.append((p1y, p2y))
            continue
        out = backends.solve_batch(p1y, p2y, options)
        columns = (*plain, *corrected, out["lower"], out["upper"])
        yield from zip(*(column.tolist() for column in columns), strict=True)
    if not marginals:
        return
    bounds: list[tuple[float, float]] = []
    together = max(1, _ENTRIES // max(p1y.size + p2y.size for p1y, p2y in marginals))
    for k in range(0, len(marginals), together):
        part = marginals[k : k + together]
        one_shape = len({(p1y.shape, p2y.shape) for p1y, p2y in part}) == 1
        first, second = zip(*part, strict=True)
        if one_shape:
            out = backends.solve_batch(np.stack(first), np.stack(second), options)
        else:
            out = backends.solve_many(first, second, options)
        bounds += zip(out["lower"].tolist(), out["upper"].tolist(), strict=True)
    for numbers, ends in zip(information, bounds, strict=True):
        yield (*numbers, *ends)
