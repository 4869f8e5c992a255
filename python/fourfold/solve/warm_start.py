# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""An earlier decomposition as the start of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.pid import PID

if TYPE_CHECKING:
    from fourfold.solve.options import SolverOptions
    from fourfold.solve.tables import Table

__all__ = ["start_of"]


def start_of(
    warm_start: Any, table: Table, options: SolverOptions
) -> tuple[Any, Any, Any] | None:
    """Where the core starts: r, a and b of an earlier decomposition."""
    if warm_start is None:
        return None
    if not isinstance(warm_start, PID):
        msg = f"warm_start: expected an earlier PID or None, got {type(warm_start).__name__}"
        raise TypeError(msg)
    if warm_start.shape:
        msg = (
            "warm_start: expected the decomposition of one table, got a batch of shape "
            f"{warm_start.shape}; index it, for example result[0]"
        )
        raise ValueError(msg)
    if warm_start.factored is None:
        msg = "warm_start: this result was built without its marginals and has no coupling"
        raise ValueError(msg)
    coupling = warm_start.factored
    shape = (*table.p1y.shape[-2:-1], *table.p2y.shape[-2:])
    earlier = (*coupling.p1y.shape[-2:-1], *coupling.p2y.shape[-2:])
    if earlier != shape:
        msg = (
            "warm_start: expected a decomposition of as many states (K1, K2, K_Y) as here, "
            f"{shape}, got one of {earlier}"
        )
        raise ValueError(msg)
    if options.method == "auto" and shape[-1] <= 2:
        return None  # solved in closed form
    if options.merge:
        return None  # states are merged anew, and their r is of groups
    factors = coupling.factors
    return np.exp(factors.log_r), factors.a, factors.b
