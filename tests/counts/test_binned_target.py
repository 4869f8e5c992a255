# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A continuous target in bins: how large they are, what is refused, and counts of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import fourfold as ff
from fourfold.counts.binned_target import binned, bins_words
from fourfold.runtime import caller

COLUMNS = arrays(
    np.float64,
    st.integers(2, 60),
    elements=st.floats(-5, 5, width=16).map(lambda value: round(value, 1)),
)


@pytest.fixture(autouse=True)
def _say_all_again(monkeypatch):
    monkeypatch.setattr(caller, "_said", set())


@given(y=COLUMNS, n_bins=st.integers(2, 9))
def test_edges_part_rows_as_the_codes_say(y, n_bins):
    distinct = len(np.unique(y))
    if distinct < n_bins:
        with pytest.raises(ValueError, match=f"{distinct} distinct value.*these are labels"):
            ff.bin_target(y, n_bins)
        return
    codes, edges = target = ff.bin_target(y, n_bins)
    assert 1 <= len(edges) < n_bins
    assert (np.diff(edges) > 0).all()
    # no edge is beyond all rows, so none of the bins is empty
    assert set(codes.tolist()) == set(range(len(edges) + 1))
    np.testing.assert_array_equal(codes, (y[:, None] > edges).sum(1))
    np.testing.assert_allclose(target.shares, np.bincount(codes) / len(y), rtol=1e-15)
    again, bins = binned(y, edges)
    np.testing.assert_array_equal(again, codes)
    assert bins.asked is None


@given(n=st.integers(2, 300), n_bins=st.integers(2, 40), seed=st.integers(0, 99))
def test_bins_of_different_values_are_equally_large(n, n_bins, seed):
    if n < n_bins:
        return
    y = np.random.default_rng(seed).permutation(n) / 7
    sizes = np.bincount(ff.bin_target(y, n_bins).codes)
    assert len(sizes) == n_bins
    assert sizes.max() - sizes.min() <= 1


def test_values_that_repeat_are_in_one_bin_and_said():
    y = np.maximum(np.random.default_rng(0).normal(size=1000), 0.0)  # half of it is zero
    with pytest.warns(ff.DiscretisationWarning, match="8 bins were asked for.*leaves 5"):
        codes, edges = ff.bin_target(y, 8)
    assert edges[0] == 0.0
    assert len(set(codes[y == 0].tolist())) == 1
    with pytest.warns(ff.DiscretisationWarning, match=r"target_bins: 8 bins"):
        result = ff.pid(codes, codes, y, target_bins=8)
    assert "5 of 8 quantile bins of y, as values repeat" in repr(result)


def test_any_column_of_numbers_will_do():
    y = np.random.default_rng(1).normal(size=90)
    expected = ff.bin_target(y, 5)
    for same in (y.tolist(), y[:, None], y.astype(">f8"), y.astype(object)):
        found = ff.bin_target(same, 5)
        np.testing.assert_array_equal(found.codes, expected.codes)
        np.testing.assert_array_equal(found.edges, expected.edges)
    single = y.astype(np.float32)
    codes, edges = ff.bin_target(single, 5)
    assert np.isin(edges, single.astype(np.float64)).all()
    np.testing.assert_array_equal(codes, expected.codes)
    whole = 10**6 * np.arange(90)  # all are told apart
    np.testing.assert_array_equal(ff.bin_target(whole, 90).codes, np.arange(90))
    ages = np.arange(90) % 45
    np.testing.assert_array_equal(ff.bin_target(ages, 45).codes, ages)


Y = np.linspace(-1.0, 1.0, 40)
BAD = {
    "NaN": (np.where(Y > 0.9, np.nan, Y), 4, ValueError, "y: .*finite.*got NaN at index 38"),
    "infinite": (np.where(Y > 0.9, np.inf, Y), 4, ValueError, "y: .*got inf at index 38"),
    "two columns": (np.stack([Y, Y], 1), 4, ValueError, r"\(40, 2\); fourfold.gaussian_pid"),
    "words": (["a"] * 40, 4, ValueError, "y: holds labels such as a, no numbers"),
    "truths": (Y > 0, 2, ValueError, "y: holds labels such as False"),
    "empty": ([], 4, ValueError, "y: .*empty"),
    "a number": (3.0, 4, ValueError, r"y: .*got shape \(\)"),
    "complex": (Y + 1j, 4, ValueError, "y: expected real numbers"),
    "masked": (
        np.ma.masked_less(Y, -0.9),
        4,
        ValueError,
        "y: .*entries are masked, the first at row 0",
    ),
    "objects": ([None] * 40, 4, ValueError, "y: the number at index 0 is missing"),
    "dates": (np.arange(40).astype("M8[D]"), 4, ValueError, "y: expected real numbers"),
    "labels": (
        np.arange(40) % 3,
        4,
        ValueError,
        r"3 distinct values \(n_samples=40\), fewer than the 4",
    ),
    "constant": (np.ones(40), 4, ValueError, r"1 distinct value \(n_samples=40\)"),
    "merged": (2**53 + np.arange(40), 4, ValueError, r"y: .*2\*\*53.*subtract the smallest"),
    "one bin": (Y, 1, ValueError, "n_bins: .*at least 2, got 1"),
    "fraction": (Y, 2.5, TypeError, "n_bins: .*got 2.5"),
    "truth": (Y, True, TypeError, "n_bins: .*got True"),
}


@pytest.mark.parametrize(("y", "n_bins", "error", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_put_into_bins(y, n_bins, error, message):
    with pytest.raises(error, match=message):
        ff.bin_target(y, n_bins)


BAD_BINS = {
    "one": (1, ValueError, "target_bins: .*at least 2"),
    "negative": (-4, ValueError, "target_bins: .*at least 2"),
    "fraction": (
        2.5,
        TypeError,
        "target_bins: expected a number of bins, True for 16, or edges",
    ),
    "word": ("auto", TypeError, "target_bins: expected a number of bins"),
    "matrix": (np.eye(2), TypeError, "target_bins: expected a number of bins"),
    "no edge": ([], ValueError, "target_bins: expected at least one inner edge"),
    "equal edges": ([0.0, 0.0], ValueError, "each above the one before"),
    "falling": ([1.0, 0.0], ValueError, "each above the one before"),
    "NaN": ([0.0, np.nan], ValueError, "target_bins: .*finite inner edges, got NaN"),
    "too many": (41, ValueError, "40 distinct values .*fewer than the 41 bins"),
}


@pytest.mark.parametrize(("bins", "error", "message"), BAD_BINS.values(), ids=BAD_BINS)
def test_what_target_bins_are_not(bins, error, message):
    x = np.arange(40) % 2
    with pytest.raises(error, match=message):
        ff.pid(x, x, Y, target_bins=bins)


def test_a_target_that_is_not_in_bins_is_told_how(rng):
    x = rng.integers(2, size=40)
    with pytest.raises(ValueError, match=r"y: .*target_bins=16 .*fourfold\.gaussian_pid"):
        ff.pid(x, x, Y)
    with pytest.raises(
        ValueError, match=r"y: .*target is decomposed by fourfold\.gaussian_pid"
    ):
        ff.pid(x, x, np.stack([Y, Y], 1))
    with pytest.raises(ValueError, match=r"x1: .*fourfold\.PIDEstimator"):
        ff.pid(Y, x, x)
    # where a number of bins is none of the rows that are seen the same words work
    frame = {"a": x, "b": x, "y": Y}
    with pytest.raises(ValueError, match=r"target_bins=fourfold\.bin_target\(y, 16\)\.edges"):
        ff.Counts.from_frame(frame, "a", "b", "y")
    edges = ff.bin_target(frame["y"], 16).edges
    assert ff.Counts.from_frame(frame, "a", "b", "y", target_bins=edges).shape[2] == 16


def test_what_is_said_of_a_setting():
    settings = (None, False, True, 4, np.int64(4), [0.0, 1.0])
    assert [bins_words(one) for one in settings] == [
        "",
        "",
        ", y in 16 quantile bins",
        ", y in 4 quantile bins",
        ", y in 4 quantile bins",
        ", y in 3 bins",
    ]


# -- counts ----------------------------------------------------------------------------


@pytest.fixture(scope="module", name="rows")
def _rows():
    rng = np.random.default_rng(5)
    x1, x2 = rng.integers(3, size=(2, 600))
    return x1, x2, x1 + x2 + rng.normal(size=600)


def test_counts_of_bins_decompose_as_their_rows(rows):
    counts = ff.Counts.from_labels(*rows, target_bins=6)
    result = ff.pid(*rows, target_bins=6)
    assert ff.pid(counts).to_dict() == result.to_dict()
    assert result.target_bins.asked == 6
    np.testing.assert_allclose(result.target_bins.shares, 1 / 6, rtol=1e-12)


def test_counts_of_the_same_edges_add_up(rows):
    edges = ff.bin_target(rows[2], 6).edges
    whole = ff.Counts.from_labels(*rows, target_bins=edges)
    first, second = (ff.Counts.from_labels(*(each[k::2] for each in rows), target_bins=edges)
                     for k in range(2))  # fmt: skip
    assert first + second == whole
    assert sum([second, first]) == whole
    grown = ff.Counts().update(*(each[::2] for each in rows), target_bins=edges)
    assert grown.update(*(each[1::2] for each in rows)) == whole  # by the edges that it has
    names = dict(zip(("a", "b", "y"), rows, strict=True))
    assert ff.Counts.from_frame(names, "a", "b", "y", target_bins=edges) == whole
    nothing = ff.Counts.from_labels([], [], [], target_bins=edges)
    assert (whole + nothing, nothing + whole) == (whole, whole)
    np.testing.assert_allclose((first + second).target_bins.shares, 1 / 6, rtol=1e-12)


def test_counts_of_other_bins_do_not_add_up(rows):
    counts = ff.Counts.from_labels(*rows, target_bins=6)
    before = ff.Counts.from_labels(*rows, target_bins=6)
    for other in (
        ff.Counts.from_labels(*rows, target_bins=5),
        ff.Counts.from_labels(rows[0], rows[1], rows[0]),
    ):
        with pytest.raises(ValueError, match=r"y: counts of 6 bins.*do not add up"):
            counts += other
    assert counts == before
    assert counts != ff.Counts.from_labels(*rows[:2], ff.bin_target(rows[2], 6).codes)
    with pytest.raises(
        ValueError, match=r"target_bins: expected edges.*quantiles are of all rows"
    ):
        counts.update(*rows, target_bins=6)
    names = dict(zip(("a", "b", "y"), rows, strict=True))
    with pytest.raises(
        ValueError, match=r"target_bins: expected edges.*quantiles are of all rows"
    ):
        ff.Counts.from_frame(names, "a", "b", "y", target_bins=True)
    with pytest.raises(TypeError, match="y: missing, but there is target_bins=4"):
        ff.pid(counts, target_bins=4)


def test_weights_weigh_the_bins(rows):
    weights = np.random.default_rng(6).random(600)
    counts = ff.Counts.from_labels(*rows, weights=weights, target_bins=[1.0, 3.0])
    expected = np.bincount(np.digitize(rows[2], [1.0, 3.0], right=True), weights)
    np.testing.assert_allclose(counts.target_bins.shares, expected / weights.sum(), rtol=1e-12)


def test_saved_counts_know_their_bins(rows, tmp_path):
    counts = ff.Counts.from_labels(*rows, target_bins=6)
    counts.save(tmp_path / "counts")
    again = ff.Counts.load(tmp_path / "counts")
    assert again == counts
    assert ff.pid(again).to_dict() == ff.pid(counts).to_dict()
