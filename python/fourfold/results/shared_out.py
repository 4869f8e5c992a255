# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each source has of the union information v*: what is lost without it, and its share.

For v* of a distribution, and single sources i and j, theory has (docs/many-sources.md)::

    0 <= v*(A + i) - v*(A) <= I_i,  and  <= v*(i, j) - I_j where j is in A

Numbers that were corrected for a bias need not follow it, and are not cut.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from fourfold.results.subset_numbers import SourceBits

__all__ = ["excluded", "lost", "overlap", "shapley"]


class _Bits(NamedTuple):
    """A number and the interval that is certified around it; of arrays of one shape."""

    value: Any
    lower: Any
    upper: Any

    def less(self, other: _Bits) -> _Bits:
        """The difference, whatever both are within their intervals."""
        return _Bits(
            self.value - other.value, self.lower - other.upper, self.upper - other.lower
        )

    def within(self, least: Any, most: Any) -> _Bits:
        """Cut to what theory says; NaN says nothing."""
        lower, upper = np.fmax(self.lower, least), np.fmin(self.upper, most)
        return _Bits(np.clip(self.value, lower, upper), lower, upper)


def lost(result: Any) -> SourceBits:
    """v*(all) - v*(all but i)."""
    names = result.source_names
    every = frozenset(names)
    parts = [_added(result, [every - {name}], name) for name in names]
    return _of_sources(names, [_Bits(*(float(bits[0]) for bits in part)) for part in parts])


def excluded(result: Any) -> SourceBits:
    """v*(all) - I_i."""
    names = result.source_names
    every = frozenset(names)
    whole, parts = _union(result, [every]), []
    for name in names:
        single = _information(result, name)
        found = whole.less(_Bits(single, single, single))
        if result.bias_correction == "none":
            found = found.within(0.0, _union(result, [every - {name}]).upper)
        parts.append(_Bits(*(float(bits[0]) for bits in found)))
    return _of_sources(names, parts)


def shapley(result: Any) -> SourceBits:
    """The mean of what a source adds, over all orders of the sources."""
    names = result.source_names
    n = len(names)
    if len(result.subsets) < 2**n - 1:
        return _of_sources(names, [_Bits(math.nan, math.nan, math.nan)] * n)
    parts = []
    for name in names:
        rest = [other for other in names if other != name]
        before = [
            frozenset(other for k, other in enumerate(rest) if mask >> k & 1)
            for mask in range(2 ** len(rest))
        ]
        weights = [1 / (n * math.comb(n - 1, len(subset))) for subset in before]
        added = _added(result, before, name)
        parts.append(_Bits(*(math.fsum(np.multiply(weights, bits)) for bits in added)))
    if result.bias_correction == "none":
        parts = _adding_up(parts, _union(result, [frozenset(names)]))
    return _of_sources(names, parts)


def overlap(result: Any) -> np.ndarray:
    """I_i + I_j - v*(i, j), with I_i in the diagonal."""
    names = result.source_names
    single = np.array([_information(result, name) for name in names])
    pairs = _union(result, [frozenset((one, other)) for one in names for other in names])
    found: np.ndarray = single[:, None] + single - pairs.value.reshape(len(names), -1)
    np.fill_diagonal(found, single)
    return found


def _added(result: Any, before: list[frozenset[str]], name: str) -> _Bits:
    """What a source adds to v* of each of the subsets."""
    found = _union(result, [subset | {name} for subset in before]).less(_union(result, before))
    if result.bias_correction != "none":
        return found
    most = np.full(len(before), _information(result, name))
    for other in result.source_names:
        if other != name:
            beyond = _union(result, [frozenset((name, other))]).upper - _information(
                result, other
            )
            follows = np.array([other in subset for subset in before])
            most = np.where(follows, np.fmin(most, beyond), most)
    return found.within(0.0, most)


def _adding_up(parts: list[_Bits], whole: _Bits) -> list[_Bits]:
    """Bounds by those of the others, as shares add up to v* of all."""
    lower, upper = (np.array([part[k] for part in parts]) for k in (1, 2))
    least = float(whole.lower[0]) - (upper.sum() - upper)
    most = float(whole.upper[0]) - (lower.sum() - lower)
    return [part.within(low, high) for part, low, high in zip(parts, least, most, strict=True)]


def _union(result: Any, subsets: list[frozenset[str]]) -> _Bits:
    """v* of subsets; 0 of none of the sources, NaN of one that was not asked for."""
    places = result.places()
    at = [places.get(subset, -1) for subset in subsets]
    parts = []
    for bits in (result.union_information, result.lower, result.upper):
        found = np.append(bits, math.nan)[at]
        found[[not subset for subset in subsets]] = 0.0
        parts.append(found)
    return _Bits(*parts)


def _information(result: Any, name: str) -> float:
    place = result.places().get(frozenset((name,)))
    return math.nan if place is None else float(result.information[place])


def _of_sources(names: tuple[str, ...], parts: list[_Bits]) -> SourceBits:
    value, lower, upper = np.array(parts, float).T
    return SourceBits(names, value, lower, upper)
