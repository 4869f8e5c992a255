# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labelled samples by the value of a third variable, as counts of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.chao_entropy import count_statistics
from fourfold.counts.counts import Counts
from fourfold.counts.undersampling import LEAST_COVERAGE
from fourfold.inputs.labels import code_labels
from fourfold.results.target_bins import TargetBins
from fourfold.workflows.conditional.strata import Strata, few_cells, grouped, labels_of

__all__ = ["bins_of_strata", "check_given", "parted", "strata_of_counts"]

_CELLS_PER_SAMPLE = 16


def check_given(x1: Any, **others: Any) -> bool:
    """Whether `x1` is counts by stratum that stand for all columns; raises at a mixture."""
    if isinstance(x1, Mapping):
        for name, value in others.items():
            if value is not None:
                msg = (
                    f"{name}: counts by stratum are given as x1, which hold x1, x2 and y of each; "
                    f"leave {name} out"
                )
                raise TypeError(msg)
        return True
    for name, value in {"x1": x1, **others}.items():
        if isinstance(value, Counts | Mapping):
            msg = (
                f"{name}: expected columns of labels, or as x1 alone counts by stratum, "
                f"{{'stratum': Counts, ...}}, got {type(value).__name__}"
            )
            raise TypeError(msg)
    for name in ("x2", "y"):
        if others[name] is None:
            msg = (
                f"{name}: expected labels as for x1, got None; only counts by stratum stand for "
                "x1, x2, y and given"
            )
            raise TypeError(msg)
    return False


def parted(
    cells: Cells, given: Any, min_samples: int, joint: bool | None = None
) -> tuple[Strata, list[Cells]]:
    """Strata of labelled rows, and the cells of each; all have the states of all rows."""
    assert cells.rows is not None
    codes, labels = labels_of(given, len(cells.rows), joint)
    occupied = len(cells.occupied)
    keys = codes.astype(np.int64) * occupied + _places(cells)
    if len(labels) * occupied <= _CELLS_PER_SAMPLE * len(keys):
        table = np.bincount(keys, minlength=len(labels) * occupied)
        keys = np.flatnonzero(table)
        counts = table[keys]
    else:
        keys, counts = np.unique(keys, return_counts=True)
    of_key, place = np.divmod(keys, occupied)
    starts = np.searchsorted(of_key, np.arange(1, len(labels)))
    parts = [
        Cells(cells.occupied[each], number, cells.shape)
        for each, number in zip(np.split(place, starts), np.split(counts, starts), strict=True)
    ]
    strata = _strata(labels, parts, min_samples, "given").with_rows(codes)
    assert strata.rows is not None
    return strata, [
        part._replace(rows=cells.rows[rows])
        for part, rows in zip(_pooled(strata, parts), strata.rows, strict=True)
    ]


def bins_of_strata(given: Mapping[Any, Counts]) -> TargetBins | None:
    """The bins of y that counts by stratum have in common."""
    return sum(given.values(), Counts()).target_bins


def strata_of_counts(given: Mapping[Any, Any], min_samples: int) -> tuple[Strata, list[Cells]]:
    """The same of counts by stratum, whose states are united."""
    if not given:
        msg = "x1: expected counts by stratum, {'stratum': Counts, ...}, got none"
        raise ValueError(msg)
    for name, counts in given.items():
        if not isinstance(counts, Counts):
            msg = f"x1[{name!r}]: expected a fourfold.Counts, got {type(counts).__name__}"
            raise TypeError(msg)
        cells = counts.cells
        if not len(cells.counts):
            msg = f"x1[{name!r}]: holds no samples; leave such strata out"
            raise ValueError(msg)
        if cells.weighted:
            msg = (
                f"x1[{name!r}]: holds weights that are no whole numbers, of which a mean over "
                "strata knows no bias; decompose each by fourfold.pid and average these"
            )
            raise ValueError(msg)
    values = list(given.values())
    codes, states = code_labels(list(given), "x1", "strata are named by integers or strings")
    order = np.argsort(codes, kind="stable")
    every = Counts(states=sum(values[1:], values[0]).states)
    parts = [(every + values[k]).cells for k in order]
    strata = _strata([str(state) for state in states], parts, min_samples, "x1")
    return strata, _pooled(strata, parts)


def _places(cells: Cells) -> np.ndarray:
    """Which of the occupied cells each row is in."""
    rows, size = cells.rows, math.prod(cells.shape)
    assert rows is not None
    if size > _CELLS_PER_SAMPLE * len(rows):
        return np.searchsorted(cells.occupied, rows)
    place: np.ndarray = np.zeros(size, dtype=np.int64)
    place[cells.occupied] = np.arange(len(cells.occupied))
    found: np.ndarray = place[rows]
    return found


def _strata(labels: list[str], parts: list[Cells], min_samples: int, name: str) -> Strata:
    small = {
        k
        for k, part in enumerate(parts)
        if part.draws < min_samples or count_statistics(part.counts).coverage < LEAST_COVERAGE
    }
    told = name, few_cells(min_samples), "fewer states of x1 and x2"
    return grouped(labels, [part.draws for part in parts], small, told)


def _pooled(strata: Strata, parts: list[Cells]) -> list[Cells]:
    """Cells of each stratum."""
    found = []
    for stratum in range(len(strata.names)):
        members = [parts[k] for k in np.flatnonzero(strata.of_label == stratum)]
        occupied, place = np.unique(
            np.concatenate([part.occupied for part in members]), return_inverse=True
        )
        counts = np.zeros(len(occupied), dtype=np.int64)
        np.add.at(counts, place, np.concatenate([part.counts for part in members]))
        found.append(Cells(occupied, counts, members[0].shape))
    return found
