# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of many models: their atoms, and how they rank."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.table import Cell, Entry, Table, atom_heads, ends, number, typeset
from fourfold.results.words import SYMBOLS, Names, decimals, pvalue_words
from fourfold.workflows.families.correlations import (
    QUANTITIES,
    OrderAgreement,
    RankCorrelations,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["correlation_table", "models_table", "order_table"]

_ONLY_PAGE = (5, 6, 7)  # the shares of R, U1 and U2, which text has no room for
_TEXT = (*SYMBOLS, "I(X1,X2;Y)", *(f"{symbol} / I" for symbol in SYMBOLS))


def models_table(found: Any, places: Sequence[tuple[int, int]], names: Names) -> Table:
    """Atoms of each model and data set of a `ModelProfiles`, at `places`."""
    heads = [Cell("model", "model", words=True), Cell("data set", "data set", words=True)]
    rows = []
    for at in places:
        row: list[Entry] = [found.models[at[0]], found.datasets[at[1]]]
        row += [
            _with_error(atom[at], error[at])
            for atom, error in zip(found.atoms, found.errors, strict=True)
        ]
        row.append(number(found.mi_joint[at]))
        row += [_column(values[at]) for values in found.columns.values()]
        rows.append(row)
    heads = [*heads, *atom_heads(names), *(Cell(name, name) for name in found.columns)]
    return Table.of_rows("Atoms in bits", heads, rows, [found.doubtful[at] for at in places])


def correlation_table(of: RankCorrelations | None, level: float) -> Table:
    """Text has those of all data sets together, a page each of them."""
    heads: list[Entry] = [
        Cell("column", "column", words=True),
        Cell(None, "data set", words=True),
    ]
    heads += [Cell("of", "of", words=True), *_rank_heads(level)]
    rows: list[list[Entry]] = []
    if of is not None:
        last = len(of.datasets) - 1
        for c, d, q in itertools.product(
            range(len(of.columns)), range(last + 1), range(len(QUANTITIES))
        ):
            first = _first(of.columns[c], shown=d == last and q not in _ONLY_PAGE)
            rows.append([first, of.datasets[d], _TEXT[q], *_rank_cells(of, (q, c, d))])
    return Table.of_rows("Rank correlations", heads, rows)


def order_table(orders: Sequence[tuple[str, OrderAgreement]], level: float) -> Table:
    """Whether data sets order the models alike, and families the data sets."""
    heads: list[Entry] = [
        Cell("orders of", "orders of", words=True),
        Cell("by", "by", words=True),
    ]
    heads += [*_rank_heads(level), Cell("W", "Kendall's W")]
    rows = []
    for words, of in orders:
        for q, symbol in enumerate(_TEXT):
            first = _first(words, shown=q not in _ONLY_PAGE)
            rows.append([first, symbol, *_rank_cells(of, (q,)), number(of.concordance[q], 2)])
    return Table.of_rows("Agreement of orders, means over all pairs", heads, rows)


def _with_error(value: float, error: float) -> Cell:
    if np.isnan(error):
        return number(value)
    shown = decimals(error, 3)
    text, page = f"{decimals(value, 3)} +- {shown}", typeset(decimals(value, 4))
    return Cell(text, page, f"\N{PLUS-MINUS SIGN} {shown}")


def _column(value: float) -> Entry:
    if np.isnan(value):
        return Cell("-", "not known")
    return typeset(f"{value:.4g}")


def _first(words: str, *, shown: bool) -> Cell:
    return Cell(words if shown else None, words)


def _rank_heads(level: float) -> list[Entry]:
    interval = f"{100 * level:g}% interval"
    return [
        Cell("rho", "Spearman's rho"),
        Cell(f"true rho [{interval}]", f"true rho, {interval}"),
        Cell("tau", "Kendall's tau"),
        Cell(f"true tau [{interval}]", f"true tau, {interval}"),
        Cell("reliability", "reliability"),
        Cell("adjusted p", "adjusted p"),
    ]


def _rank_cells(of: RankCorrelations | OrderAgreement, at: tuple[int, ...]) -> list[Entry]:
    cells: list[Entry] = []
    for kind in ("spearman", "kendall"):
        value, true, low, high = (
            float(getattr(of, f"{kind}{end}")[at]) for end in ("", "_true", "_low", "_high")
        )
        cells.append(_signed(value))
        told = _signed(true)
        if np.isnan(low):
            cells.append(told)
            continue
        span = ends(low, high, digits=2)
        cells.append(Cell(f"{told.text} [{low:+.2f}, {high:+.2f}]", told.page, span))
    p = float(of.adjusted_pvalues[at])
    share = number(float(np.clip(of.reliability[at], 0, 1)), 2, page=2)
    return [*cells, share, Cell("-" if np.isnan(p) else f"{p:.2g}", pvalue_words(p))]


def _signed(value: float) -> Cell:
    return (
        Cell("-", "not known")
        if np.isnan(value)
        else Cell(f"{value:+.2f}", typeset(f"{value:+.2f}"))
    )
