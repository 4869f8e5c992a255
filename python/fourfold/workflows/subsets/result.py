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
from fourfold.results.record import Record
from fourfold.results.shown import Shown, draw
from fourfold.results.table import Cell, Table, flag_column, number, typeset
from fourfold.results.words import DEFAULT_NAMES, SYMBOLS, Names, pvalue_words
from fourfold.workflows.subsets.words import (
    about,
    atom_words,
    intervals_words,
    too_small_words,
    verdict,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SynergySubsets"]

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
        Which was looked for: "synergy", "redundancy", "unique1" or "unique2".
    n_rows : ndarray of int, shape (M,)
        Rows in each.
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
        Level of the tests, and 1 less that of the intervals.
    adjust : str
        How p-values were adjusted: "holm" or "bh".
    results : tuple of PID
        The decomposition within each subset, with all its atoms and its errors.
    whole : PID
        That of all rows.
    too_small : dict of str to int
        Subsets that were not looked at, and how many rows they, or all others, have.
    least_rows : int
        With fewer a subset is too small.
    members : ndarray of bool, shape (M, N)
        Which rows are in which subset; see `rows`. Not saved.

    See Also
    --------
    fourfold.high_synergy_subsets : Makes it.
    fourfold.conditional_pid : The mean over values of one variable.
    fourfold.pointwise : What single rows add.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> camera, lidar = np.random.default_rng(0).integers(2, size=(2, 600))
    >>> scene = np.repeat(["clear", "fog"], 300)
    >>> y = np.where(scene == "fog", camera ^ lidar, lidar)
    >>> found = ff.high_synergy_subsets(camera, lidar, y, by={"scene": scene})
    >>> found.subsets, found.high_ones.tolist()
    (('scene=fog', 'scene=clear'), [True, False])
    >>> float(found.estimate[0].round(1)), bool(found.difference_low[0] > 0.5)
    (1.0, True)
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
        """Whether the atom of each is above that of the rest, after the search; shape (M,).

        See Also
        --------
        rows : Which rows are in a subset.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> camera, lidar = np.random.default_rng(0).integers(2, size=(2, 600))
        >>> scene = np.repeat(["clear", "fog"], 300)
        >>> y = np.where(scene == "fog", camera ^ lidar, lidar)
        >>> found = ff.high_synergy_subsets(camera, lidar, y, by={"scene": scene})
        >>> [name for name, high in zip(found.subsets, found.high_ones, strict=True) if high]
        ['scene=fog']
        """
        return np.asarray(self.adjusted_pvalues <= self.alpha)

    def rows(self, name: str) -> np.ndarray:
        """Numbers of the rows of a subset, sorted.

        Parameters
        ----------
        name : str
            One of `subsets`.

        Returns
        -------
        ndarray of int
            From 0, of the arrays that were given.

        Raises
        ------
        ValueError
            If there is no such subset, or the result was loaded, as rows are not saved.

        See Also
        --------
        fourfold.sample_weights : Weights for training, of single rows.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> camera, lidar = np.random.default_rng(0).integers(2, size=(2, 600))
        >>> scene = np.repeat(["clear", "fog"], 300)
        >>> y = np.where(scene == "fog", camera ^ lidar, lidar)
        >>> found = ff.high_synergy_subsets(camera, lidar, y, by={"scene": scene})
        >>> found.rows("scene=fog")[:3].tolist()
        [300, 301, 302]
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
        """Draw the atom of each subset in bits with its interval, and that of equally many other rows.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        most : int
            Subsets to draw, from the top.
        source_names : (str, str)
            What X1 and X2 are.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn on.

        Raises
        ------
        ValueError
            If `source_names` is not a pair, or `most` is less than 1.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        to_frame : The numbers.
        rows : Which rows are in a subset.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> camera, lidar = np.random.default_rng(0).integers(2, size=(2, 600))
        >>> scene = np.repeat(["clear", "fog"], 300)
        >>> y = np.where(scene == "fog", camera ^ lidar, lidar)
        >>> found = ff.high_synergy_subsets(camera, lidar, y, by={"scene": scene})
        >>> ax = found.plot(source_names=("camera", "lidar"))
        >>> [label.get_text() for label in ax.get_yticklabels()]  # with their rows
        ['scene=fog  (300)', 'scene=clear  (300)']
        """
        return draw(self, ax, most=most, source_names=source_names)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return f"Subsets of high {atom_words(self.atom)}"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """A row for each subset, in bits.

        Parameters
        ----------
        names : Names
            What X1, X2 and Y are, ``((source1, source2), target)``.

        Returns
        -------
        Table
            As it is printed and put on pages; `to_frame` has the numbers.

        See Also
        --------
        to_frame : A row for each number.
        plot : A picture of it.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> camera, lidar = np.random.default_rng(0).integers(2, size=(2, 600))
        >>> scene = np.repeat(["clear", "fog"], 300)
        >>> y = np.where(scene == "fog", camera ^ lidar, lidar)
        >>> found = ff.high_synergy_subsets(camera, lidar, y, by={"scene": scene})
        >>> [row[0].text for row in found.table().rows]
        ['scene=fog', 'scene=clear']
        """
        symbol = SYMBOLS[self._place]
        spans = zip(self.low, self.high, strict=True)
        flags = [bool(part.undersampled) for part in self.results]
        columns: list[Any] = [
            (Cell("subset", "subset", words=True), self.subsets),
            ("rows", map(str, self.n_rows)),
            (
                Cell(symbol, atom_words(self.atom, names), atom=self._place),
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
            f"The {atom_words(self.atom, names)} by subset, in bits", columns, flags
        )

    def __repr__(self) -> str:
        lines = self.table().lines(self.high_ones)
        more = len(lines) - 1 - _MOST_LINES
        if more > 0:
            lines[_MOST_LINES + 1 :] = [f"  ... and {more} more, see to_frame()"]
        head = (
            f"SynergySubsets: {atom_words(self.atom)} in bits within {len(self.subsets)} subsets of "
            f"{self.whole.n_samples} rows [{intervals_words(self.alpha, len(self.subsets))}],"
        )
        below = [
            verdict(self.atom, self.high_ones, self.adjust, self.alpha),
            *too_small_words(self.too_small, self.least_rows),
        ]
        return "\n".join([head, about(self.whole), *lines, *below])

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
