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
        Names of these.
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

    See Also
    --------
    UnionInformation : Has one of each subset.
    GaussianUnion : Has one of each subset of Gaussians.

    Examples
    --------
    >>> import fourfold as ff
    >>> found = ff.union_information_from_table(ff.gates.AND.pmf)["x1", "x2"]
    >>> found.sources, round(found.information, 4), round(found.synergy, 4)
    (('x1', 'x2'), 0.8113, 0.5)
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

    See Also
    --------
    SubsetInformation : All of one subset.
    SubsetIntervals : Intervals of these.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> a, b = np.random.default_rng(0).integers(2, size=(2, 1000))
    >>> result = ff.union_information({"a": a, "b": b}, a ^ b)
    >>> result.subsets, result.plug_in.synergy.round(1)
    ((('a',), ('b',), ('a', 'b')), array([0., 0., 1.]))
    """

    information: np.ndarray
    union_information: np.ndarray
    synergy: np.ndarray

    @classmethod
    def of(cls, information: np.ndarray, union_information: np.ndarray) -> SubsetNumbers:
        """Of two, with the difference of both.

        Parameters
        ----------
        information, union_information : ndarray, shape (M,)
            Of each subset, in bits.

        Returns
        -------
        SubsetNumbers
            These, and their difference as `synergy`.

        See Also
        --------
        SubsetInformation : Of one subset.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> ff.SubsetNumbers.of(np.array([1.0]), np.array([0.25])).synergy
        array([0.75])
        """
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

    See Also
    --------
    union_information : Makes them of labels.
    gaussian_union : Makes them of numbers.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> a, b = np.random.default_rng(0).integers(2, size=(2, 1000))
    >>> intervals = ff.union_information({"a": a, "b": b}, a & b).confidence_interval
    >>> bool(intervals.low.synergy[-1] < 0.5 < intervals.high.synergy[-1])
    True
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
        """Names, values and bounds as lists.

        Returns
        -------
        dict
            Of these lists, in bits; None where a number is not known.

        See Also
        --------
        UnionInformation.to_dict : All of a result.

        Examples
        --------
        >>> import fourfold as ff
        >>> bits = ff.union_information_from_table(ff.gates.COPY.pmf).unique.to_dict()
        >>> bits["names"], [round(value, 3) for value in bits["value"]]
        (['x1', 'x2'], [1.0, 1.0])
        """
        return {name: plain(value) for name, value in self._fields().items()}


def name_of(source: Any, names: tuple[str, ...]) -> Any:
    """The name of a source that is given by its number; what is no number of one as it is."""
    whole = isinstance(source, (int, np.integer)) and not isinstance(source, bool)
    return names[int(source)] if whole and 0 <= source < len(names) else source
