# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The one warning about intervals of unions that are wider than was asked for."""

from __future__ import annotations

import warnings

from fourfold.exceptions import ConvergenceWarning
from fourfold.results.unions import Unions
from fourfold.runtime.caller import caller_depth

__all__ = ["warn_of_gap"]


def warn_of_gap(result: Unions, tol: float) -> None:
    """Where an interval is wider than was asked for."""
    if not result.converged.all():
        number = int((~result.converged).sum())
        msg = (
            f"the union information of {number} of {len(result)} subsets is certified to "
            f"{result.gap.max():.1e} bits only, not to tol={tol:g}; lower and upper hold all the "
            "same"
        )
        warnings.warn(msg, ConvergenceWarning, stacklevel=caller_depth())
