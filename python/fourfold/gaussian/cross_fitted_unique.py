# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Unique informations by directions that other rows chose.

For every V ::

    U1 >= 1/2 log2 det(V' C2 V) / det(V' C1 V)        C_i = Cov(Y|X_i)

with equality at the eigenvectors of C2 v = l C1 v with l > 1. Of samples those of the rows that are
measured on find more than there is; those of other rows find less, as they miss the best ones.
What they miss falls like 1/n, n the rows that chose them, where eigenvalues differ from 1, and is
nothing where all are 1. So directions of half of the rows and of a quarter, both measured on the
other half, tell what is left: the difference is added once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.linalg import hadamard
from scipy.special import digamma

if TYPE_CHECKING:
    from fourfold.gaussian.scatters import Scatters

__all__ = ["CrossFitted", "cross_fitted"]

#: Degrees of freedom that are left of y given a source, at least, beside one for each column of y.
_SPARE = 4
_BYTES = 2**28  # of matrices that are worked on together
_LARGE = 2**21  # entries of all halves' matrices, above which fewer halves are taken


class CrossFitted(NamedTuple):
    """What halves of the rows confirm of each other.

    Attributes
    ----------
    unique1, unique2 : ndarray, shape (...)
        U1 and U2 in bits, without what few rows to choose from miss; negative by chance where
        there is nothing.
    plug_in_of_halves : ndarray, shape (...)
        U1 + U2 of a half by directions of its own, in bits, corrected as far as informations are.
    slopes : ndarray, shape (..., F, 2, dy, dy)
        Symmetric A1, A2 of each fold: a row of it with residuals r1, r2 of y given each source adds
        1/2 (r1' A1 r1 + r2' A2 r2) nats to U1 + U2, which are a mean over rows of this.
    extrapolated : bool
        Whether quarters were large enough to tell what is missed.
    """

    unique1: Any
    unique2: Any
    plug_in_of_halves: Any
    slopes: Any
    extrapolated: bool


class _Given(NamedTuple):
    """Cov(Y|X1) and Cov(Y|X2), (..., dy, dy), of scatters, and what is left of their degrees."""

    first: np.ndarray
    second: np.ndarray
    degrees: tuple[int, int]


class _Read(NamedTuple):
    """Bits of U1 and U2 and the matrices of their sum, as held out."""

    unique1: np.ndarray
    unique2: np.ndarray
    slopes: np.ndarray


def cross_fitted(scatters: Scatters) -> CrossFitted | None:
    """Of scatters (..., F, D, D) of F = 2^m folds; None where half of the rows are too few.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where y is a linear function of a source in half of the rows.
    """
    folds, size = scatters.scatter.shape[-3], scatters.scatter.shape[-1]
    least = max(scatters.sizes[:2]) + scatters.sizes[2] + _SPARE
    signs = hadamard(folds)[1:] > 0
    if min(scatters.degrees[half].sum() for half in (*signs, *~signs)) < least:
        return None
    number = int(np.clip(_LARGE // size**2, 2, len(signs)))
    flat = scatters.scatter.reshape(-1, folds, size, size)
    step = max(1, _BYTES // (8 * size**2 * folds))
    parts = [
        _of_some(scatters._replace(scatter=flat[first : first + step]), signs, number, least)
        for first in range(0, len(flat), step)
    ]
    batch = scatters.scatter.shape[:-3]
    unique1, unique2, of_halves, slopes = (
        np.concatenate(each).reshape((*batch, *each[0].shape[1:]))
        for each in zip(*(part[:4] for part in parts), strict=True)
    )
    return CrossFitted(unique1, unique2, of_halves, slopes, parts[0].extrapolated)


def _of_some(scatters: Scatters, signs: np.ndarray, number: int, least: int) -> CrossFitted:
    dy = scatters.sizes[2]
    found, of_halves = [], []
    slopes = np.zeros((len(scatters.scatter), len(scatters.degrees), 2, dy, dy))
    extrapolated = True
    for k in range(number):
        first = _given(scatters, signs[k])
        second = _given(scatters, ~signs[k])
        for half, chosen, measured in ((signs[k], first, second), (~signs[k], second, first)):
            values, vectors = _directions(chosen)
            of_halves.append(abs(np.log2(values)).sum(-1) / 2)
            read = _held_out(values, vectors, measured)
            more = signs[(k + 1) % len(signs)]
            quarters = [half & more, half & ~more]
            if min(scatters.degrees[quarter].sum() for quarter in quarters) >= least:
                coarse = [
                    _held_out(*_directions(_given(scatters, quarter)), measured)
                    for quarter in quarters
                ]
                read = _Read(
                    *(
                        2 * fine - sum(each) / 2
                        for fine, *each in zip(read, *coarse, strict=True)
                    )
                )
            else:
                extrapolated = False
            found.append(read[:2])
            slopes[:, ~half] += read.slopes[:, None] / number
    unique1, unique2 = np.mean(found, axis=0)
    return CrossFitted(unique1, unique2, np.mean(of_halves, axis=0), slopes, extrapolated)


def _given(scatters: Scatters, chosen: np.ndarray) -> _Given:
    """Of some folds together."""
    d1, d2, _ = scatters.sizes
    degrees = int(scatters.degrees[chosen].sum())
    total = scatters.scatter[:, chosen].sum(1)
    target = np.arange(d1 + d2, total.shape[-1])
    roots = []
    for source in (np.arange(d1), np.arange(d1, d1 + d2)):
        both = np.concatenate([source, target])
        root = np.linalg.cholesky(total[:, both[:, None], both])
        roots.append(root[:, len(source) :, len(source) :])
    left = (degrees - d1, degrees - d2)
    first, second = (
        root @ root.swapaxes(1, 2) / number for root, number in zip(roots, left, strict=True)
    )
    return _Given(first, second, left)


def _directions(given: _Given) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of C2 v = l C1 v from the largest, and the v as columns."""
    root = np.linalg.cholesky(given.first)
    inner = np.linalg.solve(root, given.second)
    values, turn = np.linalg.eigh(np.linalg.solve(root, inner.swapaxes(1, 2)))
    vectors = np.linalg.solve(root.swapaxes(1, 2), turn)
    return np.maximum(values[:, ::-1], np.finfo(float).tiny), vectors[..., ::-1]


def _held_out(values: np.ndarray, vectors: np.ndarray, measured: _Given) -> _Read:
    """U1 and U2 along these directions by other rows, without bias given the directions."""
    above = values > 1
    unique1, first1, second1 = _along(vectors, above, measured)
    told, first2, second2 = _along(vectors[..., ::-1], (values < 1)[:, ::-1], measured)
    return _Read(unique1, -told, np.stack([first2 - first1, second1 - second2], 1))


def _along(
    vectors: np.ndarray, chosen: np.ndarray, measured: _Given
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """1/2 log2 det(V'C2V) / det(V'C1V) of the leading columns that are chosen, in bits.

    And V (V'C1V)^-1 V', and the same of C2.
    """
    bits, inverses = [], []
    for covariance, degrees in zip(measured[:2], measured.degrees, strict=True):
        inner = vectors.swapaxes(1, 2) @ covariance @ vectors
        root = np.linalg.cholesky((inner + inner.swapaxes(1, 2)) / 2)
        # the columns before a column are all that its part of the determinant depends on
        steps = np.arange(chosen.shape[1])
        bias = (digamma((degrees - steps) / 2) - np.log(degrees / 2)) / 2
        nats = np.log(np.diagonal(root, axis1=1, axis2=2)) - bias
        bits.append((nats * chosen).sum(1) / np.log(2))
        whitened = np.linalg.solve(root, vectors.swapaxes(1, 2)) * chosen[..., None]
        inverses.append(whitened.swapaxes(1, 2) @ whitened)
    return bits[1] - bits[0], inverses[0], inverses[1]
