# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms of layers as lines, and of data sets as groups of bars, in bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.inputs.numbers import check_option
from fourfold.report.plots import style
from fourfold.report.plots.sweeps import axis_limits, draw_atoms, finish, shade
from fourfold.results.words import legible, percent_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from fourfold.workflows.sweeps.dataset_profile import DatasetProfile
    from fourfold.workflows.sweeps.layer_profile import LayerProfile
    from fourfold.workflows.sweeps.sweep import Sweep

__all__ = ["plot_datasets", "plot_layers"]

_BAR = 0.19  # where the distance between data sets is 1
_CLEAR = 4.0  # points between labels of the axis
_LONGEST = 24  # characters of a label of a layer


def plot_layers(
    profile: LayerProfile,
    ax: Axes | None,
    *,
    what: str,
    source_names: tuple[str, str],
    target_name: str,
) -> Axes:
    """Draw atoms or contributions of layers; see `fourfold.LayerProfile.plot`."""
    atoms = style.checked_names("plot", source_names)
    check_option(what, "what", ("atoms", "contributions"))
    ax = style.new_axes(7.0 + style.more_width(*atoms), 4.0) if ax is None else ax
    places = np.arange(len(profile.layers), dtype=np.float64)
    ax.set_xlim(*axis_limits(places))
    if what == "atoms":
        draw_atoms(ax, profile, places, atoms, target_name)
    else:
        _draw_contributions(ax, profile, places, source_names)
    if profile.undersampled is not None:
        shade(ax, places, profile.undersampled, "undersampled")
    if profile.gaussian is not None:
        shade(ax, places, profile.gaussian.not_gaussian, "not Gaussian")
    prefix, suffix = _common_ends(profile.layers)
    ax.set_xlabel(f"Layer ({prefix}*{suffix})" if prefix or suffix else "Layer")
    finish(ax, profile)
    names = [name[len(prefix) : len(name) - len(suffix)] for name in profile.layers]
    _label_layers(ax, places, _ends_of_long(names))
    return ax


def plot_datasets(
    profile: DatasetProfile, ax: Axes | None, *, source_names: tuple[str, str], target_name: str
) -> Axes:
    """Draw data sets as groups of four bars; see `fourfold.DatasetProfile.plot`."""
    names = style.checked_names("plot", source_names)
    places = np.arange(len(profile.datasets), dtype=np.float64)
    if ax is None:
        width = max(5.0, 2.5 + 1.3 * len(places)) + style.more_width(*names)
        ax = style.new_axes(width, 3.8)
    ax.set_xlim(-0.6, places[-1] + 0.6)
    for k, (name, values) in enumerate(zip(names, profile.atoms, strict=True)):
        beside = places + (k - 1.5) * _BAR
        # named bar by bar: legends show lines, single bars, whiskers, and only then groups
        labels = [name, *("_" * (len(places) - 1))]
        ax.bar(
            beside, values, width=0.92 * _BAR, color=style.COLORS[k], label=labels, linewidth=0
        )
        if profile.low is not None and profile.high is not None:
            ends = profile.low[k], profile.high[k]
            level = f"{percent_words(profile.confidence_level)} interval" if k == 3 else "_"
            ax.vlines(beside, *ends, colors="black", linewidth=1.1, label=level)
        elif profile.decoded is not None:
            error = profile.decoded.standard_error[k]
            ends = values - error, values + error
            level = "± sampling error alone" if k == 3 else "_"
            ax.vlines(beside, *ends, colors="black", linewidth=1.1, label=level)
    ax.axhline(0.0, color="black", linewidth=0.8)
    ax.set_ylabel(f"Information about {target_name} (bits)")
    if profile.undersampled is not None:
        shade(ax, places, profile.undersampled, "undersampled")
    if profile.gaussian is not None:
        shade(ax, places, profile.gaussian.not_gaussian, "not Gaussian")
    finish(ax, profile, same_samples=False)
    _label_layers(ax, places, profile.datasets, every=True)
    return ax


def _draw_contributions(
    ax: Axes, profile: Sweep, places: np.ndarray, source_names: Sequence[str]
) -> None:
    for k, name in enumerate(source_names):
        color = style.COLORS[k + 1]
        values = profile.contributions[:, k].copy()
        if profile.contribution_intervals is not None:  # of which nothing is known if it is all
            values[np.ptp(profile.contribution_intervals[:, k], axis=1) >= 1.0] = np.nan
        marker = "s^"[k]
        ax.plot(
            places, values, color=color, marker=marker, markersize=5, linewidth=1.8, label=name
        )
        if profile.contribution_intervals is not None:
            low, high = profile.contribution_intervals[:, k].T
            ax.fill_between(places, low, high, color=color, alpha=0.15, linewidth=0)
            ax.vlines(places, low, high, colors=color, linewidth=1.3)
    if profile.contribution_intervals is not None:
        level = f"{percent_words(profile.confidence_level)} interval"
        ax.plot([], [], color=style.GREY, linewidth=1.3, label=level)
    ax.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
    ax.set_ylim(-0.02, 1.02)
    ax.set_ylabel("Share of U1 + U2")


def _common_ends(names: Sequence[str]) -> tuple[str, str]:
    """The parts between dots that all names begin and end with, as names of modules do."""
    parts = [name.split(".") for name in names]
    most = min(map(len, parts)) - 1  # of which something is left of each name
    if len(names) < 2 or most < 1:
        return "", ""
    first = _common(parts, most)
    last = _common([part[::-1] for part in parts], most - first)
    any_name = parts[0]
    return (
        "".join(f"{part}." for part in any_name[:first]),
        "".join(f".{part}" for part in any_name[len(any_name) - last :]),
    )


def _common(parts: Sequence[Sequence[str]], most: int) -> int:
    """How many of the first parts all have in common, at most that many."""
    same = 0
    while same < most and len({part[same] for part in parts}) == 1:
        same += 1
    return same


def _ends_of_long(names: Sequence[str]) -> list[str]:
    """Names, of long ones the end, where names of modules differ, as long as all still do."""
    short = [name if len(name) <= _LONGEST else "…" + name[1 - _LONGEST :] for name in names]
    return short if len(set(short)) == len(short) else list(names)


def _label_layers(
    ax: Axes, places: np.ndarray, names: Sequence[str], *, every: bool = False
) -> None:
    """All names where they fit; else turned, and of very many only some."""
    names = [legible(name) for name in names]
    ax.set_xticks(places, names)
    slot, size = style.points_per_unit(ax)[0], style.label_size(ax)
    widest = max(style.text_width(name, size) for name in names)
    if widest + _CLEAR <= slot:
        return
    numbers = all(name.isdigit() for name in names)
    step = 1
    if not every:
        needed = widest + _CLEAR if numbers else 1.6 * size
        step = int(np.ceil(needed / slot))
    ax.set_xticks(places[::step], names[::step])
    if not numbers:
        style.turn_labels(ax)
