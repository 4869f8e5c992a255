# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The decomposition of a Gaussian in closed form: one eigenproblem of the size of the target.

With C_i = Cov(Y|X_i) and l_k the eigenvalues of C_2 v = l C_1 v::

    U1 = 1/2 sum max(0, log2 l_k)      R = I(X1;Y) - U1
    U2 = 1/2 sum max(0, -log2 l_k)     S = I(X1,X2;Y) - I(X1;Y) - U2

over all couplings, those that are not Gaussian too. The proof is in docs/gaussian.md.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import array_module

__all__ = ["ClosedForm", "closed_form", "conditional_covariances"]

#: Natural logarithms of eigenvalues below this are rounding: the sources tell the same there.
_EQUAL = 1e-12


class ClosedForm(NamedTuple):
    """Informations and atoms in bits; the shape of the batch leads.

    Attributes
    ----------
    mi1, mi2, mi_joint : float or ndarray, shape (...)
        I(X1;Y), I(X2;Y) and I(X1,X2;Y).
    unique1, unique2 : float or ndarray, shape (...)
        U1 and U2; the other two atoms follow from these.
    eigenvalues : ndarray, shape (..., d)
        l_k, from the largest; above 1 X1 alone tells of combination k of Y, below 1 X2 alone.
    directions : ndarray, shape (..., d, d)
        Row k: the weights v of the columns of Y in combination k, where v'Y has variance 1.
    """

    mi1: Any
    mi2: Any
    mi_joint: Any
    unique1: Any
    unique2: Any
    eigenvalues: Any
    directions: Any


class _Roots(NamedTuple):
    """Lower Cholesky factors of covariances of Y, where each column of Y has variance 1."""

    y: Any
    given1: Any
    given2: Any
    given12: Any
    scale: Any  # standard deviations of Y's columns, (..., 1, d)


def _transposed(matrices: Any) -> Any:
    return matrices.swapaxes(-1, -2)


def _cholesky(matrices: Any, xp: Any) -> Any:
    """Lower factors; LinAlgError where a matrix is not positive definite, on a device too."""
    found = xp.linalg.cholesky(matrices)
    if xp is not np:
        # CuPy does not raise by itself, and leaves numbers behind where it stopped
        whole = (found * found).sum(-1)
        right = xp.diagonal(matrices, axis1=-2, axis2=-1)
        if not bool((abs(whole - right) <= 1e-6 * right).all()):
            msg = "Matrix is not positive definite"
            raise np.linalg.LinAlgError(msg)
    return found


def _roots(cov: Any, sizes: tuple[int, int, int], xp: Any) -> _Roots:
    """Of x1, x2, y and of x2, y: the rows of Y in a factor hold what is left of Y step by step."""
    first, _, target = sizes
    scale = xp.sqrt(xp.diagonal(cov, axis1=-2, axis2=-1))[..., None, :]
    if not bool((scale > 0).all()):
        msg = "Matrix is not positive definite"
        raise np.linalg.LinAlgError(msg)
    scaled = cov / scale / _transposed(scale)
    whole = _cholesky(scaled, xp)
    second = _cholesky(scaled[..., first:, first:], xp)
    left = whole[..., -target:, first:]  # times its transpose: Cov(Y|X1), without subtraction
    return _Roots(
        _cholesky(scaled[..., -target:, -target:], xp),
        _cholesky(left @ _transposed(left), xp),
        second[..., -target:, -target:],
        whole[..., -target:, -target:],
        scale[..., -target:],
    )


def conditional_covariances(cov: Any, sizes: tuple[int, int, int]) -> tuple[Any, Any, Any, Any]:
    """Cov(Y), Cov(Y|X1), Cov(Y|X2) and Cov(Y|X1,X2) of a batch (..., D, D)."""
    roots = _roots(cov, sizes, array_module(cov))
    scaled = (root * _transposed(roots.scale) for root in roots[:4])
    y, given1, given2, given12 = (root @ _transposed(root) for root in scaled)
    return y, given1, given2, given12


def closed_form(cov: Any, sizes: tuple[int, int, int]) -> ClosedForm:
    """Of covariances (..., D, D) in the order x1, x2, y: symmetric, which is not checked here.

    Raises
    ------
    LinAlgError
        If one is not positive definite.
    """
    xp = array_module(cov)
    y, given1, given2, given12, scale = _roots(cov, sizes, xp)
    # singular values and not eigenvalues of the squares, which lose half of the digits
    turn, root_values, _ = xp.linalg.svd(xp.linalg.solve(given1, given2))
    directions = xp.linalg.solve(_transposed(given1), turn)
    directions = directions / xp.sqrt(
        ((_transposed(y) @ directions) ** 2).sum(-2, keepdims=True)
    )
    directions = _transposed(directions)
    largest = abs(directions).argmax(-1)[..., None]
    directions *= xp.sign(xp.take_along_axis(directions, largest, axis=-1))
    log_values = 2 * xp.log(root_values)
    told = xp.where(abs(log_values) > _EQUAL, log_values, 0.0) / (2 * np.log(2))
    bits, bits1, bits2, bits12 = (
        xp.log2(xp.diagonal(root, axis1=-2, axis2=-1)).sum(-1)
        for root in (y, given1, given2, given12)
    )
    return ClosedForm(
        bits - bits1,
        bits - bits2,
        bits - bits12,
        xp.maximum(told, 0.0).sum(-1),
        xp.maximum(-told, 0.0).sum(-1),
        root_values**2,
        directions / scale,
    )
