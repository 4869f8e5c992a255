# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the targets of several cases, by classifiers or by clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.workflows.decoding.fits import Fitting, decode_each
from fourfold.workflows.decoding.targets import nothing_told, rare_merged
from fourfold.workflows.sweeps.batch import clustered, decompose_each, sampled
from fourfold.workflows.sweeps.decoded import decoded_summary
from fourfold.workflows.sweeps.summary import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.cells import Cells
    from fourfold.counts.samples import Samples
    from fourfold.embeddings.clustering import Clustering
    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.results.pid import PID
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.workflows.ablation.cases import CheckedCase
    from fourfold.workflows.decoding.plans import Plan

__all__ = ["decompose_targets"]


def decompose_targets(
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
    plan: Plan,
    seeds: tuple[int, ...],
) -> dict[str, Any]:
    """The fields of a `Sweep` of the cases, with at most one warning of a kind.

    A target is a class for each row, `seeds` the `random_state` of each fit.
    """
    if plan.decodes:
        decoded = _decoded(cases, targets, plan, seeds)
        return decoded_summary(decoded, seeds, plan.confidence_level, plan.words)
    results = _clustered(cases, targets, plan.estimator, seeds)
    return summary(results, seeds, plan.confidence_level, plan.words)


def _decoded(
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
    plan: Plan,
    seeds: tuple[int, ...],
) -> tuple[tuple[PosteriorPID, ...], ...]:
    """Of classifiers; of a target that is always the same there is nothing to fit."""
    merged = [rare_merged(target, plan.estimator.cv) for target in targets]
    varied = [k for k, target in enumerate(merged) if target.max() > 0]

    def given_to(k: int, _: int) -> Fitting:
        return Fitting(f"cases[{cases[k].name!r}]", *cases[k].embeddings, merged[k])

    found = iter(decode_each(varied, seeds, given_to, plan.estimator, "cases"))
    return tuple(
        next(found)
        if k in varied
        else (nothing_told(len(target), plan.confidence_level),) * len(seeds)
        for k, target in enumerate(merged)
    )


def _clustered(
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
    estimator: PIDEstimator,
    seeds: Sequence[int],
) -> tuple[tuple[PID, ...], ...]:
    """Results of `PIDEstimator` for each case and seed.

    Clusters depend on the embeddings and the seed only, so that of many models of the same
    rows only the first is clustered.
    """
    options, inference = checked_options(estimator)
    sources = [case.embeddings for case in cases]
    first = [
        next(k for k, x in enumerate(sources) if all(map(_same, x, own))) for own in sources
    ]
    found: dict[tuple[int, int], Clustering] = {}

    def sample(number: int, seed: int) -> tuple[Cells | Samples, int]:
        key, target = (first[number], seed), targets[number]
        if key not in found:
            two = sources[number]
            found[key] = clustered(estimator, *two, target, random_state=seeds[seed])
        return sampled(found[key], inference, target)

    return decompose_each(range(len(cases)), len(seeds), sample, options, inference, "cases")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one is other or (one.dtype == other.dtype and np.array_equal(one, other))
