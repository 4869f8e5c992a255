# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the union information of Gaussian sources says of itself, in lines of text."""

from __future__ import annotations

from typing import Any

from fourfold.results.gaussian_words import model_words
from fourfold.results.table import number
from fourfold.results.words import columns, decimals, percent_words

__all__ = ["union_lines"]

_SHOWN = 31  # subsets: all those of five sources


def union_lines(result: Any) -> list[str]:
    """A table of the subsets and what is to be said of all of them."""
    of = "of this covariance" if result.model == "covariance" else model_words(result)
    number_of = len(result.source_names)
    sources = f"{number_of} Gaussian source{'s' * (number_of > 1)}"
    first = f"Union information of {sources} in bits, {of}"
    if result.confidence_interval is not None:
        level = percent_words(result.confidence_interval.confidence_level)
        first += f", with {level} intervals"
    rows = [["sources", "I", "union v*", "synergy"]]
    marks = [" "]
    shown = _shown(result)
    for place in shown:
        names = ", ".join(map(str, result.subsets[place]))
        rows.append([names, *_numbers(result, place)])
        marks.append(" " if result.converged[place] else "*")
    lines = [f"{mark} {line}" for mark, line in zip(marks, columns(rows, "<>>>"), strict=True)]
    if len(shown) < len(result.subsets):
        lines.append(f"  and {len(result.subsets) - len(shown)} more subsets, see to_frame()")
    unique = {name: value for name, value in result.unique.items() if value == value}  # noqa: PLR0124  NaN
    if unique:
        told = ", ".join(f"{name} {decimals(value)}" for name, value in unique.items())
        lines.append(f"  what no other source tells: {told}")
    if result.model == "covariance":
        lines.append(f"  largest certified gap {result.gap.max():.1e}")
    else:  # which says nothing of the population
        lines.append(f"  the solver is off by at most {result.gap.max():.1e} for these samples")
    if not result.converged.all():
        lines.append(f"* NOT converged: {int((~result.converged).sum())}; lower and upper hold")
    if result.shrinkage is not None:
        lines.append(f"  shrinkage: {result.shrinkage:.4f} of the identity mixed in")
    elif result.bias_correction == "none" and result.model != "covariance":
        lines.append("  plug-in, without correction: v* is too high where sources tell alike")
    found = result.dependence
    if found is not None and found.exceeds:
        lines.append(
            f"  NOT GAUSSIAN: {found.method} finds {found.information:.3f} bits of all sources, "
            f"the Gaussian {found.gaussian_information:.3f}"
        )
    return [first, *lines]


def _numbers(result: Any, place: int) -> list[str]:
    """I, v* and synergy of a subset, with their intervals where there are some."""
    names = ("information", "union_information", "synergy")
    values = (getattr(result, name)[place] for name in names)
    interval = result.confidence_interval
    if interval is None:
        return [*map(decimals, values)]
    ends = (
        (getattr(interval.low, name)[place], getattr(interval.high, name)[place])
        for name in names
    )
    return [
        str(number(value, span=span).text) for value, span in zip(values, ends, strict=True)
    ]


def _shown(result: Any) -> list[int]:
    """Of many subsets single sources, and the largest subsets."""
    if len(result.subsets) <= _SHOWN:
        return [*range(len(result.subsets))]
    single = [k for k, subset in enumerate(result.subsets) if len(subset) == 1]
    largest = range(len(result.subsets) - len(result.source_names) - 1, len(result.subsets))
    return sorted({*single, *largest})
