# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A few rows, many clusters and labels that have nothing to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.statistics.checks import (
    quiet,
    wrong_interval,
    wrong_pvalue,
    wrong_result,
)
from benchmarks.statistics.estimates import rounded
from benchmarks.statistics.population import Population
from benchmarks.statistics.significance import LEVEL

if TYPE_CHECKING:
    from benchmarks.statistics.population import Cell
    from benchmarks.statistics.settings import Settings

__all__ = ["NULL_EXAMPLE", "ROWS", "record_null"]

ROWS, SHAPE = 24, (10, 10, 10)

#: Its table is not drawn: every variable is uniform.
NULL_EXAMPLE = Population("24 rows, 10 clusters", SHAPE)


def record_null(cell: Cell, settings: Settings) -> list[dict[str, Any]]:
    """Shares of repetitions that warn, that find anything, and whose interval excludes zero."""
    plug_in, found, excluded = [], [], []
    undersampled = 0
    wrong: set[str] = set()
    with quiet():
        for rng in cell.generators(settings.null_repetitions):
            x1, x2, y = (rng.integers(states, size=ROWS) for states in SHAPE)
            seed = int(rng.integers(2**31))
            result = fourfold.pid(x1, x2, y, random_state=seed, num_threads=1)
            tests = fourfold.permutation_test(
                x1,
                x2,
                y,
                settings.tested,
                n_permutations=settings.null_permutations,
                random_state=seed,
                num_threads=1,
            )
            wrong.update(wrong_result(result))
            wrong.update(wrong_interval(result))
            for name, test in tests.items():
                wrong.update(wrong_pvalue(name, test.pvalue, test.n_permutations))
            adjusted = fourfold.adjust_pvalues(tests)
            found.append([adjusted[name] <= LEVEL for name in settings.tested])
            interval = result.confidence_interval
            assert interval is not None
            low, high = np.array(interval.low), np.array(interval.high)
            excluded.append((low > 0.0) | (high < 0.0))
            plug_in.append(result.plug_in)
            undersampled += bool(result.undersampled)
    record = {
        **cell.described(),
        "repetitions": len(plug_in),
        "n_permutations": settings.null_permutations,
        "mean_plug_in": rounded(np.mean(plug_in, axis=0)),
        "undersampled": undersampled / len(plug_in),
        "significant": dict(zip(settings.tested, rounded(np.mean(found, axis=0)), strict=True)),
        "any_significant": float(np.any(found, axis=1).mean()),
        "interval_excludes_zero": rounded(np.mean(excluded, axis=0)),
        "any_interval_excludes_zero": float(np.any(excluded, axis=1).mean()),
        "wrong": sorted(wrong),
    }
    return [record]
