# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions, their tests and their differences as tables of plain text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fourfold.inference.permutation import adjust_pvalues
from fourfold.results.words import (
    _bits,
    _signed,
    atom_names,
    columns,
    percent_words,
    pvalue_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.inference.comparison import Comparison
    from fourfold.inference.permutation import PermutationTest
    from fourfold.results.pid import PID

__all__ = [
    "certificate_words",
    "columns",
    "comparison_table",
    "interval_words",
    "permutation_table",
    "sample_words",
    "table",
]

_SYMBOLS = ("R", "U1", "U2", "S")
#: Characters of I(X1, X2; Y) with the names of the sources; it sets the width of the first column.
_LONGEST_TOTAL = 36


def table(
    result: PID,
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
    target_name: str = "Y",
) -> str:
    """Atoms with their certified bounds, their sum, and what the sources contribute.

    Where the result has samples, their number and the estimated bias of each atom are shown; where
    it has a confidence interval, that too.

    Parameters
    ----------
    result : PID
        One decomposition.
    source_names, target_name
        What X1, X2 and Y are.

    Returns
    -------
    str
        Lines of text; every number is in bits, except the contributions, which are shares of
        the unique information.

    Raises
    ------
    ValueError
        If the result is a batch.
    """
    if result.shape:
        msg = f"table: result must be one decomposition, got a batch of shape {result.shape}"
        raise ValueError(msg)
    heads = [("", "in bits"), ("", ""), ("", "value"), ("lower", "bound"), ("upper", "bound")]
    total = f"I({', '.join(source_names)}; {target_name})"
    named = [*atom_names(source_names), "sum of the four"]
    named.append(total if len(total) <= _LONGEST_TOTAL else "I(X1, X2; Y)")
    body = [
        named,
        [*_SYMBOLS, "", ""],
        [_bits(x) for x in (*result.atoms, math.fsum(result.atoms), result.mi_joint)],
        [*map(_bits, result.lower), "", ""],
        [*map(_bits, result.upper), "", ""],
    ]
    if result.bias is not None:
        bias = result.bias
        heads.append(("estimated", "bias"))
        body.append([_signed(value) for value in (*bias, math.fsum(bias))] + [""])
    if result.confidence_interval is not None:
        interval = result.confidence_interval
        heads += _interval_heads(interval.confidence_level)
        body += [[*map(_bits, end), "", ""] for end in (interval.low, interval.high)]
    rows = [*zip(*heads, strict=True), *zip(*body, strict=True)]
    lines = columns(rows, "<<" + ">" * (len(heads) - 2))
    lines.insert(6, "")
    lines += ["", certificate_words(result), *sample_words(result), *interval_words(result)]
    if result.undersampled:
        lines.append(
            "UNDERSAMPLED: too few samples for a table of this size; take more of them, or fewer "
            "states"
        )
    return "\n".join([*lines, _contributions(result, source_names)])


def permutation_table(
    tests: Mapping[str, PermutationTest],
    adjusted: Mapping[str, float],
    *,
    source_names: tuple[str, str] = ("X1", "X2"),
) -> str:
    """Permutation tests: the plug-in value in bits, p, adjusted p, and the null hypothesis.

    Parameters
    ----------
    tests : mapping of str to PermutationTest
        At least one, by the name of the statistic.
    adjusted : mapping of str to float
        Adjusted p-values by the same names; see `fourfold.adjust_pvalues`.
    source_names : (str, str)
        What X1 and X2 are.
    """
    first, second = source_names
    known = {"unique1": f"unique to {first}", "unique2": f"unique to {second}"}
    permutations = len(next(iter(tests.values())).null_distribution)
    rows = [
        (
            known.get(name, name),
            _bits(test.statistic),
            pvalue_words(test.pvalue),
            pvalue_words(adjusted[name]),
            test.null,
        )
        for name, test in tests.items()
    ]
    head = [
        ("", "plug-in", "", "adjusted", ""),
        (f"{permutations} permutations", "value", "p", "p", "null hypothesis"),
    ]
    return "\n".join(columns([*head, *rows], "<>>><"))


def comparison_table(comparison: Comparison) -> str:
    """Differences of the atoms in bits, their intervals, p and p adjusted for being four."""
    adjusted = adjust_pvalues(comparison.pvalue._asdict())
    low, high = _interval_heads(comparison.confidence_level)
    head = [
        ("", "", "", low[0], high[0], "", "adjusted"),
        ("in bits", "", "difference", low[1], high[1], "p", "p"),
    ]
    rows = [
        (
            name,
            symbol,
            _bits(value),
            _bits(start),
            _bits(end),
            pvalue_words(p),
            pvalue_words(p_adjusted),
        )
        for name, symbol, value, start, end, p, p_adjusted in zip(
            atom_names(("X1", "X2")),
            _SYMBOLS,
            comparison.difference,
            comparison.low,
            comparison.high,
            comparison.pvalue,
            adjusted.values(),
            strict=True,
        )
    ]
    lines = columns([*head, *rows], "<<>>>>>")
    value, start, end = comparison.contribution1
    if not math.isnan(value):
        lines.append(
            f"contribution of X1, U1 / (U1 + U2): difference {value:+.3f} [{start:+.3f}, {end:+.3f}]"
        )
    return "\n".join(lines)


# -- lines below the table of atoms ----------------------------------------------------


def certificate_words(result: PID) -> str:
    """The certified gap in bits, and whether it is as small as was asked for."""
    state = "converged" if result.converged else "NOT converged"
    return f"certified gap {result.gap:.1e} bits, {state} in {result.iterations} iterations"


def sample_words(result: PID) -> list[str]:
    """A line on the samples and their bias; none without samples."""
    if result.n_samples is None:
        return []
    text = f"{result.n_samples} samples"
    if result.samples_per_cell is not None:
        occupied, total = result.samples_per_cell
        text += f", {total:.2g} per cell"
        if not math.isnan(occupied):
            text += f" and {occupied:.2g} per occupied cell"
    if result.bias is not None:
        text += (
            "; the estimated bias is still in the values"
            if result.bias_correction == "none"
            else f"; the estimated bias was removed ({result.bias_correction!r})"
        )
    return [text]


def interval_words(result: PID) -> list[str]:
    """A line on the confidence intervals; none without them."""
    interval = result.confidence_interval
    if interval is None:
        return []
    text = (
        f"{percent_words(interval.confidence_level)} intervals are of the population's atoms, without "
        f"the bias; from {len(interval.replicates)} halves of the samples"
    )
    return [text]


def _contributions(result: PID, source_names: tuple[str, str]) -> str:
    shares = result.contributions()
    if any(map(math.isnan, shares)):
        return "contributions not known: U1 + U2 is not larger than the certified gap"
    words = [f"{name} {share:.3f}" for name, share in zip(source_names, shares, strict=True)]
    interval = result.confidence_interval
    if interval is None:
        return f"contributions {', '.join(words)} (shares of the unique information)"
    words = [
        f"{word} [{low:.3f}, {high:.3f}]"
        for word, (low, high) in zip(words, interval.contributions, strict=True)
    ]
    return f"contributions {', '.join(words)} of U1 + U2"


# -- words and numbers -----------------------------------------------------------------


def _interval_heads(level: float) -> list[tuple[str, str]]:
    # over two columns, aligned to the right: "95 %  interval"
    return [(percent_words(level), "low"), ("interval", "high")]
