# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What may be wrong with a file: one line that names it and says where, or the right numbers."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from fourfold.cli.main import main
from tests.support.command_line import assert_usage_error, run_cli, strict_json
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

N = 80
RNG = np.random.default_rng(0)
Y = np.tile([0, 1], N // 2)
E1, E2 = RNG.integers(-8, 9, (2, N, 2)) / 4 + Y[:, np.newaxis]  # exact as text
L1, L2 = RNG.integers(0, 3, (2, N))
WORDS = np.array(["no", "yes"])[Y]

LABELS = ("--labels",)
CLUSTERS = ("--estimator", "kmeans", "--clusters", "2", "--seed", "0")


def text(rows, *, header="a,b", separator=","):
    lines = [header] if header else []
    return "\n".join(lines + [separator.join(map(str, row)) for row in rows]) + "\n"


def cells_of(array):
    return [list(row) for row in np.asarray(array, dtype=object).reshape(len(array), -1)]


def with_cell(array, row, column, value, **how):
    cells = cells_of(array)
    cells[row][column] = value
    return text(cells, **how)


def numbered(array, *, index_name=""):
    """As `DataFrame.to_csv(file)` writes it: the row number comes first."""
    rows = [[k, *row] for k, row in enumerate(cells_of(array))]
    return text(rows, header=f"{index_name},a,b" if len(rows[0]) == 3 else f"{index_name},a")


def saved(array):
    return functools.partial(np.save, arr=array)


#: Spoiled embeddings: name, suffix, content or writer, what is said.
EMBEDDINGS = [
    ("a missing cell", ".csv", with_cell(E1, 4, 1, ""), "row 6"),
    ("NA", ".csv", with_cell(E1, 4, 1, "NA"), "NA"),
    ("a word", ".csv", with_cell(E1, 4, 1, "high"), "high"),
    ("nan", ".csv", with_cell(E1, 4, 1, "nan"), "nan"),
    ("inf", ".csv", with_cell(E1, 4, 1, "inf"), "inf"),
    ("a row too short", ".csv", text([*cells_of(E1)[:5], [1.0], *cells_of(E1)[6:]]), "row 7"),
    ("an index", ".csv", numbered(E1), "index=False"),
    ("an index with a name", ".csv", numbered(E1, index_name="index"), "index"),
    ("an index called Unnamed", ".csv", numbered(E1, index_name="Unnamed: 0"), "Unnamed: 0"),
    ("nothing", ".csv", "", "empty"),
    ("a header alone", ".csv", "a,b\n", ""),
    ("a row too few", ".csv", text(cells_of(E1)[1:]), "79"),
    ("huge", ".csv", text(cells_of(E1 * 1e200)), "overflow"),
    ("NaN", ".npy", saved(np.where(E1 > 1, np.nan, E1)), "nan"),
    ("complex", ".npy", saved(E1 + 0j), "complex"),
    ("objects", ".npy", saved(E1.astype(object)), "objects"),
    ("words", ".npy", saved(E1.astype(str)), "<U"),
    ("three axes", ".npy", saved(E1[:, :, None, None]), "shape"),
    ("no rows", ".npy", saved(E1[:0]), "empty"),
    ("no NumPy file", ".npy", "a,b\n1,2\n", ""),
    ("no such extension", ".xls", "1,2\n", ".xls"),
]
#: Spoiled labels.
OF_LABELS = [
    ("a missing cell", ".csv", with_cell(L1, 4, 0, "", header="a"), ""),
    ("NA among words", ".csv", with_cell(WORDS, 4, 0, "NA", header="a"), "NA"),
    ("NA among numbers", ".csv", with_cell(L1, 4, 0, "NA", header="a"), "NA"),
    ("NaN among words", ".csv", with_cell(WORDS, 4, 0, "NaN", header="a"), "NaN"),
    ("fractions", ".csv", text(cells_of(L1 + 0.5), header="a"), ".5"),
    ("an index", ".csv", numbered(L1), ""),
    ("a row too few", ".csv", text(cells_of(L1)[1:], header="a"), "79"),
    ("nothing", ".csv", "", "empty"),
    ("one row of all", ".npy", saved(L1[np.newaxis]), "1, 80"),
    ("complex", ".npy", saved(L1 + 0j), "complex"),
    ("objects", ".npy", saved(L1.astype(object)), "objects"),
    ("NaN", ".npy", saved(np.where(L1 > 1, np.nan, L1)), "nan"),
]
#: The same embeddings, otherwise written.
ALIKE = [
    ("no header", ".csv", text(cells_of(E1), header="")),
    ("a header of numbers", ".csv", text(cells_of(E1), header="0,1")),
    ("semicolons", ".csv", text(cells_of(E1), header="a;b", separator=";")),
    ("tabs", ".tsv", text(cells_of(E1), header="a\tb", separator="\t")),
    ("decimal commas", ".csv",
     text(cells_of(E1), header="a;b", separator=";").replace(".", ",")),
    ("lines of Windows", ".csv", text(cells_of(E1)).replace("\n", "\r\n")),
    ("double precision", ".npy", saved(E1)),
    ("columns of Fortran", ".npy", saved(np.asfortranarray(E1))),
    ("big-endian", ".npy", saved(E1.astype(">f8"))),
]  # fmt: skip


def write(folder, name, suffix, content):
    file = folder / f"{name.replace(' ', '-')}{suffix}"
    if callable(content):
        with file.open("wb") as handle:
            content(handle)
    else:
        file.write_bytes(content.encode())
    return file


@pytest.fixture
def clean(tmp_path):
    files = {"e1": E1, "e2": E2, "l1": L1, "l2": L2, "y": Y}
    for name, array in files.items():
        np.save(tmp_path / f"{name}.npy", array)
    return {name: tmp_path / f"{name}.npy" for name in files}


def ids(cases):
    return [case[0] for case in cases]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    ("name", "suffix", "content", "words"), EMBEDDINGS, ids=ids(EMBEDDINGS)
)
def test_embeddings(capsys, tmp_path, clean, name, suffix, content, words, place):
    files = [clean["e1"], clean["e2"], clean["y"]]
    files[place] = write(tmp_path, name, suffix, content)
    ran = run_cli(capsys, "pid", *files, *CLUSTERS)
    assert_usage_error(ran, words)
    # sizes and scales are found after reading, where the argument is what has a name
    assert files[place].name in ran[2] or f"X{place + 1}" in ran[2]


@pytest.mark.parametrize("place", [0, 2])
@pytest.mark.parametrize(("name", "suffix", "content", "words"), OF_LABELS, ids=ids(OF_LABELS))
def test_labels(capsys, tmp_path, clean, name, suffix, content, words, place):
    files = [clean["l1"], clean["l2"], clean["y"]]
    files[place] = write(tmp_path, name, suffix, content)
    ran = run_cli(capsys, "pid", *files, *LABELS)
    assert_usage_error(ran, words)
    argument = ("x1", "x2", "y")[place]
    assert files[place].name in ran[2] or f"{argument}" in ran[2]


@pytest.mark.parametrize(("name", "suffix", "content"), ALIKE, ids=ids(ALIKE))
def test_the_same_otherwise_written(capsys, tmp_path, clean, name, suffix, content):
    found = []
    for source in (clean["e1"], write(tmp_path, name, suffix, content)):
        json_file = tmp_path / "found.json"
        files = source, clean["e2"], clean["y"]
        status, _, err = run_cli(capsys, "pid", *files, *CLUSTERS, "--json", json_file)
        assert status == 0, err
        result = strict_json(json_file)["result"]
        found.append([result[key] for key in ("redundancy", "unique1", "unique2", "synergy")])
    np.testing.assert_array_equal(*found)


def test_parquet_with_a_gap(capsys, tmp_path, clean):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet  # noqa: PLC0415

    columns = {"a": [None, *E1[1:, 0].tolist()], "b": E1[:, 1].tolist()}
    file = tmp_path / "gap.parquet"
    parquet.write_table(arrow.table(columns), file)
    ran = run_cli(capsys, "pid", file, clean["e2"], clean["y"], *CLUSTERS)
    assert_usage_error(ran, "gap.parquet")
    assert "missing" in ran[2] or "null" in ran[2]


@pytest.mark.parametrize("command", ["pid", "gaussian"])
@pytest.mark.parametrize("moved", [None, "x2", "y", "range"])
def test_rows_that_pandas_labelled_in_another_order(tmp_path, capsys, command, moved):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    rng = np.random.default_rng(0)
    names = [f"row {k}" for k in range(60)]
    order = rng.permutation(60)
    for name in ("x1", "x2", "y"):
        values = rng.integers(0, 2, 60) if command == "pid" else rng.standard_normal(60)
        index = None if moved == "range" and name == "x1" else names
        if moved == "range" and name != "x1":
            index = order
        frame = pandas.DataFrame({"v": values}, index=index)
        frame = frame.iloc[order] if name == moved else frame
        frame.to_parquet(tmp_path / f"{name}.parquet")
    files = [f"{tmp_path / name}.parquet:v" for name in ("x1", "x2", "y")]
    options = ["--labels"] if command == "pid" else []
    status = main([command, *files, *options])
    said = capsys.readouterr().err
    assert status == (0 if moved is None else 2)
    assert ("same index in another order: row 0 is" in said) == (moved is not None)
