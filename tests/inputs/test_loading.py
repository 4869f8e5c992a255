# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Files: what is read, and what is said about a file that cannot be."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fourfold.loading import column_names, load_array, load_labels
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled


@pytest.fixture
def write(tmp_path):
    """Write text, bytes or an array to a file of that name; returns its path."""

    def to(name, content):
        file = tmp_path / name
        if isinstance(content, str):
            file.write_text(content, encoding="utf-8")
        elif isinstance(content, bytes):
            file.write_bytes(content)
        elif isinstance(content, dict):
            np.savez(file, **content)
        else:
            np.save(file, content, allow_pickle=True)
        return file

    return to


# -- sources ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (np.float64, np.float64),
        (np.float32, np.float32),
        (np.float16, np.float32),
        (np.int64, np.float64),
        (np.uint8, np.float32),
        (np.bool_, np.float32),
    ],
)
def test_npy_keeps_the_values(write, stored, read):
    values = np.arange(6).reshape(3, 2).astype(stored)
    loaded = load_array(write("x.npy", values))
    assert loaded.dtype == read
    np.testing.assert_array_equal(loaded, values)


def test_one_dimension_is_one_column(write):
    assert load_array(write("x.npy", np.arange(4.0))).shape == (4, 1)
    assert load_array(write("x.csv", "1\n2\n3\n")).shape == (3, 1)


def test_npz_of_one_array_and_of_several(write):
    one = write("one.npz", {"only": np.eye(2)})
    two = write("two.npz", {"image": np.eye(2), "text": np.zeros((2, 3))})
    assert load_array(one).shape == (2, 2)
    assert load_array(f"{one}:only").shape == (2, 2)
    assert load_array(str(two) + ":text").shape == (2, 3)
    with pytest.raises(
        ValueError, match=r"holds 2 arrays \(image, text\); name one: two.npz:NAME"
    ):
        load_array(two)
    with pytest.raises(ValueError, match="holds no array 'audio'; it holds image, text"):
        load_array(f"{two}:audio")


@pytest.mark.parametrize(
    "text",
    [
        "1,2.5\n-3e2,4\n",
        "a,b\n1,2.5\n-3e2,4\n",
        '"width, cm",b\r\n1, 2.5\r\n-3e2,4\r\n\r\n',
        "\ufeffa,b\n1,2.5\n-3e2,4",
    ],
    ids=["plain", "header", "quoted header, spaces, CRLF, blank end", "byte order mark"],
)
def test_csv_with_and_without_header(write, text):
    loaded = load_array(write("x.csv", text))
    assert loaded.dtype == np.float64
    np.testing.assert_array_equal(loaded, [[1, 2.5], [-300, 4]])


# -- labels ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("3\n1\n3\n", [3, 1, 3]),
        ("digit\n3\n1\n3\n", [3, 1, 3]),
        ("3.0\n1\n", [3, 1]),
        ("9007199254740993\n1\n", [2**53 + 1, 1]),
        ("cat\ndog\ncat\n", ["cat", "dog", "cat"]),
        ("species\ncat\ndog\ncat\n", ["cat", "dog", "cat"]),
        ("1_2\n12\n1_2\n", ["1_2", "12", "1_2"]),
        ("cat\n1\ncat\n", ["cat", "1", "cat"]),
        ("7\n", [7]),
    ],
)
def test_labels_of_csv(write, text, labels):
    loaded = load_labels(write("y.csv", text))
    assert loaded.dtype.kind == ("U" if isinstance(labels[0], str) else "i")
    assert loaded.tolist() == labels


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (np.array([2, 0, 1], dtype=np.uint8), [2, 0, 1]),
        (np.array([[2], [0]]), [2, 0]),
        (np.array([1.0, 0.0]), [1, 0]),
        (np.array([True, False]), [1, 0]),
        (np.array(["b", "a"]), ["b", "a"]),
    ],
)
def test_labels_of_npy(write, values, labels):
    loaded = load_labels(write("y.npy", values))
    assert loaded.dtype.kind in "iuU"
    assert loaded.tolist() == labels


def test_probabilities_keep_their_columns(write):
    rows = np.array([[0.25, 0.75], [1, 0]], dtype=np.float32)
    for file in (write("y.npy", rows), write("y.csv", "no,yes\n.25,.75\n1,0\n")):
        loaded = load_labels(file)
        assert loaded.dtype == np.float64
        np.testing.assert_array_equal(loaded, rows)


def test_what_is_read_can_be_decomposed(write):
    import fourfold as ff  # noqa: PLC0415

    rows = ["a,0,n", "a,1,y", "b,0,y", "b,1,n"]
    columns = [
        load_labels(write(f"{k}.csv", "\n".join(row.split(",")[k] for row in rows * 2)))
        for k in range(3)
    ]
    assert ff.pid(*columns).plug_in.synergy == pytest.approx(1, abs=1e-4)


# -- errors ----------------------------------------------------------------------------

BAD_SOURCES = {
    "x.dat": ("1,2\n", "has the extension '.dat'; accepted are .npy, .npz"),
    "x": ("1,2\n", "has no extension; accepted are .npy"),
    "index.csv": (
        ",a,b\n0,1.5,2\n1,2.5,3\n",
        "column 1 has no name, as the row numbers that pandas writes",
    ),
    "empty.csv": ("", "is empty"),
    "blank.csv": ("\n\n", "is empty"),
    "header.csv": ("a,b\n", "holds no numbers, only a header"),
    "ragged.csv": ("1,2\n3,4,5\n", "row 2 has 3 cells, the first has 2"),
    "hole.csv": ("1,2\n\n3,4\n", "row 2 is empty"),
    "word.csv": ("a,b\n1,2\n3,x\n", "row 3, column 2 holds 'x', which is not a number"),
    "cell.csv": ("1,2\n3,\n", "row 2, column 2 is missing (''); leave such rows out"),
    "first.csv": ("1,x\n3,4\n", "row 1, column 2 holds 'x', which is not a number"),
    "bar.csv": ("1|2\n3|4\n", "row 2, column 1 holds '3|4', which is not a number"),
    "nan.csv": ("1,2\n3,nan\n", "row 2, column 2 is missing ('nan'); leave such rows out"),
    "inf.csv": ("a,b\n3,inf\n", "row 2, column 'b' holds inf; numbers must be finite"),
    "latin.csv": (b"\xff\xfe1,2", "cannot be read as comma-separated text in UTF-8"),
    "object.npy": (np.array([{}, 1], dtype=object), "holds Python objects, which are never"),
    "text.npy": (np.array(["a"]), "holds <U1 values, a source must hold numbers"),
    "complex.npy": (np.ones(2, complex), "holds complex128 values"),
    "cube.npy": (np.ones((2, 2, 2)), "has shape (2, 2, 2), a source must have shape (N, d)"),
    "scalar.npy": (np.float64(1), "has shape (), a source must"),
    "none.npy": (np.ones((0, 3)), "is empty: its shape is (0, 3)"),
    "inf.npy": (np.array([[1, np.inf]]), "holds inf at row 0, column 1"),
    "junk.npy": (b"not an array at all", "is not a valid .npy file; accepted are"),
    "short.npy": (b"\x93NUMPY\x01\x00", "is not a valid .npy file"),
    "junk.npz": (b"PK not a zip", "is not a valid .npz file"),
    "zero.npy": (b"", "is not a valid .npy file"),
    "nothing.npz": ({}, "holds 0 arrays (none)"),
    "object.npz": ({"a": np.array([None])}, "holds Python objects"),
}

BAD_LABELS = {
    "y.json": ("[]", "has the extension '.json'"),
    "cube.npy": (np.ones((2, 2, 2)), "labels must have shape (N,) or (N, K_Y)"),
    "none.npy": (np.ones(0), "is empty: its shape is (0,)"),
    "half.npy": (np.array([1.0, 0.5]), "holds the label 0.5 at row 1"),
    "half.csv": (
        "y\n1\n0.5\n",
        "row 3 holds the label 0.5; labels must be integers or strings",
    ),
    "nan.npy": (np.array([1.0, np.nan]), "holds nan at row 1"),
    "nan.csv": ("1\nnan\n", "row 2 is missing ('nan'); leave such rows out"),
    "gap.csv": ("a\n\nb\n", "row 2 is empty"),
    "text.npy": (
        np.array([["a", "b"]]),
        "has one row of 2, shape (1, 2); save it with shape (N,)",
    ),
    "bytes.npy": (np.array([b"a"]), "holds |S1 values"),
    "word.csv": ("p,q\n.5,.5\nx,1\n", "row 3, column 1 holds 'x'"),
    "object.npy": (np.array(["a", "bc"], dtype=object), "holds Python objects"),
}


@pytest.mark.parametrize(
    ("load", "name", "content", "message"),
    [(load_array, name, *case) for name, case in BAD_SOURCES.items()]
    + [(load_labels, name, *case) for name, case in BAD_LABELS.items()],
)
def test_errors_name_the_file_and_the_problem(write, load, name, content, message):
    file = write(name, content)
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        load(file)
    assert str(error.value).startswith(f"{file}: ")


@pytest.mark.parametrize("load", [load_array, load_labels])
def test_missing_file_and_folder(load, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"x\.npy: no such file"):
        load(tmp_path / "x.npy")
    with pytest.raises(FileNotFoundError, match=r"x\.npz: no such file"):
        load(f"{tmp_path / 'x.npz'}:name")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ValueError, match=r"folder\.csv: is not a file"):
        load(tmp_path / "folder.csv")


def test_pickles_are_never_loaded(write, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "written"), "w"))

    with pytest.raises(ValueError, match="holds Python objects, which are never loaded"):
        load_array(write("x.npy", np.array([Evil()], dtype=object)))
    assert not (tmp_path / "written").exists()


def test_names_of_columns_are_those_of_a_header(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("up, down\n1,2\n3,4\n")
    assert column_names(file) == ("up", "down")
    file.write_text("1,2\n3,4\n")
    assert column_names(file) is None
    np.save(tmp_path / "x.npy", np.zeros((2, 2)))
    assert column_names(tmp_path / "x.npy") is None
    file.write_text("")
    with pytest.raises(ValueError, match="is empty"):
        column_names(file)
