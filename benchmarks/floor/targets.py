# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A figure that a measurement is held to."""

from __future__ import annotations

import dataclasses
import operator
from typing import Any

__all__ = ["Target"]

SENSES = {"at most": operator.le, "at least": operator.ge, "below": operator.lt}


@dataclasses.dataclass(frozen=True)
class Target:
    """What is asked for.

    Attributes
    ----------
    what : str
        The figure, in words.
    sense : str
        Key of `SENSES`.
    value : float
        The figure to be reached.
    unit : str
        "s", "bytes", "a second" or "times".
    """

    what: str
    sense: str
    value: float
    unit: str

    def judge(self, measured: float | None) -> dict[str, Any]:
        """Return the part of a record that says whether it was met; None if not measured."""
        met = None if measured is None else bool(SENSES[self.sense](measured, self.value))
        return {**dataclasses.asdict(self), "measured": measured, "met": met}
