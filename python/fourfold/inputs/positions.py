# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is given by position to functions of two sources and a target."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["most_by_position", "reject_positions"]


def most_by_position(function: Callable[..., Any]) -> int | None:
    """How many arguments such a function takes by position; None of any other function."""
    parameters = list(inspect.signature(function).parameters.values())
    names = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    return 3 if names == ["x1", "x2", "y"] else None


def reject_positions(function: str, given: int) -> None:
    """Raise with where a third source belongs."""
    msg = (
        f"{function}(): takes two sources and a target by position, x1, x2 and y, got {given} "
        "arguments; a third source is what fourfold.conditional_pid(x1, x2, y, given=x3) conditions "
        "on, two are one as numpy.c_[x2, x3], and options are given by name"
    )
    raise TypeError(msg)
