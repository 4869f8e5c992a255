# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What subsets of sources tell: what they have to together, and what is synergy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.plots import style
from fourfold.results.table import typeset
from fourfold.results.words import decimals, legible, percent_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.gaussian_union import GaussianUnion

__all__ = ["MOST", "plot_union", "union_size"]

MOST = 31  # subsets: all those of five sources
_HEIGHT = 0.26  # inches of a row


def union_size(result: GaussianUnion) -> tuple[float, float]:
    """Of the picture, in inches."""
    return 7.2 + style.more_width(*_labels(result)), 1.2 + _HEIGHT * len(result)


def _labels(result: GaussianUnion) -> list[str]:
    return [legible(", ".join(map(str, subset))) for subset in result.subsets]


def plot_union(
    result: GaussianUnion, ax: Axes | None = None, *, target_name: str = "Y"
) -> Axes:
    """Draw a bar for each subset; see `fourfold.GaussianUnion.plot`."""
    if len(result) > MOST:
        msg = (
            f"plot: {len(result)} subsets are too many to be read, {MOST} are the most; give "
            "subsets= where the result is made"
        )
        raise ValueError(msg)
    labels = _labels(result)
    ax = style.new_axes(*union_size(result)) if ax is None else ax
    places = np.arange(len(result))
    union, synergy = result.union_information, result.synergy
    first = np.maximum(union, 0.0)
    begins = np.where(synergy > 0, first, np.minimum(union, 0.0))
    bars: dict[str, Any] = {"height": 0.7, "linewidth": 0, "zorder": 2}
    ax.barh(places, union, color=style.COLORS.redundancy, label="union v*", **bars)
    ax.barh(
        places,
        synergy,
        left=begins,
        color=style.COLORS.synergy,
        label="synergy",
        **bars,
    )
    ends = first + np.maximum(synergy, 0.0)
    interval = result.confidence_interval
    if interval is not None:
        low, high = interval.low.union_information, interval.high.union_information
        ax.errorbar(
            (low + high) / 2,
            places,
            xerr=(high - low) / 2,
            linestyle="none",
            color="black",
            elinewidth=1.0,
            capsize=2.0,
            zorder=4,
            label=f"v*, {percent_words(interval.confidence_level)} interval",
        )
        ends = np.maximum(ends, high)
        several = np.array([len(subset) > 1 for subset in result.subsets])
        low, high = (begins + side.synergy for side in (interval.low, interval.high))
        if several.any():
            ax.hlines(
                places[several] + 0.28,
                low[several],
                high[several],
                colors=style.GREY,
                linewidth=1.6,
                zorder=4,
                label=f"synergy, {percent_words(interval.confidence_level)} interval",
            )
        ends = np.where(several, np.fmax(ends, high), ends)
    for place, end, value in zip(places, ends, synergy, strict=True):
        if len(result.subsets[place]) > 1:
            ax.annotate(
                typeset(decimals(value, 3)),
                (end, place),
                textcoords="offset points",
                xytext=(4, 0),
                va="center",
                fontsize=style.POINTS,
                color=style.GREY,
            )
    ax.set_yticks(places, labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(result) - 0.4, -0.6)
    ax.margins(x=0.08)
    ax.axvline(0.0, color="black", linewidth=0.8, zorder=3)
    style.hide_spines(ax, "top", "right", "left")
    ax.set_xlabel(f"Information about {target_name} (bits); beside the bars the synergy")
    pairs = zip(*ax.get_legend_handles_labels(), strict=True)
    ordered = sorted(pairs, key=lambda pair: ("synergy" in pair[1], "interval" in pair[1]))
    style.legend_beside(ax, *map(list, zip(*ordered, strict=True)))
    return ax
