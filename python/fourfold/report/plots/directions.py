# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which combinations of the target's columns only one source tells, and by how many bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.plots import style
from fourfold.results.table import typeset
from fourfold.results.words import decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.gaussian_directions import Directions
    from fourfold.results.words import Names

__all__ = ["directions_size", "plot_directions"]

_ROW = 0.26  # inches
_THICKNESS = 0.7  # of a bar, where rows are 1 apart


def directions_size(shown: Directions, names: Names) -> tuple[float, float]:
    """Of the picture, in inches: names stand to both sides of zero, each in a half of it."""
    widest = max(style.text_width(words, style.POINTS + 1) for words in _totals(shown, names))
    return max(7.2, 2.2 * widest / 72 + 0.5), 1.35 + _ROW * max(len(shown.bits), 2)


def _totals(shown: Directions, names: Names) -> list[str]:
    pairs = zip(names.sources, shown.totals, strict=True)
    return [typeset(f"{name} alone: {decimals(bits, 3)} bits in all") for name, bits in pairs]


def plot_directions(shown: Directions, ax: Axes | None, names: Names) -> Axes:
    """Draw a bar for each combination, to the right what only X1 tells, to the left only X2."""
    ax = style.new_axes(*directions_size(shown, names)) if ax is None else ax
    places = range(len(shown.bits))
    right = shown.bits >= 0
    colours = np.where(right, style.COLORS.unique1, style.COLORS.unique2)
    ax.barh(places, shown.bits, _THICKNESS, color=colours, linewidth=0)
    ax.axvline(0.0, color="black", linewidth=0.8, zorder=3)
    for place, value, words in zip(places, shown.bits, shown.words, strict=True):
        side = 1 if value >= 0 else -1
        _beside(ax, decimals(abs(value), 3), value, place, side)
        _beside(ax, typeset(words), 0.0, place, -side)  # where there is no bar
    for side, words in zip((1, -1), _totals(shown, names), strict=True):
        _beside(ax, words, 0.0, -1.0, side, color=style.GREY, fontsize=style.POINTS + 1)
    ax.set_yticks([])
    ax.set_ylim(max(len(places), 2) - 0.4, -1.5)
    room = 1.2 * float(np.abs(shown.bits).max()) or 1.0
    ax.set_xlim(-room, room)
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    ax.set_xlabel(f"Bits that one source alone tells about a combination of {names.target}")
    style.hide_spines(ax, "top", "right", "left")
    style.headline(ax, *shown.said)
    return ax


def _beside(ax: Axes, text: str, x: float, y: float, side: int, **how: Any) -> None:
    """Text to the right of a place, or to its left where `side` is -1."""
    ax.annotate(
        text,
        (x, y),
        xytext=(4 * side, 0),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="center",
        **({"fontsize": style.POINTS} | how),
    )
