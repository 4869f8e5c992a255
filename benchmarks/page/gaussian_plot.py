# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The picture of the `gaussian` report: time and error against columns, and bias against rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.gaussian.samples import ESTIMATES
from benchmarks.page.run_plot import GREY, STYLE, Look

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.record.report import Report

__all__ = ["draw_gaussian"]

# colours of Okabe and Ito, told apart with any colour vision
CLOSED = Look("closed form", "#0072B2", "o")
ITERATION = Look("projected RProp", "#D55E00", "s", dash="--")
LOOKS = {
    "plug-in": Look(ESTIMATES["plug-in"], "#D55E00", "s"),
    "gpid": Look(ESTIMATES["gpid"], "#E69F00", "^", dash="--"),
    "bootstrap": Look(ESTIMATES["bootstrap"], "#CC79A7", "v", dash=":"),
    "fourfold": Look("gaussian_pid", "#0072B2", "o"),
}
#: Systems whose U1 is drawn against rows, and their titles.
SYSTEMS = {"equal 10": "Equal sources, 10 columns", "mixed 10": "Mixed sources, 10 columns"}
#: What stands for an error of zero on a logarithmic axis.
NONE = 1e-17


def draw_gaussian(report: Report, folder: Path) -> list[Path]:
    """Draw a report of kind "gaussian" as a PNG, ``gaussian.png``.

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
    doubling = [r for r in report.records if r["part"] == "doubling" and not r["wrong"]]
    sampled = [r for r in report.records if "estimate" in r and r["name"] in SYSTEMS]
    if not doubling or not sampled:
        return []
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 5.2), layout="constrained")
        (times, errors), below = figure.subplots(2, 2)
        _against_columns(times, errors, doubling)
        for panel, (name, title) in zip(below, SYSTEMS.items(), strict=True):
            _against_rows(panel, [r for r in sampled if r["name"] == name], title)
        for panel in (times, below[0]):
            panel.legend(frameon=False, fontsize=8)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "gaussian.png"
        figure.savefig(path, dpi=200, metadata={"Software": None})
    return [path]


def _against_columns(times: Axes, errors: Axes, records: list[dict[str, Any]]) -> None:
    columns = [record["columns"] for record in records]
    times.plot(columns, [record["seconds"] for record in records], **_style(CLOSED))
    times.plot(
        columns, [record["descent"]["seconds"] for record in records], **_style(ITERATION)
    )
    errors.plot(columns, [max(record["error"], NONE) for record in records], **_style(CLOSED))
    errors.plot(
        columns,
        [max(record["descent"]["gap"], NONE) for record in records],
        **_style(ITERATION),
    )
    for panel, title, label in (
        (times, "Time", "Seconds"),
        (errors, "Error, and certified gap of the iteration", "Bits"),
    ):
        panel.set_title(title, fontsize=9.5, loc="left")
        panel.set_ylabel(label)
        panel.set_yscale("log")
        _axis(panel, columns, "Columns of x1, of x2 and of y")


def _against_rows(panel: Axes, records: list[dict[str, Any]], title: str) -> None:
    for key, look in LOOKS.items():
        points = [
            (record["rows"], float(np.mean(record["mean_error"][1:3])))
            for record in records
            if record["estimate"] == key
        ]
        if points:
            panel.plot(*zip(*points, strict=True), **_style(look))
    panel.axhline(0, color=GREY, linewidth=0.8, zorder=1)
    panel.set_title(title, fontsize=9.5, loc="left")
    panel.set_ylabel("Mean error of U1 and U2 (bits)")
    _axis(panel, sorted({record["rows"] for record in records}), "Rows")


def _axis(panel: Axes, ticks: list[int], label: str) -> None:
    panel.set_xscale("log")
    panel.set_xticks(ticks, [str(tick) for tick in ticks], fontsize=8)
    panel.xaxis.set_minor_locator(NullLocator())
    if panel.get_yscale() == "linear":
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panel.set_xlabel(label)
    panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)
    panel.set_axisbelow(True)


def _style(look: Look) -> dict[str, Any]:
    return {
        "label": look.label,
        "color": look.colour,
        "linestyle": look.dash,
        "linewidth": 1.5,
        "marker": look.marker,
        "markersize": 4.5,
        "markerfacecolor": look.colour,
    }
