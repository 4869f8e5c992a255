# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What two sources tell about a target where a third variable is known, as a result."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fourfold.results.frame import Block, within
from fourfold.results.pid import PID
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.record import Record
from fourfold.results.shown import Drawn
from fourfold.results.table import Cell, Table, atom_columns, flag_column, typeset
from fourfold.results.words import DEFAULT_NAMES, Names, percent_words
from fourfold.workflows.conditional.given_kept import GivenKept

if TYPE_CHECKING:
    from fourfold.results.table import Column

__all__ = ["ConditionalPID"]

_MADE_OF = {
    "kmeans": "strata are K-means clusters of T",
    "posterior": "strata are groups of similar posteriors p(y|t) of T",
}


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ConditionalPID(Drawn, Record):
    """Decomposition of I(X1,X2;Y|T) in bits; made by `fourfold.conditional_pid`.

    `plot` draws the mean over the strata and below it each stratum, as stacked bars in bits.
    Confidence intervals are lines below each bar, each from where its atom begins; of classifiers,
    which have none, the sampling error alone. The stratum in which T is not known is hatched. A
    Gaussian has no strata, and is drawn as `GaussianPID.plot` does.

    Attributes
    ----------
    result : PID
        The mean over the strata of T: its atoms add up to I(X1,X2;Y|T), `mi1` is I(X1;Y|T) and
        `mi2` I(X2;Y|T). It has no coupling. Of embeddings a `PosteriorPID`, whose errors and
        bounds are of all rows, the latter given these strata. With ``estimator="gaussian"`` a
        `GaussianPID`, given T itself.
    strata : tuple of str
        The S strata, sorted; last "pooled" where small ones were pooled. None of a Gaussian.
    weights : ndarray, shape (S,)
        Share p(t) of the rows that are in each.
    by_stratum : tuple of PID
        The decomposition within each, corrected as `result` is, with errors of its own rows.
    pooled : tuple of str
        Values of T that are in the stratum "pooled".
    strata_by : str
        What a stratum is: a "value" of T; of an embedding "kmeans" or "posterior"; or "none",
        where all is given T itself, as of a Gaussian.
    kept : GivenKept or None
        What strata of an embedding leave of T, as far as classifiers tell.

    See Also
    --------
    fourfold.conditional_pid : Makes it.
    fourfold.PID : What `result` and each of `by_stratum` are.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
    >>> t = ["first"] * 100 + ["second"] * 100  # which of the two is asked for
    >>> found = ff.conditional_pid(x1, x2, x1[:100] + x2[100:], given=t)
    >>> found.strata, [part.unique1 > 0.5 for part in found.by_stratum]
    (('first', 'second'), [True, False])
    >>> round(found.result.unique1, 1), found.weights.tolist()
    (0.5, [0.5, 0.5])
    >>> ax = found.plot()  # the mean, and below it the strata
    """

    result: PID
    strata: tuple[str, ...]
    weights: np.ndarray
    by_stratum: tuple[PID, ...]
    pooled: tuple[str, ...]
    strata_by: str = "value"
    kept: GivenKept | None = None

    def _blocks(self) -> list[Block]:
        """The mean over the strata as the stratum None, then each."""
        blocks = within(
            self.result._blocks(), {"stratum": np.array(None), "weight": np.array(1.0)}
        )
        for name, weight, part in zip(self.strata, self.weights, self.by_stratum, strict=True):
            index = {"stratum": np.array(name, dtype=object), "weight": np.array(weight)}
            blocks += within(part._blocks(), index)
        return blocks

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Given the third variable"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """A row for each stratum, in bits.

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
        >>> import fourfold as ff
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> t = ["first"] * 100 + ["second"] * 100  # which of the two is asked for
        >>> found = ff.conditional_pid(x1, x2, x1[:100] + x2[100:], given=t)
        >>> [row[0].text for row in found.table().rows]
        ['first', 'second']
        """
        parts = self.by_stratum
        atoms = np.reshape([part.atoms for part in parts], (-1, 4)).T
        shares = [
            Cell(f"{weight:.3f}", typeset(percent_words(round(float(weight), 3))))
            for weight in self.weights
        ]
        poor = [bool(part.undersampled) for part in parts]
        decoded = isinstance(self.result, PosteriorPID)
        columns: list[Column] = [
            (Cell("stratum", "stratum", words=True), self.strata),
            ("share", shares),
            ("samples", [str(part.n_samples) for part in parts]),
            *atom_columns(atoms, None, None, [part.mi_joint for part in parts], names),
            *([] if decoded else [flag_column(poor)]),
        ]
        words = ", decoded by classifiers of its rows" if decoded else ""
        return Table.of_columns(f"The atoms by stratum, in bits{words}", columns, poor)

    def strata_words(self, names: Names = DEFAULT_NAMES) -> list[str]:
        """What strata of an embedding are, and what they leave of it; nothing of labels.

        Parameters
        ----------
        names : Names
            What X1, X2 and Y are, ``((source1, source2), target)``.

        Returns
        -------
        list of str
            One for each line; empty of labels.

        See Also
        --------
        fourfold.GivenKept.words : The figures of what strata leave.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2 = [0, 0, 1, 1] * 50, [0, 1, 0, 1] * 50
        >>> t = ["first"] * 100 + ["second"] * 100  # which of the two is asked for
        >>> found = ff.conditional_pid(x1, x2, x1[:100] + x2[100:], given=t)
        >>> found.strata_words()  # T is a label here, of which strata leave nothing out
        []
        """
        kept = [] if self.kept is None else self.kept.words(names)
        return [*([_MADE_OF[self.strata_by]] if self.strata_by in _MADE_OF else []), *kept]

    def __repr__(self) -> str:
        text = repr(self.result)
        if not self.strata:
            return f"ConditionalPID, given T itself:\n{text}"
        for name in ("I(X1; Y)", "I(X2; Y)", "I(X1, X2; Y)", "I(X1,X2;Y)", "H(Y)"):
            text = text.replace(f"{name}  ", f"{name[:-1]}|T)")
        lines = [
            "ConditionalPID, given T, mean over the strata:",
            text.replace("H(Y) ", "H(Y|T) ").replace("H(Y):", "H(Y|T):"),
            *self.table().lines(),
        ]
        if self.pooled:
            lines.append(f"pooled: {', '.join(self.pooled)}")
        return "\n".join([*lines, *self.strata_words()])
