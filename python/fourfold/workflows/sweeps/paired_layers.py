# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Layers of two models beside each other: by their names, or by relative depth."""

from __future__ import annotations

from typing import Any

__all__ = ["PAIRINGS", "paired_layers"]

PAIRINGS = ("name", "depth")

Layers = dict[str, Any]


def paired_layers(layered: dict[str, Layers], pairing: str) -> dict[str, Layers]:
    """The same names in the same order in all.

    Parameters
    ----------
    layered : dict of dict
        Layers by name, of each argument.
    pairing : {"name", "depth"}
        "name" needs the same names. "depth" takes as many layers as the shallowest has: k of them,
        whose j-th goes with the layer at the same share j / (k - 1) of the depth of each, first with
        first and last with last; between two layers the nearest, the deeper of two as near. Their
        name is that of both.

    Raises
    ------
    ValueError
        If names differ, or one layer is to be paired by depth with several.
    """
    if pairing not in PAIRINGS:
        msg = f"pairing: got {pairing!r}; expected 'name' or 'depth'"
        raise ValueError(msg)
    if pairing == "depth":
        return _by_depth(layered)
    (first, names), *others = layered.items()
    for other, layers in others:
        if set(names) == set(layers):
            continue
        only = sorted(set(names) ^ set(layers))
        some = ", ".join(map(repr, only[:8])) + (", ..." if len(only) > 8 else "")
        msg = (
            f"{first}, {other}: expected the same layers, but {some} in one of them only, as {first} "
            f"has {len(names)} and {other} {len(layers)}; pairing='depth' pairs them by relative "
            "depth, and fourfold.profile_grid takes any pairs of layers"
        )
        raise ValueError(msg)
    return layered


def _by_depth(layered: dict[str, Layers]) -> dict[str, Layers]:
    depths = {name: len(layers) for name, layers in layered.items()}
    kept = min(depths.values())
    if kept == 1 < max(depths.values()):
        one = min(depths, key=depths.__getitem__)
        msg = (
            f"{one}: one layer has no depth relative to others; give its array itself, which is then "
            "the source at every layer"
        )
        raise ValueError(msg)
    chosen = {
        name: [[*layers][_place(j, kept, len(layers))] for j in range(kept)]
        for name, layers in layered.items()
    }
    names = [
        " + ".join(dict.fromkeys(several)) for several in zip(*chosen.values(), strict=True)
    ]
    return {
        name: {both: layered[name][own] for both, own in zip(names, chosen[name], strict=True)}
        for name in layered
    }


def _place(j: int, kept: int, depth: int) -> int:
    """Where the j-th of so many layers is in a model of this depth: halves are rounded up."""
    return j if kept == 1 else (2 * j * (depth - 1) + kept - 1) // (2 * (kept - 1))
