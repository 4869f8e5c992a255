# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whole tables of counts: taken apart into occupied cells, and made of them where they fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.counts.axis_states import States, given_states
from fourfold.counts.exact_sums import ExactSums
from fourfold.counts.sparse_table import SparseTable, check_total
from fourfold.inputs.arrays import index_of_first, reject_where
from fourfold.inputs.device import on_host
from fourfold.inputs.masses import as_masses
from fourfold.inputs.outcomes import is_outcomes, table_of_outcomes
from fourfold.inputs.room import require_table

__all__ = ["dense", "read_table"]

_EXACT = 2.0**53  # above, doubles do not tell whole numbers apart


def read_table(values: Any, states: Any) -> tuple[States, SparseTable]:
    """The labels of counts (K1, K2, K_Y) or by outcome, and the occupied cells; or raise."""
    if is_outcomes(values):
        if states is not None:
            msg = "states: a table by outcome has its states itself; expected None"
            raise ValueError(msg)
        values, states = table_of_outcomes(values, "table")
    labels, numbers = (None, None) if states is None else given_states(states)
    cells = _occupied(on_host(values, "table"), numbers)
    if labels is None:
        k1, k2, ky = cells.shape
        labels = np.arange(k1), np.arange(k2), np.arange(ky)
    return labels, cells


def _occupied(values: Any, numbers: tuple[np.ndarray, ...] | None) -> SparseTable:
    array = as_masses(values, "table")
    if array.ndim != 3:
        msg = f"table: expected counts of shape (K1, K2, K_Y), got shape {array.shape}"
        raise ValueError(msg)
    if array.dtype.kind == "f":
        reject_where(array, ~np.isfinite(array), "table", "finite")
    reject_where(array, array < 0, "table", "non-negative")
    if array.dtype.kind == "f" and (array > _EXACT).any():
        msg = (
            f"table: {array.max()} is a double, and above 2**53 these do not tell whole numbers "
            "apart; pass the counts as int64"
        )
        raise ValueError(msg)
    odd = array != np.floor(array)
    if odd.any():
        msg = (
            f"table: counts must be whole numbers, got {array[odd][0]} at index "
            f"{index_of_first(odd)}; rows with weights are counted by Counts.from_labels and "
            "Counts.from_frame, probabilities decomposed by fourfold.decompose"
        )
        raise ValueError(msg)
    if numbers is not None:
        _check_states(array.shape, numbers)
        array = array[np.ix_(*map(np.argsort, numbers))]
    if array.size:
        check_total(int(array.max()))
    occupied = np.flatnonzero(array)
    amounts = array.ravel()[occupied].astype(np.int64)
    k1, k2, ky = array.shape
    table = SparseTable(occupied, amounts, (k1, k2, ky))
    check_total(int(table.total()))
    return table


def _check_states(shape: tuple[int, ...], numbers: tuple[np.ndarray, ...]) -> None:
    for k, (size, labels) in enumerate(zip(shape, numbers, strict=True)):
        if len(labels) != size:
            msg = f"states[{k}]: expected {size} labels for a table of shape {shape}, got {len(labels)}"
            raise ValueError(msg)


def dense(table: SparseTable) -> np.ndarray:
    """The table with all its cells, int64, or float64 of weights; raise where it does not fit."""
    occupied = f"to_frame() has the {len(table.occupied)} cells that are occupied"
    require_table(table.shape, "table", instead=occupied)
    amounts = table.amounts
    values = amounts.rounded() if isinstance(amounts, ExactSums) else amounts
    flat = np.zeros(table.shape[0] * table.shape[1] * table.shape[2], values.dtype)
    flat[table.occupied] = values
    return flat.reshape(table.shape)
