# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A camera and a lidar that see an obstacle, each in its own way, with known atoms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

import fourfold as ff


class Scene(NamedTuple):
    """Labels of N rows, and what is known of each row beside them."""

    camera: np.ndarray
    lidar: np.ndarray
    y: np.ndarray
    by: dict[str, np.ndarray]


def scene(n, seed, noise=0.1):
    """In fog at night only both tell, of glass only the camera, else each what the other does."""
    rng = np.random.default_rng(seed)
    fog, night, glass = (rng.random((3, n)).T < [0.4, 0.5, 0.3]).T
    weather = np.where(fog, "fog", np.where(rng.random(n) < 0.3, "rain", "clear"))
    obstacle, first, second, blind = rng.integers(2, size=(4, n))
    wrong = rng.random((3, n)) < noise
    both = fog & night
    camera = np.where(both, first, obstacle ^ wrong[0])
    lidar = np.where(both, second, np.where(glass, blind, obstacle ^ wrong[1]))
    y = np.where(both, first ^ second ^ wrong[2], obstacle)
    return Scene(camera, lidar, y, {"weather": weather, "night": night, "glass": glass})


def truths(noise=0.1):
    """Atoms of each kind of rows: "fog at night", "glass", "else"."""
    wrong = np.array([[1 - noise, noise], [noise, 1 - noise]])  # of a state, what it is told as
    bits = np.arange(2)
    parity = wrong[bits[:, None] ^ bits] / 4
    each = np.einsum("ki,kj->ijk", wrong, wrong) / 2
    camera = np.einsum("ki,kj->ijk", wrong, np.full((2, 2), 0.5)) / 2
    masses = {"fog at night": parity, "glass": camera, "else": each}
    return {name: ff.decompose(table).atoms for name, table in masses.items()}


def embedded(states, seed, dims=3):
    """Rows (N, dims), of which one column is of the state, far apart."""
    found = np.random.default_rng(seed).standard_normal((len(states), dims))
    found[:, 0] += 4.0 * (2 * states - 1)
    return found
