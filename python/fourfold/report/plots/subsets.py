# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""An atom by subset of the rows: each with its interval, above them those of most evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.inputs.numbers import positive_int
from fourfold.report.plots import style
from fourfold.results.atoms import Atoms
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.words import legible
from fourfold.workflows.subsets.words import intervals_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.workflows.subsets.result import SynergySubsets

__all__ = ["plot_subsets"]


def plot_subsets(
    found: SynergySubsets, ax: Axes | None, *, most: int, source_names: tuple[str, str]
) -> Axes:
    """Draw a forest of intervals; see `fourfold.SynergySubsets.plot`."""
    shown = min(positive_int(most, "most"), len(found.subsets))
    place = Atoms._fields.index(found.atom)
    words = style.checked_names("plot", source_names)[place]
    names = [
        f"{legible(name)}  ({rows})"
        for name, rows in zip(found.subsets[:shown], found.n_rows, strict=False)
    ]
    if ax is None:
        widest = max(style.text_width(name, 10.0) for name in names) / 72
        ax = style.new_axes(6.0 + widest, 1.6 + 0.3 * max(shown, 4))
    style.hide_spines(ax, "top", "right", "left")
    color, y = style.COLORS[place], np.arange(shown)
    told = (
        found.whole.readings["cross_fitted"]
        if isinstance(found.whole, PosteriorPID)
        else found.whole.atoms
    )
    ax.axvline(
        told[place], color=style.GREY, linewidth=0.9, linestyle="--", zorder=1, label="all rows"
    )
    ax.hlines(y, found.low[:shown], found.high[:shown], colors=color, linewidth=1.6, zorder=2)
    for high, label in ((True, "subset, above the rest"), (False, "subset")):
        chosen = np.flatnonzero(found.high_ones[:shown] == high)
        if len(chosen):
            face = color if high else "white"
            ax.scatter(
                found.estimate[chosen],
                chosen,
                s=36,
                color=face,
                edgecolors=color,
                linewidths=1.3,
                zorder=4,
                label=label,
            )
    ax.scatter(
        found.rest[:shown],
        y,
        s=60,
        marker="|",
        color=style.GREY,
        linewidths=1.5,
        zorder=3,
        label="as many other rows",
    )
    ax.set_yticks(y, names)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(shown - 0.4, -0.6)
    ax.set_xlabel(f"{words.capitalize()} (bits)")
    style.legend_beside(ax, fontsize=style.POINTS + 1)
    more = len(found.subsets) - shown
    left = [f"{more} more subsets not drawn"] if more else []
    kind = ["decoded by classifiers"] if isinstance(found.whole, PosteriorPID) else []
    style.headline(ax, intervals_words(found.alpha, len(found.subsets)), *kind, *left)
    return ax
