# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Kinds of numbers on the command line."""

from __future__ import annotations

from typing import Any

__all__ = ["nonnegative_integer", "positive_gap", "positive_integer", "positive_seconds"]


# named for the reader: argparse says "invalid positive_integer value: '0'"
def positive_integer(text: str) -> int:
    return _at_least(int(text), 1)


def nonnegative_integer(text: str) -> int:
    return _at_least(int(text), 0)


def positive_seconds(text: str) -> float:
    return _at_least(float(text), 1e-3)


def positive_gap(text: str) -> float:
    return _at_least(float(text), 1e-15)


def _at_least(value: Any, least: float) -> Any:
    if not value >= least:
        raise ValueError(value)
    return value
