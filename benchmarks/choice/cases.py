# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The problems that the choice of a method is judged on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.families import FAMILIES
from benchmarks.peers.gaussian_posteriors import gaussian_posteriors
from benchmarks.peers.instances import dense_tall, two_marginals
from benchmarks.peers.soft import KINDS, draw_marginals, soft_marginals

if TYPE_CHECKING:
    from collections.abc import Callable

    Marginals = tuple[np.ndarray, np.ndarray]

__all__ = ["CASES", "QUICK"]


def degraded(states: int, classes: int, seed: int) -> Marginals:
    """Draw p(x1,y), and X2 as what a random channel makes of X1: U2 = 0."""
    rng = np.random.default_rng([seed, states, classes])
    p1y = rng.dirichlet(np.full(classes, 0.3), size=states) / states
    channel = rng.dirichlet(np.full(states, 2.0 / states), size=states)
    return p1y, channel.T @ p1y


def apart(distance: float, states: int, classes: int, seed: int) -> Marginals:
    """Draw sources that are nearly equal: the logarithms of their posteriors so far apart."""
    rng = np.random.default_rng([seed, states, classes])
    return draw_marginals(rng, "near", states, classes, near=distance)


def few_beside_many(few: int, many: int, classes: int, seed: int) -> Marginals:
    """Draw posteriors of two sources, of which one has few states."""
    rng = np.random.default_rng([seed, few, many, classes])
    return _of_one_target(*(rng.dirichlet(np.full(classes, 0.3), size=k) for k in (few, many)))


def some_sure(share: float, states: int, classes: int, seed: int) -> Marginals:
    """Draw nearly equal sources; this part of the states of each is sure of a class."""
    rng = np.random.default_rng([seed, states, classes])
    both = [p * states for p in draw_marginals(rng, "near", states, classes)]
    for posteriors in both:
        sure = rng.random(states) < share
        posteriors[sure] = np.eye(classes)[rng.integers(classes, size=sure.sum())]
    return _of_one_target(*both)


def some_zeros(share: float, states: int, classes: int, seed: int) -> Marginals:
    """Draw posteriors of two sources, with this part of them exactly zero."""
    rng = np.random.default_rng([seed, states, classes])
    both = []
    for _ in range(2):
        posteriors = rng.dirichlet(np.full(classes, 0.3), size=states)
        zero = rng.random(posteriors.shape) < share
        zero[np.arange(states), np.argmax(posteriors, axis=1)] = False
        both.append(np.where(zero, 0.0, posteriors))
    return _of_one_target(*both)


def _of_one_target(p1y: np.ndarray, p2y: np.ndarray) -> Marginals:
    """Of mass 1, with p(y) of the first."""
    p1y = p1y / p1y.sum()
    return p1y, p2y * (p1y.sum(axis=0) / p2y.sum(axis=0))


def _of_table(family: str, states: int, seed: int) -> Marginals:
    return _of_marginals(partial(FAMILIES[family].make, states), seed)


def _of_marginals(make: Callable[[int], np.ndarray], seed: int) -> Marginals:
    pmf = make(seed)
    return pmf.sum(axis=1), pmf.sum(axis=0)


def _cases() -> dict[str, Callable[[int], Marginals]]:
    cases: dict[str, Callable[[int], Marginals]] = {}
    for family, sizes in {
        "digits": (16, 32, 40, 64, 128, 256),
        "wine": (16, 32, 64),
        "breast-cancer": (16, 64, 256),
        "gauss-500": (16, 64, 128),
        "gauss-2000": (16, 64, 256),
        "gauss-20000": (16, 64, 256),
        "dense": (16, 64, 128, 256),
    }.items():
        for states in sizes:
            cases[f"{family}-{states}"] = partial(_of_table, family, states)
    for classes in (2, 3, 100):
        for states in (16, 64, 256) if classes < 100 else (16, 64):
            cases[f"dense-{classes}-{states}"] = partial(two_marginals, states, states, classes)
    for classes in (2, 3, 10, 100):
        for states in (16, 64, 256) if classes < 100 else (16, 64):
            for kind in KINDS:
                name = f"soft-{kind}-{classes}-{states}"
                cases[name] = partial(soft_marginals, kind, states, classes)
            cases[f"degraded-{classes}-{states}"] = partial(degraded, states, classes)
    for shape in ((1000, 3, 500), (1000, 16, 10), (256, 16, 100)):
        name = f"tall-{'x'.join(map(str, shape))}"
        cases[name] = partial(_of_marginals, partial(dense_tall, *shape))
    return cases | _large_soft()


def _large_soft() -> dict[str, Callable[[int], Marginals]]:
    """Where nearly every pair of states can carry mass: what classifiers tell."""
    cases: dict[str, Callable[[int], Marginals]] = {}
    for distance in (0.03, 0.01, 0.001):
        for states, classes in ((128, 3), (256, 10), (128, 20)):
            cases[f"soft-{distance:g}-{classes}-{states}"] = partial(
                apart, distance, states, classes
            )
    for kind in ("near", "unequal"):
        cases[f"soft-{kind}-10-512"] = partial(soft_marginals, kind, 512, 10)
    for few, many in ((3, 1000), (40, 700)):
        cases[f"soft-{few}x{many}"] = partial(few_beside_many, few, many, 10)
    for share in (0.1, 0.5, 0.9):
        cases[f"soft-sure-{share:g}-10-256"] = partial(some_sure, share, 256, 10)
        cases[f"soft-zeros-{share:g}-10-256"] = partial(some_zeros, share, 256, 10)
    for accuracy in (0.98, 0.87, 0.61):
        name = f"posteriors-{100 * accuracy:.0f}-10-512"
        cases[name] = partial(gaussian_posteriors, 512, 10, 16, accuracy)
    return cases


#: By their names; each makes p(x1,y) and p(x2,y) from a seed.
CASES = _cases()
#: Those that are done at once.
QUICK = ("digits-16", "wine-16", "dense-16", "soft-near-3-16", "degraded-3-16")
