# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the closed form and its estimates are held to, read off the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.gaussian.closed import EXACT, NOTED_WITHIN
from benchmarks.gaussian.samples import LEVEL
from benchmarks.record.target import Verdict
from benchmarks.record.target import verdicts as of_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["verdicts"]

#: Bits that U1 and U2 of equal sources may have in the mean, and any atom of mixed ones be off by.
EQUAL_UNIQUE, MIXED_OFF = 0.05, 0.15
#: Share of the intervals that hold the truth, of each atom.
HELD = 0.9
#: Standard errors of the simulation that the share of a true null may be above the level.
BY_CHANCE = 3.0
ROWS = 480


def verdicts(report: Report) -> Iterator[Verdict]:
    """Every target beside what was measured, in the order of the tables."""
    cases = [
        r for r in report.records if r["part"] == "canonical" and r.get("error") is not None
    ]
    if cases:
        worst = max(record["error"] for record in cases)
        yield Verdict(
            f"{len(cases)} cases of gpid and Thin-PID: largest error of an atom",
            f"{worst:.1e} bits", f"at most {EXACT:.0e} bits", worst <= EXACT,
            f"noted before: the same within {NOTED_WITHIN:.0e}",
        )  # fmt: skip
    yield from of_records(report)
    yield from _samples(report.records)
    yield from _levels([record for record in report.records if record["part"] == "tests"])


def _samples(records: list[dict[str, Any]]) -> Iterator[Verdict]:
    found = [r for r in records if r["part"] == "samples" and r["rows"] == ROWS]
    for name, atoms, most, what in (
        ("equal 10", slice(1, 3), EQUAL_UNIQUE, "larger mean of U1 and U2 (truth 0)"),
        ("mixed 10", slice(0, 4), MIXED_OFF, "largest mean error of an atom"),
    ):
        for record in found:
            if record["name"] != name or record.get("estimate") != "fourfold":
                continue
            off = float(np.abs(record["mean_error"][atoms]).max())
            yield Verdict(
                f"{name}, {ROWS} rows: {what}", f"{off:.3f} bits", f"at most {most:g} bits",
                off <= most, f"{record['draws']} draws",
            )  # fmt: skip
    for record in found:
        if "coverage" in record and record["kind"] == "interval":
            least = min(record["coverage"])
            yield Verdict(
                f"{record['name']}, {ROWS} rows: intervals that hold the truth, least of an atom",
                f"{100 * least:.1f} %", f"at least {100 * HELD:g} %", least >= HELD,
                f"{record['draws']} draws",
            )  # fmt: skip


def _levels(records: list[dict[str, Any]]) -> Iterator[Verdict]:
    shares = [
        (share, f"{record['name']}, {record['rows']} rows, {atom}", record["draws"])
        for record in records
        for share, null, atom in zip(
            record["rejected"], record["null"], ("U1", "U2", "S"), strict=True
        )
        if null and share is not None
    ]
    shares += [
        (record["replicated"], f"{record['name']}, {record['rows']} rows, S by draws",
         record["replicated_draws"])
        for record in records if record["null"][2] and record["replicated"] is not None
    ]  # fmt: skip
    if shares:
        worst, what, draws = max(shares, key=lambda one: one[0] - _most(one[2]))
        most = _most(draws)
        yield Verdict(
            f"true nulls rejected at {LEVEL:g}, most of {len(shares)}", f"{100 * worst:.1f} %",
            f"at most {100 * most:.1f} %", worst <= most, f"{what}; {draws} draws",
        )  # fmt: skip


def _most(draws: int) -> float:
    """What the share of rejections of a true null may be by chance."""
    return LEVEL + BY_CHANCE * (LEVEL * (1 - LEVEL) / draws) ** 0.5
