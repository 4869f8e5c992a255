# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What columns become states, by what names, and which are refused."""

from __future__ import annotations

import decimal

import numpy as np
import pytest

import fourfold as ff
from fourfold.exceptions import DiscretisationWarning
from fourfold.workflows.pairs.features import read_features

pandas = pytest.importorskip("pandas")
pytestmark = pytest.mark.cpu_only

N = 60
Y = np.arange(N) % 3


def columns():
    rng = np.random.default_rng(0)
    return {
        "number": rng.normal(size=N),
        "count": rng.poisson(20, size=N),
        "few": rng.integers(4, size=N) / 2,
        "truth": rng.random(N) < 0.5,
        "word": rng.choice(["a", "b", "c"], N),
    }


def read(X, n_bins=6, discrete="auto", names=None):
    return read_features(X, n_bins, discrete, names)


def test_numbers_are_cut_at_quantiles_and_all_else_is_taken_as_it_is():
    found = read(pandas.DataFrame(columns()))
    assert found.names == ("number", "count", "few", "truth", "word")
    assert found.binned.tolist() == [True, True, False, False, False]
    assert found.n_states.tolist() == [6, 6, 4, 2, 3]
    assert np.bincount(found.codes[0]).tolist() == [10] * 6
    for codes, states in zip(found.codes, found.n_states, strict=True):
        assert np.unique(codes).tolist() == [*range(states)]


def test_equal_numbers_are_in_one_bin():
    values = np.r_[np.zeros(40), np.arange(1, 21)]
    found = read(np.column_stack([values, -values]), 4)
    assert found.n_states[0] < 4
    assert len(np.unique(found.codes[0][:40])) == 1


def test_frames_of_other_libraries_are_the_same():
    given = columns()
    expected = read(pandas.DataFrame(given))
    polars = pytest.importorskip("polars")
    arrow = pytest.importorskip("pyarrow")
    frame = pandas.DataFrame(given).assign(
        word=pandas.Categorical(given["word"]), count=pandas.array(given["count"], "Int64")
    )
    for other in (polars.DataFrame(given), arrow.table(given), frame):
        found = read(other)
        assert found.names == expected.names
        np.testing.assert_array_equal(found.codes, expected.codes)
        np.testing.assert_array_equal(found.binned, expected.binned)


def test_a_table_of_objects_is_read_by_columns():
    given = np.array([*zip(*columns().values(), strict=True)], dtype=object)
    expected = read(pandas.DataFrame(columns()))
    found = read(given)
    assert found.names == ("x0", "x1", "x2", "x3", "x4")
    np.testing.assert_array_equal(found.codes, expected.codes)


@pytest.mark.parametrize(
    "discrete", [[1], ["count"], [False, True, False], np.array([1]), lambda _: ["count"]]
)
def test_discrete_features_as_scikit_learn_names_them(discrete):
    frame = pandas.DataFrame(columns())[["number", "count", "few"]]
    found = read(frame, discrete=discrete)
    assert found.binned.tolist() == [True, False, True]
    assert found.n_states[1] == frame["count"].nunique()


def test_all_or_no_feature_is_discrete():
    X = np.random.default_rng(0).integers(12, size=(N, 2))
    assert not read(X, discrete=True).binned.any()
    assert read(X, discrete=False).binned.all()


def frame_with(name, row, value):
    given = pandas.DataFrame(columns())
    given[name] = given[name].astype(object if isinstance(value, str) else float)
    given.loc[row, name] = value
    return given


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (frame_with("number", 7, np.nan), "X: column 'number': the number at row 7 is missing"),
        (frame_with("count", 3, np.inf), "X: column 'count': the number at row 3 is inf"),
        (np.zeros((N, 1)), "X: expected at least 2 columns, .* got 1"),
        (np.zeros(N), "X: expected a table of shape"),
        (pandas.DataFrame(columns()).assign(word=[f"id{k}" for k in range(N)]), None),
        (pandas.DataFrame({"a": Y, "b": [None, *Y[1:].astype(str)]}), "'b'.*missing"),
        (np.zeros((N - 1, 2)), "X, y: expected the same number of rows"),
        (np.array([[1 + 2j, 1]] * N), "X: expected real numbers"),
    ],
)
def test_refusals_name_the_column(X, message):
    if message is None:
        found = ff.feature_pairs(X, Y, n_best=0)
        assert found.n_states[4] == N
        return
    with pytest.raises((ValueError, TypeError), match=message):
        ff.feature_pairs(X, Y)


def test_too_many_states_are_refused_by_name():
    wide = pandas.DataFrame({"a": np.arange(600), "id": [f"id{k}" for k in range(600)]})
    with pytest.raises(ValueError, match="X: column 'id' has 600 different values in 600 rows"):
        ff.feature_pairs(wide, np.arange(600) % 2)
    with pytest.raises(ValueError, match=r"X: column 'a' has 600 .*discrete_features"):
        ff.feature_pairs(
            wide[["a", "a"]].set_axis(["a", "b"], axis=1),
            np.arange(600) % 2,
            discrete_features=True,
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_bins": 1}, "n_bins: expected an integer of at least 2"),
        ({"n_bins": 257}, "n_bins: expected at most 256"),
        ({"n_best": -1}, "n_best: expected an integer of at least 0"),
        ({"by": "surprise"}, "by: expected one of 'synergy'"),
        ({"adjust": "none"}, "adjust: expected one of 'holm'"),
        ({"alpha": 0}, "alpha: expected a number between 0 and 1"),
        ({"confidence_level": 1}, "confidence_level: expected a number between 0 and 1"),
        ({"bias_correction": "best"}, "bias_correction: expected one of"),
        (
            {"feature_names": ["a"]},
            "feature_names: expected a name for each of 2 columns .* got 1: 'a'",
        ),
        ({"feature_names": ["a", "a"]}, "two columns are called 'a'"),
        ({"discrete_features": "all"}, "discrete_features: expected 'auto'"),
        ({"discrete_features": None}, "discrete_features: expected 'auto'"),
        ({"discrete_features": 1}, r"discrete_features: expected .* such as \[1\], got 1"),
        ({"discrete_features": [2]}, "discrete_features: there is no column 2"),
        ({"discrete_features": ["a"]}, "discrete_features: names columns"),
        ({"tol": 0}, "tol: expected a positive"),
        ({"random_state": -1}, "random_state: expected"),
    ],
)
def test_options_are_refused_by_name(options, message):
    X = np.random.default_rng(0).normal(size=(N, 2))
    with pytest.raises(ValueError, match=message):
        ff.feature_pairs(X, Y, **options)


def test_labels_cannot_be_cut_at_quantiles():
    with pytest.raises(ValueError, match="X: column 'truth' holds labels"):
        ff.feature_pairs(pandas.DataFrame(columns()), Y, discrete_features=False)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y: a decomposition requires y"),
        (np.full((N, 2), 0.5), "y: expected labels"),
        (np.linspace(0, 1, N), "y: "),
    ],
)
def test_targets_that_cannot_be_counted(y, message):
    X = np.random.default_rng(0).normal(size=(N, 2))
    with pytest.raises(ValueError, match=message):
        ff.feature_pairs(X, y)


def test_rows_in_another_order_are_refused():
    frame = pandas.DataFrame(columns())
    y = pandas.Series(Y, index=np.arange(N)[::-1])
    with pytest.raises(
        ValueError, match="X, y: their rows have the same labels in another order"
    ):
        ff.feature_pairs(frame, y)


def test_a_binned_target_warns_as_elsewhere():
    X = np.random.default_rng(0).normal(size=(N, 2))
    y = np.r_[np.zeros(30), np.arange(1, 31)]
    with pytest.warns(DiscretisationWarning, match="target_bins: 4 bins were asked for"):
        ff.feature_pairs(X, y, target_bins=4)


@pytest.mark.parametrize("names", [5, "ab", None])
def test_names_are_a_sequence(names):
    X = np.random.default_rng(0).normal(size=(N, 2))
    if names is None:
        found = ff.feature_pairs(X, Y, feature_names=iter("ab"), n_best=0)
        assert found.feature_names == ("a", "b")
        return
    with pytest.raises(TypeError, match="feature_names: expected a sequence of 2 names"):
        ff.feature_pairs(X, Y, feature_names=names)


def test_names_that_were_given_to_an_array_pick_discrete_features():
    X = np.random.default_rng(0).integers(12, size=(N, 2))
    found = read(X, discrete=["b"], names=["a", "b"])
    assert found.binned.tolist() == [True, False]


def test_decimals_are_numbers():
    values = np.random.default_rng(0).normal(size=N)
    column = pandas.Series([decimal.Decimal(f"{value:.6f}") for value in values], dtype=object)
    found = read(pandas.DataFrame({"a": column, "b": values}))
    assert found.binned.tolist() == [True, True]
    np.testing.assert_array_equal(found.codes[0], found.codes[1])


def test_as_many_bins_as_a_byte_tells():
    X = np.random.default_rng(0).normal(size=(1000, 2))
    found = read(X, 256)
    assert found.n_states.tolist() == [256, 256]
    assert np.unique(found.codes[0]).tolist() == [*range(256)]
