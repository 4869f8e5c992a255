# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources whose state another one fixes: without them the rest tells the same, and has the same v*."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from fourfold.counts.chao_entropy import statistics_of_each
from fourfold.counts.many_cells import ManyCells
from fourfold.inputs.subsets import Subset
from fourfold.results.too_few import LEAST_COVERAGE

__all__ = ["without_fixed"]


def without_fixed(cells: ManyCells, subsets: Sequence[Subset]) -> list[Subset]:
    """Subsets of three sources and more without those that another fixes; of copies the first stays.

    Constants, copies and functions of one source, so that the estimate is that of the others to the
    bit. A source of which most samples are alone in their state seems to fix all, and is let be.
    """
    every = sorted({source for subset in subsets if len(subset) > 2 for source in subset})
    fixes = {pair for pair in permutations(every, 2) if _fixes(cells, *pair)}
    return [
        subset
        if len(subset) < 3
        else tuple(
            k
            for k in subset
            if not any((i, k) in fixes and (i < k or (k, i) not in fixes) for i in subset)
        )
        for subset in subsets
    ]


def _fixes(cells: ManyCells, one: int, other: int) -> bool:
    """Whether all samples with one state of a source have one of the other."""
    x, fixed = cells.codes[one], cells.codes[other]
    last = np.zeros(cells.shape[one], dtype=np.int64)
    last[x] = fixed
    if (last[x] != fixed).any():
        return False
    states = cells.marginal(one, cells.counts[None]).sum(2)
    return bool(statistics_of_each([states]).coverage[0, 0] >= LEAST_COVERAGE)
