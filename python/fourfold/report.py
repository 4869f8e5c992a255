# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A decomposition as a table of plain text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.result import PID

__all__ = ["columns", "table"]


def table(
    result: PID,
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
) -> str:
    """Atoms with their certified bounds, their sum, and what the sources contribute.

    Parameters
    ----------
    result : PID
        One decomposition.
    source_names, target_name
        What X1, X2 and Y are.

    Returns
    -------
    str
        Lines of text; every number is in bits, except the contributions, which are shares of
        the unique information.

    Raises
    ------
    ValueError
        If the result is a batch.
    """
    if result.shape:
        msg = f"table: result must be one decomposition, got a batch of shape {result.shape}"
        raise ValueError(msg)
    first, second = source_names
    names = ("redundancy", f"unique to {first}", f"unique to {second}", "synergy")
    symbols = ("R", "U1", "U2", "S")
    rows = [
        (name, symbol, _bits(value), _bits(low), _bits(high))
        for name, symbol, value, low, high in zip(
            names, symbols, result.atoms, result.lower, result.upper, strict=True
        )
    ]
    rows += [
        ("sum of the four", "", _bits(math.fsum(result.atoms)), "", ""),
        (f"I({first}, {second}; {target_name})", "", _bits(result.mi_joint), "", ""),
    ]
    header = ("in bits", "", "value", "lower bound", "upper bound")
    lines = columns([header, *rows], "<<>>>")
    lines.insert(5, "")
    lines += ["", _certificate(result), _contributions(result, source_names)]
    return "\n".join(lines)


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


def _certificate(result: PID) -> str:
    state = "converged" if result.converged else "NOT converged"
    text = f"certified gap {result.gap:.1e} bits, {state} in {result.iterations} iterations"
    return text if result.n_samples is None else f"{text}, {result.n_samples} samples"


def _contributions(result: PID, source_names: tuple[str, str]) -> str:
    shares = result.contributions()
    if any(map(math.isnan, shares)):
        return "contributions not known: U1 + U2 is not larger than the certified gap"
    parts = (f"{name} {share:.3f}" for name, share in zip(source_names, shares, strict=True))
    return "contributions " + ", ".join(parts) + " (shares of the unique information)"


def _bits(value: float) -> str:
    # adding 0.0 turns the -0.0 of a rounded -1e-9 into 0.0
    return "not known" if math.isnan(value) else f"{round(value, 6) + 0.0:.6f}"
