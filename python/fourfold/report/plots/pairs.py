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
_CELL = 0.16  # inches
_ALIKE = 0.1  # share that is redundant, from which on two features are kin
_GREY, _DIAGONAL = "0.92", "0.25"
_LEAST_TOLD = 1e-3  # bits of a pair below which nothing of it is redundant


def pairs_size(found: FeaturePairs, most: int | None = _USUAL) -> tuple[float, float]:
    """Inches of the picture: as many cells, names beside them, and three scales."""
    shown = min(len(found.feature_names), most or len(found.feature_names))
    names = [_short(name) for name in found.feature_names]
    widest = max(style.text_width(name, style.POINTS) for name in names) / 72
    side = min(max(_CELL * shown, 3.4), 8.0)
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
    chosen = _chosen(found, shown, (above, below))
    chosen = _ordered(found, chosen, order, own, square[above])
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
        "as counted, less estimated bias; grey: did not pass the test",
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


def _chosen(found: FeaturePairs, shown: int, quantities: tuple[str, str]) -> np.ndarray:
    """So many features: by turns of the best pairs in both quantities, and what tells most alone."""
    alone = np.argsort(found.information_bias - found.information, kind="stable")
    orders = [
        *(_first(found.pairs[found.ranked(name)].ravel()) for name in quantities),
        alone,
    ]
    chosen: dict[int, None] = {}
    for turn in range(len(alone)):
        for order in orders:
            if turn < len(order) and len(chosen) < shown:
                chosen[int(order[turn])] = None
    return np.sort([*chosen])


def _first(features: np.ndarray) -> np.ndarray:
    """Each once, where it comes first."""
    _, places = np.unique(features, return_index=True)
    return np.asarray(features[np.sort(places)])


def _ordered(
    found: FeaturePairs, chosen: np.ndarray, order: str, own: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """The features as they are drawn: redundant ones side by side, then the others."""
    if order == "given" or len(chosen) < 3:
        return chosen
    if order == "information":
        return chosen[np.argsort(-own[chosen], kind="stable")]
    from scipy.cluster.hierarchy import leaves_list, linkage  # noqa: PLC0415  slow to import

    # how much of what either of two tells both tell
    redundancy, unique1, unique2, _ = np.maximum(found.atoms, 0.0) * found.passed
    either = redundancy + unique1 + unique2
    told = redundancy > max(_LEAST_TOLD, _ALIKE * redundancy.max(initial=0.0))
    share = np.where(told, redundancy / np.maximum(either, _LEAST_TOLD), 0.0)
    alike = _square(found, share)[np.ix_(chosen, chosen)]
    kin = alike.max(0) >= _ALIKE
    first, rest = chosen[kin], chosen[~kin]
    most = (above * _square(found, found.passed.astype(float))).max(0)
    rest = rest[np.argsort(-most[rest], kind="stable")]
    if len(first) < 3:
        return np.concatenate([first, rest])
    apart = 1 - alike[np.ix_(kin, kin)]
    tree = linkage(apart[np.triu_indices(len(first), 1)], "average", optimal_ordering=True)
    first = first[leaves_list(tree)]
    half = len(first) // 2
    if own[first[:half]].sum() < own[first[-half:]].sum():  # those that tell more by themselves
        first = first[::-1]
    return np.concatenate([first, rest])


def _short(name: str) -> str:
    words = legible(name)
    if len(words) <= _LONGEST:
        return words
    half = _LONGEST // 2
    return f"{words[: half - 1]}\N{HORIZONTAL ELLIPSIS}{words[-half:]}"
