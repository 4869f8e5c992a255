# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Marginal tables of several sources that solvers fail on, drawn by family and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Tables = list[np.ndarray]

__all__ = ["FAMILIES", "draw"]


def draw(family: str, index: int, n_sources: int) -> Tables:
    """Draw the table of this number: (K_i, KY) of mass 1 for each source, with one p(y).

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    index : int
        Which one of the family.
    n_sources : int
        How many sources.
    """
    place = list(FAMILIES).index(family)
    rng = np.random.default_rng([place, index, n_sources])
    return FAMILIES[family](rng, n_sources)


def _sizes(rng: np.random.Generator, n_sources: int, most: int = 8) -> tuple[list[int], int]:
    """States of each source, two to `most`, and classes, two to five."""
    return rng.integers(2, most + 1, n_sources).tolist(), int(rng.integers(2, 6))


def _joined(conditionals: Tables, py: np.ndarray) -> Tables:
    """Tables of one p(y) exactly as far as rounding goes, from p(x_i | y) up to a factor."""
    return [np.ascontiguousarray(p / p.sum(0) * py) for p in conditionals]


def _counts(rng: np.random.Generator, n_sources: int) -> Tables:
    """Samples of sources that are independent given Y."""
    sizes, classes = _sizes(rng, n_sources)
    samples = int(np.exp(rng.uniform(np.log(20), np.log(2000))))
    truth = rng.dirichlet(np.full(classes, 2.0))
    rows = np.maximum(rng.multinomial(samples, truth), 1)
    spread = rng.choice([0.2, 1.0, 5.0])
    tables = []
    for states in sizes:
        channel = rng.dirichlet(np.full(states, spread), size=classes)
        drawn = np.stack([rng.multinomial(k, p) for k, p in zip(rows, channel, strict=True)], 1)
        tables.append(np.ascontiguousarray(drawn / rows.sum()))
    return tables


def _near_deterministic(rng: np.random.Generator, n_sources: int) -> Tables:
    """Each class has one state of each source, but for masses of 1e-9."""
    sizes, classes = _sizes(rng, n_sources)
    channels = []
    for states in sizes:
        noise = 1e-9 * rng.dirichlet(np.ones(states), size=classes).T
        channels.append(np.eye(states)[rng.integers(states, size=classes)].T + noise)
    return _joined(channels, rng.dirichlet(np.full(classes, 3.0)))


def _equal_up_to(noise: float) -> Callable[[np.random.Generator, int], Tables]:
    """Sources that are one channel, but for a relative difference of `noise`."""

    def tables(rng: np.random.Generator, n_sources: int) -> Tables:
        sizes, classes = _sizes(rng, 1)
        channel = rng.dirichlet(np.full(sizes[0], 1.0), size=classes).T
        differing = [
            channel * (1 + noise * rng.standard_normal(channel.shape)) for _ in range(n_sources)
        ]
        return _joined(differing, rng.dirichlet(np.full(classes, 3.0)))

    return tables


def _nearly_garbled(rng: np.random.Generator, n_sources: int) -> Tables:
    """The second source is a garbling of the first, but for masses of 1e-9."""
    sizes, classes = _sizes(rng, n_sources)
    channels = [rng.dirichlet(np.ones(states), size=classes).T for states in sizes]
    garble = rng.dirichlet(np.ones(sizes[1]), size=sizes[0]).T
    channels[1] = garble @ channels[0] + 1e-9 * channels[1]
    return _joined(channels, rng.dirichlet(np.full(classes, 3.0)))


def _concentrated(rng: np.random.Generator, n_sources: int) -> Tables:
    """p(x | y) of a Dirichlet of .05: probabilities down to 1e-60."""
    sizes, classes = _sizes(rng, n_sources)
    channels = [
        np.maximum(rng.dirichlet(np.full(states, 0.05), size=classes).T, 1e-60)
        for states in sizes
    ]
    return _joined(channels, rng.dirichlet(np.full(classes, 3.0)))


def _decades(rng: np.random.Generator, n_sources: int) -> Tables:
    """Masses over twelve decades, three of ten cells empty."""
    sizes, classes = _sizes(rng, n_sources)
    channels = []
    for states in sizes:
        channel = 10.0 ** rng.uniform(-12, 0, (states, classes))
        channel *= rng.random(channel.shape) < 0.7
        channel[rng.integers(states, size=classes), np.arange(classes)] += 1e-6
        channels.append(channel)
    return _joined(channels, 10.0 ** rng.uniform(-3, 0, classes))


def _disconnected(rng: np.random.Generator, n_sources: int) -> Tables:
    """Two blocks of classes that no state of any source has in common."""
    blocks = [_joined(*_dirichlet(rng, n_sources)) for _ in range(2)]
    weights = rng.dirichlet([1.0, 1.0])
    tables = []
    for first, second in zip(*blocks, strict=True):
        table = np.zeros(np.add(first.shape, second.shape))
        table[: len(first), : first.shape[1]] = weights[0] * first
        table[len(first) :, first.shape[1] :] = weights[1] * second
        tables.append(table)
    return tables


def _dirichlet(rng: np.random.Generator, n_sources: int) -> tuple[Tables, np.ndarray]:
    sizes = rng.integers(2, 5, n_sources)
    classes = int(rng.integers(2, 4))
    channels = [rng.dirichlet(np.ones(states), size=classes).T for states in sizes]
    py = rng.dirichlet(np.full(classes, 3.0))
    return channels, py / py.sum()


FAMILIES: dict[str, Callable[[np.random.Generator, int], Tables]] = {
    "counts": _counts,
    "near-deterministic, 1e-9": _near_deterministic,
    "equal": _equal_up_to(0.0),
    "equal up to 1e-12": _equal_up_to(1e-12),
    "equal up to 1e-09": _equal_up_to(1e-9),
    "equal up to 1e-06": _equal_up_to(1e-6),
    "equal up to 0.001": _equal_up_to(1e-3),
    "a garbling up to 1e-9": _nearly_garbled,
    "Dirichlet 0.05": _concentrated,
    "12 decades": _decades,
    "disconnected classes": _disconnected,
}
