# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The table of a `PosteriorPID` and what is said around it: once, for text, pages and pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.results.atoms import ROUNDING
from fourfold.results.table import Cell, Column, Entry, Table, ends, number, only_page, typeset
from fourfold.results.told_apart import apart_words, share_words
from fourfold.results.words import SYMBOLS, decimals, percent_words, state_words

if TYPE_CHECKING:
    from fourfold.results.words import Names

__all__ = [
    "DECODABLE",
    "EXTRAPOLATED",
    "SIGNS",
    "doubts",
    "posterior_lines",
    "posterior_notes",
    "posterior_table",
]

#: The first words about every such result.
DECODABLE = "decodable by these classifiers; certified given the posteriors; S is low if the joint one is weak"
#: Of what their confidence intervals are.
INTERVALS = (
    "intervals are of the embeddings' atoms, if what these classifiers miss falls like N^-1/2 or "
    "faster; S goes up to its bound where none is found for sure"
)
#: Of the outer bounds of R, U1, U2 and S.
SIGNS = (">=", "<=", "<=", "<=")
#: Bits that merging may lose before v* is extrapolated to none, which costs a second solve: what both
#: sources lose where their prototypes are enough.
EXTRAPOLATED = 0.01
#: Rows of each class below which classifiers miss much, unless they tell nearly all there is.
FEW_ROWS, NEARLY_ALL = 100, 0.95
#: Bits by which an atom is beyond its bound before that is said.
BEYOND = 0.005
#: Bits of merging that are worth a warning.
MUCH_MERGED = 0.05
#: Bits that posteriors may claim beyond the labels, and standard errors of that.
MUCH_CLAIMED, SURE = 0.05, 3.0


class _Row(NamedTuple):
    head: Cell
    symbol: str
    soft: float
    held_out: float
    error: float
    shrunk: Entry = ""
    bound: Entry = ""
    given: Entry = ""
    span: tuple[float, float] | None = None


def posterior_table(result: Any, names: Names) -> Table:
    """A row for each atom and each information: what is decoded, and what holds without it."""
    bounds, shrunk, interval = (
        result.outer_bounds,
        result.readings["shrunk"],
        result.confidence_interval,
    )
    rows = [
        _Row(
            Cell(name, f"{name} ({symbol})", atom=k),
            symbol,
            result.atoms[k],
            result.readings["cross_fitted"][k],
            result.standard_error[k],
            number(shrunk[k]),
            _bound(bounds[k], SIGNS[k]),
            ends(result.lower[k], result.upper[k]),
            None if interval is None else (interval.low[k], interval.high[k]),
        )
        for k, (name, symbol) in enumerate(zip(names.atoms, SYMBOLS, strict=True))
    ]
    soft, held_out, error = result.information
    (first, second), target = names
    for of, k in ((first, 0), (second, 1), (f"{first}, {second}", 2)):
        rows.append(_Row(_short(f"I({of}; {target})", k), "", soft[k], held_out[k], error[k]))
    rows.append(
        _Row(Cell("R + U1 + U2", "union information"), "", soft[3], held_out[3], error[3])
    )
    columns: list[Column] = [
        (Cell("in bits", "atom", words=True), [row.head for row in rows]),
        (Cell("", None, words=True), [row.symbol for row in rows]),
        (
            "decoded"
            if interval is None
            else _with_level("decoded", interval.confidence_level),
            [number(row.soft, span=row.span) for row in rows],
        ),
        ("cross-fitted", [_with_error(row.held_out, row.error) for row in rows]),
        ("shrunk", [row.shrunk for row in rows]),
        (_with_level("holds", bounds.confidence_level), [row.bound for row in rows]),
        (only_page("certified given the posteriors"), [row.given for row in rows]),
    ]
    return Table.of_columns("What these classifiers decode, in bits", columns)


def posterior_lines(result: Any, names: Names) -> list[str]:
    """The table as text, with notes below it."""
    lines = posterior_table(result, names).lines()
    lines.insert(5, "")
    return [*lines, "", *posterior_notes(result, names.target)]


def posterior_notes(result: Any, target: str = "y") -> list[str]:
    """What the numbers are of, and how far they go."""
    found = result.factored
    # of a mean over strata there is none, nor a number of states that says something
    states = "the" if found is None else f"{len(found.p1y)} x {len(found.p2y)}"
    lost = f"{decimals(sum(result.merging_loss), 4)} bits"
    if sum(result.merging_loss) > EXTRAPOLATED:
        lost += ", and v* is extrapolated to no loss"
    solver = f"gap of the solver {result.gap:.1e}, {state_words(result)}"
    error = "+- is the error of sampling alone, not of what classifiers miss"
    notes = [
        f"H({target}) {result.entropy:.3f} bits, {result.n_samples} rows; {error}",
        *share_words(result, target),
        f"{states} prototypes lose at most {lost}; {solver}"
        if any(result.merging_loss)
        else f"{states} states, as nothing is merged; {solver}",
    ]
    if result.target_bins is not None:
        notes.append(result.target_bins.words(result.mi_joint, target))
    if result.streamed is not None:
        notes.insert(1, result.streamed.words())
    if not math.isnan(result.outer_bounds.redundancy):
        of = "" if result.target_bins is None else "of the bins, "
        notes.append(
            f"what holds, holds {of}whatever the classifiers are worth; each bound for itself"
        )
    gap = result.learning_gap
    if gap is not None:
        words = ", ".join(
            f"{name} {decimals(value, 3, signed=True)}"
            for name, value in zip(("I1", "I2", "I12", "v*"), gap, strict=True)
        )
        notes.append(f"learning gap, against half of the rows: {words}")
    if result.confidence_interval is not None:
        notes += [INTERVALS, *apart_words(result)]
    return notes


def doubts(result: Any) -> list[str]:
    """What a reader is to be warned of."""
    found = []
    if math.isnan(result.outer_bounds.redundancy):
        found.append(
            "No bounds: fewer than 30 rows, or groups of them, are independent; or rows repeat "
            "between the folds, so nothing is held out and all numbers may be too large: give "
            "groups, one label for all copies of a row."
        )
    if not math.isnan(result.synergy):
        by_chance = 2 * result.standard_error.synergy + 0.001
        if result.synergy < -by_chance:
            found.append(
                "Synergy below zero: the joint classifier tells less than the union information "
                "of both sources. It is too weak; S is not known but for its bound."
            )
        elif result.synergy < by_chance:
            found.append(
                "No synergy found, which is not no synergy: these classifiers may not see it. "
                "What excludes it is its bound alone."
            )
    beyond_bound = [
        symbol
        for symbol, atom, bound, sign in zip(
            SYMBOLS, result.atoms, result.outer_bounds, SIGNS, strict=False
        )
        if (bound - atom if sign == ">=" else atom - bound) > BEYOND
    ]
    if beyond_bound:
        found.append(
            f"Decoded beyond its own bound: {', '.join(beyond_bound)}. The classifiers of one source miss "
            "more than the joint one, or the reverse."
        )
    classes = result.factored.p1y.shape[-1] if result.factored is not None else 0
    known = result.information.held_out.mi_joint > NEARLY_ALL * result.entropy
    if result.n_samples < FEW_ROWS * classes and not known:
        found.append(
            f"Few rows: {result.n_samples} for {classes} classes. Classifiers of so few miss much: R may be "
            "too small, U1, U2 and S too large; learning_gap=True tells how much more rows would bring."
        )
    of_labels = result.information.standard_error[:3]
    beyond = [
        gap
        for gap, error in zip(result.calibration_gap[:3], of_labels, strict=True)
        if gap > MUCH_CLAIMED + SURE * error
    ]
    if beyond:
        found.append(
            f"Overconfident: the posteriors claim up to {max(beyond):.3f} bits more than the labels "
            "confirm, and the decoded atoms with them; the cross-fitted ones do not."
        )
    lost = sum(result.merging_loss)
    if lost > MUCH_MERGED:
        found.append(
            f"Merging rows to prototypes loses up to {lost:.3f} bits; raise n_prototypes."
        )
    if not result.converged:
        found.append(
            f"Not converged: the gap of the solver is {result.gap:.1e} bits. Bounds given the "
            "posteriors hold, but are wider than was asked for; raise max_iter or tol."
        )
    return found


def _with_level(words: str, level: float) -> Cell:
    share = percent_words(level)
    return Cell(f"{words} ({share})", f"{words} ({typeset(share)})")


def _short(name: str, k: int) -> Cell:
    text = name if len(name) <= 36 else ("I(X1; Y)", "I(X2; Y)", "I(X1, X2; Y)")[k]
    return Cell(text, name)


def _with_error(value: float, error: float) -> Cell:
    if math.isnan(value):
        return Cell("not known", "not known")
    if error <= ROUNDING:  # at the kink, where the terms of all rows are 0
        return Cell(decimals(value, 3), number(value).page)
    below = f"\N{PLUS-MINUS SIGN} {decimals(error, 4)}"
    return Cell(f"{decimals(value, 3)} +- {decimals(error, 3)}", number(value).page, below)


def _bound(value: float, sign: str) -> Cell:
    if math.isnan(value):
        return Cell("none", "none")
    page = typeset(decimals(value, 3))
    return Cell(f"{sign} {decimals(value, 3)}", f"{'≥' if sign == '>=' else '≤'} {page}")
