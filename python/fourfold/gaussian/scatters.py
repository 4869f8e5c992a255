# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sums of squares and products of the rows of folds: all that a Gaussian estimate needs of samples."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.factors import transposed
from fourfold.inputs.device import array_module, to_numpy

__all__ = ["FOLDS", "Dealt", "Scatters", "deal_rows"]

#: Folds that rows are dealt into: a power of two, so that they make balanced halves and quarters.
FOLDS = 16


class Scatters(NamedTuple):
    """Sums of squares and products of each fold.

    Of Gaussian rows each is an independent draw of the Wishart distribution of Cov(X1,X2,Y), or of
    that given T, with its `degrees` of freedom; they add up to the scatter of all rows around their
    mean (or around what T predicts).

    Attributes
    ----------
    scatter : ndarray, shape (..., F, D, D)
        In the order of the sources, and y; of a fold with fewer degrees than D singular.
    degrees : ndarray of int, shape (F,)
    sizes : tuple of int
        Columns of each source and of y; D is their sum.
    """

    scatter: np.ndarray
    degrees: np.ndarray
    sizes: Any

    @property
    def total(self) -> int:
        """Degrees of freedom of all folds: N - 1 less the columns of T."""
        return int(self.degrees.sum())

    def whole(self) -> np.ndarray:
        """(..., D, D) of all folds."""
        found: np.ndarray = self.scatter.sum(-3)
        return found

    def others(self) -> Scatters:
        """Of each fold what all the others have: what may choose directions for it."""
        rest = self.whole()[..., None, :, :] - self.scatter
        return Scatters(rest, self.total - self.degrees, self.sizes)

    def joined(self, n_folds: int) -> Scatters:
        """Neighbouring folds put together, to `n_folds` of nearly equal size."""
        parts = np.array_split(np.arange(len(self.degrees)), n_folds)
        scatter = [self.scatter[..., part, :, :].sum(-3) for part in parts]
        degrees = np.array([self.degrees[part].sum() for part in parts])
        return Scatters(np.stack(scatter, -3), degrees, self.sizes)


class Dealt(NamedTuple):
    """Rows and the folds that they are in.

    Attributes
    ----------
    scatters : Scatters
    residual : ndarray, shape (..., N, D)
        Rows less their mean, or less what T predicts; of NumPy or CuPy, as the rows were.
    folds : ndarray of int, shape (N,)
        Of each row.
    """

    scatters: Scatters
    residual: Any
    folds: np.ndarray


def deal_rows(
    rows: Any,
    sizes: tuple[int, ...],
    *,
    generator: np.random.Generator,
    given: Any = None,
    n_folds: int = FOLDS,
) -> Dealt:
    """Deal rows (..., N, D), of NumPy or CuPy, into folds at random, all of a batch alike.

    With `given` (..., N, d), of full rank beside the mean, scatters are those of what is left when
    its linear prediction is taken off. The sums are made where the rows are, and come to the host.

    The rows are turned by the block reflection that takes the k columns of the fit, mean and T, to
    k rows, which are then left out: so Gaussian rows stay independent and alike, and folds have no
    degree of freedom less than rows.
    """
    xp = array_module(rows)
    n = rows.shape[-2]
    basis = xp.full((*rows.shape[:-2], n, 1), n**-0.5)
    if given is not None:
        centred = given - given.mean(-2, keepdims=True)
        centred = xp.broadcast_to(centred, (*rows.shape[:-2], *given.shape[-2:]))
        basis = xp.concatenate([basis, _orthonormal(centred)], -1)
    k = basis.shape[-1]
    residual = rows - basis @ (transposed(basis) @ rows)
    order = generator.permutation(n)
    top, kept = xp.asarray(order[:k]), order[k:]
    # Q - E S with S the orthogonal factor of -(top of Q): the reflection is I - V (I + P)^-1 V'
    left, singular, right = np.linalg.svd(to_numpy(basis[..., top, :]))
    inner = (transposed(right) / (1 + singular)[..., None, :]) @ transposed(left)
    shift = xp.asarray(inner) @ residual[..., top, :]
    folds, scatter = np.zeros(n, dtype=int), []
    parts = np.array_split(kept, n_folds)
    for fold, part in enumerate(parts):
        folds[part] = fold
        places = xp.asarray(part)
        turned = residual[..., places, :] - basis[..., places, :] @ shift
        scatter.append(to_numpy(transposed(turned) @ turned))
    degrees = np.array([len(part) for part in parts])
    return Dealt(Scatters(np.stack(scatter, -3), degrees, sizes), residual, folds)


def _orthonormal(columns: Any) -> Any:
    """The same space by orthonormal columns, from Cholesky factors of sums of products.

    Twice, which is as exact as by reflections where columns are not singular to 1e-8.
    """
    xp = array_module(columns)
    for _ in range(2):
        root = np.linalg.cholesky(to_numpy(transposed(columns) @ columns))
        columns = columns @ xp.asarray(np.linalg.inv(transposed(root)))
    return columns
