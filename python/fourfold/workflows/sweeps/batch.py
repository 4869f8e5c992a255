# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Clusterings of several settings and seeds, and all their tables decomposed in one batch."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import clone

from fourfold.embeddings.clustering import cluster
from fourfold.embeddings.probed import kept_of_table
from fourfold.embeddings.seeds import seeds_from
from fourfold.exceptions import ConvergenceWarning
from fourfold.inference.bias_correction import check_enough, resolved
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inputs.numbers import positive_int
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.jobs import run_jobs
from fourfold.runtime.progress import progress, silent_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.counts.cells import Cells
    from fourfold.counts.samples import Samples
    from fourfold.embeddings.clustering import Clustering
    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.results.target_bins import TargetBins
    from fourfold.solve.options import SolverOptions

__all__ = ["Sampled", "clustered", "counted_each", "decompose_each", "sampled", "sweep_seeds"]


class Sampled(NamedTuple):
    """What is to be decomposed, the seed of what is drawn of it, and what its classes are."""

    samples: Cells | Samples
    seed: int
    target_bins: TargetBins | None


def sweep_seeds(
    random_state: Any, n_seeds: Any
) -> tuple[tuple[int, ...], list[np.random.SeedSequence]]:
    """Seeds of the clusterings, and of the noise; more of them begin with the same.

    Raises as `PIDEstimator.fit` for what is no `random_state`.
    """
    number = positive_int(n_seeds, "n_seeds")
    for_clusters, for_noise = np.random.SeedSequence(seeds_from(random_state)).spawn(2)
    seeds = tuple(int(child.generate_state(1)[0]) for child in for_clusters.spawn(number))
    return seeds, for_noise.spawn(number)


def clustered(estimator: PIDEstimator, x1: Any, x2: Any, y: Any, **changed: Any) -> Clustering:
    """Clusters as an estimator finds them, of whose parameters some are changed."""
    return cluster(clone(estimator).set_params(**changed), x1, x2, y)


def sampled(
    clustering: Clustering, inference: Inference, y: Any = None, block: int = 1
) -> Sampled:
    """What a clustering counts to, with another target if one is given; raises where it cannot be
    decomposed.
    """
    samples = clustering.samples(y, block)
    resolved(inference.bias_correction, samples)
    if inference.n_resamples:
        check_enough(samples)
    return Sampled(samples, clustering.seed, clustering.bins)


def counted_each(
    work: Callable[..., Any],
    jobs: Sequence[tuple[Any, ...]],
    what: str,
    *,
    at_home: bool = False,
) -> list[Any]:
    """What a function clusters and counts, of arguments for each setting and seed.

    The function is one of a module, as `run_jobs` needs; `what` is the settings in one word.
    """
    found = []
    with progress(len(jobs), f"cluster {what}") as bar, silent_progress():
        for one in run_jobs(work, jobs, at_home=at_home):
            found.append(one)
            bar.update()
    return found


def decompose_each(
    counted: Sequence[Sampled],
    n_seeds: int,
    options: SolverOptions,
    inference: Inference,
) -> tuple[tuple[PID, ...], ...]:
    """Results of clusters for each setting, and of each its seeds, with at most one warning.

    `counted` are as `sampled` gives them, seeds after one another. Undersampled ones are what a
    sweep is there to show, so they are not warned of.
    """
    sets = [one.samples for one in counted]
    rngs = [np.random.default_rng(one.seed) for one in counted]
    made = decompose_samples(sets, options, inference, rngs)
    results = [
        dataclasses.replace(
            found.result, kept=kept_of_table(found), target_bins=one.target_bins
        )
        for found, one in zip(made, counted, strict=True)
    ]
    _warn_of_unfinished(results, options.tol)
    return tuple(tuple(results[k : k + n_seeds]) for k in range(0, len(results), n_seeds))


def _warn_of_unfinished(results: Sequence[PID], tol: float) -> None:
    """Give the one `ConvergenceWarning` of many fits."""
    unfinished = [result.gap for result in results if not result.converged]
    if unfinished:
        msg = (
            f"{len(unfinished)} of {len(results)} fits did not converge: the largest certified "
            f"gap is {max(unfinished):.2e} bits, above tol = {tol:.2e}. The bounds hold; raise "
            "max_iter or tol."
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=caller_depth())
