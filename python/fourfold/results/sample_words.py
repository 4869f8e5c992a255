# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a result says of the samples behind it, and of a batch of these, in lines of text."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from fourfold.results.too_few import undersampled_words
from fourfold.results.words import SYMBOLS, kink_words

__all__ = ["batch_words", "bins_words", "sample_words"]

_WIDTH = 80  # of sentences, in characters


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
        head, rest = "  UNDERSAMPLED    ", " " * 18
        why = undersampled_words(result)
        lines += textwrap.wrap(why, _WIDTH + 18, initial_indent=head, subsequent_indent=rest)
    return lines


def bins_words(result: Any) -> list[str]:
    """Which bins the target was put into, if any, and what they keep."""
    bins = result.target_bins
    return [] if bins is None else [f"  {'target':<16}{bins.words(result.mi_joint)}"]


def batch_words(result: Any) -> list[str]:
    """Means and ranges of the atoms of a batch."""
    lines = [f"PID in bits, batch of shape {result.shape}"]
    if not np.size(result.gap):
        return lines
    for symbol, value in zip(SYMBOLS, result.atoms, strict=True):
        mean, low, high = (float(of(value)) for of in (np.mean, np.min, np.max))
        lines.append(f"  {symbol:<2}  mean {mean:.6f}  range [{low:.6f}, {high:.6f}]")
    if result.entropy is not None:
        low, high = float(np.min(result.entropy)), float(np.max(result.entropy))
        lines.append(f"  H(Y) {low:.6f}" + (f" to {high:.6f}" if high > low else ""))
    lines.append(
        f"  largest certified gap {float(np.max(result.gap)):.1e}, "
        f"{int(np.sum(result.converged))} of {np.size(result.gap)} converged"
    )
    lost = getattr(result, "merged", 0.0)
    if np.any(lost):
        lines.append(f"  merged, up to {float(np.max(lost)):.1e} bits lost to similar states")
    if result.undersampled is not None and np.any(result.undersampled):
        lines.append(
            f"  {int(np.sum(result.undersampled))} of {np.size(result.gap)} UNDERSAMPLED"
        )
    return lines
