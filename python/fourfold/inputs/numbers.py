# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Single numbers and choices."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

__all__ = [
    "check_confidence_level",
    "check_option",
    "non_negative",
    "positive_float",
    "positive_int",
    "true_or_false",
]


def check_option(value: Any, name: str, accepted: tuple[str, ...]) -> str:
    """One of the accepted strings, or raise."""
    if not isinstance(value, str) or value not in accepted:
        msg = f"{name}: expected one of {', '.join(map(repr, accepted))}, got {value!r}"
        raise ValueError(msg)
    return value


def true_or_false(value: Any, name: str) -> bool:
    """One of them, or raise."""
    if not isinstance(value, (bool, np.bool_)):
        msg = f"{name}: expected True or False, got {value!r}"
        raise TypeError(msg)
    return bool(value)


def positive_float(value: Any, name: str) -> float:
    """A finite number above zero, or raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (int, float, np.integer, np.floating)
    ):
        msg = f"{name}: expected a positive number, got {value!r}"
        raise TypeError(msg)
    number = _float(value)
    if not 0 < number <= sys.float_info.max:
        msg = f"{name}: expected a positive finite number, got {value!r}"
        raise ValueError(msg)
    return number


def _float(value: Any) -> float:
    """In double precision before it is compared: limits of it are infinite in single precision."""
    try:
        return float(value)
    except OverflowError:  # an integer
        return math.inf


def positive_int(value: Any, name: str, *, least: int = 1) -> int:
    """An integer of at least `least` that fits 32 bits, or raise."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        shape = getattr(value, "shape", ())
        got = f"an array of shape {tuple(shape)}" if shape else repr(value)
        msg = f"{name}: expected an integer of at least {least}, got {got}"
        raise TypeError(msg)
    if value < least:
        msg = f"{name}: expected an integer of at least {least}, got {value!r}"
        raise ValueError(msg)
    if value >= 2**31:
        msg = f"{name}: expected an integer below 2**31, got {value!r}"
        raise ValueError(msg)
    return int(value)


def non_negative(value: Any, name: str, *, most: float = math.inf) -> float:
    """A finite number from zero to `most`, or raise."""
    number = isinstance(value, (int, float, np.integer, np.floating))
    found = math.nan if isinstance(value, (bool, np.bool_)) or not number else _float(value)
    if not 0 <= found <= most or math.isinf(found):
        accepted = "of at least 0" if math.isinf(most) else f"in [0, {most:g}]"
        msg = f"{name}: expected a finite number {accepted}, got {value!r}"
        raise ValueError(msg)
    return found


def check_confidence_level(value: Any) -> float:
    """A number between 0 and 1, by more than rounding, or raise."""
    number = isinstance(value, (int, float, np.integer, np.floating))
    found = math.nan if isinstance(value, (bool, np.bool_)) or not number else _float(value)
    if not 1e-9 <= found <= 1 - 1e-9:
        msg = f"confidence_level: expected a number between 0 and 1, got {value!r}"
        raise ValueError(msg)
    return found
