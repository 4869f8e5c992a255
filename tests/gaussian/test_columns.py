# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What sources and a continuous target may look like, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from fourfold.gaussian.columns import read_columns

pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

ROWS = 120
DRAW = np.random.default_rng(7)
X1, X2 = DRAW.standard_normal((ROWS, 3)), DRAW.standard_normal((ROWS, 2))
Y = DRAW.standard_normal(ROWS)
HALF = Y > 0
WORDS = np.where(HALF, "hot", "cold")
LABELS = r"ClassifierPID.*posterior_pid"

NUMBERS = {
    "array": Y,
    "single precision": Y.astype(np.float32),
    "column": Y[:, None],
    "list": Y.tolist(),
    "objects": Y.astype(object),
    "pandas": pd.Series(Y),
    "nullable": pd.Series(Y, dtype="Float64"),
    "pandas of Arrow": pd.Series(Y, dtype="double[pyarrow]"),
    "polars": pl.Series(Y),
    "Arrow": pa.array(Y),
    "chunks": pa.chunked_array([Y[:50], Y[50:]]),
    "frame": pd.DataFrame({"mean": Y}),
    "polars frame": pl.DataFrame({"mean": Y}),
    "Arrow table": pa.table({"mean": Y}),
}


@pytest.mark.parametrize("y", NUMBERS.values(), ids=NUMBERS)
def test_a_target_of_numbers_comes_in_any_container(y):
    read = read_columns(X1, X2, y)
    assert [one.name for one in read] == ["x1", "x2", "y"]
    assert all(one.values.dtype == np.float64 for one in read)
    np.testing.assert_allclose(read[2].values[:, 0], Y, rtol=1e-6)


LABELLED = {
    "truths": HALF,
    "list of truths": HALF.tolist(),
    "objects that are truths": HALF.astype(object),
    "pandas truths": pd.Series(HALF),
    "nullable truths": pd.Series(HALF, dtype="boolean"),
    "polars truths": pl.Series(HALF),
    "Arrow truths": pa.array(HALF),
    "text": WORDS,
    "bytes": WORDS.astype(bytes),
    "list of text": WORDS.tolist(),
    "objects that are text": WORDS.astype(object),
    "long text": WORDS.astype(np.dtypes.StringDType()),
    "pandas text": pd.Series(WORDS),
    "polars text": pl.Series(WORDS),
    "Arrow text": pa.array(WORDS),
    "a few words": np.where(np.arange(ROWS) == 3, "none", Y.astype(object)),
    "pandas categories": pd.Series(Y).astype("category"),
    "Categorical": pd.Categorical(WORDS),
    "polars categories": pl.Series(WORDS, dtype=pl.Categorical),
    "polars Enum": pl.Series(WORDS, dtype=pl.Enum(["hot", "cold"])),
    "dictionary": pa.array(WORDS).dictionary_encode(),
    "integers": HALF.astype(int),
    "classes": np.arange(ROWS) % 10,
    "fractions": np.arange(ROWS) % 16 / 3,
    "mostly zero": np.where(np.arange(ROWS) < 110, 0.0, Y),
    "single precision": HALF.astype(np.float32),
}


@pytest.mark.parametrize("y", LABELLED.values(), ids=LABELLED)
def test_labels_are_refused_with_the_way_to_go(y):
    with pytest.raises(ValueError, match=f"^y: .*labels?.*{LABELS}"):
        read_columns(X1, X2, y)


FRAMES = {
    "pandas": pd.DataFrame({"mean": Y, "season": pd.Categorical(WORDS)}),
    "pandas truths": pd.DataFrame({"mean": Y, "season": HALF}),
    "polars": pl.DataFrame({"mean": Y, "season": WORDS}),
    "Arrow": pa.table({"mean": Y, "season": WORDS}),
    "integers": pd.DataFrame({"mean": Y, "season": np.arange(ROWS) % 4}),
}


@pytest.mark.parametrize("y", FRAMES.values(), ids=FRAMES)
def test_the_column_of_labels_is_named(y):
    with pytest.raises(ValueError, match=rf"^y: column.* .*'season'.*{LABELS}"):
        read_columns(X1, X2, y)


def test_labels_of_a_layer_and_on_a_device_are_refused(stand_in):
    layers = np.stack([np.c_[Y, Y**3], np.c_[Y, HALF]])
    with pytest.raises(
        ValueError, match="column 1 has 2 different values in 120 rows of layer 1"
    ):
        read_columns(X1, X2, layers)
    with pytest.raises(ValueError, match="leave such columns of y out"):
        read_columns(X1, X2, stand_in.asarray(layers))
    with pytest.raises(ValueError, match="truths"):
        read_columns(X1, X2, stand_in.asarray(HALF))


@pytest.mark.parametrize("count", [17, 30])
def test_as_many_values_as_numbers_have_pass(count):
    read_columns(X1, X2, np.arange(ROWS) % count)


def test_few_rows_are_no_labels():
    read_columns(X1[:12], X2[:12], np.arange(12))


def test_the_target_of_diabetes_passes_with_names():
    data = load_diabetes(as_frame=True, scaled=False)
    first, second, target = read_columns(
        data.data[["age", "sex"]], data.data[["bmi"]], data.target
    )
    assert (first.labels, second.labels, target.labels) == (
        ("age", "sex"),
        ("bmi",),
        ("target",),
    )
    assert first.told([1]) == "column 1 ('sex')"
    assert len(np.unique(target.values)) == 214  # of 442 rows


def test_layers_and_what_they_share():
    layers = np.stack([X1, 2 * X1])
    read = read_columns(layers, X2, Y, np.arange(ROWS))
    assert [one.values.shape for one in read] == [(2, ROWS, 3), (ROWS, 2), (ROWS, 1), (ROWS, 1)]
    assert read[3].name == "given"
    with pytest.raises(ValueError, match="x1 has 2, x2 has 3; what all layers share"):
        read_columns(layers, np.stack([X2] * 3), Y)


def test_all_move_to_the_device_of_one(stand_in):
    read = read_columns(stand_in.asarray(X1), X2, stand_in.Foreign(Y))
    assert all(isinstance(one.values, stand_in.ndarray) for one in read)
    np.testing.assert_array_equal(read[1].values.get(), X2)


def test_tensors_are_read():
    torch = pytest.importorskip("torch")
    first = torch.tensor(X1, requires_grad=True)
    read = read_columns(
        first, torch.tensor(X2).bfloat16(), torch.tensor(Y, dtype=torch.float32)
    )
    np.testing.assert_array_equal(read[0].values, X1)
    np.testing.assert_allclose(read[1].values, X2, rtol=0.01)
    with pytest.raises(ValueError, match="truths"):
        read_columns(X1, X2, torch.tensor(HALF))


def with_column(x, place, value):
    changed = x.copy()
    changed[..., place] = value
    return changed


NEARLY = np.where(HALF, np.float32(0.1), np.nextafter(np.float32(0.1), np.float32(1)))
CONSTANT = {
    "one": (
        with_column(X1, 1, 4.0),
        r"x1: column 1 has the same value \(4\).*delete\(x1, \[1\]",
    ),
    "two": (with_column(X1, [0, 2], 0), r"x1: columns 0, 2 have one value each"),
    "named": (
        pd.DataFrame(with_column(X1, 2, 0), columns=["a", "b", "c"]),
        r"column 2 \('c'\)",
    ),
    "many": (np.c_[X1, np.zeros((ROWS, 8))], r"columns 3, 4, 5, 6, 7 and 3 more .* x1.std"),
    "rounding": (with_column(X1.astype(np.float32), 1, NEARLY), "column 1 has the same value"),
    "layer": (np.stack([X1, with_column(X1, 2, 1)]), "column 2 of layer 1 has the same value"),
    "all": (np.ones(ROWS), "nothing to decompose"),
}


@pytest.mark.parametrize(("x1", "words"), CONSTANT.values(), ids=CONSTANT)
def test_constant_columns_are_refused_by_name(x1, words):
    with pytest.raises(ValueError, match=words):
        read_columns(x1, X2, Y)


def test_labels_that_are_not_whole_are_told_how():
    halves = np.arange(ROWS) % 3 + 0.5
    with pytest.raises(ValueError, match=r"numpy\.unique\(y, return_inverse=True\)\[1\]$"):
        read_columns(X1, X2, halves)
    with pytest.raises(ValueError, match=r"where the sources are labels, too$"):
        read_columns(X1, X2, np.arange(ROWS) % 3)


def test_a_constant_that_is_given_is_left_out():
    with pytest.raises(ValueError, match=r"given: column 0 .*nothing changes; leave given out"):
        read_columns(X1, X2, Y, np.ones(ROWS))


def test_columns_of_any_size_and_one_hot_ones_pass():
    one_hot = np.eye(3)[np.arange(ROWS) % 3].astype(bool)
    for x1 in (1e300 * X1, 1e-300 * X1, np.where(X1 > 0, 1.7e308, -1.7e308), one_hot):
        read_columns(x1, X2, Y)


NO_NUMBERS = {
    "None": (None, TypeError, "y: expected rows of numbers"),
    "a number": (2.5, ValueError, r"y: expected an array of shape .* got shape \(\)"),
    "four axes": (np.zeros((1, 2, 2, 2)), ValueError, r"y: expected an array of shape"),
    "no rows": ([], ValueError, r"y: expected rows of numbers, .* got none, shape \(0, 1\)"),
    "no layers": (np.zeros((0, ROWS, 1)), ValueError, "y: .* got none, shape"),
    "a dict": ({"a": Y}, TypeError, "y: .* got a dict; layers .* layer_profile.*DataFrame"),
    "a column of text": (pd.Series(Y.astype(str)), ValueError, "y: numbers as text"),
    "polars' text": (pl.Series(Y.astype(str)), ValueError, "y: numbers as text"),
    "numbers as text": (Y.astype(str), ValueError, r"y: numbers as text, .* y.astype\(float\)"),
    "one row": ([[1.0, 2.0]], ValueError, "y: expected many rows, got one"),
    "other length": (Y[1:], ValueError, "x1 has 120, x2 has 120, y has 119"),
    "NaN": (with_column(Y, 5, np.nan), ValueError, r"y: entries must be finite, got NaN at"),
    "NaN in a layer": (with_column(Y, 5, np.nan)[None, :, None], ValueError, r"\(0, 5, 0\)"),
    "masked": (
        np.ma.masked_array(Y, np.arange(ROWS) == 3),
        ValueError,
        "y: 1 of 120 entries are masked, the first at row 3",
    ),
    "null": (pl.Series([None, *Y[1:]]), ValueError, "y: .*row 0 is missing"),
    "complex": (Y + 0j, ValueError, "y: expected real numbers"),
    "dates": (
        np.full(ROWS, np.datetime64("2026-01-31")),
        ValueError,
        "y: expected real numbers",
    ),
}


@pytest.mark.parametrize(("y", "error", "words"), NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_other_targets_are_refused(y, error, words):
    with pytest.raises(error, match=words):
        read_columns(X1, X2, y)


def test_nan_of_a_layer_on_a_device_is_placed(stand_in):
    layers = np.full((2, ROWS, 1), 1.0)
    layers[1, 4, 0] = np.inf
    with pytest.raises(
        ValueError, match=r"x1: entries must be finite, got inf at index \(1, 4, 0\)"
    ):
        read_columns(stand_in.asarray(layers), X2, Y)
