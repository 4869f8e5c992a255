# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Means and intervals over the fits of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from fourfold.inference.intervals import first_shares
from fourfold.inference.shares import mean_share
from fourfold.results.pid import Atoms

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.results.pid import PID

__all__ = ["summary"]


def summary(
    results: tuple[tuple[PID, ...], ...],
    seeds: tuple[int, ...],
    confidence_level: float,
    words: str = "",
) -> dict[str, Any]:
    """The fields of a `Sweep` of clusters.

    The variance of an atom for clusters of any one seed is that of sampling, of which each fit
    has an estimate, plus that over the seeds. Each end is as far from the centre as both say::

        low  = m - sqrt(mean((e_s - low_s)**2)  + z**2 var(e_s))
        high = m + sqrt(mean((high_s - e_s)**2) + z**2 var(e_s))

    where e_s is the corrected atom of seed s, m their mean, and low_s, high_s are its interval.
    That is m -+ z sqrt(mean squared standard error + variance over seeds), except that an end
    which a fit puts at zero or at the plug-in atom, for want of samples, or further for sources
    that may be alike, lies as far here.
    """
    by_seed = _array(results, lambda result: result.atoms)
    bias = _array(results, lambda result: result.bias)
    low = high = shares = None
    if results[0][0].confidence_interval is not None:
        lowest = _array(results, lambda result: result.confidence_interval.low)
        estimates = _array(results, lambda result: result.confidence_interval.estimate)
        highest = _array(results, lambda result: result.confidence_interval.high)
        z = ndtri(0.5 + confidence_level / 2)
        over_seeds = z**2 * estimates.var(1, ddof=1) if len(seeds) > 1 else 0.0
        centre = estimates.mean(1)
        low = _atoms(centre - np.sqrt(((estimates - lowest) ** 2).mean(1) + over_seeds))
        high = _atoms(centre + np.sqrt(((highest - estimates) ** 2).mean(1) + over_seeds))
        shares = np.array([_shares(of_setting, confidence_level) for of_setting in results])
    first = first_shares(by_seed.mean(1))
    gap = _array(results, lambda result: result.gap).mean(1)
    first[np.maximum(by_seed.mean(1)[:, 1:3], 0.0).sum(1) <= gap] = np.nan
    return {
        "atoms": _atoms(by_seed.mean(1)),
        "low": low,
        "high": high,
        "plug_in": _atoms(_array(results, lambda result: result.plug_in).mean(1)),
        "bias": _atoms(_known_mean(bias)),
        "mi_joint": _array(results, lambda result: result.mi_joint).mean(1),
        "by_seed": by_seed,
        "samples_per_cell": _array(results, lambda result: result.samples_per_cell.total).mean(
            1
        ),
        "undersampled": _array(results, lambda result: result.undersampled).mean(1) >= 0.5,
        "contributions": np.stack([first, 1 - first], axis=1),
        "contribution_intervals": shares,
        "results": results,
        "seeds": seeds,
        "confidence_level": float(confidence_level),
        "estimator": words,
    }


def _shares(results: tuple[PID, ...], level: float) -> tuple[Any, Any]:
    """Intervals of both contributions, as far as sampling and the seed say."""
    intervals: list[Any] = [result.confidence_interval for result in results]
    first = first_shares(np.array([interval.estimate for interval in intervals]))
    spans = np.array([interval.contributions[0] for interval in intervals])
    first[np.ptp(spans, axis=1) >= 1] = np.nan  # from 0 to 1: the data do not tell
    _, low, high = mean_share(np.column_stack([first, spans]), level, 0.0)
    return (low, high), (1 - high, 1 - low)


def _array(results: tuple[tuple[PID, ...], ...], read: Callable[[Any], Any]) -> np.ndarray:
    """Something of each fit, settings and seeds first."""
    return np.array([[read(result) for result in of_setting] for of_setting in results])


def _known_mean(values: np.ndarray) -> np.ndarray:
    """Mean over the seeds (axis 1) whose value is known; NaN where it is of none."""
    known = ~np.isnan(values)
    number = known.sum(1)
    total = np.where(known, values, 0.0).sum(1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _atoms(values: np.ndarray) -> Atoms:
    """Atoms of shape (L,) from an array (L, 4)."""
    return Atoms(*values.T.copy())
