# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms end to end: where each lies, its bar, and the marks of gaps and of sums."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fourfold.report.plots import style
from fourfold.report.plots.intervals import Spans, draw_intervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from fourfold.results.pid import PID

__all__ = ["THICKNESS", "Along", "Stack", "draw_bars", "sum_marks"]

THICKNESS = 0.66  #: Of a bar, where the distance between bars is 1.
SUM = "sum of the atoms"
Along = Literal["x", "y"]  #: The axis that carries the bits.


class Stack(NamedTuple):
    """Where each atom of each result lies: positive ones end to end from zero upwards,
    negative ones from zero downwards. Lists are indexed [atom][result]; unknown atoms are 0.
    """

    starts: list[list[float]]
    values: list[list[float]]
    tops: list[float]
    bottoms: list[float]
    gaps: list[float]

    @classmethod
    def of(cls, results: Sequence[PID]) -> Stack:
        starts: list[list[float]] = [[], [], [], []]
        values: list[list[float]] = [[], [], [], []]
        tops, bottoms = [], []
        for result in results:
            top = bottom = 0.0
            for k, atom in enumerate(result.atoms):
                value = 0.0 if math.isnan(atom) else float(atom)
                starts[k].append(bottom if value < 0 else top)
                values[k].append(value)
                top += max(value, 0.0)
                bottom += min(value, 0.0)
            tops.append(top)
            bottoms.append(bottom)
        return cls(starts, values, tops, bottoms, [float(result.gap) for result in results])


def draw_bars(
    ax: Axes, stack: Stack, names: Sequence[str], along: Along, spans: Spans | None = None
) -> list[Any]:
    """One bar container per atom, labelled with the atom's name; axes made plain."""
    positions = range(len(stack.tops))
    bars = []
    for k, name in enumerate(names):
        how: dict[str, Any] = {"color": style.COLORS[k], "label": name, "linewidth": 0}
        if along == "x":
            how |= {"left": stack.starts[k], "height": THICKNESS}
            bars.append(ax.barh(positions, stack.values[k], **how))
        else:
            how |= {"bottom": stack.starts[k], "width": THICKNESS}
            bars.append(ax.bar(positions, stack.values[k], **how))
    low, high = min(stack.bottoms), max(stack.tops)
    if spans is not None and spans.known:
        ends = [end for pair in spans.known for end in pair]
        low, high = min(low, *ends), max(high, *ends)
        draw_intervals(ax, spans, along)
    span = (high - low) or 1.0
    # room for a total on top, and for values below zero
    room = 0.02 if along == "x" else 0.08
    limits = (low - _room_below(stack, along) * span, max(high, low + span) + room * span)
    (ax.set_xlim if along == "x" else ax.set_ylim)(limits)
    style.hide_spines(ax, "top", "right", "left" if along == "x" else "bottom")
    (ax.axvline if along == "x" else ax.axhline)(
        0.0, color="black", linewidth=0.8, zorder=3, clip_on=False
    )
    _draw_whiskers(ax, stack, along, span)
    _mark_sums(ax, stack, along)
    return bars


def _mark_sums(ax: Axes, stack: Stack, along: Along) -> None:
    # where an atom is negative the bar ends above the sum; on the edge, clear of the values
    negative = [k for k, bottom in enumerate(stack.bottoms) if bottom < 0]
    sums = [stack.tops[k] + stack.bottoms[k] for k in negative]
    edges = [k - THICKNESS / 2 for k in negative]
    if negative:
        ax.plot(
            *((sums, edges) if along == "x" else (edges, sums)),
            linestyle="none",
            marker="D",
            markersize=4.5,
            color="black",
            markeredgecolor="white",
            markeredgewidth=0.7,
            label=SUM,
            zorder=6,
        )


def sum_marks(ax: Axes) -> list[Any]:
    """The marks of the sums, for a legend; none where no atom is negative."""
    return [line for line in ax.lines if line.get_label() == SUM]


def _room_below(stack: Stack, along: Along) -> float:
    lines = max(
        sum(value < 0 for value in column) for column in zip(*stack.values, strict=True)
    )
    return (0.02 if lines else 0.0) if along == "x" else 0.055 * lines


def _draw_whiskers(ax: Axes, stack: Stack, along: Along, span: float) -> None:
    # R + U1 = I(X1;Y) is known exactly; the gap moves the edges R|U1 and U2|S only
    for position, gap in enumerate(stack.gaps):
        if not gap > 0.01 * span or stack.bottoms[position] < 0:
            continue
        redundancy_end = stack.starts[1][position]
        synergy_start = stack.starts[3][position]
        spans = [(redundancy_end, redundancy_end + gap)]
        if stack.values[3][position] > 0:
            spans.append((synergy_start - gap, synergy_start))
        how: dict[str, Any] = {"fmt": "none", "ecolor": "black", "elinewidth": 1.0}
        how |= {"capsize": 2.5, "zorder": 4}
        for shift, (start, end) in zip((-0.26, 0.26), spans, strict=False):
            middle, half = (start + end) / 2, (end - start) / 2
            if along == "x":
                ax.errorbar(middle, position + shift, xerr=half, **how)
            else:
                ax.errorbar(position + shift, middle, yerr=half, **how)
