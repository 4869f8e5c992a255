# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two sources and a target out of parquet files, some rows at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fourfold.inputs.arrow_columns import array_of
from fourfold.inputs.blocks import rows_a_block
from fourfold.inputs.optional import ARROW, load

__all__ = ["ParquetBlocks", "opened_parquet", "parquet_blocks", "parquet_files"]

_SUFFIXES = {".parquet", ".pq"}


class ParquetBlocks:
    """Tuples of arrays ``(X1, X2, y)``, or ``(X1, X2)``; each `iter` reads from the first row.

    Attributes
    ----------
    rows : int
        How many in all, as the files say.
    """

    def __init__(self, files: list[tuple[str, Any]], columns: dict[str, list[str]]) -> None:
        self._files = files
        self._columns = columns
        self.rows = 0
        for place, filesystem in files:
            with opened_parquet(place, "path", filesystem=filesystem) as file:
                _check_columns(columns, file.schema_arrow.names, place)
                self.rows += file.metadata.num_rows

    def __repr__(self) -> str:
        number = len(self._files)
        return f"ParquetBlocks({number} file{'s' * (number != 1)}, {self.rows} rows)"

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        wanted = [*dict.fromkeys(name for names in self._columns.values() for name in names)]
        size = 0
        for place, filesystem in self._files:
            # not a dataset's batches: these decode whole row groups, and some of them ahead
            with opened_parquet(
                place, "path", filesystem=filesystem, pre_buffer=False, buffer_size=2**20
            ) as file:
                if not size and file.metadata.num_rows:
                    one = next(file.iter_batches(1, columns=wanted))
                    size = rows_a_block(*self._arrays(one, place, 0)[:2])
                first = 0
                for batch in file.iter_batches(max(size, 1), columns=wanted):
                    yield self._arrays(batch, place, first)
                    first += batch.num_rows

    def _arrays(self, batch: Any, place: str, first: int) -> tuple[Any, ...]:
        return tuple(
            array_of([batch.column(one) for one in names], names, (name, place, first))
            for name, names in self._columns.items()
        )


def parquet_blocks(
    path: Any,
    x1: str | Sequence[str],
    x2: str | Sequence[str],
    y: str | Sequence[str] | None = None,
) -> ParquetBlocks:
    """Embeddings and labels in parquet files, to be read some rows at a time.

    Parameters
    ----------
    path : str, path-like, list of these, or pyarrow.dataset.Dataset
        A file; a folder, of which all files called \\*.parquet or \\*.pq are read in the order of
        their names; or a dataset, for what is not on this machine.
    x1, x2 : str or list of str
        The column of each source: numbers, or lists of numbers, all of one length, or tensors. Or
        the names of several columns of numbers.
    y : str or list of str, optional
        The column of labels; or columns of probabilities, or one with lists of them.

    Returns
    -------
    ParquetBlocks
        For `PIDEstimator.partial_fit` and `PIDEstimator.count`; an iterable of tuples of arrays,
        that can be walked more than once.

    Raises
    ------
    FileNotFoundError
        If there is no such file, or no parquet file in the folder.
    ValueError
        If a file is not of parquet, or has no such column; on the walk, if a value is missing or
        lists differ in length. The message names the file and the row, from 0.
    TypeError
        If `x1`, `x2` or `y` are not names.
    ImportError
        If pyarrow is not installed.

    See Also
    --------
    fourfold.Counts.from_frame : Counts labels that are in parquet files already.

    Examples
    --------
    >>> import fourfold as ff
    >>> blocks = ff.loading.parquet_blocks("run/", "image", "text", "label")  # doctest: +SKIP
    >>> counts = estimator.count(blocks)  # doctest: +SKIP
    """
    columns = {"x1": _names(x1, "x1"), "x2": _names(x2, "x2")}
    if y is not None:
        columns["y"] = _names(y, "y")
    if hasattr(path, "get_fragments"):
        files = [(part.path, part.filesystem) for part in path.get_fragments()]
    else:
        every = path if isinstance(path, (list, tuple)) else [path]
        for one in every:
            if not isinstance(one, (str, os.PathLike)):
                msg = (
                    "path: expected the path of a parquet file or folder, a list of paths or a "
                    f"dataset of pyarrow, got {type(one).__name__}"
                )
                raise TypeError(msg)
        files = [
            (file, None) for one in every for file in parquet_files(os.fspath(one), "path")
        ]
    return ParquetBlocks(files, columns)


def parquet_files(path: str, name: str) -> list[str]:
    """The file, or the files of parquet in a folder and those below, in order of their names."""
    if not Path(path).exists():
        remote = "; a remote one is read as pyarrow.dataset.dataset(...)"
        msg = f"{name}: {path}: no such file or folder{remote if '://' in path else ''}"
        raise FileNotFoundError(msg)
    if not Path(path).is_dir():
        return [path]
    found = sorted(
        str(file)
        for file in Path(path).rglob("*")
        if file.is_file() and file.suffix in _SUFFIXES and not file.name.startswith((".", "_"))
    )
    if not found:
        msg = f"{name}: {path}: no file in this folder is called *.parquet or *.pq"
        raise FileNotFoundError(msg)
    return found


def opened_parquet(path: str, name: str, **options: Any) -> Any:
    """The open file, or raise where it is none of parquet."""
    parquet = load("pyarrow.parquet", ARROW)
    try:
        return parquet.ParquetFile(path, **options)
    except (OSError, ValueError) as error:
        if isinstance(error, (FileNotFoundError, PermissionError)):
            raise
        msg = f"{name}: {path} cannot be read as a parquet file: {error}"
        raise ValueError(msg) from error


def _names(columns: Any, name: str) -> list[str]:
    names = [columns] if isinstance(columns, str) else columns
    if not isinstance(names, (list, tuple)) or not all(isinstance(one, str) for one in names):
        msg = f"{name}: expected the name of a column or a list of names, got {columns!r:.60}"
        raise TypeError(msg)
    if not names:
        msg = f"{name}: expected at least one column, got an empty list"
        raise ValueError(msg)
    return [*names]


def _check_columns(columns: dict[str, list[str]], present: list[str], place: str) -> None:
    for name, names in columns.items():
        for one in names:
            if present.count(one) != 1:
                found = f"{present.count(one)} columns" if one in present else "no column"
                told = ", ".join(map(repr, present[:20])) + (
                    ", ..." if len(present) > 20 else ""
                )
                msg = f"{name}: {place} has {found} {one!r}; its columns are {told or 'none'}"
                raise ValueError(msg)
