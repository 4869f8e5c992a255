# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often a nominal interval has the true atom in it, and how wide it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.statistics.checks import quiet, wrong_interval, wrong_result
from benchmarks.statistics.estimators import rounded
from benchmarks.statistics.population import exact_atoms, sample

if TYPE_CHECKING:
    from benchmarks.statistics.population import Cell
    from benchmarks.statistics.settings import Settings

__all__ = ["record_intervals"]


def record_intervals(cell: Cell, settings: Settings) -> list[dict[str, Any]]:
    """Coverage of the intervals of `fourfold.pid`, one record."""
    covered, half_widths, errors = [], [], []
    wrong: set[str] = set()
    undersampled = 0
    truth = None
    with quiet():
        for rng in cell.generators(settings.interval_repetitions):
            pmf = cell.population.draw(rng)
            if truth is None or cell.population.pmf is None:
                truth = exact_atoms(pmf)
            result = fourfold.pid(
                *sample(pmf, cell.n_samples, rng),
                n_resamples=settings.n_resamples,
                confidence_level=settings.confidence_level,
                rng=int(rng.integers(2**31)),
                num_threads=1,
            )
            wrong.update(wrong_result(result))
            wrong.update(wrong_interval(result))
            interval = result.confidence_interval
            assert interval is not None
            low, high = np.array(interval.low), np.array(interval.high)
            covered.append((low <= truth) & (truth <= high))
            half_widths.append((high - low) / 2)
            errors.append(np.array(interval.estimate) - truth)
            undersampled += bool(result.undersampled)
    off = np.array(errors)
    fixed = cell.population.pmf is not None
    record = {
        **cell.described(),
        "repetitions": len(errors),
        "n_resamples": settings.n_resamples,
        "confidence_level": settings.confidence_level,
        "coverage": rounded(np.mean(covered, axis=0)),
        "half_width": rounded(np.mean(half_widths, axis=0)),
        "rmse": rounded(np.sqrt((off**2).mean(axis=0))),
        # of the estimate, and of nothing else, where the truth is always the same
        "spread": rounded(off.std(axis=0, ddof=1)) if fixed and len(off) > 1 else None,
        "undersampled": undersampled / len(errors),
        "wrong": sorted(wrong),
    }
    return [record]
