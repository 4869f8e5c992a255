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
from fourfold.results.target_bins import TargetBins
from fourfold.results.words import DEFAULT_NAMES, Names
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.workflows.pairs import words
from fourfold.workflows.pairs.corrected import decompose_pairs
from fourfold.workflows.pairs.rows import above_zero, frame_of, table_of
from fourfold.workflows.pairs.screen import RANKINGS, ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.table import Table

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
        Of I(X1,X2;Y) = 0, by the G-test; as they are, and for having tested all pairs. Where a class
        has fewer than 50 rows they are ranks among those of permuted labels.
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
    confidence_level : float or None
        Expected share of the intervals of `results` that hold the truth; the level of each is higher.
        None where there are none.
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

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
    >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], feature_names=["left", "right", "noise"])
    >>> found.best
    [('left', 'right')]
    >>> bool(found.results[0].confidence_interval.low.synergy > 0.9)
    True
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
    confidence_level: float | None
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
        """Whether each pair tells something about the target, after the search.

        See Also
        --------
        ranked : The numbers of those that do.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> found.passed.tolist()
        [True, False, False]
        """
        return np.asarray(self.adjusted_pvalues <= self.alpha)

    @property
    def atoms(self) -> Atoms:
        """Plug-in atoms less their estimated bias, arrays of shape (M,); those of nothing are about 0.

        See Also
        --------
        best : Which of all pairs these are.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> (found.atoms.synergy > 0.5).tolist()
        [True, False, False]
        """
        left = [plain - bias for plain, bias in zip(self.plug_in, self.bias, strict=True)]
        return Atoms(*left)

    @property
    def pairs(self) -> np.ndarray:
        """Numbers of both features of each pair, shape (M, 2).

        See Also
        --------
        best : Names of the best.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> found.pairs.tolist()
        [[0, 1], [0, 2], [1, 2]]
        """
        return np.column_stack(np.triu_indices(len(self.feature_names), 1))

    @property
    def best(self) -> list[tuple[str, str]]:
        """Names of the best pairs, the best first.

        See Also
        --------
        pair : The decomposition of one of them.
        ranked : Numbers of all pairs that passed.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> found.best
        [('x0', 'x1')]
        """
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

        Returns
        -------
        ndarray of int
            Rows of `pairs`, and entries of all arrays of shape (M,).

        Raises
        ------
        ValueError
            If `by` is none of these.

        See Also
        --------
        best : The names of the first ones.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> found.pairs[found.ranked("information")].tolist()
        [[0, 1]]
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

        See Also
        --------
        fourfold.pid : Of one pair, with all options.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> found.pair("x0", "x1") == found.results[0]
        True
        >>> bool(abs(found.pair(0, 2).synergy) < 0.1)
        True
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
            That of the heat map; its scales are inside of it.

        Raises
        ------
        ValueError
            If `above`, `below` or `order` is none of these.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        to_frame : The numbers.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> ax = found.plot(order="given")
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['x0', 'x1', 'x2']
        """
        return draw(self, ax, above=above, below=below, order=order, most=most)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Pairs of features"

    def above_zero(self) -> np.ndarray:
        """Of which of the best pairs the interval of what they are best in is above zero, (B,).

        Of "unique" both intervals, of "gain" that of S or those of both U1 and U2, and of "information"
        that of any atom.

        Returns
        -------
        ndarray of bool
            False where there are no intervals.

        See Also
        --------
        pair : The decomposition of a pair, with its intervals.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> found.above_zero().tolist()
        [True]
        """
        return above_zero(self)

    def table(self, names: Names = DEFAULT_NAMES, most: int | None = None) -> Table:
        """A row for each of the best pairs.

        Parameters
        ----------
        names : Names
            What the sources and the target are called.
        most : int, optional
            Rows, at most; all by default.

        Returns
        -------
        Table
            Atoms in bits with their intervals, as text and as numbers.

        See Also
        --------
        to_frame : All pairs as a frame.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> X = np.random.default_rng(0).integers(2, size=(400, 3))
        >>> found = ff.feature_pairs(X, X[:, 0] ^ X[:, 1], n_best=1)
        >>> [row[0].text for row in found.table().rows]
        ['x0']
        """
        return table_of(self, names, most)

    def __repr__(self) -> str:
        head = [f"FeaturePairs: {words.about(self)}, in bits", words.verdict(self)]
        if not self.results:
            return "\n".join(head)
        more = len(self.results) - _MOST_LINES
        below = [f"  ... and {more} more, see to_frame()"] if more > 0 else []
        how = words.best_words(self)
        lines = self.table(most=_MOST_LINES).lines(self.above_zero()[:_MOST_LINES])
        return "\n".join([*head, *how, *lines, *below])

    @property
    def _level(self) -> float | None:
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
        return frame_of(self)
