# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each source has of the union information v*: what is lost without it, and its share.

For v* of a distribution, and single sources i and j, theory has (docs/many-sources.md)::

    0 <= v*(A + i) - v*(A) <= I_i,  and  <= v*(i, j) - I_j where j is in A

Numbers that were corrected for a bias need not follow it, and are not cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import chain, combinations
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
        """Cut to what theory says, where that is known: rounding may be beyond it, too."""
        most = np.fmax(np.where(np.isnan(most), np.inf, most), least)
        lower, upper = (np.clip(end, least, most) for end in (self.lower, self.upper))
        return _Bits(np.clip(self.value, lower, upper), lower, upper)


class _Known:
    """v* by subset, 0 of none of the sources; NaN of one that was not asked for."""

    def __init__(self, result: Any) -> None:
        self.names: tuple[str, ...] = result.source_names
        self.every = frozenset(self.names)
        self.plain = result.bias_correction == "none"
        self._places = result.places() | {frozenset(): -1}
        ends = (result.union_information, result.lower, result.upper)
        self._ends = [np.append(end, (math.nan, 0.0)) for end in ends]
        alone = np.append(result.information, math.nan)
        self.alone: np.ndarray = alone[
            [self._places.get(frozenset((n,)), -1) for n in self.names]
        ]

    def union(self, subsets: Iterable[frozenset[str]]) -> _Bits:
        at = [self._places.get(subset, -2) for subset in subsets]
        return _Bits(*(end[at] for end in self._ends))

    def added(self, before: list[frozenset[str]], place: int) -> _Bits:
        """What a source adds to v* of each of the subsets."""
        name = self.names[place]
        found = self.union(subset | {name} for subset in before).less(self.union(before))
        if not self.plain:
            return found
        pairs = self.union(frozenset((name, other)) for other in self.names).upper
        beyond = np.where(np.arange(len(pairs)) == place, np.nan, pairs - self.alone)
        inside = np.array([[other in subset for other in self.names] for subset in before])
        most = np.fmin.reduce(
            np.where(inside, beyond, np.nan), axis=1, initial=self.alone[place]
        )
        return found.within(0.0, most)


def lost(result: Any) -> SourceBits:
    """v*(all) - v*(all but i)."""
    known = _Known(result)
    parts = [known.added([known.every - {n}], k) for k, n in enumerate(known.names)]
    return _of_sources(known, [[float(end[0]) for end in part] for part in parts])


def excluded(result: Any) -> SourceBits:
    """v*(all) - I_i."""
    known = _Known(result)
    found = known.union([known.every]).less(_Bits(known.alone, known.alone, known.alone))
    if known.plain:
        found = found.within(0.0, known.union(known.every - {n} for n in known.names).upper)
    return _of_sources(known, np.transpose(found))


def shapley(result: Any) -> SourceBits:
    """The mean of what a source adds, over all orders of the sources."""
    known = _Known(result)
    n = len(known.names)
    if len(result.subsets) < 2**n - 1:
        return _of_sources(known, np.full((n, 3), np.nan))
    parts = []
    for place, name in enumerate(known.names):
        rest = [other for other in known.names if other != name]
        sizes = (combinations(rest, size) for size in range(n))
        before = [*map(frozenset, chain.from_iterable(sizes))]
        weights = [1 / (n * math.comb(n - 1, len(subset))) for subset in before]
        added = known.added(before, place)
        parts.append(_Bits(*(math.fsum(np.multiply(weights, end)) for end in added)))
    if known.plain:
        parts = _adding_up(parts, known.union([known.every]))
    return _of_sources(known, parts)


def overlap(result: Any) -> np.ndarray:
    """I_i + I_j - v*(i, j), with I_i in the diagonal."""
    known = _Known(result)
    n, alone = len(known.names), known.alone
    pairs = known.union(frozenset((one, other)) for one in known.names for other in known.names)
    found: np.ndarray = alone[:, None] + alone - pairs.value.reshape(n, n)
    np.fill_diagonal(found, alone)
    return found


def _adding_up(parts: list[_Bits], whole: _Bits) -> list[_Bits]:
    """Bounds by those of the others, as shares add up to v* of all."""
    lower, upper = (np.array([part[k] for part in parts]) for k in (1, 2))
    least = float(whole.lower[0]) - (upper.sum() - upper)
    most = float(whole.upper[0]) - (lower.sum() - lower)
    return [part.within(low, high) for part, low, high in zip(parts, least, most, strict=True)]


def _of_sources(known: _Known, parts: Any) -> SourceBits:
    value, lower, upper = np.array(parts, float).T
    return SourceBits(known.names, value, lower, upper)
