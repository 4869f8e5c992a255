# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of two sources and a target, some at a time, of whatever they come in."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from fourfold.inputs.arrays import as_array, check_same_length, shape_of
from fourfold.inputs.dask_arrays import dask_pieces, is_dask
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.list_columns import first_row, is_list_column
from fourfold.inputs.memory_maps import forget

__all__ = ["Block", "Blocks", "in_block", "read_blocks"]

#: Bytes of the sources of one block in double precision, of which steps make several copies.
_BYTES = 2**25
#: Rows of one block, at least and at most.
_ROWS = 2**11, 2**16

Split = Callable[[Any], tuple[Any, Any]]


class Block(NamedTuple):
    """Rows that follow each other, as they came: nothing of them is checked but their number.

    Attributes
    ----------
    first : int
        Number of the first row among all.
    rows : int
        How many, at least one.
    x1, x2, y : array_like
        Their sources and target; y is None where none was given.
    """

    first: int
    rows: int
    x1: Any
    x2: Any
    y: Any


class Blocks:
    """Blocks in the order of the rows; each `iter` walks them from the first.

    Attributes
    ----------
    rows : int or None
        How many in all, where that is known before the walk.
    once : bool
        Whether they can be walked only once, as they come out of an iterator.
    """

    def __init__(
        self,
        pieces: Callable[[], Iterator[Block]],
        rows: int | None = None,
        *,
        once: bool = False,
    ) -> None:
        self._pieces = pieces
        self.rows = rows
        self.once = once

    def __iter__(self) -> Iterator[Block]:
        first = 0
        for piece in self._pieces():
            size = rows_a_block(piece.x1, piece.x2)
            for start in range(0, piece.rows, size):
                stop = min(start + size, piece.rows)
                x1, x2, y = (_rows(values, start, stop, piece.rows) for values in piece[2:])
                yield Block(first + start, stop - start, x1, x2, y)
                for values in (x1, x2, y):
                    forget(values)
            first += piece.rows
        if first == 0:
            msg = "blocks: expected at least one row, got none"
            raise ValueError(msg)


def read_blocks(
    first: Any,
    second: Any = None,
    y: Any = None,
    *,
    target: bool = True,
    split: Split | None = None,
) -> Blocks:
    """Blocks of arrays X1, X2 and y, or of an iterable of such; raise of what is neither.

    Arrays are anything with rows that can be sliced: of the host or a device, in memory or on
    disk (`numpy.memmap`, h5py, zarr), Dask's, frames, lists. No more than a block is read.

    Parameters
    ----------
    first : array_like, iterable or callable
        X1; or, with nothing else given, an iterable of tuples of arrays ``(X1, X2, y)``, or a
        function that returns one, so that it can be walked again.
    second, y : array_like, optional
        X2 and the target.
    target : bool
        Whether y is needed; else it may be left out, also of the tuples.
    split : callable, optional
        The two sources of some rows of one array X: then `first` is X, y the target, and tuples are
        ``(X, y)``.
    """
    names = ("X1", "X2", "y") if split is None else ("X", "y")
    given = (first, second, y) if split is None else (first, y)
    least = len(names) if target else len(names) - 1
    if all(values is None for values in given[1:]) and not (least == 1 and _is_array(first)):
        return _of_iterable(first, names, least, split)
    for name, values in zip(names[:least], given[:least], strict=True):
        if values is None:
            msg = f"{name}: missing; expected {_tuple(names[:least])}, or an iterable of such tuples"
            raise TypeError(msg)
    blocks = _of_arrays(given, names, split)
    if blocks.rows == 0:
        msg = f"{names[0]}: 0 sample(s) (shape={shape_of(first, names[0])}) while a minimum of 1 is required."
        raise ValueError(msg)
    return blocks


@contextlib.contextmanager
def in_block(block: Block, of: Blocks) -> Iterator[None]:
    """Say of errors which rows they count from."""
    try:
        yield
    except (TypeError, ValueError) as error:
        if block.rows != of.rows:
            error.add_note(f"rows are counted from row {block.first}, where this block begins")
        raise


def rows_a_block(*sources: Any) -> int:
    """How many rows to take at a time of sources as wide as these."""
    width = sum(map(_width, sources))
    least, most = _ROWS
    return max(least, min(most, _BYTES // (8 * max(width, 1)) // least * least))


def _width(source: Any) -> int:
    if is_list_column(source):
        return len(first_row(source))
    return math.prod(getattr(source, "shape", (1, 1))[1:])


def _of_arrays(given: tuple[Any, ...], names: tuple[str, ...], split: Split | None) -> Blocks:
    counts = {
        name: _count(values, name)
        for name, values in zip(names, given, strict=True)
        if values is not None
    }
    rows = check_same_length(**counts)
    check_aligned(**dict(zip(names, given, strict=True)))
    if any(map(is_dask, given)):
        return Blocks(
            lambda: (
                _block(piece, names, split)
                for piece in dask_pieces(given, rows, rows_a_block(*given[: len(names) - 1]))
            ),
            rows,
        )
    if split is None:
        return Blocks(lambda: iter([_block(given, names, split)]), rows)

    def pieces() -> Iterator[Block]:  # before it is split: columns of all rows may be a copy
        size = rows_a_block(given[0])
        for start in range(0, rows, size):
            stop = min(start + size, rows)
            some = tuple(_rows(values, start, stop, rows) for values in given)
            yield _block(some, names, split)
            for values in some:
                forget(values)

    return Blocks(pieces, rows)


def _of_iterable(
    blocks: Any, names: tuple[str, ...], least: int, split: Split | None
) -> Blocks:
    expected = f"an iterable of tuples {_tuple(names[:least])}"
    if isinstance(blocks, (str, bytes)) or hasattr(blocks, "__fspath__"):
        msg = (
            f"blocks: got the path {str(blocks)!r}, expected {expected}; "
            "fourfold.loading.parquet_blocks makes one of parquet files"
        )
        raise TypeError(msg)
    if _is_array(blocks):
        missing = " and ".join(names[1:least])
        msg = f"{missing}: missing beside {names[0]}; expected {_tuple(names[:least])}, or {expected}"
        raise TypeError(msg)
    if isinstance(blocks, dict) or not (callable(blocks) or isinstance(blocks, Iterable)):
        msg = f"blocks: expected {expected}, or a function that returns one, got {type(blocks).__name__}"
        raise TypeError(msg)

    def pieces() -> Iterator[Block]:
        for number, block in enumerate(blocks() if callable(blocks) else blocks):
            if not isinstance(block, (tuple, list)) or not least <= len(block) <= len(names):
                got = type(block).__name__
                if isinstance(block, (tuple, list)):
                    got += f" of {len(block)}"
                msg = f"blocks: expected {expected}, but number {number} is a {got}"
                raise TypeError(msg)
            try:
                yield from _of_arrays((*block, None)[: len(names)], names, split)._pieces()
            except (TypeError, ValueError) as error:
                error.add_note(f"in number {number} of the blocks, the first of which is 0")
                raise

    rows = getattr(blocks, "rows", None)
    once = not callable(blocks) and iter(blocks) is blocks
    return Blocks(pieces, rows if isinstance(rows, int) else None, once=once)


def _block(given: tuple[Any, ...], names: tuple[str, ...], split: Split | None) -> Block:
    rows = _count(given[0], names[0])
    if split is None:
        return Block(0, rows, *given)
    return Block(0, rows, *split(given[0]), given[1])


def _tuple(names: tuple[str, ...]) -> str:
    return f"({', '.join(names)})"


def _is_array(values: Any) -> bool:
    """Whether these are rows themselves; an iterator or a list of tuples has no shape."""
    return hasattr(values, "shape") and not isinstance(values, type)


def _count(values: Any, name: str) -> int:
    """How many rows an array has, without reading it."""
    if not _is_array(values) and not hasattr(values, "__len__"):
        msg = f"{name}: expected an array with a row a sample, got {type(values).__name__}"
        raise TypeError(msg)
    shape = values.shape if _is_array(values) else None
    if shape is None and isinstance(values, (str, bytes, dict)):
        shape = ()
    if shape is not None and len(shape) == 0:
        msg = f"{name}: expected an array with a row a sample, got {values!r:.60}"
        raise ValueError(msg)
    rows = len(values) if shape is None else shape[0]
    if not isinstance(rows, (int, np.integer)):  # Dask knows no length of what was filtered
        msg = (
            f"{name}: has rows of unknown number, as Dask's after a filter or of a frame; expected "
            f"{name}.compute_chunk_sizes() of an array, or .to_dask_array(lengths=True) of a frame"
        )
        raise ValueError(msg)  # noqa: TRY004  the type is right
    return int(rows)


def _rows(values: Any, start: int, stop: int, rows: int) -> Any:
    """Rows from start to stop of so many, as a view where the container can give one."""
    if values is None or (start, stop) == (0, rows):
        return values
    if hasattr(values, "iloc"):
        return values.iloc[start:stop]
    if hasattr(values, "slice") and callable(values.slice):  # pyarrow's and polars' own
        return values.slice(start, stop - start)
    if sparse.issparse(values):  # some kinds of which cannot be sliced
        return values.tocsr()[start:stop]
    try:
        return values[start:stop]
    except (TypeError, IndexError):  # of what can only be read whole
        return as_array(values, "blocks")[start:stop]
