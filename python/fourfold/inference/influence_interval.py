# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard errors and confidence intervals of the atoms of the population, without resampling."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtri

from fourfold.counts.cells import Cells
from fourfold.counts.samples import Samples
from fourfold.counts.undersampling import LEAST_COVERAGE
from fourfold.inference.influence import influence_of
from fourfold.inference.intervals import near_bounds, reaching_difference, with_this_interval
from fourfold.inference.row_influence import influence_of_rows
from fourfold.inference.shares import share_intervals
from fourfold.results.atoms import ROUNDING, Atoms
from fourfold.results.confidence_interval import ConfidenceInterval, RowTerms, Scatter

if TYPE_CHECKING:
    from fourfold.inference.correction import Correction
    from fourfold.inference.options import Inference
    from fourfold.inference.plug_in import Found
    from fourfold.results.pid import PID

__all__ = ["Terms", "terms_of", "with_influence", "with_terms"]


class Terms(NamedTuple):
    """What rows add to the atoms, and the covariance (4, 4) of these by sampling, in bits."""

    influence: RowTerms
    covariance: np.ndarray


def terms_of(found: Found) -> Terms | None:
    """What each row adds, where one solve tells enough for the errors of a result."""
    samples, correction = found.samples, found.correction
    if correction is None or correction.spread is None:
        return None
    if isinstance(samples, Cells):
        influence = influence_of(samples, found.plug_in)
    elif isinstance(samples, Samples):
        influence = influence_of_rows(samples, found.plug_in)
    else:
        return None
    covariance = influence.covariance()
    spread = correction.spread.copy()
    # a divergence of s bits near zero, of which 2 N s ln 2 is a chi-square
    few = 2 * max(found.plug_in.synergy, 0.0) / (samples.total * math.log(2))
    spread[3] = math.sqrt(few) if samples.counted else 0.0
    return Terms(influence, _near_bounds(covariance, spread, found.plug_in))


def with_influence(found: Found, inference: Inference) -> PID:
    """The result that was asked for, with its standard error and its interval."""
    terms, correction = terms_of(found), found.correction
    if terms is None:
        return found.result
    assert correction is not None
    return with_terms(found.plug_in, correction, terms, inference, found.sampling.coverage)


def with_terms(
    plug_in: PID, correction: Correction, terms: Terms, inference: Inference, coverage: float
) -> PID:
    """The result that was asked for, by the terms of its rows.

    Parameters
    ----------
    plug_in : PID
        Of the frequencies as they are.
    correction : Correction
        The same without its bias.
    terms : Terms
    inference : Inference
    coverage : float
        Good and Turing's, of the cells.
    """
    known = Atoms(*np.sqrt(terms.covariance.diagonal()).tolist())
    method, level = inference.bias_correction, inference.confidence_level
    if level is None:
        reported = plug_in if method == "none" else correction.result
    else:
        interval = _interval(plug_in, correction, terms, level, coverage)
        reported = with_this_interval(plug_in, correction.result, interval, method, coverage)
    return dataclasses.replace(reported, standard_error=known)


def _near_bounds(covariance: np.ndarray, spread: np.ndarray, plug_in: PID) -> np.ndarray:
    """(4, 4) of the atoms by sampling, in squared bits, of at least `spread` near zero.

    On its bound a unique information has no slope, and no row moves it, but halves of the rows
    show that it scatters. A synergy near zero scatters by cells without rows, too, of which no
    term tells.
    """
    error = np.sqrt(covariance.diagonal())
    near = near_bounds(np.array(plug_in.atoms), np.maximum(error, spread))
    wider = np.where(near, np.maximum(error, spread), error)
    covariance[range(4), range(4)] = wider**2
    return covariance


def _interval(
    result: PID, correction: Correction, terms: Terms, level: float, coverage: float
) -> ConfidenceInterval:
    """From the lower end less the error to the upper end and the error, of each atom."""
    corrected, plug_in = correction.result, np.array(result.atoms)
    influence, covariance = terms
    of_rows = influence.covariance()
    error = np.hypot(np.sqrt(covariance.diagonal()), correction.error)
    half_width = ndtri(0.5 + level / 2) * error
    gap = corrected.gap
    # the union information is an upper end, and with it U1 and U2, and what R and S lack
    low = correction.ends.min(0) - half_width - gap * np.array([0, 1, 1, 0])
    high = np.maximum(correction.ends.max(0) + half_width + gap * np.array([1, 0, 0, 1]), 0.0)
    high = reaching_difference(high, correction, of_rows, level)
    uncertain = plug_in <= result.gap + ROUNDING
    if coverage < LEAST_COVERAGE or correction.unknown:
        uncertain, high = np.full(4, True), np.maximum(high, plug_in)
    low = np.where(uncertain, np.minimum(low, 0.0), low)
    with_bias = covariance + np.diag(correction.error**2)
    return ConfidenceInterval(
        low=Atoms(*low.tolist()),
        high=Atoms(*high.tolist()),
        contributions=share_intervals(correction.ends, with_bias, level),
        confidence_level=float(level),
        estimate=corrected.atoms,
        method="influence",
        bias_error=Atoms(*correction.error.tolist()),
        kink=float(corrected.kink or 0.0),
        drift=None,
        replicates=np.empty((0, 4)),
        scatter=Scatter(
            covariance,
            correction.removed,
            correction.step,
            correction.ends,
            corrected.bias_correction,
            None if influence.cells is None else influence,
        ),
    )
