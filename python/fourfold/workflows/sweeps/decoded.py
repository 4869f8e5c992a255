# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What sweeps of classifiers have in place of intervals and biases, and its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np

from fourfold.inference.intervals import first_shares
from fourfold.posteriors.held_out import Rows
from fourfold.posteriors.readings import atom_terms
from fourfold.results.atoms import Atoms
from fourfold.results.outer_bounds import OuterBounds
from fourfold.results.posterior_pid import Informations
from fourfold.results.table import Cell, atom_heads, number, only_page, typeset
from fourfold.results.words import SYMBOLS, Names, decimals, percent_words

if TYPE_CHECKING:
    from fourfold.results.posterior_pid import PosteriorPID
    from fourfold.results.table import Column

__all__ = ["Decoded", "decoded_columns", "decoded_notes", "decoded_summary"]

_SIGNS = (">=", "<=", "<=", "<=")
_PAGE_SIGNS = {">=": "\N{GREATER-THAN OR EQUAL TO}", "<=": "\N{LESS-THAN OR EQUAL TO}"}


class Decoded(NamedTuple):
    """Of L settings, each the mean over the seeds of cross-fitting, in bits.

    Attributes
    ----------
    standard_error : Atoms of ndarray, each of shape (L,)
        Of the cross-fitted reading, of sampling the rows alone.
    held_out : Informations of ndarray, each of shape (L,)
        I(X1;Y), I(X2;Y), I(X1,X2;Y) and v* as labels confirm them that no classifier saw.
    outer_bounds : OuterBounds of ndarray, each of shape (L,)
        What holds whatever the classifiers are worth: those of the seed that bounds least.
    """

    standard_error: Atoms
    held_out: Annotated[Any, Informations]  # of arrays
    outer_bounds: Annotated[Any, OuterBounds]


def decoded_summary(
    results: tuple[tuple[PosteriorPID, ...], ...],
    seeds: tuple[int, ...],
    confidence_level: float,
    words: str,
) -> dict[str, Any]:
    """The fields of a `Sweep` of classifiers."""
    by_seed = np.array([[found.atoms for found in of_one] for of_one in results])
    atoms = by_seed.mean(1)
    first = first_shares(atoms)
    gap = np.array([np.mean([found.gap for found in of_one]) for of_one in results])
    first[np.maximum(atoms[:, 1:3], 0.0).sum(1) <= gap] = np.nan
    errors, held, bounds = [], [], []
    for of_one in results:
        rows = Rows(of_one[0].row_weights, of_one[0].row_groups)
        errors.append(
            rows.error(np.mean([atom_terms(found.row_terms) for found in of_one], axis=0))
        )
        held.append(np.mean([found.information.held_out for found in of_one], axis=0))
        every = np.array([found.outer_bounds[:4] for found in of_one])
        bounds.append([every[:, 0].min(), *every[:, 1:].max(0)])
    return {
        "atoms": Atoms(*atoms.T.copy()),
        "mi_joint": np.array(
            [np.mean([found.mi_joint for found in of_one]) for of_one in results]
        ),
        "by_seed": by_seed,
        "contributions": np.stack([first, 1 - first], axis=1),
        "results": results,
        "seeds": seeds,
        "confidence_level": float(confidence_level),
        "estimator": words,
        "decoded": Decoded(
            Atoms(*np.transpose(errors)),
            Informations(*np.transpose(held)),
            OuterBounds._make([*np.transpose(bounds), float(confidence_level)]),
        ),
    }


def decoded_columns(
    atoms: Atoms, mi_joint: np.ndarray, decoded: Decoded, names: Names
) -> list[Column]:
    """Atoms with the errors of sampling, informations and bounds."""
    heads = atom_heads(names)
    columns: list[Column] = []
    for head, values, errors in zip(heads[:4], atoms, decoded.standard_error, strict=True):
        pairs = zip(values, errors, strict=True)
        columns.append((head, [_with_error(value, error) for value, error in pairs]))
    columns.append((heads[4], map(number, mi_joint)))
    mi1, mi2, both, _ = decoded.held_out
    first, second = names.sources
    columns += [
        (only_page(f"I({first}; {names.target}) held out"), map(number, mi1)),
        (only_page(f"I({second}; {names.target}) held out"), map(number, mi2)),
        (Cell("held out", "held out, both"), map(number, both)),
    ]
    for symbol, sign, bounds in zip(SYMBOLS, _SIGNS, decoded.outer_bounds[:4], strict=True):
        head = Cell(f"{symbol} {sign}", f"{symbol} {_PAGE_SIGNS[sign]}")
        columns.append((head, [_bound(value) for value in bounds]))
    return columns


def decoded_notes(confidence_level: float) -> list[str]:
    """What is to be said of these columns."""
    level = percent_words(confidence_level)
    words = "Atoms are what these classifiers decode; +- is the error of sampling alone, no interval"
    zero = "where it is missing, the atom of held-out rows is 0"
    return [f"{words}; {zero}. Bounds hold at {level} each whatever the classifiers are worth."]


def _with_error(value: float, error: float) -> Cell:
    page, shown = typeset(decimals(value, 4)), decimals(error, 3)
    if float(shown) == 0:  # at the kink, where the terms of all rows are 0
        return Cell(decimals(value, 3), page)
    return Cell(f"{decimals(value, 3)} +- {shown}", page, f"\N{PLUS-MINUS SIGN} {shown}")


def _bound(value: float) -> Cell:
    text = "none" if np.isnan(value) else decimals(value, 3)
    return Cell(text, typeset(text))
