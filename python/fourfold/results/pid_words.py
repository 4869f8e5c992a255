# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What one decomposition of a table prints."""

from __future__ import annotations

from typing import Any

from fourfold.results.sample_words import bins_words, sample_words
from fourfold.results.told_apart import apart_words
from fourfold.results.words import atom_lines, decimals, state_words

__all__ = ["pid_words"]


def pid_words(result: Any) -> list[str]:
    """The atoms with their intervals, H(Y), the certificate, and what the samples say."""
    first = "PID in bits"
    if result.kept is not None:
        first = f"PID of {result.kept.states_words}, in bits"
    entropy = [] if result.entropy is None else [f"  {'H(Y)':<16}{decimals(result.entropy)}"]
    binned = result.target_bins is not None
    kept = [] if result.kept is None else result.kept.words(binned=binned)
    return [
        *atom_lines(first, result),
        *entropy,
        *(f"  {'zero':<16}{words}" for words in apart_words(result)),
        f"  certified gap   {result.gap:.1e}, {state_words(result)}",
        *merged_words(result),
        *sample_words(result),
        *bins_words(result),
        *(f"  {line}" for line in kept),
    ]


def merged_words(result: Any) -> list[str]:
    """What making similar states one has lost, where it has."""
    if not result.merged > 0:
        return []
    return [f"  merged          {result.merged:.1e} bits lost to similar states, in the gap"]
