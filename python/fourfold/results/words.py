# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Numbers and names as words, and rows of them as aligned text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

__all__ = [
    "DEFAULT_NAMES",
    "LABELS",
    "SYMBOLS",
    "Clusters",
    "Names",
    "atom_lines",
    "columns",
    "decimals",
    "kink_words",
    "legible",
    "percent_words",
    "pvalue_words",
    "seeds_words",
    "setting_words",
    "state_words",
]

#: Of the atoms, in their order.
SYMBOLS = ("R", "U1", "U2", "S")
#: Of the lines of what is printed, also of differences.
LABELS = ("redundancy  R", "unique 1    U1", "unique 2    U2", "synergy     S", "I(X1,X2;Y)")

Clusters = int | tuple[int, int]
_NOTABLE_KINK = 0.005
#: Below it a p-value says more of the assumptions of a test than of the data.
_LEAST_PVALUE = 1e-10


class Names(NamedTuple):
    """What X1, X2 and Y are."""

    sources: tuple[str, str] = ("X1", "X2")
    target: str = "Y"

    @classmethod
    def of(
        cls,
        source_names: Any,
        target_name: str = "Y",
        *,
        complaint: str = "source_names: expected two names",
    ) -> Names:
        """Raises with the complaint where there are not two sources."""
        if isinstance(source_names, str) or len(source_names) != 2:
            msg = f"{complaint}, got {source_names!r}"
            raise ValueError(msg)
        first, second = (legible(str(name)) for name in source_names)
        return cls((first, second), legible(str(target_name)))

    @property
    def atoms(self) -> tuple[str, str, str, str]:
        """R, U1, U2 and S in words."""
        first, second = self.sources
        return ("redundancy", f"unique to {first}", f"unique to {second}", "synergy")


DEFAULT_NAMES = Names()


def legible(text: str) -> str:
    """Text that can be written and shown: control characters and halves of pairs as escapes.

    A page with a NUL is no HTML, lone surrogates cannot be encoded (names of files that are not
    UTF-8 have them), and fonts have neither.
    """
    if text.isprintable():
        return text
    return "".join(_legible(character) for character in text)


def _legible(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) not in ("Cc", "Cs", "Cn"):
        return character
    return character if character in "\n\t" else ascii(character)[1:-1]


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


def decimals(value: float, digits: int = 6, *, signed: bool = False) -> str:
    """A number, "not known" for NaN."""
    if math.isnan(value):
        return "not known"
    rounded = round(float(value), digits) + 0.0  # which turns the -0.0 of -1e-9 into 0.0
    return f"{rounded:{'+' if signed else ''}.{digits}f}"


def kink_words(kink: float | None) -> list[str]:
    """A sentence about sources that may be alike, where it is worth one; `kink` in bits."""
    if kink is None or not kink >= _NOTABLE_KINK:
        return []
    words = f"sources that differ by {kink:.3f} bits and sources that are alike look the same"
    return [f"with these samples, {words}"]


def percent_words(level: float) -> str:
    """A share as a percentage."""
    return f"{100 * level:.4g} %"


def pvalue_words(value: float) -> str:
    """Four decimals, or the power of ten; no less than any test of data can claim."""
    if math.isnan(value):
        return "not known"
    if value < _LEAST_PVALUE:
        return f"< {_LEAST_PVALUE:.0e}"
    return f"{value:.4f}" if value >= 0.0001 else f"{value:.0e}"


def seeds_words(number: int) -> str:
    """What numbers are means over."""
    return f"mean over {number} seeds" if number > 1 else "one seed"


def setting_words(setting: Clusters) -> str:
    """A number of clusters, or "8 x 16"."""
    return " x ".join(map(str, setting)) if isinstance(setting, tuple) else str(setting)


def atom_lines(first: str, result: Any) -> list[str]:
    """A first line that says of what the atoms are, then each with its interval, and their sum."""
    interval, spans = result.confidence_interval, [""] * 5
    if interval is not None:
        ends = zip(interval.low, interval.high, strict=True)
        spans = [*(f"  [{low:.6f}, {high:.6f}]" for low, high in ends), ""]
        first += f", with {100 * interval.confidence_level:g}% confidence intervals"
    values = zip(LABELS, (*result.atoms, result.mi_joint), spans, strict=True)
    return [first, *(f"  {label:<16}{decimals(value)}{span}" for label, value, span in values)]


def state_words(result: Any) -> str:
    """Whether the certified gap of a result is as small as was asked for."""
    state = "converged" if result.converged else "NOT converged"
    return f"{state} in {result.iterations} iterations"
