# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is known of a model's decisions from its answers with both sources, and with one masked."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from fourfold.results.frame import Block, Line
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.pid import PID
from fourfold.results.pid_lines import bound_lines
from fourfold.results.record import Record
from fourfold.results.shown import Shown
from fourfold.results.table import Cell, Table, number
from fourfold.results.words import DEFAULT_NAMES, Names, percent_words
from fourfold.workflows.decisions.advice import advice, inconsistency
from fourfold.workflows.decisions.decisions import Consistency

__all__ = ["NAMES", "DecisionPID", "bounds_words"]

#: Of the answers that are given.
NAMES = ("p_joint", "p_given_1", "p_given_2")


def bounds_words(bounds: OuterBounds) -> str:
    """The bounds with their confidence, or that there are none."""
    if math.isnan(bounds.redundancy):
        return "no known bounds, of fewer than 30 rows or of one answer"
    return f"{bounds.words()} bits ({percent_words(bounds.confidence_level)} each)"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class DecisionPID(Shown, Record):
    """Decomposition of a model's decisions in bits; made by `fourfold.decision_pid`.

    Attributes
    ----------
    result : PID
        Of the predictions as they were used, after a projection if there was one.
    consistency : Consistency
        How far the masked predictions are from marginals of the joint ones, and how much the
        projection changed.
    projected : bool
        Whether conditionals other than those given, by more than rounding, were used: on
        request, or within a `tolerance` that is not small.
    outer_bounds : OuterBounds
        Bounds of the atoms of the *inputs*, not of states of them, that need no projection: masked
        answers are predictors of the joint ones there, recalibrated on other rows. Each has its
        confidence if rows are independent draws.
    uniform : tuple of int
        Rows of p_joint, p_given_1 and p_given_2 that were made uniform, as the candidates had
        less mass than `tau`.

    See Also
    --------
    fourfold.decision_pid : Makes it.
    fourfold.PID : What `result` is.
    fourfold.OuterBounds : What holds of the inputs.

    Examples
    --------
    >>> import fourfold as ff
    >>> both = [[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]]  # XOR, nearly
    >>> alone = [[0.5, 0.5]] * 4
    >>> found = ff.decision_pid(both, alone, alone)
    >>> found.projected, round(found.result.synergy, 2), round(found.result.mi_joint, 2)
    (False, 0.4, 0.4)
    """

    result: PID
    consistency: Consistency
    projected: bool
    outer_bounds: OuterBounds
    uniform: tuple[int, int, int]

    def _plain(self) -> dict[str, Any]:
        consistency: dict[str, Any] = {
            name: None if value is None or not np.isfinite(value) else value
            for name, value in self.consistency._asdict().items()
        }
        uniform = dict(zip(NAMES, self.uniform, strict=True))
        return super()._plain() | {"consistency": consistency, "uniform": uniform}

    def _blocks(self) -> list[Block]:
        found = self.consistency._asdict().items()
        lines = [Line("consistency", name, {"value": value}) for name, value in found]
        return [*self.result._blocks(), Block({}, [*lines, *bound_lines(self.outer_bounds)])]

    @property
    def advice(self) -> str:
        """What to do, by how much the masked answers contradict the joint ones.

        See Also
        --------
        fourfold.Consistency : The figures that it goes by.

        Examples
        --------
        >>> import fourfold as ff
        >>> both = [[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]]  # XOR, nearly
        >>> alone = [[0.5, 0.5]] * 4
        >>> found = ff.decision_pid(both, alone, alone)
        >>> found.advice
        'The masked answers do not contradict the joint ones'
        """
        return advice(inconsistency(self.consistency), float(self.result.mi_joint))

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Decisions"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """How far the masked predictions are from marginals of the joint ones.

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
        fourfold.Consistency : The numbers.
        to_frame : A row for each number of the result.

        Examples
        --------
        >>> import fourfold as ff
        >>> both = [[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.8, 0.2]]  # XOR, nearly
        >>> alone = [[0.5, 0.5]] * 4
        >>> found = ff.decision_pid(both, alone, alone)
        >>> [row[0].text for row in found.table().rows][:2]
        ['classes, total variation', 'classes, divergence']
        """
        of = self.consistency
        distances: list[tuple[str | None, str, str, Any, Any]] = [
            ("classes, total variation", "class probabilities, total variation", "",
             of.class_distance1, of.class_distance2),
            ("classes, divergence", "class probabilities, divergence in bits", " bits",
             of.class_divergence1, of.class_divergence2),
            ("states, divergence", "states, divergence in bits", " bits",
             of.state_divergence1, of.state_divergence2),
            ("overconfidence", "overconfidence against the joint ones, in bits", " bits",
             of.overconfidence1, of.overconfidence2),
            (None, "changed by the projection, in bits", "", of.correction1, of.correction2),
        ]  # fmt: skip
        rows = [
            (Cell(text, page), number(one, 4), Cell(f"{two:.4f}{unit}", number(two).page))
            for text, page, unit, one, two in distances
            if one is not None
        ]
        heads = ["distance", *(f"{name} alone" for name in names.sources)]
        return Table.of_rows("Distances of the masked predictions", heads, rows)

    def __repr__(self) -> str:
        found = self.consistency
        lines = [
            "DecisionPID:",
            repr(self.result),
            "masked predictions against marginals of the joint ones, X1 and X2",
        ]
        shown = (row for row in self.table().rows if row[0].text is not None)
        lines += [f"  {what.text:<26}{one.text}, {two.text}" for what, one, two in shown]
        if self.projected:
            lines.append(
                f"PROJECTED onto the p(y) of p_joint, by {found.correction1:.4f} and "
                f"{found.correction2:.4f} bits"
            )
        lines.append(
            f"of the inputs, whatever the masks are worth: {bounds_words(self.outer_bounds)}"
        )
        lines.append(self.advice)
        if any(self.uniform):
            counts = ", ".join(
                f"{count} of {name}" for name, count in zip(NAMES, self.uniform, strict=True)
            )
            lines.append(f"made uniform for want of mass on the candidates: {counts}")
        return "\n".join(lines)
