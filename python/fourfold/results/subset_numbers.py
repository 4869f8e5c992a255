# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bits of subsets of sources, and of each source."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.results.equal import by_value, same
from fourfold.results.plain import plain

__all__ = ["SourceBits", "SubsetInformation", "SubsetIntervals", "SubsetNumbers", "name_of"]


@by_value
class SubsetInformation(NamedTuple):
    """What one subset of the sources tells of Y, in bits; a row of `UnionInformation`.

    Attributes
    ----------
    sources : tuple of str
    information : float
        I(X_A;Y) of these sources together; NaN when not known.
    union_information : float
        v*, the least that sources with the same pairs (X_i, Y) tell together.
    lower, upper : float
        Certified bounds of v* of a table or a covariance; of samples the solver's error alone.
    synergy : float
        ``information - union_information``; at most ``upper - lower`` too low.
    converged : bool
        Whether ``upper - lower`` is at most the tolerance that was asked for.
    """

    sources: tuple[str, ...]
    information: float
    union_information: float
    lower: float
    upper: float
    synergy: float
    converged: bool


@by_value
class SubsetNumbers(NamedTuple):
    """Bits of subsets, shape (M,) each, in the order of `UnionInformation.subsets`.

    Attributes
    ----------
    information, union_information, synergy : ndarray
        Of I(X_A;Y), of v* and of their difference.
    """

    information: np.ndarray
    union_information: np.ndarray
    synergy: np.ndarray

    @classmethod
    def of(cls, information: np.ndarray, union_information: np.ndarray) -> SubsetNumbers:
        """With the difference of both."""
        return cls(information, union_information, information - union_information)


@by_value
class SubsetIntervals(NamedTuple):
    """Confidence intervals of what subsets tell of the population, in bits.

    Attributes
    ----------
    low, high : SubsetNumbers
        Their ends; not below zero by force, as corrected numbers are not.
    confidence_level : float
        Of each interval by itself.
    """

    low: SubsetNumbers
    high: SubsetNumbers
    confidence_level: float


@dataclasses.dataclass(frozen=True, eq=False)
class SourceBits(Mapping[str, float]):
    """A number of bits for each source, with its bounds; a mapping of names to numbers.

    ``bits["audio"]`` or ``bits[0]`` is the number of a source, ``dict(bits)`` has them all.

    Attributes
    ----------
    names : tuple of str
        Of the n sources.
    value, lower, upper : ndarray, shape (n,)
        In bits; NaN where a subset that they follow from was not asked for. The bounds are
        certified for a table or a covariance; of samples they are the solver's error alone.

    See Also
    --------
    UnionInformation : Has `unique`, `excluded` and `shares` of this kind.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> cov = np.ones((3, 3)) + np.diag([1.0, 1.0, 0.0])
    >>> shares = ff.gaussian_union_from_covariance(cov, (1, 1, 1)).shares
    >>> round(shares["x1"], 4), round(shares[1], 4)
    (0.25, 0.25)
    """

    names: tuple[str, ...]
    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def __getitem__(self, source: str | int) -> float:
        name = name_of(source, self.names)
        if name not in self.names:
            msg = f"there is no source {source!r} here, sources are {self.names!r}"
            raise KeyError(msg)
        return float(self.value[self.names.index(name)])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SourceBits):
            return same(self._fields(), other._fields())
        return same(dict(self), dict(other)) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        msg = "unhashable type: 'SourceBits'"
        raise TypeError(msg)

    def _fields(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def to_dict(self) -> dict[str, Any]:
        """Names, values and bounds as lists, None where a number is not known."""
        return {name: plain(value) for name, value in self._fields().items()}


def name_of(source: Any, names: tuple[str, ...]) -> Any:
    """The name of a source that is given by its number; what is no number of one as it is."""
    whole = isinstance(source, (int, np.integer)) and not isinstance(source, bool)
    return names[int(source)] if whole and 0 <= source < len(names) else source
