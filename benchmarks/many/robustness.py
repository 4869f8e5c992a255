# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Hard tables of three and four sources by the hundred, every answer found again in NumPy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.many.hard_tables import FAMILIES, draw
from benchmarks.many.recheck import wrong_bounds
from fourfold import _core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.many.settings import Settings

__all__ = ["METHODS", "TOL", "record_robustness"]

#: Gap asked for, in bits.
TOL = 1e-7
METHODS = ("dense", "working-set")
SOURCES = (3, 4)
#: What rounding may do to bounds of two solves, in bits.
ROUNDING = 1e-12


def record_robustness(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each family of hard tables and each method of the core.

    Parameters
    ----------
    settings : Settings
        Of which `counts` is the number of tables of counts, three and four sources together, and
        `hard` that of each other family.

    Yields
    ------
    dict
        ``name``, ``method``; how many tables there are (``count``), are ``certified`` to `TOL`, and
        stopped at what ``largest_gap``; their ``mean_steps`` and ``most_steps``, and the ``seconds``
        of the slowest; ``wrong``: answers that are inverted, that miss those of the other method, or of
        which dual and coupling say something else.
    """
    for family in FAMILIES:
        count = settings.counts if family == "counts" else settings.hard
        tables = [
            draw(family, k // len(SOURCES), SOURCES[k % len(SOURCES)]) for k in range(count)
        ]
        solved = {method: [_solve(each, method) for each in tables] for method in METHODS}
        for method, other in zip(METHODS, reversed(METHODS), strict=True):
            answers = solved[method]
            gaps = np.array([found["upper"] - found["lower"] for found in answers])
            steps = [found["iterations"] for found in answers]
            wrong = [
                f"table {k}: {what}"
                for k, (found, also) in enumerate(zip(answers, solved[other], strict=True))
                for what in _wrong(tables[k], found, also)
            ]
            yield {
                "name": family,
                "method": method,
                "count": count,
                "certified": int((gaps <= TOL).sum()),
                "largest_gap": float(gaps.max()),
                "mean_steps": float(np.mean(steps)),
                "most_steps": max(steps),
                "seconds": max(found["seconds"] for found in answers),
                "wrong": wrong,
            }


def _solve(tables: list[np.ndarray], method: str) -> dict[str, Any]:
    begin = time.perf_counter()
    found = _core.solve_union(
        tables, method=method, tol=TOL, max_iter=1000, num_threads=1, coupling=True
    )
    return {**found, "seconds": time.perf_counter() - begin}


def _wrong(
    tables: list[np.ndarray], found: dict[str, Any], also: dict[str, Any]
) -> Iterator[str]:
    if not found["lower"] <= found["upper"]:
        yield f"the interval {found['lower']!r} to {found['upper']!r} is inverted"
    if not found["lower"] <= also["upper"] + ROUNDING:
        yield f"{found['lower']!r} is above {also['upper']!r} of the other method"
    yield from wrong_bounds(found, tables, found)
