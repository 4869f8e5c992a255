# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Subsets by how much higher an atom is in them than elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.frame import Block, Line, within
from fourfold.results.pid import PID
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.posterior_table import DECODABLE
from fourfold.results.record import Record
from fourfold.results.shown import Shown, draw
from fourfold.results.table import Cell, Table, flag_column, number, typeset
from fourfold.results.words import DEFAULT_NAMES, SYMBOLS, Names, percent_words, pvalue_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ADJUSTMENTS", "SynergySubsets"]

#: What p-values are adjusted by, and what it keeps.
ADJUSTMENTS = {"holm": "chance of any false one", "bh": "expected share of false ones"}
_MOST_NAMED = 8
_MOST_LINES = 30


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class SynergySubsets(Shown, Record):
    """Subsets of the rows, those first in which an atom is surely most above that of other rows.

    Made by `fourfold.high_synergy_subsets`. All arrays have an entry for each of the M subsets that
    have enough rows, in bits.

    Attributes
    ----------
    subsets : tuple of str
        Their names, by `difference_low`: by how much the atom is higher, at least.
    atom : str
        "synergy", "redundancy", "unique1" or "unique2".
    n_rows : ndarray of int, shape (M,)
    estimate, standard_error : ndarray, shape (M,)
        The atom within each subset, bias-corrected of labels, and of embeddings in the
        cross-fitted reading. Sorted like this the first are too high by chance.
    low, high : ndarray, shape (M,)
        Intervals of it that hold for all subsets at once, with a probability of 1 - `alpha`: so
        also for those that came out on top.
    shrunk : ndarray, shape (M,)
        `estimate` drawn to the mean of all subsets as far as errors make them differ, at most by
        what the highest of M equal ones is too high: the winner's curse. Of one that truly
        differs from all others it is too low.
    rest : ndarray, shape (M,)
        The atom in as many other rows; mean over disjoint sets of these.
    difference, difference_low, difference_high : ndarray, shape (M,)
        In the subset less in the rest, of equal numbers of rows, with intervals that hold at once.
    pvalues, adjusted_pvalues : ndarray, shape (M,)
        One-sided, of the atom being no higher in the subset; as they are, and for the search.
    high_ones : ndarray of bool, shape (M,)
        Whether the adjusted p-value is at most `alpha`.
    alpha : float
    adjust : str
        "holm" or "bh".
    results : tuple of PID
        The decomposition within each subset, with all its atoms and its errors.
    whole : PID
        That of all rows.
    too_small : dict of str to int
        Subsets that were not looked at, and how many rows they, or all others, have.
    least_rows : int
    members : ndarray of bool, shape (M, N)
        Which rows are in which subset; see `rows`. Not saved.

    See Also
    --------
    conditional_pid : The mean over values of one variable.
    """

    subsets: tuple[str, ...]
    atom: str
    n_rows: np.ndarray
    estimate: np.ndarray
    standard_error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    shrunk: np.ndarray
    rest: np.ndarray
    difference: np.ndarray
    difference_low: np.ndarray
    difference_high: np.ndarray
    pvalues: np.ndarray
    adjusted_pvalues: np.ndarray
    alpha: float
    adjust: str
    results: tuple[PID, ...]
    whole: PID
    too_small: Mapping[str, int]
    least_rows: int
    members: np.ndarray

    _left_out: ClassVar[frozenset[str]] = frozenset({"members"})
    _derived: ClassVar[tuple[str, ...]] = ("high_ones",)

    @property
    def high_ones(self) -> np.ndarray:
        """Whether each is above the rest, after the search."""
        return np.asarray(self.adjusted_pvalues <= self.alpha)

    def rows(self, name: str) -> np.ndarray:
        """Numbers of the rows of a subset, sorted.

        Raises
        ------
        ValueError
            If there is no such subset, or the result was loaded, as rows are not saved.
        """
        if name not in self.subsets:
            some = ", ".join(map(repr, self.subsets[:_MOST_NAMED]))
            more = ", ..." * (len(self.subsets) > _MOST_NAMED)
            few = " (it has too few rows)" * (name in self.too_small)
            msg = (
                f"name: {name!r} is none of the {len(self.subsets)} subsets{few}: {some}{more}"
            )
            raise ValueError(msg)
        return np.flatnonzero(self.members[self.subsets.index(name)])

    def plot(
        self,
        ax: Axes | None = None,
        *,
        most: int = 20,
        source_names: tuple[str, str] = ("X1", "X2"),
    ) -> Axes:
        """Draw the atom of each subset with its interval, that of equally many other rows beside it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            By default of a new figure.
        most : int
            Subsets to draw, from the top.
        source_names : (str, str)

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, most=most, source_names=source_names)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return f"Subsets of high {self.atom_words()}"

    def atom_words(self, names: Names = DEFAULT_NAMES) -> str:
        """The atom in words."""
        return names.atoms[self._place]

    def about(self) -> str:
        """What the numbers are about."""
        if isinstance(self.whole, PosteriorPID):
            return f"of classifiers fitted within each; {DECODABLE[0].lower()}{DECODABLE[1:]}"
        return "of the population that the rows of each were drawn from"

    def intervals_words(self) -> str:
        """How the intervals are to be read."""
        return f"{percent_words(1 - self.alpha)} intervals of all {len(self.subsets)} at once"

    def too_small_words(self) -> list[str]:
        """Which subsets were not looked at."""
        if not self.too_small:
            return []
        told = [f"{name} ({rows})" for name, rows in self.too_small.items()]
        more = f", and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
        return [
            f"too small ({len(told)} with fewer than {self.least_rows} rows, or so few others): "
            + ", ".join(told[:_MOST_NAMED])
            + more
        ]

    def verdict(self) -> str:
        """How many are above the rest."""
        found = int(self.high_ones.sum())
        kept = f"{ADJUSTMENTS[self.adjust]} at most {self.alpha:g}"
        if not found:
            return f"in no subset is the {self.atom_words()} told apart from that elsewhere ({kept})"
        return f"* above the rest: {found} of {len(self.subsets)} ({kept})"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """A row for each subset."""
        symbol = SYMBOLS[self._place]
        spans = zip(self.low, self.high, strict=True)
        flags = [bool(part.undersampled) for part in self.results]
        columns: list[Any] = [
            (Cell("subset", "subset", words=True), self.subsets),
            ("rows", map(str, self.n_rows)),
            (
                Cell(symbol, self.atom_words(names), atom=self._place),
                [number(s, span=span) for s, span in zip(self.estimate, spans, strict=True)],
            ),
            ("shrunk", map(number, self.shrunk)),
            ("rest", map(number, self.rest)),
            ("more", [number(d, signed=True) for d in self.difference]),
            ("at least", [number(d, signed=True) for d in self.difference_low]),
            ("p adjusted", [_pvalue(p) for p in self.adjusted_pvalues]),
            *([flag_column(flags)] if any(flags) else []),
        ]
        return Table.of_columns(
            f"The {self.atom_words(names)} by subset, in bits", columns, flags
        )

    def __repr__(self) -> str:
        lines = self.table().lines(self.high_ones)
        more = len(lines) - 1 - _MOST_LINES
        if more > 0:
            lines[_MOST_LINES + 1 :] = [f"  ... and {more} more, see to_frame()"]
        head = (
            f"SynergySubsets: {self.atom_words()} in bits within {len(self.subsets)} subsets of "
            f"{self.whole.n_samples} rows [{self.intervals_words()}],"
        )
        below = [self.verdict(), *self.too_small_words()]
        return "\n".join([head, self.about(), *lines, *below])

    @property
    def _place(self) -> int:
        return Atoms._fields.index(self.atom)

    def _blocks(self) -> list[Block]:
        """All rows as the subset None, then each with what it was sorted by."""
        of_all = {"subset": np.array(None), "n_rows": np.array(self.whole.n_samples)}
        blocks = within(self.whole._blocks(), of_all)
        for k, (name, result) in enumerate(zip(self.subsets, self.results, strict=True)):
            index = {"subset": np.array(name, dtype=object), "n_rows": np.array(self.n_rows[k])}
            found = {
                "value": self.estimate[k],
                "low": self.low[k],
                "high": self.high[k],
                "standard_error": self.standard_error[k],
            }
            difference = {
                "value": self.difference[k],
                "low": self.difference_low[k],
                "high": self.difference_high[k],
                "pvalue": self.pvalues[k],
                "adjusted_pvalue": self.adjusted_pvalues[k],
            }
            lines = [
                Line("subset", self.atom, found),
                Line("shrunk", self.atom, {"value": self.shrunk[k]}),
                Line("rest", self.atom, {"value": self.rest[k]}),
                Line("difference", self.atom, difference),
            ]
            blocks += within([Block({}, lines), *result._blocks()], index)
        return blocks


def _pvalue(value: float) -> Cell:
    words = pvalue_words(value)
    return Cell(words, typeset(words))
