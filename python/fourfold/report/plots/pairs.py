# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A heat map of all pairs of features: one atom above the diagonal, another below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.numbers import check_option, positive_int
from fourfold.report.plots import style
from fourfold.results.atoms import Atoms
from fourfold.results.words import legible
from fourfold.workflows.pairs.screen import RANKINGS, ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.workflows.pairs.result import FeaturePairs

__all__ = ["pairs_size", "plot_pairs"]

_ORDERS = ("clusters", "information", "given")
_USUAL = 60  # features of a picture, unless told otherwise
_MOST_NAMED = 80  # features whose names have room
_LONGEST = 24  # characters of a name
_CELL = 0.125  # inches
_GREY, _DIAGONAL = "0.92", "0.25"
_LEAST_TOLD = 1e-3  # bits of a feature below which it is redundant with nothing


def pairs_size(found: FeaturePairs, most: int | None = _USUAL) -> tuple[float, float]:
    """Inches of the picture: as many cells, names beside them, and three scales."""
    shown = min(len(found.feature_names), most or len(found.feature_names))
    names = [_short(name) for name in found.feature_names]
    widest = max(style.text_width(name, style.POINTS) for name in names) / 72
    side = min(max(_CELL * shown, 3.0), 8.0)
    beside = widest if shown <= _MOST_NAMED else 0.3
    return side + beside + 2.6, side + 0.8 * beside + 0.6


def plot_pairs(
    found: FeaturePairs,
    ax: Axes | None,
    *,
    above: str,
    below: str,
    order: str,
    most: int | None,
) -> Axes:
    """Draw the heat map; see `fourfold.FeaturePairs.plot`."""
    for name, quantity in (("above", above), ("below", below)):
        check_option(quantity, name, tuple(RANKINGS))
    check_option(order, "order", _ORDERS)
    width = len(found.feature_names)
    shown = width if most is None else min(positive_int(most, "most", least=2), width)
    square = {name: _square(found, ranking(found.atoms, name)) for name in (above, below)}
    own = np.maximum(found.information - found.information_bias, 0.0)
    chosen = _ordered(found, _chosen(found, shown), order, own)
    if ax is None:
        ax = style.new_axes(*pairs_size(found, shown))
    row, column = np.indices((shown, shown))
    passed = _square(found, found.passed.astype(float))[np.ix_(chosen, chosen)] > 0
    ax.set_facecolor(_GREY)
    parts = [
        (above, square[above][np.ix_(chosen, chosen)], (row < column) & passed, 0.74),
        (below, square[below][np.ix_(chosen, chosen)], (row > column) & passed, 0.41),
        ("", np.diag(own[chosen]), row == column, 0.08),
    ]
    for quantity, values, where, height in parts:
        _layer(ax, quantity, values, where, height)
    _name_features(ax, [_short(found.feature_names[k]) for k in chosen], shown)
    style.hide_spines(ax, "top", "right", "bottom", "left")
    some = f"{shown} of {width} features" if shown < width else f"{width} features"
    style.headline(
        ax, f"{above} above the diagonal, {below} below it", some,
        "as counted, less estimated bias; grey: not told from nothing",
    )  # fmt: skip
    return ax


def _layer(ax: Axes, quantity: str, values: np.ndarray, where: np.ndarray, low: float) -> None:
    """One of the triangles, or the diagonal, with its scale beside the axes."""
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415  optional

    color = _DIAGONAL if not quantity else style.GREY
    color = {
        **Atoms._asdict(style.COLORS), "unique": style.COLORS.unique1, "gain": "#CC79A7",
    }.get(quantity, color)  # fmt: skip
    shades = LinearSegmentedColormap.from_list("bits", ["white", color])
    kept = np.ma.masked_where(~where, np.maximum(values, 0.0))
    most = float(kept.max()) if where.any() else 0.0
    image = ax.imshow(
        kept, cmap=shades, vmin=0, vmax=most if most > 0 else 1.0, interpolation="nearest"
    )
    place = ax.inset_axes((1.03, low, 0.03, 0.24))
    bar: Any = ax.figure.colorbar(image, cax=place)
    bar.outline.set_visible(False)
    place.tick_params(labelsize=style.POINTS, length=2)
    place.locator_params(nbins=4)
    words = f"{quantity} (bits)" if quantity else "one feature (bits)"
    place.set_title(words, fontsize=style.POINTS, loc="left")


def _name_features(ax: Axes, names: list[str], shown: int) -> None:
    ax.tick_params(length=0)
    if shown > _MOST_NAMED:
        ax.set_xticks([])
        ax.set_yticks([])
        return
    size = style.POINTS if shown <= 40 else style.POINTS - 1.5
    ax.set_xticks(range(shown), names, fontsize=size, rotation=90)
    ax.set_yticks(range(shown), names, fontsize=size)


def _square(found: FeaturePairs, values: np.ndarray) -> np.ndarray:
    """Values of pairs as a symmetric matrix (F, F), zero on its diagonal."""
    width = len(found.feature_names)
    square = np.zeros((width, width))
    first, second = np.triu_indices(width, 1)
    square[first, second] = square[second, first] = values
    return square


def _chosen(found: FeaturePairs, shown: int) -> np.ndarray:
    """So many features: those of the best pairs, then those that tell most by themselves."""
    width = len(found.feature_names)
    if shown == width:
        return np.arange(width)
    of_pairs = found.pairs[found.ranked()].ravel()
    alone = np.argsort(-(found.information - found.information_bias), kind="stable")
    order = np.concatenate([of_pairs, alone])
    _, first = np.unique(order, return_index=True)
    return np.sort(order[np.sort(first)][:shown])


def _ordered(found: FeaturePairs, chosen: np.ndarray, order: str, own: np.ndarray) -> np.ndarray:
    """The features as they are drawn."""
    if order == "given" or len(chosen) < 3:
        return chosen
    if order == "information":
        return chosen[np.argsort(-own[chosen], kind="stable")]
    from scipy.cluster.hierarchy import leaves_list, linkage  # noqa: PLC0415  slow to import

    # how much of what the lesser of two tells both tell
    both = _square(found, found.atoms.redundancy * found.passed)[np.ix_(chosen, chosen)]
    least = np.minimum(own[chosen][:, None], own[chosen])
    share = np.where(least > _LEAST_TOLD, both / np.maximum(least, _LEAST_TOLD), 0.0)
    apart = 1 - np.clip(share, 0.0, 1.0)
    tree = linkage(apart[np.triu_indices(len(chosen), 1)], "average", optimal_ordering=True)
    leaves = leaves_list(tree)
    # those that tell more by themselves first
    half = len(leaves) // 2
    if own[chosen[leaves[:half]]].sum() < own[chosen[leaves[-half:]]].sum():
        leaves = leaves[::-1]
    return np.asarray(chosen[leaves])


def _short(name: str) -> str:
    words = legible(name)
    if len(words) <= _LONGEST:
        return words
    half = _LONGEST // 2
    return f"{words[: half - 1]}\N{HORIZONTAL ELLIPSIS}{words[-half:]}"
