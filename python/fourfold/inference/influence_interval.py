# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard errors and confidence intervals of the atoms of the population, without resampling."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from fourfold.counts.samples import Samples
from fourfold.counts.undersampling import LEAST_COVERAGE
from fourfold.inference.influence import influence_of
from fourfold.inference.intervals import with_this_interval
from fourfold.inference.shares import share_intervals
from fourfold.results.atoms import ROUNDING, Atoms
from fourfold.results.confidence_interval import ConfidenceInterval, RowTerms

if TYPE_CHECKING:
    from fourfold.inference.bias_correction import Correction
    from fourfold.inference.influence import Influence
    from fourfold.inference.options import Inference
    from fourfold.inference.plug_in import Found
    from fourfold.results.pid import PID

__all__ = ["influence_of_found", "with_influence", "with_terms"]


def influence_of_found(found: Found) -> Influence | None:
    """What each row adds, where one solve tells enough for the errors of a result."""
    samples, correction = found.samples, found.correction
    if correction is None or correction.step is None:
        return None
    if not isinstance(samples, Samples) or not samples.counted:
        return None
    return influence_of(samples, found.plug_in)


def with_influence(found: Found, inference: Inference) -> PID:
    """The result that was asked for, with its standard error and its interval."""
    influence = influence_of_found(found)
    if influence is None:
        return found.result
    assert found.correction is not None
    return with_terms(
        found.plug_in, found.correction, influence, inference, found.sampling.coverage
    )


def with_terms(
    plug_in: PID,
    correction: Correction,
    influence: Influence,
    inference: Inference,
    coverage: float,
) -> PID:
    """The result that was asked for, by the terms of its rows.

    Parameters
    ----------
    plug_in : PID
        Of the frequencies as they are.
    correction : Correction
        The same without its bias.
    influence : Influence
    inference : Inference
    coverage : float
        Good and Turing's, of the cells.
    """
    known = Atoms(*influence.standard_error().tolist())
    method, level = inference.bias_correction, inference.confidence_level
    if level is None:
        reported = plug_in if method == "none" else correction.result
    else:
        interval = _interval(plug_in, correction, influence, level, coverage)
        reported = with_this_interval(plug_in, correction.result, interval, method, coverage)
    return dataclasses.replace(reported, standard_error=known)


def _interval(
    result: PID, correction: Correction, influence: Influence, level: float, coverage: float
) -> ConfidenceInterval:
    """From the lower end less the error to the upper end and the error, of each atom."""
    corrected, plug_in = correction.result, np.array(result.atoms)
    covariance = influence.covariance()
    error = np.hypot(np.sqrt(covariance.diagonal()), correction.error)
    half_width = ndtri(0.5 + level / 2) * error
    gap = corrected.gap
    # the union information is an upper end, and with it U1 and U2, and what R and S lack
    low = correction.ends.min(0) - half_width - gap * np.array([0, 1, 1, 0])
    high = np.maximum(correction.ends.max(0) + half_width + gap * np.array([1, 0, 0, 1]), 0.0)
    uncertain = plug_in <= result.gap + ROUNDING
    if coverage < LEAST_COVERAGE or corrected.undersampled:
        uncertain, high = np.full(4, True), np.maximum(high, plug_in)
    low = np.where(uncertain, np.minimum(low, 0.0), low)
    covariance = covariance + np.diag(correction.error**2)
    return ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*high.tolist()),
        contributions=share_intervals(correction.ends, covariance, level),
        confidence_level=float(level),
        estimate=corrected.atoms,
        method="influence",
        bias_error=Atoms(*correction.error.tolist()),
        kink=float(corrected.kink or 0.0),
        drift=None,
        replicates=np.empty((0, 4)),
        scatter=RowTerms(
            influence.terms,
            influence.occupied,
            influence.cells,
            correction.removed,
            correction.step,
            correction.ends,
            corrected.bias_correction,
        ),
    )
