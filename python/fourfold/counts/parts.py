# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random halves and other parts of labelled samples, drawn of their cells.

To draw rows without replacement is to draw how many of them each cell has: multivariate
hypergeometric numbers, which cost the same for any number of samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.counts.cells import Cells

__all__ = ["BINOMIAL", "halves_of", "partition", "partitions_of"]

#: From so many samples on, which NumPy's hypergeometric refuses, each sample goes to a part by
#: itself, so that each cell is divided binomially; given how many a part then has, it is drawn
#: as if there had to be so many.
BINOMIAL = 10**9
#: With at most so many samples a cell it is faster to shuffle them.
_SHUFFLED = 8
_TOGETHER = 128  # tables
_ENTRIES = 2**22  # of them


def halves_of(cells: Cells, number: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Counts (b, M) of random halves, some at a time, `number` together.

    Each has n // 2 of the n samples; of `BINOMIAL` or more about half of them.
    """
    k1, k2, ky = cells.shape
    largest = max(len(cells.counts), (k1 + k2) * ky)
    step = min(max(1, _ENTRIES // largest), _TOGETHER)
    n = cells.draws
    for first in range(0, number, step):
        yield _drawn(cells.counts, n, n // 2, rng, min(step, number - first))


def partitions_of(
    cells: Cells, parts: int, times: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Counts (b, M) of the parts of `times` random partitions, those of one next to each other."""
    if parts == 2:
        for halves in halves_of(cells, times, rng):
            both = np.stack([halves, cells.counts - halves], axis=1)
            yield both.reshape(2 * len(halves), len(cells.counts))
        return
    for _ in range(times):
        yield partition(cells.counts, parts, rng)


def partition(counts: np.ndarray, parts: int, rng: np.random.Generator) -> np.ndarray:
    """Counts (parts, M) of one random partition into parts that are as large, but for one sample."""
    left, found = counts, []
    for others in range(parts - 1, 0, -1):
        n = int(left.sum())
        found.append(_drawn(left, n, n // (others + 1), rng))
        left = left - found[-1]
    return np.array([*found, left])


def _drawn(
    counts: np.ndarray, n: int, some: int, rng: np.random.Generator, times: int | None = None
) -> Any:
    """Of each cell, how many are among `some` of the n samples; so many times."""
    if n >= BINOMIAL:
        size = None if times is None else (times, len(counts))
        return rng.binomial(counts, some / n, size)
    method = "count" if n <= _SHUFFLED * len(counts) else "marginals"
    return rng.multivariate_hypergeometric(counts, some, times, method=method)
