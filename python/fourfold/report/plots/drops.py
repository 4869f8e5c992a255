# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Accuracy lost against an atom in bits, a point for each case and modality."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.numbers import check_option
from fourfold.report.plots import style
from fourfold.results.words import legible, percent_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from fourfold.workflows.ablation.result import AblationReport

__all__ = ["plot_drops"]

_ATOMS = ("redundancy", "unique1", "unique2", "synergy", "mi_joint")
_MARKERS = ("o", "s")  # so that the modalities are told apart without colour
_MOST_NAMED = 12  # cases, beyond which names would hide the points
#: Points outwards and upwards at which a name may stand, best first.
_SHIFTS = (
    (0.0, 1.5), (0.0, -9.0), (0.0, 4.0), (0.0, -12.0),
    (14.0, -3.0), (14.0, 12.0), (14.0, -20.0), (40.0, -3.0),
)  # fmt: skip

_FAR = 1e4  # points: beyond any picture

Box = tuple[float, float, float, float]


def plot_drops(
    report: AblationReport,
    ax: Axes | None,
    *,
    atom: str,
    intervention: str | None,
    source_names: tuple[str, str],
) -> Axes:
    """Draw the drops of a report; see `fourfold.AblationReport.plot`."""
    check_option(atom, "atom", ("unique", *_ATOMS))
    name = report.interventions[0] if intervention is None else intervention
    which = report.interventions.index(check_option(name, "intervention", report.interventions))
    names = style.checked_names("plot", source_names)
    if ax is None:
        ax = style.new_axes(
            7.2 + style.more_width(*(f"{name} taken" for name in source_names)), 4.2
        )
    style.hide_spines(ax, "top", "right")
    ax.axhline(0.0, color="black", linewidth=0.8, zorder=1)
    places = [
        _draw(
            ax,
            report,
            modality,
            which,
            f"unique{modality + 1}" if atom == "unique" else atom,
            f"{source} taken away",
        )
        for modality, source in enumerate(source_names)
    ]
    titles = {"unique": "Unique information of what is taken away", "mi_joint": "I(X1,X2;Y)"}
    titles |= dict(zip(_ATOMS, (text.capitalize() for text in names), strict=False))
    ax.set_xlabel(f"{titles[atom]} (bits)")
    ax.set_ylabel(f"Accuracy lost ({name})")
    style.legend_beside(ax, fontsize=style.POINTS + 1, labelspacing=0.9)
    level = percent_words(report.confidence_level)
    style.headline(ax, f"atoms of the {report.target}", f"{level} intervals")
    if len(report.cases) <= _MOST_NAMED:
        _write_names(ax, np.concatenate(places), [*map(legible, report.cases * 2)])
    return ax


def _draw(
    ax: Axes, report: AblationReport, modality: int, which: int, quantity: str, label: str
) -> np.ndarray:
    """Draws one modality; returns the points, shape (C, 2)."""
    at = slice(None), modality, which
    x = report.mi_joint if quantity == "mi_joint" else getattr(report.atoms, quantity)
    y = report.drops[at]
    color = style.COLORS[1 + modality]
    lines: dict[str, Any] = {"colors": color, "linewidth": 1.1, "alpha": 0.7, "zorder": 2}
    ax.vlines(x, report.drops_low[at], report.drops_high[at], **lines)
    if report.low is not None and report.high is not None and quantity != "mi_joint":
        ax.hlines(y, getattr(report.low, quantity), getattr(report.high, quantity), **lines)
    rho = report.correlations[_ATOMS.index(quantity), modality, which]
    if not np.isnan(rho):
        p = report.adjusted_pvalues[_ATOMS.index(quantity), modality, which]
        sign = "\N{MINUS SIGN}" if rho < 0 else ""
        label += f"\nrank correlation {sign}{abs(rho):.2f} (adjusted p {p:.2g})"
    ax.scatter(
        x,
        y,
        s=34,
        color=color,
        marker=_MARKERS[modality],
        edgecolors="white",
        linewidths=0.7,
        zorder=3,
        label=label,
    )
    return np.column_stack([x, y])


def _write_names(ax: Axes, places: np.ndarray, names: Sequence[str]) -> None:
    """Each name beside its point, where it covers no other and stays between the ends of the x axis.

    A line leads to it from further off.
    """
    figure: Any = ax.figure.figure  # the root, should ax be in a subfigure
    figure.draw_without_rendering()  # a constrained layout settles only then
    points = ax.transData.transform(places) * 72.0 / figure.dpi
    taken = [(x - 3.0, y - 3.0, x + 3.0, y + 3.0) for x, y in points]
    left, right_end = ax.get_window_extent().intervalx * 72.0 / figure.dpi
    beside = [(left - _FAR, -_FAR, left, _FAR), (right_end, -_FAR, right_end + _FAR, _FAR)]
    for own, (name, (x, y)) in enumerate(zip(names, points, strict=True)):
        width, found = style.text_width(name, style.POINTS), []
        shifts = itertools.product(_SHIFTS, (5.0, -5.0 - width))
        for (far, up), side in shifts:
            right = side + math.copysign(far, side)
            box = x + right, y + up, x + right + width, y + up + style.POINTS
            others = taken[:own] + taken[own + 1 :] + beside
            covered = sum(_overlap(box, other) for other in others)
            found.append((covered, right, up, far > 0, box))
        _, right, up, far_off, box = min(found, key=lambda candidate: candidate[0])
        taken.append(box)
        line = {
            "arrowstyle": "-",
            "color": style.GREY,
            "linewidth": 0.5,
            "shrinkA": 0,
            "shrinkB": 3,
        }
        ax.annotate(
            name,
            places[own],
            (right, up),
            textcoords="offset points",
            fontsize=style.POINTS,
            arrowprops=line if far_off else None,
            zorder=4,
        )


def _overlap(one: Box, other: Box) -> float:
    """Area that two boxes (left, bottom, right, top) share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(along, 0.0)
