# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Large soft marginals that solvers fail on, each made again from its seed and index.

They are given without a table: most pairs of states can carry mass in several classes.
"""

from __future__ import annotations

import dataclasses
import zlib
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.clustered import gaussian_counts

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FAMILIES", "LARGE", "SMALL", "MarginalCase", "draw"]

#: Most states of a side in tests, and in the campaign; some families have sides of their own.
SMALL, LARGE = 16, 256
#: Standard deviations of the logarithms by which nearly equal posteriors differ.
DISTANCES = (1.0, 0.1, 0.03, 0.01, 1e-3, 1e-6, 0.0)
#: Decades over which masses of states are spread.
DECADES = (12, 40, 100, 300)
#: Relative differences of states that are called duplicates: none, rounding, and a little more.
JITTERS = (0.0, 1e-15, 1e-12)
#: Gaps in bits that are asked for.
TOLS = (1e-3, 1e-4, 1e-6)


@dataclasses.dataclass(frozen=True)
class MarginalCase:
    """Marginals with one p(y), the gap to solve them to, and what is known of their atoms.

    Attributes
    ----------
    p1y, p2y : ndarray
        Probabilities, shapes (K1, K_Y) and (K2, K_Y).
    tol : float
        Bits.
    known : dict
        Atoms in bits by name.
    """

    p1y: np.ndarray
    p2y: np.ndarray
    tol: float
    known: dict[str, float]


def draw(family: str, seed: int, index: int, most: int) -> MarginalCase:
    """Draw one pair of marginals.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    seed, index : int
        Seed of the run and number of the case within its family.
    most : int
        `SMALL` or `LARGE`.
    """
    # a checksum of the name: other families may come and go without changing this one
    rng = np.random.default_rng([seed, zlib.crc32(family.encode()), most, index])
    p1y, p2y, known = FAMILIES[family](rng, index, most)
    return MarginalCase(p1y, p2y, float(rng.choice(TOLS)), known)


Drawn = tuple[np.ndarray, np.ndarray, dict[str, float]]
EQUAL = {"unique1": 0.0, "unique2": 0.0}


def _states(rng: np.random.Generator, most: int) -> int:
    """Small ones more often: they are quick."""
    return int(most * 10.0 ** rng.uniform(-1.0, 0.0)) + 1


def _classes(rng: np.random.Generator) -> int:
    return int(rng.integers(2, 21))


def _posteriors(rng: np.random.Generator, states: int, classes: int) -> np.ndarray:
    return rng.dirichlet(np.full(classes, rng.choice([0.1, 0.3, 1.0])), size=states)


def _masses(rng: np.random.Generator, states: int) -> np.ndarray:
    """Of one size, or of any."""
    return np.ones(states) if rng.random() < 0.5 else rng.standard_exponential(states)


def _apart(rng: np.random.Generator, posteriors: np.ndarray, distance: float) -> np.ndarray:
    """Posteriors so far from these; zeros stay."""
    others = posteriors * np.exp(distance * rng.standard_normal(posteriors.shape))
    return others / others.sum(axis=1, keepdims=True)


def _matched(p1y: np.ndarray, p2y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of mass 1, with one p(y): p(x2 given y) stays; classes that either lacks are left out."""
    there = (p1y.sum(axis=0) > 0) & (p2y.sum(axis=0) > 0)
    p1y, p2y = (p[:, there] / p[:, there].sum() for p in (p1y, p2y))
    return p1y, p2y * (p1y.sum(axis=0) / p2y.sum(axis=0))


def _shuffled(rng: np.random.Generator, p1y: np.ndarray, p2y: np.ndarray) -> tuple:
    return rng.permutation(p1y), rng.permutation(p2y)


def _near(rng: np.random.Generator, index: int, most: int) -> Drawn:
    """As far apart as `DISTANCES` say in turn, in another order."""
    distance = DISTANCES[index % len(DISTANCES)]
    states, classes = _states(rng, most), _classes(rng)
    posteriors, masses = _posteriors(rng, states, classes), _masses(rng, states)[:, None]
    p1y, p2y = _matched(masses * posteriors, masses * _apart(rng, posteriors, distance))
    p1y, p2y = _shuffled(rng, p1y, p2y)
    return p1y, p2y, EQUAL if distance == 0.0 else {}


def _independent(rng: np.random.Generator, _: int, most: int) -> Drawn:
    """Posteriors of two sources that have nothing to do with each other."""
    classes = _classes(rng)
    first, second = (
        _masses(rng, states)[:, None] * _posteriors(rng, states, classes)
        for states in (_states(rng, most), _states(rng, most))
    )
    return *_matched(first, second), {}


def _unequal_sides(rng: np.random.Generator, index: int, most: int) -> Drawn:
    """Few states beside many, which are noisy copies of them or drawn anew."""
    few, many = (
        ((3, 1000), (40, 700))[index % 2] if most == LARGE else ((3, 60), (8, 40))[index % 2]
    )
    classes = _classes(rng)
    first = _posteriors(rng, few, classes)
    if rng.random() < 0.5:
        second = _posteriors(rng, many, classes)
    else:
        second = _apart(rng, first[rng.integers(few, size=many)], rng.choice(DISTANCES))
    p1y, p2y = _matched(
        _masses(rng, few)[:, None] * first, _masses(rng, many)[:, None] * second
    )
    return (p2y, p1y, {}) if rng.random() < 0.5 else (p1y, p2y, {})


def _with_zeros(rng: np.random.Generator, _: int, most: int) -> Drawn:
    """Classes that a state excludes exactly, in both sources alike or not."""
    states, classes = _states(rng, most), _classes(rng)
    first = _posteriors(rng, states, classes)
    kept = rng.random(first.shape) < rng.choice([0.2, 0.5, 0.8])
    kept[np.arange(states), rng.integers(classes, size=states)] = True
    first = first * kept
    if rng.random() < 0.5:
        second = _apart(rng, first / first.sum(axis=1, keepdims=True), rng.choice(DISTANCES))
    else:
        second = rng.permutation(_posteriors(rng, states, classes) * rng.permutation(kept))
    return *_matched(*_shuffled(rng, first, second)), {}


def _one_class(rng: np.random.Generator, _: int, most: int) -> Drawn:
    """States that are sure of a class among soft ones."""
    states, classes = _states(rng, most), _classes(rng)
    first = _posteriors(rng, states, classes)
    second = _apart(rng, first, rng.choice(DISTANCES))
    for posteriors in (first, second):
        sure = rng.random(states) < rng.choice([0.1, 0.5, 0.9])
        posteriors[sure] = np.eye(classes)[rng.integers(classes, size=sure.sum())]
    masses = _masses(rng, states)[:, None]
    return *_matched(*_shuffled(rng, masses * first, masses * second)), {}


def _over_decades(rng: np.random.Generator, index: int, most: int) -> Drawn:
    """Masses of states over many decades."""
    decades = DECADES[index % len(DECADES)]
    states, classes = _states(rng, most), _classes(rng)
    first = _posteriors(rng, states, classes)
    near = rng.random() < 0.5
    second = (
        _apart(rng, first, rng.choice(DISTANCES)) if near else _posteriors(rng, states, classes)
    )
    masses = 10.0 ** rng.uniform(-decades, 0.0, (2, states, 1))
    masses[:, 0] = 1.0  # some of every class
    first, second = masses[0] * first, masses[0 if near else 1] * second
    return *_matched(first, second), {}


def _duplicated(rng: np.random.Generator, index: int, most: int) -> Drawn:
    """States split into several of one posterior, up to rounding, and all in another order."""
    jitter = JITTERS[index % len(JITTERS)]
    p1y, p2y, known = FAMILIES[str(rng.choice(["nearly equal", "independent"]))](
        rng, index, max(2, most // 3)
    )
    split = []
    for p in (p1y, p2y):
        parent = np.concatenate([np.arange(len(p)), rng.integers(len(p), size=2 * len(p))])
        share = rng.choice([1.0, 0.3, 1e-6], size=len(parent))
        share /= np.bincount(parent, share)[parent]
        copies = (
            share[:, None] * p[parent] * (1.0 + jitter * rng.standard_normal((len(parent), 1)))
        )
        split.append(copies)
    return *_matched(*_shuffled(rng, *split)), known


def _garbled(rng: np.random.Generator, index: int, most: int) -> Drawn:
    """One source is what a channel makes of the other: it has nothing of its own."""
    states, classes = _states(rng, most), _classes(rng)
    p1y = _masses(rng, states)[:, None] * _posteriors(rng, states, classes)
    p1y /= p1y.sum()
    read = _states(rng, most)
    channel = rng.dirichlet(np.full(read, rng.choice([0.02, 0.3, 2.0 / read])), size=states)
    p2y = channel.T @ p1y
    p2y = p2y[p2y.sum(axis=1) > 0]
    p2y *= p1y.sum(axis=0) / p2y.sum(axis=0)  # rounding only
    if index % 2:
        return p2y, p1y, {"unique1": 0.0}
    return p1y, p2y, {"unique2": 0.0}


def _counts(rng: np.random.Generator, index: int, most: int) -> Drawn:
    """Rows of Gaussian classes, clustered."""
    large = most == LARGE
    states = (16, 64, 128, 256)[index % 4] if large else (6, 12)[index % 2]
    table = gaussian_counts(20_000 if large else 400, states, int(rng.integers(2**31)))
    return table.sum(axis=1), table.sum(axis=0), {}


FAMILIES: dict[str, Callable[[np.random.Generator, int, int], Drawn]] = {
    "nearly equal": _near,
    "independent": _independent,
    "few states beside many": _unequal_sides,
    "zeros in posteriors": _with_zeros,
    "one-class states": _one_class,
    "masses over decades": _over_decades,
    "duplicated, permuted": _duplicated,
    "one source garbled": _garbled,
    "clustered counts": _counts,
}
