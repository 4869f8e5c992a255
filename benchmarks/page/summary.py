# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""One row for each report: when it was made, of which core, and how many targets it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.commands import BENCHMARKS
from benchmarks.record.columns import markdown
from benchmarks.record.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.record.report import Report

__all__ = ["core_of", "summary"]

_HEADER = ["command", "part", "measured", "Fourfold", "commit", "core", "targets met"]


def summary(reports: Sequence[Report]) -> str:
    """Tabulate the reports, and say whether all are of the core of the newest.

    The core is the folder csrc, named as `benchmarks.record.environment.core` does.
    """
    found = [(r.kind, name, part) for r in reports for name, part in parts_of(r).items()]
    newest = max((part for _, _, part in found), key=lambda part: part.date)
    rows = [
        [
            f"`{kind}`",
            name,
            f"{part.date[:10]}, {part.machine['cpu']}",
            str(part.versions["fourfold"]),
            _commit(part),
            (core_of(part) or "unknown")[:8],
            _met(part),
        ]
        for kind, name, part in found
    ]
    lines = [
        _sentence([core_of(part) for _, _, part in found], newest),
        markdown(_HEADER, rows),
    ]
    missing = [f"`{name}`" for name in BENCHMARKS if name not in {r.kind for r in reports}]
    if missing:
        lines.append(f"Not measured: {', '.join(missing)}.")
    return "\n\n".join(lines)


def core_of(report: Report) -> str | None:
    """The core that was measured; None where it is not known, or was changed and not committed."""
    known = None if report.git["dirty"] else report.git.get("core")
    return None if known is None else str(known)


def _sentence(cores: list[str | None], newest: Report) -> str:
    core = core_of(newest)
    same = sum(core is not None and one == core for one in cores)
    of_core = f"core `{(core or 'unknown')[:8]}` of Fourfold {newest.versions['fourfold']}"
    told = "The core is the folder `csrc`, by the name that Git gives to what is in it."
    if same == len(cores):
        return f"**All {same} reports are of {of_core}.** {told}"
    return (
        f"**{same} of {len(cores)} reports are of {of_core}**, that of the newest report; the "
        f"others were not made again since. {told}"
    )


def _commit(report: Report) -> str:
    commit = report.git["commit"]
    return (
        "unknown" if commit is None else f"{commit[:8]}{' and changes' * report.git['dirty']}"
    )


def _met(report: Report) -> str:
    judged = [verdict.met for verdict in BENCHMARKS[report.kind].verdicts(report)]
    known = [met for met in judged if met is not None]
    return f"{sum(known)} of {len(known)}" if known else "-"
