# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Combinations of the target's columns and their bits, chosen and worded for tables and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.inputs.device import to_numpy
from fourfold.results.gaussian_table import missed_words
from fourfold.results.table import Cell, Table, number, only_page, typeset
from fourfold.results.words import Names, decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST", "Directions", "directions_table", "shown_directions"]

#: Combinations that are shown; of more those of most bits.
MOST = 12
#: Columns that are named of each, and the share of the largest weight that is worth naming.
COLUMNS, NOTABLE = 3, 0.25
#: Share of the largest weight below which it goes without saying that there are more columns.
NEGLIGIBLE = 0.05
#: Characters of the name of a column, and of all that is said of a combination.
LONGEST, WIDEST = 18, 44
#: Bits below which both sources tell the same.
ALIKE = 5e-4


class Directions(NamedTuple):
    """Some combinations, from what X1 tells most to what X2 tells most.

    Attributes
    ----------
    bits : ndarray, shape (M,)
        What X1 alone tells, negative what X2 alone tells.
    numbers : ndarray of int, shape (M,)
        Their place in `eigenvalues` and `directions` of the result.
    words : list of str
        The largest weights and their columns.
    eigenvalues : ndarray, shape (M,)
    totals : (float, float)
        Bits that X1 alone and that X2 alone tells, of all combinations, shown or not.
    said : list of str
        What the bits are of, and how many combinations are not shown.
    """

    bits: np.ndarray
    numbers: np.ndarray
    words: list[str]
    eigenvalues: np.ndarray
    totals: tuple[float, float]
    said: list[str]


def shown_directions(
    result: Any, names: Names, columns: Sequence[str] | None = None, most: int = MOST
) -> Directions:
    """Those of most bits; raises where `columns` are not one name for each column of Y."""
    every = to_numpy(result.direction_bits)
    labels = _labels(result, names, columns)
    largest = np.argsort(-np.abs(every), kind="stable")[:most]
    kept = largest[np.argsort(-every[largest], kind="stable")]
    said = [*_basis(result), *missed_words(result)]
    if len(every) > len(kept):
        rest = np.abs(np.delete(every, kept)).max()
        said.append(
            f"{len(every) - len(kept)} more combinations of {decimals(rest, 3)} bits each or less"
        )
    return Directions(
        bits=every[kept],
        numbers=kept,
        words=[_weights(result, k, labels) for k in kept],
        eigenvalues=to_numpy(result.eigenvalues)[kept],
        totals=(float(np.maximum(every, 0.0).sum()), float(np.maximum(-every, 0.0).sum())),
        said=said,
    )


def directions_table(shown: Directions, names: Names) -> Table:
    """A row for each combination."""
    first, second = names.sources
    told = [
        "both alike" if abs(bits) < ALIKE else f"{first if bits > 0 else second} alone"
        for bits in shown.bits
    ]
    words = Cell(
        "largest weights", f"largest weights of the columns of {names.target}", words=True
    )
    return Table.of_columns(
        f"Combinations of {names.target}, in bits that one source tells alone",
        [
            (words, [Cell(text, typeset(text)) for text in shown.words]),
            (Cell("told by", "told by", words=True), told),
            ("bits", [number(abs(bits)) for bits in shown.bits]),
            (only_page("eigenvalue"), [f"{value:.4g}" for value in shown.eigenvalues]),
        ],
    )


def _basis(result: Any) -> list[str]:
    if result.model == "covariance" and result.n_samples is None:
        return []
    scores = ", of normal scores" if result.model == "copula" else ""
    return [f"plug-in{scores}: noise makes equal combinations differ"]


def _labels(result: Any, names: Names, columns: Sequence[str] | None) -> list[str]:
    d = len(to_numpy(result.direction_bits))
    given = result.target_columns if columns is None else columns
    if given is None:
        return [names.target] if d == 1 else [f"{names.target}[{j}]" for j in range(d)]
    if isinstance(given, str) or len(given) != d:
        msg = f"column_names: expected {d} names, one for each column of the target, got {given!r}"
        raise ValueError(msg)
    return [_short(str(name)) for name in given]


def _weights(result: Any, k: int, labels: Sequence[str]) -> str:
    """In standard deviations of the columns; the largest one first and positive."""
    if len(labels) == 1:
        return labels[0]
    weights = to_numpy(result.directions)[k] * _scale(result)
    order = np.argsort(-np.abs(weights), kind="stable")
    weights = weights * (1.0 if weights[order[0]] >= 0 else -1.0)
    named = [j for j in order[:COLUMNS] if abs(weights[j]) >= NOTABLE * weights[order[0]]]
    text, number = "", 0
    for j in named:
        part = f"{abs(weights[j]):.2f} {labels[j]}"
        if number:
            part = f"{text} {'-' if weights[j] < 0 else '+'} {part}"
            if len(part) > WIDEST:
                break
        text, number = part, number + 1
    more = np.abs(weights) >= NEGLIGIBLE * weights[order[0]]
    return text + (" ..." if number < more.sum() else "")


def _scale(result: Any) -> np.ndarray | float:
    return 1.0 if result.target_scale is None else to_numpy(result.target_scale)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
