# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a model uses of two inputs: atoms on recombined inputs, and shares of use."""

from __future__ import annotations

import dataclasses
import math

from fourfold.results.frame import Block, Line
from fourfold.results.pid import PID
from fourfold.results.record import Record
from fourfold.results.shown import Drawn
from fourfold.results.table import Cell, Table, number, typeset
from fourfold.results.words import DEFAULT_NAMES, Names, decimals, percent_words

__all__ = ["RecombinedPID"]

Span = tuple[float, float]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class RecombinedPID(Drawn, Record):
    """Decomposition of a model's answers to recombined inputs; made by `fourfold.recombined_pid`.

    All of it is of the *recombined population*, in which X1 and X2 are independent. `plot` draws the
    atoms, and below them what of their sum is the use of each source.

    Attributes
    ----------
    result : PID
        The atoms in bits, their errors and intervals. R is not an error: of AND, too, it is .311
        bits where the inputs are independent. S is at least R.
    use : (float, float)
        Share of each source in I(X1,X2;Y), without unit: (I(X1;Y) + I(X1,X2;Y) - I(X2;Y)) /
        2 I(X1,X2;Y) = (U1 + (R + S) / 2) / I(X1,X2;Y), and the same of X2. NaN where the answers
        do not depend on the inputs.
    use_error : float
        Standard error of either, by other rows and by what is left of the bias of few answers.
    use_interval : pair of (float, float)
        Of the share of each source.
    design : str
        "permutation" or "grid".
    n_pairs : int
        Pairs that the model was asked about.
    partners : (int, int)
        Partners of each row of X1, and of each of X2.
    n_batches : int
        How often `predict` was called; once for the check that it repeats its answers.
    posteriors : str
        What p(y|x1) and p(y|x2) are of.
    merging_loss : float
        Bits of I(X1;Y) and I(X2;Y) at most that went with the merging of rows to prototypes.
    repeats : bool
        Whether the model gave a batch the same answers twice.

    See Also
    --------
    fourfold.recombined_pid : Makes it.
    fourfold.PID : What `result` is.

    References
    ----------
    docs/model-decisions.md has the derivations.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).standard_normal((2, 200, 1))
    >>> def model(a, b):  # which of both is larger
    ...     return (a > b)[:, 0].astype(int)
    >>> found = ff.recombined_pid(model, x1, x2, design="grid", random_state=0)
    >>> [round(share, 1) for share in found.use], found.repeats
    ([0.5, 0.5], True)
    >>> ax = found.plot()  # the atoms, and the use of each source
    """

    result: PID
    use: Span
    use_error: float
    use_interval: tuple[Span, Span]
    design: str
    n_pairs: int
    partners: tuple[int, int]
    n_batches: int
    posteriors: str
    merging_loss: float
    repeats: bool

    def contributions(self) -> tuple[float, float]:
        """U1 / (U1 + U2) and U2 / (U1 + U2) of the recombined population.

        Returns
        -------
        (float, float)
            NaN where U1 and U2 are not told apart from zero, as where both inputs are used alike:
            then both are zero, and their shares are not defined.

        See Also
        --------
        table : Shares of use, which are defined then, too.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> x1, x2 = np.random.default_rng(0).standard_normal((2, 200, 1))
        >>> def model(a, b):  # which of both is larger
        ...     return (a > b)[:, 0].astype(int)
        >>> found = ff.recombined_pid(model, x1, x2, design="grid", random_state=0)
        >>> found.contributions()  # both are used alike
        (nan, nan)
        """
        interval = self.result.confidence_interval
        known = interval is not None and max(interval.low.unique1, interval.low.unique2) > 0
        return self.result.contributions() if known else (math.nan, math.nan)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Use of the inputs"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """Shares of use and contributions, without unit.

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
        contributions : The second row.
        notes : What was asked.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> x1, x2 = np.random.default_rng(0).standard_normal((2, 200, 1))
        >>> def model(a, b):  # which of both is larger
        ...     return (a > b)[:, 0].astype(int)
        >>> found = ff.recombined_pid(model, x1, x2, design="grid", random_state=0)
        >>> [row[0].text for row in found.table().rows]
        ['share of use', 'contribution U / (U1 + U2)']
        """
        interval = self.result.confidence_interval
        unknown = ((math.nan, math.nan),) * 2
        spans = unknown if interval is None else interval.contributions
        rows = [
            (
                Cell(head, head),
                *(
                    number(value, span=None if math.isnan(value) else span)
                    for value, span in zip(values, of_values, strict=True)
                ),
            )
            for head, values, of_values in (
                ("share of use", self.use, self.use_interval),
                ("contribution U / (U1 + U2)", self.contributions(), spans),
            )
        ]
        return Table.of_rows("What the model uses", ["", *names.sources], rows)

    def notes(self) -> list[str]:
        """What was asked, and what the posteriors are of.

        Returns
        -------
        list of str
            One for each line.

        See Also
        --------
        table : The shares.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> x1, x2 = np.random.default_rng(0).standard_normal((2, 200, 1))
        >>> def model(a, b):  # which of both is larger
        ...     return (a > b)[:, 0].astype(int)
        >>> found = ff.recombined_pid(model, x1, x2, design="grid", random_state=0)
        >>> found.notes()[0]
        'about recombined inputs, in which X1 and X2 are independent'
        """
        interval = self.result.confidence_interval
        level = (
            ""
            if interval is None
            else f"{typeset(percent_words(interval.confidence_level))} intervals: other rows of X1 and X2; "
        )
        lines = [
            "about recombined inputs, in which X1 and X2 are independent",
            (
                f"{self.design} design: {self.n_pairs} pairs in {self.n_batches} batches, {self.partners[0]} partners of "
                f"each row of X1, {self.partners[1]} of X2"
            ),
            (
                f"p(y|x1), p(y|x2): {self.posteriors}; merging loses at most "
                f"{decimals(self.merging_loss, 4)} bits"
            ),
            f"{level}p(y|x1,x2) is the model itself",
            "certified is the solver's answer of these posteriors alone",
        ]
        if not self.repeats:
            lines.append(
                "NOT REPEATABLE: the model answers the same rows otherwise when asked again"
            )
        return lines

    def _blocks(self) -> list[Block]:
        names = ("x1", "x2")
        lines = [
            Line(
                "use",
                name,
                {"value": value, "low": low, "high": high, "standard_error": self.use_error},
            )
            for name, value, (low, high) in zip(names, self.use, self.use_interval, strict=True)
        ]
        return [*self.result._blocks(), Block({}, lines)]

    def __repr__(self) -> str:
        lines = ["RecombinedPID:", repr(self.result), *self.table().lines()]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes())])
