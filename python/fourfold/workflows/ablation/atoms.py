# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of the targets of several cases, of which those of the same rows share their clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import clone

from fourfold.embeddings.seeds import seeds_from
from fourfold.inference.pid import pid
from fourfold.workflows.sweeps.sweep import decompose_each

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    clustered: dict[tuple[int, int], PIDEstimator] = {}

    def fit(number: int, seed: int) -> PID:
        key = first[number], seed
        if key not in clustered:
            chosen = clone(estimator).set_params(random_state=seeds[seed])
            clustered[key] = chosen.fit(*cases[number].embeddings, targets[number])
            own: PID = clustered[key].result_
            return own
        fitted = clustered[key]
        rows = fitted.counted_
        return pid(
            fitted.labels1_[rows],
            fitted.labels2_[rows],
            targets[number][rows],
            bias_correction=estimator.bias_correction,
            n_resamples=estimator.n_resamples,
            confidence_level=estimator.confidence_level,
            rng=seeds_from(seeds[seed])[3],
            tol=estimator.tol,
            max_iter=estimator.max_iter,
            num_threads=estimator.num_threads,
            dtype=estimator.dtype,
            device=estimator.device,
        )

    return decompose_each(
        range(len(cases)), len(seeds), fit, tol=estimator.tol, description="decompose cases"
    )


def _first_with_rows_of(case: CheckedCase, cases: Sequence[CheckedCase]) -> int:
    return next(
        k for k, other in enumerate(cases) if all(map(_same, case.embeddings, other.embeddings))
    )


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one is other or (one.dtype == other.dtype and np.array_equal(one, other))
