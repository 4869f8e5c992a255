# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Containers that could merge labels, or have axes in another order, without a word."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import fourfold as ff
from fourfold.inputs.labels import code_labels
from fourfold.posteriors.rows import read_group_labels

CODES = np.array([0, 1, 2, 1, 0, 2])
AND = np.zeros((2, 2, 2))
for _a in (0, 1):
    for _b in (0, 1):
        AND[_a, _b, _a & _b] = 0.25


def of(states):
    return [states[code] for code in CODES]


def test_big_integers_of_arrow_dictionaries_stay_apart():
    arrow = pytest.importorskip("pyarrow")
    values = arrow.array(of([2**63, 2**63 + 1, 5]), type=arrow.uint64()).dictionary_encode()
    codes, states = code_labels(values, "x1")
    assert states.tolist() == [5, 2**63, 2**63 + 1]
    np.testing.assert_array_equal(codes, np.array([1, 2, 0])[CODES])


def test_128_bits_of_polars_stay_apart():
    polars = pytest.importorskip("polars")
    values = polars.Series(of([-(2**100), 2**100, 2**100 + 1]), dtype=polars.Int128)
    np.testing.assert_array_equal(code_labels(values, "x1")[0], CODES)


def test_the_hour_that_clocks_repeat_is_two_hours():
    zone = ZoneInfo("Europe/Berlin")
    twice = [dt.datetime(2020, 10, 25, 2, 30, fold=fold, tzinfo=zone) for fold in (0, 1)]
    assert twice[0] == twice[1]  # as Python has it
    codes, states = code_labels(of([*twice, dt.datetime(2020, 10, 26, tzinfo=zone)]), "x1")
    np.testing.assert_array_equal(codes, CODES)
    assert [state.fold for state in states] == [0, 1, 0]


@pytest.mark.parametrize("missing", [None, np.nan, np.datetime64("NaT", "D"), np.ma.masked])
def test_missing_groups_are_no_group(missing):
    groups = np.array([*"abc", missing], dtype=object)
    with pytest.raises(ValueError, match=r"^groups: .* row 3 is missing"):
        read_group_labels(groups, 4)


def test_missing_dates_are_no_group():
    with pytest.raises(ValueError, match=r"^groups: .* row 1 is missing \(NaT\)"):
        read_group_labels(np.array(["2020-01-01", "NaT"], "M8[D]"), 2)


def test_fields_that_are_masked():
    rows = np.ma.zeros(4, dtype=[("a", float), ("b", float, 2)])
    rows["b"][2] = np.ma.masked
    with pytest.raises(ValueError, match=r"^X1: 1 of 4 entries are masked, the first at row 2"):
        ff.PIDEstimator(n_clusters=2).fit(rows, np.zeros((4, 1)), [0, 1, 0, 1])


def test_marginals_whose_classes_are_in_another_order():
    pandas = pytest.importorskip("pandas")
    p1y = pandas.DataFrame([[0.4, 0.1], [0.1, 0.4]], columns=["n", "y"])
    ff.decompose_marginals(p1y, p1y)
    with pytest.raises(
        ValueError, match=r"^p1y, p2y: .* another order; give p2y\[p1y.columns\]"
    ):
        ff.decompose_marginals(p1y, p1y[["y", "n"]])


def test_posteriors_whose_classes_are_in_another_order():
    pandas = pytest.importorskip("pandas")
    p = pandas.DataFrame([[0.8, 0.2], [0.2, 0.8]] * 20, columns=["n", "y"])
    turned, y = p[["y", "n"]], [0, 1] * 20
    parts = ff.pointwise(ff.pid(y, y, y), y, y, y)
    for call in (
        lambda: ff.decision_pid(p, p, turned, on_inconsistent="project"),
        lambda: ff.posterior_pid(p, turned, y),
        lambda: ff.sample_weights(parts, p_given_1=p, p_given_2=turned, p_joint=p),
    ):
        with pytest.raises(
            ValueError, match=r"classes as columns, but in another order; give p"
        ):
            call()


def test_axes_of_xarray_in_another_order():
    xarray = pytest.importorskip("xarray")
    table = xarray.DataArray(AND, dims=["x1", "x2", "y"])
    assert ff.decompose(table) == ff.decompose(AND)
    with pytest.raises(
        ValueError, match=r"^pmf: has axes .* give pmf.transpose\('x1', 'x2', 'y'\)"
    ):
        ff.decompose(table.transpose("y", "x1", "x2"))


def test_totals_of_which_one_side_was_dropped():
    pandas = pytest.importorskip("pandas")
    x1, x2 = CODES % 2, np.array([0, 1, 1, 0, 0, 1])
    table = pandas.crosstab([x1, x2], CODES, margins=True).iloc[:-1]
    with pytest.raises(ValueError, match=r"^pmf: 'All' holds the sums of the others"):
        ff.decompose(table)


def test_levels_named_in_capitals():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"Y": [0, 0, 0, 1], "X1": [0, 0, 1, 1], "X2": [0, 1, 0, 1]})
    assert ff.decompose(frame.value_counts() / 4) == ff.decompose(AND)


def test_objects_of_numbers_as_probabilities():
    x1, x2 = np.tile([[0, 0, 1, 1], [0, 1, 0, 1]], 50)
    proba = np.tile(np.array([0.25, 0.5, 1.0, 0.0], dtype=object), 50)
    plain = ff.pid(x1, x2, proba=proba.astype(float), bias_correction="none")
    assert ff.pid(x1, x2, proba=proba, bias_correction="none") == plain
    proba[2] = None
    with pytest.raises(ValueError, match=r"^proba: the number at index 2 is missing"):
        ff.pid(x1, x2, proba=proba)


def test_columns_of_lists_are_layers():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    rows = rng.normal(size=(60, 2)) + y[:, None]
    estimator = ff.PIDEstimator(n_clusters=2, random_state=0)
    found = [
        ff.layer_profile({"a": one, "b": one}, {"a": rows, "b": rows}, y, estimator=estimator)
        for one in (rows, pandas.Series(list(rows)))
    ]
    assert found[0] == found[1]
