# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The one road from samples to atoms: count, solve, correct, resample; all sets together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from fourfold.counts.cells import Cells
from fourfold.counts.samples import Samples
from fourfold.inference.bias_correction import SOLVED_WITHIN, check_enough, correct, resolved
from fourfold.inference.influence_interval import with_influence
from fourfold.inference.intervals import with_intervals
from fourfold.inference.plug_in import Found, decompose_plug_in
from fourfold.solve.tables_to_atoms import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from fourfold.counts.samples import Draws
    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.results.target_bins import TargetBins
    from fourfold.solve.options import SolverOptions

__all__ = ["decompose_corrected", "decompose_samples", "decompose_set"]


def decompose_samples(
    sets: Sequence[Draws],
    options: SolverOptions,
    inference: Inference,
    rngs: Sequence[np.random.Generator],
    warm_start: PID | None = None,
) -> list[Found]:
    """Decompose sets of samples; their tables in one batch, all replicates in another.

    Parameters
    ----------
    sets : sequence of Draws
        Of the host or of a device.
    options : SolverOptions
    inference : Inference
    rngs : sequence of Generator
        One for each set. Its children draw the halves and what the correction needs, so that
        neither depends on the number of the other.
    warm_start : PID or None
        As `fourfold.decompose` has it, of a single set.

    Returns
    -------
    list of Found
        Nothing is said of steps or samples that did not do: a summary of all may say more.
    """
    if not inference.wanted:
        return decompose_plug_in(sets, options, warm_start)
    for_halves, for_correction = zip(*(rng.spawn(2) for rng in rngs), strict=True)
    found = decompose_corrected(sets, options, inference, for_correction, warm_start)
    results = [with_influence(one, inference) for one in found]
    halved = [
        k
        for k, (one, result) in enumerate(zip(found, results, strict=True))
        if _takes_halves(one, result, inference)
    ]
    if halved:
        of_halves = with_intervals(
            [found[k] for k in halved],
            options,
            inference,
            [for_halves[k] for k in halved],
        )
        for k, result in zip(halved, of_halves, strict=True):
            error = results[k].standard_error or result.standard_error
            results[k] = dataclasses.replace(result, standard_error=error)
    return [one._replace(result=result) for one, result in zip(found, results, strict=True)]


def decompose_set(
    samples: Draws,
    options: SolverOptions,
    inference: Inference,
    rng: np.random.Generator,
    effective_samples: float | None = None,
    warm_start: PID | None = None,
    target_bins: TargetBins | None = None,
) -> PID:
    """The result of one set of samples, after the warnings that a call gives of it.

    `effective_samples` is what is known of weights, beside their sums; `target_bins` what the
    classes are.
    """
    (found,) = decompose_samples([samples], options, inference, [rng], warm_start)
    result = found.result
    if isinstance(samples, Cells) and samples.weighted:
        result = dataclasses.replace(result, effective_samples=effective_samples)
    if target_bins is not None:
        result = dataclasses.replace(result, target_bins=target_bins)
    return told(result, found.sampling, options)


def decompose_corrected(
    sets: Sequence[Draws],
    options: SolverOptions,
    inference: Inference,
    rngs: Sequence[np.random.Generator],
    warm_start: PID | None = None,
) -> list[Found]:
    """The same up to the intervals; raises where a set has too few samples for what is wanted.

    The generators draw what the corrections need.
    """
    if not inference.wanted:
        return decompose_plug_in(sets, options, warm_start)
    method = inference.bias_correction
    for samples in sets if inference.n_resamples else ():
        check_enough(samples)
    # an interval is around corrected atoms, whichever are reported
    wanted = [_wanted_of(samples, inference) for samples in sets]
    within = max(
        SOLVED_WITHIN[resolved(name, samples)][0]
        for name, samples in zip(wanted, sets, strict=True)
    )
    found = [
        one._replace(samples=one.samples.on_host())
        for one in decompose_plug_in(sets, options.within(within), warm_start)
    ]
    corrections = correct(found, wanted, options, rngs)
    return [
        one
        if each is None
        else one._replace(
            corrected=each.result,
            result=one.plug_in if method == "none" else each.result,
            correction=each,
        )
        for one, each in zip(found, corrections, strict=True)
    ]


def _wanted_of(samples: Draws, inference: Inference) -> str:
    """The correction that samples need: what is to be reported, or what an interval is around."""
    if inference.bias_correction != "none":
        return inference.bias_correction
    has_interval = inference.n_resamples != 0 or isinstance(samples, Cells | Samples)
    return "auto" if has_interval else "none"


def _takes_halves(found: Found, result: PID, inference: Inference) -> bool:
    if inference.n_resamples is None:  # where one solve did not tell
        return result.confidence_interval is None and found.correction is not None
    return inference.n_resamples > 0
