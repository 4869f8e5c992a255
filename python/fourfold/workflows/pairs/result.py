# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pairs of features: all as they were counted and tested, the best ones corrected."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from fourfold.inference.options import Inference
from fourfold.inputs.column_names import listed
from fourfold.results.atoms import Atoms
from fourfold.results.pid import PID
from fourfold.results.record import Record
from fourfold.results.shown import Shown, draw
from fourfold.results.table import Cell, Table, atom_columns, flag_column, typeset
from fourfold.results.target_bins import TargetBins
from fourfold.results.words import DEFAULT_NAMES, Names, percent_words, pvalue_words
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.workflows.pairs.corrected import decompose_pairs
from fourfold.workflows.pairs.screen import RANKINGS, ranking
from fourfold.workflows.subsets.words import ADJUSTMENTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FeaturePairs"]

_MOST_LINES = 10


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class FeaturePairs(Shown, Record):
    """What each pair of F features tells about a target: all pairs screened, the best corrected.

    Made by `fourfold.feature_pairs`. Arrays of shape (M,) have an entry for each of the
    M = F (F - 1) / 2 pairs in the order (0, 1), (0, 2), ..., (1, 2), ...; X1 is the feature that
    comes first in X. All in bits.

    Attributes
    ----------
    feature_names : tuple of str
    n_states : ndarray of int, shape (F,)
        States, or bins, of each feature.
    binned : ndarray of bool, shape (F,)
        Whether these are bins.
    n_samples, n_classes : int
    information, information_bias : ndarray, shape (F,)
        I(X;Y) of each feature by itself, plug-in, and how much of that is bias, as estimated.
    plug_in, bias : Atoms of ndarray, shape (M,)
        Of the frequencies as they are, and the estimated bias of each, one step of what `results`
        are corrected by. What is left, `atoms`, is what pairs are ranked by and what `plot` draws.
    gap : ndarray, shape (M,)
        Width of the certified interval of the plug-in atoms.
    pvalues, adjusted_pvalues : ndarray, shape (M,)
        Of I(X1,X2;Y) = 0, by the G-test; as they are, and for having tested all pairs.
    passed : ndarray of bool, shape (M,)
        Whether the adjusted p-value is at most `alpha`.
    alpha : float
    adjust : str
        "bh" or "holm".
    by : str
        What the best pairs are best in.
    best_numbers : ndarray of int, shape (B,)
        Which pairs these are, the best first.
    results : tuple of PID
        Of the best pairs, corrected, with errors and intervals: estimates of the population. Those
        on top are so by chance, too, and rather too high.
    confidence_level : float
        Expected share of the intervals of `results` that hold the truth; the level of each is higher.
    bias_correction : str
    tol : float
    seed : int
        `random_state` with which `fourfold.pid` gives the same.
    target_bins : TargetBins or None
    codes : ndarray of uint8, shape (F, N)
        The state of each feature in each row. Not saved.
    classes : ndarray of int, shape (N,)
        The class of each row. Not saved.

    See Also
    --------
    feature_pairs : Makes it.
    """

    feature_names: tuple[str, ...]
    n_states: np.ndarray
    binned: np.ndarray
    n_samples: int
    n_classes: int
    information: np.ndarray
    information_bias: np.ndarray
    plug_in: Atoms
    bias: Atoms
    gap: np.ndarray
    pvalues: np.ndarray
    adjusted_pvalues: np.ndarray
    alpha: float
    adjust: str
    by: str
    best_numbers: np.ndarray
    results: tuple[PID, ...]
    confidence_level: float
    bias_correction: str
    tol: float
    seed: int
    target_bins: TargetBins | None = None
    codes: np.ndarray | None = None
    classes: np.ndarray | None = None

    _left_out: ClassVar[frozenset[str]] = frozenset({"codes", "classes"})
    _derived: ClassVar[tuple[str, ...]] = ("passed", "best")

    @property
    def passed(self) -> np.ndarray:
        """Whether each pair tells something about the target, after the search."""
        return np.asarray(self.adjusted_pvalues <= self.alpha)

    @property
    def atoms(self) -> Atoms:
        """Plug-in atoms less their estimated bias, arrays of shape (M,); those of nothing are about 0."""
        left = [plain - bias for plain, bias in zip(self.plug_in, self.bias, strict=True)]
        return Atoms(*left)

    @property
    def pairs(self) -> np.ndarray:
        """Numbers of both features of each pair, shape (M, 2)."""
        return np.column_stack(np.triu_indices(len(self.feature_names), 1))

    @property
    def best(self) -> list[tuple[str, str]]:
        """Names of the best pairs, the best first."""
        return [
            (self.feature_names[i], self.feature_names[j])
            for i, j in self.pairs[self.best_numbers.astype(np.intp)].tolist()
        ]

    def ranked(self, by: str | None = None) -> np.ndarray:
        """Numbers of the pairs that passed, the best first.

        Parameters
        ----------
        by : str, optional
            As in `fourfold.feature_pairs`; by default what the best were chosen by.

        Raises
        ------
        ValueError
            If `by` is none of these.
        """
        by = self.by if by is None else by
        if by not in RANKINGS:
            msg = f"by: expected one of {', '.join(map(repr, RANKINGS))}, got {by!r}"
            raise ValueError(msg)
        passed = np.flatnonzero(self.passed)
        values = ranking(self.atoms, by)[passed]
        return np.asarray(passed[np.argsort(-values, kind="stable")])

    def pair(self, first: str | int, second: str | int) -> PID:
        """The decomposition of one pair, corrected: that of `results`, or made now.

        Parameters
        ----------
        first, second : str or int
            Names, or numbers of columns, of what is X1 and X2.

        Returns
        -------
        PID
            As of `fourfold.pid`. The level of its interval is that of the best pairs if it is one of
            these, else `confidence_level`.

        Raises
        ------
        ValueError
            If there is no such feature; if both are the same; or if the result was loaded, as rows
            are not saved, and the pair is none of the best.
        """
        i, j = self._place(first, "first"), self._place(second, "second")
        if i == j:
            msg = f"second: expected another feature than first, got {second!r} for both"
            raise ValueError(msg)
        width, (low, high) = len(self.feature_names), sorted((i, j))
        number = low * width - low * (low + 1) // 2 + high - low - 1
        (chosen,) = np.nonzero(self.best_numbers == number)
        if len(chosen) and i < j:
            return self.results[int(chosen[0])]
        level = self.confidence_level
        if len(chosen):
            level = self._level
        if not isinstance(self.codes, np.ndarray) or not isinstance(self.classes, np.ndarray):
            names = [self.feature_names[k] for k in (i, j)]
            msg = (
                f"pair: {names[0]!r} as X1 and {names[1]!r} as X2 are none of the {len(self.results)} best "
                "pairs, and rows are not saved; call feature_pairs again"
            )
            raise ValueError(msg)  # noqa: TRY004  it is of the right type, but was not saved
        (found,) = decompose_pairs(
            [(i, j)],
            self.codes,
            self.classes,
            SolverOptions.checked(self.tol, DEFAULT_MAX_ITER, None, "float64", "cpu"),
            Inference.checked(self.bias_correction, 0, level),
            self.seed,
            self.target_bins,
        )
        return found

    def plot(
        self,
        ax: Axes | None = None,
        *,
        above: str = "synergy",
        below: str = "redundancy",
        order: str = "clusters",
        most: int | None = 60,
    ) -> Axes:
        """Draw a heat map: one atom of each pair above the diagonal, another below it.

        On the diagonal is what each feature tells by itself. All in bits, plug-in less the estimated
        bias, white where nothing is left; pairs that did not pass are grey.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        above, below : {"synergy", "redundancy", "unique", "gain", "information"}
            What to draw above and below the diagonal.
        order : {"clusters", "information", "given"}
            Redundant features side by side; those that tell most by themselves first; or as in X.
        most : int or None
            Features to draw, those of the best pairs; None for all.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ValueError
            If `above`, `below` or `order` is none of these.
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, above=above, below=below, order=order, most=most)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Pairs of features"

    def about(self) -> str:
        """What the numbers are of."""
        rows = f"{self.n_samples} rows, {self.n_classes} classes"
        return f"{len(self.gap)} pairs of {len(self.feature_names)} features, {rows}"

    def verdict(self) -> str:
        """How many pass, and by what."""
        kept = f"{ADJUSTMENTS[self.adjust]} at most {self.alpha:g}"
        return f"{int(self.passed.sum())} of {len(self.gap)} pairs pass the G-test of I(X1,X2;Y) ({kept})"

    def best_words(self) -> str:
        """What the best pairs are, and how their numbers are to be read."""
        if not self.results:
            return "none was corrected"
        correction = self.results[0].bias_correction
        how = (
            "as counted"
            if correction == "none"
            else f"corrected for the bias of counting by {correction!r}"
        )
        return f"the best {len(self.results)} by {self.by}, {how}; those on top are rather too high"

    def above_zero(self) -> np.ndarray:
        """Of which of the best pairs the interval of what they are best in is above zero, (B,).

        Of "unique" both intervals, of "gain" that of S or those of both U1 and U2, and of "information"
        that of any atom.
        """
        if any(one.confidence_interval is None for one in self.results):
            return np.zeros(len(self.results), dtype=bool)
        spans = [one.confidence_interval for one in self.results if one.confidence_interval]
        low = np.array([span.low for span in spans]).reshape(-1, 4) > 0
        redundancy, unique1, unique2, synergy = low.T
        both = unique1 & unique2
        found = {
            "synergy": synergy,
            "redundancy": redundancy,
            "unique": both,
            "gain": synergy | both,
        }
        return np.asarray(found.get(self.by, low.any(1)))

    def intervals_words(self) -> str:
        """How the intervals are to be read."""
        share, each = percent_words(self.confidence_level), percent_words(self._level)
        return f"{each} intervals, of which {share} hold the truth after the selection"

    def above_zero_words(self) -> str:
        """Of how many of the best pairs it is sure that they are what they were chosen for."""
        number = int(self.above_zero().sum())
        return (
            f"* {RANKINGS[self.by]} above zero by its interval: {number} of {len(self.results)}"
        )

    def table(self, names: Names = DEFAULT_NAMES, most: int | None = None) -> Table:
        """A row for each of the best pairs."""
        shown = self.results[:most]
        atoms = np.array([one.atoms for one in shown]).reshape(-1, 4).T
        low = high = None
        if all(one.confidence_interval is not None for one in shown):
            spans = [one.confidence_interval for one in shown if one.confidence_interval]
            low, high = (
                np.array([getattr(span, end) for span in spans]).reshape(-1, 4).T
                for end in ("low", "high")
            )
        joint = [one.mi_joint for one in shown]
        flags = [bool(one.undersampled) for one in shown]
        adjusted = self.adjusted_pvalues[self.best_numbers.astype(np.intp)][:most]
        columns: list[Any] = [
            (Cell("X1", "X1", words=True), [pair[0] for pair in self.best[:most]]),
            (Cell("X2", "X2", words=True), [pair[1] for pair in self.best[:most]]),
            *atom_columns(atoms, low, high, joint, names),
            ("p adjusted", [_pvalue(p) for p in adjusted]),
            *([flag_column(flags)] if any(flags) else []),
        ]
        return Table.of_columns(f"The best pairs by {self.by}, in bits", columns, flags)

    def __repr__(self) -> str:
        head = [f"FeaturePairs: {self.about()}, in bits", self.verdict()]
        if not self.results:
            return "\n".join(head)
        more = len(self.results) - _MOST_LINES
        below = [f"  ... and {more} more, see to_frame()"] if more > 0 else []
        words = [self.best_words(), self.intervals_words(), self.above_zero_words()]
        lines = self.table(most=_MOST_LINES).lines(self.above_zero()[:_MOST_LINES])
        return "\n".join([*head, *words, *lines, *below])

    @property
    def _level(self) -> float:
        """Of each interval of the best pairs."""
        for one in self.results:
            if one.confidence_interval is not None:
                return one.confidence_interval.confidence_level
        return self.confidence_level

    def _place(self, feature: Any, name: str) -> int:
        """The number of a feature by its name or number, or raise."""
        if isinstance(feature, str):
            if feature in self.feature_names:
                return self.feature_names.index(feature)
        elif isinstance(feature, (int, np.integer)) and not isinstance(feature, bool):
            width = len(self.feature_names)
            if -width <= feature < width:
                return int(feature) % width
        msg = f"{name}: there is no feature {feature!r}; there are {listed(self.feature_names)}"
        raise ValueError(msg)

    def _blocks(self) -> dict[str, Any]:
        """A row for each pair: the best first, then those that passed, then the others."""
        passed = self.ranked()
        rest = np.setdiff1d(passed, self.best_numbers)
        rest = passed[np.isin(passed, rest)]
        order = np.concatenate([self.best_numbers, rest, np.flatnonzero(~self.passed)])
        order = order.astype(np.intp)
        pairs = self.pairs[order]
        names = np.array(self.feature_names, dtype=object)
        atoms = self.atoms
        frame: dict[str, Any] = {
            "x1": names[pairs[:, 0]],
            "x2": names[pairs[:, 1]],
            "passed": self.passed[order],
            "pvalue": self.pvalues[order],
            "adjusted_pvalue": self.adjusted_pvalues[order],
            "mi1": (self.information - self.information_bias)[pairs[:, 0]],
            "mi2": (self.information - self.information_bias)[pairs[:, 1]],
            "mi_joint": np.sum(atoms, axis=0)[order],
        }
        for name in Atoms._fields:
            frame[name] = getattr(atoms, name)[order]
        for name in Atoms._fields:
            frame[f"{name}_plug_in"] = getattr(self.plug_in, name)[order]
        for name in Atoms._fields:
            of_best = [(getattr(one, name), *_error(one, name)) for one in self.results]
            numbers = np.full((len(order), 4), np.nan)
            numbers[: len(of_best)] = np.array(of_best).reshape(-1, 4)
            for k, what in enumerate(("corrected", "standard_error", "low", "high")):
                frame[f"{name}_{what}"] = numbers[:, k]
        return frame


def _error(result: PID, name: str) -> tuple[float, float, float]:
    """Standard error and the ends of the interval of an atom, NaN where not known."""
    error = np.nan if result.standard_error is None else getattr(result.standard_error, name)
    interval = result.confidence_interval
    if interval is None:
        return error, np.nan, np.nan
    return error, getattr(interval.low, name), getattr(interval.high, name)


def _pvalue(value: float) -> Cell:
    words = pvalue_words(value)
    return Cell(words, typeset(words))
