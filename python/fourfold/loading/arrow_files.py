# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of .parquet, .feather and .arrow files, by name or by number."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from fourfold.inputs.optional import ARROW_FILE, load
from fourfold.inputs.room import require_room
from fourfold.loading.headers import reject_written_index
from fourfold.loading.places import Place, fail, printable
from fourfold.loading.selection import find_columns

__all__ = ["ArrowColumn", "labels_of_rows", "names_of_columns", "read_columns"]

_LISTS = ("list", "large_list", "fixed_size_list", "extension")


class ArrowColumn(NamedTuple):
    """One column.

    Attributes
    ----------
    name : str
    values : pyarrow.Array
        All rows in one piece; codes of a dictionary are not looked up.
    declared : bool
        Whether it was written as categories.
    """

    name: str
    values: Any
    declared: bool


def read_columns(place: Place) -> list[ArrowColumn]:
    """Those asked for, or all; raise where there are none, or an index was written with them."""
    with place.open() as file:
        opened = _open(place, file)
        names, rows, source = opened.names, opened.rows, opened.source
        chosen = _chosen(place, opened)
        if not chosen or not rows:
            fail(place.name, f"is empty: it has {len(names)} columns and {rows} rows")
        names = [names[k] for k in chosen]
        told = f"{len(chosen)} columns of {rows} rows"
        with _told(place):
            n_bytes = _bytes(source, rows, len(names), whole=place.part is None)
        require_room(n_bytes, printable(place.name), told)
        with _told(place):
            categories = _categories(opened.schema)
            columns = _columns(source, chosen, names)
        if any(len(column) != rows for column in columns):
            fail(place.name, f"is damaged: it says that it has {rows} rows, and has others")
        return [
            ArrowColumn(name, column, name in categories)
            for name, column in zip(names, columns, strict=True)
        ]


def names_of_columns(place: Place) -> list[str] | None:
    """Names of the columns that `read_columns` reads, None where one of them holds lists."""
    with place.open() as file:
        opened = _open(place, file)
    chosen = _chosen(place, opened)
    if any(str(opened.schema.types[k]).startswith(_LISTS) for k in chosen):
        return None
    return [opened.names[k] for k in chosen]


def labels_of_rows(place: Place) -> list[tuple[Any, ...]] | None:
    """The index that pandas wrote with the rows, a tuple for each row; None where there is none."""
    with place.open() as file:
        opened = _open(place, file)
        told = (opened.schema.pandas_metadata or {}).get("index_columns", [])
        if not told:
            return None
        if isinstance(told[0], dict):
            return [(k,) for k in range(told[0]["start"], told[0]["stop"], told[0]["step"])]
        with _told(place):
            chosen = [opened.names.index(name) for name in told]
            columns = _columns(opened.source, chosen, told)
            return list(zip(*(column.to_pylist() for column in columns), strict=True))


def _chosen(place: Place, opened: _Opened) -> list[int]:
    names = opened.names
    if place.part is not None:
        return find_columns(place.part, names, len(names), place)
    if len(names) > 1:
        reject_written_index(names, place, opened.indexes)
    return list(range(len(names)))


class _Opened(NamedTuple):
    names: list[str]
    schema: Any
    indexes: list[str]  # columns that were the index of a frame
    rows: int
    source: Any  # a ParquetFile, or a table


def _open(place: Place, file: Any) -> _Opened:
    with _told(place):
        if place.form == "parquet":
            parquet = load("pyarrow.parquet", ARROW_FILE).ParquetFile(file)
            schema = parquet.schema_arrow
            return _Opened(
                list(schema.names), schema, _index(schema), parquet.metadata.num_rows, parquet
            )
        start = file.read(6)
        file.seek(0)
        if start.startswith(b"FEA1"):  # damaged, they end the process in Arrow
            msg = "it is of version 1 of Feather, which is out of date: write it anew"
            raise ValueError(msg)
        if start == b"ARROW1":
            table = load("pyarrow", ARROW_FILE).ipc.open_file(file).read_all()
        else:
            table = load("pyarrow", ARROW_FILE).ipc.open_stream(file).read_all()
        table.validate(full=True)  # offsets of a damaged file may lead anywhere
        return _Opened(
            table.column_names, table.schema, _index(table.schema), table.num_rows, table
        )


def _columns(source: Any, chosen: list[int], names: list[str]) -> list[Any]:
    if not hasattr(source, "metadata"):
        return [_in_one(source.column(k)) for k in chosen]
    if len(set(source.schema_arrow.names)) < len(source.schema_arrow.names):
        table = source.read()
        table.validate(full=True)
        return [_in_one(table.column(k)) for k in chosen]
    table = source.read(columns=list(dict.fromkeys(names)))
    table.validate(full=True)
    return [_in_one(table.column(name)) for name in names]


def _in_one(column: Any) -> Any:
    """All of it in one piece; tensors as the lists that they are stored as."""
    whole = column.combine_chunks()
    whole = whole.chunk(0) if hasattr(whole, "chunks") else whole
    return getattr(whole, "storage", whole)


def _bytes(source: Any, rows: int, columns: int, *, whole: bool) -> int:
    """How much memory columns take at least, of a file that is not read yet."""
    if not hasattr(source, "metadata") or not whole:
        return rows * columns
    parts = [source.metadata.row_group(k) for k in range(source.metadata.num_row_groups)]
    return int(max(rows * columns, sum(part.total_byte_size for part in parts)))


def _categories(schema: Any) -> set[str]:
    """Columns that are coded, or that pandas had as categories: parquet keeps no codes of numbers."""
    coded = {
        name
        for name, kind in zip(schema.names, schema.types, strict=True)
        if str(kind).startswith("dictionary")
    }
    told = (schema.pandas_metadata or {}).get("columns", [])
    return coded | {one["name"] for one in told if one.get("pandas_type") == "categorical"}


def _index(schema: Any) -> list[str]:
    told = (schema.pandas_metadata or {}).get("index_columns", [])
    return [name for name in told if isinstance(name, str)]  # of a range nothing is written


@contextlib.contextmanager
def _told(place: Place) -> Iterator[None]:
    """Tells of whatever Arrow raises of a file as the other errors of a file."""
    try:
        yield
    except PermissionError as error:
        fail(place.name, "cannot be read: permission denied", error)
    except ImportError:
        raise
    except MemoryError as error:
        msg = f"{printable(place.name)}: does not fit memory: {error}"
        raise MemoryError(msg) from error
    except Exception as error:  # noqa: BLE001  nothing of the user's runs in there
        first = str(error).partition("\n")[0]
        fail(place.name, f"is not a valid {place.form} file: {first:.120}", error)
