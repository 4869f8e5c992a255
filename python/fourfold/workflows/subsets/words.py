# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is said of subsets in words, in text and on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.results.atoms import Atoms
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.posterior_table import DECODABLE
from fourfold.results.words import DEFAULT_NAMES, Names, percent_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from fourfold.results.pid import PID

__all__ = [
    "ADJUSTMENTS",
    "about",
    "atom_words",
    "intervals_words",
    "too_small_words",
    "verdict",
]

#: What p-values are adjusted by, and what it keeps.
ADJUSTMENTS = {"holm": "chance of any false one", "bh": "expected share of false ones"}
_MOST_NAMED = 8


def atom_words(atom: str, names: Names = DEFAULT_NAMES) -> str:
    """The atom that was looked for."""
    return names.atoms[Atoms._fields.index(atom)]


def about(whole: PID) -> str:
    """What the numbers are about, by the decomposition of all rows."""
    if isinstance(whole, PosteriorPID):
        return f"of classifiers fitted within each; {DECODABLE[0].lower()}{DECODABLE[1:]}"
    return "of the population that the rows of each were drawn from"


def intervals_words(alpha: float, number: int) -> str:
    """How the intervals of so many subsets are to be read."""
    return f"{percent_words(1 - alpha)} intervals of all {number} at once"


def too_small_words(too_small: Mapping[str, int], least_rows: int) -> list[str]:
    """Which subsets were not looked at, in a line; nothing where all were."""
    if not too_small:
        return []
    told = [f"{name} ({rows})" for name, rows in too_small.items()]
    more = f", and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    return [
        f"too small ({len(told)} with fewer than {least_rows} rows, or so few others): "
        + ", ".join(told[:_MOST_NAMED])
        + more
    ]


def verdict(atom: str, high_ones: np.ndarray, adjust: str, alpha: float) -> str:
    """How many are above the rest."""
    found = int(high_ones.sum())
    kept = f"{ADJUSTMENTS[adjust]} at most {alpha:g}"
    if not found:
        return f"in no subset is the {atom_words(atom)} told apart from that elsewhere ({kept})"
    return f"* above the rest: {found} of {len(high_ones)} ({kept})"
