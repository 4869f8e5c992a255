# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of a decomposition, of permutation tests and of a comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fourfold.inference.comparison import Comparison
from fourfold.inference.permutation import adjust_pvalues
from fourfold.results.atoms import Atoms
from fourfold.results.table import Cell, Table, ends, number, only_page, percent, typeset
from fourfold.results.words import SYMBOLS, decimals, percent_words, pvalue_words

if TYPE_CHECKING:
    from fourfold.inference.permutation import PermutationTest
    from fourfold.results.pid import PID
    from fourfold.results.table import Entry
    from fourfold.results.words import Names

__all__ = ["adjusted_pvalues", "difference_table", "result_table", "tests_table"]

#: Characters of I(X1, X2; Y) with the names of the sources; it sets the width of the first column.
_LONGEST_TOTAL = 36


def result_table(result: PID, names: Names) -> Table:
    """The atoms with all that is known of each, and their sums."""
    interval, bias = result.confidence_interval, result.bias
    heads: list[Entry] = [
        Cell("in bits", "atom", words=True),
        Cell("", None, words=True),
        "value",
        only_page("share of the sum"),
        Cell("lower\nbound", None),
        Cell("upper\nbound", None),
        only_page("certified bounds"),
    ]
    if bias is not None:
        heads.append(Cell("estimated\nbias", "estimated bias"))
    if interval is not None:
        heads += _interval_heads(interval.confidence_level)
    heads.append(only_page("contribution"))
    rows: list[list[Entry]] = []
    for k, (head, share) in enumerate(zip(_atom_heads(names), result.fractions(), strict=True)):
        bounds = result.lower[k], result.upper[k]
        row: list[Entry] = [
            head,
            SYMBOLS[k],
            number(result.atoms[k], 6),
            percent(share),
            *map(decimals, bounds),
            ends(*bounds, digits=6),
        ]
        if bias is not None:
            row.append(number(bias[k], signed=True, digits=4))
        if interval is not None:
            row += _interval_cells(interval.low[k], interval.high[k])
        rows.append([*row, _contribution(result, k)])

    def add(head: Cell, value: float, parts: tuple[int, ...], *, biased: bool = True) -> None:
        row: list[Entry] = [head, "", number(value, 6), *[""] * (len(heads) - 3)]
        if bias is not None:
            cell = number(math.fsum(bias[k] for k in parts), signed=True, digits=4)
            row[7] = cell if biased else cell._replace(text="")
        rows.append(row)

    (first, second), target = names
    total = f"I({first}, {second}; {target})"
    short = total if len(total) <= _LONGEST_TOTAL else "I(X1, X2; Y)"
    every = (0, 1, 2, 3)
    add(Cell("sum of the four", None), math.fsum(result.atoms), every)
    add(Cell(short, total), result.mi_joint, every, biased=False)
    add(only_page(f"I({first}; {target})"), result.mi1, (0, 1))
    add(only_page(f"I({second}; {target})"), result.mi2, (0, 2))
    caption = "The atoms, which add up to the joint information, in bits"
    return Table.of_rows(caption, heads, rows)


def tests_table(
    tests: Mapping[str, PermutationTest], adjusted: Mapping[str, float], names: Names
) -> Table:
    """A row for each permutation test."""
    known = dict(zip(Atoms._fields, _atom_heads(names), strict=True))
    permutations = len(next(iter(tests.values())).null_distribution)
    heads: list[Entry] = [
        Cell(f"{permutations} permutations", "statistic", words=True),
        Cell("plug-in\nvalue", "value as counted"),
        "p",
        Cell("adjusted\np", "adjusted p"),
        Cell("null hypothesis", "null hypothesis", words=True),
    ]
    rows = [
        (
            known.get(name, name),
            number(test.statistic, 6),
            pvalue_words(test.pvalue),
            pvalue_words(adjusted[name]),
            test.null,
        )
        for name, test in tests.items()
    ]
    return Table.of_rows("Permutation tests; values in bits", heads, rows)


def difference_table(comparison: Comparison, adjusted: Atoms, names: Names) -> Table:
    """A row for each difference of atoms, on a page also for that of contributions."""
    heads: list[Entry] = [
        Cell("in bits", "atom", words=True),
        Cell("", None, words=True),
        "difference",
        *_interval_heads(comparison.confidence_level),
        "p",
        Cell("adjusted\np", "adjusted p"),
    ]
    rows: list[list[Entry]] = [
        [
            head,
            symbol,
            Cell(decimals(value), _signed(value)),
            *_interval_cells(low, high),
            pvalue_words(p),
            pvalue_words(p_adjusted),
        ]
        for head, symbol, value, low, high, p, p_adjusted in zip(
            _atom_heads(names),
            SYMBOLS,
            comparison.difference,
            comparison.low,
            comparison.high,
            comparison.pvalue,
            adjusted,
            strict=True,
        )
    ]
    value, low, high = comparison.contribution1
    if not math.isnan(value):
        head = only_page(f"contribution of {names.sources[0]} (no unit)")
        rows.append([head, "", _signed(value), *_interval_cells(low, high), "", ""])
    return Table.of_rows("Differences in bits", heads, rows)


def adjusted_pvalues(results: Mapping[str, Any]) -> dict[str, Any]:
    """P-values by heading as the result has them, adjusted for all of them."""
    families = {
        heading: {"": result} if isinstance(result, Comparison) else result
        for heading, result in results.items()
        if isinstance(result, (Comparison, Mapping))
    }
    every = [test for tests in families.values() for test in tests.values()]
    adjusted = iter(adjust_pvalues(every) if every else [])
    by_heading: dict[str, Any] = {
        heading: dict(zip(tests, adjusted, strict=False)) for heading, tests in families.items()
    }
    return {heading: parts.get("", parts) for heading, parts in by_heading.items()}


def _atom_heads(names: Names) -> list[Cell]:
    pairs = enumerate(zip(names.atoms, SYMBOLS, strict=True))
    return [Cell(name, f"{name} ({symbol})", atom=k) for k, (name, symbol) in pairs]


def _interval_heads(level: float) -> list[Cell]:
    # in text over two columns, aligned to the right: "95 %  interval"
    words = percent_words(level)
    return [
        Cell(f"{words}\nlow", None),
        Cell("interval\nhigh", None),
        only_page(f"{typeset(words)} interval"),
    ]


def _interval_cells(low: float, high: float) -> list[str]:
    return [decimals(low), decimals(high), ends(low, high)]


def _contribution(result: PID, k: int) -> Entry:
    """Of the unique atoms, which are the second and the third."""
    if k not in {1, 2}:
        return ""
    interval = result.confidence_interval
    below = "" if interval is None else ends(*interval.contributions[k - 1], digits=2)
    return percent(result.contributions()[k - 1], below)


def _signed(value: float) -> str:
    return typeset(decimals(value, 4, signed=True))
