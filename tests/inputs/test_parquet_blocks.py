# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings out of parquet files: the rows that were written, whatever kind of column they have."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from fourfold.inputs.blocks import read_blocks
from fourfold.loading import parquet_blocks

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

N = 500
RNG = np.random.default_rng(0)
X1 = RNG.normal(size=(N, 4)).astype("f4")
X2 = RNG.normal(size=(N, 3))
Y = RNG.choice(["no", "yes", "perhaps"], N)
SOFT = RNG.dirichlet(np.ones(3), N)


def table(rows=slice(None), **columns):
    x1, x2, y = X1[rows], X2[rows], Y[rows]
    fixed = arrow.FixedSizeListArray.from_arrays(arrow.array(x1.ravel()), 4)
    tensor = arrow.fixed_shape_tensor(arrow.float32(), (2, 2))
    given = {
        "fixed": fixed,
        "lists": arrow.array(list(x1)),
        "large": arrow.array(list(x1), arrow.large_list(arrow.float32())),
        "tensor": arrow.ExtensionArray.from_storage(tensor, fixed),
        "y": arrow.array(y),
        "words": arrow.array(y).dictionary_encode(),
        "soft": arrow.array(list(SOFT[rows])),
    }
    given |= {f"x{k}": x1[:, k] for k in range(4)} | {f"b{k}": x2[:, k] for k in range(3)}
    return arrow.table(given | columns)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three files, of several row groups, and one that is none of parquet."""
    path = tmp_path_factory.mktemp("rows")
    (path / "b").mkdir()
    for name, rows in {
        "a.parquet": slice(0, 50),
        "b/c.pq": slice(50, 50),
        "d.parquet": slice(50, N),
    }.items():
        parquet.write_table(table(rows), path / name, row_group_size=40)
    (path / "README.md").write_text("rows")
    return path


B = ["b0", "b1", "b2"]


def read(blocks):
    walked = list(read_blocks(blocks))
    return [np.concatenate([np.asarray(block[k]) for block in walked]) for k in (2, 3, 4)]


@pytest.mark.parametrize(
    "column", ["fixed", "lists", "large", "tensor", [f"x{k}" for k in range(4)]]
)
@pytest.mark.parametrize("labels", ["y", "words"])
def test_rows_are_those_that_were_written(folder, column, labels):
    blocks = parquet_blocks(folder, column, B, labels)
    assert blocks.rows == N
    assert repr(blocks) == f"ParquetBlocks(3 files, {N} rows)"
    for _ in range(2):  # it can be walked again
        x1, x2, y = read(blocks)
        assert x1.dtype == X1.dtype
        np.testing.assert_array_equal(x1, X1)
        np.testing.assert_array_equal(x2, X2)
        np.testing.assert_array_equal(y, Y)


def test_one_column_of_numbers_is_a_source(folder):
    np.testing.assert_array_equal(read(parquet_blocks(folder, "b0", B, "y"))[0], X2[:, :1])


def test_a_target_may_be_probabilities(folder):
    np.testing.assert_array_equal(read(parquet_blocks(folder, "fixed", B, "soft"))[2], SOFT)


def test_paths_and_datasets(folder):
    dataset = pytest.importorskip("pyarrow.dataset")
    paths = [str(folder / name) for name in ("a.parquet", "d.parquet")]
    for source in (str(folder), paths, dataset.dataset(paths)):
        np.testing.assert_array_equal(read(parquet_blocks(source, "fixed", B, "y"))[0], X1)


def test_a_target_may_be_left_out(folder):
    assert {len(block) for block in parquet_blocks(folder, "fixed", B)} == {2}


def test_row_groups_are_not_read_as_a_whole(tmp_path):
    wide = np.zeros((5000, 900), "f4")
    column = arrow.FixedSizeListArray.from_arrays(arrow.array(wide.ravel()), 900)
    parquet.write_table(
        arrow.table({"a": column, "b": np.arange(5000)}), tmp_path / "w.parquet"
    )
    assert [len(x1) for x1, _ in parquet_blocks(tmp_path, "a", "b")] == [4096, 904]


# -- refusals --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (("nowhere", "fixed", B), FileNotFoundError, r"^path: nowhere: no such file"),
        (("s3://bucket/rows", "fixed", B), FileNotFoundError, r"pyarrow\.dataset"),
        ((".", "fixed", B), FileNotFoundError, r"no file in this folder is called"),
        (
            ("README.md", "fixed", B),
            ValueError,
            r"^path: README.md cannot be read as a parquet",
        ),
        ((5, "fixed", B), TypeError, r"^path: expected the path .* got int"),
        (("d.parquet", 5, B), TypeError, r"^x1: expected the name of a column .* got 5"),
        (("d.parquet", "fixed", []), ValueError, r"^x2: expected at least one column"),
        (
            ("d.parquet", "fixed", B, "z"),
            ValueError,
            r"^y: d.parquet has no column 'z'; its columns",
        ),
    ],
)
def test_refused_by_name(given, error, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parquet.write_table(table(), "d.parquet")
    (tmp_path / "README.md").write_text("rows")
    if given[0] == ".":
        (tmp_path / "d.parquet").unlink()
    with pytest.raises(error, match=message):
        parquet_blocks(*given)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("fixed", arrow.array([[1.0, 2.0], None], arrow.list_(arrow.float64(), 2)), "row 1 "),
        ("fixed", arrow.array([[1.0, 2.0], [3.0, None]]), "row 1 "),
        ("fixed", arrow.array([1.0, None]), "row 1 "),
        (
            "fixed",
            arrow.array([[1.0, 2.0], [3.0]]),
            "a list of 1 at row 1 ",
        ),
        ("y", arrow.array(["no", None]), "row 1 "),
    ],
)
def test_what_is_missing_is_refused_with_its_row(column, values, message, tmp_path):
    name = {"fixed": "x1", "y": "y"}[column]
    path = tmp_path / "rows.parquet"
    rows = table(slice(0, 2)).drop([column]).append_column(column, values)
    parquet.write_table(rows, path)
    with pytest.raises(
        ValueError, match=f"^{name}: column '{column}' has .*{message}.*rows.parquet"
    ):
        list(parquet_blocks(path, "fixed", B, "y"))


def test_without_pyarrow_it_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ImportError, match="pip install pyarrow"):
        parquet_blocks(folder, "fixed", B)
