# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weighted sums of entropies of samples: of labels, with the bias of counting taken off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from fourfold.counts.many_cells import ManyCells
from fourfold.measures.combination import Combination
from fourfold.measures.entropies import Entropies
from fourfold.results.multivariate import InformationInterval
from fourfold.results.too_few import (
    FEW,
    LEAST_COVERAGE,
    LEAST_SAMPLES,
    MOST,
    NOTABLE_BITS,
    UNSURE_SHARE,
)

__all__ = ["Estimate", "of_labels", "permuted_labels", "two_sided"]

_PARTITIONS = 4  # of all samples into halves
#: Bits of the error of a correction that are too many with less than a sample per joint state.
_UNSURE_BITS = 0.05
#: Within so many errors of zero a sum may have no slope, and halves say how it scatters.
_NEAR = 3.0


class Estimate(NamedTuple):
    """In bits; `corrected` None where nothing is known of the bias."""

    plug_in: np.ndarray
    corrected: np.ndarray | None
    error: float | None
    interval: InformationInterval | None
    undersampled: bool


def of_labels(
    cells: ManyCells,
    combination: Combination,
    level: float | None,
    rng: np.random.Generator,
    *,
    correct: bool,
) -> Estimate:
    """Terms by frequencies and by entropies of Chao, Wang and Jost, and the error of their sum.

    The standard error is that of the jackknife pseudo-values of the rows. What is left of the bias
    is told by halves of the samples: by how much their corrected values differ from that of all.
    """
    entropies = Entropies(cells, combination.sets)
    weights, terms = combination.weights, combination.terms
    plug_in = terms @ entropies.plug_in()
    n = cells.draws
    coverage = entropies.coverage
    if n < LEAST_SAMPLES:
        return Estimate(plug_in, None, None, None, undersampled=True)
    corrected = terms @ entropies.corrected()
    value, as_is = (float(combination.coefficients @ part) for part in (corrected, plug_in))
    of_rows = entropies.influence(weights)
    share = cells.counts / n
    error = float(np.sqrt(share @ (of_rows - share @ of_rows) ** 2 / n))
    halves = entropies.of_halves(_PARTITIONS, rng) @ weights
    if abs(value) < _NEAR * error:
        error = max(error, float(halves.std()))
    of_bias = max(abs(as_is - value) / 8, abs(value - float(halves.mean())))
    poor = coverage < LEAST_COVERAGE
    if correct:
        few = n < FEW * np.prod(cells.shape, dtype=float)
        poor |= bool(few and of_bias > max(_UNSURE_BITS, UNSURE_SHARE * abs(value)))
    else:
        removed = abs(as_is - value)
        poor |= removed > NOTABLE_BITS and removed > MOST * abs(as_is)
    interval = None
    if level is not None:
        far = float(ndtri(0.5 + level / 2)) * float(np.hypot(error, of_bias))
        ends = sorted((value, as_is)) if coverage < LEAST_COVERAGE else (value, value)
        interval = InformationInterval(ends[0] - far, ends[1] + far, level)
    return Estimate(plug_in, corrected if correct else None, error, interval, bool(poor))


def permuted_labels(
    cells: ManyCells, combination: Combination, moved: Sequence[int], number: int,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Plug-in sums, (number,), after permutations of the rows of some variables."""
    rows = np.repeat(cells.codes, cells.counts, axis=1)
    ones = np.ones(rows.shape[1], np.int64)
    found = np.empty(number)
    for k in range(number):
        for variable in moved:
            rows[variable] = rng.permutation(rows[variable])
        drawn = ManyCells(rows, ones, cells.shape)
        found[k] = combination.weights @ Entropies(drawn, combination.sets).plug_in()
    return found


def two_sided(value: float, drawn: np.ndarray) -> float:
    """Twice the smaller share of draws that are as low, or as high; the value is among them."""
    slack = 1e-12 * max(1.0, abs(value))
    low = 1 + int((drawn <= value + slack).sum())
    high = 1 + int((drawn >= value - slack).sum())
    return min(1.0, 2 * min(low, high) / (1 + len(drawn)))
