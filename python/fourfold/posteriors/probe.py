# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A quick probe: what held-out logistic regressions find in two sources, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.posteriors.duplicates import numbered
from fourfold.posteriors.folds import FOLDS, folds_of
from fourfold.posteriors.held_out import Rows, no_bounds, outer_bounds
from fourfold.posteriors.quick_logistic import out_of_fold_log_posteriors
from fourfold.posteriors.target import as_target, strata_of
from fourfold.results.outer_bounds import OuterBounds

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Probe", "probe", "rows_to_probe"]

#: More columns than these are projected to as many random directions.
MOST_COLUMNS = 1024
#: Rows that are probed: as many as make so many numbers by columns and classes, within limits.
NUMBERS, FEWEST_ROWS, MOST_ROWS = 2e8, 2000, 10_000
#: Copies of rows are left out, as they may have been seen; of a larger share nothing is said.
MOST_COPIES = 0.1

_UNKNOWN = (float("nan"),) * 3


class Probe(NamedTuple):
    """Information in bits that is found, of held-out rows; NaN where `why_not` says why.

    Attributes
    ----------
    information, standard_error : (float, float, float)
        Of X1, of X2 and, where it was asked for, of both side by side.
    outer_bounds : OuterBounds
        What holds of the atoms of the sources.
    why_not : str
        Why there is none.
    """

    information: tuple[float, float, float]
    standard_error: tuple[float, float, float]
    outer_bounds: OuterBounds
    why_not: str = ""

    def of_sources(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Information of X1 and X2, and standard errors."""
        return self.information[:2], self.standard_error[:2]


def rows_to_probe(shape: tuple[int, int], classes: int, seed: int) -> np.ndarray:
    """Which of the rows of sources with at most so many columns: all, or a random subset."""
    rows, columns = shape
    most = NUMBERS / (min(columns, MOST_COLUMNS) * classes)
    most = round(min(MOST_ROWS, max(FEWEST_ROWS, most)))
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng([seed, 1]).choice(rows, most, replace=False))


def probe(
    x1: np.ndarray,
    x2: np.ndarray,
    y: np.ndarray,
    names: Sequence[object] | None,
    *,
    seed: int,
    confidence_level: float,
    together: bool = False,
) -> Probe:
    """Probe sources (N, d1) and (N, d2) for labels (N,), or rows of probabilities (N, K_Y).

    `names` are those of the labels. It does not raise, whatever the rows are: where nothing can
    be held out, it says why.
    """
    kept, why_not = _without_copies(x1, x2)
    x1, x2, y = x1[kept], x2[kept], y[kept]
    if not why_not:
        why_not = _too_few(y, names)
    if why_not:
        return Probe(_UNKNOWN, _UNKNOWN, no_bounds(confidence_level), why_not)
    codes, classes = _classes(y)
    target = as_target(codes, classes, None, seed)
    folds = folds_of(strata_of(target, FOLDS), FOLDS, None, seed)
    rows = Rows(target.weights)
    surprise = target.surprise
    sources = [_columns(x, seed) for x in (x1, x2)]
    if together:
        sources.append(_columns(np.concatenate(sources, axis=1), seed))
    terms = []
    for x in sources:
        logs = out_of_fold_log_posteriors(x, target.shares, folds)
        terms.append(surprise + target.terms(logs / np.log(2.0)))
    first, second, both = terms if together else (*terms, np.full(len(codes), np.nan))
    every = np.stack([first, second, both], axis=1)
    return Probe(
        tuple(rows.mean(every).tolist()),
        tuple(rows.error(every).tolist()),
        outer_bounds(first, second, None, surprise, rows, confidence_level, target.most),
    )


def _without_copies(x1: np.ndarray, x2: np.ndarray) -> tuple[np.ndarray, str]:
    """Rows that equal no earlier row of either source, and what to say if these are few."""
    n = len(x1)
    fresh = np.ones(n, dtype=bool)
    for name, x in (("X1", x1), ("X2", x2)):
        if np.count_nonzero(np.ptp(x, axis=0)) <= 1:
            continue  # a number that repeats is a value, not a copy
        _, first, _ = numbered(x)
        if n - len(first) > MOST_COPIES * n:
            return np.arange(n), f"{n - len(first)} of {n} rows of {name} repeat others"
        of_source = np.zeros(n, dtype=bool)
        of_source[first] = True
        fresh &= of_source
    return np.flatnonzero(fresh), ""


def _too_few(y: np.ndarray, names: Sequence[object] | None) -> str:
    """What there is too little of for the folds, if anything is."""
    if len(y) < 2 * FOLDS:
        return f"there are {len(y)} rows"
    if y.ndim == 2:
        return "" if np.count_nonzero(y.max(0) > 0) > 1 else "y has one class"
    present, counts = np.unique(y, return_counts=True)
    if len(present) < 2:
        return "y has one class"
    if counts.min() < FOLDS:
        least = int(present[counts.argmin()])
        name = least if names is None else names[least]
        return f"class {str(name)!r} has {counts.min()} rows"
    return ""


def _classes(y: np.ndarray) -> tuple[np.ndarray, int]:
    """Those that occur."""
    if y.ndim == 2:
        rows = y[:, y.max(0) > 0]
        return rows, rows.shape[1]
    present, codes = np.unique(y, return_inverse=True)
    return codes, len(present)


def _columns(x: np.ndarray, seed: int) -> np.ndarray:
    """Standardised, in single precision; constant ones are zero."""
    largest = np.abs(x).max(0)
    scaled = x / np.where(largest > 0, largest, 1).astype(x.dtype)  # squares of any are finite
    centred = scaled - scaled.mean(0, dtype=np.float64)
    deviation = np.sqrt((centred**2).mean(0))
    constant = deviation <= 1e-6  # which rounding of single precision makes of them
    standard = np.where(constant, 0.0, centred / np.where(constant, 1.0, deviation))
    columns: np.ndarray = standard.astype(np.float32)
    if columns.shape[1] <= MOST_COLUMNS:
        return columns
    rng = np.random.default_rng([seed, 2])
    directions = rng.standard_normal((columns.shape[1], MOST_COLUMNS), dtype=np.float32)
    projected: np.ndarray = columns @ (directions / np.float32(np.sqrt(columns.shape[1])))
    return projected
