# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a decomposition needs to know of a table."""

from __future__ import annotations

from typing import Any, NamedTuple

from fourfold.counts.sampling_bias import (
    Sampling,
)

__all__ = ["Reduced"]


class Reduced(NamedTuple):
    """What a decomposition needs to know of a table, or of a batch of them."""

    p1y: Any  # (..., K1, K_Y), mass 1
    p2y: Any  # (..., K2, K_Y)
    mi_joint: Any  # (...), bits; NaN where not known
    n_samples: Any  # (...), or None
    sampling: Sampling | None  # of the host; where the masses are counts
