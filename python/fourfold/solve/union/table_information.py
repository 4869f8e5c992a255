# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X;Y) of the table of one source, or of several as one."""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

__all__ = ["information_of"]


def information_of(table: np.ndarray) -> float:
    """I(X;Y) in bits of a table (K, K_Y) of mass 1."""
    nats = xlogy(table, table).sum() - xlogy(*[table.sum(1)] * 2).sum()
    nats -= xlogy(*[table.sum(0)] * 2).sum()
    return max(float(nats) / float(np.log(2)), 0.0)
