# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What unions of several sources are held to, read off the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.many import robustness
from benchmarks.many.oracles import TOL
from benchmarks.record.target import Verdict
from benchmarks.record.target import verdicts as of_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["verdicts"]

#: Share of the intervals that hold the truth, of each number where it is not flagged.
HELD = 0.85


def verdicts(report: Report) -> Iterator[Verdict]:
    """Every target beside what was measured, in the order of the tables."""
    yield from of_records(report)
    oracles = [record for record in report.records if record["part"] == "oracles"]
    if oracles:
        good = sum(record["converged"] and not record["wrong"] for record in oracles)
        yield Verdict(
            f"{len(oracles)} unions that are known: certified to {TOL:.0e} bits around the truth",
            str(good), str(len(oracles)), good == len(oracles),
        )  # fmt: skip
    hard = [record for record in report.records if record["part"] == "hard"]
    for method in robustness.METHODS:
        of_method = [record for record in hard if record["method"] == method]
        if of_method:
            count, good = (sum(r[key] for r in of_method) for key in ("count", "certified"))
            missed = [r["name"] for r in of_method if r["certified"] < r["count"]]
            yield Verdict(
                f"hard tables, {method}: certified to {robustness.TOL:.0e} bits",
                str(good), str(count), good == count, ", ".join(missed) or "-",
            )  # fmt: skip
    trusted = [
        (min(record["coverage"]), f"{record['name']}, {record['sources']} sources, {record['rows']} rows")
        for record in report.records
        if record["part"] == "coverage" and record["undersampled"] < 0.5
    ]  # fmt: skip
    if trusted:
        least, what = min(trusted)
        yield Verdict(
            f"{len(trusted)} samples: intervals of I, v* and S that hold the truth, least",
            f"{100 * least:.0f} %", f"at least {100 * HELD:g} %", least >= HELD, what,
        )  # fmt: skip
