# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The atoms of recombined inputs, and below them what of their sum each source's use is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fourfold.report.plots import style
from fourfold.report.plots.bars import stacked
from fourfold.results.table import typeset
from fourfold.results.words import decimals, percent_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.workflows.recombined.result import RecombinedPID

__all__ = ["plot_use"]


def plot_use(
    found: RecombinedPID,
    ax: Axes | None,
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
) -> Axes:
    """Draw both bars; see `fourfold.RecombinedPID.plot`."""
    names = style.checked_names("plot", source_names)
    if ax is None:
        ax = style.new_axes(7.0 + style.more_width(*(f"{name}: 0.123" for name in names)), 2.3)
    result = found.result
    stacked(ax, result, names)
    handles, _ = ax.get_legend_handles_labels()
    total, place = result.mi_joint, -1.0
    start = 0.0
    if not math.isnan(found.use[0]):
        for share, colour, name in zip(
            found.use, (style.COLORS.unique1, style.COLORS.unique2), source_names, strict=True
        ):
            words = f"{name} {percent_words(round(share, 3))}"
            ax.barh(
                place, share * total, 0.6, start, color=colour, edgecolor="white", hatch="//"
            )
            room = share * total * style.points_per_unit(ax)[0]
            if style.text_width(words) < room:
                ax.text(
                    start + share * total / 2, place, typeset(words), ha="center", va="center",
                    fontsize=style.POINTS, bbox={"color": "white", "pad": 1.5, "alpha": 0.85},
                )  # fmt: skip
            start += share * total
        low, high = (end * total for end in found.use_interval[0])
        ax.hlines(place - 0.4, low, high, color="black", linewidth=1.8, clip_on=False)
    ax.set_yticks([0.0, place], ["atoms", "use"])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-1.5, 0.5)
    ax.set_xlabel(f"Information about {target_name} on recombined inputs (bits)")
    labels = [
        typeset(f"{name}: {decimals(value, 3)}")
        for name, value in zip(names, result.atoms, strict=True)
    ]
    style.legend_beside(ax, handles, labels, fontsize=style.POINTS + 1)
    interval = result.confidence_interval
    level = "" if interval is None else percent_words(interval.confidence_level)
    style.headline(
        ax, f"use of {source_names[0]} and {source_names[1]}", f"line: {level} interval"
    )
    return ax
