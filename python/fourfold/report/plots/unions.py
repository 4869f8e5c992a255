# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What subsets of sources tell: v* and the synergy over dots that say which sources they are of.

A picture of this kind is an UpSet plot (Lex and others, IEEE TVCG 20, 2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.numbers import check_option
from fourfold.report.plots import style
from fourfold.report.plots.source_bars import (
    overlap_size,
    plot_overlap,
    plot_shares,
    shares_size,
)
from fourfold.results.table import typeset
from fourfold.results.union_words import about_words, mostly_bias, shown_subsets
from fourfold.results.words import decimals, legible, percent_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.unions import Unions

__all__ = ["plot_union", "union_size"]

_ROW = 14.5  # points, of a source
_COLUMN = 0.24  # inches, of a subset
_BARS = 2.6  # inches of the longest bar
_SINGLE = 0.8  # inches of the longest bar to the left
_WRITTEN = 16.0  # points of a column, below which numbers would meet
_FEW = 15  # columns, which are wider
_MOST = 64  # columns
_LEGEND = 1.8  # inches


def union_size(result: Unions, what: str = "unions") -> tuple[float, float]:
    """Of a picture, in inches."""
    if what != "unions":
        return (shares_size if what == "shares" else overlap_size)(result)
    columns = len(shown_subsets(result))
    across = max(_COLUMN * columns * (1.7 if columns <= _FEW else 1.0), 1.6)
    left = max(_names(result) + _SINGLE + 0.4, 0.8)  # inches
    return left + across + _LEGEND, 0.3 + _BARS + _ROW * len(result.source_names) / 72


def _names(result: Unions) -> float:
    """Inches of the widest."""
    return max(style.text_width(legible(name), 9.0) for name in result.source_names) / 72


def plot_union(
    result: Unions, ax: Axes | None = None, *, what: str = "unions", target_name: str = "Y"
) -> Axes:
    """Draw subsets, shares or what pairs both tell; see `fourfold.UnionInformation.plot`."""
    check_option(what, "what", ("unions", "shares", "overlap"))
    if what == "shares":
        return plot_shares(result, ax, target_name=target_name)
    if what == "overlap":
        return plot_overlap(result, ax, target_name=target_name)
    return _plot_subsets(result, ax, target_name=target_name)


def _plot_subsets(result: Unions, ax: Axes | None, *, target_name: str) -> Axes:
    shown = shown_subsets(result)
    if len(shown) > _MOST:
        msg = (
            f"plot: {len(shown)} subsets are too many to be read, {_MOST} are the most; give "
            "subsets= where the result is made"
        )
        raise ValueError(msg)
    ax = style.new_axes(*union_size(result)) if ax is None else ax
    tops = _bars(ax, result, shown)
    words = f"Information about {target_name} (bits)"
    tall = 72 * ax.get_window_extent().height / ax.figure.dpi
    # of low axes it ends above, as the names of the sources stand below
    ax.set_ylabel(words, loc="center" if style.text_width(words, 10.0) < tall else "bottom")
    style.hide_spines(ax, "top", "right", "bottom")
    ax.set_xlim(-0.7, len(shown) - 0.3)
    ax.axhline(0.0, color=style.shade(), linewidth=0.8, zorder=3)
    _dots(ax, result, shown)
    pairs = zip(*ax.get_legend_handles_labels(), strict=True)
    ordered = sorted(pairs, key=lambda pair: ("synergy" in pair[1], "interval" in pair[1]))
    style.legend_beside(ax, *map(list, zip(*ordered, strict=True)), fontsize=style.POINTS + 1)
    said, more = [about_words(result)], len(result) - len(shown)
    if more:
        said.append(f"{more} more subsets not drawn")
    unknown = int(np.isnan(result.synergy[shown]).sum())
    if unknown and not np.isnan(_of_several(result, shown)).all():
        said.append(f"synergy of {unknown} not known")
    style.headline(ax, *said)
    if style.points_per_unit(ax)[0] > _WRITTEN:
        for place, k in enumerate(shown):
            if len(result.subsets[k]) > 1 and not np.isnan(result.synergy[k]):
                ax.annotate(
                    typeset(decimals(result.synergy[k], 2)), (place, tops[place]), xytext=(0, 3),
                    ha="center", textcoords="offset points", fontsize=style.POINTS - 1, color=style.shade(0.7),
                )  # fmt: skip
    return ax


def _of_several(result: Unions, shown: list[int]) -> np.ndarray:
    """The synergies of those of more than one source."""
    found: np.ndarray = result.synergy[[k for k in shown if len(result.subsets[k]) > 1]]
    return found


def _bars(ax: Axes, result: Unions, shown: list[int]) -> np.ndarray:
    """v* of each subset, the synergy upon it, and the intervals of both; the tops of all that."""
    places = np.arange(len(shown))
    union, synergy = result.union_information[shown], result.synergy[shown]
    several = np.array([len(result.subsets[k]) > 1 for k in shown])
    first = np.maximum(union, 0.0)
    begins = np.where(synergy >= 0, first, np.minimum(union, 0.0))
    bars: dict[str, Any] = {"width": 0.66, "linewidth": 0, "zorder": 2}
    ax.bar(places, union, color=style.COLORS.redundancy, label="union v*", **bars)
    if not np.isnan(_of_several(result, shown)).all():
        poor = mostly_bias(result)[shown]
        drawn = ax.bar(
            places, synergy, bottom=begins, color=style.COLORS.synergy, label="synergy", **bars
        )
        for bar, mostly in zip(drawn, poor, strict=True):
            if mostly:
                bar.set(hatch="////", edgecolor="white")
        if poor.any():
            ax.bar(
                0, 0, color=style.COLORS.synergy, hatch="////", edgecolor="white", linewidth=0,
                label="synergy, mostly bias",
            )  # fmt: skip
    tops: np.ndarray = np.fmax(first, first + np.fmax(synergy, 0.0))
    interval = result.confidence_interval
    if interval is not None:
        level = percent_words(interval.confidence_level)
        low, high = (side.union_information[shown] for side in (interval.low, interval.high))
        _whiskers(ax, places, low, high, f"v*, {level} interval")
        tops = np.fmax(tops, high)
        low, high = (
            (begins + side.synergy[shown])[several] for side in (interval.low, interval.high)
        )
        if several.any():
            ax.vlines(
                places[several] + 0.24, low, high, colors=[style.shade(0.7)], linewidth=1.4, zorder=4,
                label=f"synergy, {level} interval",
            )  # fmt: skip
            tops[several] = np.fmax(tops[several], high)
    open_ones = ~np.asarray(result.converged)[shown]
    if open_ones.any():
        low, high = (side[shown][open_ones] for side in (result.lower, result.upper))
        _whiskers(ax, places[open_ones], low, high, "v*, bounds (not converged)", 0.45)
    ax.margins(y=0.08)
    return tops


def _whiskers(
    ax: Axes,
    places: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    label: str,
    ink: float = 1.0,
) -> None:
    ax.errorbar(
        places, (low + high) / 2, yerr=(high - low) / 2, linestyle="none", color=style.shade(ink),
        elinewidth=1.0, capsize=2.0, zorder=4, label=label,
    )  # fmt: skip


def _dots(ax: Axes, result: Unions, shown: list[int]) -> None:
    """Below the bars a row for each source, dots where it is in a subset; left what it tells.

    In points from the lower left corner: so much room whatever the size of the axes.
    """
    from matplotlib.transforms import (  # noqa: PLC0415  optional
        Affine2D,
        ScaledTranslation,
        blended_transform_factory,
    )

    corner: Any = ax.transAxes  # any transform does, whatever the hint says
    points = (
        Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans + ScaledTranslation(0, 0, corner)
    )
    below = blended_transform_factory(ax.transData, points)
    names = result.source_names
    heights = [-_ROW * (row + 0.8) for row in range(len(names))]
    free: dict[str, Any] = {"transform": below, "clip_on": False}
    members = [[names.index(name) for name in result.subsets[k]] for k in shown]
    for row, height in enumerate(heights):
        if row % 2 == 0:
            low, high = height - _ROW / 2, height + _ROW / 2
            ax.fill_between(
                [-0.6, len(shown) - 0.4],
                low,
                high,
                color=style.shade(0.05),
                linewidth=0,
                **free,
            )
        inside = np.array([row in of for of in members])
        size = 34 if len(shown) <= _FEW else 20
        colors = [style.shade(0.85 if member else 0.18) for member in inside]
        ax.scatter(
            range(len(shown)),
            np.full(len(shown), height),
            s=size,
            c=colors,
            zorder=3,
            linewidths=0,
            **free,
        )
    for place, of in enumerate(members):
        ends = heights[min(of)], heights[max(of)]
        ax.plot([place, place], ends, color=style.shade(0.85), linewidth=1.6, zorder=2, **free)
    ax.tick_params(labelbottom=False, bottom=False)
    _singles(ax, result, heights, points)


def _singles(ax: Axes, result: Unions, heights: list[float], points: Any) -> None:
    """Names of the sources, and left of each what it tells by itself."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415  optional

    place = result.places()
    told = [
        float(result.information[place[frozenset((name,))]])
        if frozenset((name,)) in place
        else np.nan
        for name in result.source_names
    ]
    most = max(np.nanmax(np.append(told, 0.0)), 1e-9)
    right = 12 + 1.05 * 72 * _names(result)
    for name, value, height in zip(result.source_names, told, heights, strict=True):
        ax.text(
            -6, height, legible(name), transform=points, ha="right", va="center", fontsize=9
        )
        if np.isnan(value):
            continue
        wide = 72 * _SINGLE * max(value, 0.0) / most
        ax.add_patch(
            Rectangle(
                (-right - wide, height - 0.3 * _ROW), wide, 0.6 * _ROW, transform=points,
                clip_on=False, color=style.COLORS.redundancy, linewidth=0,
            )
        )  # fmt: skip
        ax.text(
            -right - wide - 3, height, typeset(decimals(value, 2)), transform=points, ha="right",
            va="center", fontsize=style.POINTS - 1, color=style.shade(0.7),
        )  # fmt: skip
