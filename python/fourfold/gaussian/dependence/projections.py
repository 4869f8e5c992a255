# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Few combinations of many columns, of the sources and of the target, to look at on other rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fourfold.gaussian.dependence.components import BINS, Components, whitening
from fourfold.gaussian.dependence.excess import apart

__all__ = ["Projection", "projections"]

#: Residuals of the target that are looked at: principal components of these.
TARGETS = 8
#: Turns in which directions of the sources and the combination of the target are found, and steps
#: in which the largest singular value is.
TURNS, STEPS = 2, 20
#: Turns in which a pair of directions, one of each source, is refined.
REFINEMENTS = 3


class Projection(NamedTuple):
    """What is looked at.

    Attributes
    ----------
    of_x : ndarray, shape (d, r)
        Combinations of the columns of both sources, at most three: first what predicts the target.
    of_y : ndarray, shape (d_y, 1)
        A combination of the columns of the target.
    """

    of_x: np.ndarray
    of_y: np.ndarray


def projections(x: Components, y: np.ndarray) -> list[Projection]:
    """Where these rows show dependence that is not linear: four guesses.

    Residuals of the target, (N, d_y), and their squares, are averaged over products of the
    components of the sources: directions in which these go together show products and squares
    (principal Hessian directions, Li 1992), those of one source with one of the other show synergy
    in fewer rows. Averaged over bins of single columns they show curves of any shape.
    """
    centred = y - y.mean(0)
    slopes = x.z.T @ centred / len(y)
    residuals = centred - x.z @ slopes
    of_y = whitening(residuals)[:, :TARGETS]
    r = residuals @ of_y
    spread = r**2 - (r**2).mean(0)

    def guess(of_x: np.ndarray, target: np.ndarray) -> Projection:
        combined = of_y @ target[:, None]
        of_x = np.hstack([x.of_both @ (slopes @ combined), of_x])
        return Projection(of_x[:, apart(x.columns @ of_x)], combined)

    def bent(r: np.ndarray, number: int) -> Projection:
        mean, target = _in_turns(x.z, x.z, r)
        values, vectors = np.linalg.eigh((mean + mean.T) / 2)
        largest = np.argsort(-np.abs(values))[:number]
        return guess(x.of_both @ vectors[:, largest], target)

    mean, target = _in_turns(x.a, x.b, r)
    u, v = _refined(x.a, x.b, r @ target, *_largest(mean)[1:])
    split = len(u)
    crossed = guess(np.stack([x.of_each[:, :split] @ u, x.of_each[:, split:] @ v], 1), target)
    column, target = _one_column(x.single, np.hstack([r, spread / np.sqrt(2)]), r.shape[1])
    return [bent(r, 2), crossed, bent(spread, 1), guess(x.of_single[:, [column]], target)]


def _largest(mean: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """About the largest singular value of a matrix, with its vectors."""
    v = mean[np.abs(mean).sum(1).argmax()]
    for _ in range(STEPS):
        v = mean.T @ (mean @ v)
        v = v / max(float(np.linalg.norm(v)), np.finfo(float).tiny)
    u = mean @ v
    size = float(np.linalg.norm(u))
    return size, u / max(size, np.finfo(float).tiny), v


def _in_turns(a: np.ndarray, b: np.ndarray, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the products of a (n, k) and b (n, l) times a combination of responses r (n, J).

    The one of them that goes with a product most, then the combination that goes with it.
    """
    means = [(a * one[:, None]).T @ b / len(r) for one in r.T]
    chosen = int(np.argmax([_largest(mean)[0] for mean in means]))
    mean, target = means[chosen], np.eye(len(means))[chosen]
    for _ in range(TURNS if len(means) > 1 else 0):
        _, u, v = _largest(mean)
        product = (a @ u) * (b @ v)
        target = r.T @ (product - product.mean())
        target = target / np.linalg.norm(target)
        mean = (a * (r @ target)[:, None]).T @ b / len(r)
    return mean, target


def _refined(
    a: np.ndarray, b: np.ndarray, r: np.ndarray, u: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The directions by scores that saturate, in turn: large values rule products."""
    for _ in range(REFINEMENTS):
        u = a.T @ (r * np.tanh(b @ v))
        u = u / max(float(np.linalg.norm(u)), np.finfo(float).tiny)
        v = b.T @ (r * np.tanh(a @ u))
        v = v / max(float(np.linalg.norm(v)), np.finfo(float).tiny)
    return u, v


def _one_column(bins: np.ndarray, r: np.ndarray, targets: int) -> tuple[int, np.ndarray]:
    """The column between whose bins a response differs most, and of which target it is."""
    width = bins.shape[1]
    places = (bins + BINS * np.arange(width)).ravel()
    counts = np.maximum(np.bincount(places, minlength=BINS * width), 1)
    told = np.stack(
        [
            (np.bincount(places, np.repeat(one, width), len(counts)) ** 2 / counts)
            .reshape(width, BINS)
            .sum(1)
            for one in r.T
        ]
    )
    response, column = np.unravel_index(told.argmax(), told.shape)
    return int(column), np.eye(targets)[int(response) % targets]
