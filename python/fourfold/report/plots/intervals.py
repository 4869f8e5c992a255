# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Intervals of the atoms beside stacked bars: each from where its atom begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fourfold.report.plots import style
from fourfold.results.words import percent_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from fourfold.results.pid import PID

__all__ = ["ERRORS", "ROOM", "Spans", "draw_intervals", "interval_handle", "intervals_words"]

#: Beside a bar, where bars are 1 apart.
ROOM = 0.24
#: What lines are where errors stand in for intervals.
ERRORS = "\N{PLUS-MINUS SIGN} sampling error alone"
_FIRST, _APART = 0.395, 0.052


class Spans(NamedTuple):
    """Low and high end of each atom [atom][result] along the bits; None where there is none."""

    ends: list[list[tuple[float, float] | None]]

    @classmethod
    def of(
        cls, results: Sequence[PID], starts: Sequence[Sequence[float]], *, errors: bool = False
    ) -> Spans:
        """`starts` [atom][result] is where each atom begins; `errors` stand in for intervals."""
        ends: list[list[tuple[float, float] | None]] = [[], [], [], []]
        for position, result in enumerate(results):
            interval = result.confidence_interval
            for k in range(4):
                start = starts[k][position]
                span = None
                if interval is not None and interval.low[k] <= interval.high[k]:  # not NaN
                    span = (start + float(interval.low[k]), start + float(interval.high[k]))
                elif errors and interval is None and result.standard_error is not None:
                    end, error = start + float(result.atoms[k]), result.standard_error[k]
                    span = (end - error, end + error) if error > 0 else None
                ends[k].append(span)
        return cls(ends)

    @property
    def known(self) -> list[tuple[float, float]]:
        """All that there are."""
        return [span for of_atom in self.ends for span in of_atom if span is not None]


def draw_intervals(ax: Axes, spans: Spans, along: Literal["x", "y"]) -> None:
    """A line for each in the colour of its atom, below a bar along x, to the right of one along y."""
    draw = ax.hlines if along == "x" else ax.vlines
    for k, (color, of_atom) in enumerate(zip(style.COLORS, spans.ends, strict=True)):
        for position, span in enumerate(of_atom):
            if span is None:
                continue
            shift = _FIRST + _APART * k
            place = position - shift if along == "x" else position + shift
            draw(place, *span, colors=color, linewidth=1.8, zorder=4, clip_on=False)


def interval_handle(results: Sequence[PID], *, errors: bool = False) -> list[Any]:
    """For a legend; none where no result has intervals, or `errors` in their place."""
    from matplotlib.lines import Line2D  # noqa: PLC0415  optional

    words = intervals_words(results)
    if errors and not words and any(one.standard_error is not None for one in results):
        words = [ERRORS]
    return [Line2D([], [], color=style.GREY, linewidth=1.8, label=word) for word in words]


def intervals_words(results: Sequence[PID]) -> list[str]:
    """What the lines are, if there are any."""
    levels = {
        result.confidence_interval.confidence_level
        for result in results
        if result.confidence_interval is not None
    }
    if not levels:
        return []
    level = f"{percent_words(levels.pop())} interval" if len(levels) == 1 else "interval"
    return [f"{level} of each"]
