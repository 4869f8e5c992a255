# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A command that measures: what it takes, does, checks and prints."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.record.arguments import nonnegative_integer
from benchmarks.record.report import RESULTS, Report
from benchmarks.record.target import verdicts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from benchmarks.record.target import Verdict

__all__ = ["Benchmark", "RefusedError", "broken_rules"]


class RefusedError(Exception):
    """A command that cannot be run as asked: its exit status is 2."""


def broken_rules(report: Report, named: str = "name") -> list[str]:
    """Say which answers are missing or wrong; a missed target is not a failure."""
    return [
        f"{record[named]}: {reason}" for record in report.records for reason in record["wrong"]
    ]


@dataclasses.dataclass(frozen=True)
class Benchmark:
    """One kind of measurement, and the command of this name.

    Attributes
    ----------
    name : str
        Of the command, and the kind of its report.
    text : str
        What it does, for the help.
    settings, quick : dataclass
        What is measured, and what with --quick, which shows that it works. An argument of the
        name of a field takes its place.
    add_arguments : callable
        Adds its own arguments to a parser; all have --json, --seed and --quick.
    measure : callable
        Makes the report, from the settings and the command line.
    table : callable
        Writes a report as Markdown.
    failures : callable
        What makes a measurement fail.
    verdicts : callable
        The figures of a report that are held to targets.
    details : callable, optional
        Writes a report at length; without it `table` does.
    prints_details : bool
        Whether the command itself prints the table at length.
    wants_quiet : bool
        Whether times are worth little on a busy machine.
    joined : callable, optional
        Puts the parts of the older report that were not measured again into the new one, which
        takes its place; without it nothing of that is kept.
    """

    name: str
    text: str
    settings: Any
    quick: Any
    add_arguments: Callable[[argparse.ArgumentParser], None]
    measure: Callable[[Any, list[str]], Report]
    table: Callable[[Report], str]
    failures: Callable[[Report], list[str]] = broken_rules
    verdicts: Callable[[Report], Iterable[Verdict]] = verdicts
    details: Callable[[Report], str] | None = None
    prints_details: bool = False
    wants_quiet: bool = False
    joined: Callable[[Report, Report], Report] | None = None

    def prepare(self, parser: argparse.ArgumentParser) -> None:
        """Add all arguments."""
        parser.add_argument("--json", type=Path, help="the report (in benchmarks/results)")
        parser.add_argument(
            "--seed", type=nonnegative_integer, default=0, help="seed of the tables"
        )
        parser.add_argument(
            "--quick", action="store_true", help="small sizes, to see that it works"
        )
        self.add_arguments(parser)

    def tables(self, report: Report, *, detail: bool) -> str:
        """Write a report as Markdown, at length or not."""
        return (self.details if detail and self.details else self.table)(report)

    def run(self, options: argparse.Namespace, arguments: list[str]) -> int:
        """Measure, keep the report, print it, and complain: the exit status."""
        if self.wants_quiet and not options.quick:
            _warn_if_busy()
        report = self.measure(self._chosen(options), arguments)
        path = options.json
        if path is None and not options.quick:  # that must not replace a real one
            path = RESULTS / f"{self.name}.json"
        if path is not None:
            kept = self.joined is not None and path.exists() and not options.quick
            old = Report.read(path, self.name) if kept else None
            (report if old is None else self.joined(report, old)).write(path)
        print(self.tables(report, detail=self.prints_details))
        reasons = self.failures(report)
        for reason in reasons:
            print(f"benchmarks: FAILED: {reason}", file=sys.stderr)
        return 1 if reasons else 0

    def _chosen(self, options: argparse.Namespace) -> Any:
        names = [field.name for field in dataclasses.fields(self.settings)]
        asked = {name: getattr(options, name, None) for name in names}
        return dataclasses.replace(
            self.quick if options.quick else self.settings,
            **{name: value for name, value in asked.items() if value is not None},
        )


def _warn_if_busy() -> None:
    load = os.getloadavg()[0]
    if load > 0.5:
        print(
            f"benchmarks: the machine is busy (load {load:.1f}); times are worth little",
            file=sys.stderr,
        )
