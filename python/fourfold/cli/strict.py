# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What ``--strict`` does not let pass: results not converged, or of too few samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.exceptions import ConvergenceWarning, UndersampledWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["shortcomings"]

_WORDS = {ConvergenceWarning: "not converged", UndersampledWarning: "undersampled"}


def shortcomings(results: Mapping[str, Any], heard: Iterable[type[Warning]]) -> list[str]:
    """Each in words, with what it is of.

    Parameters
    ----------
    results : mapping of str to result
        Decompositions, sweeps and profiles by what they are of; others have no shortcomings of
        their own.
    heard : iterable of type
        Categories of the warnings that were given: also of what is in no result, such as tables
        that were permuted.
    """
    found = [
        f"{place}: {words}"
        for heading, result in results.items()
        for place, words in _of_result(heading, result)
    ]
    for category in dict.fromkeys(heard):
        kind = next((words for one, words in _WORDS.items() if issubclass(category, one)), "")
        if kind and not any(kind in words for words in found):
            found.append(f"{kind}, as a warning says")
    return found


def _of_result(heading: str, result: Any) -> Iterator[tuple[str, str]]:
    """What it is of, and what is wrong with it."""
    if hasattr(result, "setting_labels"):
        column, labels = result.setting_labels()
        column = " ".join(column.split())
        for k, label in enumerate(labels):
            for flag in result.flags(k):
                if any(words in flag for words in _WORDS.values()):
                    yield f"{heading}, {column} {label}", flag
        return
    if not getattr(result, "converged", True):
        yield heading, f"not converged, gap {result.gap:.1e} bits"
    if getattr(result, "undersampled", False):
        yield heading, "undersampled"
