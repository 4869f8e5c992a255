# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What spreadsheets, data bases, R and shells put around a table is not taken for a part of it."""

from __future__ import annotations

import gzip
import os

import numpy as np
import pytest

from fourfold.loading import column_names, load_array, load_labels, name_of

WORDS = ["left,1", "right,0", "left,0", "right,1", "left,1", "right,0"]
NUMBERS = np.array([[0.5, 1.25], [0.25, 3.5], [2.5, 0.75]])


def put(folder, text, name="x.csv"):
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def rows(lines, separator=",", end="\n"):
    return "".join(line.replace(",", separator) + end for line in lines)


@pytest.mark.parametrize(
    ("above", "names"),
    [("# a,b\n", ("a", "b")), ("# made by hand\n# a,b\n", ("a", "b")), ("# by hand\n", None),
     ("#9.5,7.5\n", None), ("# by hand\n# of May\na,b\n", ("a", "b")), ("sep=,\na,b\n", ("a", "b"))],
)  # fmt: skip
def test_remarks_above_a_table_are_no_rows(tmp_path, above, names):
    file = put(tmp_path, above + rows(",".join(map(str, row)) for row in NUMBERS.tolist()))
    np.testing.assert_array_equal(load_array(file), NUMBERS)
    assert column_names(file) == names


def test_rows_in_messages_are_those_of_the_file_below_remarks(tmp_path):
    file = put(tmp_path, "# by hand\n# of May\nside,y\n" + rows([*WORDS, "NA,1"]))
    with pytest.raises(ValueError, match=r"row 10, column 'side' is missing \('NA'\)"):
        load_labels(f"{file}:side")


@pytest.mark.parametrize(
    "lines", [["#1", "#2", "#1", "#2"], ["#NA", "a", "b", "#NA"], ["a", "#b", "a"]]
)
def test_labels_may_begin_with_a_hash(tmp_path, lines):
    labels = load_labels(put(tmp_path, rows(lines)), missing=None)
    assert labels.tolist() == lines


def test_a_row_that_is_commented_out_is_no_label(tmp_path):
    labels = load_labels(put(tmp_path, "#left\nleft\nright\nleft\nright\n"))
    assert labels.tolist() == ["left", "right"] * 2


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", [1, 3])
def test_separators_at_the_ends_of_rows_make_no_column(tmp_path, separator, ends):
    end = separator * ends + "\n"
    file = put(tmp_path, rows(["side,y", *WORDS], separator, end))
    assert column_names(file) == ("side", "y")
    assert load_labels(file, joint=True).tolist() == [word.split(",") for word in WORDS]
    late = put(
        tmp_path, rows(["side,y", *WORDS * 30], separator, end) + rows(["l,1,2"], separator)
    )
    with pytest.raises(ValueError, match="row 182 has 3 cells, the first has 2"):
        load_labels(f"{late}:side")


@pytest.mark.parametrize("head", [["side,y"], []])
def test_bars_separate_words(tmp_path, head):
    file = put(tmp_path, rows([*head, *WORDS], "|"))
    assert load_labels(f"{file}:0").tolist() == [word.split(",")[0] for word in WORDS]
    with pytest.raises(ValueError, match="several columns are probabilities"):
        load_labels(file)


def test_a_table_as_psql_prints_it_is_refused(tmp_path):
    file = put(tmp_path, " side | y\n------+---\n" + rows(WORDS, " | "))
    with pytest.raises(ValueError, match="row 2 has 1 cells, the first has 2"):
        load_labels(file)


def test_quoted_words_between_spaces_are_cells(tmp_path):
    lines = ['"side" "y"', *(f'"{word.split(",")[0]} hand" "{word[-1]}"' for word in WORDS)]
    file = put(tmp_path, rows(lines), "x.txt")
    assert load_labels(f"{file}:side").tolist() == [
        f"{word.split(',')[0]} hand" for word in WORDS
    ]
    numbered = [lines[0], *(f'"{k}" {line}' for k, line in enumerate(lines[1:], start=1))]
    with pytest.raises(ValueError, match=r"row 2 has 3 cells.*row\.names=FALSE"):
        load_labels(put(tmp_path, rows(numbered), "r.txt"))
    assert set(load_labels(put(tmp_path, "left hand\nright hand\n" * 3, "w.txt"))) == {
        "left hand", "right hand",
    }  # fmt: skip


@pytest.mark.parametrize("word", ["\\N", "#NV", "#DIV/0!", "#VALUE!"])
def test_what_data_bases_and_spreadsheets_write_of_nothing_is_no_label(tmp_path, word):
    file = put(tmp_path, rows(["side,y", *WORDS, f"{word},1"]))
    with pytest.raises(ValueError, match="row 8, column 'side' is missing"):
        load_labels(f"{file}:side")


def test_points_that_may_be_of_thousands_are_refused_between_semicolons(tmp_path):
    file = put(tmp_path, "a;b\n1.000;3\n12.500;4\n999;5\n")
    with pytest.raises(ValueError, match=r"row 2 holds '1\.000', and so do others.*thousands"):
        load_array(file)
    decimal = put(tmp_path, "a;b\n1.000;3\n0.500;4\n", "d.csv")
    assert load_array(decimal).tolist() == [[1, 3], [0.5, 4]]


def test_a_header_of_numbers_is_seen_by_the_other_columns(tmp_path):
    frame = put(tmp_path, ",0,1\n" + rows(f"{k},{k % 2},{(k + 1) % 2}" for k in range(6)))
    with pytest.raises(ValueError, match="numbers of columns and names of others"):
        load_labels(f"{frame}:1")
    assert load_labels(f"{frame}:1", header=True).tolist() == [1, 0] * 3
    with pytest.raises(ValueError, match=r"column 1 has no name.*row\.names=FALSE"):
        load_array(frame)
    with pytest.raises(ValueError, match=r"column 1 has no name.*row\.names=FALSE"):
        load_labels(frame, joint=True)
    years = put(tmp_path, rows(["side,2019", *WORDS]), "years.csv")
    assert load_array(f"{years}:1").ravel().tolist() == [1, 0, 0, 1, 1, 0]


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="needs /dev/fd")  # noqa: PTH112
@pytest.mark.parametrize("packed", [False, True])
def test_a_pipe_of_a_shell_is_read_once_and_kept(packed):
    data = rows(["side,y", *WORDS]).encode()
    ours, theirs = os.pipe()
    os.write(theirs, gzip.compress(data) if packed else data)
    os.close(theirs)
    pipe = f"/dev/fd/{ours}"
    try:
        assert name_of(pipe) == "pipe"
        assert load_labels(f"{pipe}:y").tolist() == [int(word[-1]) for word in WORDS]
        assert load_labels(f"{pipe}:side").tolist() == [word.split(",")[0] for word in WORDS]
    finally:
        os.close(ours)


def test_a_pipe_of_nothing_is_told():
    ours, theirs = os.pipe()
    os.close(theirs)
    try:
        with pytest.raises(ValueError, match="nothing came out of the pipe"):
            load_labels(f"/dev/fd/{ours}")
    finally:
        os.close(ours)
