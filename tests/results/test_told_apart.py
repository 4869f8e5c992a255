# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Atoms that may be zero are no headlines: in text, on pages and above pictures."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

import fourfold as ff
from fourfold.report.text import table
from fourfold.results.told_apart import told_apart
from tests.support.marks import ignore_undersampled

pytestmark = [pytest.mark.cpu_only, ignore_undersampled]


@pytest.fixture(scope="module")
def nothing():
    """Of rows that have nothing to do with each other."""
    return ff.pid(*np.random.default_rng(0).integers(2, size=(3, 300)))


@pytest.fixture(scope="module")
def one():
    """Of 800 rows of which X1 alone tells half a bit."""
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 800))
    return ff.pid(x1, x2, np.where(rng.random(800) < 0.1, 1 - x1, x1))


def with_interval(result, low, high):
    """The same atoms with other intervals."""
    ends = dataclasses.replace(
        result.confidence_interval, low=ff.Atoms(*low), high=ff.Atoms(*high)
    )
    return dataclasses.replace(result, confidence_interval=ends)


def headline(result):
    pytest.importorskip("matplotlib")
    return " ".join(result.plot().get_title(loc="left").split())


def test_intervals_tell(one):
    shown = with_interval(one, (0, 0.1, -0.2, -0.2), (0.1, 0.2, -0.1, 0.2))
    assert told_apart(shown) == (False, True, True, False)
    assert told_apart(dataclasses.replace(one, confidence_interval=None)) is None


def test_a_test_of_zero_that_does_not_reject_tells_too():
    rng = np.random.default_rng(0)
    x1, x2 = rng.standard_normal((2, 300, 1))
    result = ff.gaussian_pid(x1, x2, x1 + rng.standard_normal((300, 1)))
    assert told_apart(result)[1]
    doubtful = dataclasses.replace(result, pvalues=ff.ZeroPValues(0.2, 0.01, np.nan))
    assert not told_apart(doubtful)[1]


def test_nothing_is_no_headline(nothing):
    words = "no atom is told apart from zero"
    assert words in repr(nothing)
    text = table(nothing)
    assert words in text
    assert "neither U1 nor U2 is told apart from zero" in text
    assert "of the information" not in text
    assert words in headline(nothing)
    page = nothing._repr_html_()
    assert "No atom is told apart from zero." in page
    assert not re.search(r"% (of it )?(either|only)", page)


def test_what_is_told_apart_is_one(one):
    text = table(one)
    shares = [100 * one.fractions().unique1, 100 * one.fractions("entropy").unique1]
    assert f"of the information: U1 {shares[0]:.1f} %" in text
    assert f"of H(Y): U1 {shares[1]:.1f} %" in text
    assert "U2, S not told apart from zero" in headline(one)
    page = one._repr_html_()
    assert "only X1" in page
    assert "only both together" not in page
    assert "Not told apart from zero: " in page
    assert "share of H(Y)" in page


def test_exact_tables_say_nothing_of_chance():
    result = ff.decompose(ff.gates.AND.pmf)
    assert "told apart" not in repr(result) + table(result) + result._repr_html_()
    assert "either of them tells" in result._repr_html_()


def test_fractions_of_the_entropy():
    result = ff.decompose(ff.gates.AND.pmf)
    h = -(0.25 * np.log2(0.25) + 0.75 * np.log2(0.75))
    np.testing.assert_allclose(result.fractions("entropy"), np.array(result.atoms) / h)
    batch = ff.decompose(np.stack([ff.gates.AND.pmf, ff.gates.XOR.pmf]))
    np.testing.assert_allclose(batch.fractions(of="entropy").synergy, [0.5 / h, 1.0])
    with pytest.raises(ValueError, match="of: expected one of 'information', 'entropy'"):
        result.fractions("bits")
    gaussian = ff.gaussian_pid_from_covariance(np.eye(3) + 0.2, (1, 1, 1))
    with pytest.raises(ValueError, match=r"of: this result has no H\(Y\)"):
        gaussian.fractions("entropy")


def test_differences_that_may_be_zero_are_said(one):
    assert "no difference is told apart from zero" in repr(ff.compare(one, one))


def test_tests_that_do_not_reject_are_said():
    rows = np.random.default_rng(1).integers(2, size=(3, 100))
    tests = ff.permutation_test(*rows, ["mi1", "mi2"], n_permutations=19)
    assert repr(tests).endswith("nothing told apart from chance: adjusted p above 0.05")
    assert "Nothing told apart from chance" in tests._repr_html_()
