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

from fourfold.gaussian.factors import (
    Factors,
    cholesky,
    factor,
    rounding_of,
    solved_triangle,
    transposed,
)
from fourfold.inputs.device import array_module

__all__ = ["ClosedForm", "closed_form", "closed_form_of"]


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


def _roots(factors: Factors, sizes: tuple[int, int, int]) -> _Roots:
    """From the factors of x1, x2, y and of x2, y, whose rows of Y hold what is left step by step."""
    first, _, target = sizes
    _, scaled, whole = factors
    second = cholesky(scaled[..., first:, first:])
    left = whole[..., -target:, first:]  # times its transpose: Cov(Y|X1), without subtraction
    return _Roots(
        cholesky(scaled[..., -target:, -target:]),
        cholesky(left @ transposed(left)),
        second[..., -target:, -target:],
        whole[..., -target:, -target:],
    )


def closed_form(cov: Any, sizes: tuple[int, int, int]) -> ClosedForm:
    """Of covariances (..., D, D) in the order x1, x2, y: symmetric, which is not checked here.

    Raises
    ------
    LinAlgError
        If one is not positive definite.
    """
    return closed_form_of(factor(cov), sizes)


def closed_form_of(factors: Factors, sizes: tuple[int, int, int]) -> ClosedForm:
    """Of covariances whose factors are there already."""
    xp = array_module(factors.root)
    y, given1, given2, given12 = _roots(factors, sizes)
    # singular values and not eigenvalues of the squares, which lose half of the digits
    turn, values, _ = xp.linalg.svd(solved_triangle(given1, given2))
    logs = 2 * xp.log2(values)
    rounding = rounding_of(factors)[..., None]
    told = xp.where(abs(logs) > rounding, logs, 0.0) / 2
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
        values**2,
        _directions(y, given1, turn) / factors.scale[..., -sizes[2] :],
    )


def _directions(y: Any, given1: Any, turn: Any) -> Any:
    """Rows v with v'Cov(Y)v = 1, the largest weight positive."""
    xp = array_module(turn)
    columns = solved_triangle(given1, turn, turned=True)
    columns = columns / xp.sqrt(((transposed(y) @ columns) ** 2).sum(-2, keepdims=True))
    rows = transposed(columns)
    largest = abs(rows).argmax(-1)[..., None]
    return rows * xp.sign(xp.take_along_axis(rows, largest, axis=-1))
