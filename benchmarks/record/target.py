# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Figures that measurements are held to, and the table that says which were met."""

from __future__ import annotations

import dataclasses
import operator
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.record.columns import markdown
from benchmarks.record.words import UNITS, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.record.report import Report

__all__ = ["Target", "Verdict", "targets_table", "verdicts"]

SENSES = {"at most": operator.le, "at least": operator.ge, "below": operator.lt}


@dataclasses.dataclass(frozen=True)
class Target:
    """What is asked for.

    Attributes
    ----------
    what : str
        The figure, in words.
    sense : str
        Key of `SENSES`.
    value : float
        The figure to be reached.
    unit : str
        Key of `UNITS`.
    """

    what: str
    sense: str
    value: float
    unit: str

    def judge(self, measured: float | None) -> dict[str, Any]:
        """Return the part of a record that says whether it was met; None if not measured."""
        met = None if measured is None else bool(SENSES[self.sense](measured, self.value))
        return {**dataclasses.asdict(self), "measured": measured, "met": met}


class Verdict(NamedTuple):
    """A row of a table of targets; `met` is None where nothing was measured."""

    figure: str
    measured: str
    target: str
    met: bool | None
    note: str = "-"


def verdicts(report: Report) -> Iterator[Verdict]:
    """What was measured beside each target of the records, as `Target.judge` wrote them."""
    for record in report.records:
        for target in record.get("targets", ()):
            unit, measured = UNITS[target["unit"]], target["measured"]
            wrong = joined(record["wrong"]) if record["wrong"] else "-"
            yield Verdict(
                f"{record['name']}: {target['what']}",
                wrong if measured is None else unit(measured),
                f"{target['sense']} {unit(target['value'])}",
                target["met"],
            )


def targets_table(found: Iterable[Verdict], note: str | None = None) -> str:
    """Tabulate verdicts; with notes where their column has a title."""
    header = ["figure", "measured", "target", "met", *([] if note is None else [note])]
    said = {True: "yes", False: "**no**", None: "-"}
    rows = [[*row[:3], said[row.met], row.note][: len(header)] for row in found]
    return markdown(header, rows)
