# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Words above bars and in them: the total, what the numbers are of, and the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.gaussian_words import model_words
from fourfold.results.posterior_pid import PosteriorPID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.results.pid import PID

__all__ = ["basis_words", "short_number", "some_or_all", "total_words"]


def total_words(result: PID, source_names: tuple[str, str], target_name: str) -> str:
    """I(X1,X2;Y) by the names of the sources, and its value."""
    comma = "," if max(map(len, source_names)) <= 2 else ", "
    name = f"I({comma.join(source_names)};{comma[1:]}{target_name})"
    if math.isnan(result.mi_joint):
        return f"{name} not known"
    return f"{name} = {short_number(result.mi_joint)} bits"


def some_or_all(which: Sequence[bool], words: str) -> list[str]:
    """Words about results, "some" before them where not all are so."""
    return [words if all(which) else f"some {words}"] if any(which) else []


def basis_words(results: Sequence[PID]) -> list[str]:
    """Decodable by classifiers; Gaussian; or the certified gap of tables."""
    decoded = [isinstance(result, PosteriorPID) for result in results]
    gaussian = [isinstance(result, GaussianPID) for result in results]
    if len(results) == 1 and gaussian[0]:
        return [model_words(results[0])]
    said = some_or_all(decoded, "decodable by classifiers") + some_or_all(gaussian, "Gaussian")
    if said:
        return said
    gap = max(float(result.gap) for result in results)
    words = f"certified gap {'' if len(results) == 1 else 'at most '}{short_number(gap)} bits"
    unfinished = sum(not result.converged for result in results)
    if unfinished:
        words += " (not converged)" if len(results) == 1 else f" ({unfinished} not converged)"
    return [words]


def short_number(value: float) -> str:
    """Three decimals, or one digit of what is smaller."""
    if math.isnan(value):
        return "not known"
    if value == 0:
        return "0"
    text = f"{value:.3f}" if abs(value) >= 0.0005 else f"{value:.1g}"
    return text.replace("-", "\N{MINUS SIGN}")
