# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Information and union information of subsets of the sources, from covariances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.gaussian.factors import Factors, rounding_of
from fourfold.gaussian.union.largest import largest_determinants
from fourfold.gaussian.union.roots import log_dets, roots_given
from fourfold.inputs.subsets import Subset
from fourfold.solve.union.set_bounds import monotone

__all__ = ["Unions", "informations", "unions"]

_LN2 = float(np.log(2))


class Unions(NamedTuple):
    """In bits, (B, M) each."""

    information: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    steps: np.ndarray


def unions(
    factors: Factors,
    sizes: Sequence[int],
    subsets: Sequence[Subset],
    tol: float,
    bias: Sequence[float] | None = None,
) -> Unions:
    """Of covariances (B, D, D), in the order of the sources and last Y, tol in bits.

    With `bias`, bits for each source by which half of log2 det of its Cov(Y|X_i) is too high against
    that of Cov(Y), these are scaled by it: v* of one source is its corrected information then.
    `information` is not corrected.
    """
    scaled = factors.scaled
    information = informations(factors, sizes, subsets)
    whole = log_dets(roots_given(scaled, sizes, ()))[:, None]
    single = [roots_given(scaled, sizes, (k,)) for k in range(len(sizes) - 1)]
    if bias is not None:
        single = [
            root * 2.0 ** (-off / sizes[-1]) for root, off in zip(single, bias, strict=True)
        ]
    found = largest_determinants(np.stack(single, 1), subsets, tol * _LN2, rounding_of(factors))
    lower, upper = (whole - found.high) / _LN2, (whole - found.low) / _LN2
    if bias is None:
        upper = np.minimum(upper, information)  # all sources together are above each
    lower, upper = monotone(lower, upper, subsets)
    return Unions(information, lower, np.maximum(lower, upper), found.steps.astype(int))


def informations(
    factors: Factors, sizes: Sequence[int], subsets: Sequence[Subset]
) -> np.ndarray:
    """I(X_A;Y) of each subset in bits, (B, M), of covariances as they are."""
    whole = log_dets(roots_given(factors.scaled, sizes, ()))
    given = (log_dets(roots_given(factors.scaled, sizes, subset)) for subset in subsets)
    return np.stack([(whole - left) / _LN2 for left in given], 1)
