# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Combinations of the target: which are shown, and how their weights are said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from fourfold.results.gaussian_directions import MOST, directions_table, shown_directions
from fourfold.results.words import Names
from tests.support.fitted import exact, of_samples
from tests.support.gaussians import of_channels, random_covariance

NAMES = Names(("eye", "ear"), "speed")


def test_bits_go_from_what_x1_tells_to_what_x2_tells(rng):
    found = ff.gaussian_pid_from_covariance(random_covariance(rng, (5, 4, 6)), (5, 4, 6))
    shown = shown_directions(found, NAMES)
    assert (np.diff(shown.bits) <= 0).all()
    np.testing.assert_array_equal(shown.bits, found.direction_bits[shown.numbers])
    np.testing.assert_array_equal(shown.eigenvalues, found.eigenvalues[shown.numbers])
    assert shown.totals == pytest.approx((found.unique1, found.unique2))
    assert shown.said == []


def test_of_many_those_of_most_bits_are_shown(rng):
    sizes = (20, 20, 30)
    found = ff.gaussian_pid_from_covariance(random_covariance(rng, sizes), sizes)
    shown = shown_directions(found, NAMES)
    assert len(shown.bits) == len(shown.words) == MOST
    others = np.abs(np.delete(found.direction_bits, shown.numbers))
    assert others.max() <= np.abs(shown.bits).min()
    assert shown.said == [f"18 more combinations of {others.max():.3f} bits each or less"]
    assert shown.totals == pytest.approx((found.unique1, found.unique2))


def test_weights_are_in_standard_deviations_whatever_the_units():
    cov = of_channels(np.array([[2.0, 1.0]]), np.array([[1.0, -1.0]]))
    units = np.diag([3.0, 5.0, 1e-6, 1e6])
    plain, scaled = (
        shown_directions(ff.gaussian_pid_from_covariance(each, (1, 1, 2)), NAMES)
        for each in (cov, units @ cov @ units)
    )
    assert plain.words == scaled.words


def test_the_largest_weight_is_first_and_positive():
    turned = dataclasses.replace(exact(), directions=np.array([[0.03, -0.9], [-0.8, 0.3]]))
    assert shown_directions(turned, NAMES).words == [
        "0.90 speed[1]",
        "0.80 speed[0] - 0.30 speed[1]",
    ]
    small = dataclasses.replace(exact(), directions=np.array([[0.1, -0.9], [-0.8, 0.1]]))
    assert shown_directions(small, NAMES).words == ["0.90 speed[1] ...", "0.80 speed[0] ..."]
    equal = dataclasses.replace(exact(), directions=np.array([[0.5, -0.9], [-0.8, -0.6]]))
    words = shown_directions(equal, NAMES).words
    assert words == ["0.90 speed[1] - 0.50 speed[0]", "0.80 speed[0] + 0.60 speed[1]"]


def test_columns_have_the_names_that_they_came_with():
    named = dataclasses.replace(exact(), target_columns=("up", "down"))
    assert shown_directions(named, NAMES).words == ["1.00 up", "1.00 down"]
    assert shown_directions(named, NAMES, ["a", "b"]).words == ["1.00 a", "1.00 b"]


def test_one_column_is_called_as_the_target():
    one = ff.gaussian_pid_from_covariance([[2, 1, 1], [1, 3, 1], [1, 1, 1]], (1, 1, 1))
    assert shown_directions(one, NAMES).words == ["speed"]


def test_names_of_a_frame_of_a_covariance():
    pandas = pytest.importorskip("pandas")
    names = ["a", "b", "c", "up", "down", "t"]
    drawn = np.random.default_rng(0).normal(size=(6, 12))
    frame = pandas.DataFrame(drawn @ drawn.T, names, names)
    found = ff.gaussian_pid_from_covariance(frame, (1, 2, 2), given=1)
    assert (found.target_columns, found.given) == (("up", "down"), 1)


def test_what_is_left_out_of_a_combination_is_said(rng):
    sizes = (8, 8, 8)
    found = ff.gaussian_pid_from_covariance(random_covariance(rng, sizes), sizes)
    long = [f"a name of many letters {k}" for k in range(8)]
    for words in shown_directions(found, NAMES, long).words:
        assert len(words) <= 48
        assert words.endswith(" ...")


def test_table_says_who_tells():
    lines = directions_table(shown_directions(of_samples(), NAMES), NAMES).lines()
    assert [line.split()[2:] for line in lines[1:]] == [
        ["eye", "alone", "0.661"],
        ["ear", "alone", "0.292"],
    ]
