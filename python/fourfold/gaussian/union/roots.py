# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Cholesky factors of Cov(Y) given subsets of the sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fourfold.inputs.subsets import Subset

__all__ = ["columns_of", "log_dets", "roots_given"]


def columns_of(sizes: Sequence[int], subset: Subset) -> np.ndarray:
    """Where the columns of these sources are, and last those of Y."""
    ends = np.cumsum(sizes)
    places = [np.arange(ends[k] - sizes[k], ends[k]) for k in (*subset, len(sizes) - 1)]
    return np.concatenate(places)


def roots_given(cov: np.ndarray, sizes: Sequence[int], subset: Subset) -> np.ndarray:
    """Lower factors of Cov(Y|X_i, i in subset); cov (..., D, D), sizes d_1, ..., d_n, d_y.

    What is left of Y is read from the factor of all: nothing is subtracted, and the digits of a
    nearly singular one are kept.

    Raises
    ------
    LinAlgError
        If the covariance of these sources and Y is not positive definite.
    """
    order = columns_of(sizes, subset)
    factor: np.ndarray = np.linalg.cholesky(cov[..., order[:, None], order])
    return factor[..., -sizes[-1] :, -sizes[-1] :]


def log_dets(roots: np.ndarray) -> np.ndarray:
    """Half of log det in nats of what has these factors (..., d, d)."""
    found: np.ndarray = np.log(np.diagonal(roots, axis1=-2, axis2=-1)).sum(-1)
    return found
