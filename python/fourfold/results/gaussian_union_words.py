# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the union information of Gaussian sources says of itself, in lines of text."""

from __future__ import annotations

from typing import Any

from fourfold.results.gaussian_words import model_words
from fourfold.results.words import columns, decimals

__all__ = ["union_lines"]

_SHOWN = 31  # subsets: all those of five sources


def union_lines(result: Any) -> list[str]:
    """A table of the subsets and what is to be said of all of them."""
    number = len(result.source_names)
    of = "of this covariance" if result.model == "covariance" else model_words(result)
    first = f"Union information of {number} Gaussian sources in bits, {of}"
    parts = zip(result.subsets, result.information, result.union_information, result.synergy, strict=True)  # fmt: skip
    rows = [["sources", "I", "union v*", "synergy"]]
    marks = [" "]
    shown = _shown(result)
    for place, (subset, *numbers) in enumerate(parts):
        if place in shown:
            rows.append([", ".join(map(str, subset)), *map(decimals, numbers)])
            marks.append(" " if result.converged[place] else "*")
    lines = [f"{mark} {line}" for mark, line in zip(marks, columns(rows, "<>>>"), strict=True)]
    if len(shown) < len(result.subsets):
        lines.append(f"  and {len(result.subsets) - len(shown)} more subsets, see to_frame()")
    unique = {name: value for name, value in result.unique.items() if value == value}  # noqa: PLR0124  NaN
    if unique:
        told = ", ".join(f"{name} {decimals(value)}" for name, value in unique.items())
        lines.append(f"  what no other source tells: {told}")
    lines.append(f"  largest certified gap {result.gap.max():.1e}")
    if not result.converged.all():
        lines.append(f"* NOT converged: {int((~result.converged).sum())}; lower and upper hold")
    if result.bias_correction == "none" and result.model != "covariance":
        lines.append("  plug-in: all are too high, v* most where sources tell alike")
    return [first, *lines]


def _shown(result: Any) -> set[int]:
    """Of many subsets single sources, and the largest subsets."""
    if len(result.subsets) <= _SHOWN:
        return set(range(len(result.subsets)))
    largest = sorted(range(len(result.subsets)), key=lambda k: -len(result.subsets[k]))
    return {k for k, subset in enumerate(result.subsets) if len(subset) == 1} | set(
        largest[: len(result.source_names) + 1]
    )
