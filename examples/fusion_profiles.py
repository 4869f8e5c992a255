# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of the fusion study, their means over seeds, and intervals of these."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import t as student

import fourfold as ff

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
LEVEL = 0.95
PROTOTYPES = 128
TRAINING = 1.58  # errors of sampling times this, as in `fourfold.compare` of what is decoded


@dataclasses.dataclass(frozen=True)
class Part:
    """A decomposition of some rows, all or those of a fold.

    Attributes
    ----------
    result : PosteriorPID, or PID of recombined inputs
    rows : ndarray of int, shape (n,)
    """

    result: Any
    rows: np.ndarray


Parts = list[Part]  # of disjoint rows
Kinds = dict[str, list[Parts]]  # for each seed


def decoded(classifiers: str, x1: np.ndarray, x2: np.ndarray, y: np.ndarray, seed: int) -> Any:
    """What classifiers of x1 and x2 decode of y."""
    # of two classes rows need not be merged; of ten more prototypes move atoms by .002 bits
    classes = y.shape[1] if y.ndim == 2 else len(np.unique(y))
    number = PROTOTYPES if classes > 2 else None
    estimator = ff.ClassifierPID(classifiers, n_prototypes=number, random_state=seed)
    return estimator.fit(x1, x2, y).result_


def recombined(
    classifiers: str,
    predict: Callable[[np.ndarray, np.ndarray], np.ndarray],
    x1: np.ndarray,
    x2: np.ndarray,
    seed: int,
) -> Any:
    """What a network uses of x1 and x2, put together at random."""
    return ff.recombined_pid(
        predict, x1, x2, batch_size=4096, estimator=classifiers, random_state=seed
    ).result


@dataclasses.dataclass(frozen=True)
class Seeds:
    """A number of each seed.

    Attributes
    ----------
    values : ndarray, shape (S,)
        NaN where it is not known.
    added : ndarray, shape (S, N), or None
        What each row adds to it, of mean zero; None where that is not known.
    """

    values: np.ndarray
    added: np.ndarray | None = None

    def minus(self, other: Seeds) -> Seeds:
        """Of the same seeds and rows: what both have in common cancels."""
        added = None
        if self.added is not None and other.added is not None:
            added = self.added - other.added
        return Seeds(self.values - other.values, added)


def over_seeds(found: Seeds, least: float = -1.0) -> dict[str, Any]:
    """Mean over the seeds, and an interval for the mean over all seeds there could be.

    Variance over seeds by Student's t; that of drawing the rows by what each adds.
    """
    known = np.isfinite(found.values)
    number = int(known.sum())
    by_seed = [
        float(value) if ok else None for value, ok in zip(found.values, known, strict=True)
    ]
    if number == 0:
        return {"value": None, "low": None, "high": None, "by_seed": by_seed}
    mean, squared = float(found.values[known].mean()), 0.0
    if number > 1:
        quantile = student.ppf(0.5 + LEVEL / 2, number - 1)
        squared += quantile**2 * found.values[known].var(ddof=1) / number
    if found.added is not None:
        rows = found.added[known].mean(0)
        squared += (ndtri(0.5 + LEVEL / 2) * TRAINING) ** 2 * (rows**2).mean() / len(rows)
    half = math.sqrt(squared)
    low, high = max(mean - half, least), min(mean + half, 1.0)
    return {"value": mean, "low": low, "high": high, "by_seed": by_seed}


def contribution1(result: Any) -> tuple[float, np.ndarray]:
    """C1 = U1 / (U1 + U2), negative atoms counted as zero, and its derivatives.

    By I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*. NaN where neither is told from zero, as far as the
    result has intervals.
    """
    interval = result.confidence_interval
    if interval is not None and max(interval.low.unique1, interval.low.unique2) <= 0:
        return math.nan, np.zeros(4)
    one, two = max(result.unique1, 0.0), max(result.unique2, 0.0)
    both = one + two
    if both < 1e-9:
        return math.nan, np.zeros(4)
    slopes = np.array([one, -two, 0.0, two - one]) / both**2
    return one / both, slopes


def share1(result: Any) -> tuple[float, np.ndarray]:
    """Shapley's share of X1 in I(X1,X2;Y), (U1 + (R + S) / 2) / I(X1,X2;Y), and its derivatives."""
    joint = result.mi_joint
    if joint < 1e-9:
        return math.nan, np.zeros(4)
    apart = (result.mi1 - result.mi2) / (2 * joint)
    return 0.5 + apart, np.array([0.5, -0.5, -apart, 0.0]) / joint


def seeds_of(
    by_seed: Sequence[Parts], quantity: Callable[[Any], tuple[float, np.ndarray]]
) -> Seeds:
    """Of each seed the mean of its parts."""
    values, added = [], []
    for parts in by_seed:
        rows = np.zeros(sum(len(part.rows) for part in parts))
        of_parts = []
        for part in parts:
            value, slopes = quantity(part.result)
            of_parts.append(value)
            terms = getattr(part.result, "row_terms", None)
            if terms is None:
                rows[:] = math.nan
            else:
                rows[part.rows] = (terms - terms.mean(0)) @ slopes
        values.append(float(np.mean(of_parts)))
        added.append(rows)
    known = np.isfinite(added).all()
    return Seeds(np.array(values), np.array(added) if known else None)


def summary(by_seed: Sequence[Parts]) -> dict[str, Any]:
    """Means over the seeds: atoms, informations, C1 and share of X1 with intervals."""
    every = [part.result for parts in by_seed for part in parts]
    names = (*ATOMS, "mi1", "mi2", "mi_joint", "entropy")
    return {
        **{name: float(np.mean([getattr(one, name) for one in every])) for name in names},
        "contribution1": over_seeds(seeds_of(by_seed, contribution1), 0.0),
        "share1": over_seeds(seeds_of(by_seed, share1), 0.0),
        "converged": sum(bool(one.converged) for one in every),
        "decompositions": len(every),
    }


def difference(one: Sequence[Parts], other: Sequence[Parts]) -> dict[str, Any]:
    """C1 and share of X1 of `one` minus those of `other`, paired by seed and rows."""
    return {
        name: over_seeds(seeds_of(one, quantity).minus(seeds_of(other, quantity)))
        for name, quantity in (("contribution1", contribution1), ("share1", share1))
    }
