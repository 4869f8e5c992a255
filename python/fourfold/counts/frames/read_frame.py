# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Columns of data frames of any package, in blocks; no package is imported that made none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from fourfold.counts.frames.arrow_blocks import (
    ROWS,
    arrow_blocks,
    dataset_stream,
    parquet_stream,
)
from fourfold.counts.frames.blocks import Block, Stream, check_columns, check_names
from fourfold.inputs.optional import ARROW, installed, load

__all__ = ["frame_stream"]

Names = Mapping[str, Any]


def frame_stream(frame: Any, names: Names) -> Stream:
    """The columns of a frame, block by block.

    Parameters
    ----------
    frame : object
        As `fourfold.Counts.from_frame` says.
    names : mapping
        Of the columns, by argument.

    Raises
    ------
    TypeError, ValueError, FileNotFoundError
        If it is no frame, or has not one column of each name.
    """
    check_names(names)
    package = type(frame).__module__.partition(".")[0]
    paths = _paths(frame)
    if paths:
        return _of_paths(paths, names)
    if hasattr(frame, "to_arrow_reader"):
        return _of_duckdb(frame, names)
    if package in _READERS:
        return _READERS[package](frame, names)
    if isinstance(frame, Mapping):
        return _whole(frame, list(frame), names)
    if isinstance(frame, np.ndarray) and frame.dtype.names:
        return _whole(frame, list(frame.dtype.names), names)
    return _of_protocols(frame, names)


def _paths(frame: Any) -> list[str]:
    """A path, or a list of them; empty where it is neither."""
    every = frame if isinstance(frame, (list, tuple)) else [frame]
    if all(isinstance(path, (str, os.PathLike)) for path in every):
        return [os.fspath(path) for path in every]
    return []


def _of_paths(paths: list[str], names: Names) -> Stream:
    if installed("pyarrow"):
        return parquet_stream(paths, names)
    return _of_polars(load("polars", ARROW).scan_parquet(paths), names)


def _whole(frame: Any, columns: list[Any], names: Names) -> Stream:
    """All rows as one block: the memory is taken already."""
    check_columns(names, columns)
    return Stream(iter([Block({name: frame[name] for name in names.values()})]))


def _of_pandas(frame: Any, names: Names) -> Stream:
    if not hasattr(frame, "columns"):
        _reject(frame)
    return _whole(frame, list(frame.columns), names)


def _of_polars(frame: Any, names: Names) -> Stream:
    if hasattr(frame, "get_column"):
        needed = check_columns(names, frame.columns)
        return Stream(iter([_polars_block(frame, needed)]))
    if not hasattr(frame, "collect_schema"):
        _reject(frame)
    needed = check_columns(names, frame.collect_schema().names())
    lazy = frame.select(needed)
    if not hasattr(lazy, "collect_batches"):  # before polars 1.34
        return _of_polars(lazy.collect(), names)
    batches = lazy.collect_batches(chunk_size=ROWS, maintain_order=False, engine="streaming")
    return Stream(_polars_block(batch, needed) for batch in batches)


def _polars_block(frame: Any, needed: list[Any]) -> Block:
    """What NumPy has no type for, as sums of 128 bits, as objects of Python."""
    columns = {name: frame.get_column(name) for name in needed}
    for name, column in columns.items():
        if str(column.dtype).startswith(("Int128", "UInt128", "Decimal")):
            columns[name] = np.array(column.to_list(), dtype=object)
    return Block(columns)


def _of_arrow(frame: Any, names: Names) -> Stream:
    if hasattr(frame, "scanner"):
        return dataset_stream(frame, names)
    if not hasattr(frame, "schema"):
        _reject(frame)
    needed = check_columns(names, frame.schema.names)
    if hasattr(frame, "num_rows"):
        rows = frame.select(needed)
        batches = rows.to_batches(ROWS) if hasattr(rows, "to_batches") else [rows]
        return Stream(arrow_blocks(batches), frame.num_rows)
    return Stream(arrow_blocks(batch.select(needed) for batch in frame))


def _of_duckdb(relation: Any, names: Names) -> Stream:
    needed = check_columns(names, relation.columns)
    quoted = ('"' + name.replace('"', '""') + '"' for name in needed)
    load("pyarrow", ARROW)
    return Stream(arrow_blocks(relation.project(", ".join(quoted)).to_arrow_reader(ROWS)))


def _of_protocols(frame: Any, names: Names) -> Stream:
    """Packages that are not known here."""
    if hasattr(frame, "__arrow_c_stream__") and installed("pyarrow"):
        reader = load("pyarrow", ARROW).RecordBatchReader.from_stream(frame)
        return _of_arrow(reader, names)
    if hasattr(frame, "toPandas") and hasattr(frame, "select"):  # Spark's
        needed = check_columns(names, frame.columns)
        quoted = ("`" + name.replace("`", "``") + "`" for name in needed)
        return _of_pandas(frame.select(*quoted).toPandas(), names)
    if hasattr(frame, "to_pandas"):
        return _of_pandas(frame.to_pandas(), names)
    if hasattr(frame, "__dataframe__"):
        return _of_arrow(load("pyarrow.interchange", ARROW).from_dataframe(frame), names)
    return _reject(frame)


def _reject(frame: Any) -> NoReturn:
    msg = (
        "frame: expected a frame of pandas, polars, Arrow, DuckDB or Dask, the path of a parquet "
        "file or folder, a dataset of pyarrow, a mapping of columns, or what has __arrow_c_stream__, "
        f"to_pandas or __dataframe__, got {type(frame).__name__}"
    )
    raise TypeError(msg)


_READERS = {"pandas": _of_pandas, "polars": _of_polars, "pyarrow": _of_arrow}
