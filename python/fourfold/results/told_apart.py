# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which atoms are told apart from zero: of the others no share is a headline."""

from __future__ import annotations

import math
from typing import Any

from fourfold.results.words import SYMBOLS, decimals

__all__ = ["REJECTED", "apart_words", "share_words", "told_apart"]

#: A test rejects where its p-value is at most this.
REJECTED = 0.05


def told_apart(result: Any) -> tuple[bool, bool, bool, bool] | None:
    """Whether each atom of one decomposition is told apart from zero.

    By its interval, and of a Gaussian also by the test of zero. None where nothing is known of
    errors: of a table that is no sample, or where no intervals were asked for.
    """
    interval = result.confidence_interval
    if interval is None:
        return None
    pairs = zip(interval.low, interval.high, strict=True)
    redundancy, unique1, unique2, synergy = (low > 0 or high < 0 for low, high in pairs)
    pvalues = getattr(result, "pvalues", None) or (math.nan,) * 3
    kept = [math.isnan(p) or p <= REJECTED for p in pvalues]  # NaN: no test
    return (
        bool(redundancy),
        bool(unique1 and kept[0]),
        bool(unique2 and kept[1]),
        bool(synergy and kept[2]),
    )


def apart_words(result: Any) -> list[str]:
    """A line about the atoms that may be zero, where there are such."""
    apart = told_apart(result)
    if apart is None or all(apart):
        return []
    if not any(apart):
        return ["no atom is told apart from zero"]
    which = [symbol for symbol, known in zip(SYMBOLS, apart, strict=True) if not known]
    return [f"{', '.join(which)} not told apart from zero"]


def share_words(result: Any, target: str = "Y") -> list[str]:
    """Shares of the information and of H(Y), of the atoms that are told apart from zero."""
    apart = told_apart(result)
    lines = []
    wholes = [("the information", result.fractions())]
    if result.entropy is not None:
        wholes.append((f"H({target})", result.fractions("entropy")))
    for name, shares in wholes:
        if any(math.isnan(share) or share < -0.005 for share in shares[:3]):
            continue  # no parts of a whole
        said = [
            f"{symbol} {decimals(100 * share, 1)} %"
            for symbol, share, known in zip(SYMBOLS, shares, apart or (True,) * 4, strict=True)
            if known and not math.isnan(share)
        ]
        lines += [f"of {name}: {', '.join(said)}"] if said else []
    return lines
