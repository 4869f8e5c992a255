# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Seeds of the steps of an estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state

__all__ = ["seeds_from"]


def seeds_from(random_state: Any) -> list[int]:
    """For both sources, the rows held out and resampling; scikit-learn takes no Generator."""
    if isinstance(random_state, np.random.Generator):
        return [int(seed) for seed in random_state.integers(2**31 - 1, size=4)]
    try:
        legacy = check_random_state(random_state)
    except ValueError as error:
        msg = (
            "random_state: expected an int in [0, 2**32), a RandomState, a Generator or None, "
            f"got {random_state!r}"
        )
        raise ValueError(msg) from error
    return [int(seed) for seed in legacy.randint(2**31 - 1, size=4)]
