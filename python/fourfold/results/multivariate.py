# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for one number of several variables: co-information or O-information."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from fourfold.results.frame import Block, Line
from fourfold.results.record import Record
from fourfold.results.words import columns, decimals, percent_words, pvalue_words

__all__ = ["InformationInterval", "MultivariateInformation"]

_SHOWN = 15  # terms: all those of the co-information of four variables
_OF = {
    "table": "of this table",
    "samples": "of {n} samples",
    "gaussian": "of a Gaussian fitted to {n} rows",
    "copula": "of a Gaussian fitted to the ranks of {n} rows",
}


class InformationInterval(NamedTuple):
    """Of the population, in bits."""

    low: float
    high: float
    confidence_level: float


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class MultivariateInformation(Record):
    """Co-information or O-information of several variables, in bits.

    One signed number: above zero redundancy outweighs synergy, below zero synergy redundancy (of the
    co-information with two or three variables only). It does not say how much there is of either:
    both may be large where it is zero. Made by `fourfold.co_information`, `fourfold.o_information` and these with ``_from_table``.

    Attributes
    ----------
    name : str
        "co-information", "O-information" or "O-information about y".
    value : float
        ``coefficients @ terms``; corrected where `bias_correction` says so.
    subsets : tuple of tuple of str
        What the terms are of.
    coefficients : ndarray, shape (T,)
        Whole numbers, without unit.
    terms : ndarray, shape (T,)
        I(X_A;Y) or the total correlation of each subset A, as `kind` says.
    kind : str
        "information about y" or "total correlation".
    source_names : tuple of str
        Of all variables but y.
    sizes : tuple of int
        Numbers of states of all variables, y last; of a Gaussian numbers of columns.
    model : str
        "table": of that table; "samples" of labels; "gaussian", "copula": of a Gaussian fitted to
        rows, or to normal scores of their ranks.
    n_samples : int or None
        Rows behind it.
    bias_correction : str
        "none"; "chao" of labels; "digamma" of a Gaussian.
    plug_in : float or None
        The same without correction.
    standard_error : float or None
        By sampling, from what each row adds, without the error of the correction.
    confidence_interval : InformationInterval or None
        Of the population, with the error of the correction.
    samples_per_cell : float or None
        Of labels: samples over the product of all numbers of states.
    undersampled : bool or None
        Of labels: whether the bias of counting is not known well enough.
    pvalue : float or None
        Two-sided, of permutations that make y, or all variables, independent.
    n_permutations : int or None
        Behind it.

    See Also
    --------
    co_information : Makes it, and says what the number is.
    o_information : Makes it, and says what the number is.
    PID : Redundancy and synergy apart, of two sources.

    Examples
    --------
    Three variables of which each is the parity of the others are synergy, copies redundancy:

    >>> import numpy as np, fourfold as ff
    >>> parity, copies = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    >>> parity[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = copies[[0, 1], [0, 1], [0, 1]] = 1
    >>> [ff.o_information_from_table(table).value for table in (parity, copies)]
    [-1.0, 1.0]
    """

    name: str
    value: float
    subsets: tuple[tuple[str, ...], ...]
    coefficients: np.ndarray
    terms: np.ndarray
    kind: str
    source_names: tuple[str, ...]
    sizes: tuple[int, ...]
    model: str
    n_samples: int | None = None
    bias_correction: str = "none"
    plug_in: float | None = None
    standard_error: float | None = None
    confidence_interval: InformationInterval | None = None
    samples_per_cell: float | None = None
    undersampled: bool | None = None
    pvalue: float | None = None
    n_permutations: int | None = None

    def _blocks(self) -> list[Block]:
        interval = self.confidence_interval
        numbers: dict[str, Any] = {
            "value": self.value,
            "low": None if interval is None else interval.low,
            "high": None if interval is None else interval.high,
            "standard_error": self.standard_error,
            "plug_in": self.plug_in,
            "pvalue": self.pvalue,
        }
        terms = [
            Line(self.kind, ", ".join(names), {"value": value, "coefficient": coefficient})
            for names, value, coefficient in self._terms()
        ]
        return [Block({}, [Line("measure", self.name, numbers), *terms])]

    def _terms(self) -> Any:
        return zip(self.subsets, self.terms.tolist(), self.coefficients.tolist(), strict=True)

    def __repr__(self) -> str:
        of = _OF[self.model].format(n=self.n_samples)
        first = f"{self.name} {decimals(self.value)} bits, {of}"
        interval = self.confidence_interval
        if interval is not None:
            level = percent_words(interval.confidence_level)
            first += f"; {level} interval [{interval.low:.6f}, {interval.high:.6f}]"
        lines = [first]
        # the co-information of more variables alternates: that of the parity of four is positive
        telling = self.name != "co-information" or len(self.sizes) <= 3
        if telling and interval is not None and interval.low <= 0 <= interval.high:
            lines.append("  redundancy and synergy are not told apart")
        elif telling and round(self.value, 6) != 0 and not self.undersampled:
            more, less = ("redundancy", "synergy")[:: 1 if self.value > 0 else -1]
            lines.append(f"  more {more} than {less}")
        rows = [
            [f"{coefficient:+g} x", decimals(value), ", ".join(names)]
            for names, value, coefficient in [*self._terms()][-_SHOWN:]
        ]
        lines.append(f"  the sum of, by {self.kind}:")
        lines += [f"    {line}" for line in columns(rows, ">><")]
        if len(rows) < len(self.subsets):
            lines.append(f"    and {len(self.subsets) - len(rows)} of smaller subsets")
        if self.plug_in is not None:
            lines.append(f"  without correction {decimals(self.plug_in)}")
        if self.pvalue is not None:
            words = pvalue_words(self.pvalue)
            lines.append(f"  p = {words} of independence, {self.n_permutations} permutations")
        if self.undersampled:
            lines.append(
                f"  UNDERSAMPLED: {self.samples_per_cell:.2g} samples per joint state; independent "
                "variables look synergistic then"
            )
        return "\n".join(lines)
