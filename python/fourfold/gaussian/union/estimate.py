# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The estimate of a population's informations and union informations from its samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from fourfold.gaussian.factors import Factors
from fourfold.gaussian.information_bias import log_det_bias
from fourfold.gaussian.scatters import Dealt
from fourfold.gaussian.union.cross_fitted import cross_fitted_unions
from fourfold.gaussian.union.roots import Subset, log_dets, roots_given
from fourfold.gaussian.union.row_bits import standard_errors
from fourfold.gaussian.union.unions import unions
from fourfold.inputs.device import to_numpy
from fourfold.results.gaussian_union import SubsetIntervals, SubsetNumbers

__all__ = ["UnionEstimate", "estimate_unions"]


class UnionEstimate(NamedTuple):
    """In bits, (M,) each."""

    information: np.ndarray
    union: np.ndarray
    gap: np.ndarray
    steps: np.ndarray
    plug_in: SubsetNumbers
    kink: np.ndarray | None = None
    standard_error: SubsetNumbers | None = None
    interval: SubsetIntervals | None = None


def estimate_unions(
    dealt: Dealt,
    factors: Factors,
    subsets: Sequence[Subset],
    tol: float,
    corrected: bool,
    confidence_level: float | None,
) -> UnionEstimate:
    """From rows in folds and the factors (1, D, D) of their covariance."""
    scatters = dealt.scatters
    sizes, degrees = scatters.sizes, scatters.total
    exact = unions(factors, sizes, subsets, tol)
    plain, plain_union = exact.information[0], exact.upper[0]
    plug_in = SubsetNumbers.of(plain, plain_union)
    if not corrected:
        return UnionEstimate(
            plain, plain_union, (exact.upper - exact.lower)[0], exact.steps[0], plug_in
        )
    information = plain - [_bias(degrees, sizes, subset) for subset in subsets]
    number = len(sizes) - 1
    bias = np.array([_bias(degrees, sizes, (k,)) for k in range(number)])
    whole = roots_given(factors.scaled[0], sizes, ())
    single = np.array(
        [
            (log_dets(whole) - log_dets(roots_given(factors.scaled[0], sizes, (k,))))
            / np.log(2)
            for k in range(number)
        ]
    )
    # with C_i that make I(X_i;Y) right
    scaled = unions(factors, sizes, subsets, tol, bias=(-bias).tolist())
    high = scaled.upper[0]
    largest = np.array([max(single[k] - bias[k] for k in subset) for subset in subsets])
    crossed = cross_fitted_unions(scatters, single - bias, subsets)
    union = largest if crossed is None else crossed.union
    low = union if crossed is None else crossed.unaided
    standard_error = interval = None
    if confidence_level is not None:
        cov = scatters.whole() / degrees
        errors = standard_errors(to_numpy(dealt.residual), cov, sizes, subsets)
        if crossed is not None:
            errors[1:] = np.maximum(errors[1:], crossed.error)
        standard_error = SubsetNumbers(*errors)
        far = stdtrit(degrees - sum(sizes) + 1, 0.5 + confidence_level / 2) * errors
        low, most = np.minimum(low, high), np.maximum(union, high)
        interval = SubsetIntervals(
            SubsetNumbers(information - far[0], low - far[1], information - most - far[2]),
            SubsetNumbers(information + far[0], most + far[1], information - low + far[2]),
            float(confidence_level),
        )
    return UnionEstimate(
        information,
        union,
        (scaled.upper - scaled.lower)[0],
        scaled.steps[0],
        plug_in,
        np.maximum(high - union, 0.0),
        standard_error,
        interval,
    )


def _bias(degrees: int, sizes: Sequence[int], subset: Subset) -> float:
    """Bits by which I(X_A;Y) of a sample covariance is too high."""
    source, target = sum(sizes[k] for k in subset), sizes[-1]
    return (
        log_det_bias(degrees, source)
        + log_det_bias(degrees, target)
        - log_det_bias(degrees, source + target)
    )
