# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays of MINT: trials are last, dimensions are one state, bins as its options say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import convert
from tests.support.marks import ignore_undersampled
from tests.support.refusals import assert_refused, case

pytestmark = ignore_undersampled

RNG = np.random.default_rng(0)
A = RNG.poisson(2.0, (2, 60)).astype(float)  # MATLAB has doubles
B = RNG.poisson(2.0, (1, 60)).astype(float)
S = RNG.integers(1, 5, 60).astype(float)
OVER_TIME = RNG.integers(0, 3, (2, 4, 60))


def test_dimensions_are_one_state_of_each_trial():
    samples = convert.mint([A, B, S])
    expected = ff.pid(A.T.astype(int), B[0].astype(int), S.astype(int))
    assert ff.pid(*samples).atoms == expected.atoms
    np.testing.assert_array_equal(samples.y, S)


def test_a_cell_array_of_loadmat():
    cell = np.empty((1, 3), dtype=object)
    for k, values in enumerate((A, B, S[np.newaxis])):
        cell[0, k] = values
    for ours, theirs in zip(convert.mint(cell), convert.mint([A, B, S]), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_point_in_time():
    for t in range(4):
        found = convert.mint([OVER_TIME, B, S], timepoint=t)
        alone = convert.mint([OVER_TIME[:, t], B, S])
        for ours, theirs in zip(found, alone, strict=True):
            np.testing.assert_array_equal(ours, theirs)


@given(
    st.lists(st.floats(-100, 100), min_size=8, max_size=60),
    st.integers(2, 6),
    st.sampled_from(["eqpop", "eqspace"]),
)
def test_bins_keep_the_order_and_equal_values_together(values, n_bins, method):
    values = np.array(values)
    zeros = np.zeros(len(values))
    codes = convert.mint([values, zeros, zeros], bin_method=[method, "none"], n_bins=n_bins).x1
    assert codes.min() >= 0
    assert codes.max() < n_bins
    order = np.argsort(values, kind="stable")
    assert (np.diff(codes[order]) >= 0).all()
    assert (np.diff(codes[order])[np.diff(values[order]) == 0] == 0).all()
    if method == "eqpop":
        # as many bins as there may be; equally many in each where no values are equal
        states = np.unique(values)
        if len(states) <= n_bins:
            assert len(np.unique(codes)) == len(states)
        if len(states) == len(values):
            assert np.ptp(np.bincount(codes, minlength=n_bins)) <= 1
    elif np.ptp(values) > 1e-6:
        width = np.ptp(values) / n_bins
        inside = np.clip((values - values.min()) // width, 0, n_bins - 1)
        near = np.abs((values - values.min()) / width % 1 - 0.5) < 0.499
        np.testing.assert_array_equal(codes[near], inside[near])


def test_frequent_values_do_not_swallow_the_others():
    counts = np.array([0] * 70 + [1] * 20 + [2] * 6 + [5] * 4)
    codes = convert.mint([counts, counts, counts], bin_method="eqpop", n_bins=3).x1
    assert np.bincount(codes).tolist() == [70, 20, 10]


def test_user_edges_belong_to_the_bin_above():
    values = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
    found = convert.mint([values] * 3, bin_method="userEdges", edges=[0.0, 1.0])
    assert found.x1.tolist() == [0, 1, 1, 2, 2]
    each = convert.mint([values] * 3, bin_method="userEdges", edges=[[0.0], [1.0, 2.0]])
    assert each.x1.tolist() == [0, 1, 1, 1, 1]
    assert each.x2.tolist() == each.y.tolist() == [0, 0, 0, 1, 2]


def test_bins_of_each_dimension_and_of_all_times():
    values = RNG.standard_normal((2, 60))
    found = convert.mint([values, S, S], bin_method=["eqspace", "none"], n_bins=[[2, 3]])
    first = convert.mint([values[0], S, S], bin_method=["eqspace", "none"], n_bins=2)
    second = convert.mint([values[1], S, S], bin_method=["eqspace", "none"], n_bins=3)
    assert len(np.unique(found.x1)) == len(set(zip(first.x1, second.x1, strict=True)))
    ramp = np.arange(120.0).reshape(1, 2, 60)  # later values are larger
    found = convert.mint([ramp, S, S], bin_method=["eqpop", "none"], n_bins=2, timepoint=1)
    assert found.x1.tolist() == [1] * 60


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        case("two", lambda: convert.mint([A, B]), ValueError,
             "inputs: expected two sources and a target, .* got 2 variables"),
        case("trials", lambda: convert.mint([A, B[:, :50], S]), ValueError,
             r"inputs\[0\] has 60, inputs\[1\] has 50, inputs\[2\] has 60"),
        case("trials first", lambda: convert.mint([A.T, B, S]), ValueError,
             r"inputs\[0\] has 2, inputs\[1\] has 60"),
        case("fractions", lambda: convert.mint([A, B + 0.5, S]), ValueError,
             r"inputs\[1\]: expected whole numbers as states, .*bin_method=\"eqpop\""),
        case("NaN", lambda: convert.mint([A, np.where(B > 3, np.nan, B), S]), ValueError,
             r"inputs\[1\]: entries must be finite, got nan at index .*leave this trial out"),
        case("mask", lambda: convert.mint([A, B, np.ma.masked_equal(S, 1)]), ValueError,
             r"inputs\[2\]: .*masked"),
        case("names", lambda: convert.mint([A, B, ["left", "right"] * 30]), ValueError,
             r"inputs\[2\]: expected numbers, .*np.unique\(names, return_inverse=True\)"),
        case("one trial", lambda: convert.mint([A[:1].T, B.T, S[:, np.newaxis]]), ValueError,
             "inputs: expected as many trials in the last axis of each, and several"),
        case("mapping", lambda: convert.mint({"a": A, "b": B, "s": S}), TypeError,
             "inputs: expected two sources and a target in a list, got dict; MATLAB's"),
        case("number", lambda: convert.mint(3), TypeError, "inputs: .* in a list, got int 3"),
        case("braces", lambda: convert.mint([A, B, S], bin_method={"eqpop", "none"}), TypeError,
             "bin_method: .*, got set; MATLAB's {a, b} is"),
        case("bins in braces", lambda: convert.mint([A, B, S], n_bins={3, 4}), TypeError,
             "n_bins: .*, got set"),
        case("edges in braces", lambda: convert.mint([A, B, S], edges={3, 4}), TypeError,
             "edges: .*, got set"),
        case("method", lambda: convert.mint([A, B, S], bin_method="quantile"), ValueError,
             "bin_method: expected one of none, eqpop, eqspace, userEdges, got 'quantile'"),
        case("methods", lambda: convert.mint([A, B, S], bin_method=["none"] * 4), ValueError,
             "bin_method: expected one, or one for each"),
        case("edges", lambda: convert.mint([A, B, S], bin_method="userEdges"), ValueError,
             "edges: bin_method=\"userEdges\" of inputs\\[0\\] needs its inner edges"),
        case("bins", lambda: convert.mint([A, B, S], bin_method="eqpop", n_bins=[[2, 3, 4]]),
             ValueError, r"n_bins: inputs\[0\] has 2 dimensions, got bins of 3"),
        case("times", lambda: convert.mint([OVER_TIME, B, S]), ValueError,
             r"timepoint: expected which of the 4 time points, got None; .*timepoint=t"),
        case("late", lambda: convert.mint([OVER_TIME, B, S], timepoint=4), ValueError,
             "timepoint: expected 0 to 3, got 4"),
        case("other times",
             lambda: convert.mint([OVER_TIME, OVER_TIME[:, :3], S], timepoint=0), ValueError,
             r"inputs\[1\]: has 3 time points where others have 4"),
        case("axes", lambda: convert.mint([A, B, np.ones((1, 1, 1, 60))]), ValueError,
             r"inputs\[2\]: expected shape \(dimensions, trials\)"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    assert_refused(call, error, message)
