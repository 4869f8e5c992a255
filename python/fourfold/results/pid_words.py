# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What one decomposition of a table prints."""

from __future__ import annotations

from typing import Any

from fourfold.results.sample_words import bins_words, sample_words
from fourfold.results.told_apart import apart_words
from fourfold.results.words import LABELS, decimals, state_words

__all__ = ["pid_words"]


def pid_words(result: Any) -> list[str]:
    """The atoms with their intervals, H(Y), the certificate, and what the samples say."""
    interval, spans, first = result.confidence_interval, [""] * 5, "PID in bits"
    if result.kept is not None:
        first = f"PID of {result.kept.states_words}, in bits"
    if interval is not None:
        ends = zip(interval.low, interval.high, strict=True)
        spans = [*(f"  [{low:.6f}, {high:.6f}]" for low, high in ends), ""]
        first += f", with {100 * interval.confidence_level:g}% confidence intervals"
    values = zip(LABELS, (*result.atoms, result.mi_joint), spans, strict=True)
    entropy = [] if result.entropy is None else [f"  {'H(Y)':<16}{decimals(result.entropy)}"]
    binned = result.target_bins is not None
    kept = [] if result.kept is None else result.kept.words(binned=binned)
    return [
        first,
        *(f"  {label:<16}{decimals(value)}{span}" for label, value, span in values),
        *entropy,
        *(f"  {'zero':<16}{words}" for words in apart_words(result)),
        f"  certified gap   {result.gap:.1e}, {state_words(result)}",
        *sample_words(result),
        *bins_words(result),
        *(f"  {line}" for line in kept),
    ]
