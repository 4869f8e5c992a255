# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said of pairs of features in words, in text and on pages."""

from __future__ import annotations

from typing import Any

from fourfold.results.words import percent_words
from fourfold.workflows.pairs.screen import RANKINGS
from fourfold.workflows.subsets.words import ADJUSTMENTS

__all__ = ["about", "best_words", "verdict"]


def about(found: Any) -> str:
    """What the numbers are of."""
    counted = (
        (len(found.gap), "pair"),
        (len(found.feature_names), "feature"),
        (found.n_samples, "row"),
        (found.n_classes, "class"),
    )
    pairs, features, rows, classes = (_number(number, of) for number, of in counted)
    return f"{pairs} of {features}, {rows}, {classes}"


def verdict(found: Any) -> str:
    """How many pass, and by what."""
    kept = f"{ADJUSTMENTS[found.adjust]} at most {found.alpha:g}"
    number = int(found.passed.sum())
    passing = "passes" if number == 1 else "pass"
    pairs = _number(len(found.gap), "pair")
    return f"{number} of {pairs} {passing} the G-test of I(X1,X2;Y) ({kept})"


def best_words(found: Any) -> list[str]:
    """What the best pairs are, and how their numbers and intervals are to be read."""
    results = found.results
    correction = results[0].bias_correction
    how = (
        "as counted"
        if correction == "none"
        else f"corrected for the bias of counting by {correction!r}"
    )
    words = [f"the best {len(results)} by {found.by}, {how}; those on top are rather too high"]
    interval = results[0].confidence_interval
    if interval is None or found.confidence_level is None:
        return words
    share, each = map(percent_words, (found.confidence_level, interval.confidence_level))
    above = f"{int(found.above_zero().sum())} of {len(results)}"
    return [
        *words,
        f"{each} intervals, of which {share} hold the truth after the selection",
        f"* {RANKINGS[found.by]} above zero by its interval: {above}",
    ]


def _number(number: int, of: str) -> str:
    several = f"{of}es" if of.endswith("s") else f"{of}s"
    return f"{number} {of if number == 1 else several}"
