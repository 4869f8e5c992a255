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

__all__ = ["basis_words", "samples_words", "short_number", "some_or_all", "total_words"]

#: Bits that are seen in three decimals.
_SEEN = 0.0005


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
    """Decodable by classifiers; Gaussian; of how many samples; and the certified gap of tables.

    Of samples the gap is said only where it is not small: sampling errors are all that matters.
    """
    decoded = [isinstance(result, PosteriorPID) for result in results]
    gaussian = [isinstance(result, GaussianPID) for result in results]
    if len(results) == 1 and gaussian[0]:
        return [model_words(results[0])]
    said = some_or_all(decoded, "decodable by classifiers") + some_or_all(gaussian, "Gaussian")
    if said:
        return said
    gap = max(float(result.gap) for result in results)
    unfinished = sum(not result.converged for result in results)
    said = samples_words(results)
    if said and not unfinished and gap < _SEEN:
        return said
    words = f"certified gap {'' if len(results) == 1 else 'at most '}{short_number(gap)} bits"
    if unfinished:
        words += " (not converged)" if len(results) == 1 else f" ({unfinished} not converged)"
    return [*said, words]


def samples_words(results: Sequence[PID]) -> list[str]:
    """How many samples results are of, if all of them are."""
    sizes = [float(result.n_samples) for result in results if result.n_samples is not None]
    if len(sizes) < len(results) or not all(map(math.isfinite, sizes)):
        return []
    counted = all(result.bias_correction == "none" for result in results)
    least, most = (f"{end:.10g}" for end in (min(sizes), max(sizes)))
    number = most if least == most else f"{least} to {most}"
    return [f"{'as counted in' if counted else 'estimated from'} {number} samples"]


def short_number(value: float) -> str:
    """Three decimals, or one digit of what is smaller."""
    if math.isnan(value):
        return "not known"
    if value == 0:
        return "0"
    text = f"{value:.3f}" if abs(value) >= 0.0005 else f"{value:.1g}"
    return text.replace("-", "\N{MINUS SIGN}")
