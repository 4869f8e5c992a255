# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two classes: the ROC curves of both sources and their hull, whose information is v*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.numbers import check_option
from fourfold.report.plots import style
from fourfold.results.table import typeset
from fourfold.results.thresholds import roc_points, two_classes
from fourfold.results.words import decimals
from fourfold.solve.closed_form import hull_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.pid import PID

__all__ = ["plot_roc", "wants_curves"]

_KINDS = ("atoms", "roc")

#: Corners of the hull up to which each is marked: more would hide the curves.
_MOST_MARKS = 40


def wants_curves(kind: Any, class_names: Any) -> bool:
    """Whether `kind` is "roc"; raise if it is nothing, or `class_names` are for something else."""
    curves: bool = check_option(kind, "kind", _KINDS) == "roc"
    if not curves and class_names is not None:
        msg = f"class_names: these are names for kind='roc', got {class_names!r} for kind={kind!r}"
        raise ValueError(msg)
    return curves


def plot_roc(
    result: PID,
    ax: Axes | None,
    source_names: tuple[str, str],
    target_name: str,
    class_names: tuple[str, str] | None,
) -> Axes:
    """Draw both curves, what is between them in the colour of the source that tells it, and the hull."""
    sources = two_classes(result, "kind: 'roc'")
    names = style.checked_names("plot", source_names)
    first, second = _classes(class_names)
    uniques = [
        style.wrapped(typeset(f"{name}: {decimals(value, 3)} bits"))
        for name, value in zip(names[1:3], (result.unique1, result.unique2), strict=True)
    ]
    curve_names = [style.wrapped(f"curve of {name}") for name in source_names]
    if ax is None:
        lines = [line for text in (*uniques, *curve_names) for line in text.split("\n")]
        ax = style.new_axes(
            5.0 + max(1.4, *(style.text_width(line) / 72 for line in lines)), 4.4
        )
    colours = style.COLORS.unique1, style.COLORS.unique2
    curves = [roc_points(p) for p in sources]
    corners, owners = hull_of(sources)
    grid = np.unique(np.concatenate([curve[:, 0] for curve in curves]))
    heights = [_height(curve, grid) for curve in curves]
    ax.plot([0, 1], [0, 1], color="0.75", linewidth=0.8, linestyle=":")
    pairs = (heights, heights[::-1])
    for (own, other), colour, words in zip(pairs, colours, uniques, strict=True):
        ax.fill_between(
            grid, other, own, own > other, interpolate=True, color=colour, alpha=0.45, linewidth=0,
            label=words,
        )  # fmt: skip
    shares = corners / corners[-1]
    for curve, colour, words in zip(curves, colours, curve_names, strict=True):
        ax.plot(*curve.T, color=colour, linewidth=1.6, label=words)
    ax.plot(*shares.T, color="black", linewidth=1.0, linestyle=(0, (4, 2)), label=(
        f"hull: union, {decimals(result.union_information, 3)} bits"))  # fmt: skip
    if len(corners) - 2 <= _MOST_MARKS:
        x, y = shares[1:-1].T
        marks = [colours[owner] for owner in owners[1:-1]]
        ax.scatter(
            x, y, s=26, c=marks, edgecolors="black", linewidths=0.7, zorder=4, clip_on=False
        )
    of = "" if class_names else f" of {target_name}"
    ax.set_xlabel(style.wrapped(f"share of {first}{of} taken for {second}", 40))
    ax.set_ylabel(style.wrapped(f"share of {second} found", 40))
    ax.set_xlim(-0.01, 1.01)
    ax.set_ylim(-0.01, 1.01)
    ax.set_aspect("equal", anchor="W")  # else what is left over is on the side without a legend
    style.hide_spines(ax, "top", "right")
    style.headline(ax, "Where each source tells what the other does not")
    style.legend_beside(ax, fontsize=style.POINTS)
    return ax


def _classes(names: Any) -> tuple[str, str]:
    """What the two classes are called on the axes."""
    if names is None:
        return "the first class", "the second"
    if isinstance(names, str) or len(names) != 2 or not all(isinstance(n, str) for n in names):
        msg = (
            "class_names: expected two names, of the first and the second class in their order, got "
            f"{names!r}; for example ('benign', 'malignant')"
        )
        raise ValueError(msg)
    first, second = names
    return first, second


def _height(curve: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """The curve at these places, from above where it rises at once."""
    x, y = curve.T
    last = np.searchsorted(x, grid, side="right") - 1
    following = np.minimum(last + 1, len(x) - 1)
    step = np.where(following > last, x[following] - x[last], 1.0)
    slope = (y[following] - y[last]) / np.where(step > 0, step, 1.0)
    height: np.ndarray = y[last] + slope * (grid - x[last])
    return height
