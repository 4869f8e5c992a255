# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Numbers as people write them in a cell of text."""

from __future__ import annotations

import re

__all__ = [
    "has_leading_zero",
    "is_decimal_comma",
    "is_number",
    "is_whole",
    "maybe_thousands",
    "to_number",
]

_WHOLE = re.compile(r"[+-]?[0-9]+")
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def to_number(cell: str, *, comma: bool = False) -> float:
    """The number in a cell, or ValueError; with `comma` a single comma may stand for the point."""
    if "_" in cell:  # float() reads "1_2" as 12
        msg = f"not a number: {cell!r}"
        raise ValueError(msg)
    if comma and "," in cell and is_decimal_comma(cell):
        cell = cell.replace(",", ".")
    return float(cell)


def is_number(cell: str, *, comma: bool = False) -> bool:
    """Whether `to_number` takes it."""
    try:
        to_number(cell, comma=comma)
    except ValueError:
        return False
    return True


def is_whole(cell: str) -> bool:
    """Whether it is written without a point: 12, -3, but not 12.0."""
    return _WHOLE.fullmatch(cell) is not None


def has_leading_zero(cell: str) -> bool:
    """Whether it is a code rather than a number: 007."""
    return _LEADING_ZERO.match(cell) is not None


def is_decimal_comma(cell: str) -> bool:
    """Whether one comma stands where a point may: 2,5."""
    return _DECIMAL_COMMA.fullmatch(cell) is not None


def maybe_thousands(cell: str) -> bool:
    """Whether a comma may set thousands apart as well as decimals: 1,234."""
    return _THOUSANDS.fullmatch(cell) is not None
