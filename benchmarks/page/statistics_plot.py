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
    at_levels,
    distinct,
    errors,
    levelled,
    of_part,
)
from benchmarks.statistics.targets import COVERAGE, MEAN_ERROR_BITS

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
    "bayes": Look(LABELS["bayes"], "#CC79A7", "v", dash=":"),
    "chao": Look(LABELS["chao"], "#0072B2", "o"),
}
#: Those whose range over tables is shaded: more would hide one another.
SHADED = (PLUG_IN, AUTO)
#: Title, which figure of a table, and of which kind.
PANELS = (
    ("S: size of mean error", 1, "mean_error"),
    ("S: root-mean-square error", 1, "rmse"),
    ("Largest other: mean error", 2, "mean_error"),
)
#: Of the default's intervals and of those from halves.
COLOURS, MARKERS = ("#0072B2", "#D55E00"), ("o", "s")
#: Ticks of the axis of views.
ROWS = (100, 500, 2000)
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
    records = levelled(records)
    figure = Figure(figsize=(7.2, 3.9), layout="constrained")
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    for panel, (title, which, field) in zip(panels, PANELS, strict=True):
        for name, look in LOOKS.items():
            _line_of_errors(
                panel, errors(records, name, field), look, which, shade=name in SHADED
            )
        panel.set_title(title, fontsize=9.5, loc="left")
        panel.set_yscale("log")
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)
        panel.set_axisbelow(True)
        _per_cell_axis(panel, records, label="Samples per cell")
    highest = max(max(map(abs, record["rmse"])) for record in records)
    panels[0].set_ylim(FLOOR, 1.2 * highest)
    panels[0].set_ylabel("Bits")
    for panel in (panels[0], panels[2]):  # of mean errors
        panel.axhline(MEAN_ERROR_BITS, color=GREY, linewidth=0.8, zorder=1)
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
    panel: Axes,
    found: list[tuple[dict[str, Any], float, float]],
    look: Look,
    which: int,
    *,
    shade: bool,
) -> None:
    """Of one estimator, `which` of the figures of its tables."""
    levels = distinct((record for record, *_ in found), "samples_per_cell")
    if not levels:
        return
    of_level = [
        [
            max(figures[which], NONE)
            for figures in found
            if figures[0]["samples_per_cell"] == level
        ]
        for level in levels
    ]
    if shade:
        low, high = (list(map(end, of_level)) for end in (min, max))
        panel.fill_between(
            levels, low, high, color=look.colour, alpha=0.13, linewidth=0, zorder=1
        )
    panel.plot(
        levels, list(map(np.median, of_level)),
        label=look.label, color=look.colour, linestyle=look.dash,
        linewidth=1.9 if shade else 1.3,
        marker=look.marker, markersize=4.5, zorder=4 if shade else 3,
    )  # fmt: skip


def _draw_coverage(records: list[dict[str, Any]]) -> Figure:
    """Above against samples per cell, below views against rows, beside version 0.1.0's."""
    per_cell = levelled(records)
    views = [record for record in records if record["group"] == "views"]
    drawn = [
        (chosen, draw, words)
        for chosen, draw, words in (
            (per_cell, _cover_levels, "Tables"),
            (views, _cover_views, "Views of one label"),
        )
        if chosen
    ]
    figure = Figure(figsize=(7.2, 0.5 + 2.2 * len(drawn)), layout="constrained")
    grid = figure.subplots(len(drawn), 4, sharex="row", sharey="row", squeeze=False)
    for panels, (chosen, draw, words) in zip(grid, drawn, strict=True):
        for k, panel in enumerate(panels):
            panel.axhspan(
                100 * COVERAGE, 100, color=COLOURS[0], alpha=0.12, linewidth=0, zorder=0
            )
            panel.axhline(
                100 * chosen[0]["confidence_level"], color=GREY, linewidth=0.8, zorder=1
            )
            panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)
            panel.set_axisbelow(True)
            draw(panel, chosen, k)
        panels[0].set_ylabel(f"{words}\ncovered (%)")
        least = min(min(record["coverage"]) for record in chosen)
        panels[0].set_ylim(-3 if draw is _cover_views else min(79, 100 * least - 2), 101)
    for panel, atom in zip(grid[0], ATOMS, strict=True):
        panel.set_title(
            f"{atom.rstrip('12').capitalize()} {SHORT[atom]}", fontsize=9.5, loc="left"
        )
    figure.supxlabel(
        "blue: one solve, the default; orange: version 0.1.0, from halves; shaded: 90 % and more\n"
        "above: means over tables, single ones in grey; below: single ones, equal views dark",
        fontsize=8.5,
    )
    return figure


def _both_coverages(record: dict[str, Any], k: int) -> tuple[float, float]:
    """Of the default's intervals and of those from halves, in percent."""
    return 100 * record["coverage"][k], 100 * record["halves"]["coverage"][k]


def _by_table(records: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    tables: dict[Any, list[dict[str, Any]]] = {}
    for record in records:
        tables.setdefault((record["family"], tuple(record["shape"])), []).append(record)
    return list(tables.values())


def _cover_levels(panel: Axes, records: list[dict[str, Any]], k: int) -> None:
    for table in _by_table(records):
        points = [
            (record["samples_per_cell"], _both_coverages(record, k)[0]) for record in table
        ]
        panel.plot(*zip(*points, strict=True), color="#9A9A9A", linewidth=0.6, zorder=2)
    levels = list(at_levels(records))
    means = [
        np.mean([_both_coverages(record, k) for record in level["records"]], axis=0)
        for level in levels
    ]
    for which in (1, 0):
        panel.plot(
            [level["samples_per_cell"] for level in levels], [mean[which] for mean in means],
            color=COLOURS[which], linewidth=2, marker=MARKERS[which], markersize=4.5,
            zorder=4 - which,
        )  # fmt: skip
    _per_cell_axis(panel, records, label="Samples per cell", every=2)


def _cover_views(panel: Axes, records: list[dict[str, Any]], k: int) -> None:
    for table in _by_table(records):
        equal = table[0]["family"].startswith("equal")
        for which in (1, 0):
            panel.plot(
                [record["n_samples"] for record in table],
                [_both_coverages(record, k)[which] for record in table],
                color=COLOURS[which], alpha=0.95 if equal else 0.35, linewidth=1.1,
                marker=MARKERS[which], markersize=4 if equal else 3,
                zorder=4 - which,
            )  # fmt: skip
    panel.set_xscale("log")
    panel.set_xticks(ROWS, [f"{rows:g}" for rows in ROWS])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xlabel("Rows")


def _per_cell_axis(
    panel: Axes, records: Sequence[dict[str, Any]], label: str, every: int = 1
) -> None:
    levels = distinct(records, "samples_per_cell")
    panel.set_xscale("log", base=2)
    panel.set_xticks(
        levels, ["" if k % every else f"{level:g}" for k, level in enumerate(levels)]
    )
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xlabel(label)
