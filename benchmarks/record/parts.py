# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Parts of a report that were measured on different days, each with its own surroundings."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.record.report import Report

__all__ = ["joined", "part_of", "parts_of"]

#: What a report says of where and how it was measured.
SURROUNDINGS = (
    "command", "date", "seed", "settings", "machine", "versions", "git", "fourfold_config",
)  # fmt: skip
#: Where a report keeps the surroundings of parts that were measured before the others.
EARLIER = "earlier"


def part_of(report: Report, part: str, first: str) -> Report:
    """The records of one part, with the surroundings in which they were measured.

    Parameters
    ----------
    report : Report
        Its records say their `part`; those that do not are of the `first`.
    part, first : str
        The part that is wanted, and the one that all records had before there were parts.
    """
    earlier = report.settings.get(EARLIER, {}).get(part, {})
    records = [r for r in report.records if r.get("part", first) == part]
    return dataclasses.replace(report, **earlier, records=records)


def parts_of(report: Report) -> dict[str, Report]:
    """The parts that were measured at other times than the rest, and the rest, by their names."""
    earlier = report.settings.get(EARLIER, {})
    named = {part: part_of(report, part, part) for part in earlier}
    rest = [record for record in report.records if record.get("part") not in earlier]
    names = dict.fromkeys(record.get("part", "all") for record in rest)
    return {", ".join(names) or "all": dataclasses.replace(report, records=rest), **named}


def joined(new: Report, old: Report, parts: Sequence[str]) -> Report:
    """Put the parts of an older report that were not measured again beside those that were.

    Parameters
    ----------
    new, old : Report
        The records of `new` say their `part`.
    parts : sequence of str
        All parts in order; records of `old` that say none are of the first.
    """
    measured = {record["part"] for record in new.records}
    kept = {
        part: found
        for part in parts
        if part not in measured and (found := part_of(old, part, parts[0])).records
    }
    if not kept:
        return new
    earlier = {part: _surroundings(found) for part, found in kept.items()}
    records = [
        {**record, "part": part} for part, found in kept.items() for record in found.records
    ]
    return dataclasses.replace(
        new, settings={**new.settings, EARLIER: earlier}, records=[*records, *new.records]
    )


def _surroundings(report: Report) -> dict[str, Any]:
    found = {name: getattr(report, name) for name in SURROUNDINGS}
    settings = {k: v for k, v in report.settings.items() if k != EARLIER}
    return {**found, "settings": settings}
