# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a report keeps of one measurement."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from benchmarks.peers.answer import ATOMS

if TYPE_CHECKING:
    from benchmarks.peers.answer import Answer
    from benchmarks.record.child import Outcome

__all__ = ["describe"]


def describe(outcome: Outcome) -> dict[str, Any]:
    """Return the part of a record that the outcome fills, in plain values."""
    answer: Answer | None = outcome.answer if outcome.status == "solved" else None
    times = outcome.seconds if answer is not None else []
    record: dict[str, Any] = {
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": None,
        "peak_bytes": outcome.peak,
        "resident_before_bytes": outcome.resident_before,
        "converged": None,
        "atoms": None,
        "lower": None,
        "upper": None,
        "said": None,
    }
    if answer is not None:
        record["seconds"] = {
            "median": statistics.median(times),
            "min": min(times),
            "count": len(times),
            "all": times,
            "cpu_median": statistics.median(outcome.cpu_seconds),
        }
        record["converged"] = answer.converged
        record["said"] = answer.said
        for name in ("atoms", "lower", "upper"):
            record[name] = dict(zip(ATOMS, getattr(answer, name), strict=True))
    return record
