# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Batches of Arrow and files of parquet as blocks of columns, a few row groups in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from fourfold.counts.frames.blocks import Block, Stream, check_columns
from fourfold.inputs.optional import ARROW, load
from fourfold.inputs.parquet import opened_parquet, parquet_files

__all__ = ["ROWS", "arrow_blocks", "dataset_stream", "parquet_stream"]

#: Of a block: enough that adding up its table costs less than counting it.
ROWS = 2**20


def arrow_blocks(batches: Iterable[Any], place: str = "") -> Iterator[Block]:
    """Record batches, small ones together; every one has the same columns."""
    kept: list[Any] = []
    start = rows = 0
    for batch in batches:
        kept.append(batch)
        rows += batch.num_rows
        if rows >= ROWS:
            yield _block(kept, _first(start, place))
            kept, start, rows = [], start + rows, 0
    if rows:
        yield _block(kept, _first(start, place))


def _first(start: int, place: str) -> str:
    if place:
        return f"row {start} of {place}"
    return f"row {start}" if start else ""


def _block(batches: list[Any], first: str) -> Block:
    arrow = load("pyarrow", ARROW)
    table = arrow.Table.from_batches(batches).unify_dictionaries()
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        whole = arrow.types.is_decimal(column.type) and column.type.scale == 0
        # decimals are what DuckDB's sum() of integers is
        columns[name] = _whole_numbers(arrow, column) if whole else column.combine_chunks()
    return Block(columns, first)


def _whole_numbers(arrow: Any, column: Any) -> Any:
    """Decimals as integers, those of Python where one is beyond 64 bits."""
    try:
        return column.cast(arrow.int64()).combine_chunks()
    except arrow.ArrowInvalid:
        every = (None if each is None else int(each) for each in column.to_pylist())
        return np.array([*every], dtype=object)


def parquet_stream(paths: list[str], names: Mapping[str, Any]) -> Stream:
    """Files, and all files below folders, row group by row group."""
    files = [file for path in paths for file in parquet_files(path, "frame")]
    rows = 0
    for file in files:
        with opened_parquet(file, "frame") as opened:
            check_columns(names, opened.schema_arrow.names, file)
            rows += opened.metadata.num_rows
    return Stream(_of_files(files, list(dict.fromkeys(names.values()))), rows)


def _of_files(files: list[str], needed: list[Any]) -> Iterator[Block]:
    arrow = load("pyarrow", ARROW)
    for file in files:
        with opened_parquet(file, "frame") as opened:
            schema = opened.schema_arrow
        words = [name for name in needed if _is_text(arrow, schema.field(name).type)]
        with opened_parquet(file, "frame", read_dictionary=words) as opened:
            yield from arrow_blocks(opened.iter_batches(ROWS, columns=needed), file)


def _is_text(arrow: Any, kind: Any) -> bool:
    return kind in {arrow.string(), arrow.large_string(), arrow.binary(), arrow.large_binary()}


def dataset_stream(dataset: Any, names: Mapping[str, Any]) -> Stream:
    """Batches of a dataset; one is read while another is counted."""
    needed = check_columns(names, dataset.schema.names)
    scanner = dataset.scanner(
        columns=needed, batch_size=ROWS, batch_readahead=2, fragment_readahead=1
    )
    return Stream(arrow_blocks(scanner.to_batches()), dataset.count_rows())
