# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the targets of several cases, of which those of the same rows share their clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.workflows.sweeps.batch import clustered, decompose_each, sampled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.samples import Samples
    from fourfold.embeddings.clustering import Clustering
    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions
    from fourfold.workflows.ablation.cases import CheckedCase

__all__ = ["decompose_targets"]


def decompose_targets(
    cases: Sequence[CheckedCase],
    targets: Sequence[np.ndarray],
    estimator: PIDEstimator,
    seeds: Sequence[int],
    options: SolverOptions,
    inference: Inference,
) -> tuple[tuple[PID, ...], ...]:
    """Results of `PIDEstimator` for each case and seed, with at most one warning.

    Clusters depend on the embeddings and the seed only, so that of many models of the same
    rows only the first is clustered. A target is a class for each row, `seeds` the
    `random_state` of each clustering.
    """
    sources = [case.embeddings for case in cases]
    first = [
        next(k for k, x in enumerate(sources) if all(map(_same, x, own))) for own in sources
    ]
    found: dict[tuple[int, int], Clustering] = {}

    def sample(number: int, seed: int) -> tuple[Samples, int]:
        key, target = (first[number], seed), targets[number]
        if key not in found:
            two = sources[number]
            found[key] = clustered(estimator, *two, target, random_state=seeds[seed])
        return sampled(found[key], inference, target)

    return decompose_each(range(len(cases)), len(seeds), sample, options, inference, "cases")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one is other or (one.dtype == other.dtype and np.array_equal(one, other))
