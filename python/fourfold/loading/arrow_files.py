# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of .parquet, .feather and .arrow files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrow_columns import is_list, numbers_of, reject_missing
from fourfold.inputs.optional import ARROW_FILE, load
from fourfold.inputs.room import require_room
from fourfold.loading.headers import reject_counting, reject_written_index
from fourfold.loading.places import Place, fail, printable
from fourfold.loading.selection import find_columns
from fourfold.loading.text_labels import join_columns
from fourfold.loading.text_labels import reject_missing as reject_words
from fourfold.loading.values import LABELS_HINT, integer_array, whole_labels

__all__ = ["arrow_names", "read_arrow_labels", "read_arrow_numbers"]

#: Types whose values are told by their text: dates and times.
_TEXT_TYPES = ("date", "time", "duration")


class _Columns(NamedTuple):
    names: list[str]
    columns: list[Any]


def read_arrow_numbers(place: Place) -> np.ndarray:
    """All columns of a file, or those asked for, side by side, (N, d); lists are embeddings."""
    names, columns = _read(place)
    arrays = [
        _numbers(place, column, name) for name, column in zip(names, columns, strict=True)
    ]
    if place.part is None and all(array.shape[1] == 1 for array in arrays):
        reject_counting([array[:, 0] for array in arrays], names, place)
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=1)


def read_arrow_labels(place: Place, missing: frozenset[str], *, joint: bool) -> np.ndarray:
    """One column as labels (N,), several or one of lists as probabilities, or as joint labels (N, m)."""
    names, columns = _read(place)
    if len(columns) > 1 and not joint:
        return read_arrow_numbers(place)
    if len(columns) == 1 and is_list(columns[0]):
        return _numbers(place, columns[0], names[0])
    labels = [
        _labels(place, column, name, missing)
        for name, column in zip(names, columns, strict=True)
    ]
    if place.part is None:
        reject_counting(labels, names, place)
    return labels[0] if len(labels) == 1 else join_columns(labels)


def arrow_names(place: Place) -> list[str] | None:
    """Names of the columns that are read, None where one of them holds lists."""
    names, columns = _read(place)
    return None if any(map(is_list, columns)) else names


def _read(place: Place) -> _Columns:
    with _told(place), place.open() as file, _opened(place, file) as (names, rows, read):
        chosen = list(range(len(names)))
        if place.part is not None:
            chosen = find_columns(place.part, names, len(names), place)
        elif len(names) > 1:
            reject_written_index(names, place)
        if not names or not rows:
            fail(place.name, f"is empty: it has {len(names)} columns and {rows} rows")
        words = f"{len(chosen)} columns of {rows} rows"
        require_room(8 * rows * len(chosen), printable(place.name), words)
        return _Columns([names[k] for k in chosen], read(chosen))


@contextlib.contextmanager
def _opened(place: Place, file: Any) -> Iterator[tuple[list[str], int, Any]]:
    """Names of columns, number of rows, and a function that reads some columns."""
    if place.form == "parquet":
        parquet = load("pyarrow.parquet", ARROW_FILE).ParquetFile(file)
        names = list(parquet.schema_arrow.names)

        def read(chosen: list[int]) -> list[Any]:
            table = parquet.read(columns=list(dict.fromkeys(names[k] for k in chosen)))
            if len(set(names)) < len(names):  # then all of one name were read
                table = parquet.read()
                return [_in_one(table.column(k)) for k in chosen]
            return [_in_one(table.column(names[k])) for k in chosen]

        yield names, parquet.metadata.num_rows, read
        return
    table = _arrow_table(file)
    yield (
        list(table.column_names),
        table.num_rows,
        lambda chosen: [_in_one(table.column(k)) for k in chosen],
    )


def _arrow_table(file: Any) -> Any:
    start = file.read(6)
    file.seek(0)
    if start == b"ARROW1":
        return load("pyarrow", ARROW_FILE).ipc.open_file(file).read_all()
    if start.startswith(b"FEA1"):
        return load("pyarrow.feather", ARROW_FILE).read_table(file)
    return load("pyarrow", ARROW_FILE).ipc.open_stream(file).read_all()


def _in_one(column: Any) -> Any:
    """All of it in one piece, numbers and words in place of codes."""
    whole = column.combine_chunks()
    whole = whole.chunk(0) if hasattr(whole, "chunks") else whole
    return getattr(whole, "storage", whole)


@contextlib.contextmanager
def _told(place: Place) -> Iterator[None]:
    """Tells of whatever Arrow raises of a file as the other errors of a file."""
    try:
        yield
    except PermissionError as error:
        fail(place.name, "cannot be read: permission denied", error)
    except (ImportError, MemoryError):
        raise
    except Exception as error:
        if str(error).startswith(f"{printable(place.name)}: "):
            raise  # told already
        first = str(error).partition("\n")[0]
        fail(place.name, f"is not a valid {place.form} file: {first:.120}", error)


def _numbers(place: Place, column: Any, name: str) -> np.ndarray:
    kind = str(column.type)
    if kind.startswith("dictionary"):
        return _numbers(place, column.dictionary_decode(), name)
    if kind.startswith("decimal"):
        column = column.cast("float64")
    where = (printable(place.name), "the file", 0)
    if is_list(column) or kind.startswith(
        ("int", "uint", "float", "double", "halffloat", "decimal", "bool")
    ):
        values = numbers_of(column, name, where)
    else:
        fail(place.name, f"column {name!r} holds {kind} values, a source must hold numbers; name the "
                         f"columns that belong: {place.typed('NAME')}{LABELS_HINT}")  # fmt: skip
    if values.dtype.kind not in "biuf":
        fail(place.name, f"column {name!r} holds {kind} values, a source must hold numbers")
    return values.reshape(len(values), -1)


def _labels(place: Place, column: Any, name: str, missing: frozenset[str]) -> np.ndarray:
    """Integers, or text where they are no whole numbers but declared as categories, dates or words."""
    reject_missing(column, name, (printable(place.name), "the file", 0))
    kind = str(column.type)
    declared = kind.startswith("dictionary")
    if declared:
        column = column.dictionary_decode()
        reject_missing(column, name, (printable(place.name), "the file", 0))
        kind = str(column.type)
    where = f", column {name!r} (rows counted from 0)"
    if kind.startswith("bool"):
        return np.asarray(column).astype(np.int64)
    if kind.startswith(("int", "uint")):
        return np.asarray(column)
    if kind.startswith(("float", "double", "halffloat")):
        values = np.asarray(column)
        if declared and np.isfinite(values).all() and (values != np.rint(values)).any():
            return np.array([repr(value) for value in values.tolist()], dtype=np.str_)
        return whole_labels(f"{place.name}, column {name!r}", values)
    if kind.startswith("decimal"):
        numbers = column.to_pylist()
        if all(number == number.to_integral_value() for number in numbers):
            return integer_array([int(number) for number in numbers])
        return np.array([str(number.normalize()) for number in numbers], dtype=np.str_)
    if kind.startswith(("string", "large_string", "string_view")):
        cells = column.to_pylist()
        reject_words(place, cells, where, 0, missing)
        for row, cell in enumerate(cells):
            if "\0" in cell:
                fail(place.name, f"row {row}{where} holds {cell!r:.60}, with a NUL in it")
        return np.array(cells, dtype=np.str_)
    if not kind.startswith(_TEXT_TYPES):
        fail(place.name, f"column {name!r} holds {kind} values; labels are integers, words, "
                         "categories or dates")  # fmt: skip
    return np.array(column.cast("string").to_pylist(), dtype=np.str_)
