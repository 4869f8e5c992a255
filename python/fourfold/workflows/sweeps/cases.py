# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of many pairs of embeddings, all their tables in one call of the solver."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import clone

from fourfold.counts.samples import read_samples
from fourfold.exceptions import UndersampledWarning
from fourfold.inference.decompose_samples import decompose_samples, precisely_enough
from fourfold.inference.options import Inference
from fourfold.inputs.device import on_host, place_of
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.progress import progress, silent_progress
from fourfold.solve.options import SolverOptions
from fourfold.workflows.sweeps.sweep import warn_of_unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.results.pid import PID

__all__ = ["Case", "decompose_cases"]


class Case(NamedTuple):
    """One pair of embeddings and a target.

    Attributes
    ----------
    name : str
        For error messages.
    x1, x2 : array_like, shapes (N, d1) and (N, d2)
    y : array_like, shape (N,) or (N, K_Y)
    block : int
        Neighbouring rows that belong to one sample.
    """

    name: str
    x1: Any
    x2: Any
    y: Any
    block: int = 1


def decompose_cases(
    cases: Sequence[Case], estimator: PIDEstimator, seeds: Sequence[int], what: str
) -> tuple[tuple[PID, ...], ...]:
    """Results of each case and seed of clustering, with at most one warning of a kind.

    Parameters
    ----------
    cases : sequence of Case
    estimator : PIDEstimator
        How to cluster and decompose.
    seeds : sequence of int
        The `random_state` of each clustering.
    what : str
        The cases in one word, such as "layers".
    """
    first = cases[0]
    options = SolverOptions.checked(
        tol=estimator.tol,
        max_iter=estimator.max_iter,
        num_threads=estimator.num_threads,
        dtype=estimator.dtype,
        device=estimator.device,
        there=place_of(X1=first.x1, X2=first.x2, y=first.y).names,
    )
    inference = Inference.checked(
        estimator.bias_correction, estimator.n_resamples, estimator.confidence_level
    )
    sets, rngs = [], []
    with progress(len(cases) * len(seeds), f"cluster {what}") as bar, silent_progress():
        for case in cases:
            for seed in seeds:
                chosen = clone(estimator).set_params(random_state=seed)
                try:
                    labels, for_draws = chosen._cluster(case.x1, case.x2, case.y)
                    x1, x2, y = (on_host(column, "y") for column in labels)
                    samples = read_samples(x1, x2, y, case.block)
                    precisely_enough([samples], options, inference)  # raises where too few
                except (TypeError, ValueError) as error:
                    msg = f"{case.name}: {error}"
                    raise type(error)(msg) from error
                sets.append(samples)
                rngs.append(np.random.default_rng(for_draws))
                bar.update()
    results = [found.result for found in decompose_samples(sets, options, inference, rngs)]
    number = len(seeds)
    grouped = tuple(tuple(results[k : k + number]) for k in range(0, len(results), number))
    _warn(cases, grouped, options, what, corrected=estimator.bias_correction != "none")
    return grouped


def _warn(
    cases: Sequence[Case],
    results: tuple[tuple[PID, ...], ...],
    options: SolverOptions,
    what: str,
    *,
    corrected: bool,
) -> None:
    warn_of_unfinished(results, options.tol)
    poor = [
        case.name
        for case, of_case in zip(cases, results, strict=True)
        if 2 * sum(bool(result.undersampled) for result in of_case) >= len(of_case)
    ]
    if poor:
        named = ", ".join(poor[:5]) + (", ..." if len(poor) > 5 else "")
        msg = (
            f"{len(poor)} of {len(cases)} {what} are undersampled ({named}): their tables have "
            "too many cells for their samples. Take fewer clusters or more samples"
            + ("" if corrected else ", or bias_correction='auto'")
            + "; fourfold.cluster_sweep recommends a number of clusters."
        )
        warnings.warn(msg, UndersampledWarning, stacklevel=caller_depth())
