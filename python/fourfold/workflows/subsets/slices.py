# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Subsets of rows: values of metadata, numbers between quantiles, clusters, and pairs of these."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import as_array, check_same_length
from fourfold.inputs.column_names import listed
from fourfold.inputs.labels import code_labels

__all__ = ["Column", "Slices", "columns_of", "slices_of"]

#: Whole numbers of more values than this are amounts, of which quantiles are taken.
_MOST_VALUES = 8
_HINT = (
    "a subset is a value of one column: of several give a dict or a frame, "
    "{'weather': weather, 'night': night}"
)


class Column(NamedTuple):
    """Codes (N,) of what each row has, and the words for each of the codes."""

    name: str
    codes: np.ndarray
    words: list[str]


class Slices(NamedTuple):
    """The subsets that are looked at, and those that have too few rows.

    Attributes
    ----------
    members : dict of str to ndarray of bool, shape (N,)
    too_small : dict of str to int
        Rows of those of fewer than the least, or of all others where these are fewer.
    """

    members: dict[str, np.ndarray]
    too_small: dict[str, int]

    def add(self, name: str, rows: np.ndarray, least: int) -> None:
        """A subset, to where it belongs; raises where another has its name."""
        if name in self.members or name in self.too_small:
            msg = f"by: two subsets are called {name!r}; give columns and values that differ as text"
            raise ValueError(msg)
        number = int(rows.sum())
        fewer = min(number, len(rows) - number)
        if fewer < least:
            self.too_small[name] = fewer
        else:
            self.members[name] = rows


def columns_of(by: Any, n: int, quantiles: int, wanted: Any = None) -> list[Column]:
    """Columns of a dict, a frame, a structured array, or one column alone, of n rows; or raise.

    Parameters
    ----------
    by : mapping, frame, structured array or array_like
    n : int
    quantiles : int
        Parts of numbers, with as many rows in each.
    wanted : sequence of str, optional
        Which of the columns; all by default.
    """
    given = _named(by)
    if wanted is not None:
        if isinstance(wanted, str):
            wanted = [wanted]
        unknown = [name for name in wanted if name not in given]
        if unknown:
            msg = f"columns: by has no column {unknown[0]!r}; it has {listed(list(given))}"
            raise ValueError(msg)
        given = {name: given[name] for name in wanted}
    if not given:
        msg = "by: has no columns; expected at least one, such as {'weather': weather}"
        raise ValueError(msg)
    return [_column(str(name), values, n, quantiles) for name, values in given.items()]


def slices_of(columns: list[Column], depth: int, least: int) -> Slices:
    """A subset for each value, and with a `depth` of 2 for each pair of values of two columns.

    A pair that has the rows of one of its values alone is no subset of its own.
    """
    found = Slices({}, {})
    for column in columns:
        for code in range(len(column.words)):
            found.add(column.words[code], column.codes == code, least)
    pairs = itertools.combinations(columns, 2) if depth == 2 else ()
    for one, other in pairs:
        # pairs that there are: of two columns of names of rows the others would be millions
        for a, b in sorted(set(zip(one.codes.tolist(), other.codes.tolist(), strict=True))):
            first, second = one.codes == a, other.codes == b
            both = first & second
            if both.sum() < min(first.sum(), second.sum()):
                found.add(f"{one.words[a]}, {other.words[b]}", both, least)
    return found


def _named(by: Any) -> dict[Any, Any]:
    """Columns by name."""
    if isinstance(by, Mapping):
        return dict(by)
    fields = getattr(getattr(by, "dtype", None), "names", None)
    names = fields or getattr(by, "column_names", getattr(by, "columns", None))
    if names is not None and not callable(names):
        return {name: by[name] for name in names}
    name = getattr(by, "name", None)
    return {name if isinstance(name, str) and name else "stratum": by}


def _column(name: str, values: Any, n: int, quantiles: int) -> Column:
    """Codes of labels, or of numbers between quantiles."""
    told = f"by[{name!r}]"
    numbers = _amounts(values, told)
    if numbers is None:
        codes, states = code_labels(values, told, _HINT)
        words = [f"{name}={state}" for state in states]
    else:
        parts = np.arange(1, quantiles) / quantiles
        edges = np.unique(np.quantile(numbers, parts, method="inverted_cdf"))
        edges = edges[edges < numbers.max()]
        codes = np.searchsorted(edges, numbers)
        ends = _distinct(edges)
        words = [f"{name} <= {end}" for end in ends[:1]]
        words += [f"{low} < {name} <= {high}" for low, high in itertools.pairwise(ends)]
        words += [f"{name} > {end}" for end in ends[-1:]] or [name]
    check_same_length(**{"x1": n, told: len(codes)})
    return Column(name, codes, words)


def _distinct(edges: np.ndarray) -> list[str]:
    """Numbers in words, with as many digits as tell them apart: of times all begin alike."""
    for digits in range(4, 18):
        words = [f"{edge:.{digits}g}" for edge in edges]
        if len(set(words)) == len(words):
            break
    return words


def _amounts(values: Any, name: str) -> np.ndarray | None:
    """Numbers, of which quantiles are taken; None of labels."""
    kind = getattr(getattr(values, "dtype", None), "kind", None)
    array = as_array(values, name) if kind is None or kind in "iuf" else np.empty(0, object)
    if array.dtype.kind == "O" and kind is not None and kind in "iuf":  # pandas, with gaps
        array = np.array(
            [each if isinstance(each, int | float) else np.nan for each in array.tolist()]
        )
    if array.dtype.kind not in "iuf" or array.ndim != 1:
        return None
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        wrong = ~np.isfinite(numbers)
        msg = (
            f"{name}: {wrong.sum()} of {len(wrong)} values are missing or not finite, the first at "
            f"row {np.argmax(wrong)}; leave such rows out, or give labels with a word for these"
        )
        raise ValueError(msg)
    whole = (numbers == np.floor(numbers)).all()
    few = len(np.unique(numbers)) <= _MOST_VALUES
    return None if whole and few else numbers
