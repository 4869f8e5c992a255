# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of shared exclusions: a bar for each antichain, to the left where it is negative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.report.plots import style
from fourfold.results.sx_pid import about_words
from fourfold.results.table import typeset
from fourfold.results.words import decimals, legible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.sx_pid import SxPID

__all__ = ["plot_shared"]

_MOST = 31
_HEIGHT = 0.26  # inches of a row


def plot_shared(result: SxPID, ax: Axes | None = None, *, target_name: str = "Y") -> Axes:
    """Draw the atoms; see `fourfold.SxPID.plot`."""
    shown, named = result.largest(_MOST), result.named()
    labels = [legible(named[k]) for k in shown]
    atoms, places = result.atoms[shown], np.arange(len(shown))
    if ax is None:
        ax = style.new_axes(6.4 + style.more_width(*labels), 1.2 + _HEIGHT * len(shown))
    below = atoms < 0
    for some, colour, label in (
        (~below, style.COLORS.redundancy, "told"),
        (below, style.COLORS.unique1, "misleading"),
    ):
        if some.any():
            ax.barh(places[some], atoms[some], height=0.7, color=colour, label=label, zorder=2)
    for place, value in zip(places, atoms, strict=True):
        ax.annotate(
            typeset(decimals(value, 3)),
            (max(value, 0.0), place),
            textcoords="offset points",
            xytext=(4, 0),
            va="center",
            fontsize=style.POINTS,
            color=style.shade(0.7),
        )
    ax.set_yticks(places, labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.margins(x=0.12)
    ax.axvline(0.0, color=style.shade(), linewidth=0.8, zorder=3)
    style.hide_spines(ax, "top", "right", "left")
    left = len(result) - len(shown)
    more = f"; {left} smaller atoms are not shown" if left else ""
    ax.set_xlabel(f"Atoms of I^sx about {target_name} (bits){more}")
    style.legend_beside(ax)
    style.headline(ax, about_words(result), *(["UNDERSAMPLED"] if result.undersampled else []))
    return ax
