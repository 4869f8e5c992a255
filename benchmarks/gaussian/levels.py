# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often the tests of U1 = 0, U2 = 0 and S = 0 reject: where that is so, and where not."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import fourfold
from benchmarks.gaussian.samples import LEVEL, each, rows_of
from benchmarks.gaussian.systems import SAMPLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.gaussian.settings import Settings

__all__ = ["TESTED", "record_levels"]

#: Systems, by their names.
TESTED = (
    "nothing 3", "X1 only 3", "own parts 2", "noisy copy 6+6+3", "equal 3", "equal 10", "mixed 10",
    "drawn 4+7+3",
)  # fmt: skip
#: An atom of fewer bits is zero.
NULL = 1e-9


def record_levels(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each system and number of rows."""
    for name in TESTED:
        cov, sizes = SAMPLED[name]()
        atoms = np.array(fourfold.gaussian_pid_from_covariance(cov, sizes).atoms)[1:]
        for rows in settings.test_rows:
            if rows <= sum(sizes) + 1:
                continue
            found = each(partial(_one, settings, name, rows), settings.test_draws, settings)
            pvalues = np.array([one["pvalues"] for one in found])
            asked = np.isfinite(pvalues)
            drawn = np.array([one["replicated"] for one in found])
            drawn = drawn[np.isfinite(drawn)]
            wrong = [] if asked[:, :2].all() else ["a p-value of U1 or U2 is not finite"]
            rejected = [
                float((column[kept] <= LEVEL).mean()) if kept.any() else None
                for column, kept in zip(pvalues.T, asked.T, strict=True)
            ]
            null = (atoms < NULL).tolist()
            yield {
                "name": name,
                "rows": rows,
                "draws": len(found),
                "truth": [round(float(atom), 6) for atom in atoms],
                "null": null,
                "rejected": rejected,
                "asked": asked.mean(0).tolist(),
                "replicated": float((drawn <= LEVEL).mean()) if len(drawn) else None,
                "replicated_draws": len(drawn),
                "wrong": wrong,
            }


def _one(settings: Settings, name: str, rows: int, draw: int) -> dict[str, Any]:
    rng = np.random.default_rng([settings.seed, 6, list(SAMPLED).index(name), rows, draw])
    sample = rows_of(name, rows, rng)
    numbers = [0]
    if rows in settings.replicated_rows and draw < settings.replicated_draws:
        numbers.append(settings.replicates)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [
            fourfold.gaussian_pid(
                *sample,
                check_dependence=False,
                n_resamples=number,
                confidence_level=0.95 if number else None,
                random_state=draw,
            ).pvalues
            for number in numbers
        ]
    return {
        "pvalues": np.array(found[0], dtype=float),
        "replicated": float(found[-1].synergy) if len(found) > 1 else np.nan,
    }
