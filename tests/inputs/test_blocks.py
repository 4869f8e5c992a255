# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Blocks of rows: every row once and in order, no more than a block at a time."""

from __future__ import annotations

import itertools
import mmap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.inputs.blocks import in_block, read_blocks, rows_a_block
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.memory_maps import forget

N = 150_000


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(N, 3)),
        rng.normal(size=(N, 2)).astype("f4"),
        rng.integers(4, size=N),
    )


def joined(blocks):
    """The rows of all blocks, whose numbers must follow each other."""
    walked = list(blocks)
    ends = np.cumsum([block.rows for block in walked])
    assert [block.first for block in walked] == [0, *ends[:-1]]
    return tuple(np.concatenate([np.asarray(block[k]) for block in walked]) for k in (2, 3, 4))


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


# -- what blocks come in ---------------------------------------------------------------


def memory_maps(rows, folder):
    for k, values in enumerate(rows):
        np.save(folder / f"{k}.npy", values)
    return tuple(np.load(folder / f"{k}.npy", mmap_mode="r") for k in range(3))


def dask_arrays(rows, _):
    array = pytest.importorskip("dask.array")
    x1, x2, y = rows
    return array.from_array(x1, (7000, 2)), array.from_array(x2, 30_000), y


def pandas_frames(rows, _):
    pandas = pytest.importorskip("pandas")
    x1, x2, y = rows
    return (
        pandas.DataFrame(x1, index=np.arange(N)[::-1] + N),
        pandas.DataFrame(x2),
        pandas.Series(y),
    )


def polars_frames(rows, _):
    polars = pytest.importorskip("polars")
    x1, x2, y = rows
    return polars.DataFrame(x1), polars.DataFrame(x2), polars.Series(y)


def arrow_tables(rows, _):
    arrow = pytest.importorskip("pyarrow")
    tables = [
        arrow.table({str(k): part[:, k] for k in range(part.shape[1])}) for part in rows[:2]
    ]
    return *tables, arrow.array(rows[2])


def lists(rows, _):
    return rows[0], rows[1], rows[2].tolist()


@pytest.mark.parametrize(
    "made", [memory_maps, dask_arrays, pandas_frames, polars_frames, arrow_tables, lists]
)
def test_every_row_once_and_in_order(made, rows, tmp_path):
    blocks = read_blocks(*made(rows, tmp_path))
    assert blocks.rows == N
    assert not blocks.once
    assert_same(joined(blocks), rows)
    assert_same(joined(blocks), rows)  # and again


@given(cuts=st.lists(st.integers(0, 2000), max_size=6))
def test_tuples_of_any_lengths_are_the_rows(rows, cuts):
    some = tuple(values[:2000] for values in rows)
    ends = [0, *sorted(cuts), 2000]
    parts = [
        tuple(values[start:stop] for values in some) for start, stop in itertools.pairwise(ends)
    ]
    assert_same(joined(read_blocks(parts)), some)
    assert_same(joined(read_blocks(lambda: iter(parts))), some)


def test_an_iterator_is_walked_once(rows):
    parts = [tuple(values[:5] for values in rows)]
    assert read_blocks(iter(parts)).once
    assert not read_blocks(parts).once
    assert not read_blocks(lambda: iter(parts)).once


def test_columns_of_one_table_are_split_block_by_block(rows):
    x1, _, y = rows
    sizes = []

    def split(X):
        sizes.append(len(X))
        return X[:, :1], X[:, 1:]

    assert_same(joined(read_blocks(x1, y=y, split=split)), (x1[:, :1], x1[:, 1:], y))
    assert sum(sizes) == N
    assert max(sizes) <= rows_a_block(x1)
    assert_same(
        joined(read_blocks([(x1[:9], y[:9])], split=split)), (x1[:9, :1], x1[:9, 1:], y[:9])
    )


# -- no more than a block is in memory -------------------------------------------------


class OnDisk:
    """What h5py and zarr give: slices are read, of which it keeps the lengths."""

    def __init__(self, values):
        self.values = values
        self.shape = values.shape
        self.read = []

    def __getitem__(self, index):
        self.read.append(index.stop - index.start)
        return self.values[index]

    def __array__(self, *_, **__):
        pytest.fail("read as a whole")


def test_no_more_than_a_block_is_read(rows):
    sources = OnDisk(rows[0]), OnDisk(rows[1])
    assert_same(joined(read_blocks(*sources, rows[2])), rows)
    for source in sources:
        assert sum(source.read) == N
        assert max(source.read) <= rows_a_block(*sources) < N


@pytest.mark.parametrize("width", [1, 64, 1000, 100_000])
def test_wide_rows_come_fewer_at_a_time(width):
    size = rows_a_block(np.empty((0, width)), np.empty((0, width)))
    assert 2**11 <= size <= 2**16
    assert size == 2**11 or size * width * 16 <= 2**25


def test_pages_of_a_mapped_file_are_let_go_of_and_read_again(rows, tmp_path):
    np.save(tmp_path / "x.npy", rows[0])
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    part = mapped[1000:60_000]
    resident = []
    for step in (part.sum, lambda: forget(part)):
        step()
        resident.append(_resident_of(tmp_path / "x.npy"))
    assert resident[0] >= part.nbytes // 1024
    assert resident[1] <= resident[0] - part.nbytes // 1024 + 2 * mmap.PAGESIZE // 1024
    np.testing.assert_array_equal(part, rows[0][1000:60_000])


def _resident_of(path):
    """KiB of the pages of a mapped file that this process has."""
    with Path("/proc/self/smaps").open(encoding="utf-8") as lines:
        for line in lines:
            if str(path) in line:
                return next(
                    int(field.split()[1]) for field in lines if field.startswith("Rss:")
                )
    return 0


def test_what_was_written_to_a_private_map_stays(rows, tmp_path):
    np.save(tmp_path / "x.npy", rows[0])
    private = np.load(tmp_path / "x.npy", mmap_mode="c")
    private[:] = 7
    forget(private)
    assert (private == 7).all()


# -- refusals --------------------------------------------------------------------------


X1, X2, Y = np.zeros((9, 3)), np.zeros((9, 2)), np.zeros(9, int)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((X1,), TypeError, r"^X2 and y: missing beside X1; expected \(X1, X2, y\)"),
        ((X1, X2), TypeError, r"^y: missing"),
        ((X1, None, Y), TypeError, r"^X2: missing"),
        (("rows.parquet",), TypeError, r"^blocks: .*rows.parquet.*parquet_blocks"),
        ((5,), TypeError, r"^blocks: expected an iterable of tuples .* got int"),
        (({"X1": X1},), TypeError, r"^blocks: .* got dict"),
        (([X1, X2],), TypeError, r"^blocks: .* number 0 is a ndarray"),
        (([(X1, X2, Y), (X1, X2)],), TypeError, r"number 1 is a tuple of 2"),
        (([(X1, X2, Y[:2])],), ValueError, r"(?s)same number of rows.*number 0"),
        (([],), ValueError, r"^blocks: expected at least one row, got none"),
        ((X1[:0], X2[:0], Y[:0]), ValueError, r"^X1: 0 sample"),
        ((X1, X2, Y[:3]), ValueError, r"^X1, X2, y: .* y has 3"),
        ((3.0, X2, Y), TypeError, r"^X1: expected an array .* got float"),
        ((np.float64(3), X2, Y), ValueError, r"^X1: expected an array"),
        ((X1, "words", Y), ValueError, r"^X2: expected an array"),
    ],
)
def test_refused_by_name(given, error, message):
    with pytest.raises(error, match=message):
        list(read_blocks(*given))


def test_a_dask_array_of_unknown_length_is_told_what_to_do(rows):
    array = pytest.importorskip("dask.array")
    x1, x2, y = rows
    filtered = array.from_array(x1)[array.from_array(y) > 0]
    with pytest.raises(ValueError, match=r"^X1: .*X1\.compute_chunk_sizes\(\)"):
        read_blocks(filtered, x2, y)


def test_errors_say_where_their_rows_are_counted_from():
    blocks = read_blocks([(X1, X2, Y)] * 2)
    _, second = blocks
    with (
        pytest.raises(ValueError, match="row 9, where this block begins"),
        in_block(second, blocks),
    ):
        read_embedding(X1 * np.nan, "X1")
    whole = read_blocks(X1, X2, Y)
    (block,) = whole
    with pytest.raises(ValueError, match="NaN") as caught, in_block(block, whole):
        read_embedding(X1 * np.nan, "X1")
    assert not hasattr(caught.value, "__notes__")
