# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Cholesky factors of covariances whose columns were brought to variance 1, and their condition."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.linalg.lapack import dtrtri

from fourfold.inputs.device import array_module

__all__ = [
    "LEAST_VARIANCE",
    "Factors",
    "cholesky",
    "factor",
    "least_eigenvalue",
    "rounding_of",
    "transposed",
]

#: Below it correlations lose digits, as subnormal numbers do.
LEAST_VARIANCE = 1e-290
_NOT_DEFINITE = "Matrix is not positive definite"
#: Natural logarithms of eigenvalues below this are rounding: the sources tell the same there.
_EQUAL = 1e-12
_EPS = 4 * np.finfo(float).eps


class Factors(NamedTuple):
    """Of a batch of covariances (..., D, D).

    Attributes
    ----------
    scale : ndarray, shape (..., 1, D)
        Standard deviations of the columns.
    scaled : ndarray, shape (..., D, D)
        The correlations.
    root : ndarray, shape (..., D, D)
        Lower Cholesky factors of these.
    """

    scale: Any
    scaled: Any
    root: Any


def transposed(matrices: Any) -> Any:
    """Each matrix of a batch."""
    return matrices.swapaxes(-1, -2)


def cholesky(matrices: Any) -> Any:
    """Lower factors; LinAlgError where a matrix is not positive definite, on a device too."""
    xp = array_module(matrices)
    found = xp.linalg.cholesky(matrices)
    if xp is not np:
        # CuPy does not raise by itself, and leaves numbers behind where it stopped
        squares = (found * found).sum(-1)
        right = xp.diagonal(matrices, axis1=-2, axis2=-1)
        if not bool((abs(squares - right) <= 1e-6 * right).all()):
            raise np.linalg.LinAlgError(_NOT_DEFINITE)
    return found


def factor(cov: Any) -> Factors:
    """Raises LinAlgError where a covariance is not positive definite."""
    xp = array_module(cov)
    variances = xp.diagonal(cov, axis1=-2, axis2=-1)
    if not bool((variances >= LEAST_VARIANCE).all()):
        raise np.linalg.LinAlgError(_NOT_DEFINITE)
    scale = xp.sqrt(variances)[..., None, :]
    scaled = cov / scale
    scaled /= transposed(scale)
    return Factors(scale, scaled, cholesky(scaled))


def least_eigenvalue(factors: Factors) -> Any:
    """1 over the trace of the inverse: from 1/D of the smallest eigenvalue to all of it.

    The estimates of LAPACK, which do not invert, miss the difference of two columns by a factor of 20.
    """
    xp = array_module(factors.root)
    if xp is not np:
        inverse = xp.linalg.inv(factors.root)
        return 1 / (inverse * inverse).sum((-1, -2))
    found = np.empty(factors.root.shape[:-2])
    for index in np.ndindex(found.shape):
        # LAPACK reads columns first: the transpose of a lower factor is an upper one, uncopied
        inverse, _ = dtrtri(factors.root[index].T)
        found[index] = 1 / np.vdot(inverse, inverse)
    return found


def rounding_of(factors: Factors) -> Any:
    """Natural logarithms of eigenvalues of C_2 v = l C_1 v that rounding alone may make, (...)."""
    xp = array_module(factors.root)
    pivots = xp.diagonal(factors.root, axis1=-2, axis2=-1) ** 2
    return xp.maximum(_EQUAL, _EPS / pivots.min(-1))
