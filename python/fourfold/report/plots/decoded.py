# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms that classifiers decode, beside what holds whatever the classifiers are worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from fourfold.report.plots import style
from fourfold.report.plots.bars import stacked
from fourfold.report.plots.checked import check_single
from fourfold.report.plots.roc import plot_roc, wants_curves
from fourfold.results.posterior_table import DECODABLE
from fourfold.results.told_apart import apart_words
from fourfold.results.words import decimals, percent_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.posterior_pid import PosteriorPID

__all__ = ["plot_decoded"]

_TALL, _LOW = 0.66, 0.34  # bars, where rows are 1 apart
_BAND = "0.88"


def plot_decoded(
    result: PosteriorPID,
    ax: Axes | None = None,
    *,
    label: str | None = None,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
    kind: Literal["atoms", "roc"] = "atoms",
    class_names: tuple[str, str] | None = None,
) -> Axes:
    """Draw the atoms end to end, and below them each for itself with its bound.

    A row of its own has the atom as a bar, the cross-fitted reading as a diamond with its
    standard error of sampling, the shrunk one as a ring, in grey with a black edge all that
    the outer bound allows, and above it the confidence interval, where there is one.
    Parameters, and what is raised, are as in `fourfold.plotting.plot`.
    """
    check_single("plot", result)
    if wants_curves(kind, class_names):
        return plot_roc(result, ax, source_names, target_name, class_names)
    names = style.checked_names("plot", source_names)
    if ax is None:
        width = 7.2 + style.more_width(label or "", *names) + style.more_width(target_name * 2)
        ax = style.new_axes(width, 3.3)
    entropy = float(result.entropy)
    ax.barh(
        0.0, entropy, _TALL, facecolor="white", edgecolor="0.6", linewidth=0.8, linestyle="--"
    )
    stacked(ax, result, names)
    lowest = min(0.0, *(value for value in result.atoms if not math.isnan(value)))
    ax.set_xlim(1.05 * lowest, 1.01 * max(entropy, sum(_known(result))))
    for k in range(4):
        _row(ax, result, k, 1.35 + k)
    ax.set_yticks(
        [0.0, *(1.35 + k for k in range(4))],
        [label or "all four", *names],
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(4.95, -0.6)
    style.hide_spines(ax, "top", "right", "left")
    ax.axvline(0.0, color="black", linewidth=0.8, zorder=3)
    ax.axhline(0.68, color="0.8", linewidth=0.8)
    ax.set_xlabel(
        f"Information about {target_name} (bits); H({target_name}) = {decimals(entropy, 3)}"
    )
    _legend(ax, result, target_name)
    style.headline(ax, DECODABLE, *apart_words(result))
    return ax


def _known(result: PosteriorPID) -> list[float]:
    return [max(value, 0.0) for value in result.atoms if not math.isnan(value)]


def _row(ax: Axes, result: PosteriorPID, k: int, place: float) -> None:
    """One atom: its bound, the atom, the readings, and the bound in words."""
    bound, entropy = result.outer_bounds[k], float(result.entropy)
    interval = result.confidence_interval
    value = result.atoms[k]
    words = decimals(value, 3)
    if not math.isnan(bound):
        start, end = (bound, entropy) if k == 0 else (0.0, bound)
        ax.barh(place, end - start, 0.8, left=start, color=_BAND, linewidth=0, zorder=0)
        ax.plot([bound] * 2, [place - 0.4, place + 0.4], color="black", linewidth=1.6, zorder=4)
        words += f"; at {'least' if k == 0 else 'most'} {decimals(bound, 2)}"
    if not math.isnan(value):
        ax.barh(place, value, _LOW, color=style.COLORS[k], linewidth=0, zorder=2)
        how: dict[str, Any] = {"linestyle": "none", "color": "black", "zorder": 5}
        ax.errorbar(
            result.readings["cross_fitted"][k], place + 0.09, xerr=result.standard_error[k],
            marker="D", markersize=3.5, elinewidth=1.0, capsize=0, **how,
        )  # fmt: skip
        ax.plot(
            result.readings["shrunk"][k], place - 0.09, marker="o", markersize=5,
            markerfacecolor="none", markeredgewidth=1.0, **how,
        )  # fmt: skip
        if interval is not None:
            low, high = interval.low[k], interval.high[k]
            ax.errorbar(
                (low + high) / 2, place - 0.27, xerr=(high - low) / 2, elinewidth=1.0, capsize=3,
                **how,
            )  # fmt: skip
    end = _right_end(result, k)
    beside = end if math.isnan(bound) else max(bound, end)
    text: dict[str, Any] = {
        "va": "center",
        "textcoords": "offset points",
        "fontsize": style.POINTS,
    }
    if (
        not math.isnan(bound) and beside > 0.75 * ax.get_xlim()[1]
    ):  # else it would leave the axes
        free = k > 0 and bound - end > 0.3 * ax.get_xlim()[1]
        at, side = (
            ((bound, place), -1)
            if free
            else ((0.0, place + (-0.3 if interval is None else 0.3)), 1)
        )
        where = "right" if free else "left"
        ax.annotate(words, at, xytext=(5 * side, 0), ha=where, **text)
    else:
        ax.annotate(words, (beside, place), xytext=(8, 0), ha="left", **text)


def _right_end(result: PosteriorPID, k: int) -> float:
    """Of all that is drawn of an atom."""
    held_out = result.readings["cross_fitted"][k] + result.standard_error[k]
    ends = [0.0, result.atoms[k], held_out, result.readings["shrunk"][k]]
    if result.confidence_interval is not None:
        ends.append(result.confidence_interval.high[k])
    return float(max(end for end in ends if not math.isnan(end)))


def _legend(ax: Axes, result: PosteriorPID, target_name: str) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415  optional
    from matplotlib.patches import Patch  # noqa: PLC0415  optional

    level = percent_words(result.outer_bounds.confidence_level)
    handles = [
        Patch(facecolor="0.4", label="decoded: the atom"),
        Line2D([], [], color="black", marker="D", markersize=3.5, linewidth=1.0,
               label="cross-fitted, ± sampling error"),
        Line2D([], [], color="black", marker="o", markersize=5, markerfacecolor="none",
               linestyle="none", label="shrunk to equal sources"),
        *_interval_handle(result),
        Patch(facecolor=_BAND, label=f"allowed whatever the\nclassifiers are worth ({level})"),
        Line2D([], [], color="black", marker="|", markersize=9, markeredgewidth=1.6,
               linestyle="none", label="its bound"),
        Patch(facecolor="white", edgecolor="0.6", linestyle="--", label=f"H({target_name}): what there is"),
    ]  # fmt: skip
    style.legend_beside(ax, handles=handles, fontsize=style.POINTS, handlelength=1.6)


def _interval_handle(result: PosteriorPID) -> list[Any]:
    from matplotlib.lines import Line2D  # noqa: PLC0415  optional

    if result.confidence_interval is None:
        return []
    level = percent_words(result.confidence_interval.confidence_level)
    return [
        Line2D([], [], color="black", marker="|", markersize=6, linewidth=1.0,
               label=f"interval ({level})")
    ]  # fmt: skip
