# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests that an atom of a Gaussian is zero, from the scatters of folds of its rows.

U1 = 0 says that Cov(Y|X2) <= Cov(Y|X1). Each block of rows is measured along the directions that the
blocks before it chose. Given those, 1/2 log det(V'C2V) / det(V'C1V) of the block has a mean of at
most 0 when U1 = 0, so the sum over blocks is one of a martingale, and its parts do not lean on each
other as those of cross-fitting do: where all eigenvalues are 1 the errors of these are 1.3 times as
large as their variances add up to.

S = 0 is in synergy_test.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import digamma, polygamma, stdtr

from fourfold.gaussian.factors import transposed
from fourfold.gaussian.synergy_test import exact_pvalue, resampled_pvalue
from fourfold.results.atoms import python_scalar
from fourfold.results.gaussian_pid import ZeroPValues

if TYPE_CHECKING:
    from fourfold.gaussian.closed_form import ClosedForm
    from fourfold.gaussian.scatters import Scatters

__all__ = ["zero_pvalues"]

_MOST_BLOCKS = 5  # more blocks leave the directions less to be found in, and gain nothing


class _Left(NamedTuple):
    """Residual scatters (..., dy, dy) of y given each source, that of both, and their degrees."""

    first: np.ndarray
    second: np.ndarray
    crossed: np.ndarray
    degrees: tuple[int, int]

    def swapped(self) -> _Left:
        """With the sources the other way round."""
        return _Left(self.second, self.first, transposed(self.crossed), self.degrees[::-1])


def zero_pvalues(
    scatters: Scatters,
    exact: ClosedForm,
    n_resamples: int,
    generator: np.random.Generator,
    *,
    tails: np.ndarray | float = 1.0,
) -> ZeroPValues:
    """Of U1 = 0, U2 = 0 and S = 0, each against more than zero; one for each of a batch.

    `exact` is the closed form of the covariance of all rows, ``scatters.whole() / scatters.total``.
    Without resamples that of S is a bound, valid for any number of rows, and too large where y
    has many columns. Those of U1 and U2 are NaN where the folds are too few or small to choose
    directions on some and to measure them on others, or where y is a linear function of a source in
    some of them. `tails` (...) of `heavy_tails` takes rows for that much fewer.
    """
    unique1, unique2 = _unique_pvalues(scatters, np.asarray(tails))
    total, sizes = scatters.total, scatters.sizes
    if n_resamples:
        whole = scatters.whole()
        synergy = resampled_pvalue(
            exact, whole, total, sizes, n_resamples, generator, tails=tails
        )
    else:
        synergy = exact_pvalue(exact, total, sizes, tails=tails)
    return ZeroPValues(*(python_scalar(one) for one in (unique1, unique2, synergy)))


def _unique_pvalues(scatters: Scatters, tails: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    shape = scatters.scatter.shape[:-3]
    blocks = _blocks(scatters)
    if blocks is None:
        return np.full(shape, np.nan), np.full(shape, np.nan)
    try:
        return _of_blocks(blocks, tails)
    except np.linalg.LinAlgError:
        if not shape or shape[0] == 1:
            return np.full(shape, np.nan), np.full(shape, np.nan)
        many = np.broadcast_to(tails, shape)
        each = [
            _unique_pvalues(scatters._replace(scatter=one), heavy)
            for one, heavy in zip(scatters.scatter, many, strict=True)
        ]
        first, second = (np.stack(column) for column in zip(*each, strict=True))
        return first, second


def _blocks(scatters: Scatters) -> Scatters | None:
    """Few enough that each has rows to choose by and to measure on; None where two have not."""
    source, target = max(scatters.sizes[:2]), scatters.sizes[2]
    most = min(_MOST_BLOCKS, len(scatters.degrees))
    if most < 2:
        return None
    joined = scatters.joined(int(np.clip(scatters.total // (source + 4 * target), 2, most)))
    return joined if joined.degrees.min() > source + target else None


def _of_blocks(blocks: Scatters, tails: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    shape, degrees = blocks.scatter.shape[:-3], 0
    nats, variance = np.zeros((2, *shape)), np.zeros((2, *shape))
    for k in range(1, len(blocks.degrees)):
        before = _left(blocks, slice(0, k))
        here = _left(blocks, slice(k, k + 1))
        degrees += min(here.degrees)
        for source, (choose, measure) in enumerate(
            ((before, here), (before.swapped(), here.swapped()))
        ):
            found, spread = _measured(*_directions(choose), measure)
            nats[source] += found
            variance[source] += spread
    variance = variance * tails
    pvalues = stdtr(degrees, -nats / np.sqrt(np.where(variance > 0, variance, 1.0)))
    # without a direction to look along there is nothing to find
    first, second = np.where(variance > 0, pvalues, 1.0)
    return first, second


def _left(blocks: Scatters, chosen: slice) -> _Left:
    """Of some blocks together."""
    d1, d2, dy = blocks.sizes
    scatter = blocks.scatter[..., chosen, :, :].sum(-3)
    degrees = int(blocks.degrees[chosen].sum())
    one, two, target = slice(0, d1), slice(d1, d1 + d2), slice(d1 + d2, d1 + d2 + dy)
    weights1, weights2 = (
        np.linalg.solve(scatter[..., source, source], scatter[..., source, target])
        for source in (one, two)
    )
    first = scatter[..., target, target] - scatter[..., target, one] @ weights1
    told = scatter[..., target, two] @ weights2
    crossed = first - told + transposed(weights1) @ scatter[..., one, two] @ weights2
    second = scatter[..., target, target] - told
    return _Left(first, second, crossed, (degrees - d1, degrees - d2))


def _directions(left: _Left) -> tuple[np.ndarray, np.ndarray]:
    """Columns v of C2 v = l C1 v from the largest l, and which are above 1."""
    root = np.linalg.cholesky(left.first)
    inner = np.linalg.solve(root, transposed(np.linalg.solve(root, left.second)))
    values, turn = np.linalg.eigh(inner)
    above = values[..., ::-1] * left.degrees[0] > left.degrees[1]
    return np.linalg.solve(transposed(root), turn)[..., ::-1], above


def _measured(
    vectors: np.ndarray, chosen: np.ndarray, left: _Left
) -> tuple[np.ndarray, np.ndarray]:
    """1/2 log det(V'C2V) / det(V'C1V) in nats and its variance; V are the leading columns chosen.

    Given V the mean is exact (Goodman 1963). The variance is that of two independent Wisharts,
    less the share that they have in common: R holds the correlations of what is left of V'y given
    one source with what is left given the other, |R|^2 the sum of their squares, and of k columns
    the variance is 1 - |R|^2 / k of that. The same rows make |R|^2 too large, which is taken out
    as from an R^2 of a regression on k columns.
    """
    steps = np.arange(chosen.shape[-1])
    logs, roots, spread = [], [], np.zeros(len(steps))
    for scatter, degrees in zip((left.first, left.second), left.degrees, strict=True):
        inner = transposed(vectors) @ scatter @ vectors
        roots.append(np.linalg.cholesky((inner + transposed(inner)) / 2))
        halves = (degrees - steps) / 2
        logs.append(2 * np.log(np.diagonal(roots[-1], axis1=-2, axis2=-1)) - digamma(halves))
        spread = spread + polygamma(1, halves)
    crossed = np.linalg.solve(roots[0], transposed(vectors) @ left.crossed @ vectors)
    crossed = np.linalg.solve(roots[1], transposed(crossed))
    both = chosen[..., :, None] & chosen[..., None, :]
    number = chosen.sum(-1)
    unshared = 1 - (crossed**2 * both).sum((-2, -1)) / np.maximum(number, 1)
    few = min(left.degrees)
    unshared = unshared * few / np.maximum(few - number, 1)
    nats = ((logs[1] - logs[0]) * chosen).sum(-1) / 2
    return nats, (spread * chosen).sum(-1) / 4 * np.maximum(unshared, 0)
