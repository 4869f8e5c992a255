# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Colours, axes and words that all pictures share."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.optional import PLOT, require
from fourfold.results.atoms import Atoms
from fourfold.results.words import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = [
    "COLORS",
    "GREY",
    "POINTS",
    "checked_names",
    "footnote",
    "headline",
    "hide_spines",
    "label_size",
    "legend_beside",
    "more_width",
    "new_axes",
    "points_per_unit",
    "shade",
    "text_width",
    "turn_labels",
    "wrapped",
]

#: Fill colour of each atom, the same in every figure: a palette of Okabe and Ito, told apart
#: with any common colour vision deficiency.
COLORS = Atoms(redundancy="#0072B2", unique1="#E69F00", unique2="#56B4E9", synergy="#009E73")
POINTS = 8.0  # size of the values
GREY = "0.3"
_USUAL = "unique to X1: 0.123"  # for which pictures have room


def headline(ax: Axes, *words: str) -> None:
    """What is to be said above the axes, in lines that end before the picture or its neighbour does.

    Call it last: the room depends on all that stands beside the axes.
    """
    room, lines = _room_above(ax), [""]
    for word in ", ".join(words).split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and text_width(longer, POINTS + 1) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    ax.set_title("\n".join(lines), loc="left", fontsize=POINTS + 1, color=shade(0.7))


def _room_above(ax: Axes) -> float:
    """Points from the left end of the axes to the next ones, or to the end of the figure."""
    points_per_unit(ax)  # lays it out
    figure: Any = ax.figure
    box = ax.get_window_extent()
    ends = [other.get_window_extent() for other in figure.axes]
    right = min(
        (end.x0 for end in ends if end.x0 >= box.x1 and end.y0 < box.y1 and box.y0 < end.y1),
        default=figure.bbox.x1,
    )
    # letters are drawn on whole pixels, and so up to a twelfth wider than their outlines
    return (
        float(max(0.88 * (right - box.x0), 0.92 * box.width)) * 72.0 / float(figure.figure.dpi)
    )


def shade(ink: float = 1.0) -> tuple[float, float, float]:
    """So much of the colour of text on that of pictures: light on dark where the style is dark."""
    from matplotlib import rcParams  # noqa: PLC0415  optional
    from matplotlib.colors import to_rgb  # noqa: PLC0415

    pairs = zip(
        *map(to_rgb, (rcParams["text.color"], rcParams["figure.facecolor"])), strict=True
    )
    red, green, blue = (ink * text + (1.0 - ink) * page for text, page in pairs)
    return red, green, blue


def more_width(*words: str) -> float:
    """Inches that a picture needs to be wider than usual, for the widest of what stands beside it."""
    widest = max(text_width(word, POINTS + 1) for word in (_USUAL, *words))
    return (widest - text_width(_USUAL, POINTS + 1)) / 72


def footnote(ax: Axes, *lines: str) -> None:
    """What is to be said below the label of the x axis."""
    ax.annotate(
        "\n".join(lines),
        (0, 0),
        xytext=(0, -32),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=POINTS,
        color=GREY,
    )


def checked_names(function: str, source_names: Sequence[str]) -> tuple[str, str, str, str]:
    """R, U1, U2 and S in words; raises where there are not two sources."""
    complaint = f"{function}: source_names must be two names"
    return Names.of(source_names, complaint=complaint).atoms


def points_per_unit(ax: Axes) -> tuple[float, float]:
    """Points per data unit along x and y, once the figure is laid out."""
    figure = ax.figure.figure  # the root, should ax be in a subfigure
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
    box = ax.get_window_extent()
    to_points = 72.0 / figure.dpi
    x_low, x_high = ax.get_xlim()
    y_low, y_high = ax.get_ylim()
    return box.width * to_points / (x_high - x_low), box.height * to_points / (y_high - y_low)


def turn_labels(ax: Axes) -> None:
    """So that long ones along x do not meet."""
    ax.tick_params(axis="x", rotation=35)
    for text in ax.xaxis.get_ticklabels():
        text.set(ha="right", rotation_mode="anchor")


def label_size(ax: Axes) -> float:
    """Of the labels along x, in points."""
    return float(ax.xaxis.get_ticklabels()[0].get_fontproperties().get_size_in_points())


def hide_spines(ax: Axes, *sides: str) -> None:
    """Axes made plain."""
    for side in sides:
        ax.spines[side].set_visible(False)


def legend_beside(ax: Axes, *what: Any, **style: Any) -> None:
    """To the right of the axes, from their top."""
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)}
    ax.legend(*what, frameon=False, **(place | style))


def text_width(text: str, size: float = POINTS) -> float:
    """Width in points; unlike `Text.get_window_extent` it needs no renderer."""
    from matplotlib.textpath import TextPath  # noqa: PLC0415  optional

    if not text:
        return 0.0
    outline = TextPath((0, 0), text, size=size)
    # of the points of its curves: `get_extents` solves for the ends of each, for the same number
    drawn = outline.vertices[outline.codes != TextPath.CLOSEPOLY, 0]
    return float(np.ptp(drawn)) if drawn.size else 0.0


def wrapped(text: str, width: int = 44) -> str:
    """In lines of at most so many characters, also of names without a space."""
    return "\n".join(textwrap.wrap(text, width)) or text


def new_axes(width: float, height: float) -> Axes:
    """Of a new figure, in inches; raises where matplotlib is not installed."""
    require(PLOT, "matplotlib")
    from matplotlib import pyplot as plt  # noqa: PLC0415  optional

    ax: Axes = plt.subplots(figsize=(width, height), layout="constrained")[1]
    return ax
