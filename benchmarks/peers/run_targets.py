# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How many times as fast as its peers Fourfold should be on real counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.peers.solvers import SOLVERS
from benchmarks.record.target import Target, Verdict
from benchmarks.record.words import size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["run_verdicts"]


class Faster(NamedTuple):
    """A family and sizes, the peer, and how many times as fast, at which gap in bits."""

    family: str
    states: tuple[int, ...]
    peer: str
    times: float
    tol: float = 1e-6


TARGETS = (
    Faster("digits", (64, 128, 256), "clarabel", 100.0),
    Faster("digits", (64, 128), "dit", 5000.0),
)


def run_verdicts(report: Report) -> Iterator[Verdict]:
    """Times of the peers beside those of Fourfold, in one run on one machine."""
    records = {(r["family"], r["states"], r["solver"], r["tol"]): r for r in report.records}
    for wanted in TARGETS:
        for states in wanted.states:
            ours = records.get((wanted.family, states, "fourfold", wanted.tol))
            peer = records.get((wanted.family, states, wanted.peer, None))
            if ours is None or peer is None:
                continue
            target = Target("", "at least", wanted.times, "times")
            late = peer["status"] in ("timeout", "skipped")
            # who did not answer in time took at least so long
            took = report.settings["limit"] if late else _seconds(peer)
            own = _seconds(ours)
            measured = None if took is None or own is None else took / own
            shape = size((states, states, ours["classes"]))
            yield Verdict(
                f"{wanted.family}, {shape}, gap of {wanted.tol:g}: times as fast as "
                f"{SOLVERS[wanted.peer].label}",
                "-" if measured is None else f"{'over ' if late else ''}{measured:.0f} times",
                f"{target.sense} {target.value:.0f} times",
                target.judge(measured)["met"],
            )


def _seconds(record: dict[str, Any]) -> float | None:
    """The time of an answer that counts."""
    right = record["converged"] and all(entry["agrees"] for entry in record["agreement"])
    return record["seconds"]["median"] if record["status"] == "solved" and right else None
