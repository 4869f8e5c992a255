# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The picture of the `embeddings` report: errors against rows, and case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from benchmarks.embeddings.cases import CASES
from benchmarks.embeddings.methods import LABELS
from benchmarks.embeddings.table import ROWS
from benchmarks.embeddings.targets import MEAN_CASES, find, mean_sum
from benchmarks.page.run_plot import STYLE, Look

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.record.report import Report

__all__ = ["draw_embeddings"]

# colours of Okabe and Ito, told apart with any colour vision
LOOKS = {
    "kmeans": Look(LABELS["kmeans"], "#D55E00", "s"),
    "raw": Look(LABELS["raw"], "#E69F00", "^", dash="--"),
    "clusters": Look(LABELS["clusters"], "#CC79A7", "v", dash=":"),
    "fast": Look(LABELS["fast"], "#009E73", "D", dash="-."),
    "auto": Look(LABELS["auto"], "#0072B2", "o"),
    "auto shrunk": Look("classifiers, shrunk", "#0072B2", "o", dash="--", filled=False),
}


def draw_embeddings(report: Report, folder: Path) -> list[Path]:
    """Draw a report of kind "embeddings" as a PNG, ``embeddings-error.png``.

    Parameters
    ----------
    report : Report
        What was measured.
    folder : Path
        Where the picture goes.

    Returns
    -------
    list of Path
        The file that was written; none where nothing was measured that could be drawn.
    """
    names = [
        name
        for name, case in CASES.items()
        if case.atoms is not None and any(_sum(report, name, look) for look in LOOKS)
    ]
    if not names:
        return []
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 4.4), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
        _against_rows(left, report)
        _by_case(right, report, names)
        handles, labels = right.get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5
        )
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "embeddings-error.png"
        figure.savefig(path, dpi=200, metadata={"Software": None})
    return [path]


def _against_rows(panel: Axes, report: Report) -> None:
    levels = sorted({record["rows"] for record in report.records if record.get("rows")})
    drawn = set()
    for name, look in LOOKS.items():
        sums = [(rows, mean_sum(report, name, rows)) for rows in levels]
        points = [(rows, value) for rows, value in sums if value is not None]
        if points:
            drawn |= {rows for rows, _ in points}
            panel.plot(*zip(*points, strict=True), **_style(look), linestyle=look.dash)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xticks(sorted(drawn), [str(rows) for rows in sorted(drawn)])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panel.yaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panel.set_xlabel("Rows")
    panel.set_ylabel("Sum of the four absolute errors (bits)")
    panel.set_title(f"Mean over {len(MEAN_CASES)} cases", fontsize=9.5, loc="left")
    panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)


def _by_case(panel: Axes, report: Report, names: list[str]) -> None:
    for name, look in LOOKS.items():
        points = [
            (value, -place)
            for place, case in enumerate(names)
            if (value := _sum(report, case, name)) is not None
        ]
        if points:
            panel.plot(
                *zip(*points, strict=True), **_style(look), linestyle="none", label=look.label
            )
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panel.set_yticks(range(0, -len(names), -1), names)
    panel.set_xlabel("Sum of the four absolute errors (bits)")
    panel.set_title("2000 rows, or 1797", fontsize=9.5, loc="left")
    panel.grid(visible=True, axis="both", color="#E6E6E6", linewidth=0.6)
    panel.set_axisbelow(True)


def _sum(report: Report, case: str, estimate: str) -> float | None:
    for rows in ROWS:
        record = find(report, case=case, rows=rows, estimate=estimate)
        if record is not None:
            return float(record["sum_of_errors"])
    return None


def _style(look: Look) -> dict[str, object]:
    return {
        "color": look.colour,
        "marker": look.marker,
        "markersize": 5.0,
        "markerfacecolor": look.colour if look.filled else "white",
        "linewidth": 1.4,
    }
