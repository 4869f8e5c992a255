# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""An order of cells that does not depend on how their states are called, or on the order of the sources.

What is drawn of the cells in this order is the same for the same table under any names. States are
told apart by the counts of their cells, and by the states that these are of on the other axes, as
in the colour refinement of Weisfeiler and Leman (1968). States that it leaves alike may change
places without changing the table, but for tables that are made to defy it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fourfold.counts.cells import Cells
    from fourfold.counts.many_cells import ManyCells

__all__ = ["nameless_order"]

_ROUNDS = 3
_SOURCE, _TARGET = np.uint64(0x5851F42D4C957F2D), np.uint64(0x14057B7EF767814F)


def nameless_order(cells: Cells | ManyCells) -> np.ndarray:
    """Places of the occupied cells in that order, (M,)."""
    axes = cells.states()
    colours = [np.zeros(states, dtype=np.uint64) for states in cells.shape]
    own = _mixed(cells.counts.astype(np.uint64))
    for _ in range(_ROUNDS):
        *sources, y = (colour[axis] for colour, axis in zip(colours, axes, strict=True))
        found = own + _mixed(y + _TARGET)
        for one in sources:
            found = found + _mixed(one + _SOURCE)
        found = _mixed(found)
        for colour, axis in zip(colours, axes, strict=True):
            colour[:] = 0
            np.add.at(colour, axis, found)  # modulo 2**64, so in any order
    return np.argsort(found, kind="stable")


def _mixed(values: np.ndarray) -> np.ndarray:
    """Numbers that look random, by the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))
