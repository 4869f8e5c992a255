# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Comparisons of two results, of the same rows or of independent samples."""

from __future__ import annotations

import json
import re
import warnings

import numpy as np
import pytest
from scipy.stats import norm

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in

#: From one solve, or from so many halves.
either_way = pytest.mark.parametrize("n", [0, 50])


@pytest.fixture
def layers(rng):
    """Of 600 rows: the bit that y copies, with little and with much noise."""
    bit, other = rng.integers(2, size=(2, 600))
    y = bit
    early, late = (np.where(rng.random(600) < noise, 1 - bit, bit) for noise in (0.3, 0.05))
    return early, late, other, y


@either_way
def test_a_difference_is_seen(layers, n):
    early, late, other, y = layers
    a, b = (ff.pid(x, other, y, n_resamples=n) for x in (late, early))
    found = ff.compare(a, b)
    exact = 0.7136 - 0.1187  # 1 - h(0.05) and 1 - h(0.3), bits
    assert found.low.unique1 < exact < found.high.unique1
    assert found.low.unique1 > 0.3
    assert found.pvalue.unique1 == 1 / 51 if n else found.pvalue.unique1 < 1e-6
    assert found.difference.unique1 == pytest.approx(
        a.confidence_interval.estimate.unique1 - b.confidence_interval.estimate.unique1
    )
    assert found.low.synergy < 0 < found.high.synergy
    assert re.search(r"unique 1    U1  \+0\.\d+  \[\+0\.\d+, \+0\.\d+\]  p ", repr(found))
    assert json.loads(json.dumps(found.to_dict()))["pvalue"] == found.pvalue._asdict()


@either_way
def test_contributions_are_compared_too(rng, n):
    """Of two bits of y, X1 tells one and X2 the other; then X1 tells half of its own."""
    one, two = rng.integers(2, size=(2, 800))
    noisy = np.where(rng.random(800) < 0.11, 1 - one, one)
    y = 2 * one + two
    a, b = (ff.pid(x, two, y, n_resamples=n) for x in (one, noisy))
    value, low, high = ff.compare(b, a).contribution1
    exact = 0.5 / 1.5 - 0.5
    assert low < exact < high
    assert value == pytest.approx(exact, abs=0.05)
    back, back_low, back_high = ff.compare(a, b).contribution1
    assert (back, back_low, back_high) == pytest.approx((-value, -high, -low))
    assert "U1 / (U1 + U2)  -0." in repr(ff.compare(b, a))
    nothing = ff.pid(*rng.integers(2, size=(3, 800)), n_resamples=n)
    assert ff.compare(nothing, nothing).to_dict()["contribution1"] == [None, -1.0, 1.0]


@either_way
def test_what_both_share_cancels(layers, n):
    """Relabelled, the same rows differ by nothing; nearly the same by little."""
    early, _, other, y = layers
    a, b = (ff.pid(x, other, y, n_resamples=n, tol=1e-7) for x in (early, 1 - early))
    same = ff.compare(a, b)
    np.testing.assert_allclose(same.difference, 0, atol=1e-6)
    changed = early.copy()
    changed[:6] = 1 - changed[:6]
    near = ff.compare(a, ff.pid(changed, other, y, n_resamples=n))
    alone = np.subtract(a.confidence_interval.high, a.confidence_interval.low)
    assert near.high.unique1 - near.low.unique1 < 0.5 * alone[1]


@either_way
def test_swapping_changes_the_sign(layers, n):
    early, late, other, y = layers
    a, b = (ff.pid(x, other, y, n_resamples=n) for x in (late, early))
    one, back = ff.compare(a, b, confidence_level=0.8), ff.compare(b, a, confidence_level=0.8)
    np.testing.assert_allclose(one.difference, -np.array(back.difference), atol=1e-12)
    np.testing.assert_allclose(one.low, -np.array(back.high), atol=1e-12)
    np.testing.assert_allclose(one.pvalue, back.pvalue)
    assert one.confidence_level == 0.8


@either_way
def test_equal_rows_are_equal_for_certain(layers, n):
    early, _, other, y = layers
    a = ff.pid(early, other, y, n_resamples=n)
    assert ff.compare(a, a).pvalue == (1, 1, 1, 1)


def test_other_corrections_are_refused(layers):
    early, late, other, y = layers
    a, b = (
        ff.pid(x, other, y, n_resamples=25, bias_correction=method)
        for x, method in ((late, "auto"), (early, "qe"))
    )
    with pytest.raises(
        ValueError, match="a was corrected by 'chao', b by 'qe'; expected the same"
    ):
        ff.compare(a, b)


@either_way
def test_a_source_that_says_nothing_makes_no_difference(rng, n):
    """X2 of eight states, and the same merged to two: every atom is what it was."""
    significant = np.zeros(4)
    for k in range(20):
        x1, x2 = rng.integers(3, size=400), rng.integers(8, size=400)
        y = np.where(rng.random(400) < 0.3, rng.integers(3, size=400), x1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ff.UndersampledWarning)
            a, b = (ff.pid(x1, x, y, n_resamples=n, random_state=k) for x in (x2, x2 // 4))
        significant += np.array(ff.compare(a, b).pvalue) < 0.05
    assert significant.max() <= 4


@either_way
def test_rounding_is_no_difference(rng, n):
    """One class: all information is zero, up to rounding that depends on the correction."""
    x1, x2 = rng.integers(4, size=(2, 100))
    one, other = (ff.pid(x1, x, np.zeros(100, dtype=int), n_resamples=n) for x in (x2, x2 // 2))
    found = ff.compare(one, other)
    assert found.pvalue == (1, 1, 1, 1)
    assert np.isnan(found.contribution1[0])
    assert one.confidence_interval.contributions == ((0.0, 1.0), (0.0, 1.0))


@pytest.mark.parametrize(
    "changes", [{"random_state": 1}, {"n_resamples": 60}, {"n_resamples": 0}], ids=str
)
def test_rows_are_compared_whatever_tells_the_scatter(layers, changes):
    """By the same halves or by others, or by what rows add: one width, and what both share goes."""
    early, late, other, y = layers
    a, same = (ff.pid(x, other, y, n_resamples=100) for x in (late, early))
    b = ff.pid(early, other, y, **({"n_resamples": 100} | changes))
    found, expected = ff.compare(a, b), ff.compare(a, same)
    assert found.paired
    by_rows = ff.compare(*(ff.pid(x, other, y) for x in (late, early)))
    for one in (found, expected):
        width, wide = (each.high.unique1 - each.low.unique1 for each in (one, by_rows))
        assert width == pytest.approx(wide, rel=0.25)
    near = early.copy()
    near[:6] = 1 - near[:6]
    close = ff.compare(ff.pid(near, other, y, n_resamples=100), b)
    apart = ff.compare(ff.pid(near, other, y, n_resamples=100), b, paired=False)
    assert np.ptp([close.low, close.high], axis=0)[1] < 0.4 * (
        apart.high.unique1 - apart.low.unique1
    )


def test_other_rows_are_refused(layers):
    early, late, other, y = layers
    a, b = ff.pid(early, other, y), ff.pid(late[1:], other[1:], y[1:])
    words = r"expected results of the same samples, got 600 and 599 of them; .* paired=False"
    for paired in (None, True):
        with pytest.raises(ValueError, match=words):
            ff.compare(a, b, paired=paired)
    assert not ff.compare(a, b, paired=False).paired


def test_what_is_no_answer_is_refused(layers):
    early, _, other, y = layers
    a = ff.pid(early, other, y)
    with pytest.raises(TypeError, match=r"paired: expected True .* or None .*, got 'rows'"):
        ff.compare(a, a, paired="rows")


# -- independent samples ---------------------------------------------------------------


def test_counts_do_not_know_their_rows(layers):
    early, late, other, y = layers
    a, b = (ff.pid(x, other, y) for x in (late, early))
    counted = ff.pid(ff.Counts.from_labels(early, other, y))
    for found in (
        ff.compare(a, counted),
        ff.compare(counted, a),
        ff.compare(a, b, paired=False),
    ):
        assert not found.paired
        assert found.to_dict()["paired"] is False
        assert repr(found).startswith("Difference in bits, of independent samples, with 95%")
    assert ff.compare(a, counted).to_dict() == ff.compare(a, b, paired=False).to_dict()
    assert "independent" not in repr(ff.compare(a, b))
    with pytest.raises(
        ValueError, match="got b of counts, which do not know their rows; of ind"
    ):
        ff.compare(a, counted, paired=True)
    with pytest.raises(ValueError, match="got a and b of counts"):
        ff.compare(counted, counted, paired=True)


def test_variances_of_independent_samples_add_up(rng):
    rows = [rng.integers(3, size=(2, n)) for n in (500, 2000)]
    one, other = (
        ff.pid(x1, x2, (x1 + x2 + (rng.random(len(x1)) < 0.3)) % 3) for x1, x2 in rows
    )
    found = ff.compare(one, other, paired=False)
    assert found.difference.synergy == one.synergy - other.synergy
    removed, step = (
        getattr(one.confidence_interval.scatter, name)
        - getattr(other.confidence_interval.scatter, name)
        for name in ("removed", "step")
    )
    bias_error = np.maximum(np.abs(removed) / 8, np.abs(step))
    error = np.hypot(np.hypot(one.standard_error, other.standard_error), bias_error)
    ends = np.array([one.kink / 2 + other.kink / 2] * 4)
    half_width = norm.ppf(0.975) * error + ends + (one.gap + other.gap) / 2
    np.testing.assert_allclose(np.subtract(found.high, found.low) / 2, half_width, rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_intervals_and_pvalues_of_many_samples_say_the_same(seed):
    """Errors of 1e12 samples are 1e-6 bits, and atoms are known to 1e-4 only."""
    rng = np.random.default_rng(seed)
    pairs = rng.dirichlet(np.ones(16)).reshape(4, 4, 1)
    truth = (pairs * (0.05 + 0.8 * np.eye(4)[rng.integers(4, size=(4, 4))])).ravel()
    tables = rng.multinomial(10**12, truth, size=2).reshape(2, 4, 4, 4)
    one, other = (ff.pid(ff.Counts.from_table(table)) for table in tables)
    found = ff.compare(one, other)
    outside = (np.array(found.low) > 0) | (np.array(found.high) < 0)
    assert np.array_equal(outside, np.array(found.pvalue) < 0.05)
    fine = ff.compare(*(ff.pid(ff.Counts.from_table(table), tol=1e-8) for table in tables))
    assert np.all(np.array(found.low) <= np.array(fine.difference) + 1e-7)
    assert np.all(np.array(found.high) >= np.array(fine.difference) - 1e-7)


@pytest.mark.parametrize("n", [0, 25])
def test_equal_populations_are_told_apart_as_seldom_as_promised(rng, n):
    """Of 60 pairs of 300 and 600 rows 6 of 100 are expected; more than 11 come twice in 10 000."""
    significant = np.zeros(4)
    for seed in range(60):
        results = []
        for rows in (300, 600):
            x1, x2 = rng.integers(2, size=(2, rows))
            noise = rng.random(rows) < 0.2
            counts = ff.Counts.from_labels(x1, x2, np.where(noise, x2, x1 & x2))
            results.append(ff.pid(counts, n_resamples=n, random_state=seed))
        significant += np.array(ff.compare(*results).pvalue) < 0.05
    assert significant.max() <= 11


@ignore_undersampled
def test_without_intervals_there_is_nothing_to_compare(layers):
    early, _, other, y = layers
    a = ff.pid(early, other, y)
    with pytest.raises(ValueError, match=r"b has no confidence interval; .* n_resamples="):
        ff.compare(a, plug_in(early, other, y))
    with pytest.raises(
        ValueError, match=r"a has no confidence interval; .* at least 8 samples"
    ):
        ff.compare(ff.pid(early[:7], other[:7], y[:7]), a)
    with pytest.raises(ValueError, match=r"confidence_level: .* got 95"):
        ff.compare(a, a, confidence_level=95)


def test_pvalues_have_a_floor(layers):
    """Of halves the values, of rows what is shown of them."""
    early, late, other, y = layers
    halves, rows = (
        ff.compare(*(ff.pid(x, other, y, n_resamples=n) for x in (late, early)))
        for n in (50, 0)
    )
    assert min(halves.pvalue) == halves.least_pvalue == 1 / 51
    assert "p is from 50 halves of the samples, of which none is below 0.02" in repr(halves)
    assert rows.pvalue.unique1 < 1e-6
    assert rows.least_pvalue == 1 / 601
    assert re.search(r"U1 .* p < 0\.0017\n", repr(rows))
    assert "normal approximation of what 600 rows add" in repr(rows)
