# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A number of each model on each data set as a heat map, families together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.plots import style
from fourfold.results.atoms import Atoms
from fourfold.results.words import decimals, legible

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.workflows.families.result import ModelProfiles

__all__ = ["plot_models", "size_of", "write_numbers"]

_CELL = (0.62, 0.24)  # inches, so that a number has room
_MOST_WRITTEN = 600  # cells, beyond which numbers would be a texture
_LONGEST = 28  # characters of a name
_LIGHT = 0.48  # luminance below which numbers are white


def size_of(found: ModelProfiles) -> tuple[float, float]:
    """Inches of the picture: as many cells, and the names beside them."""
    widest = max(style.text_width(name, style.POINTS) for name in _names(found.models))
    kin = max(style.text_width(name, style.POINTS) for name in found.families or ("",))
    below = max(style.text_width(name, style.POINTS) for name in _names(found.datasets))
    across = _CELL[0] * len(found.datasets) + (widest + kin) / 72 + 1.5
    along = _CELL[1] * len(found.models) + min(below / 72, 1.6) + 0.7
    return max(across, 3.4), max(along, 2.2)


def plot_models(found: ModelProfiles, ax: Axes | None, *, quantity: str) -> Axes:
    """Draw a quantity of all models; see `fourfold.ModelProfiles.plot`."""
    values = found.quantity(quantity)
    order, kin = _order(found)
    values = values[order]
    if ax is None:
        ax = style.new_axes(*size_of(found))
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415  optional

    atom = quantity.removesuffix("_share")
    color = getattr(style.COLORS, atom) if atom in Atoms._fields else style.GREY
    shades = LinearSegmentedColormap.from_list("atom", ["white", color])
    known = values[~np.isnan(values)]
    least, most = (
        (min(float(known.min()), 0.0), float(known.max())) if len(known) else (0.0, 1.0)
    )
    ax.set_facecolor("0.93")  # of what is not known
    image = ax.imshow(
        np.ma.masked_invalid(values), cmap=shades, vmin=least,
        vmax=most if most > least else least + 1.0, aspect="auto", interpolation="nearest",
    )  # fmt: skip
    if values.size <= _MOST_WRITTEN:
        write_numbers(ax, values, image)
    ax.set_xticks(range(len(found.datasets)), _names(found.datasets), fontsize=style.POINTS)
    names = [_names(found.models)[k] for k in order]
    ax.set_yticks(range(len(names)), names, fontsize=style.POINTS)
    ax.tick_params(length=0)
    style.turn_labels(ax)
    style.hide_spines(ax, "top", "right", "bottom", "left")
    for name, (first, last) in kin.items():
        if last < len(names) - 1:
            ax.axhline(last + 0.5, color=style.GREY, linewidth=0.8)
        ax.annotate(
            legible(name), (1.0, (first + last) / 2), xycoords=("axes fraction", "data"),
            xytext=(6, 0), textcoords="offset points", va="center", fontsize=style.POINTS, color=style.GREY,
        )  # fmt: skip
    unit = (
        ""
        if quantity in found.columns
        else (", share of I(X1,X2;Y)" if atom != quantity else ", bits")
    )
    style.headline(ax, f"{atom.replace('mi_joint', 'I(X1,X2;Y)')}{unit}", found.estimator)
    return ax


def _order(found: ModelProfiles) -> tuple[list[int], dict[str, tuple[int, int]]]:
    """Models with families together, as they come, and the first and last row of each."""
    if found.families is None:
        return [*range(len(found.models))], {}
    names = list(dict.fromkeys(found.families))
    order = sorted(range(len(found.models)), key=lambda k: names.index(found.families[k]))  # type: ignore[index]
    rows: dict[str, tuple[int, int]] = {}
    for row, k in enumerate(order):
        name = found.families[k]
        rows[name] = rows.get(name, (row, row))[0], row
    return order, rows


def _names(names: tuple[str, ...]) -> list[str]:
    """Those that are too long without their middle, and whole where two would read alike."""
    half = _LONGEST // 2
    whole = [*map(legible, names)]
    shown = [
        name
        if len(name) <= _LONGEST
        else f"{name[: half - 1]}\N{HORIZONTAL ELLIPSIS}{name[-half:]}"
        for name in whole
    ]
    return [
        short if shown.count(short) == 1 else name
        for short, name in zip(shown, whole, strict=True)
    ]


def write_numbers(ax: Axes, values: np.ndarray, image: Any) -> None:
    """Each number in its cell, white where the cell is dark."""
    red, green, blue = image.to_rgba(values)[..., :3].transpose(2, 0, 1)
    light = 0.3 * red + 0.6 * green + 0.1 * blue > _LIGHT
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            text = (
                decimals(value, 2).replace("-", "\N{MINUS SIGN}")
                if abs(value) < 100
                else f"{value:.3g}"
            )
            ax.text(
                column, row, text, ha="center", va="center", fontsize=style.POINTS - 1,
                color="black" if light[row, column] else "white",
            )  # fmt: skip
