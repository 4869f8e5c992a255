# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for three or more embeddings: what classifiers decode of all subsets."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from fourfold.posteriors.held_out import Rows, bounds_of_unions, halves_of
from fourfold.posteriors.log_pool import normalised
from fourfold.posteriors.several.held_out_unions import terms_by_halves
from fourfold.posteriors.several.solved_subsets import Ends, solved_subsets, with_ends
from fourfold.results.subset_numbers import SubsetNumbers
from fourfold.results.union_information import UnionInformation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.inputs.subsets import Subset
    from fourfold.posteriors.decoded import Decoded
    from fourfold.posteriors.samples import Samples
    from fourfold.posteriors.several.solved_subsets import SolvedSubset
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.solve.options import SolverOptions

__all__ = ["union_result"]


def union_result(
    samples: Samples,
    subsets: Sequence[Subset],
    names: tuple[str, ...],
    posteriors: Mapping[Subset, np.ndarray],
    made: Mapping[Subset, np.ndarray],
    pairs: Mapping[Subset, Decoded],
    options: SolverOptions,
    number: int | None,
    *,
    confidence_level: float,
    leaky: bool,
) -> UnionInformation:
    """Of all subsets, of which the pairs are decoded.

    Parameters
    ----------
    samples : Samples
    subsets : sequence of tuple of int
        All of them, the smaller ones first.
    names : tuple of str
        Of the sources.
    posteriors, made : mapping of ndarray, (N, K_Y) each
        Of the subsets that classifiers were fitted to, and calibrated, of pairs not.
    pairs : mapping of Decoded
    options : SolverOptions
    number : int or None
        Prototypes of each source, or as many as it takes.
    confidence_level : float
        Of the outer bounds.
    leaky : bool
        Whether rows repeat between the folds, so that nothing was held out.
    """
    target, rows = samples.target, Rows(samples.target.weights, samples.groups)
    halves = halves_of(target, samples.groups)
    log_classes = np.log2(target.classes)
    entropy = float(rows.mean(target.surprise))
    larger = [subset for subset in subsets if len(subset) > 2]
    singles = [made[k,] for k in range(len(names))]
    solved = solved_subsets(singles, larger, target, options, number)

    bits = {
        subset: float(target.weights @ (p * (np.log2(p) - log_classes)).sum(1))
        for subset, p in made.items()
    }
    known: dict[Subset, Ends] = {
        subset: Ends(*[bits[subset]] * 3) for subset in subsets if len(subset) == 1
    }
    for pair, found in pairs.items():
        soft, (low, high) = found.result.information.soft, found.result.union_bounds
        bits[pair] = soft.mi_joint
        known[pair] = Ends(low, soft.union_information, high)
    ends = with_ends(known, solved, entropy)

    terms = {
        subset: target.terms(np.log2(normalised(p)) - log_classes)
        for subset, p in posteriors.items()
    }
    by_halves: dict[Subset, np.ndarray] = {
        subset: np.stack([terms[subset]] * 2) for subset in subsets if len(subset) == 1
    }
    by_halves |= {pair: found.by_halves for pair, found in pairs.items()}
    for subset in larger:
        parts = [
            by_halves[part]
            for size in range(1, len(subset))
            for part in combinations(subset, size)
        ]
        by_halves[subset] = terms_by_halves(solved[subset], parts, target, rows, halves)
    unknown = np.full(len(halves), np.nan)
    told = np.stack([terms.get(subset, unknown) for subset in subsets], axis=1)
    union = np.stack([np.where(halves, *by_halves[subset]) for subset in subsets], axis=1)
    held, error = (
        SubsetNumbers(*(measure(part) for part in (told, union, told - union)))
        for measure in (rows.mean, rows.error)
    )
    every = subsets[-1]
    places = [subsets.index(tuple(k for k in every if k != one)) for one in every]
    bounds = bounds_of_unions(
        union, union[:, places], target.surprise, rows, confidence_level, target.most
    )
    results = {
        pair: dataclasses.replace(found.result, target_bins=samples.bins)
        for pair, found in pairs.items()
    }
    gap, steps, converged = map(
        np.array,
        zip(*(_solve_of(subset, solved, results, options) for subset in subsets), strict=True),
    )
    states = solved[every].prototypes
    return UnionInformation(
        subsets=tuple(tuple(names[k] for k in subset) for subset in subsets),
        information=np.array([bits.get(subset, np.nan) for subset in subsets]),
        union_information=np.array([ends[subset].value for subset in subsets]),
        union_bounds=np.array([[ends[subset].low, ends[subset].high] for subset in subsets]).T,
        gap=gap,
        converged=converged,
        iterations=steps,
        source_names=names,
        sizes=(*(len(found.mass) for found in states), len(log_classes)),
        model="posteriors",
        n_samples=len(halves),
        pairs={(names[i], names[j]): found for (i, j), found in results.items()},
        standard_error=error,
        entropy=entropy,
        held_out=None if leaky else held,
        held_out_error=None if leaky else error,
        outer_bounds=None if leaky else bounds,
        target_bins=samples.bins,
    )


def _solve_of(
    subset: Subset,
    solved: Mapping[Subset, SolvedSubset],
    pairs: Mapping[Subset, PosteriorPID],
    options: SolverOptions,
) -> tuple[float, int, bool]:
    """The gap, the steps, and whether that is enough."""
    if subset in pairs:
        pair = pairs[subset]
        return float(pair.gap), int(pair.iterations), bool(pair.converged)
    if subset not in solved:
        return 0.0, 0, True
    one = solved[subset]
    return one.upper - one.lower, one.iterations, one.upper - one.lower <= options.tol
