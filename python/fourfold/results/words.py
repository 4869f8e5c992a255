# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows as aligned text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


from collections.abc import Sequence

__all__ = [
    "Clusters",
    "atom_names",
    "columns",
    "percent_words",
    "pvalue_words",
    "setting_words",
]


def columns(rows: Sequence[Sequence[str]], align: str) -> list[str]:
    """Lines of aligned cells; `align` has one of ``<`` and ``>`` per column."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:{side}{width}}"
            for cell, side, width in zip(row, align, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def atom_names(source_names: tuple[str, str]) -> tuple[str, str, str, str]:
    """R, U1, U2 and S in words."""
    first, second = source_names
    return ("redundancy", f"unique to {first}", f"unique to {second}", "synergy")


def percent_words(level: float) -> str:
    """A share as a percentage."""
    return f"{100 * level:.4g} %"


def pvalue_words(value: float) -> str:
    """Four decimals, or the power of ten."""
    return f"{value:.4f}" if value >= 0.0001 else f"{value:.0e}"


def _signed(value: float) -> str:
    return "not known" if math.isnan(value) else f"{round(value, 4) + 0.0:+.4f}"


def _bits(value: float) -> str:
    # adding 0.0 turns the -0.0 of a rounded -1e-9 into 0.0
    return "not known" if math.isnan(value) else f"{round(value, 6) + 0.0:.6f}"


Clusters = int | tuple[int, int]


def setting_words(setting: Clusters) -> str:
    """A number of clusters, or "8 x 16"."""
    return " x ".join(map(str, setting)) if isinstance(setting, tuple) else str(setting)
