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

__all__ = ["has_influence", "with_influence"]

#: An atom is near its bound within so many standard errors.
_NEAR = 3.0
_UNIQUE = np.array([False, True, True, False])


def has_influence(found: Found) -> bool:
    """Whether what one solve tells is enough for the errors of a result."""
    samples, correction = found.samples, found.correction
    counted = isinstance(samples, Samples) and samples.counted
    return counted and correction is not None and correction.step is not None


def with_influence(found: Found, inference: Inference) -> PID:
    """The result that was asked for, with its standard error and its interval."""
    if not has_influence(found):
        return found.result
    correction, samples = found.correction, found.samples
    assert correction is not None
    assert isinstance(samples, Samples)
    influence = influence_of(samples, found.plug_in)
    covariance = _covariance(influence, correction, found.plug_in)
    known = Atoms(*np.sqrt(covariance.diagonal()).tolist())
    if inference.confidence_level is None:
        return dataclasses.replace(found.result, standard_error=known)
    interval = _interval(found, correction, influence, covariance, inference.confidence_level)
    result = with_this_interval(
        found.plug_in,
        found.corrected,
        interval,
        inference.bias_correction,
        found.sampling.coverage,
    )
    return dataclasses.replace(result, standard_error=known)


def _covariance(influence: Influence, correction: Correction, plug_in: PID) -> np.ndarray:
    """(4, 4) of the atoms by sampling, in squared bits.

    On its bound a unique information has no slope, and no row moves it, but halves of the rows
    show that it scatters.
    """
    covariance, spread = influence.covariance(), correction.spread
    assert spread is not None
    error = np.sqrt(covariance.diagonal())
    near = np.array(plug_in.atoms) <= _NEAR * np.maximum(error, spread)
    wider = np.where(near & _UNIQUE, np.maximum(error, spread), error)
    covariance[range(4), range(4)] = wider**2
    return covariance


def _interval(
    found: Found,
    correction: Correction,
    influence: Influence,
    covariance: np.ndarray,
    level: float,
) -> ConfidenceInterval:
    """From the lower end less the error to the upper end and the error, of each atom."""
    corrected, plug_in = found.corrected, np.array(found.plug_in.atoms)
    assert correction.step is not None
    error = np.hypot(np.sqrt(covariance.diagonal()), correction.error)
    half_width = ndtri(0.5 + level / 2) * error
    gap = corrected.gap
    # the union information is an upper end, and with it U1 and U2, and what R and S lack
    low = correction.ends.min(0) - half_width - gap * np.array([0, 1, 1, 0])
    high = np.maximum(correction.ends.max(0) + half_width + gap * np.array([1, 0, 0, 1]), 0.0)
    uncertain = plug_in <= found.plug_in.gap + ROUNDING
    if found.sampling.coverage < LEAST_COVERAGE or corrected.undersampled:
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
            influence.terms * influence.widening,
            influence.occupied,
            influence.cells,
            correction.removed,
            correction.step,
            correction.ends,
            corrected.bias_correction,
        ),
    )
