# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The pictures of the `statistics` report: errors and coverage against samples per cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.page.run_plot import GREY, STYLE, Look
from benchmarks.statistics.population import ATOMS
from benchmarks.statistics.summary import (
    AUTO,
    LABELS,
    PLUG_IN,
    SHORT,
    distinct,
    errors,
    of_part,
)
from benchmarks.statistics.targets import COVERAGE, ENOUGH, MEAN_ERROR_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.record.report import Report

__all__ = ["draw_statistics"]

# colours of Okabe and Ito, told apart with any colour vision
LOOKS = {
    "none": Look(LABELS["none"], "#D55E00", "s"),
    "shuffle": Look(LABELS["shuffle"], "#E69F00", "^", dash="--"),
    "qe": Look(LABELS["qe"], "#009E73", "D", dash="-."),
    "classifier": Look(LABELS["classifier"], "#CC79A7", "v", dash=":"),
    "chao": Look(LABELS["chao"], "#0072B2", "o"),
}
#: Those whose range over tables is shaded: more would hide one another.
SHADED = (PLUG_IN, AUTO)
#: Where the scale of errors ends below, in bits, and what stands for none on it.
FLOOR, NONE = 1e-3, 1e-9


def draw_statistics(report: Report, folder: Path) -> list[Path]:
    """Draw what was measured of errors and of intervals, each as a PNG.

    Parameters
    ----------
    report : Report
        Of kind "statistics".
    folder : Path
        Where the pictures go.

    Returns
    -------
    list of Path
        The files that were written: none for a part that was not measured.
    """
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for part, name, draw in (
        ("estimators", "statistics-bias.png", _draw_errors),
        ("intervals", "statistics-coverage.png", _draw_coverage),
    ):
        records = of_part(report.records, part)
        if records:
            with mpl.rc_context(STYLE):
                figure = draw(records)
                figure.savefig(folder / name, dpi=200, metadata={"Software": None})
            written.append(folder / name)
    return written


def _draw_errors(records: list[dict[str, Any]]) -> Figure:
    figure = Figure(figsize=(7.2, 3.9), layout="constrained")
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    titles = ("Synergy", "Largest of the other three atoms")
    for which, (panel, title) in enumerate(zip(panels, titles, strict=True)):
        for name, look in LOOKS.items():
            _line_of_errors(panel, records, name, look, others=bool(which))
        panel.set_title(title, fontsize=9.5, loc="left")
        panel.set_yscale("log")
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.axhline(MEAN_ERROR_BITS, color=GREY, linewidth=0.8, zorder=1)
        panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)
        panel.set_axisbelow(True)
        _per_cell_axis(panel, records)
    panels[0].set_ylim(bottom=FLOOR)
    panels[0].set_ylabel("Size of the mean error (bits)")
    panels[0].annotate(
        f"{MEAN_ERROR_BITS:g} bits",
        (0.015, MEAN_ERROR_BITS / 1.08),
        xycoords=("axes fraction", "data"),
        va="top",
        fontsize=8,
        color=GREY,
    )
    tables = len({(record["family"], tuple(record["shape"])) for record in records})
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=5,
        frameon=False,
        fontsize=8.5,
        handlelength=2.6,
        columnspacing=1.4,
        title=f"median over {tables} kinds of tables; shaded: from the least to the largest",
        title_fontsize=8.5,
    )
    return figure


def _line_of_errors(
    panel: Axes, records: list[dict[str, Any]], name: str, look: Look, *, others: bool
) -> None:
    levels, medians, ends = [], [], []
    for level in distinct(records, "samples_per_cell"):
        sizes = [
            other if others else synergy for _, synergy, other in errors(records, name, level)
        ]
        if sizes:
            levels.append(level)
            medians.append(max(float(np.median(sizes)), NONE))
            ends.append((max(min(sizes), NONE), max(*sizes, NONE)))
    if not levels:
        return
    if name in SHADED:
        low, high = zip(*ends, strict=True)
        panel.fill_between(
            levels, low, high, color=look.colour, alpha=0.13, linewidth=0, zorder=1
        )
    panel.plot(
        levels, medians,
        label=look.label, color=look.colour, linestyle=look.dash,
        linewidth=1.9 if name in SHADED else 1.3,
        marker=look.marker, markersize=4.5, zorder=4 if name in SHADED else 3,
    )  # fmt: skip


def _draw_coverage(records: list[dict[str, Any]]) -> Figure:
    figure = Figure(figsize=(7.2, 2.75), layout="constrained")
    panels = figure.subplots(1, 4, sharex=True, sharey=True)
    tables = list(dict.fromkeys((r["family"], tuple(r["shape"])) for r in records))
    levels = distinct(records, "samples_per_cell")
    for k, (panel, atom) in enumerate(zip(panels, ATOMS, strict=True)):
        low, high = (100 * end for end in COVERAGE)
        panel.axhspan(low, high, color="#0072B2", alpha=0.12, linewidth=0, zorder=0)
        panel.axhline(100 * records[0]["confidence_level"], color=GREY, linewidth=0.8, zorder=1)
        for table in tables:
            of_table = [r for r in records if (r["family"], tuple(r["shape"])) == table]
            points = [(r["samples_per_cell"], 100 * r["coverage"][k]) for r in of_table]
            panel.plot(*zip(*points, strict=True), color="#9A9A9A", linewidth=0.8, zorder=2)
        means = [
            np.mean([100 * r["coverage"][k] for r in records if r["samples_per_cell"] == level])
            for level in levels
        ]
        panel.plot(
            levels, means, color="#0072B2", linewidth=2, marker="o", markersize=5, zorder=3
        )
        panel.set_title(
            f"{atom.rstrip('12').capitalize()} {SHORT[atom]}", fontsize=9.5, loc="left"
        )
        panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)
        panel.set_axisbelow(True)
        _per_cell_axis(panel, records, label="Samples per cell")
    bottom = min(80.0, *(100 * min(record["coverage"]) - 2 for record in records))
    panels[0].set_ylim(bottom, 101)
    panels[0].set_ylabel("Intervals that cover\nthe true atom (%)")
    if min(levels) < ENOUGH:
        for panel in panels:
            panel.axvline(ENOUGH, color=GREY, linewidth=0.8, linestyle=":")
    figure.supxlabel(
        "blue: mean over tables, and the range aimed at; grey: single kinds of tables",
        fontsize=8.5,
    )
    return figure


def _per_cell_axis(
    panel: Axes, records: Sequence[dict[str, Any]], label: str = "Samples per cell of the table"
) -> None:
    levels = distinct(records, "samples_per_cell")
    panel.set_xscale("log", base=2)
    panel.set_xticks(levels, [f"{level:g}" for level in levels])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xlabel(label)
