# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals of what subsets tell of the population, from both ends that v* may have."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from fourfold.inference.correction import error_of_bias
from fourfold.inference.influence_interval import terms_of
from fourfold.inference.plug_in import Found
from fourfold.inference.union.bias import Corrected
from fourfold.results.atoms import ROUNDING
from fourfold.results.subset_numbers import SubsetIntervals, SubsetNumbers

__all__ = ["Ends", "ends_of", "ends_of_pair", "intervals"]

#: Of the atoms R, U1, U2 and S: I(X1,X2;Y), v* and S.
_OF_ATOMS = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 1]])


class Ends(NamedTuple):
    """Of I(X_A;Y), v* and synergy, (3, M) each, in bits.

    Attributes
    ----------
    plug_in : ndarray
        Of the frequencies.
    low, high : ndarray
        Ends of the corrected estimate, before any error.
    error : ndarray
        By sampling.
    bias_error : ndarray
        Of what was subtracted as bias.
    """

    plug_in: np.ndarray
    low: np.ndarray
    high: np.ndarray
    error: np.ndarray
    bias_error: np.ndarray


def ends_of(
    plug_in: np.ndarray, estimate: Corrected, error: np.ndarray, second: np.ndarray
) -> Ends:
    """Of subsets.

    Parameters
    ----------
    plug_in : ndarray, shape (2, M)
        I(X_A;Y) and v* of the frequencies.
    estimate : Corrected
    error : ndarray, shape (3, M)
        By sampling.
    second : ndarray, shape (M,)
        Another estimate of I(X_A;Y) where there is one, else NaN: what it is off by is an error of
        the bias.
    """
    low, high = (_three(estimate.information, union) for union in estimate.unions)
    plain = _three(*plug_in)
    step = np.abs(high - _three(*estimate.one_pass))
    step[::2] = np.fmax(step[::2], np.abs(estimate.information - second))
    bias_error = error_of_bias(plain - high, step)
    return Ends(plain, np.minimum(low, high), np.maximum(low, high), error, bias_error)


def ends_of_pair(found: Found) -> Ends:
    """Of two sources, as `fourfold.pid` corrects them; (3, 1) each."""
    correction, terms = found.correction, terms_of(found)
    assert correction is not None
    assert terms is not None
    assert correction.step is not None
    ends = correction.ends @ _OF_ATOMS.T
    error = np.sqrt((_OF_ATOMS @ terms.covariance * _OF_ATOMS).sum(1))
    bias_error = error_of_bias(_OF_ATOMS @ correction.removed, _OF_ATOMS @ correction.step)
    parts = (
        _OF_ATOMS @ np.array(found.plug_in.atoms),
        ends.min(0),
        ends.max(0),
        error,
        bias_error,
    )
    return Ends(*(part[:, None] for part in parts))


def intervals(
    ends: Ends,
    gap: np.ndarray,
    unknown: np.ndarray,
    entropy: tuple[float, float],
    level: float,
) -> SubsetIntervals:
    """From the lower end less its error to the upper end and its error.

    Parameters
    ----------
    ends : Ends
    gap : ndarray, shape (M,)
        Of the certified interval of v*, of which the upper end is known.
    unknown : ndarray of bool, shape (M,)
        Where nothing is known of the bias.
    entropy : tuple
        H(Y), which no information is above, and its standard error.
    level : float
    """
    far = float(ndtri(0.5 + level / 2))
    half_width = far * np.hypot(ends.error, ends.bias_error)
    below, above = np.zeros((2, *ends.low.shape))
    below[1] = above[2] = gap
    low, high = ends.low - half_width - below, np.maximum(ends.high + half_width + above, 0.0)
    uncertain = (ends.plug_in <= gap + ROUNDING) | unknown
    low = np.where(uncertain, np.minimum(low, 0.0), low)
    high = np.where(unknown, np.maximum(high, ends.plug_in), high)
    caps = np.full_like(low, entropy[0] + far * entropy[1])
    caps[2] -= low[1]
    high = np.maximum(np.minimum(high, caps), low)
    return SubsetIntervals(SubsetNumbers(*low), SubsetNumbers(*high), float(level))


def _three(information: np.ndarray, union: np.ndarray) -> np.ndarray:
    return np.stack([information, union, information - union])
