# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The table of a `GaussianPID` and what is said around it: once, for text, pages and pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fourfold.results.gaussian_words import model_words
from fourfold.results.table import (
    Cell,
    Column,
    Entry,
    Table,
    ends,
    number,
    only_page,
    percent,
    typeset,
)
from fourfold.results.told_apart import apart_words, told_apart
from fourfold.results.words import (
    SYMBOLS,
    Names,
    decimals,
    kink_words,
    percent_words,
    pvalue_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["APART", "gaussian_doubts", "gaussian_notes", "gaussian_table", "missed_words"]

#: Bits between the plug-in and the cross-fitted unique information that are worth a warning.
APART = 0.05
#: Characters of I(X1, X2; Y) with the names of the sources, in text.
_LONGEST = 36


def gaussian_table(result: Any, names: Names) -> Table:
    """A row for each atom and each information, with what is known beside it."""
    informations = (result.mi1, result.mi2, result.mi_joint)
    if result.given:
        names = names._replace(target=f"{names.target} given t")
    interval, plug_in, errors = (
        result.confidence_interval,
        result.plug_in,
        result.standard_error,
    )
    columns: list[Column] = [
        (Cell("in bits", "atom", words=True), _heads(names)),
        (Cell("", None, words=True), [*SYMBOLS, "", "", ""]),
        ("value", [number(value, 6) for value in (*result.atoms, *informations)]),
        (
            only_page("share of the sum"),
            [*map(percent, result.fractions(), _zeros(result)), "", "", ""],
        ),
    ]
    if interval is not None:
        level = percent_words(interval.confidence_level)
        pairs = [*zip(interval.low, interval.high, strict=True)]
        columns += [
            (Cell(f"{level}\nlow", None), _atoms_only([decimals(low) for low, _ in pairs])),
            (
                Cell("interval\nhigh", None),
                _atoms_only([decimals(high) for _, high in pairs]),
            ),
            (
                only_page(f"{typeset(level)} interval"),
                _atoms_only([ends(*pair) for pair in pairs]),
            ),
        ]
    if errors is not None:
        shown = [number(error, 4) for error in errors]
        columns.append((Cell("standard\nerror", "standard error"), _atoms_only(shown)))
    if plug_in is not None:
        shown = [number(value, 4) for value in plug_in]
        columns.append((Cell("plug-in", "plug-in"), _atoms_only(shown)))
    if result.unique_cross_fitted is not None:
        crossed = [number(value, 4) for value in result.unique_cross_fitted]
        head = Cell("cross-\nfitted", "cross-fitted")
        columns.append((head, ["", *crossed, "", "", "", ""]))
    if _tested(result):
        words = ["" if math.isnan(p) else pvalue_words(p) for p in result.pvalues]
        columns.append((Cell("p of\nzero", "p of zero"), ["", *words, "", "", ""]))
    interval_shares: Sequence[Any] = ["", ""]
    if interval is not None:
        interval_shares = [ends(*span, digits=2) for span in interval.contributions]
    shares = map(percent, result.contributions(), interval_shares)
    columns.append((only_page("contribution"), ["", *shares, "", "", "", ""]))
    return Table.of_columns(
        "The atoms, which add up to the joint information, in bits", columns
    )


def _zeros(result: Any) -> list[str]:
    apart = told_apart(result) or (True,) * 4
    return ["" if known else "may be zero" for known in apart]


def _heads(names: Names) -> list[Entry]:
    (first, second), target = names
    pairs = enumerate(zip(names.atoms, SYMBOLS, strict=True))
    heads: list[Entry] = [
        Cell(name, f"{name} ({symbol})", atom=k) for k, (name, symbol) in pairs
    ]
    short = ("I(X1; Y)", "I(X2; Y)", "I(X1, X2; Y)")
    for known, plain in zip((first, second, f"{first}, {second}"), short, strict=True):
        full = f"I({known}; {target})"
        heads.append(Cell(full if len(full) <= _LONGEST else plain, full))
    return heads


def _atoms_only(cells: Sequence[Entry]) -> list[Entry]:
    return [*cells, "", "", ""]


def _tested(result: Any) -> bool:
    return result.pvalues is not None and not all(map(math.isnan, result.pvalues))


def gaussian_notes(result: Any, names: Names) -> list[str]:
    """What the numbers are of, and what stands in the columns beside them."""
    (first, second), target = names
    one, two, of_target = result.sizes
    notes = [
        model_words(result),
        f"columns: {one} of {first}, {two} of {second}, {of_target} of {target}",
    ]
    if result.shrinkage is not None:
        notes.append(
            f"shrunk: {percent_words(result.shrinkage)} of the identity is mixed in; there are no "
            "intervals or tests of that"
        )
    if result.confidence_interval is not None:
        interval = result.confidence_interval
        notes.append(
            f"{percent_words(interval.confidence_level)} intervals reach from the cross-fitted to "
            f"the corrected plug-in estimate, each with its error, {_method(interval)}"
        )
    if result.plug_in is not None:
        notes.append(
            "plug-in: of the covariance of these samples as it is, U1 and U2 of which are too large"
        )
    if result.unique_cross_fitted is not None:
        notes.append(
            "cross-fitted: combinations of the target are chosen on some rows and measured on the others, "
            "which may miss some of U1 and U2"
        )
    notes += [*kink_words(result.kink), *apart_words(result)]
    check = result.dependence
    if check is not None and not check.exceeds:
        notes.append(
            f"check of the Gaussian: {check.method} finds {_with_error(check)} bits of "
            f"I({first}, {second}; {target}), the Gaussian {decimals(check.gaussian_information, 3)}"
        )
    return notes


def _method(interval: Any) -> str:
    draws = len(interval.replicates)
    return f"from {draws} Wishart draws" if draws else "from what each row adds"


def _with_error(check: Any) -> str:
    return f"{decimals(check.information, 3)} +- {decimals(check.standard_error, 3)}"


def missed_words(result: Any) -> list[str]:
    """What a picture has to say where the Gaussian misses a part of the dependence."""
    check = result.dependence
    if check is None or not check.exceeds:
        return []
    missed = check.information - check.gaussian_information
    return [f"NOT GAUSSIAN: {decimals(missed, 3)} bits more are found than these atoms have"]


def gaussian_doubts(result: Any, names: Names) -> list[str]:
    """What a reader is to be warned of."""
    (first, second), target = names
    doubts = []
    check = result.dependence
    if check is not None and check.exceeds:
        doubts.append(
            f"Not Gaussian: {check.method} finds {_with_error(check)} bits of I({first}, {second}; "
            f"{target}), the Gaussian {decimals(check.gaussian_information, 3)}. Dependence such as a "
            "product of columns is invisible here, and is missing in the atoms, in S above all. Bins "
            "of the target, target_bins=16, and classifiers see it."
        )
    apart = _apart(result)
    if apart > APART:
        doubts.append(
            f"Few rows: plug-in and cross-fitted U differ by {decimals(apart, 3)} bits. Noise makes "
            "sources that are alike differ; take more rows, or fewer columns (PCA)."
        )
    return doubts


def _apart(result: Any) -> float:
    if result.plug_in is None or result.unique_cross_fitted is None:
        return 0.0
    fitted = (result.plug_in.unique1, result.plug_in.unique2)
    pairs = zip(fitted, result.unique_cross_fitted, strict=True)
    return max(float(one - other) for one, other in pairs)
