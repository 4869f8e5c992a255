# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The commands that measure nothing: table and plot."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.gaussian.table import sampled_tables
from benchmarks.many.table import cost_table
from benchmarks.page.sections import rewrite
from benchmarks.page.summary import core_of, summary
from benchmarks.page.tables import available, beside_peers, page, unmet
from benchmarks.peers.run import PEERS
from benchmarks.record.benchmark import RefusedError
from benchmarks.record.environment import ROOT, core
from benchmarks.record.parts import part_of
from benchmarks.record.report import RESULTS, Report
from benchmarks.scale.table import scale_table
from benchmarks.statistics.table import sampling_tables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

__all__ = ["PLOT", "TABLE", "Shown"]


@dataclasses.dataclass(frozen=True)
class Shown:
    """A command that shows reports; `name`, `text`, `prepare` and `run` as of a `Benchmark`."""

    name: str
    text: str
    prepare: Callable[[argparse.ArgumentParser], None]
    show: Callable[[argparse.Namespace], None]

    def run(self, options: argparse.Namespace, _: list[str]) -> int:
        """Show them, or say which cannot be read."""
        try:
            self.show(options)
        except (OSError, ValueError) as error:
            raise RefusedError(error) from error
        return 0


def _table_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the reports")
    parser.add_argument("--write", action="store_true", help="put them into the six files")
    parser.add_argument(
        "--page", type=Path, default=ROOT / "docs" / "benchmarks.md",
        help="the file that has all of them, missed targets first",
    )  # fmt: skip
    parser.add_argument(
        "--readme", type=Path, default=ROOT / "README.md",
        help="the file that has dense tables beside the peers",
    )  # fmt: skip
    parser.add_argument(
        "--sampling", type=Path, default=ROOT / "docs" / "sampling.md",
        help="the file that has errors and coverage against samples",
    )  # fmt: skip
    parser.add_argument(
        "--scale", type=Path, default=ROOT / "docs" / "scale.md",
        help="the file that has what the number of rows costs",
    )  # fmt: skip
    parser.add_argument(
        "--gaussian", type=Path, default=ROOT / "docs" / "gaussian.md",
        help="the file that has what samples of Gaussians make",
    )  # fmt: skip
    parser.add_argument(
        "--many", type=Path, default=ROOT / "docs" / "many-sources.md",
        help="the file that has what unions of several sources cost",
    )  # fmt: skip


def _table(options: argparse.Namespace) -> None:
    reports = available(options.results)
    if not options.write:
        print(page(reports, detail=True))
        return
    here = core()
    if here and any(core_of(report) != here for report in reports):
        print("benchmarks: some reports are of another core than this tree's", file=sys.stderr)
    rewrite(options.page, f"{unmet(reports)}\n\n{summary(reports)}\n\n{page(reports)}")
    for report in reports:
        if report.kind == "run":
            if text := beside_peers(report):
                rewrite(options.readme, text)
        elif report.kind == "statistics":
            rewrite(options.sampling, sampling_tables(report))
        elif report.kind == "scale":
            rewrite(options.scale, scale_table(report))
        elif report.kind == "gaussian":
            rewrite(options.gaussian, sampled_tables(report))
        elif report.kind == "many":
            rewrite(options.many, cost_table(report))


def _plot_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, default=RESULTS / "run.json", help="the report")
    parser.add_argument(
        "--statistics", type=Path, default=RESULTS / "statistics.json",
        help="the report of that command; drawn beside the picture, if there is one",
    )  # fmt: skip
    parser.add_argument(
        "--embeddings", type=Path, default=RESULTS / "embeddings.json",
        help="likewise",
    )  # fmt: skip
    parser.add_argument(
        "--gaussian", type=Path, default=RESULTS / "gaussian.json", help="likewise"
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "docs" / "images" / "benchmark.png",
        help="the picture; an SVG is written beside it",
    )  # fmt: skip


def _plot(options: argparse.Namespace) -> None:
    # matplotlib is for this command only
    from benchmarks.page import (  # noqa: PLC0415
        embeddings_plot,
        gaussian_plot,
        run_plot,
        statistics_plot,
    )

    beside = part_of(Report.read(options.json, "run"), PEERS, PEERS)
    written = run_plot.draw(beside, options.output)
    if options.statistics.exists():
        studied = Report.read(options.statistics, "statistics")
        written += statistics_plot.draw_statistics(studied, options.output.parent)
    if options.embeddings.exists():
        measured = Report.read(options.embeddings, "embeddings")
        written += embeddings_plot.draw_embeddings(measured, options.output.parent)
    if options.gaussian.exists():
        of_gaussians = Report.read(options.gaussian, "gaussian")
        written += gaussian_plot.draw_gaussian(of_gaussians, options.output.parent)
    for path in written:
        print(f"benchmarks: wrote {path}", file=sys.stderr)


TABLE = Shown("table", "Print the tables of the reports as Markdown.", _table_arguments, _table)
PLOT = Shown(
    "plot", "Draw time against size, and errors against samples.", _plot_arguments, _plot
)
