# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of text: in every dialect the numbers that were written, or an error at the place of a fault."""

from __future__ import annotations

import gzip
import io
import re
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourfold.loading import MISSING, column_names, load_array, load_labels
from fourfold.loading.readers import first_row

SEPARATORS = {",": ".csv", ";": ".csv", "\t": ".tsv", " ": ".txt"}


#: Each example is a file.
few = settings(max_examples=25)


@st.composite
def tables(draw, least=1):
    """Numbers, and how they are written: separator, decimal comma, names, line ends, quotes, BOM."""
    d, n = draw(st.integers(least, 4)), draw(st.integers(6, 12))
    separator = draw(st.sampled_from([*SEPARATORS]))
    comma = (
        separator != "," and d > 1 and draw(st.booleans())
    )  # of one column it would make two
    numbers = st.integers(-4000, 4000).map(lambda k: k / 4 + 0.5)
    values = draw(st.lists(st.lists(numbers, min_size=d, max_size=d), min_size=n, max_size=n))
    return {
        "values": np.array(values),
        "separator": separator,
        "comma": comma,
        "names": [f"f{k}" for k in range(d)] if draw(st.booleans()) else None,
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "quote": separator != " " and draw(st.booleans()),
        "start": draw(st.sampled_from(["", "\ufeff"])),
    }


def cells_of(table):
    point = "," if table["comma"] else "."
    rows = [[repr(v).replace(".", point) for v in row] for row in table["values"].tolist()]
    return ([table["names"]] if table["names"] else []) + rows


def written(table, cells):
    mark = '"' if table["quote"] else ""
    lines = [table["separator"].join(f"{mark}{cell}{mark}" for cell in row) for row in cells]
    return table["start"] + "".join(line + table["end"] for line in lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("text")


def put(folder, text, suffix=".csv"):
    file = folder / f"x{suffix}"
    file.write_text(text, encoding="utf-8", newline="")
    return file


@few
@given(table=tables())
def test_every_dialect_gives_the_numbers(folder, table):
    text = written(table, cells_of(table))
    file = put(folder, text, SEPARATORS[table["separator"]])
    header = None if table["names"] else False
    np.testing.assert_array_equal(load_array(file, header=header), table["values"])
    if table["names"]:
        assert column_names(file) == tuple(table["names"])
        last = table["values"][:, -1:]
        np.testing.assert_array_equal(load_array(f"{file}:{table['names'][-1]}"), last)
    packed = folder / "x.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    if table["separator"] != "\t" or len(table["values"][0]) > 1:
        np.testing.assert_array_equal(load_array(packed, header=header), table["values"])


@few
@given(table=tables(), data=st.data())
def test_a_missing_value_is_told_with_its_row_and_column(folder, table, data):
    words = [word for word in MISSING if word and " " not in word and "." not in word]
    cells = cells_of(table)
    row = data.draw(st.integers(1, len(cells) - 1))
    column = data.draw(st.integers(0, len(cells[0]) - 1))
    word = cells[row][column] = data.draw(st.sampled_from(words))
    file = put(folder, written(table, cells), SEPARATORS[table["separator"]])
    named = repr(table["names"][column]) if table["names"] else str(column + 1)
    with pytest.raises(ValueError, match=rf"x\.\w+: row {row + 1}, column ") as error:
        load_array(file, header=bool(table["names"]))
    told = [f"column {named} is missing ('{shown}')" for shown in (word, "nan")]
    assert any(one in str(error.value) for one in told[: 1 + (word.lower() in ("nan", "-nan"))])
    if word.lower() not in ("nan", "-nan"):
        with pytest.raises(ValueError, match="which is not a number"):
            load_array(file, header=bool(table["names"]), missing=None)


@few
@given(table=tables(least=2), named=st.sampled_from(["", "Unnamed: 0", "index", "id"]),
       first=st.sampled_from([0, 1]))  # fmt: skip
def test_a_written_index_is_refused_with_what_to_type(folder, table, named, first):
    cells = cells_of(table | {"names": ["a", "b", "c", "d"][: len(table["values"][0])]})
    indexed = [[named, *cells[0]]]
    indexed += [[str(k + first), *row] for k, row in enumerate(cells[1:])]
    if table["separator"] == " ":
        table = table | {"separator": ";"}
    file = put(folder, written(table, indexed), SEPARATORS[table["separator"]])
    with pytest.raises(ValueError, match=r"index=False.*, or name the columns that belong: x"):
        load_array(file)
    with pytest.raises(
        ValueError, match=r"numbers the rows from|as the names or numbers of rows"
    ):
        load_labels(file)
    asked = load_array(f"{file}:{','.join(cells[0])}")
    np.testing.assert_array_equal(asked, table["values"])


@few
@given(table=tables(least=2))
def test_a_first_column_that_counts_is_an_index_without_a_header(folder, table):
    cells = [[str(k), *row] for k, row in enumerate(cells_of(table | {"names": None}))]
    file = put(folder, written(table, cells), SEPARATORS[table["separator"]])
    with pytest.raises(ValueError, match="column 1 numbers the rows from 0 to"):
        load_array(file, header=False)


@few
@given(table=tables(least=2))
def test_a_header_that_counts_the_columns_is_one(folder, table):
    numbers = [str(k) for k in range(len(table["values"][0]))]
    cells = cells_of(table | {"names": numbers})
    file = put(folder, written(table, cells), SEPARATORS[table["separator"]])
    np.testing.assert_array_equal(load_array(file, header=True), table["values"])
    assert len(load_array(file, header=False)) == len(table["values"]) + 1
    if not np.allclose(table["values"].sum(axis=1), 1):
        np.testing.assert_array_equal(load_array(file), table["values"])


@few
@given(table=tables(), year=st.integers(1900, 2100))
def test_a_header_of_other_numbers_is_asked_about(folder, table, year):
    years = [str(year - 7 * k) for k in range(len(table["values"][0]))]
    file = put(
        folder,
        written(table, cells_of(table | {"names": years})),
        SEPARATORS[table["separator"]],
    )
    with pytest.raises(
        ValueError, match="may be a header or data; say which: header=True"
    ) as error:
        load_array(file)
    assert table["separator"].join(years) in str(error.value).replace("\\t", "\t")
    np.testing.assert_array_equal(load_array(file, header=True), table["values"])


@few
@given(table=tables(least=2), data=st.data())
def test_rows_of_other_lengths_are_told_with_their_number(folder, table, data):
    cells = cells_of(table)
    row = data.draw(st.integers(1, len(cells) - 1))
    cells[row] = cells[row] + ["1.5"]
    file = put(folder, written(table, cells), SEPARATORS[table["separator"]])
    with pytest.raises(ValueError, match=r"row \d+") as error:
        load_array(file)
    if table["separator"] != " " and not table["comma"]:
        assert f"row {row + 1} has {len(cells[row])} cells" in str(error.value)


@few
@given(
    text=st.text(alphabet=st.sampled_from("01.5,; \t\n\"#naex-'\0é"), max_size=60),
    data=st.data(),
)
def test_any_text_is_read_or_refused_by_name(folder, text, data):
    load = data.draw(st.sampled_from([load_array, load_labels]))
    header = data.draw(st.sampled_from([None, True, False]))
    part = data.draw(st.sampled_from(["", ":0", ":a", ":0,1", ":a,n"]))
    file = put(folder, text, data.draw(st.sampled_from([".csv", ".tsv", ".txt"])))
    try:
        values = load(f"{file}{part}", header=header)
    except ValueError as error:
        assert str(error).startswith(f"{file}: ")  # noqa: PT017  an error is one of two ends
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert values.size
        assert values.dtype.kind == "U" or np.isfinite(values).all()


# -- single faults and dialects --------------------------------------------------------

REFUSED = {
    "thousands": ("a;b\n1,234;2,345\n3,111;4,222\n", "that of decimals or of thousands"),
    "both points": ("a;b\n1,5;2,5\n3.5;4,5\n", "a decimal comma in row 2, '1,5', but a point in row 3"),
    "marks": ("a;b\n1.234,5;2,5\n", "write numbers without marks between thousands"),
    "quoted": ('a,b\n"1,5","2,5"\n', "holds '1,5', a number with a decimal comma"),
    "one column": ("a\n1,5\n2,5\n", "row 2 has 2 cells, the first has 1; are there decimal commas"),
    "two ways": ("a;b,c\nd;e,f\n", "may be separated by commas or by semicolons: row 1 is 'a;b,c'"),
    "names of rows": ('"a","b"\n"1",0.5,2\n', "names of rows as R writes them"),
    "ids": ("a,b\n1,2\n3,9007199254740993\n", "row 3, column 2 holds 9007199254740993, which is beyond 2**53"),
    "ragged": ("a;b\n1;2\n1;2;3\n", "row 3 has 3 cells, the first has 2"),
    "words": ("a,b\n1,x\n", "name the columns that belong, x.csv:a,b"),
    "counting": ("1,2,3,4\n" + "9,5,2,7\n" * 9, "row 1, '1,2,3,4', may be a header or data"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_clear_is_refused_and_shown(folder, text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        load_array(put(folder, text))


def test_spaces_and_a_hash_as_numpy_writes_them(tmp_path):
    values = np.arange(6.0).reshape(3, 2) / 3
    np.savetxt(tmp_path / "x.txt", values, header="a b")
    np.testing.assert_allclose(load_array(tmp_path / "x.txt"), values, rtol=0)
    assert column_names(tmp_path / "x.txt:b") == ("b",)


def test_what_is_read_last_is_read_as_what_is_read_first(folder):
    """A file longer than what is looked at to tell its dialect."""
    rows = [f"{k};{k % 7},5" for k in range(1000, 3000)]
    values = load_array(put(folder, "a;b\n" + "\n".join(rows)))
    assert values.shape == (2000, 2)
    assert values[-1].tolist() == [2999, 2999 % 7 + 0.5]
    with pytest.raises(ValueError, match=r"row 2002, column 2 holds 'x'"):
        load_array(put(folder, "a;b\n" + "\n".join([*rows, "1;x"])))


def test_cut_and_damaged_packed_text(folder):
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 5000)
    file = folder / "x.csv.gz"
    for content in (packed[:-20], packed[:20] + b"\xff" * 10 + packed[30:], b"a,b\n1,2\n"):
        file.write_bytes(content)
        with pytest.raises(ValueError, match=r"x\.csv\.gz: (cannot be read|row )"):
            load_array(file)


def test_the_first_row_is_shown_for_other_messages(folder, monkeypatch):
    assert first_row(put(folder, "0,1\n2,3\n")) == "'0,1'"
    assert len(first_row(put(folder, "long" * 100))) < 70
    np.save(folder / "x.npy", np.ones(3))
    assert first_row(folder / "x.npy") is None
    monkeypatch.setattr(sys, "stdin", io.StringIO("a;b\n1;2\n"))
    assert first_row("-") == "'a;b'"


@pytest.mark.parametrize("header", [1.5, "yes", []])
def test_options_are_checked(folder, header):
    file = put(folder, "a\n1\n")
    with pytest.raises(ValueError, match="header: expected True, False or None"):
        load_array(file, header=header)
    with pytest.raises(TypeError, match="missing: expected words"):
        load_array(file, missing=[1])
