# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What functions of samples take: columns of labels, or what these were counted to."""

from __future__ import annotations

from typing import Any

from fourfold.counts.cells import Cells
from fourfold.counts.counts import Counts
from fourfold.counts.samples import Samples, read_samples

__all__ = ["check_given", "read_draws"]


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


def read_draws(
    x1: Any, x2: Any, y: Any, *, rows: bool = False, device: bool | None = None
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
        return read_samples(x1, x2, y, rows=rows, device=device)
    if not len(x1.cells.counts):
        msg = "x1: these counts hold no samples; count some first, by Counts.update"
        raise ValueError(msg)
    cells: Cells = x1.cells
    return cells
