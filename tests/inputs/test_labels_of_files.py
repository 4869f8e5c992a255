# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels in files: whatever holds them, rows have one label where they had one, and no other."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfold.loading import load_array, load_labels, name_of

EDGES = [0, -1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1, 2**64, -(2**63) - 1]


def partition(labels):
    # not an array of a list: NumPy 2.0 makes doubles of 2**63 beside smaller integers
    found = labels.tolist() if isinstance(labels, np.ndarray) else list(labels)
    return [found.index(label) for label in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("labels")


@settings(max_examples=50)
@given(st.lists(st.sampled_from(EDGES) | st.integers(-9, 9), min_size=1, max_size=9))
def test_integers_are_exact(folder, numbers):
    rows = partition(numbers)
    file = folder / "y.csv"
    file.write_text("y\n" + "\n".join(map(str, numbers)))
    assert partition(load_labels(file)) == rows
    if min(numbers) >= 0 and max(numbers) < 2**64:
        np.save(folder / "y.npy", np.array(numbers, dtype=np.uint64))
        assert partition(load_labels(folder / "y.npy")) == rows


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(["1", "01", "001", "0", "00", "+1", "7"]), min_size=2, max_size=8)
)
def test_leading_zeros_make_words(folder, codes):
    file = folder / "codes.csv"
    file.write_text("\n".join(["code", *codes]))
    labels = load_labels(file)
    if any(code.startswith("0") and len(code) > 1 for code in codes):
        assert labels.tolist() == codes
    else:
        assert labels.tolist() == [int(code) for code in codes]


FLOATS = {
    "y.csv": "1.0\n9007199254740992.0\n",
    "y.npy": np.array([1, 2.0**53]),
    "f4.npy": np.array([1, 2.0**24], dtype=np.float32),
}


@pytest.mark.parametrize("name", FLOATS)
def test_floats_that_do_not_tell_integers_apart_are_refused(folder, name):
    file = folder / name
    if name.endswith(".csv"):
        file.write_text(FLOATS[name])
    else:
        np.save(file, FLOATS[name])
    with pytest.raises(ValueError, match=r"at row 1 |row 2 holds the label") as error:
        load_labels(file)
    assert "write ids" in str(error.value)


# -- missing labels --------------------------------------------------------------------


@pytest.mark.parametrize("word", ["NA", "NaN", "null", "None", "N/A", "-", "?", "", "nan"])
@pytest.mark.parametrize("form", ["csv", "several.csv", "npy", "parquet"])
def test_words_for_a_missing_label_are_refused_with_the_row(folder, word, form):
    labels = ["left", "right", word, "left"]
    file = folder / f"y.{form}"
    if form == "npy":
        np.save(file, np.array(labels))
        row = 2
    elif form == "parquet":
        arrow = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(arrow.table({"side": labels}), file)
        row = 2
    elif form == "csv":
        file.write_text("\n".join(["side", *labels]))
        row = 4
    else:
        file.write_text("\n".join(f"{k},{label}" for k, label in enumerate(["side", *labels])))
        file = f"{file}:1"
        row = 4
    empty = word == "" and form == "csv"  # an empty line
    with pytest.raises(ValueError, match=f"row {row}.*{'empty' if empty else 'missing'}"):
        load_labels(file)
    if not empty:
        assert load_labels(file, missing="x").tolist() == labels
        with pytest.raises(ValueError, match=r"is missing \('left'\)"):
            load_labels(file, missing=["left"])


def test_a_missing_label_is_no_header_and_a_sign_no_missing_label(folder):
    file = folder / "y.csv"
    file.write_text("NA\nleft\nright\nleft\n")
    with pytest.raises(ValueError, match="row 1 is missing"):
        load_labels(file)
    file.write_text("+\n-\n+\n")
    assert load_labels(file).tolist() == ["+", "-", "+"]


# -- headers ---------------------------------------------------------------------------

ASKED = {
    "number over codes": "0\n" + "1\n2\n" * 4,
    "year over labels": "2020\n" + "1\n0\n" * 4,
    "number over words": "2020\n" + "cat\ndog\n" * 4,
    "number over floats": "0\n" + "1.0\n2.0\n0.0\n" * 4,
    "rows of probabilities": "0,1\n" + ".25,.75\n" * 9,
}  # fmt: skip


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
def test_a_header_of_numbers_is_asked_about(folder, text):
    file = folder / "y.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"row 1, '[0-9,]+', may be a header or data"):
        load_labels(file)
    rows = text.count("\n")
    assert len(load_labels(file, header=True)) == rows - 1
    assert len(load_labels(file, header=False)) == rows


def test_labels_that_begin_with_the_first_one_have_no_header(folder):
    file = folder / "y.csv"
    for text in ("0\n1\n0\n1\n0\n1\n", "0,1\n" + "1,0\n0,1\n" * 9, "0\n1\n"):
        file.write_text(text)
        assert len(load_labels(file)) == text.count("\n")
    file.write_text("0\n" + "cat\ndog\n" * 4)  # as pandas writes a series without a name
    assert load_labels(file).tolist() == ["cat", "dog"] * 4


# -- columns ---------------------------------------------------------------------------

NUMBERS = [1.5, -2.0, 3.25, 0.5]
SIDES = ["left", "right", "left", "right"]
CODES = [2**63 + 1, 2**63, 5, 5]


@pytest.fixture(
    scope="module", params=["csv", "tsv", "txt", "parquet", "feather", "arrow", "pq"]
)
def table(request, folder):
    file = folder / f"table.{request.param}"
    columns = {"size": NUMBERS, "side": SIDES, "code": CODES, "a:b": NUMBERS, "x,y": NUMBERS}
    if request.param in {"csv", "tsv", "txt"}:
        mark = {"csv": ",", "tsv": "\t", "txt": ";"}[request.param]
        rows = zip(*columns.values(), strict=True)
        cells = [[f'"{name}"' for name in columns], *([str(v) for v in row] for row in rows)]
        file.write_text("\n".join(mark.join(row) for row in cells))
        return file
    arrow = pytest.importorskip("pyarrow")
    held = arrow.table({"size": NUMBERS, "side": SIDES, "code": arrow.array(CODES, arrow.uint64()),
                        "a:b": NUMBERS, "x,y": NUMBERS})  # fmt: skip
    if request.param in {"parquet", "pq"}:
        pytest.importorskip("pyarrow.parquet").write_table(held, file)
    elif request.param == "feather":
        pytest.importorskip("pyarrow.feather").write_feather(held, file)
    else:
        with arrow.ipc.new_stream(str(file), held.schema) as writer:
            writer.write_table(held)
    return file


def test_a_column_is_asked_for_by_name_or_number(table, monkeypatch):
    for part in ("size", "0", "a:b", "x,y"):
        assert load_array(f"{table}:{part}")[:, 0].tolist() == NUMBERS
    assert load_array(f'{table}:"x,y",size').tolist() == [[v, v] for v in NUMBERS]
    assert load_labels(f"{table}:side").tolist() == SIDES
    assert load_labels(f"{table}:1").tolist() == SIDES
    assert load_labels(f"{table}:code").tolist() == CODES
    both = load_labels(f"{table}:side,code", joint=True)
    assert both.tolist() == [[side, str(code)] for side, code in zip(SIDES, CODES, strict=True)]
    for wrong in ("no", "9", "size,no"):
        with pytest.raises(ValueError, match=r"table\.\w+: has no column"):
            load_labels(f"{table}:{wrong}", joint=True)
    with pytest.raises(ValueError, match=r"nothing follows the colon; .*table\.\w+:NAME"):
        load_array(f"{table}:")
    if table.suffix != ".tsv":  # which tabs alone separate
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table.read_bytes())))
        assert load_labels("-:side").tolist() == SIDES
        assert load_array("-:size")[:, 0].tolist() == NUMBERS


def test_colons_in_names_of_files(folder):
    file = folder / "run:1.csv"
    file.write_text("a,b\n1,2\n3,4\n")
    assert load_array(file).tolist() == [[1, 2], [3, 4]]
    assert load_array(f"{file}:b").tolist() == [[2], [4]]
    assert name_of(f"{file}:b") == "b"
    assert name_of(file) == "run:1"
    assert name_of("-") == "standard input"
    assert name_of("no/such.csv.gz") == "such"


def test_columns_of_arrays(folder):
    np.save(folder / "x.npy", np.arange(6.0).reshape(3, 2))
    assert load_array(f"{folder / 'x.npy'}:1")[:, 0].tolist() == [1, 3, 5]
    np.save(folder / "s.npy", np.array([(1, 2.5), (3, 4.5)], dtype=[("k", "i8"), ("v", "f8")]))
    assert load_array(f"{folder / 's.npy'}:v")[:, 0].tolist() == [2.5, 4.5]
    assert load_labels(f"{folder / 's.npy'}:k").tolist() == [1, 3]
    with pytest.raises(ValueError, match="has no column 'v': its columns have no names"):
        load_array(f"{folder / 'x.npy'}:v")


def test_lists_categories_and_dates_in_parquet(folder):
    pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    rows = [[1.0, 2], [3, 4], [5, 6]]
    frame = pandas.DataFrame({"e": rows, "dose": pandas.Categorical([0.5, 0.25, 0.5]),
                              "day": pandas.to_datetime(["2020-01-01", "2020-01-02", "2020-01-01"]),
                              "gap": pandas.array([1, None, 2], dtype="Int64")})  # fmt: skip
    for suffix in ("parquet", "feather"):
        file = folder / f"kinds.{suffix}"
        getattr(frame, f"to_{suffix}")(file)
        assert load_array(f"{file}:e").tolist() == rows
        assert load_array(f"{file}:e,e").shape == (3, 4)
        assert partition(load_labels(f"{file}:dose")) == [0, 1, 0]
        assert partition(load_labels(f"{file}:day")) == [0, 1, 0]
        for load in (load_array, load_labels):
            with pytest.raises(ValueError, match="column 'gap' has a missing value at row 1"):
                load(f"{file}:gap")
        with pytest.raises(ValueError, match=r"column 'day' holds timestamp.*name the columns"):
            load_array(file)


@pytest.mark.parametrize("name", [None, "subject"])
def test_an_index_in_parquet_is_refused(folder, name):
    pytest.importorskip("pyarrow.parquet")
    pandas = pytest.importorskip("pandas")
    index = pandas.Index([4, 5, 7], name=name)
    frame = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 3.0]}, index=index)
    frame.to_parquet(folder / "indexed.parquet")
    with pytest.raises(ValueError, match="column 3 was the index of a frame"):
        load_array(folder / "indexed.parquet")
    assert load_array(f"{folder / 'indexed.parquet'}:a,b").shape == (3, 2)
