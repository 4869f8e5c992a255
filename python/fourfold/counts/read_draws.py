# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What functions of samples take: columns of labels, or what these were counted to."""

from __future__ import annotations

from typing import Any

from fourfold.counts.binned_target import binned
from fourfold.counts.cells import Cells
from fourfold.counts.counts import Counts
from fourfold.counts.parts import parts_of_labels
from fourfold.counts.samples import Samples, read_samples
from fourfold.inputs.target import holds_rows, read_target

__all__ = ["check_given", "read_draws", "weighted_counts"]


def check_given(x1: Any, x2: Any, y: Any) -> bool:
    """Whether `x1` is counts that stand for all three; raises where only some columns are there."""
    if isinstance(x1, Counts):
        for name, given in (("x2", x2), ("y", y)):
            if given is not None:
                msg = (
                    f"{name}: the counts given as x1 hold x1, x2 and y; leave x2 and y out, and give "
                    "what follows them by name"
                )
                raise TypeError(msg)
        return True
    for name, given in (("x2", x2), ("y", y)):
        if isinstance(given, Counts):
            msg = f"{name}: counts hold x1, x2 and y; give them alone, as the first argument"
            raise TypeError(msg)
        if given is None:
            msg = (
                f"{name}: expected labels as for x1, got None; only a fourfold.Counts stands for x1, "
                "x2 and y"
            )
            raise TypeError(msg)
    return False


def weighted_counts(
    x1: Any, x2: Any, y: Any, sample_weight: Any, target_bins: Any, joint: bool | None
) -> Counts:
    """Counts of rows that are not samples of one each; raises as `fourfold.pid` says."""
    if check_given(x1, x2, y):
        msg = (
            "sample_weight: goes with rows; counts know theirs, by Counts.from_labels(weights=)"
        )
        raise TypeError(msg)
    soft = target_bins is None and holds_rows(y, joint)
    if soft and read_target(y, device=False, joint=joint)[0].ndim == 2:
        msg = (
            "sample_weight: rows of probabilities for y take no weights; expected labels, or "
            "sample_weight=None"
        )
        raise ValueError(msg)
    y, bins = binned(y, target_bins)
    parts = parts_of_labels((x1, x2, y), sample_weight, "sample_weight", joint)
    if parts is None:
        read_samples(x1, x2, y)  # raises, as there are no rows
    elif len(parts.table.occupied):
        return Counts._of(*parts, bins)
    msg = "sample_weight: all are zero, so that no row is left; expected some above it"
    raise ValueError(msg)


def read_draws(
    x1: Any,
    x2: Any,
    y: Any,
    *,
    rows: bool = False,
    device: bool | None = None,
    joint: bool | None = None,
) -> Cells | Samples:
    """Counts as they are, else what `read_samples` makes of the columns.

    Raises
    ------
    TypeError
        As `check_given`.
    ValueError
        If counts are empty; else as `fourfold.pid`.
    """
    if not check_given(x1, x2, y):
        return read_samples(x1, x2, y, rows=rows, device=device, joint=joint)
    if not len(x1.cells.counts):
        msg = "x1: these counts hold no samples; count some first, by Counts.update"
        raise ValueError(msg)
    cells: Cells = x1.cells
    return cells
