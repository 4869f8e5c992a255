# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The estimate of what subsets of labelled sources tell of their population."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.chao_entropy import chao_entropy, statistics_of_each
from fourfold.counts.empirical_bayes import bayes_information
from fourfold.counts.many_cells import ManyCells
from fourfold.counts.undersampling import ENOUGH_CORRECTED, LEAST_COVERAGE
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inference.options import Inference
from fourfold.inference.plug_in import Found
from fourfold.inference.union.bias import corrected, union_bias
from fourfold.inference.union.counted import Told, informations_of, told_of_halves, unions_of
from fourfold.inference.union.fixed import without_fixed
from fourfold.inference.union.intervals import Ends, ends_of, ends_of_pair, intervals
from fourfold.inference.union.terms import entropy_error, standard_errors
from fourfold.inference.union.too_few import mostly_bias, uncertain, unknown
from fourfold.inputs.random_state import random_generator
from fourfold.inputs.subsets import MOST_SOURCES, Subset
from fourfold.results.pid import PID
from fourfold.results.subset_numbers import SubsetIntervals, SubsetNumbers
from fourfold.solve.options import DEFAULT_MAX_ITER
from fourfold.solve.union.options import UnionOptions

__all__ = ["UnionEstimate", "estimate_unions"]

#: How much smaller than `tol` gaps are, so that what is extrapolated of them is below it, and that
#: a subset that tells no more than a part of it is seen; the solver has them in a step or two.
_SOLVED_WITHIN = 50


class UnionEstimate(NamedTuple):
    """Of M subsets, in bits; what these are is said of `UnionInformation`."""

    information: np.ndarray
    union_information: np.ndarray
    gap: np.ndarray
    iterations: np.ndarray
    plug_in: SubsetNumbers | None
    standard_error: SubsetNumbers | None
    confidence_interval: SubsetIntervals | None
    kink: np.ndarray | None
    undersampled: np.ndarray
    entropy: float
    pairs: dict[Subset, PID]


class _Own(NamedTuple):
    """Of the subsets that are not pairs: (M,) each, but ends (3, M)."""

    ends: Ends | None
    plug_in: np.ndarray
    information: np.ndarray
    union: np.ndarray
    gap: np.ndarray
    kink: np.ndarray
    iterations: np.ndarray
    undersampled: np.ndarray
    unknown: np.ndarray


def with_parts(subsets: Sequence[Subset]) -> list[Subset]:
    """The subsets, and all parts of those of up to eight sources; of larger ones pairs and singles.

    A subset that tells no more than a part of it has the bias of that.
    """
    found = {*subsets}
    for whole in subsets:
        sizes = range(1, len(whole) if len(whole) <= MOST_SOURCES else 3)
        found.update(part for size in sizes for part in combinations(whole, size))
    return sorted(found, key=lambda subset: (len(subset), subset))


def estimate_unions(
    cells: ManyCells,
    asked: Sequence[Subset],
    options: UnionOptions,
    inference: Inference,
    random_state: Any,
) -> UnionEstimate:
    """Of labelled samples; two sources are as `fourfold.pid` has them, draw for draw.

    Parameters
    ----------
    cells : ManyCells
    asked : sequence of tuple of int
    options : UnionOptions
    inference : Inference
        With "none", or "chao".
    random_state : int, Generator, RandomState or None
        For the halves of the samples.
    """
    cores = without_fixed(cells, asked)
    every = with_parts([*cores, *(pair for whole in asked for pair in combinations(whole, 2))])
    pairs: list[Subset] = [subset for subset in every if len(subset) == 2]
    of_two = _pairs(cells, pairs, options, inference, random_state)
    found = dict(zip(pairs, of_two, strict=True))
    # without larger subsets nothing else is to be solved
    larger = len(every[-1]) > 2
    subsets = [subset for subset in every if larger or len(subset) == 1]
    classes = cells.marginal(0, cells.counts[None]).sum(1)
    of_y = statistics_of_each([classes])
    frequencies = classes[0][classes[0] > 0] / cells.draws
    entropy = -float(frequencies @ np.log2(frequencies))
    own = _own(cells, subsets, options, inference, random_state, entropy)
    parts = [
        _of_pair(found[each]) if len(each) == 2 else _one(own, subsets.index(each))
        for each in cores
    ]
    joined = _Own(*(_joined(values) for values in zip(*parts, strict=True)))
    plain = SubsetNumbers(*joined.plug_in)
    of_pairs = {pair: one.result for pair, one in found.items()}
    common = (joined.information, joined.union, joined.gap, joined.iterations)
    if joined.ends is None:
        return UnionEstimate(
            *common, None, None, None, None, joined.undersampled, entropy, of_pairs
        )
    interval = None
    if inference.confidence_level is not None:
        most = float(chao_entropy(of_y)[0, 0])
        interval = intervals(
            joined.ends,
            joined.gap,
            joined.unknown,
            (most, entropy_error(cells)),
            inference.confidence_level,
        )
    error = SubsetNumbers(*joined.ends.error)
    return UnionEstimate(
        *common, plain, error, interval, joined.kink, joined.undersampled, entropy, of_pairs
    )


def _pairs(
    cells: ManyCells,
    pairs: Sequence[Subset],
    options: UnionOptions,
    inference: Inference,
    random_state: Any,
) -> list[Found]:
    if not pairs:
        return []
    of_two = options.of_pairs()
    of_two = dataclasses.replace(of_two, max_iter=max(of_two.max_iter, DEFAULT_MAX_ITER))
    draws = [cells.split(pair[:1], pair[1:], rows=True) for pair in pairs]
    rngs = [random_generator(random_state) for _ in pairs]
    return decompose_samples(draws, of_two, inference, rngs)


def _own(
    cells: ManyCells,
    subsets: Sequence[Subset],
    options: UnionOptions,
    inference: Inference,
    random_state: Any,
    entropy: float,
) -> _Own:
    """Of all but pairs, which are looked at for what they say of larger subsets."""
    corrects = inference.bias_correction != "none"
    joints = [cells.joint(subset) for subset in subsets]
    counts = cells.counts[None]
    coverage = np.array([joint.statistics(counts).coverage[1, 0] for joint in joints])
    per_cell = np.array([cells.per_cell(subset) for subset in subsets])
    options = options.within(_SOLVED_WITHIN if corrects else 1)
    solved = unions_of(cells, subsets, cells.counts, options)
    told = informations_of(cells, joints, counts)
    several = np.array([len(subset) > 1 for subset in subsets])
    upper = np.where(several, solved.upper, told[0][:, 0])
    whole = Told(*told, upper[:, None], (solved.upper - solved.lower)[:, None])
    (information,), (union,), (gap,) = (
        part.T for part in (whole.plug_in, whole.upper, whole.gap)
    )
    plain = np.stack([information, union, information - union])
    if not corrects:
        bias = whole.plug_in - whole.chao - union_bias(subsets, whole)
        few = several & mostly_bias(plain, bias[:, 0]) | (coverage < LEAST_COVERAGE)
        nothing = np.zeros(len(subsets))
        return _Own(None, plain, information, union, gap, nothing, solved.iterations, few, few)
    rng = random_generator(random_state).spawn(2)[1]
    halves = told_of_halves(cells, subsets, joints, options, rng)
    estimate = corrected(subsets, whole, halves)
    errors = standard_errors(cells, subsets, joints, solved.duals)
    second = _second(cells, subsets, per_cell, information)
    ends = ends_of(plain[:2], estimate, errors, second)
    known_not = unknown(ends, coverage, entropy)
    few = known_not | several & uncertain(ends, per_cell)
    return _Own(
        ends,
        plain,
        estimate.information,
        estimate.union,
        estimate.gap,
        estimate.kink,
        solved.iterations,
        few,
        known_not,
    )


def _second(
    cells: ManyCells, subsets: Sequence[Subset], per_cell: np.ndarray, information: np.ndarray
) -> np.ndarray:
    """I(X_A;Y) of three sources and more by empirical Bayes where samples are few, else NaN; (M,).

    Of the source that tells most, and of the others as one.
    """
    found = np.full(len(subsets), np.nan)
    alone = {
        subset[0]: bits
        for subset, bits in zip(subsets, information, strict=True)
        if len(subset) == 1
    }
    for m, subset in enumerate(subsets):
        if len(subset) > 2 and per_cell[m] < ENOUGH_CORRECTED:
            first = max(subset, key=alone.__getitem__)
            rest = [source for source in subset if source != first]
            found[m] = bayes_information(cells.split([first], rest))
    return found


def _of_pair(found: Found) -> _Own:
    """The same of two sources, (1,) each."""
    result, plug_in, correction = found.result, found.plug_in, found.correction
    plain = [[plug_in.mi_joint], [plug_in.union_information], [plug_in.synergy]]
    few = np.array([bool(result.undersampled)])
    return _Own(
        ends=None if correction is None else ends_of_pair(found),
        plug_in=np.array(plain, dtype=float),
        information=np.array([result.mi_joint], dtype=float),
        union=np.array([result.union_information], dtype=float),
        gap=np.array([result.gap], dtype=float),
        kink=np.array([result.kink or 0.0], dtype=float),
        iterations=np.array([plug_in.iterations], dtype=int),
        undersampled=few,
        unknown=few if correction is None else np.array([correction.unknown]),
    )


def _one(own: _Own, place: int) -> _Own:
    """Of one subset, (1,) each."""

    def at(values: Any) -> Any:
        return values[..., place : place + 1]

    ends = None if own.ends is None else Ends(*map(at, own.ends))
    return _Own(ends, *map(at, own[1:]))


def _joined(values: Sequence[Any]) -> Any:
    if values[0] is None:
        return None
    if isinstance(values[0], Ends):
        return Ends(*map(_joined, zip(*values, strict=True)))
    return np.concatenate(values, axis=-1)
