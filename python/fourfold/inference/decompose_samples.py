# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What samples say of a population: plug-in results corrected, and given intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.sampling_bias import sampling_of_samples
from fourfold.inference.bias_correction import (
    SOLVED_WITHIN,
    correct,
    resolved,
)
from fourfold.inference.intervals import with_interval
from fourfold.runtime.progress import progress, silent_progress
from fourfold.solve.decomposition import decompose_counted_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.counts.counting import Draws
    from fourfold.counts.sampling_bias import Sampling
    from fourfold.results.pid import PID

__all__ = ["decompose_samples", "inferred_from"]


def decompose_samples(
    batch: Sequence[tuple[Draws, int]],
    options: dict[str, Any],
    *,
    bias_correction: str,
    n_resamples: int,
    confidence_level: float,
) -> list[tuple[PID, Sampling]]:
    """Decompose many sets of samples, their tables in one call of the solver.

    Parameters
    ----------
    batch : sequence of (Draws, int)
        With the seed of what is drawn; sets with one seed and one N have the same halves, as
        `fourfold.compare` needs.
    options : dict
        Those of `solver_options`.
    bias_correction, n_resamples, confidence_level
        As in `fourfold.pid`.

    Returns
    -------
    list of (PID, Sampling)
        Without any warning: a summary of all may say more.
    """
    inferring = bias_correction != "none" or n_resamples > 0
    inner = dict(options)
    counted = []
    for samples, _ in batch:
        counts, n = samples.counts(), len(samples.x1)
        sampling = sampling_of_samples(samples, counts)
        mi_joint = counts.plug_in().mi_joint
        counted.append((counts.p1y / n, counts.p2y / n, mi_joint, sampling))
        if inferring:
            within = SOLVED_WITHIN[resolved(bias_correction, samples)]
            inner["tol"] = min(inner["tol"], options["tol"] / within)
    results = decompose_counted_many(counted, inner)
    samplings = [sampling for *_, sampling in counted]
    if inferring:
        with progress(len(batch), "correct and resample") as bar:
            for k, (samples, seed) in enumerate(batch):
                with silent_progress():
                    results[k] = inferred_from(
                        results[k],
                        samples,
                        samplings[k],
                        options,
                        bias_correction=bias_correction,
                        n_resamples=n_resamples,
                        confidence_level=confidence_level,
                        rng=np.random.default_rng(seed),
                    )
                bar.update()
    return list(zip(results, samplings, strict=True))


def inferred_from(
    result: PID,
    samples: Draws,
    sampling: Sampling,
    options: dict[str, Any],
    *,
    bias_correction: str,
    n_resamples: int,
    confidence_level: float,
    rng: np.random.Generator,
) -> PID:
    """A plug-in result with the correction and the interval that were asked for.

    Parameters
    ----------
    result, samples, sampling : PID, Draws, Sampling
        The plug-in decomposition, what it was counted from, and what that tells of it.
    options : dict
        Those of `solver_options`.
    bias_correction, n_resamples, confidence_level
        As in `fourfold.pid`.
    rng : Generator
        Its children draw the halves and what the correction needs, so that neither depends on
        the number of the other.
    """
    for_halves, for_correction = rng.spawn(2)
    if n_resamples == 0:
        return correct(result, samples, sampling, options, bias_correction, for_correction)
    return with_interval(
        result,
        samples,
        sampling,
        options,
        bias_correction=bias_correction,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
        for_halves=for_halves,
        for_correction=for_correction,
    )
