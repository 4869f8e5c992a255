# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sums of squares and products of the rows of folds: all that a Gaussian estimate needs of samples."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import array_module, to_numpy

__all__ = ["FOLDS", "Scatters", "contrasts", "scatters_of"]

#: Folds that rows are dealt into; an estimate may join them to fewer and larger ones.
FOLDS = 10


class Scatters(NamedTuple):
    """Sums of squares and products of each fold.

    Of Gaussian rows each is an independent draw of the Wishart distribution of Cov(X1,X2,Y), or of
    that given T, with its `degrees` of freedom; they add up to the scatter of all rows around their
    mean (or around what T predicts).

    Attributes
    ----------
    scatter : ndarray, shape (..., F, D, D)
        In the order x1, x2, y; of a fold with fewer degrees than D singular.
    degrees : ndarray of int, shape (F,)
    sizes : tuple of (int, int, int)
        Columns d1, d2 and dy; D is their sum.
    """

    scatter: np.ndarray
    degrees: np.ndarray
    sizes: tuple[int, int, int]

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


def contrasts(rows: Any, given: Any = None) -> Any:
    """(..., N - k, D) rows without mean that have the scatter of N rows around their fit.

    The fit is the mean and, with `given` (..., N, d), a linear one of that; k = 1 + d. The rows are
    turned by the block reflection that takes the columns of the fit to the first k rows, which are
    then left out: so Gaussian rows stay independent and alike, and folds of them have no degree
    of freedom less than rows. `given` must have full rank beside the mean.
    """
    xp = array_module(rows)
    n = rows.shape[-2]
    basis = xp.full((*rows.shape[:-2], n, 1), n**-0.5)
    if given is not None:
        centred = given - given.mean(-2, keepdims=True)
        centred = xp.broadcast_to(centred, (*rows.shape[:-2], *given.shape[-2:]))
        basis = xp.concatenate([basis, xp.linalg.qr(centred)[0]], -1)
    k = basis.shape[-1]
    residual = rows - basis @ (_turned(basis) @ rows)
    # Q - E S with S the orthogonal factor of -(top of Q): the reflection is I - V (I + P)^-1 V'
    left, singular, right = xp.linalg.svd(basis[..., :k, :])
    inner = (_turned(right) / (1 + singular)[..., None, :]) @ _turned(left)
    turned: Any = residual[..., k:, :] - basis[..., k:, :] @ (inner @ residual[..., :k, :])
    return turned


def scatters_of(
    rows: Any,
    sizes: tuple[int, int, int],
    *,
    generator: np.random.Generator,
    given: Any = None,
    n_folds: int = FOLDS,
) -> Scatters:
    """Scatters of rows (..., N, D), of NumPy or CuPy, dealt into folds at random.

    Of a batch all members are dealt alike. The sums are made where the rows are and come to the host.
    """
    xp = array_module(rows)
    order = xp.asarray(generator.permutation(rows.shape[-2]))
    turned = contrasts(rows[..., order, :], None if given is None else given[..., order, :])
    parts = np.array_split(np.arange(turned.shape[-2]), n_folds)
    scatter = []
    for part in parts:
        fold = turned[..., part[0] : part[-1] + 1, :] if len(part) else turned[..., :0, :]
        scatter.append(to_numpy(_turned(fold) @ fold))
    degrees = np.array([len(part) for part in parts])
    return Scatters(np.stack(scatter, -3), degrees, sizes)


def _turned(matrices: Any) -> Any:
    return matrices.swapaxes(-1, -2)
