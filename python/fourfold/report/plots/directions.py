# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which combinations of the target's columns only one source tells, and by how many bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.report.plots import style
from fourfold.results.words import decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.gaussian_directions import Directions

__all__ = ["directions_size", "plot_directions"]

_ROW = 0.27  # inches
_THICKNESS = 0.68  # of a bar, where rows are 1 apart


def directions_size(rows: int) -> tuple[float, float]:
    """Of a picture of so many combinations, in inches."""
    return 7.2, 1.25 + _ROW * max(rows, 2)


def plot_directions(
    ax: Axes | None, shown: Directions, source_names: tuple[str, str], target_name: str
) -> Axes:
    """Draw a bar for each combination, to the right what only X1 tells, to the left only X2."""
    names = style.checked_names("plot", source_names)
    ax = style.new_axes(*directions_size(len(shown.bits))) if ax is None else ax
    places = np.arange(len(shown.bits))
    colours = np.where(shown.bits >= 0, style.COLORS.unique1, style.COLORS.unique2)
    ax.barh(places, shown.bits, _THICKNESS, color=colours, linewidth=0)
    ax.axvline(0.0, color="black", linewidth=0.8, zorder=3)
    most = float(np.abs(shown.bits).max())
    for place, value in zip(places, shown.bits, strict=True):
        ax.annotate(
            decimals(abs(value), 3),
            (value, place),
            xytext=(3 if value >= 0 else -3, 0),
            textcoords="offset points",
            ha="left" if value >= 0 else "right",
            va="center",
            fontsize=style.POINTS,
        )
    ax.set_yticks(places, shown.words, fontsize=style.POINTS)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(places) - 0.4, -0.6)
    room = 1.18 * most if most > 0 else 1.0
    low = -room if (shown.bits < 0).any() else -0.04 * room
    high = room if (shown.bits > 0).any() or most == 0 else 0.04 * room
    ax.set_xlim(low, high)
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    ax.set_xlabel(f"Bits about a combination of {target_name} that one source tells alone")
    style.hide_spines(ax, "top", "right", "left")
    style.headline(ax, *shown.said)
    for colour, name in zip((style.COLORS.unique2, style.COLORS.unique1), names[2:0:-1], strict=True):
        ax.barh(0, 0, color=colour, linewidth=0, label=name)
    style.legend_beside(ax, fontsize=style.POINTS, handlelength=1.0, handleheight=1.0)
    return ax
