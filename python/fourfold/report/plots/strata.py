# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms given a third variable: their mean over its strata, and each stratum, as stacked bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.report.plots import style
from fourfold.report.plots.bars import bars_along_x
from fourfold.report.plots.gaussian import plot_gaussian
from fourfold.report.plots.intervals import ERRORS, ROOM
from fourfold.report.plots.said import basis_words, some_or_all, total_words
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.words import legible, percent_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.workflows.conditional.result import ConditionalPID

__all__ = ["plot_strata", "strata_size"]

_ROW = 0.42  # inches
_LINE, _LINES = 30, 2  # characters of a name in a line, and lines
_HATCH = "//"


def strata_size(
    found: ConditionalPID, source_names: tuple[str, str] = ("X1", "X2")
) -> tuple[float, float]:
    """Of the picture, in inches."""
    names = style.checked_names("plot", source_names)
    lines = [line for label in _labels(found) for line in label.split("\n")]
    beside = style.more_width(*names, ERRORS) + max(map(style.text_width, lines)) / 72
    return 6.6 + beside, 1.2 + _ROW * (1 + max(len(found.strata), 3))


def plot_strata(
    found: ConditionalPID,
    ax: Axes | None = None,
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
) -> Axes:
    """Draw the mean and below it the strata; see `fourfold.ConditionalPID.plot`."""
    given = f"{target_name} given T"
    if isinstance(found.result, GaussianPID):
        return plot_gaussian(found.result, ax, source_names=source_names, target_name=given)
    names = style.checked_names("plot", source_names)
    ax = style.new_axes(*strata_size(found, source_names)) if ax is None else ax
    top = len(found.strata)  # the mean, above all others
    results = [*found.by_stratum[::-1], found.result]
    more, hatches = [], {}
    if found.pooled:
        from matplotlib.patches import Patch  # noqa: PLC0415  optional

        hatches = {0: _HATCH}
        how: dict[str, Any] = {"facecolor": "0.6", "edgecolor": "white", "linewidth": 0}
        more = [Patch(hatch=_HATCH, label="pooled: T not known", **how)]
    ax.set_ylim(-0.5 - ROOM, top + 0.5)
    bars_along_x(ax, results, names, hatches, more)
    ax.set_yticks(range(top + 1), _labels(found)[::-1])
    ax.tick_params(axis="y", length=0)
    ax.axhline(top - 0.64, color="0.5", linewidth=0.8)
    ax.set_xlabel(f"Information about {given} (bits)")
    total = total_words(found.result, source_names, given)
    of = [] if found.result.kept is None else [f"of {found.result.kept.states_words}"]
    poor = [bool(result.undersampled) for result in results]
    said = some_or_all(poor, "undersampled")
    style.headline(ax, total, *of, *basis_words(results), *said)
    return ax


def _labels(found: ConditionalPID) -> list[str]:
    pairs = zip(found.strata, found.weights, strict=True)
    return ["mean over T", *(_label(name, float(weight)) for name, weight in pairs)]


def _label(name: str, weight: float) -> str:
    """The name in two lines at most, and the share of the rows."""
    lines = style.wrapped(legible(name), _LINE).split("\n")
    if len(lines) > _LINES:
        lines = [
            *lines[: _LINES - 1],
            f"{lines[_LINES - 1][: _LINE - 1]}\N{HORIZONTAL ELLIPSIS}",
        ]
    return "\n".join(lines) + f" ({percent_words(round(weight, 2))})"
