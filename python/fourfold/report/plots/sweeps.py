# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Lines of the four atoms against the setting of a sweep, in bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.report.plots import style
from fourfold.results.words import percent_words, setting_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from fourfold.results.words import Clusters
    from fourfold.workflows.sweeps.cluster_sweep import ClusterSweep
    from fourfold.workflows.sweeps.noise_sweep import NoiseSweep
    from fourfold.workflows.sweeps.sweep import Sweep

__all__ = ["axis_limits", "draw_atoms", "finish", "plot_clusters", "plot_noise", "shade"]

_MARKERS = ("o", "s", "^", "D")  # so that the atoms are told apart without colour
_SHADE = "0.91"
_POINTS = 9.0
_SHORT = 12  # characters of a name that leave room for more words


def plot_clusters(
    sweep: ClusterSweep, ax: Axes | None, *, source_names: tuple[str, str], target_name: str
) -> Axes:
    """Draw a sweep of clusters; see `fourfold.ClusterSweep.plot`."""
    labels = [setting_words(setting) for setting in sweep.n_clusters]
    places = _log2_places(sweep.n_clusters)
    ax = _curves(ax, sweep, places, source_names, target_name)
    _draw_plug_in(ax, sweep, places)
    _draw_held_out(ax, sweep, places)
    shade(ax, places, sweep.undersampled, "undersampled")
    if sweep.recommended is not None:
        best = sweep.n_clusters.index(sweep.recommended)
        ax.axvline(
            places[best],
            color="black",
            linewidth=1.0,
            linestyle=":",
            zorder=1,
            label=f"recommended: {labels[best]}",
        )
    ax.set_xlabel("Clusters of each source")
    return _labelled(ax, sweep, places, labels)


def plot_noise(
    sweep: NoiseSweep, ax: Axes | None, *, source_names: tuple[str, str], target_name: str
) -> Axes:
    """Draw a sweep of noise; see `fourfold.NoiseSweep.plot`."""
    places = _octave_places(sweep.levels)
    ax = _curves(ax, sweep, places, source_names, target_name)
    if sweep.undersampled is not None:
        shade(ax, places, sweep.undersampled, "undersampled")
    noisy = source_names[sweep.source - 1]
    break_or_blank = (
        "\n" if len(noisy) > _SHORT else " "
    )  # the label is to be no wider than the axes
    ax.set_xlabel(f"Noise added to {noisy}{break_or_blank}(standard deviations of each column)")
    return _labelled(ax, sweep, places, [f"{level:g}" for level in sweep.levels])


def _curves(
    ax: Axes | None,
    sweep: Sweep,
    places: np.ndarray,
    source_names: tuple[str, str],
    target_name: str,
) -> Axes:
    names = style.checked_names("plot", source_names)
    ax = style.new_axes(7.0 + style.more_width(*names), 4.0) if ax is None else ax
    ax.set_xlim(*axis_limits(places))
    draw_atoms(ax, sweep, places, names, target_name)
    return ax


def _labelled(ax: Axes, sweep: Sweep, places: np.ndarray, labels: Sequence[str]) -> Axes:
    ax.set_xticks(places, labels)
    ax.minorticks_off()
    finish(ax, sweep)
    _turn_crowded_labels(ax, places, labels)
    return ax


def draw_atoms(
    ax: Axes, sweep: Sweep, places: np.ndarray, names: Sequence[str], target_name: str
) -> None:
    """Draw a line with its intervals for each atom, in bits, at the places of the settings."""
    for k, (name, values) in enumerate(zip(names, sweep.atoms, strict=True)):
        how: dict[str, Any] = {
            "color": style.COLORS[k],
            "marker": _MARKERS[k],
            "markersize": 5,
            "linewidth": 1.8,
            "label": name,
            "zorder": 3,
        }
        order, beside = _beside(ax, places, k)
        ax.plot(beside, values[order], **how)
        if sweep.low is not None and sweep.high is not None:
            ends = sweep.low[k][order], sweep.high[k][order]
            ax.vlines(beside, *ends, colors=style.COLORS[k], linewidth=1.3, zorder=2)
            ax.fill_between(beside, *ends, color=style.COLORS[k], alpha=0.1, linewidth=0)
        elif sweep.decoded is not None:
            error = sweep.decoded.standard_error[k][order]
            ends = values[order] - error, values[order] + error
            ax.vlines(beside, *ends, colors=style.COLORS[k], linewidth=1.3, zorder=2)
    level = percent_words(sweep.confidence_level)
    words = f"{level} interval" if sweep.low is not None else ""
    if sweep.decoded is not None:
        words = "± sampling error alone"
    if words:
        ax.plot([], [], color=style.GREY, linewidth=1.3, label=words)
    ax.axhline(0.0, color="black", linewidth=0.8, zorder=1)
    ax.set_ylabel(f"Information about {target_name} (bits)")


def _draw_plug_in(ax: Axes, sweep: Sweep, places: np.ndarray) -> None:
    how: dict[str, Any] = {"linestyle": (0, (4, 2)), "linewidth": 1.2}
    if len(places) == 1:  # of which there is no line to be seen
        how |= {"marker": "_", "markersize": 9}
    for k, values in enumerate(sweep.plug_in):
        order, beside = _beside(ax, places, k)
        ax.plot(beside, values[order], color=style.COLORS[k], **how)
    ax.plot([], [], color=style.GREY, label="without correction", **how)


def _draw_held_out(ax: Axes, sweep: ClusterSweep, places: np.ndarray) -> None:
    """What clusters tell about held-out rows, and how much a probe of the embeddings does."""
    order = np.argsort(places, kind="stable")
    how: dict[str, Any] = {"color": "black", "linestyle": "-.", "linewidth": 1.2}
    known = sweep.held_out[order]
    ax.plot(places[order], known, marker="x", markersize=5, label="held-out: clusters", **how)
    if not sweep.probe.why_not:
        found = sweep.probe.information[2]
        ax.axhline(found, label="held-out: probe", **(how | {"color": style.GREY}))


def _beside(ax: Axes, places: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Order of the places, and where atom k goes: whiskers would hide each other."""
    order = np.argsort(places, kind="stable")
    low, high = ax.get_xlim()
    apart = np.diff(places[order]).min(initial=np.inf)
    return order, places[order] + (k - 1.5) * min(0.009 * (high - low), 0.15 * apart)


def _log2_places(settings: Sequence[Clusters]) -> np.ndarray:
    """log2 of the clusters of each source; one after the other where pairs would coincide."""
    places = np.array([np.log2(setting).mean() for setting in settings])
    if len(set(places.tolist())) == len(set(settings)):
        return places
    return np.arange(len(settings), dtype=np.float64)


def _octave_places(levels: np.ndarray) -> np.ndarray:
    """log2 of the levels, and zero an octave to the left of the smallest above it."""
    positive = levels[levels > 0]
    if not len(positive):
        return np.zeros(len(levels))
    least = positive.min()
    return np.where(levels > 0, np.log2(np.maximum(levels, least) / least), -1.0)


def axis_limits(places: np.ndarray) -> tuple[float, float]:
    """Ends of the x axis: some room on both sides of the places."""
    low, high = float(places.min()), float(places.max())
    room = 0.06 * (high - low) or 0.5
    return low - room, high + room


def shade(ax: Axes, places: np.ndarray, which: np.ndarray, label: str) -> None:
    """Grey from half way to the one neighbour to half way to the other."""
    order = np.argsort(places, kind="stable")
    sorted_places = places[order]
    low, high = ax.get_xlim()
    edges = [low, *((sorted_places[1:] + sorted_places[:-1]) / 2).tolist(), high]
    for position, k in enumerate(order):
        if which[k]:
            ax.axvspan(
                edges[position],
                edges[position + 1],
                color=_SHADE,
                linewidth=0,
                zorder=0,
                label=label,
            )
            label = "_"  # once in the legend


def finish(ax: Axes, sweep: Sweep, *, same_samples: bool = True) -> None:
    """Axes made plain, what the numbers are of, and the legend to the right."""
    style.hide_spines(ax, "top", "right")
    words = [f"{sweep.results[0][0].n_samples} samples"] if same_samples else []
    style.legend_beside(ax, fontsize=_POINTS, handlelength=2.2)
    style.headline(ax, *words, *sweep.words(), *sweep.of_seeds())


def _turn_crowded_labels(ax: Axes, places: np.ndarray, labels: Sequence[str]) -> None:
    points, size = style.points_per_unit(ax)[0], style.label_size(ax)
    order = np.argsort(places, kind="stable")
    widths = np.array([style.text_width(label, size) for label in labels])[order]
    between = np.diff(places[order]) * points
    if np.any((widths[1:] + widths[:-1]) / 2 + 4 > between):
        style.turn_labels(ax)
