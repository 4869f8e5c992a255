# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fixed tables with R, U1 and U2 and no synergy, and with as much of it as is asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

import fourfold
from benchmarks.statistics.mixtures import clustered_table
from benchmarks.statistics.structured import SMALLER
from benchmarks.statistics.truths import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CASES", "NO_SYNERGY", "TARGETED"]

TOL = 1e-7
#: Of the bisection of a weight.
HALVINGS = 30
GAMMA = (8, 8, 4)

#: Where the synergy of a case comes from.
SOURCES: dict[str, Callable[[int], np.ndarray]] = {
    **SMALLER,
    "gamma": lambda seed: FAMILIES["gamma"](GAMMA, np.random.default_rng([seed, 8])),
    "K-means, 16 clusters": lambda seed: clustered_table(16, seed),
}
#: Synergies in bits at which the power is measured; the first three have a target.
POWER: dict[str, tuple[float, ...]] = {
    "labels without noise": (0.098,),
    "K-means, 16 clusters": (0.069,),
    "XOR beside unique bits": (0.047,),
    "Zipf": (0.036, 0.085),
    "gamma": (0.077,),
}


@cache
def _made(name: str, seed: int) -> np.ndarray:
    return SOURCES[name](seed)


@cache
def _least_informative(name: str, seed: int) -> np.ndarray:
    """The coupling q* of its pairwise margins: the same R, U1 and U2, and S = 0."""
    pmf = _made(name, seed)
    coupling = fourfold.decompose(pmf, tol=TOL, num_threads=1).coupling()
    return np.array(coupling / coupling.sum())


def _with_synergy(name: str, bits: float, seed: int) -> np.ndarray:
    """q* mixed with the table itself, which keeps R, U1 and U2."""
    pmf, coupling = _made(name, seed), _least_informative(name, seed)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        weight = (low + high) / 2
        mixed = (1 - weight) * coupling + weight * pmf
        synergy = fourfold.decompose(mixed, tol=TOL, num_threads=1).atoms.synergy
        low, high = (low, weight) if synergy > bits else (weight, high)
    return mixed


def _no_synergy(name: str) -> Callable[[int], np.ndarray]:
    # a copy has none as it is
    return lambda seed: (
        _made(name, seed) if name == "redundant copy" else _least_informative(name, seed)
    )


def _some(name: str, bits: float) -> Callable[[int], np.ndarray]:
    return lambda seed: _with_synergy(name, bits, seed)


NO_SYNERGY = {f"{name}, S = 0": _no_synergy(name) for name in SOURCES}
#: All of them by name: the seed makes the table.
CASES = NO_SYNERGY | {
    f"{name}, S = {bits:g}": _some(name, bits)
    for name, sizes in POWER.items()
    for bits in sizes
}
#: The power of which has a target.
TARGETED = [f"{name}, S = {sizes[0]:g}" for name, sizes in list(POWER.items())[:3]]
