# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of values as one column of labels a variable."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import as_array, as_real, index_of_first
from fourfold.inputs.labels import read_states

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Samples", "as_states", "in_order", "joint_codes", "whole_numbers"]

#: Up to here float64 holds every whole number.
_EXACT = 2.0**53


class Samples(NamedTuple):
    """Labelled samples in the order of `fourfold.pid`: ``pid(*samples)``.

    Attributes
    ----------
    x1, x2, y : ndarray of int64, shape (N,)
        The label of each sample. Where a variable has several columns (a past of several steps, a
        population of neurons), equal rows have equal codes, which count the distinct rows from 0.

    See Also
    --------
    fourfold.pid : Decompose them.
    fourfold.convert.mint : Samples of trials.
    fourfold.convert.idtxl : Samples of time series; and `fourfold.convert.jidt`.

    Examples
    --------
    >>> import fourfold as ff
    >>> rows = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]] * 25  # a trial each: X1, X2, target
    >>> samples = ff.convert.mint([*zip(*rows, strict=True)])
    >>> round(ff.pid(*samples, bias_correction="none").synergy, 3)
    1.0
    """

    x1: np.ndarray
    x2: np.ndarray
    y: np.ndarray


def in_order(values: Any, name: str, expected: str) -> list[Any]:
    """The entries of a sequence; braces are a set in Python, whose order is none, or a dict."""
    unordered = isinstance(values, AbstractSet | Mapping)
    if unordered or isinstance(values, str) or not hasattr(values, "__len__"):
        msg = f"{name}: expected {expected} in a list, got {type(values).__name__}"
        braces = "; MATLAB's {a, b} is [a, b] in Python, where {a, b} has no order"
        raise TypeError(msg + (braces if unordered else f" {values!r:.40}"))
    return list(values)


def as_states(values: Any, name: str, remedy: str) -> np.ndarray:
    """Any array_like of whole numbers as int64, of whatever shape; raise with the remedy."""
    return whole_numbers(as_array(values, name), name, remedy)


def whole_numbers(array: np.ndarray, name: str, remedy: str) -> np.ndarray:
    """Whole numbers of any type, for example of MATLAB, as int64."""
    array = as_real(array, name)
    if array.dtype.kind != "f":
        if array.dtype.kind == "u" and array.size and int(array.max()) >= 2**63:
            msg = f"{name}: expected whole numbers below 2**63, got {array.max()}"
            raise ValueError(msg)
        return array.astype(np.int64)
    wrong = ~np.isfinite(array)
    if wrong.any():
        msg = (
            f"{name}: entries must be finite, got {array[wrong][0]} at index "
            f"{index_of_first(wrong)}; leave these rows out of all three variables"
        )
        raise ValueError(msg)
    wrong = (array != np.rint(array)) | (np.abs(array) > _EXACT)
    if wrong.any():
        msg = (
            f"{name}: expected whole numbers as states, got {array[wrong][0]} at index "
            f"{index_of_first(wrong)}; {remedy}"
        )
        raise ValueError(msg)
    return array.astype(np.int64)


def joint_codes(columns: Sequence[np.ndarray]) -> np.ndarray:
    """One column as it is; of several, the number of each row among the distinct rows, sorted."""
    if len(columns) == 1:
        return columns[0]
    codes: np.ndarray = read_states(np.column_stack(columns), "columns", joint=True)[0]
    return codes
