# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What samples say of a population: plug-in results corrected, and given intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.bias_correction import correct
from fourfold.confidence_interval import with_interval

if TYPE_CHECKING:
    import numpy as np

    from fourfold.counting import Samples
    from fourfold.result import PID
    from fourfold.sampling_bias import Sampling

__all__ = ["inferred_from"]


def inferred_from(
    result: PID,
    samples: Samples,
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
    result, samples, sampling : PID, Samples, Sampling
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
