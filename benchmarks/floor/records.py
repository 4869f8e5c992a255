# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the records of all parts have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.record.child import Outcome

__all__ = ["LIMIT", "start", "threads_of"]

#: Seconds after which a call is ended.
LIMIT = 600.0


def start(part: str, name: str, threads: int, outcome: Outcome) -> dict[str, Any]:
    """Begin a record: what was measured, and that it is wrong if there is no answer."""
    wrong = [] if outcome.status == "solved" else [f"no answer: {outcome.reason}"]
    return {"part": part, "name": name, "threads": threads, "wrong": wrong, "targets": []}


def threads_of(count: int) -> str:
    """Write a number of threads."""
    return "1 thread" if count == 1 else f"{count} threads"
