# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Seeds of the steps of an estimator."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

__all__ = ["Seeds", "seeds_from"]


class Seeds(NamedTuple):
    """One for each thing that is drawn, so that none depends on another."""

    first: int
    second: int
    held_out: int
    resampling: int


def seeds_from(random_state: Any) -> Seeds:
    """Of an int, a RandomState, a Generator, which scikit-learn takes none of, or None."""
    if isinstance(random_state, np.random.Generator):
        return Seeds(*random_state.integers(2**31 - 1, size=4).tolist())
    try:
        legacy = check_random_state(random_state)
    except ValueError as error:
        msg = (
            "random_state: expected an int in [0, 2**32), a RandomState, a Generator or None, "
            f"got {random_state!r}"
        )
        raise ValueError(msg) from error
    return Seeds(*legacy.randint(2**31 - 1, size=4).tolist())
