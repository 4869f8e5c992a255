# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a result says of the samples behind it, in lines of text."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.results.words import SYMBOLS, kink_words

__all__ = ["sample_words"]


def sample_words(result: Any) -> list[str]:
    """Samples per cell, the bias of counting, and what is not told apart; of weights their worth."""
    if result.effective_samples is not None:
        worth = f"{result.effective_samples:.6g} effective samples"
        return [f"  weights         {worth}; bias and errors are not known"]
    if result.n_samples is None or result.samples_per_cell is None or result.bias is None:
        return []
    occupied, total = result.samples_per_cell
    cells = f"{total:.2g} per cell"
    if not np.isnan(occupied):
        cells += f", {occupied:.2g} per occupied cell"
    done = (
        "in these values"
        if result.bias_correction == "none"
        else f"removed by {result.bias_correction!r}"
    )
    pairs = zip(SYMBOLS, result.bias, strict=True)
    parts = [f"{name} {value:+.3f}" for name, value in pairs if not np.isnan(value)]
    words = f"{', '.join(parts)}, {done}" if parts else "not known"
    lines = [f"  samples         {result.n_samples}, {cells}", f"  estimated bias  {words}"]
    lines += [f"  {'alike':<16}{words}" for words in kink_words(result.kink)]
    if result.undersampled:
        lines.append("  UNDERSAMPLED    too few samples for a table of this size")
    return lines
