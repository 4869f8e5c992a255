# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the targets of several cases, by classifiers or by clusters."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.workflows.decoding.fits import decode_varied
from fourfold.workflows.decoding.targets import rare_merged
from fourfold.workflows.sweeps.batch import (
    Sampled,
    clustered,
    counted_each,
    decompose_each,
    sampled,
)
from fourfold.workflows.sweeps.decoded import decoded_summary
from fourfold.workflows.sweeps.summary import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.workflows.ablation.cases import CheckedCase
    from fourfold.workflows.decoding.plans import Plan

__all__ = ["decompose_targets"]

Result = TypeVar("Result", bound="PID")


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
        decoded = _in_bins(_decoded(cases, targets, plan, seeds), cases, targets)
        return decoded_summary(decoded, seeds, plan.confidence_level, plan.words)
    results = _in_bins(_clustered(cases, targets, plan.estimator, seeds), cases, targets)
    return summary(results, seeds, plan.confidence_level, plan.words)


def _in_bins(
    results: tuple[tuple[Result, ...], ...],
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
) -> tuple[tuple[Result, ...], ...]:
    """The same that know the bins of their target, where it is in some."""
    found = []
    for of_case, case, target in zip(results, cases, targets, strict=True):
        bins = case.bins
        if bins is not None:
            shares = np.bincount(target, minlength=len(bins.shares)) / len(target)
            bins = bins._replace(shares=shares)
        found.append(tuple(dataclasses.replace(one, target_bins=bins) for one in of_case))
    return tuple(found)


def _decoded(
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
    plan: Plan,
    seeds: tuple[int, ...],
) -> tuple[tuple[PosteriorPID, ...], ...]:
    """Of classifiers; of a target that is always the same there is nothing to fit."""
    merged = [rare_merged(target, plan.estimator.cv) for target in targets]

    def given_to(k: int, _: int) -> tuple[Any, ...]:
        return f"cases[{cases[k].name!r}]", *cases[k].embeddings, merged[k]

    return tuple(decode_varied(merged, seeds, given_to, plan.estimator, "cases"))


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
    leaders = sorted(set(first))
    of_leader = {lead: [k for k, one in enumerate(first) if one == lead] for lead in leaders}
    jobs = [
        (estimator, seed, inference, *sources[lead], [targets[k] for k in of_leader[lead]])
        for lead in leaders
        for seed in seeds
    ]
    found = counted_each(_counted, jobs, "cases")
    by_place: dict[tuple[int, int], Sampled] = {}
    for job, counted in enumerate(found):
        lead, seed = divmod(job, len(seeds))
        for k, one in zip(of_leader[leaders[lead]], counted, strict=True):
            by_place[k, seed] = one
    each = [by_place[place] for place in sorted(by_place)]
    return decompose_each(each, len(seeds), options, inference)


def _counted(
    estimator: PIDEstimator,
    seed: int,
    inference: Inference,
    x1: np.ndarray,
    x2: np.ndarray,
    targets: Sequence[np.ndarray],
) -> list[Sampled]:
    """One clustering, and what it counts to with each of several targets."""
    clustering = clustered(estimator, x1, x2, targets[0], random_state=seed)
    return [sampled(clustering, inference, target) for target in targets]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one is other or (one.dtype == other.dtype and np.array_equal(one, other))
