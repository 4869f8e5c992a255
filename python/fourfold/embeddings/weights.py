# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of embeddings that count for more or less than one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.counts import Counts
from fourfold.counts.weights import read_weights
from fourfold.embeddings.rows import Rows, rows_of
from fourfold.inputs.device import on_host

if TYPE_CHECKING:
    from fourfold.counts.cells import Cells

__all__ = ["read_row_weights", "weighted_cells", "with_weight"]


def read_row_weights(sample_weight: Any, target: Any) -> np.ndarray | None:
    """Numbers of at least zero (N,) for a target (N,) as it was read, or None; or raise."""
    if sample_weight is None:
        return None
    if target.ndim == 2:
        msg = (
            "sample_weight: rows of probabilities for y take no weights; expected labels, or "
            "sample_weight=None"
        )
        raise ValueError(msg)
    weights = read_weights(
        on_host(sample_weight, "sample_weight"), "sample_weight", len(target)
    )
    if not weights.any():
        msg = "sample_weight: all are zero, so that no row is left; expected some above it"
        raise ValueError(msg)
    return weights


def with_weight(rows: Rows, weights: np.ndarray) -> Rows:
    """Those that have some: a weight of zero is as if the row were not there."""
    fitted, counted = (some[weights[some] > 0] for some in rows)
    if not len(fitted) or not len(counted):
        msg = "sample_weight: with held_out no row of a weight above zero is left to fit or to count"
        raise ValueError(msg)
    return Rows(fitted, counted)


def weighted_cells(
    labels1: Any, labels2: Any, y: Any, rows: np.ndarray, weights: np.ndarray
) -> Cells:
    """What rows count to, each as often as its weight says."""
    columns = (rows_of(on_host(each, "labels"), rows) for each in (labels1, labels2, y))
    return Counts.from_labels(*columns, weights=weights[rows]).cells
