# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The problems that the choice of a method is judged on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.families import FAMILIES
from benchmarks.peers.instances import dense_tall, two_marginals
from benchmarks.peers.soft import KINDS, soft_marginals

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
    return cases


#: By their names; each makes p(x1,y) and p(x2,y) from a seed.
CASES = _cases()
#: Those that are done at once.
QUICK = ("digits-16", "wine-16", "dense-16", "soft-near-3-16", "degraded-3-16")
