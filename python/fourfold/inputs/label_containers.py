# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of pandas, polars and Arrow: what of them is an array, and what has codes of its own.

None of the packages is loaded: whoever has a column of one has loaded it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import numpy as np

from fourfold.inputs.label_objects import objects_array, reject_missing

__all__ = ["CodedLabels", "unpacked"]

_FIRST = 2**16  # rows in which a row of each code is looked for at first


class CodedLabels(NamedTuple):
    """A column as its container keeps it.

    Attributes
    ----------
    codes : ndarray of integers, shape (N,)
        Equal where labels are the same entry of the container's list.
    labels : callable
        The labels of codes that occur, int64 or uint64, as an array_like; some may be equal.
    declared : bool
        Whether the container says that these are categories, so that they may be any.
    """

    codes: np.ndarray
    labels: Callable[[np.ndarray], Any]
    declared: bool = False


def unpacked(values: Any, name: str) -> Any:
    """`CodedLabels`, or an array of the same labels, or what was given where it is no such column.

    Missing ones are refused.
    """
    for package, unpack in (("pandas", _pandas), ("polars", _polars), ("pyarrow", _arrow)):
        module = sys.modules.get(package)
        if module is not None and type(values).__module__.partition(".")[0] == package:
            return unpack(module, values, name)
    return values


def _pandas(pandas: Any, values: Any, name: str) -> Any:
    if isinstance(values, pandas.DataFrame) and values.shape[1] == 1:
        values = values.iloc[:, 0]
    if isinstance(values, pandas.MultiIndex) or not hasattr(values, "dtype"):
        return values
    array = getattr(values, "array", values)
    kinds = pandas.arrays
    if len(array) == 0:
        return values
    if isinstance(array, pandas.Categorical):
        codes = array.codes
        if codes.min() < 0:
            _reject_first(name, codes < 0, "nan")
        return CodedLabels(codes, lambda found: np.asarray(array.categories)[found], True)
    if isinstance(array, (kinds.IntegerArray, kinds.BooleanArray, kinds.FloatingArray)):
        _reject_first(name, array.isna(), "<NA>")
        return array.to_numpy(dtype=array.dtype.numpy_dtype)
    if isinstance(array, kinds.ArrowExtensionArray):  # with it, pyarrow is loaded
        return _arrow(sys.modules["pyarrow"], array.__arrow_array__(), name)
    if isinstance(array, (kinds.PeriodArray, kinds.IntervalArray, kinds.DatetimeArray)):
        codes, found = pandas.factorize(array)
        if codes.min() < 0:
            _reject_first(
                name, codes < 0, "nan" if isinstance(array, kinds.IntervalArray) else "NaT"
            )
        if array.dtype.kind != "M" or getattr(array, "tz", None) is not None:
            return CodedLabels(codes, lambda of: found.astype(object)[of], True)
    return values


def _polars(polars: Any, values: Any, name: str) -> Any:
    if isinstance(values, polars.DataFrame) and values.shape[1] == 1:
        values = values.to_series()
    if not isinstance(values, polars.Series) or len(values) == 0:
        return values
    if values.null_count():
        _reject_first(name, values.is_null().to_numpy(), "None")
    if values.dtype == polars.Enum:
        words = values.dtype.categories
        codes = values.to_physical().to_numpy()
        return CodedLabels(codes, lambda found: words.gather(found).to_list())
    if values.dtype == polars.String:
        values = values.cast(polars.Categorical)
    if values.dtype == polars.Categorical:
        codes = values.to_physical().to_numpy()
        text = polars.String
        return CodedLabels(
            codes,
            lambda found: values.gather(_row_of_each(codes, found)).cast(text).to_list(),
        )
    if values.dtype in (polars.Decimal, polars.Time, polars.Int128, polars.UInt128):
        return objects_array(values.to_list())
    if values.dtype in (polars.List, polars.Array, polars.Struct):
        return _nested(name, str(values.dtype))
    return values.to_numpy()


def _nested(name: str, kind: str) -> NoReturn:
    msg = (
        f"{name}: expected one label a row, got a column of {kind}; as labels hand over a list of "
        "tuples, as an embedding numpy.stack of its rows"
    )
    raise ValueError(msg)


def _arrow(arrow: Any, values: Any, name: str) -> Any:
    if not isinstance(values, (arrow.Array, arrow.ChunkedArray)) or len(values) == 0:
        return values
    if values.null_count:
        _reject_first(name, np.asarray(values.is_null()), "None")
    kinds = arrow.types
    if kinds.is_string_view(values.type) or kinds.is_binary_view(values.type):
        words = kinds.is_string_view(values.type)
        values = values.cast(arrow.large_string() if words else arrow.large_binary())
    text = _is_text(kinds, values.type)
    if text:
        values = values.dictionary_encode()
    if kinds.is_nested(values.type):
        return _nested(name, str(values.type))
    if kinds.is_decimal(values.type) or kinds.is_time(values.type):
        return objects_array(values.to_pylist())
    if not kinds.is_dictionary(values.type):
        return np.asarray(values)
    if isinstance(values, arrow.ChunkedArray):
        codes, entries = _arrow_chunks(arrow, values, name)
    else:
        codes, entries = np.asarray(values.indices), values.dictionary
    return CodedLabels(
        codes, lambda found: entries.take(arrow.array(found)).to_pylist(), not text
    )


def _arrow_chunks(arrow: Any, values: Any, name: str) -> tuple[np.ndarray, Any]:
    """Codes and entries of chunks that may have dictionaries of their own."""
    try:
        chunks = values.unify_dictionaries().chunks
    except arrow.ArrowInvalid:  # entries that are null, or too many for the type of the codes
        chunks = values.chunks
        sizes = np.cumsum([0, *(len(chunk.dictionary) for chunk in chunks)])
        codes = np.concatenate([np.asarray(chunk.indices, dtype=np.int64) for chunk in chunks])
        codes += np.repeat(sizes[:-1], [len(chunk) for chunk in chunks])
        entries = arrow.concat_arrays([chunk.dictionary for chunk in chunks])
        _reject_first(name, np.asarray(entries.is_null())[codes], "None")
        return codes, entries
    codes = np.concatenate([np.asarray(chunk.indices) for chunk in chunks])
    return codes, chunks[-1].dictionary


def _is_text(kinds: Any, of: Any) -> bool:
    return bool(
        kinds.is_string(of)
        or kinds.is_large_string(of)
        or kinds.is_binary(of)
        or kinds.is_large_binary(of)
    )


def _reject_first(name: str, missing: np.ndarray, value: str) -> None:
    if missing.any():
        reject_missing(name, int(np.argmax(missing)), value)


def _row_of_each(codes: np.ndarray, found: np.ndarray) -> np.ndarray:
    """A row with each code; few rows are looked at where these have all."""
    low, span = int(found.min()), int(found.max()) - int(found.min()) + 1
    rows = _FIRST
    while True:
        part = codes[:rows].astype(np.int64) - low
        row = np.full(span, -1)
        row[part] = np.arange(len(part))
        of_each = row[found.astype(np.int64) - low]
        if (of_each >= 0).all():
            return of_each
        rows *= 8
