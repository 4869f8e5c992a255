# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Frames of all packages count to what their columns do, and nothing is imported for others."""

from __future__ import annotations

import decimal
import sys

import numpy as np
import pytest
from tqdm import tqdm

from fourfold import Counts
from fourfold.counts import counts as counts_module
from fourfold.counts.frames import arrow_blocks, read_frame
from tests.support.processes import output_of

pandas = pytest.importorskip("pandas")

N = 500


@pytest.fixture
def columns(rng):
    return {
        "layer 3": rng.integers(-2, 5, size=N),
        'a "word"': np.array(["no", "yes", "maybe"], object)[rng.integers(3, size=N)],
        "y": rng.integers(4, size=N).astype(np.int8),
        "w": rng.exponential(size=N),
        "n": rng.integers(4, size=N),
    }


NAMES = ("layer 3", 'a "word"', "y")


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(arrow_blocks, "ROWS", 70)
    monkeypatch.setattr(read_frame, "ROWS", 70)


def frame_of(kind, columns, tmp_path):
    frame = pandas.DataFrame(columns)
    root = kind.partition(" ")[0]
    if root == "mapping":
        return columns
    if root == "structured":
        return frame.to_records(index=False)
    if root == "pandas":
        words = {"pandas categories": "category", "pandas": object, "pandas strings": "string"}
        return frame.astype({'a "word"': words[kind]})
    if root == "polars":
        polars = pytest.importorskip("polars")
        made = polars.DataFrame({name: list(values) for name, values in columns.items()})
        if kind == "polars categories":
            made = made.with_columns(polars.col('a "word"').cast(polars.Categorical))
        return made.lazy() if kind == "polars lazy" else made
    if root == "dask":
        dask = pytest.importorskip("dask.dataframe")
        return dask.from_pandas(frame, npartitions=11)
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pandas(frame)
    if kind == "arrow dictionaries":  # each chunk with its own
        parts = [
            frame[start : start + 90].astype({'a "word"': "category"})
            for start in range(0, N, 90)
        ]
        return arrow.concat_tables(
            [arrow.Table.from_pandas(part, preserve_index=False) for part in parts]
        )
    if root == "duckdb":
        return pytest.importorskip("duckdb").from_arrow(table)
    if kind == "arrow batch":
        return table.combine_chunks().to_batches()[0]
    if kind == "arrow reader":
        return table.to_reader(max_chunksize=13)
    if root == "arrow":
        return table
    from pyarrow import dataset, parquet  # noqa: PLC0415

    if kind == "spark":
        return Spark(frame)
    if kind == "foreign":
        return Foreign(frame)
    if kind == "capsule":
        return Capsule(table)
    if kind == "protocol":
        return Protocol(table)
    for k, start in enumerate(range(0, N, 200)):
        part = table.slice(start, 200)
        parquet.write_table(part, tmp_path / f"part-{k}.parquet", row_group_size=60)
    (tmp_path / "_metadata.parquet").write_text("not of the data")
    (tmp_path / "notes.txt").write_text("not of the data")
    return {
        "parquet folder": str(tmp_path),
        "parquet files": sorted(tmp_path.glob("part*")),
        "parquet dataset": dataset.dataset(sorted(map(str, tmp_path.glob("part*")))),
    }[kind]


class Spark:
    """What Spark has of a frame."""

    def __init__(self, frame):
        self.frame = frame
        self.columns = list(frame.columns)

    def select(self, *names):
        return Spark(self.frame[[name[1:-1] for name in names]])

    def toPandas(self):
        return self.frame


class Foreign:
    """What has nothing but a frame of pandas to give."""

    def __init__(self, frame):
        self.to_pandas = lambda: frame


class Capsule:
    """Nothing but Arrow's stream."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


class Protocol:
    """Nothing but the data frame protocol."""

    def __init__(self, table):
        self.table = table

    def __dataframe__(self, **options):
        return self.table.__dataframe__(**options)


KINDS = [
    "mapping", "structured", "pandas", "pandas categories", "pandas strings", "polars",
    "polars categories", "polars lazy", "dask", "duckdb", "arrow", "arrow dictionaries",
    "arrow batch", "arrow reader", "parquet folder", "parquet files", "parquet dataset", "spark",
    "foreign", "capsule", "protocol",
]  # fmt: skip


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("kind", KINDS)
def test_frames_count_as_their_columns(kind, columns, tmp_path):
    labels = [columns[name] for name in NAMES]
    for count in (None, "n", "w"):
        counts = Counts.from_frame(frame_of(kind, columns, tmp_path), *NAMES, count=count)
        weights = None if count is None else columns[count]
        expected = Counts.from_labels(*labels, weights=weights)
        assert counts == expected
        assert [a.dtype for a in counts.states] == [a.dtype for a in expected.states]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    ("kind", "rows"),
    [("parquet folder", N), ("parquet dataset", N), ("arrow", N), ("duckdb", None)],
)
def test_a_bar_counts_the_rows(kind, rows, columns, tmp_path, monkeypatch):
    moved, told = [], []

    class Bar(tqdm):
        def update(self, n=1):
            moved.append(n)

    def progress(*arguments):
        told.append(arguments)
        return Bar(disable=True)

    monkeypatch.setattr(counts_module, "progress", progress)
    Counts.from_frame(frame_of(kind, columns, tmp_path), *NAMES)
    assert told == [(rows, "counting", "rows")]
    assert sum(moved) == N
    assert len(moved) > 1


def test_groups_of_all_engines_are_taken_over(columns):
    frame = pandas.DataFrame(columns)
    expected = Counts.from_frame(frame, *NAMES)
    groups = frame.groupby(list(NAMES)).size().reset_index(name="n")
    assert Counts.from_frame(groups, *NAMES, count="n") == expected
    polars = pytest.importorskip("polars")
    groups = polars.DataFrame(groups)
    for kind in (polars.UInt32, polars.Int128, polars.Decimal(20, 0), polars.Float64):
        cast = groups.with_columns(polars.col("n").cast(kind))
        assert Counts.from_frame(cast, *NAMES, count="n") == expected


def test_sums_of_databases_are_taken_over(columns):
    """DuckDB's sum of integers is of 128 bits, which Arrow has as decimals."""
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame(columns)
    expected = Counts.from_frame(frame, *NAMES, count="n")
    keys = ", ".join('"' + name.replace('"', '""') + '"' for name in NAMES)
    groups = duckdb.sql(f"select {keys}, sum(n) as total from frame group by all")
    assert Counts.from_frame(groups, *NAMES, count="total") == expected
    rows = [dict(zip((*NAMES, "total"), row, strict=True)) for row in groups.fetchall()]
    decimals = pandas.DataFrame(rows)
    decimals["total"] = [decimal.Decimal(int(total)) for total in decimals["total"]]
    assert Counts.from_frame(decimals, *NAMES, count="total") == expected


def test_decimals_of_databases_are_whole_numbers_or_weights():
    """DuckDB's literals with a point, and sums of them, are decimals."""
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    values = "(values (0, 0, 0, 1.0), (0, 1, 1, 2.5), (1, 0, 1, 0.7)) as rows(a, b, y, n)"
    counts = Counts.from_frame(duckdb.sql(f"from {values}"), "a", "b", "y", count="n")
    assert counts.cells.counts.tolist() == [1.0, 2.5, 0.7]
    rows = "range(3) as rows(i)"
    large = f"select 0 as a, 0 as b, 0 as y, sum({2**63 - 1} + 0 * i) as n from {rows}"
    with pytest.raises(OverflowError, match=r"^counts: 27670116110564327421 samples"):
        Counts.from_frame(duckdb.sql(large), "a", "b", "y", count="n")
    large = f"select {2**64}::hugeint + i as a, i as b, i as y from {rows}"
    states = Counts.from_frame(duckdb.sql(large), "a", "b", "y").states
    assert states[0].tolist() == [2**64, 2**64 + 1, 2**64 + 2]


def test_a_frame_of_counts_goes_round(columns):
    for count in (None, "w"):
        counts = Counts.from_frame(columns, *NAMES, count=count)
        frame = counts.to_frame()
        assert list(frame.columns) == ["x1", "x2", "y", "count"]
        assert frame.equals(frame.sort_values(["x1", "x2", "y"]))
        assert len(frame) == len(counts.cells.occupied)
        again = Counts.from_frame(frame, "x1", "x2", "y", count="count")
        assert again.cells.counts.tolist() == counts.cells.counts.tolist()
        assert again.shape == counts.shape
        assert count is not None or again == counts


def test_no_rows_are_no_counts(columns, tmp_path):
    none = {name: values[:0] for name, values in columns.items()}
    for kind in ("pandas", "polars", "polars lazy", "arrow", "duckdb"):
        nothing = Counts.from_frame(frame_of(kind, none, tmp_path), *NAMES, count="n")
        assert nothing == Counts()


def test_parts_without_rows_add_nothing(columns, tmp_path):
    frame = frame_of("dask", columns, tmp_path)
    some = frame[frame["layer 3"] == 0]
    expected = pandas.DataFrame(columns).query("`layer 3` == 0")
    assert Counts.from_frame(some, *NAMES) == Counts.from_frame(expected, *NAMES)


@pytest.mark.usefixtures("small_blocks")
def test_without_pyarrow_polars_reads_parquet(columns, tmp_path, monkeypatch):
    pytest.importorskip("polars")
    path = frame_of("parquet files", columns, tmp_path)
    expected = Counts.from_frame(path, *NAMES)
    monkeypatch.setattr(read_frame, "installed", lambda *packages: "pyarrow" not in packages)
    assert Counts.from_frame(path, *NAMES) == expected


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_is_not_there_is_named(kind, columns, tmp_path):
    frame = frame_of(kind, columns, tmp_path)
    with pytest.raises(
        ValueError, match=r"y: .* has no column 'z'; its columns are 'layer 3', "
    ):
        Counts.from_frame(frame, *NAMES[:2], "z")
    with pytest.raises(ValueError, match=r"count: .* has no column 'N'"):
        Counts.from_frame(frame_of(kind, columns, tmp_path), *NAMES, count="N")


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in ("mapping", "structured")]
)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_missing_is_refused(kind, name, columns, tmp_path):
    values = columns[name].astype(object)
    values[123] = None
    with pytest.raises(
        ValueError, match=f"{dict(zip(NAMES, ('x1', 'x2', 'y'), strict=True))[name]}: "
    ):
        Counts.from_frame(frame_of(kind, columns | {name: values}, tmp_path), *NAMES)


@pytest.mark.usefixtures("small_blocks")
def test_the_file_of_a_wrong_row_is_told(columns, tmp_path):
    words = columns[NAMES[1]]
    words[350] = None
    folder = frame_of("parquet folder", columns, tmp_path)
    told = r"x2: the label at row \d+ is missing .*rows are counted from row 140 of .*part-1\.parquet"
    with pytest.raises(ValueError, match=told):
        Counts.from_frame(folder, *NAMES)


def frame(**columns):
    return pandas.DataFrame({"a": [1, 2], "b": ["x", "y"], "y": [0, 1]} | columns)


REFUSED = [
    ("labels for names", lambda: Counts.from_frame(frame(), frame()["a"], "b", "y"), TypeError,
     r"x1: expected the name of a column, got Series; .*Counts\.from_labels"),
    ("a list", lambda: Counts.from_frame([1, 2], "a", "b", "y"), TypeError,
     "frame: expected a frame of pandas, .* got list"),
    ("a series", lambda: Counts.from_frame(frame().groupby(["a", "b", "y"]).size(), "a", "b", "y"),
     TypeError, "frame: expected a frame of pandas, .* got Series"),
    ("no frames", lambda: Counts.from_frame([], "a", "b", "y"), TypeError, "got list"),
    ("an array", lambda: Counts.from_frame(np.zeros((3, 3)), "a", "b", "y"), TypeError, "ndarray"),
    ("continuous", lambda: Counts.from_frame(frame(a=[0.5, 1.5]), "a", "b", "y"), ValueError,
     r"x1: .*0\.5 at row 0"),
    ("negative", lambda: Counts.from_frame(frame(n=[1, -1]), "a", "b", "y", count="n"), ValueError,
     "count: .*-1 at row 1 is negative"),
    ("missing counts", lambda: Counts.from_frame(frame(n=[1, None]), "a", "b", "y", count="n"),
     ValueError, "count: .*row 1 is missing"),
    ("NA counts", lambda: Counts.from_frame(
        frame(n=pandas.array([1, None], "Int64")), "a", "b", "y", count="n"),
     ValueError, "count: .*row 1 is missing"),
    ("words as counts", lambda: Counts.from_frame(frame(), "a", "b", "y", count="b"), TypeError,
     "count: expected numbers, got 'x' at row 0"),
    ("two of a name", lambda: Counts.from_frame(
        frame().rename(columns={"b": "a"}), "a", "a", "y"),
     ValueError, "x1: the frame has 2 columns 'a'"),
    ("no file", lambda: Counts.from_frame("nowhere.parquet", "a", "b", "y"), FileNotFoundError,
     "frame: nowhere.parquet: no such file or folder$"),
    ("a remote file", lambda: Counts.from_frame("s3://bucket/a.parquet", "a", "b", "y"),
     FileNotFoundError, r"a remote one is read as pyarrow\.dataset\.dataset"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_wrong_calls_are_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_other_files_are_refused(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "rows.parquet"
    path.write_text("a,b,y")
    with pytest.raises(
        ValueError, match=r"frame: .*rows\.parquet cannot be read as a parquet file"
    ):
        Counts.from_frame(path, "a", "b", "y")
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(
        FileNotFoundError, match=r"no file in this folder is called \*\.parquet"
    ):
        Counts.from_frame(folder, "a", "b", "y")


def test_what_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        Counts().to_frame()


def test_no_package_is_imported_for_frames_of_others():
    code = (
        "import sys, fourfold as ff\n"
        "columns = {'a': [0, 1], 'b': ['x', 'y'], 'y': [0, 1], 'n': [3, 4]}\n"
        "counts = ff.Counts.from_frame(columns, 'a', 'b', 'y', count='n')\n"
        "counts += counts\n"
        "late = {'pandas', 'polars', 'pyarrow', 'duckdb', 'dask', 'joblib', 'sklearn'}\n"
        "print(counts.n_samples, sorted(late & set(sys.modules)))"
    )
    assert output_of(code) == "14 []\n"
