# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What unions of several sources are held to, read off the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.many.oracles import TOL
from benchmarks.record.target import Verdict
from benchmarks.record.target import verdicts as of_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.record.report import Report

__all__ = ["verdicts"]


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
