# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The one road from samples to atoms: count, solve, correct, resample; all sets together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.inference.bias_correction import SOLVED_WITHIN, correct, resolved
from fourfold.inference.intervals import with_intervals
from fourfold.inference.plug_in import Found, decompose_plug_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from fourfold.counts.samples import Draws
    from fourfold.inference.options import Inference
    from fourfold.solve.options import SolverOptions

__all__ = ["decompose_samples", "precisely_enough"]


def decompose_samples(
    sets: Sequence[Draws],
    options: SolverOptions,
    inference: Inference,
    rngs: Sequence[np.random.Generator],
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
        neither depends on the number of the other; sets with equal generators and one N have
        the same halves, as `fourfold.compare` needs.

    Returns
    -------
    list of Found
        Nothing is said of steps or samples that did not do: a summary of all may say more.
    """
    found = decompose_plug_in(sets, precisely_enough(sets, options, inference))
    if not inference.wanted:
        return found
    found = [one._replace(samples=one.samples.on_host()) for one in found]
    for_halves, for_correction = zip(*(rng.spawn(2) for rng in rngs), strict=True)
    # an interval is around corrected atoms, whichever are reported
    method = inference.bias_correction if inference.bias_correction != "none" else "auto"
    results = correct(found, method, options, for_correction)
    if inference.n_resamples > 0:
        results = with_intervals(found, results, options, inference, for_halves)
    return [one._replace(result=result) for one, result in zip(found, results, strict=True)]


def precisely_enough(
    sets: Sequence[Draws], options: SolverOptions, inference: Inference
) -> SolverOptions:
    """Options for the plug-in tables, of which corrected atoms shall be within `tol`.

    Raises where a set has too few samples for what is wanted of it.
    """
    if not inference.wanted:
        return options
    methods = {resolved(inference.bias_correction, samples) for samples in sets}
    return options.within(max(SOLVED_WITHIN[method] for method in methods))
