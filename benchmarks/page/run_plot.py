# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The picture of the `run` report: time against size."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.peers.families import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.record.report import Report

__all__ = ["draw"]


@dataclasses.dataclass(frozen=True)
class Look:
    """How one solver is drawn; colour, marker and dash each tell the solvers apart."""

    label: str
    colour: str
    marker: str
    dash: str = "-"
    filled: bool = True


# colours of Okabe and Ito, told apart with any colour vision
LOOKS: dict[tuple[str, float | None], Look] = {
    ("dit", None): Look("dit (cone, ECOS)", "#D55E00", "s"),
    ("clarabel", None): Look("cvxpy + Clarabel", "#E69F00", "^"),
    ("fourfold", 1e-6): Look(
        r"Fourfold, gap $\leq 10^{-6}$ bits", "#0072B2", "o", dash="--", filled=False
    ),
    ("fourfold", 1e-4): Look(r"Fourfold, gap $\leq 10^{-4}$ bits", "#0072B2", "o"),
}

STYLE = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "svg.hashsalt": "fourfold",  # the same report gives the same file
}
GREY = "#595959"
CEILING = 10**0.9  # top of the picture over the time limit
#: Families that are drawn if all were measured, three in a row.
PANELS = (
    "dense", "digits", "gauss-2000", "soft-near-3", "soft-near-10", "soft-unequal-10",
)  # fmt: skip
COLUMNS = 3


def draw(report: Report, output: Path) -> list[Path]:
    """Draw a report of kind "run" as a PNG, and as an SVG beside it.

    Parameters
    ----------
    report : Report
        What was measured.
    output : Path
        The PNG file.

    Returns
    -------
    list of Path
        The files that were written.
    """
    measured = list(dict.fromkeys(record["family"] for record in report.records))
    families = [family for family in measured if family in PANELS] or measured
    if not families:
        msg = "plot: the report has no records"
        raise ValueError(msg)
    columns = min(len(families), COLUMNS)
    rows = math.ceil(len(families) / columns)
    limit = report.settings["limit"]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(3.4 * columns, 3.3 * rows + 0.6), layout="constrained")
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for unused in grid.flat[len(families) :]:
            unused.set_axis_off()
        panels = grid.flat[: len(families)]
        for panel, family in zip(panels, families, strict=True):
            records = [r for r in report.records if r["family"] == family]
            _panel(panel, records, limit)
            title = FAMILIES[family].title if family in FAMILIES else family
            classes = f", {records[0]['classes']} classes"
            panel.set_title(f"{title}{classes}", fontsize=9, loc="left")
        for row in grid:
            row[0].set_ylabel("Time of one decomposition")
        times = [r["seconds"]["median"] for r in report.records if _shown(r)]
        floor = min([*times, limit / 10]) / 1.8
        decades = range(math.ceil(math.log10(floor)), math.floor(math.log10(limit)) + 1)
        panels[0].set_ylim(floor, limit * CEILING)
        panels[0].set_yticks([10.0**power for power in decades])
        states = sorted({record["states"] for record in report.records})
        for panel in panels:
            panel.set_xticks(states, [str(count) for count in states])
            panel.xaxis.set_minor_locator(NullLocator())
        for panel in panels[-columns:]:
            panel.set_xlabel("States of each source")
        drawn = {(record["solver"], record["tol"]) for record in report.records}
        figure.legend(
            handles=_legend([look for lane, look in LOOKS.items() if lane in drawn]),
            loc="outside lower center",
            ncols=2 if len(families) > 1 else 1,
            frameon=False,
            fontsize=8.5,
            handlelength=3.0,
        )
        output.parent.mkdir(parents=True, exist_ok=True)
        written = [output, output.with_suffix(".svg")]
        figure.savefig(written[0], dpi=200, metadata={"Software": None})
        figure.savefig(written[1], metadata={"Date": None, "Creator": None})
    return written


def _panel(panel: Axes, records: Sequence[dict[str, Any]], limit: float) -> None:
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    panel.axhspan(limit, limit * CEILING, facecolor="#F0F0F0", zorder=0)
    panel.axhline(limit, color=GREY, linewidth=0.8, zorder=1)
    panel.annotate(
        f"no answer in {limit:g} s",
        (0.03, limit * 10**0.45),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8.5,
        color=GREY,
    )
    # one above the other where two are late
    heights = iter((limit * 10**0.63, limit * 10**0.27))
    for lane, look in LOOKS.items():
        of_lane = [record for record in records if (record["solver"], record["tol"]) == lane]
        solved = [
            (record["states"], record["seconds"]["median"])
            for record in of_lane
            if _shown(record)
        ]
        late = [record["states"] for record in of_lane if record["status"] == "timeout"]
        face = look.colour if look.filled else "white"
        if solved:
            panel.plot(
                *zip(*solved, strict=True),
                color=look.colour, linestyle=look.dash, linewidth=1.6,
                marker=look.marker, markersize=5.5, markerfacecolor=face, zorder=3,
            )  # fmt: skip
        if late:
            end = (late[0], next(heights, limit * 10**0.45))
            path = [*solved[-1:], end]  # how the time grew until it ran out
            panel.plot(
                *zip(*path, strict=True),
                color=look.colour, linewidth=1.2, linestyle=(0, (1, 1.5)),
                marker="x", markersize=7, markeredgewidth=2, markevery=[len(path) - 1],
                zorder=2,
            )  # fmt: skip
    panel.yaxis.set_major_formatter(FuncFormatter(_time_label))
    panel.yaxis.set_minor_locator(NullLocator())
    panel.grid(visible=True, axis="y", color="#E6E6E6", linewidth=0.6)
    panel.set_axisbelow(True)


def _shown(record: dict[str, Any]) -> bool:
    """Whether there is a time to draw: the answer converged, and was not found wrong."""
    return (
        record["status"] == "solved"
        and record["converged"]
        and all(entry["agrees"] for entry in record["agreement"])
    )


def _legend(looks: Sequence[Look]) -> list[Line2D]:
    return [
        Line2D(
            [], [], color=look.colour, linestyle=look.dash, linewidth=1.6, marker=look.marker,
            markersize=5.5, markerfacecolor=look.colour if look.filled else "white",
            label=look.label,
        )
        for look in looks
    ]  # fmt: skip


def _time_label(seconds: float, _: int) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.999 * size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
