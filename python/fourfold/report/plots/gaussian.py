# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of a Gaussian, with their intervals; or the combinations of the target that they are of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from fourfold.inputs.numbers import check_option
from fourfold.report.plots import style
from fourfold.report.plots.bars import plot, stacked
from fourfold.report.plots.checked import check_single
from fourfold.report.plots.directions import plot_directions
from fourfold.report.plots.said import total_words
from fourfold.report.plots.stack import sum_marks
from fourfold.results.gaussian_directions import shown_directions
from fourfold.results.gaussian_table import missed_words
from fourfold.results.gaussian_words import model_words
from fourfold.results.table import typeset
from fourfold.results.told_apart import apart_words
from fourfold.results.words import Names, decimals, percent_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from fourfold.results.gaussian_pid import GaussianPID

__all__ = ["plot_gaussian"]

_WHAT = ("atoms", "directions")
_LOW = 0.5  # bars, where rows are 1 apart


def plot_gaussian(
    result: GaussianPID,
    ax: Axes | None = None,
    *,
    label: str | None = None,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
    what: Literal["atoms", "directions"] = "atoms",
    column_names: Sequence[str] | None = None,
) -> Axes:
    """Draw the atoms end to end and below them each with its interval; or combinations of Y.

    Of a covariance there is the upper bar alone, as by `fourfold.plotting.plot`. Of samples a ring
    is the plug-in atom, before any correction.

    Parameters
    ----------
    result : GaussianPID
        One decomposition.
    ax, label, source_names, target_name
        As there.
    what : {"atoms", "directions"}
        "directions" draws a bar for each combination of the columns of Y, to the right the bits that
        X1 alone tells of it, to the left those that X2 alone tells; of more than 12 those of most bits.
    column_names : sequence of str, optional
        Of the columns of Y, whose largest weights name a combination: in standard deviations of
        the column. Those of the frame, if it was one, by default.

    Raises
    ------
    ValueError
        If `what` is unknown, or `column_names` are not one for each column of Y; and as there.
    """
    check_single("plot", result)
    names = Names.of(
        source_names, target_name, complaint="plot: source_names must be two names"
    )
    if check_option(what, "what", _WHAT) == "directions":
        return plot_directions(shown_directions(result, names, column_names), ax, names)
    if column_names is not None:
        msg = "column_names: goes with what='directions', which names combinations of columns"
        raise ValueError(msg)
    if result.plug_in is None and result.confidence_interval is None:
        return plot(result, ax, label=label, source_names=source_names, target_name=target_name)
    if ax is None:
        ax = style.new_axes(7.2 + style.more_width(label or "", *names.atoms), 3.0)
    stacked(ax, result, names.atoms)
    for k in range(4):
        _row(ax, result, k, 1.2 + k)
    ax.set_yticks([0.0, *(1.2 + k for k in range(4))], [label or "all four", *names.atoms])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(4.75, -0.5)
    ends = _ends(result)
    span = max(ends) - min(ends)
    ax.set_xlim(min(ends) - 0.02 * span, max(ends) + 0.02 * span)
    style.hide_spines(ax, "top", "right", "left")
    ax.axvline(0.0, color="black", linewidth=0.8, zorder=3)
    ax.axhline(0.6, color="0.8", linewidth=0.8)
    ax.set_xlabel(f"Information about {target_name} (bits)")
    total = total_words(result, source_names, target_name)
    said = [*missed_words(result), *apart_words(result)]
    _legend(ax, result)
    style.headline(ax, total, model_words(result), *said)
    return ax


def _ends(result: GaussianPID) -> list[float]:
    """All that is drawn, along x."""
    positive = sum(max(float(atom), 0.0) for atom in result.atoms)
    negative = sum(min(float(atom), 0.0) for atom in result.atoms)
    ends = [0.0, positive, negative]
    if result.plug_in is not None:
        ends += map(float, result.plug_in)
    if result.confidence_interval is not None:
        ends += [*map(float, result.confidence_interval.low), *result.confidence_interval.high]
    known = [end for end in ends if not math.isnan(end)]
    return known if max(known) > min(known) else [0.0, 1.0]


def _row(ax: Axes, result: GaussianPID, k: int, place: float) -> None:
    """One atom, its interval, the plug-in atom, and its value in words."""
    value = float(result.atoms[k])
    beside = max(value, 0.0)
    ax.barh(place, value, _LOW, color=style.COLORS[k], linewidth=0, zorder=2)
    how: dict[str, Any] = {"linestyle": "none", "color": "black", "zorder": 5}
    interval = result.confidence_interval
    if interval is not None:
        low, high = float(interval.low[k]), float(interval.high[k])
        ax.errorbar(
            (low + high) / 2, place, xerr=(high - low) / 2, elinewidth=1.2, capsize=3, **how
        )
        beside = max(beside, high)
    if result.plug_in is not None:
        fitted = float(result.plug_in[k])
        ax.plot(
            fitted, place, marker="o", markersize=5.5, markerfacecolor="white", markeredgewidth=1.1,
            **how,
        )  # fmt: skip
        beside = max(beside, fitted)
    ax.annotate(
        typeset(decimals(value, 3)),
        (beside, place),
        textcoords="offset points",
        xytext=(7, 0),
        va="center",
        fontsize=style.POINTS,
    )


def _legend(ax: Axes, result: GaussianPID) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415  optional
    from matplotlib.patches import Patch  # noqa: PLC0415  optional

    handles: list[Any] = [Patch(facecolor="0.4", label="the atom"), *sum_marks(ax)]
    if result.confidence_interval is not None:
        level = percent_words(result.confidence_interval.confidence_level)
        handles.append(
            Line2D([], [], color="black", marker="|", markersize=6, linewidth=1.2,
                   label=f"interval ({level})")
        )  # fmt: skip
    if result.plug_in is not None:
        handles.append(
            Line2D([], [], color="black", marker="o", markersize=5.5, markerfacecolor="white",
                   markeredgewidth=1.1, linestyle="none", label="plug-in")
        )  # fmt: skip
    style.legend_beside(ax, handles=handles, fontsize=style.POINTS, handlelength=1.6)
