# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms as stacked bars in bits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from fourfold.report.plots import style
from fourfold.report.plots.checked import check_single, listed_results
from fourfold.report.plots.intervals import (
    ROOM,
    Spans,
    interval_handle,
    intervals_words,
)
from fourfold.report.plots.roc import plot_roc, wants_curves
from fourfold.report.plots.said import basis_words, short_number, some_or_all, total_words
from fourfold.report.plots.stack import THICKNESS, Along, Stack, draw_bars, sum_marks
from fourfold.results.pid import PID, Atoms
from fourfold.results.told_apart import apart_words, told_apart
from fourfold.results.words import SYMBOLS, Names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from matplotlib.axes import Axes

__all__ = [
    "bars_along_x",
    "check_single",
    "plot",
    "plot_comparison",
    "stacked",
]

_INK = Atoms(redundancy="white", unique1="black", unique2="black", synergy="white")
_HAIRLINE = 0.8  # points


def plot(
    result: PID,
    ax: Axes | None = None,
    *,
    label: str | None = None,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
    kind: Literal["atoms", "roc"] = "atoms",
    class_names: tuple[str, str] | None = None,
) -> Axes:
    """Draw one decomposition as a horizontal stacked bar in bits, or two classes as ROC curves.

    Each value is written into the bar, or into the legend where it does not fit. A negative
    atom is drawn to the left of zero. A certified gap wide enough to be seen is drawn as
    whiskers on the two edges that it leaves open: between R and U1, and between U2 and S.
    Confidence intervals are lines below the bar, each from where its atom begins.
    Of clusters it is said below what they keep of what a probe finds in the embeddings.

    Parameters
    ----------
    result : PID
        One decomposition; see `plot_comparison` for several.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default. The legend stands to the right of the axes:
        in a figure of your own leave room for it, or use ``layout="constrained"``.
    label : str, optional
        Written at the left end of the bar.
    source_names : (str, str)
        What X1 and X2 are, for the legend: "unique to left half".
    target_name : str
        What Y is, for the axis label.
    kind : {"atoms", "roc"}
        "roc" draws a target of two classes as the ROC curves of both sources and their hull, whose
        information is the union information; where one curve is above the other, its source tells
        what the other does not. `fourfold.unique_density` has that over decision thresholds.
    class_names : (str, str), optional
        What the two classes are called on the axes of "roc", in the order of the table: of labels
        sorted, so ("benign", "malignant") of 0 and 1.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.

    Raises
    ------
    TypeError
        If `result` is not a PID.
    ValueError
        If `result` is a batch, `source_names` is not a pair, `kind` is unknown, it is "roc" and
        the target has not two classes, or `class_names` is not a pair or given for "atoms".
    ImportError
        If `ax` is not given and matplotlib is not installed.

    See Also
    --------
    fourfold.plotting.plot_comparison : Several side by side.
    fourfold.PID.plot : The same as a method.
    fourfold.html_report : Pictures, tables and warnings on a page.

    Examples
    --------
    >>> import fourfold as ff
    >>> ax = ff.plotting.plot(ff.decompose(ff.gates.AND.pmf), source_names=("key", "card"))
    >>> ax.get_xlabel()
    'Information about Y (bits)'
    >>> ax.figure.savefig("and.png")  # doctest: +SKIP
    """
    check_single("plot", result)
    if wants_curves(kind, class_names):
        return plot_roc(result, ax, source_names, target_name, class_names)
    names = style.checked_names("plot", source_names)
    kept, bins = result.kept, result.target_bins
    of = [] if kept is None else [f"of {kept.states_words}"]
    shown = Names(source_names, target_name)
    below = [] if kept is None else kept.words(shown, binned=bins is not None)
    below += [] if bins is None else [bins.words(result.mi_joint, target_name)]
    stack = Stack.of([result])
    spans = Spans.of([result], stack.starts)
    marks = interval_handle([result])
    if ax is None:
        beside = style.more_width(*(f"{name}: 0.123" for name in names))
        lines = len(marks) + (stack.bottoms[0] < 0)  # of the legend
        height = 1.7 + 0.14 * len(below) + 0.2 * lines
        ax = style.new_axes(6.8 + beside + style.text_width(label or "") / 72, height)
    bars = draw_bars(ax, stack, names, "x", spans)
    ax.set_yticks([0.0], [label or ""])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.5 - (ROOM - 0.12 if spans.known else 0.0), 0.5)
    ax.set_xlabel(f"Information about {target_name} (bits)")
    if below:
        style.footnote(ax, *below)
    _legend(ax, bars, names, "x", marks)
    in_bar = _write_values(ax, stack, bars, "x")
    values = enumerate(zip(names, result.atoms, strict=True))
    names_or_values = [
        name if (0, k) in in_bar else f"{name}: {short_number(value)}"
        for k, (name, value) in values
    ]
    _legend(ax, bars, names_or_values, "x", marks)
    total = total_words(result, source_names, target_name)
    style.headline(ax, total, *of, *basis_words([result]), *apart_words(result))
    return ax


def stacked(ax: Axes, result: PID, names: Sequence[str]) -> None:
    """The bar of one decomposition at 0 along y, without its values."""
    draw_bars(ax, Stack.of([result]), names, "x")


def bars_along_x(
    ax: Axes,
    results: Sequence[PID],
    names: Sequence[str],
    hatches: Mapping[int, str],
    more: Sequence[Any],
) -> None:
    """Bars at 0, 1, ... along y with values, intervals or errors, and a legend with `more` in it."""
    stack = Stack.of(results)
    bars = draw_bars(ax, stack, names, "x", Spans.of(results, stack.starts, errors=True))
    _legend(ax, bars, names, "x", [*interval_handle(results, errors=True), *more])
    for container in bars:  # after the legend, which shows the first of each
        for position, hatch in hatches.items():
            container.patches[position].set(hatch=hatch, edgecolor="white")
    _write_values(ax, stack, bars, "x")


def plot_comparison(
    results: PID | Sequence[PID] | Mapping[str, PID],
    labels: Sequence[str] | None = None,
    ax: Axes | None = None,
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
) -> Axes:
    """Draw several decompositions as vertical stacked bars side by side, in bits.

    I(X1,X2;Y) stands on top of each bar, and each value in its part of the bar where it fits;
    a negative atom is drawn, and its value written, below zero. "?" on top of a bar stands
    for a synergy that is not known. Whiskers as in `plot`; confidence intervals to the right of
    each bar.

    Parameters
    ----------
    results : sequence of PID, mapping of str to PID, or PID
        At least one decomposition, or a batch of shape (B,).
    labels : sequence of str, optional
        One per bar; by default the keys of a mapping, else 0, 1, 2 ...
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default. The legend stands to the right of the axes, as
        in `plot`.
    source_names, target_name : (str, str) and str
        As in `plot`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.

    Raises
    ------
    TypeError, ValueError, ImportError
        As `plot` of each entry; if there is nothing to draw, or the number of labels is not the
        number of results.

    See Also
    --------
    fourfold.plotting.plot : One of them.
    fourfold.compare : Whether two differ by more than chance.

    Examples
    --------
    >>> import fourfold as ff
    >>> gates = ff.gates.RDN, ff.gates.UNQ, ff.gates.XOR
    >>> results = {gate.name: ff.decompose(gate.pmf) for gate in gates}
    >>> ax = ff.plotting.plot_comparison(results)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['RDN', 'UNQ', 'XOR']
    """
    listed, labels = listed_results(results, labels)
    names = list(style.checked_names("plot_comparison", source_names))
    if any(math.isnan(result.synergy) for result in listed):
        names[-1] += " (?: not known)"
    stack = Stack.of(listed)
    if ax is None:
        words = [*names, *intervals_words(listed)]
        legend_width = max(map(style.text_width, words)) / 72 + 0.5
        below = [line for text in _below_zero(stack) for line in text.split("\n")]
        slot = max(0.64, max(map(style.text_width, below)) / 72 / THICKNESS)
        ax = style.new_axes(1.0 + slot * max(len(listed), 3) + legend_width, 3.6)
    spans = Spans.of(listed, stack.starts)
    bars = draw_bars(ax, stack, names, "y", spans)
    ax.set_xticks(range(len(listed)), labels)
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.6, len(listed) - 0.4 + (0.04 if spans.known else 0.0))
    ax.set_ylabel(f"Information about {target_name} (bits)")
    of_clusters = some_or_all([result.kept is not None for result in listed], "of clusters")
    nothing = [
        result.confidence_interval is not None and not any(told_apart(result) or ())
        for result in listed
    ]
    said = some_or_all(nothing, "with no atom told apart from zero")
    _legend(ax, bars, names, "y", interval_handle(listed))
    _write_values(ax, stack, bars, "y")
    _write_totals(ax, stack, listed)
    _turn_long_labels(ax, labels)
    style.headline(ax, *of_clusters, *basis_words(listed), *said)
    return ax


def _write_values(
    ax: Axes, stack: Stack, bars: Sequence[Any], along: Along
) -> set[tuple[int, int]]:
    """Write each value where it fits; returns the (result, atom) that were written."""
    points = style.points_per_unit(ax)
    written = set()
    for k, container in enumerate(bars):
        for position, patch in enumerate(container.patches):
            value = stack.values[k][position]
            width = abs(patch.get_width()) * points[0]
            height = abs(patch.get_height()) * points[1]
            text = short_number(value)
            if width < style.text_width(text) + 4 or height < style.POINTS + 2:
                continue
            ax.text(
                patch.get_x() + patch.get_width() / 2,
                patch.get_y() + patch.get_height() / 2,
                text,
                ha="center",
                va="center_baseline",
                fontsize=style.POINTS,
                color=_INK[k],
                zorder=5,
            )
            written.add((position, k))
    _part(ax, stack, points[0 if along == "x" else 1], along)
    if along == "y":
        _write_below_zero(ax, stack, written)
    return written


def _part(ax: Axes, stack: Stack, points: float, along: Along) -> None:
    """White lines between neighbours; a hairline for an atom too small to be seen.

    Outlines of the bars would do the former, but cover the small ones.
    """
    across = ax.vlines if along == "x" else ax.hlines
    for position in range(len(stack.tops)):
        ends = (position - THICKNESS / 2, position + THICKNESS / 2)
        before = {True: 0.0, False: 0.0}  # extent of the last positive and negative atom
        for k, color in enumerate(style.COLORS):
            start, value = stack.starts[k][position], stack.values[k][position]
            extent = abs(value) * points
            if 0 < extent < _HAIRLINE:
                across(start + value / 2, *ends, colors=color, linewidth=_HAIRLINE, zorder=3)
            elif min(extent, before[value > 0]) > 4:
                across(start, *ends, colors="white", linewidth=_HAIRLINE, zorder=2)
            if extent:
                before[value > 0] = extent


def _write_below_zero(ax: Axes, stack: Stack, written: set[tuple[int, int]]) -> None:
    ends = zip(_below_zero(stack, written), stack.bottoms, strict=True)
    for position, (text, bottom) in enumerate(ends):
        _write_beside(ax, text, position, bottom, up=False)


def _below_zero(stack: Stack, written: Collection[tuple[int, int]] = ()) -> list[str]:
    """Of each bar the atoms below zero that are not written in it, one a line."""
    return [
        "\n".join(
            f"{symbol} {short_number(values[position])}"
            for k, (symbol, values) in enumerate(zip(SYMBOLS, stack.values, strict=True))
            if values[position] < 0 and (position, k) not in written
        )
        for position in range(len(stack.bottoms))
    ]


def _write_totals(ax: Axes, stack: Stack, results: Sequence[PID]) -> None:
    for position, result in enumerate(results):
        total = float(result.mi_joint)
        words = "?" if math.isnan(total) else short_number(total)
        _write_beside(ax, words, position, stack.tops[position], up=True)


def _write_beside(ax: Axes, text: str, position: int, end: float, *, up: bool) -> None:
    """Above or below the end of a bar; totals, which stand above, are a little larger."""
    how: dict[str, Any] = {"textcoords": "offset points", "ha": "center"}
    how |= {"va": "bottom", "xytext": (0, 2)} if up else {"va": "top", "xytext": (0, -2)}
    ax.annotate(text, (position, end), fontsize=style.POINTS + up, **how)


def _turn_long_labels(ax: Axes, labels: Sequence[str]) -> None:
    slot, size = style.points_per_unit(ax)[0], style.label_size(ax)
    lines = [line for text in labels for line in text.split("\n")]
    if max(style.text_width(line, size) for line in lines) > slot - 4:
        style.turn_labels(ax)


def _legend(
    ax: Axes,
    bars: Sequence[Any],
    names: Sequence[str],
    along: Along,
    intervals: Sequence[Any] = (),
) -> None:
    sums = [*sum_marks(ax), *intervals]
    order = slice(None) if along == "x" else slice(None, None, -1)  # as the bar reads
    middle = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5)} if along == "x" else {}
    style.legend_beside(
        ax,
        [*list(bars)[order], *sums],
        [*list(names)[order], *(mark.get_label() for mark in sums)],
        fontsize=style.POINTS + 1,
        handlelength=1.0,
        handleheight=1.0,
        **middle,
    )
