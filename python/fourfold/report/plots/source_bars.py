# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each source has of the union information of all, and what pairs of sources both tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.report.plots import style
from fourfold.report.plots.heat import write_numbers
from fourfold.results.union_words import about_words
from fourfold.results.words import legible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.unions import Unions

__all__ = ["overlap_size", "plot_overlap", "plot_shares", "shares_size"]

_ROW = 0.32  # inches of a bar
_CELL = 0.55  # inches of a number


def shares_size(result: Unions) -> tuple[float, float]:
    """Inches of bars for the sources."""
    return 6.4 + _widest(result), 1.2 + _ROW * max(len(result.source_names), 3)


def overlap_size(result: Unions) -> tuple[float, float]:
    """Inches of a map of the pairs."""
    side = _CELL * len(result.source_names)
    return max(side + _widest(result) + 1.2, 3.6), max(
        side + min(_widest(result), 1.4) + 1.1, 2.4
    )


def _widest(result: Unions) -> float:
    return max(style.text_width(legible(name), 10.0) for name in result.source_names) / 72


def plot_shares(result: Unions, ax: Axes | None, *, target_name: str) -> Axes:
    """Of each source its share, within what it tells, and what is lost without it."""
    shares, lost = result.shares, result.unique
    if np.isnan(shares.value).all():
        msg = (
            "plot: what='shares' needs all subsets; leave out subsets= where the result is made"
        )
        raise ValueError(msg)
    ax = style.new_axes(*shares_size(result)) if ax is None else ax
    rows = np.arange(len(shares))
    told = np.array([result[name].information for name in shares])
    ax.barh(
        rows,
        told,
        height=0.7,
        color=style.shade(0.14),
        linewidth=0,
        zorder=1,
        label="tells alone",
    )
    ax.barh(
        rows, shares.value, height=0.7, color=style.COLORS.redundancy, linewidth=0, zorder=2,
        label="share of v* (Shapley)",
    )  # fmt: skip
    ax.barh(
        rows, lost.value, height=0.3, color=style.COLORS.unique1, linewidth=0, zorder=3,
        label="lost if dropped",
    )  # fmt: skip
    if not np.asarray(result.converged).all():
        ax.hlines(
            rows + 0.25, shares.lower, shares.upper, colors=[style.shade()], linewidth=1.4, zorder=4,
            label="share, bounds",
        )  # fmt: skip
    ax.set_yticks(rows, [legible(name) for name in shares])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.axvline(0.0, color=style.shade(), linewidth=0.8, zorder=5)
    style.hide_spines(ax, "top", "right", "left")
    ax.set_xlabel(f"Information about {target_name} (bits)")
    handles, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda k: "bounds" in labels[k])
    style.legend_beside(
        ax, [handles[k] for k in order], [labels[k] for k in order], fontsize=style.POINTS + 1
    )
    style.headline(ax, about_words(result))
    return ax


def plot_overlap(result: Unions, ax: Axes | None, *, target_name: str) -> Axes:
    """A map of the redundancy of each pair; what a source tells in the diagonal."""
    values = result.overlap
    n = len(values)
    if n < 2 or np.isnan(values[~np.eye(n, dtype=bool)]).all():
        msg = "plot: what='overlap' needs pairs and single sources among the subsets"
        raise ValueError(msg)
    ax = style.new_axes(*overlap_size(result)) if ax is None else ax
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415  optional

    shades = LinearSegmentedColormap.from_list("bits", ["white", style.COLORS.redundancy])
    most = float(np.nanmax(values))
    ax.set_facecolor("0.93")  # of what is not known
    image = ax.imshow(
        np.ma.masked_invalid(values), cmap=shades, vmin=min(float(np.nanmin(values)), 0.0),
        vmax=most if most > 0 else 1.0, aspect="auto", interpolation="nearest",
    )  # fmt: skip
    write_numbers(ax, values, image)
    names = [legible(name) for name in result.source_names]
    ax.set_xticks(range(n), names, fontsize=style.POINTS + 1)
    ax.set_yticks(range(n), names, fontsize=style.POINTS + 1)
    ax.tick_params(length=0)
    if max(style.text_width(name, style.POINTS + 1) for name in names) > 0.8 * 72 * _CELL:
        style.turn_labels(ax)
    style.hide_spines(ax, "top", "right", "bottom", "left")
    style.headline(
        ax,
        f"bits that both tell about {target_name}",
        "in the diagonal each alone",
        about_words(result),
    )
    return ax
