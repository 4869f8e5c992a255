# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each row adds to the informations and to v* of a Gaussian fitted to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.inputs.device import array_module, to_numpy

if TYPE_CHECKING:
    from fourfold.gaussian.closed_form import ClosedForm
    from fourfold.gaussian.cross_fitted_unique import CrossFitted
    from fourfold.gaussian.scatters import Dealt

__all__ = ["RowBits", "row_bits"]


class RowBits(NamedTuple):
    """Bits that each row adds, of mean zero; the plug-in values are a mean over rows of these.

    Attributes
    ----------
    informations : ndarray, shape (N, 3)
        To I(X1;Y), I(X2;Y) and I(X1,X2;Y).
    plug_in : ndarray, shape (N,)
        To v* by the directions of all rows.
    cross_fitted : ndarray, shape (N,)
        To v* by the directions of other rows.
    """

    informations: np.ndarray
    plug_in: np.ndarray
    cross_fitted: np.ndarray


def row_bits(
    dealt: Dealt,
    cov: np.ndarray,
    exact: ClosedForm,
    crossed: CrossFitted | None,
    layer: int | None,
) -> RowBits:
    """Of one layer, from its rows and its covariance (D, D).

    log det of a covariance S moves with a row z by z' S^-1 z - d, and the largest det C with
    C <= C_1, C_2 by what its multipliers say (docs/gaussian.md).
    """
    residual = dealt.residual if layer is None else dealt.residual[layer]
    xp = array_module(residual)
    d1, d2, _ = dealt.scatters.sizes
    source, target = residual[:, : d1 + d2], residual[:, d1 + d2 :]
    parts = (slice(0, d1), slice(d1, d1 + d2), slice(0, d1 + d2))
    left, squares = [], [_squares(target, cov[d1 + d2 :, d1 + d2 :])]
    for part in parts:
        weights = np.linalg.solve(cov[part, part], cov[part, d1 + d2 :])
        left.append(target - source[:, part] @ xp.asarray(weights))
        given = cov[d1 + d2 :, d1 + d2 :] - cov[d1 + d2 :, part] @ weights
        squares.append(_squares(left[-1], given))
    informations = xp.stack([squares[0] - other for other in squares[1:]], 1) / 2
    unique = xp.zeros(len(residual))
    slope1, slope2 = _plug_in_slopes(cov, exact, parts[:2])
    unique += _form(left[0], slope1) + _form(left[1], slope2)
    half = informations[:, :2].mean(1)
    plug_in = half + unique / 4
    crossed_sum = xp.zeros(len(residual))
    if crossed is not None:
        slopes = crossed.slopes if layer is None else crossed.slopes[layer]
        for fold in range(len(slopes)):
            rows = xp.asarray(np.flatnonzero(dealt.folds == fold))
            crossed_sum[rows] = _form(left[0][rows], slopes[fold, 0]) + _form(
                left[1][rows], slopes[fold, 1]
            )
    found = xp.concatenate(
        [informations, plug_in[:, None], (half + crossed_sum / 4)[:, None]], 1
    )
    bits = to_numpy(found - found.mean(0)) / np.log(2)
    return RowBits(bits[:, :3], bits[:, 3], bits[:, 4])


def _squares(rows: Any, cov: np.ndarray) -> Any:
    """z' S^-1 z of each row."""
    xp = array_module(rows)
    root = np.linalg.cholesky(cov)
    whitened = rows @ xp.asarray(np.linalg.inv(root).T)
    return (whitened**2).sum(1)


def _form(rows: Any, matrix: np.ndarray) -> Any:
    xp = array_module(rows)
    return ((rows @ xp.asarray(matrix)) * rows).sum(1)


def _plug_in_slopes(
    cov: np.ndarray, exact: ClosedForm, parts: tuple[slice, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """A1, A2 of U1 + U2 as in `CrossFitted`, by the eigenvectors of all rows."""
    start = parts[1].stop
    signs = np.sign(np.log(exact.eigenvalues))
    slopes = []
    for part, way in zip(parts, (-1.0, 1.0), strict=True):
        weights = np.linalg.solve(cov[part, part], cov[part, start:])
        given = cov[start:, start:] - cov[start:, part] @ weights
        size = ((exact.directions @ given) * exact.directions).sum(1)
        slopes.append(exact.directions.T @ (exact.directions * (way * signs / size)[:, None]))
    return slopes[0], slopes[1]
