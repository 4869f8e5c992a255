# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many tables counted from sets of samples, through the batched solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.drawn.parts import RandomParts
from fourfold.results.atoms import Information, bounded
from fourfold.runtime.progress import progress
from fourfold.solve import backends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fourfold.counts.samples import Draws, Rows
    from fourfold.counts.tallies import Tallies
    from fourfold.solve.options import SolverOptions

__all__ = ["Drawn", "Replicates", "decompose_replicates", "parts_of_rows", "random_parts"]

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
    samples: Draws, parts: int, times: int, rng: np.random.Generator, *, chao: bool
) -> Drawn:
    """The parts of `times` random partitions of the draws into so many."""
    tables: Iterator[Tallies]
    if isinstance(samples, Cells):
        tables = map(samples.tallies_of, RandomParts(samples, rng).partitions(parts, times))
    else:
        tables = (part.tallies() for part in parts_of_rows(samples, parts, times, rng))
    return Drawn(tables, parts * times, chao)


def parts_of_rows(
    samples: Rows, parts: int, times: int, rng: np.random.Generator
) -> Iterator[Rows]:
    """The rows of the same."""
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
    remaining = (_Counted.of(counts, group.chao) for group in drawn for counts in group.tables)
    rows: list[np.ndarray] = []
    with progress(sum(group.number for group in drawn), description) as bar:
        for batch in _batches(remaining):
            rows.append(_solved(batch, options))
            bar.update(len(rows[-1]))
    every = np.concatenate(rows)
    found, first = [], 0
    for group in drawn:
        columns = every[first : first + group.number].T
        first += group.number
        plain = Information(*columns[:3])
        _, union, gap = bounded(plain, *columns[6:])
        found.append(Replicates(plain, Information(*columns[3:6]), union, gap))
    return found


class _Counted(NamedTuple):
    """Of B tables I1, I2 and I12, the same corrected, (B, 6), and marginals (B, K, K_Y) of mass 1."""

    numbers: np.ndarray
    p1y: np.ndarray
    p2y: np.ndarray

    @classmethod
    def of(cls, counts: Tallies, chao: bool) -> _Counted:
        """Of one table, or of a batch of them."""
        plain, corrected = counts.estimates()[:2] if chao else (counts.plug_in(),) * 2
        total = counts.p1y.sum((-2, -1), keepdims=True)
        p1y, p2y = counts.p1y / total, counts.p2y / total
        if p1y.ndim == 2:
            p1y, p2y = p1y[None], p2y[None]
        numbers = np.array([*plain, *corrected], dtype=np.float64)
        return cls(numbers.reshape(6, -1).T, p1y, p2y)


def _batches(remaining: Iterator[_Counted]) -> Iterator[list[_Counted]]:
    """Those that are solved in one call."""
    batch: list[_Counted] = []
    for counted in remaining:
        batch.append(counted)
        if sum(len(each.p1y) for each in batch) >= _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def _solved(batch: list[_Counted], options: SolverOptions) -> np.ndarray:
    """The numbers of each table, and certified bounds on v*, (tables, 8)."""
    first = [table for counted in batch for table in counted.p1y]
    second = [table for counted in batch for table in counted.p2y]
    together = max(
        1, _ENTRIES // max(a.size + b.size for a, b in zip(first, second, strict=True))
    )
    bounds = []
    for k in range(0, len(first), together):
        p1y, p2y = first[k : k + together], second[k : k + together]
        if len({(a.shape, b.shape) for a, b in zip(p1y, p2y, strict=True)}) == 1:
            out = backends.solve_batch(np.stack(p1y), np.stack(p2y), options)
        else:
            out = backends.solve_many(p1y, p2y, options)
        bounds.append(np.stack([out["lower"], out["upper"]], axis=1))
    numbers = np.concatenate([counted.numbers for counted in batch])
    return np.concatenate([numbers, np.concatenate(bounds)], axis=1)
