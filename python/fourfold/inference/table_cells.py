# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A table of counts as cells, of which statistics are made."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.counts.cells import Cells
from fourfold.counts.sparse_table import check_total, int_total
from fourfold.inputs.arrays import index_of_first
from fourfold.inputs.device import to_numpy
from fourfold.inputs.masses import as_masses, check_masses, read_masses

__all__ = ["cells_of_table"]

_EXACT = 2.0**53  # above, doubles do not tell whole numbers apart


def cells_of_table(pmf: Any) -> Cells:
    """The occupied cells of counts (K1, K2, K_Y), of the host or of a device, or raise."""
    array = to_numpy(as_masses(pmf, "pmf"))
    mass = read_masses(array, "pmf", "..., x1, x2, y", 3)
    asked = "bias_correction, n_resamples, confidence_level"
    if mass.ndim > 3:
        msg = (
            f"{asked}: of a batch of tables, shape {mass.shape}, these are not made; expected one "
            "table, for example [fourfold.decompose(table, bias_correction='auto') for table in pmf]"
        )
        raise ValueError(msg)
    check_masses(mass, "pmf", 3)
    counts = array if array.dtype.kind in "iuO" else mass
    odd = mass != np.floor(mass)
    if counts is mass:
        odd |= mass > _EXACT
    if odd.any():
        msg = (
            f"{asked}: need counts, whole numbers of samples up to 2**53, got {mass[odd][0]} at index "
            f"{index_of_first(odd)} of pmf; of probabilities expected bias_correction='none' and "
            "no interval"
        )
        raise ValueError(msg)
    check_total(int(counts.max()))
    occupied = np.flatnonzero(counts)
    found = counts.ravel()[occupied].astype(np.int64)
    check_total(int_total(found))
    return Cells(occupied, found, counts.shape)
