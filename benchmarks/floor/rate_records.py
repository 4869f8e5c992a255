# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Records of the rates of the machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from benchmarks.floor import rates
from benchmarks.floor.model import working_sets
from benchmarks.floor.records import LIMIT, start, threads_of
from benchmarks.record.child import Plan, measure

if TYPE_CHECKING:
    from benchmarks.floor.rates import Rates
    from benchmarks.floor.settings import Settings, Shape

__all__ = ["record_rates"]


def record_rates(settings: Settings, threads: int, found: dict[int, Rates]) -> dict[str, Any]:
    """Measure the rates on a number of threads, and put them where the others find them."""
    options = {
        "threads": threads,
        "working_sets": working_sets(_shapes(settings), threads, rates.second_level_bytes()),
        "product": settings.product,
        "budget": settings.rate_budget,
    }
    outcome = measure(rates.prepare, options, Plan(limit=LIMIT, fast_repeats=1))
    record = start("rates", f"rates, {threads_of(threads)}", threads, outcome)
    if outcome.status == "solved":
        found[threads] = outcome.answer
        described = dataclasses.asdict(outcome.answer)
        described["bandwidths"] = sorted(map(list, described["bandwidths"].items()))
        record.update(described)
    return record


def _shapes(settings: Settings) -> list[Shape]:
    """Shapes of which a floor is wanted."""
    shapes = list(settings.shapes) if "steps" in settings.parts else []
    return [*shapes, settings.large.shape] if "large" in settings.parts else shapes
