# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the targets of several cases, of which those of the same rows share their clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.workflows.sweeps.batch import clustered, decompose_each, sampled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.samples import Samples
    from fourfold.embeddings.clustering import Clustering
    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.results.pid import PID
    from fourfold.workflows.ablation.cases import CheckedCase

__all__ = ["decompose_targets"]


def decompose_targets(
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
    estimator: PIDEstimator,
    seeds: Sequence[int],
) -> tuple[tuple[PID, ...], ...]:
    """Results of `PIDEstimator` for each case and seed, with at most one warning.

    Clusters depend on the embeddings and the seed only, so that of many models of the same
    rows only the first is clustered.

    Parameters
    ----------
    cases : sequence of CheckedCase
    targets : sequence of ndarray of int, shape (N,)
        What the atoms of each case are about.
    estimator : PIDEstimator
        How to cluster and decompose.
    seeds : sequence of int
        The `random_state` of each clustering.
    """
    first = [_first_with_rows_of(case, cases) for case in cases]
    options, inference = checked_options(estimator)
    found: dict[tuple[int, int], Clustering] = {}

    def sample(number: int, seed: int) -> tuple[Samples, int]:
        key, target = (first[number], seed), targets[number]
        if key not in found:
            sources = cases[number].embeddings
            found[key] = clustered(estimator, *sources, target, random_state=seeds[seed])
        return sampled(found[key], inference, target)

    return decompose_each(range(len(cases)), len(seeds), sample, options, inference, "cases")


def _first_with_rows_of(case: CheckedCase, cases: Sequence[CheckedCase]) -> int:
    return next(
        k for k, other in enumerate(cases) if all(map(_same, case.embeddings, other.embeddings))
    )


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one is other or (one.dtype == other.dtype and np.array_equal(one, other))
