# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for any number of Gaussian sources: what subsets of them tell, and each alone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from fourfold.inputs.optional import load
from fourfold.results.equal import by_value
from fourfold.results.gaussian_pid import Dependence
from fourfold.results.gaussian_union_words import union_lines
from fourfold.results.record import Record
from fourfold.results.shown import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["GaussianUnion", "SubsetInformation", "SubsetIntervals", "SubsetNumbers"]


@by_value
class SubsetInformation(NamedTuple):
    """What one subset of the sources tells of Y, in bits; a row of `GaussianUnion`.

    Attributes
    ----------
    sources : tuple of str
    information : float
        I(X_A;Y) of these sources together.
    union_information : float
        v*, the least that sources with the same pairs (X_i, Y) tell together.
    lower, upper : float
        Certified bounds of v* of a covariance; of samples the solver's error alone.
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
    """Bits of subsets, shape (M,) each, in the order of `GaussianUnion.subsets`.

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


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class GaussianUnion(Record):
    """Union information and synergy of subsets of Gaussian sources, in bits.

    The union information v* of sources X_i, i in A, is the least I_q(X_A;Y) over all q, Gaussian
    or not, that keep each p(x_i,y). With C_i = Cov(Y|X_i) it is that of one Gaussian source that
    is above them all and tells as little as such a source can (proof in docs/gaussian.md)::

        v* = 1/2 log2 det Cov(Y) / max { det C : C <= C_i for all i in A }

    What the sources tell together beyond that, I(X_A;Y) - v*, is their synergy. Made by
    `fourfold.gaussian_union_from_covariance` and `fourfold.gaussian_union`. Index it by sources,
    ``result["audio", "text"]`` or ``result[0, 1]``, to get one subset as a `SubsetInformation`.

    Attributes
    ----------
    subsets : tuple of tuple
        The M subsets, of names or numbers of sources; small ones first.
    information : ndarray, shape (M,)
        I(X_A;Y) of each.
    union_information : ndarray, shape (M,)
        v* of each, the upper end of its interval, which a distribution was found for.
    gap : ndarray, shape (M,)
        Width in bits of the certified interval of v*, of the covariance that was solved: nothing
        is certified of a population. 0 for one or two sources and where one or two are above the
        others: these have a closed form.
    converged : ndarray of bool, shape (M,)
        Whether `gap` is at most the tolerance that was asked for; nothing else decides it.
    iterations : ndarray of int, shape (M,)
        Steps of the solver, 0 in closed form.
    source_names : tuple of str
        Of all sources; their numbers where no names were given.
    sizes : tuple of int
        Numbers of columns of each source, and last of Y.
    model : str
        "covariance": of that matrix; "gaussian": of one fitted to samples; "copula": of one
        fitted to normal scores of their ranks.
    n_samples : int or None
        Rows behind it.
    bias_correction : str
        "none"; or "digamma", the exact bias of log det of each Cov(Y|X_i) is taken off.
    plug_in : SubsetNumbers or None
        The same of the covariance of the samples as it is, where that was corrected.
    standard_error : SubsetNumbers or None
        Of each by sampling, in bits, from what each row adds.
    confidence_interval : SubsetIntervals or None
        Of the population: of v* from the value by multipliers that other rows chose to that
        by the same rows.
    kink : ndarray, shape (M,), or None
        Bits by which v* by the same rows is higher.
    shrinkage : float or None
        Share of the identity that was mixed in.
    dependence : Dependence or None
        What there is between all sources and Y that the Gaussian model misses.

    See Also
    --------
    GaussianPID : Two sources, with all four atoms.

    Examples
    --------
    One source sees the first of two columns of Y, one the second, and one the sum of both, each
    with noise of its own:

    >>> import numpy as np, fourfold as ff
    >>> seen = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> cov = np.block([[seen @ seen.T + 0.5 * np.eye(3), seen], [seen.T, np.eye(2)]])
    >>> result = ff.gaussian_union_from_covariance(cov, (1, 1, 1, 2), source_names=("a", "b", "c"))
    >>> found = result["a", "b", "c"]
    >>> round(found.information, 4), round(found.union_information, 4), round(found.synergy, 4)
    (2.1962, 1.7722, 0.424)
    """

    _derived: ClassVar[tuple[str, ...]] = ("synergy", "lower", "upper", "unique")

    subsets: tuple[tuple[str, ...], ...]
    information: np.ndarray
    union_information: np.ndarray
    gap: np.ndarray
    converged: np.ndarray
    iterations: np.ndarray
    source_names: tuple[str, ...]
    sizes: tuple[int, ...]
    model: str
    n_samples: int | None = None
    bias_correction: str = "none"
    plug_in: SubsetNumbers | None = None
    standard_error: SubsetNumbers | None = None
    confidence_interval: SubsetIntervals | None = None
    kink: np.ndarray | None = None
    shrinkage: float | None = None
    dependence: Dependence | None = None

    @property
    def synergy(self) -> np.ndarray:
        """I(X_A;Y) - v* of each subset, shape (M,): its lower bound; at most `gap` too low."""
        found: np.ndarray = self.information - self.union_information
        return found

    @property
    def lower(self) -> np.ndarray:
        """Lower bound of v* of each subset in bits, (M,); of samples see `confidence_interval`."""
        found: np.ndarray = self.union_information - self.gap
        return found

    @property
    def upper(self) -> np.ndarray:
        """Upper bound of v* of each subset in bits, shape (M,): v* as it is reported."""
        return self.union_information

    @property
    def unique(self) -> dict[str, float]:
        """What v* loses with each source, in bits: what none of the others tells of Y.

        v* of all sources less that of all but this one, U1 and U2 of two; as exact as both
        together. NaN where one of these subsets was not asked for.
        """
        every, places = frozenset(self.source_names), self._places()
        found = {}
        for name in self.source_names:
            rest = every - {name}
            left = self.union_information[places[rest]] if rest in places else np.nan
            left = left if rest else 0.0
            whole = self.union_information[places[every]] if every in places else np.nan
            found[name] = float(whole - left)
        return found

    def __len__(self) -> int:
        return len(self.subsets)

    def __getitem__(self, sources: Any) -> SubsetInformation:
        asked = sources if isinstance(sources, (tuple, list, set, frozenset)) else (sources,)
        named = [self._name(source) for source in asked]
        place = self._places().get(frozenset(named))
        if place is None or len(set(named)) < len(named):
            msg = f"there is no subset {sources!r} of the sources {self.source_names!r} here"
            raise KeyError(msg)
        parts = (self.information, self.union_information, self.lower, self.upper, self.synergy)
        information, union, lower, upper, synergy = (float(part[place]) for part in parts)
        converged = bool(self.converged[place])
        return SubsetInformation(
            self.subsets[place], information, union, lower, upper, synergy, converged
        )

    def _name(self, source: Any) -> Any:
        """By number, too, where sources have names."""
        whole = isinstance(source, (int, np.integer)) and not isinstance(source, bool)
        if whole and 0 <= source < len(self.source_names):
            return self.source_names[int(source)]
        return source

    def _places(self) -> dict[frozenset[str], int]:
        return {frozenset(subset): k for k, subset in enumerate(self.subsets)}

    def plot(self, ax: Axes | None = None, *, target_name: str = "Y") -> Axes:
        """Draw a bar for each subset, v* and then the synergy, with the interval of v*.

        Parameters
        ----------
        ax, target_name
            As in `fourfold.plotting.plot`.

        Raises
        ------
        ValueError
            If there are more than 31 subsets.
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, target_name=target_name)

    def to_frame(self) -> Any:
        """One row a subset.

        Returns
        -------
        pandas.DataFrame
            Columns `sources` (tuples), and in bits `information`, `union_information`, `lower`,
            `upper` and `synergy`; `converged`; and of samples the ends of the intervals,
            `information_low` and so on.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pandas = load("pandas", "to_frame needs pandas: pip install pandas; to_dict does not")
        rows = [self[subset] for subset in self.subsets]
        frame = pandas.DataFrame(rows, columns=list(SubsetInformation._fields))
        interval = self.confidence_interval
        if interval is not None:
            for name in SubsetNumbers._fields:
                frame[f"{name}_low"] = getattr(interval.low, name)
                frame[f"{name}_high"] = getattr(interval.high, name)
        return frame

    def __repr__(self) -> str:
        return "\n".join(union_lines(self))
