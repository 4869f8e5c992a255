# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each row adds to the informations and to v* of a Gaussian fitted to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.gaussian.estimate import plug_in_slopes
from fourfold.inputs.device import array_module, to_numpy

if TYPE_CHECKING:
    from fourfold.gaussian.closed_form import ClosedForm
    from fourfold.gaussian.estimate import Estimate
    from fourfold.gaussian.scatters import Dealt, Scatters

__all__ = ["RowBits", "row_bits"]


class RowBits(NamedTuple):
    """Bits that each row adds, of mean zero.

    Attributes
    ----------
    low, high : ndarray, shape (N, 4)
        To I(X1;Y), I(X2;Y), I(X1,X2;Y) and to v*, its lower and its upper end.
    by_choice : ndarray, shape (N,)
        What of that of the lower v* depends on which directions other rows chose: as rows choose,
        too, that part scatters once more.
    near : ndarray, shape (N, 2)
        To what combinations of y tell U1, and U2, with those that may tell it: an eigenvalue near
        1 is above it in some samples and below in others, and on its bound an atom has no slope.
    """

    low: np.ndarray
    high: np.ndarray
    by_choice: np.ndarray
    near: np.ndarray


def row_bits(dealt: Dealt, found: Estimate, layer: tuple[int, ...] = ()) -> RowBits:
    """Of one layer.

    log det of a covariance S moves with a row z by z' S^-1 z - d, and that of the largest C with
    C <= C_1 and C <= C_2 as its multipliers say (docs/gaussian.md).
    """
    residual = dealt.residual[layer]
    xp = array_module(residual)
    d1, d2, _ = dealt.scatters.sizes
    cov = dealt.scatters.scatter[layer].sum(0) / dealt.scatters.total
    exact = found.of(layer).exact
    target = residual[:, d1 + d2 :]
    left, squares = [], [_squares(target, cov[d1 + d2 :, d1 + d2 :])]
    for part in (slice(0, d1), slice(d1, d1 + d2), slice(0, d1 + d2)):
        across = cov[part, d1 + d2 :]
        weights = np.linalg.solve(cov[part, part], across)
        left.append(target - residual[:, part] @ xp.asarray(weights))
        squares.append(_squares(left[-1], cov[d1 + d2 :, d1 + d2 :] - across.T @ weights))
    informations = [(squares[0] - other) / 2 for other in squares[1:]]
    middle = (informations[0] + informations[1]) / 2
    high = middle + _of_slopes(left, plug_in_slopes(cov, exact, dealt.scatters.sizes))
    low, by_choice = middle, xp.zeros(len(residual))
    if found.crossed is not None:
        slopes = found.crossed.slopes[layer]
        mean = slopes.mean(0)
        for fold, own in enumerate(slopes):
            rows = xp.asarray(np.flatnonzero(dealt.folds == fold))
            by_choice[rows] = _of_slopes([each[rows] for each in left[:2]], own - mean)
        low = middle + _of_slopes(left, mean) + by_choice
    near = _near_bounds(left, exact, dealt.scatters)
    bits = xp.stack([*informations, low, high, by_choice, *near], 1) / np.log(2)
    terms = to_numpy(bits - bits.mean(0))
    return RowBits(terms[:, :4], terms[:, [0, 1, 2, 4]], terms[:, 5], terms[:, 6:])


def _squares(rows: Any, cov: np.ndarray) -> Any:
    """z' S^-1 z of each row."""
    xp = array_module(rows)
    root = np.linalg.cholesky(cov)
    return ((rows @ xp.asarray(np.linalg.inv(root).T)) ** 2).sum(1)


def _near_bounds(left: Any, exact: ClosedForm, scatters: Scatters) -> list[Any]:
    """Halves of log eigenvalues by rows, added over those that may be above 1, and below."""
    xp = array_module(left[0])
    vectors = xp.asarray(exact.directions.T)
    squares = [(rows @ vectors) ** 2 for rows in left[:2]]
    first, second = (each / each.mean(0) for each in squares)
    terms = (second - first) / 2
    logs = np.log(exact.eigenvalues) / 2
    # eigenvalues that are all 1 scatter to sqrt(2 d) standard errors of one of them (semicircle)
    error = to_numpy(terms.std(0)) / np.sqrt(scatters.total)
    near = abs(logs) < max(2.0, np.sqrt(2 * len(logs))) * error
    return [terms @ xp.asarray((near | own).astype(float)) for own in (logs > 0, logs < 0)]


def _of_slopes(left: Any, slopes: Any) -> Any:
    """Half of what U1 + U2 move by, in nats, of residuals given each source."""
    xp = array_module(left[0])
    moved = (
        ((rows @ xp.asarray(slope)) * rows).sum(1)
        for rows, slope in zip(left, slopes, strict=False)
    )
    return sum(moved) / 4
