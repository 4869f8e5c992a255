# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Seeds of the steps of an estimator."""

from __future__ import annotations

from typing import Any, NamedTuple

from fourfold.inputs.random_state import drawn_seeds

__all__ = ["Seeds", "seeds_from"]


class Seeds(NamedTuple):
    """One for each thing that is drawn, so that none depends on another."""

    first: int
    second: int
    held_out: int
    resampling: int


def seeds_from(random_state: Any) -> Seeds:
    """Of an int, a RandomState, a Generator, which scikit-learn takes none of, or None."""
    return Seeds(*drawn_seeds(random_state, 4))
