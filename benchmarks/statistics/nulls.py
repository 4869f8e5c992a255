# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random tables of which some atoms are zero, each for a reason of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import fourfold
from benchmarks.statistics.truths import FAMILIES, channel, with_noise
from fourfold import gates

if TYPE_CHECKING:
    from benchmarks.statistics.truths import Maker, Shape

__all__ = ["NULLS", "TWO_BY_TWO", "ZERO", "exact_statistics"]

#: Of y where it is the sum of the sources modulo 3, and of each part of y in "own parts".
XOR_NOISE, PART_NOISE = 0.2, 0.2
#: Information below this is none, in bits.
NOTHING = 1e-10


def _only_sources(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """Sources that depend on each other, and a target that depends on neither."""
    k1, k2, ky = shape
    pairs = rng.dirichlet(np.full(k1 * k2, 0.5)).reshape(k1, k2)
    return pairs[..., None] * rng.dirichlet(np.full(ky, 3.0))


def _markov(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """Y - X2 - X1."""
    k1, k2, ky = shape
    p_x2 = rng.dirichlet(np.full(k2, 3.0))
    return np.einsum("j,ji,jy->ijy", p_x2, channel(k2, k1, rng), channel(k2, ky, rng))


def _least_informative(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """The coupling of a random table that attains its union information."""
    table = FAMILIES["gamma"](shape, rng)
    coupling = fourfold.decompose(table, tol=1e-7, num_threads=1).coupling()
    return coupling / coupling.sum()


def _degraded(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    return np.array(gates.blackwell(*shape, random_state=rng).pmf)


def _own_parts(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """y = (y1, y2), two independent bits; x1 is about y1 only, x2 about y2 only."""
    k1, k2, _ = shape
    parts = []
    for k in (k1, k2):
        bit = rng.dirichlet(np.full(2, 5.0))
        parts.append((bit[:, None] * channel(2, k, rng)).T)  # p(x, bit)
    return np.einsum("ia,jb->ijab", *parts).reshape(k1, k2, 4)


def _pure_noise(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """X2 is independent of X1 and Y."""
    k1, k2, ky = shape
    p_x1y = rng.dirichlet(np.full(k1 * ky, 0.5)).reshape(k1, 1, ky)
    return p_x1y * rng.dirichlet(np.full(k2, 3.0))[:, None]


def _parity(shape: Shape, _: np.random.Generator) -> np.ndarray:
    """y = x1 + x2 modulo the number of states, uniform and independent sources, with noise."""
    states = shape[0]
    y = np.add.outer(np.arange(states), np.arange(states)) % states
    return with_noise(np.eye(states)[y] / states**2, XOR_NOISE)


NULLS: dict[str, Maker] = {
    "all independent": FAMILIES["independent"],
    "target independent": _only_sources,
    "Markov chain Y-X2-X1": _markov,
    "least informative coupling": _least_informative,
    "X1 a degraded X2": _degraded,
    "own parts": _own_parts,
    "X2 pure noise": _pure_noise,
    "noisy sum": _parity,
}

#: Atoms that are zero by construction.
ZERO: dict[str, tuple[str, ...]] = {
    "all independent": ("redundancy", "unique1", "unique2", "synergy"),
    "target independent": ("redundancy", "unique1", "unique2", "synergy"),
    "Markov chain Y-X2-X1": ("unique1", "synergy"),
    "least informative coupling": ("synergy",),
    "X1 a degraded X2": ("unique1",),
    "own parts": ("redundancy", "synergy"),
    "X2 pure noise": ("redundancy", "unique2", "synergy"),
    "noisy sum": ("redundancy", "unique1", "unique2"),
}


#: Families of random tables that are products of functions of two variables each.
TWO_BY_TWO = (
    "independent",
    "conditionally independent",
    "copy",
    "log-linear",
    *(name for name in NULLS if name != "noisy sum"),
)


def exact_statistics(pmf: np.ndarray) -> tuple[str, ...]:
    """Statistics whose permutation test is exact for samples of this table, but the interaction's.

    Those of the information, U1 and U2 if the sources say nothing about Y, that of I(X1;Y|X2) if Y is
    independent of X1 given X2, that of I(X2;Y|X1) likewise, and that of the redundancy if X1 or
    X2 is independent of everything else (in this case it takes the larger of two p-values, so it
    rejects at most as often as the level says).
    """
    all_three = _entropy(pmf, (0, 1, 2))
    joint = _entropy(pmf, (2,)) + _entropy(pmf, (0, 1)) - all_three
    given2 = _entropy(pmf, (1, 2)) + _entropy(pmf, (0, 1)) - _entropy(pmf, (1,)) - all_three
    given1 = _entropy(pmf, (0, 2)) + _entropy(pmf, (0, 1)) - _entropy(pmf, (0,)) - all_three
    alone1 = _entropy(pmf, (0,)) + _entropy(pmf, (1, 2)) - all_three
    alone2 = _entropy(pmf, (1,)) + _entropy(pmf, (0, 2)) - all_three
    found = {
        "redundancy": min(alone1, alone2),
        "information": joint,
        "unique1": joint,
        "unique2": joint,
        "conditional1": given2,
        "conditional2": given1,
    }
    return tuple(name for name, information in found.items() if information < NOTHING)


def _entropy(pmf: np.ndarray, axes: tuple[int, ...]) -> float:
    """Of these variables, in bits."""
    others = tuple(axis for axis in range(3) if axis not in axes)
    masses = pmf.sum(axis=others)
    masses = masses[masses > 0]
    return float(-(masses * np.log2(masses)).sum())
