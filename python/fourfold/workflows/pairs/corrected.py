# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Some pairs of features as `fourfold.pid` decomposes them: corrected, with errors and intervals."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.runtime.progress import progress, silent_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.results.target_bins import TargetBins
    from fourfold.solve.options import SolverOptions

__all__ = ["decompose_pairs"]

_TOGETHER = 50  # pairs, so that the bar is not kept waiting


def decompose_pairs(
    pairs: Sequence[tuple[int, int]],
    codes: np.ndarray,
    y: np.ndarray,
    options: SolverOptions,
    inference: Inference,
    seed: int,
    target_bins: TargetBins | None = None,
) -> list[PID]:
    """Of pairs of rows of `codes`, (F, N), and classes (N,); each with draws of the same seed.

    So what is said of a pair depends on no other column.
    """
    results: list[PID] = []
    classes = int(y.max()) + 1
    with progress(len(pairs), "correct the best pairs") as bar:
        for first in range(0, len(pairs), _TOGETHER):
            sets = []
            for i, j in pairs[first : first + _TOGETHER]:
                one, other = (codes[k].astype(np.int64) for k in (i, j))
                shape = (int(one.max()) + 1, int(other.max()) + 1, classes)
                sets.append(Cells.of_rows(one, other, y, shape))
            rngs = [np.random.default_rng(seed) for _ in sets]
            with silent_progress():
                found = decompose_samples(sets, options, inference, rngs)
            results += [each.result for each in found]
            bar.update(len(sets))
    if target_bins is None:
        return results
    return [dataclasses.replace(result, target_bins=target_bins) for result in results]
