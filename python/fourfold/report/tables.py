# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of a decomposition, of permutation tests and of a comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fourfold.inference.adjusted_pvalues import adjust_pvalues
from fourfold.inference.comparison import Comparison
from fourfold.results.atoms import Atoms
from fourfold.results.table import Cell, Table, ends, number, only_page, percent, typeset
from fourfold.results.told_apart import told_apart
from fourfold.results.words import SYMBOLS, decimals, percent_words, pvalue_words

if TYPE_CHECKING:
    from fourfold.inference.permutation_result import PermutationTest
    from fourfold.results.pid import PID
    from fourfold.results.table import Column, Entry
    from fourfold.results.words import Names

__all__ = ["adjusted_pvalues", "difference_table", "result_table", "tests_table"]

#: Characters of I(X1, X2; Y) with the names of the sources; it sets the width of the first column.
_LONGEST_TOTAL = 36


def result_table(result: PID, names: Names) -> Table:
    """The atoms with all that is known of each, and their sums."""
    interval, bias = result.confidence_interval, result.bias
    shares: list[Entry] = ["", *map(percent, result.contributions()), ""]
    if interval is not None:
        below = (ends(*span, digits=2) for span in interval.contributions)
        shares = ["", *map(percent, result.contributions(), below), ""]
    bounds = zip(result.lower, result.upper, strict=True)
    columns: list[Column] = [
        *_atom_columns(names),
        ("value", [number(atom, 6) for atom in result.atoms]),
        *_share_columns(result, names.target),
        (Cell("lower\nbound", None), map(decimals, result.lower)),
        (Cell("upper\nbound", None), map(decimals, result.upper)),
        (only_page("certified bounds"), [ends(*bound, digits=6) for bound in bounds]),
    ]
    if bias is not None:
        columns.append((Cell("estimated\nbias", "estimated bias"), map(_bias_cell, bias)))
    if interval is not None:
        columns += _interval_columns(interval.confidence_level, interval.low, interval.high)
    columns.append((only_page("contribution"), shares))
    (first, second), target = names
    total = f"I({first}, {second}; {target})"
    short = total if len(total) <= _LONGEST_TOTAL else "I(X1, X2; Y)"
    rows = []
    sums: list[tuple[Cell, float, tuple[int, ...]]] = [
        (Cell("sum of the four", None), math.fsum(result.atoms), (0, 1, 2, 3)),
        (Cell(short, total), result.mi_joint, (0, 1, 2, 3)),
        (only_page(f"I({first}; {target})"), result.mi1, (0, 1)),
        (only_page(f"I({second}; {target})"), result.mi2, (0, 2)),
    ]
    if result.entropy is not None:
        sums.append((Cell(f"H({target})", f"H({target})"), result.entropy, ()))
    for head, value, parts in sums:
        row: list[Entry] = [head, "", number(value, 6), *[""] * (len(columns) - 3)]
        if bias is not None and parts:
            cell = _bias_cell(math.fsum(bias[k] for k in parts))
            row[-2 if interval is None else -5] = (
                cell if head.page is None else cell._replace(text="")
            )
        rows.append(row)
    caption = "The atoms, which add up to the joint information, in bits"
    return Table.of_columns(caption, columns, below=rows)


def _share_columns(result: PID, target: str) -> list[Column]:
    """Of the information and of H(Y), on a page; of an atom that may be zero that is said."""
    apart = told_apart(result) or (True,) * 4
    below = ["" if known else "may be zero" for known in apart]
    columns: list[Column] = [
        (only_page("share of the sum"), map(percent, result.fractions(), below))
    ]
    if result.entropy is not None:
        shares = map(percent, result.fractions("entropy"), below)
        columns.append((only_page(f"share of H({target})"), shares))
    return columns


def tests_table(
    tests: Mapping[str, PermutationTest], adjusted: Mapping[str, float], names: Names
) -> Table:
    """A row for each permutation test."""
    known = dict(zip(Atoms._fields, _atom_heads(names), strict=True))
    every = tests.values()
    permutations = next(iter(every)).n_permutations
    columns: list[Column] = [
        (
            Cell(f"{permutations} permutations", "statistic", words=True),
            [known.get(name, name) for name in tests],
        ),
        (Cell("plug-in\nvalue", "value as counted"), [number(t.statistic, 6) for t in every]),
        ("p", [pvalue_words(test.pvalue) for test in every]),
        (Cell("adjusted\np", "adjusted p"), [pvalue_words(adjusted[name]) for name in tests]),
        (Cell("null hypothesis", "null hypothesis", words=True), [test.null for test in every]),
    ]
    return Table.of_columns("Permutation tests; values in bits", columns)


def difference_table(comparison: Comparison, adjusted: Atoms, names: Names) -> Table:
    """A row for each difference of atoms, on a page also for that of contributions."""
    level, low, high = comparison.confidence_level, comparison.low, comparison.high
    differences = [Cell(decimals(value), _signed(value)) for value in comparison.difference]
    columns: list[Column] = [
        *_atom_columns(names),
        ("difference", differences),
        *_interval_columns(level, low, high),
        ("p", map(comparison.pvalue_words, comparison.pvalue)),
        (Cell("adjusted\np", "adjusted p"), map(comparison.pvalue_words, adjusted)),
    ]
    value, *span = comparison.contribution1
    head = only_page(f"contribution of {names.sources[0]} (no unit)")
    row: list[Entry] = [head, "", _signed(value), "", "", ends(*span), "", ""]
    below = [] if math.isnan(value) else [row]
    return Table.of_columns("Differences in bits", columns, below=below)


def adjusted_pvalues(results: Mapping[str, Any], *, warn: bool = True) -> dict[str, Any]:
    """P-values by heading as the result has them, adjusted for all of them."""
    families = {
        heading: {"": result} if isinstance(result, Comparison) else result
        for heading, result in results.items()
        if isinstance(result, (Comparison, Mapping))
    }
    every = [test for tests in families.values() for test in tests.values()]
    if not warn:  # of p-values alone nothing is known of permutations
        every = [test.pvalue for test in every]
    adjusted = iter(adjust_pvalues(every) if every else [])
    by_heading: dict[str, Any] = {
        heading: dict(zip(tests, adjusted, strict=False)) for heading, tests in families.items()
    }
    return {heading: parts.get("", parts) for heading, parts in by_heading.items()}


def _atom_heads(names: Names) -> list[Cell]:
    pairs = enumerate(zip(names.atoms, SYMBOLS, strict=True))
    return [Cell(name, f"{name} ({symbol})", atom=k) for k, (name, symbol) in pairs]


def _atom_columns(names: Names) -> list[Column]:
    heads = Cell("in bits", "atom", words=True), Cell("", None, words=True)
    return [(heads[0], _atom_heads(names)), (heads[1], SYMBOLS)]


def _interval_columns(level: float, low: Atoms, high: Atoms) -> list[Column]:
    # in text over two columns, aligned to the right: "95 %  interval"
    words = percent_words(level)
    return [
        (Cell(f"{words}\nlow", None), map(decimals, low)),
        (Cell("interval\nhigh", None), map(decimals, high)),
        (only_page(f"{typeset(words)} interval"), map(ends, low, high)),
    ]


def _bias_cell(value: float) -> Cell:
    return number(value, 4, signed=True)


def _signed(value: float) -> str:
    return typeset(decimals(value, 4, signed=True))
