# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of a table as features with few states: values as they are, or quantile bins."""

from __future__ import annotations

import decimal
from typing import Any, NamedTuple

import numpy as np

from fourfold.counts.binned_target import quantile_edges
from fourfold.inputs.arrays import as_array
from fourfold.inputs.column_names import listed
from fourfold.inputs.columns import places_of, read_table
from fourfold.inputs.device import to_numpy
from fourfold.inputs.faults import whole_in_doubles
from fourfold.inputs.labels import code_labels

__all__ = ["MOST_STATES", "Features", "read_features"]

#: States of a feature, so that a byte tells them.
MOST_STATES = 256
_HINT = "a feature is one column of X"


class Features(NamedTuple):
    """F features of N rows.

    Attributes
    ----------
    names : tuple of str
    codes : ndarray of uint8, shape (F, N)
        The state 0 to K - 1 of each row, each of which occurs.
    n_states : ndarray of int, shape (F,)
    binned : ndarray of bool, shape (F,)
        Whether the states are bins.
    """

    names: tuple[str, ...]
    codes: np.ndarray
    n_states: np.ndarray
    binned: np.ndarray


def read_features(X: Any, n_bins: int, discrete: Any, names: Any) -> Features:
    """The features of a frame or an array, or raise with the name of the column.

    Parameters
    ----------
    X : array_like or frame, shape (N, F)
    n_bins : int
        Bins of numbers.
    discrete : "auto", bool or array_like
        As `discrete_features` of `fourfold.feature_pairs`.
    names : sequence of str or None
        Of the columns of an array.
    """
    table = read_table(X)
    n, width = map(int, table.shape)
    if width < 2:
        msg = f"X: expected at least 2 columns, of which pairs can be made, got {width}"
        raise ValueError(msg)
    told = _names(table, names, width)
    asked = _asked(discrete, table, told)
    codes = np.empty((width, n), dtype=np.uint8)
    n_states, binned = np.empty(width, dtype=np.int64), np.zeros(width, dtype=bool)
    for k, name in enumerate(told):
        of_rows, n_states[k], binned[k] = _feature(
            _column(table, k), f"X: column {name!r}", n_bins, asked[k]
        )
        codes[k] = of_rows
    return Features(told, codes, n_states, binned)


def _names(table: Any, names: Any, width: int) -> tuple[str, ...]:
    found = getattr(table, "column_names", getattr(table, "columns", None))
    if names is not None:
        if isinstance(names, str) or not np.iterable(names):
            msg = f"feature_names: expected a sequence of {width} names, got {names!r:.60}"
            raise TypeError(msg)
        found = list(names)
        if len(found) != width:
            msg = (
                f"feature_names: expected a name for each of {width} columns of X, got "
                f"{len(found)}: {listed(found)}"
            )
            raise ValueError(msg)
    told = tuple(map(str, found)) if found is not None else tuple(f"x{k}" for k in range(width))
    if len(set(told)) < width:
        twice = next(name for k, name in enumerate(told) if name in told[:k])
        msg = f"feature_names, X: two columns are called {twice!r}; give names that differ as text"
        raise ValueError(msg)
    return told


def _asked(discrete: Any, table: Any, told: tuple[str, ...]) -> list[bool | None]:
    """Of each column whether it is discrete; None where that is left to its values."""
    width = len(told)
    if isinstance(discrete, str) and discrete == "auto":
        return [None] * width
    if isinstance(discrete, (bool, np.bool_)):
        return [bool(discrete)] * width
    if isinstance(discrete, str) or not (callable(discrete) or np.iterable(discrete)):
        msg = (  # one name would be read as its letters
            "discrete_features: expected 'auto', True, False, a mask, or numbers or names of columns "
            f"such as [{discrete!r}], got {discrete!r}"
        )
        raise ValueError(msg)
    chosen = np.zeros(width, dtype=bool)
    if not callable(discrete):
        # of an array, too, names are those that were given
        keys = list(discrete)
        discrete = [
            told.index(key) if isinstance(key, str) and key in told else key for key in keys
        ]
    if callable(discrete) or discrete:
        chosen[places_of(discrete, table, "discrete_features")] = True
    return chosen.tolist()


def _column(table: Any, k: int) -> Any:
    if hasattr(table, "iloc"):
        return table.iloc[:, k]
    names = getattr(table, "column_names", getattr(table, "columns", None))
    return to_numpy(table[:, k]) if names is None else table[list(names)[k]]


def _feature(
    values: Any, name: str, n_bins: int, discrete: bool | None
) -> tuple[np.ndarray, int, bool]:
    """Codes (N,), how many states there are, and whether these are bins."""
    numbers = _numbers(values, name)
    if numbers is None:
        if discrete is False:
            msg = (
                f"{name} holds labels, which have no order to cut at quantiles; leave it to "
                "discrete_features='auto', or give its numbers"
            )
            raise ValueError(msg)
        codes, states = code_labels(values, name, _HINT)
        return _few(codes, len(states), name), len(states), False
    states, codes = np.unique(numbers, return_inverse=True)
    if discrete or (discrete is None and len(states) <= n_bins):
        return _few(codes, len(states), name), len(states), False
    # equal values are in one bin, of which there are fewer then
    edges = quantile_edges(np.sort(numbers), n_bins)
    return np.searchsorted(edges, numbers, side="left"), len(edges) + 1, True


def _few(codes: np.ndarray, states: int, name: str) -> np.ndarray:
    if states > MOST_STATES:
        msg = (
            f"{name} has {states} different values in {len(codes)} rows, more than {MOST_STATES} states; "
            "leave identifiers out, group rare values, give dates as numbers, or have numbers cut into "
            "bins by leaving them out of discrete_features"
        )
        raise ValueError(msg)
    return codes


def _numbers(values: Any, name: str) -> np.ndarray | None:
    """Finite numbers in double precision, (N,); None of labels."""
    kind = getattr(getattr(values, "dtype", None), "kind", None)
    if kind not in (None, "i", "u", "f", "O"):
        return None
    if kind == "O" and not isinstance(values, np.ndarray) and str(values.dtype) != "object":
        return None  # categories, words
    array = as_array(values, name)
    if array.dtype.kind == "O":
        given = array.tolist()
        known = [each for each in given if not _is_missing(each)]
        real = (int, float, np.integer, np.floating, decimal.Decimal)
        if not known or not all(
            isinstance(each, real) and each is not True and each is not False for each in known
        ):
            return None
        array = np.array(
            [np.nan if _is_missing(each) else each for each in given], dtype=np.float64
        )
    if array.dtype.kind not in "iuf" or array.ndim != 1:
        return None
    whole_in_doubles(array, name)
    numbers = array.astype(np.float64)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        row = int(np.argmax(wrong))
        what = "is missing" if np.isnan(numbers[row]) else f"is {numbers[row]}"
        more = (
            f" ({int(wrong.sum())} of {len(wrong)} are not finite)" if wrong.sum() > 1 else ""
        )
        msg = (
            f"{name}: the number at row {row} {what}{more}; leave such rows out, fill them, or give "
            "words, of which one may stand for what is missing"
        )
        raise ValueError(msg)
    return numbers


def _is_missing(value: Any) -> bool:
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or value is np.ma.masked
    )
