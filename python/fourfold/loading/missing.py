# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Words that stand for a value that is missing."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["MISSING", "missing_words"]

#: Those that pandas reads as missing, and what statistics packages, data bases and spreadsheets write.
MISSING: tuple[str, ...] = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    "NAN", "NaT", "Null", "N.A.", "n.a.", "-", "--", "?", ".", "\\N",
    "#NV", "#N/D", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!",
)  # fmt: skip


def missing_words(missing: Iterable[str] | str | None) -> frozenset[str]:
    """What the option says, or raise."""
    if missing is None:
        return frozenset()
    words = [missing] if isinstance(missing, str) else list(missing)
    if not all(isinstance(word, str) for word in words):
        msg = (
            "missing: expected words that stand for a missing value, such as ('NA', '?'), or None "
            f"for no such words, got {missing!r:.60}"
        )
        raise TypeError(msg)
    return frozenset(word.strip() for word in words)
