# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Cholesky factors of covariances whose columns were brought to variance 1, and their condition."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.linalg.lapack import dtrtri, dtrtrs

from fourfold.inputs.device import array_module

__all__ = [
    "LEAST_VARIANCE",
    "Factors",
    "cholesky",
    "factor",
    "least_eigenvalue",
    "rounding_of",
    "solved_triangle",
    "transposed",
]

#: Below it correlations lose digits, as subnormal numbers do.
LEAST_VARIANCE = 1e-290
_NOT_DEFINITE = "Matrix is not positive definite"
#: Natural logarithms of eigenvalues below this are rounding: the sources tell the same there.
_EQUAL = 1e-12
_EPS = 4 * np.finfo(float).eps
#: Columns from which on triangles are worth a call of LAPACK for each matrix of a batch.
_MANY = 100


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


def solved_triangle(root: Any, right: Any, *, turned: bool = False) -> Any:
    """root^-1 right of lower factors (..., D, D), or root'^-1 right."""
    xp = array_module(root)
    if xp is not np or root.shape[-1] <= _MANY:
        return xp.linalg.solve(transposed(root) if turned else root, right)
    found = np.empty(right.shape)
    for index in np.ndindex(root.shape[:-2]):
        # as in `least_eigenvalue`
        found[index], _ = dtrtrs(root[index].T, right[index], trans=not turned)
    return found


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
    """At most that of the correlations, and from 1/D of it, or of many columns from about 1/10.

    The estimates of LAPACK, which do not invert either, miss the difference of two columns by a
    factor of 20.
    """
    xp, size = array_module(factors.root), factors.root.shape[-1]
    if xp is not np:
        inverse = xp.linalg.inv(factors.root)
        return 1 / (inverse * inverse).sum((-1, -2))
    found = np.empty(factors.root.shape[:-2])
    start = np.random.default_rng(0).standard_normal((size, 4)) if size > _MANY else None
    for index in np.ndindex(found.shape):
        # LAPACK reads columns first: the transpose of a lower factor is an upper one, uncopied
        upper = factors.root[index].T
        if start is None:
            inverse, _ = dtrtri(upper)
            found[index] = 1 / np.vdot(inverse, inverse)
        else:
            found[index] = _iterated(upper, start)
    return found


def _iterated(upper: np.ndarray, vectors: np.ndarray) -> float:
    """A tenth of what inverse iteration makes of random vectors, which is never too small.

    It is ten times too large only where each of four normal numbers is below D^1/2 / 3000: of
    10 000 columns a chance of 1e-6.
    """
    for _ in range(4):
        half, _ = dtrtrs(upper, vectors, trans=1)
        squares = (half * half).sum(0)
        least = (vectors * vectors).sum(0) / squares
        vectors, _ = dtrtrs(upper, half / squares**0.5)
    return float(least.min()) / 10


def rounding_of(factors: Factors) -> Any:
    """Natural logarithms of eigenvalues of C_2 v = l C_1 v that rounding alone may make, (...)."""
    xp = array_module(factors.root)
    pivots = xp.diagonal(factors.root, axis1=-2, axis2=-1) ** 2
    return xp.maximum(_EQUAL, _EPS / pivots.min(-1))
