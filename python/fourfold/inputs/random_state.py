# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What scikit-learn takes as random_state, and Generators, which it does not."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["drawn_seeds"]


def drawn_seeds(random_state: Any, number: int) -> list[int]:
    """So many seeds of an int, a RandomState, a Generator or None, or raise."""
    if isinstance(random_state, np.random.Generator):
        found: list[int] = random_state.integers(2**31 - 1, size=number).tolist()
        return found
    legacy = random_state
    whole = isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool)
    if whole and 0 <= random_state < 2**32:
        legacy = np.random.RandomState(random_state)
    elif random_state is None:
        legacy = np.random.mtrand._rand  # the one of numpy.random.seed
    if not isinstance(legacy, np.random.RandomState):
        msg = (
            "random_state: expected an int in [0, 2**32), a RandomState, a Generator or None, "
            f"got {random_state!r}"
        )
        raise ValueError(msg)  # noqa: TRY004  as scikit-learn does
    seeds: list[int] = legacy.randint(2**31 - 1, size=number).tolist()
    return seeds
