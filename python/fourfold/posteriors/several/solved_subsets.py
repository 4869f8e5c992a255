# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""v* of three or more sources of posteriors: solved on prototypes, and what is known of the rows'."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.posteriors.assembled import half_as_many
from fourfold.posteriors.prototypes import LEAST, Prototypes, merged, of_rows
from fourfold.posteriors.union import tables_of, without_loss
from fourfold.solve.union.options import UnionOptions
from fourfold.solve.union.solved import solved_unions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.inputs.subsets import Subset
    from fourfold.posteriors.target import Target
    from fourfold.solve.options import SolverOptions

__all__ = ["MOST_TUPLES", "SolvedSubset", "solved_subsets", "with_ends"]

#: Tuples of prototypes of more than two classes that a solve prices: 50 of each of three sources,
#: 19 of each of four. Of the digits in three strips v*, drawn to no loss, is 3.06 bits with 32, 48,
#: 64 and 96 of each, in 1.2, 1.8, 5 and 21 s.
MOST_TUPLES = 2**17


class SolvedSubset(NamedTuple):
    """What was found of the v* of one subset, in bits.

    Attributes
    ----------
    prototypes : list of Prototypes
        Of each of its sources.
    lower, upper : float
        Certified bounds of v* of the prototypes.
    estimate : float
        v* of the rows: the upper bound, drawn to no loss of merging where that is much.
    iterations : int
        Steps of the solver.
    dual : tuple of ndarray, (K_i, K_Y) each
        log2 factors of the lower bound.
    """

    prototypes: list[Prototypes]
    lower: float
    upper: float
    estimate: float
    iterations: int
    dual: tuple[np.ndarray, ...]

    @property
    def lost(self) -> float:
        """Bits of all sources that merging lost: v* of the rows is at most so much more (Lemma B)."""
        return sum(found.loss for found in self.prototypes)


class Ends(NamedTuple):
    """Between which bits v* of these posteriors is, and what it is taken for."""

    low: float
    value: float
    high: float


def solved_subsets(
    posteriors: Sequence[np.ndarray],
    subsets: Sequence[Subset],
    target: Target,
    options: SolverOptions,
    number: int | None,
) -> dict[Subset, SolvedSubset]:
    """Of subsets of three or more of the calibrated posteriors (N, K_Y) of the sources.

    Rows of two classes are states, as these cost no more. Of more classes each source has as many
    prototypes as `number` says, 128 by default, and fewer where there would be more than
    `MOST_TUPLES` tuples of them.
    """
    classes = target.shares.shape[1]
    two = classes == 2
    made: dict[tuple[int, int | None], Prototypes] = {}

    def of_source(source: int, states: int | None) -> Prototypes:
        key = source, states
        if key not in made:
            make = of_rows if states is None else merged
            made[key] = make(posteriors[source], target.weights, states)
        return made[key]

    found = {}
    for subset in subsets:
        states = number
        if not two:
            most = int(MOST_TUPLES ** (1 / len(subset)) + 1e-9)
            states = min(LEAST if number is None else number, most)
        prototypes = [of_source(source, states) for source in subset]

        def coarser(place: int, states: int, subset: Subset = subset) -> Prototypes:
            return of_source(subset[place], states)

        lower, upper, iterations, dual = _solved(prototypes, target.classes, options)
        estimate = upper
        half = half_as_many(prototypes, coarser, classes)
        if half is not None:
            before = _solved(half, target.classes, options)[1]
            lost, lost_before = (sum(one.loss for one in some) for some in (prototypes, half))
            estimate = without_loss(upper, lost, before, lost_before)
        found[subset] = SolvedSubset(prototypes, lower, upper, estimate, iterations, dual)
    return found


def _solved(
    prototypes: Sequence[Prototypes], classes: np.ndarray, options: SolverOptions
) -> tuple[float, float, int, tuple[np.ndarray, ...]]:
    tables = tables_of(prototypes, classes)
    every = tuple(range(len(tables)))
    given = UnionOptions(options.tol, options.max_iter, options.num_threads, "auto")
    found = solved_unions(tables, [every], given)
    lower, upper = float(found.lower[0]), float(found.upper[0])
    return lower, upper, int(found.iterations[0]), found.duals[0]


def with_ends(
    known: Mapping[Subset, Ends], solved: Mapping[Subset, SolvedSubset], entropy: float
) -> dict[Subset, Ends]:
    """Of all subsets, the smaller ones first, with what they say of larger ones.

    More sources have no less v*, and where i is added to sources of which c is one, v* grows by no
    more than that of i and c has beyond I_c: couplings of both, which agree on (X_c, Y), are glued
    where X_i is independent of the others given these.
    """
    ends = dict(known)
    for subset in sorted(solved, key=lambda subset: (len(subset), subset)):
        one = solved[subset]
        parts = {k: tuple(other for other in subset if other != k) for k in subset}
        inside = [ends[part] for part in parts.values() if part in ends]
        low = max([one.lower, *(part.low for part in inside)])
        high = min(one.upper + one.lost, entropy)
        for k, part in parts.items():
            for c in part if part in ends else ():
                beyond = ends[min(c, k), max(c, k)].high - ends[c,].low
                high = min(high, ends[part].high + beyond)
        high = max(low, high)
        value = max([one.estimate, *(part.value for part in inside)])
        ends[subset] = Ends(low, min(max(value, low), high), high)
    return ends
