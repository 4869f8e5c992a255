# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Samples of known populations: errors of I, v* and synergy of all sources, and coverage.

No number of the estimate was chosen on these populations.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import fourfold
from benchmarks.many.call import fourfold_union
from benchmarks.many.problems import marginals_of
from benchmarks.peers.binary_hull import information

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.many.settings import Settings

__all__ = ["populations", "record_coverage"]

#: Bits to which truths are known.
TOL = 1e-6


class Population(NamedTuple):
    """A table (K_1, .., K_n, K_Y) of probabilities, and rows of its samples."""

    name: str
    table: np.ndarray
    rows: tuple[int, ...]


def record_coverage(settings: Settings) -> Iterator[dict[str, Any]]:
    """One record of each population and number of rows; triples are of I, v* and synergy in bits.

    Parameters
    ----------
    settings : Settings
        With `draws`, samples of each, and `seed`.
    """
    for k, population in enumerate(populations()):
        truth = _truth(population.table)
        for rows in population.rows:
            rng = np.random.default_rng([settings.seed, 9, k, rows])
            draws = [_numbers(population.table, rows, rng) for _ in range(settings.draws)]
            found, plug_in, low, high, few = map(np.array, zip(*draws, strict=True))
            within = (low - TOL <= truth) & (truth <= high + TOL)
            yield {
                "name": population.name,
                "sources": population.table.ndim - 1,
                "states": list(population.table.shape[:-1]),
                "classes": population.table.shape[-1],
                "rows": rows,
                "draws": settings.draws,
                "truth": truth.tolist(),
                "bias": (found.mean(0) - truth).tolist(),
                "rmse": _root_mean_square(found - truth),
                "plug_in_bias": (plug_in.mean(0) - truth).tolist(),
                "plug_in_rmse": _root_mean_square(plug_in - truth),
                "coverage": within.mean(0).tolist(),
                "half_width": np.median((high - low) / 2, axis=0).tolist(),
                "undersampled": float(few.mean()),
            }


def populations() -> Iterator[Population]:
    """Sources that are independent given Y, but for a gate and a random table."""
    rng = np.random.default_rng(900)
    for sources, states, rows in ((3, 5, (500, 2000)), (4, 4, (1000, 5000))):
        yield Population(
            "random channels",
            given_y([_channel(states, 4, 0.4, rng) for _ in range(sources)]),
            rows,
        )
        one = _channel(4, 3, 0.8, rng)
        yield Population("equal channels", given_y([one] * sources), rows)
        others = [0.85 * one + 0.15 * _channel(4, 3, 0.8, rng) for _ in range(sources)]
        yield Population("nearly equal channels", given_y(others), rows)
        noisier = [_symmetric(3, 0.15)]
        for _ in range(sources - 1):
            noisier.append(_symmetric(3, 0.2) @ noisier[-1])
        yield Population("each noisier than the last", given_y(noisier), rows)
        yield Population("sum of bits, 15 % noise", _sum_of_bits(sources, 0.15), rows)
        gamma = rng.gamma(0.3, size=(3,) * sources + (4,))
        yield Population("gamma", gamma / gamma.sum(), rows)


def given_y(channels: list[np.ndarray]) -> np.ndarray:
    """Channels p(x_i|y), (K_i, K_Y) each, of evenly frequent classes."""
    table = np.full(channels[0].shape[1], 1 / channels[0].shape[1])
    for channel in channels:
        table = table[..., None, :] * channel
    return table


def _channel(states: int, classes: int, alpha: float, rng: np.random.Generator) -> np.ndarray:
    return rng.dirichlet([alpha] * states, classes).T


def _symmetric(states: int, wrong: float) -> np.ndarray:
    return (1 - wrong) * np.eye(states) + wrong / (states - 1) * (1 - np.eye(states))


def _sum_of_bits(sources: int, noise: float) -> np.ndarray:
    total = np.indices((2,) * sources).sum(0)
    table = (1 - noise) * np.eye(sources + 1)[total] + noise / (sources + 1)
    return np.asarray(table / 2**sources)


def _truth(table: np.ndarray) -> np.ndarray:
    """I, v* and synergy of all sources."""
    union = fourfold_union(marginals_of(table), tol=TOL)["upper"]
    whole = information(table.reshape(-1, table.shape[-1]))
    return np.array([whole, union, whole - union])


def _numbers(table: np.ndarray, rows: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Corrected, plug-in, ends of the intervals, (3,) each, and whether too few rows are said."""
    cells = rng.choice(table.size, rows, p=table.ravel() / table.sum())
    *sources, y = np.unravel_index(cells, table.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fourfold.UndersampledWarning)
        result = fourfold.union_information(
            sources, y, subsets=[tuple(range(len(sources)))], num_threads=1
        )
    interval = result.confidence_interval
    found = (result.information, result.union_information, result.synergy)
    triples = (found, result.plug_in, interval.low, interval.high)
    return *(np.array([float(part[0]) for part in each]) for each in triples), bool(
        result.undersampled[0]
    )


def _root_mean_square(errors: np.ndarray) -> list[float]:
    return [float(value) for value in np.sqrt((errors**2).mean(0))]
