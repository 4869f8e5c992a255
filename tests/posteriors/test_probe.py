# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The quick probe: as good as logistic regressions in no hurry, honest, and never in the way."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import fourfold as ff
from fourfold.posteriors.folds import folds_of
from fourfold.posteriors.probe import MOST_COLUMNS, MOST_ROWS, probe, rows_to_probe
from fourfold.posteriors.quick_logistic import STRENGTHS


def probed(x1, x2, y, **options):
    return probe(x1, x2, y, None, **({"seed": 0, "confidence_level": 0.95} | options))


def gaussian(rng, rows, columns, classes, apart):
    y = rng.integers(classes, size=rows)
    centres = rng.normal(size=(classes, columns)) * apart
    return centres[y] + rng.normal(size=(rows, columns)), y


def slow(x, y):
    """Held-out information in bits of scikit-learn's regressions, the best of their strengths."""
    x = StandardScaler().fit_transform(x)
    entropy = -np.log2(np.bincount(y)[y] / len(y)).mean()
    found = []
    for strength in STRENGTHS:
        bits = np.empty(len(y))
        for train, test in folds_of(y, 5, None, 0):
            model = LogisticRegression(C=strength, max_iter=500).fit(x[train], y[train])
            bits[test] = model.predict_log_proba(x[test])[np.arange(len(test)), y[test]]
        found.append(entropy + bits.mean() / np.log(2))
    return max(found)


@pytest.mark.parametrize(
    ("rows", "columns", "classes", "apart"),
    [(600, 200, 10, 0.2), (1500, 8, 2, 0.5), (1500, 30, 50, 0.6), (400, 1, 3, 1.0)],
)
def test_finds_what_a_logistic_regression_finds(rng, rows, columns, classes, apart):
    x, y = gaussian(rng, rows, columns, classes, apart)
    noise = rng.normal(size=(rows, 3))
    found = probed(x, noise, y)
    assert found.why_not == ""
    assert found.information[0] == pytest.approx(slow(x, y), abs=0.03)
    assert abs(found.information[1]) < 0.05
    assert 0 < found.standard_error[0] < 0.2
    assert np.isnan(found.information[2])


def test_halves_of_digits():
    x1, x2, y = ff.datasets.digits_halves()
    found = probed(x1, x2, y, together=True)
    first, second, both = found.information
    assert (first, second) == pytest.approx((slow(x1, y), slow(x2, y)), abs=0.03)
    assert both > max(first, second) + 0.1
    assert 1.95 < found.outer_bounds.redundancy < first + second - np.log2(10)
    assert np.log2(10) - second < found.outer_bounds.unique1 < 0.7


def test_bounds_hold_of_known_atoms(rng):
    """X1 and X2 see the same bit, and each one of its own: R = U1 = U2 = 1, S = 0."""
    bits = rng.integers(2, size=(3, 1500))
    x1, x2 = (np.stack([bits[0], own]).T * 6.0 + rng.normal(size=(1500, 2)) for own in bits[1:])
    bounds = probed(x1, x2, bits[0] + 2 * bits[1] + 4 * bits[2]).outer_bounds
    assert 0.8 < bounds.redundancy <= 1
    assert 1 <= bounds.unique1 < 1.2
    assert 1 <= bounds.unique2 < 1.2
    assert 0 <= bounds.synergy < 1.2


def test_rows_of_probabilities(rng):
    x, y = gaussian(rng, 800, 5, 4, 1.0)
    hard = probed(x, x, y)
    rows = np.full((800, 4), 0.02)
    rows[np.arange(800), y] = 0.94
    soft = probed(x, x, rows)
    assert soft.why_not == ""
    assert 0.5 * hard.information[0] < soft.information[0] < hard.information[0]
    sure = probed(x, x, np.eye(4)[y])
    assert sure.information[0] == pytest.approx(hard.information[0], abs=0.02)
    unused = probed(x, x, np.hstack([rows, np.zeros((800, 2))]))
    assert unused.information == pytest.approx(soft.information, nan_ok=True)


def test_the_scale_and_constant_columns_do_not_matter(rng):
    x, y = gaussian(rng, 500, 4, 3, 1.0)
    expected = probed(x, x, y).information[0]
    wild = np.hstack([x * [1e-200, 1.0, 1e200, 1e300], np.full((500, 2), 7.3)])
    assert probed(wild, x, y).information[0] == pytest.approx(expected, abs=0.02)
    single = (1e4 + x).astype(np.float32)
    assert probed(single, x, y).information[0] == pytest.approx(expected, abs=0.02)
    nothing = probed(np.ones((500, 2)), x, y)
    assert nothing.why_not == ""
    assert abs(nothing.information[0]) < 0.01


def test_more_columns_than_it_takes(rng):
    x, y = gaussian(rng, 300, MOST_COLUMNS + 200, 2, 0.15)
    assert probed(x, x[:, :3], y).information[0] > 0.5


def test_many_rows_are_drawn_from():
    rows = rows_to_probe((50_000, 64), 10, 3)
    assert len(rows) == MOST_ROWS
    assert (np.diff(rows) > 0).all()
    np.testing.assert_array_equal(rows, rows_to_probe((50_000, 64), 10, 3))
    assert (rows != rows_to_probe((50_000, 64), 10, 4)).any()
    assert len(rows_to_probe((50_000, 768), 100, 3)) < MOST_ROWS
    np.testing.assert_array_equal(rows_to_probe((300, 768), 10, 3), np.arange(300))


def test_says_why_it_is_not_there(rng):
    x = rng.normal(size=(60, 3))
    y = np.repeat([0, 1, 2], [30, 27, 3])
    found = probe(x, x, y, ["cat", "dog", "yak"], seed=0, confidence_level=0.9)
    assert found.why_not == "class 'yak' has 3 rows"
    assert np.isnan(found.information).all()
    assert np.isnan(found.outer_bounds.redundancy)
    assert found.outer_bounds.confidence_level == 0.9
    assert probed(x, x, y).why_not == "class '2' has 3 rows"
    assert probed(x, x, np.zeros(60, int)).why_not == "y has one class"
    assert probed(x, x, np.tile([1.0, 0.0], (60, 1))).why_not == "y has one class"
    assert probed(x[:9], x[:9], y[:9]).why_not == "there are 9 rows"
    assert probed(x[:12], x[:12], rng.dirichlet(np.ones(5), 12)).why_not == ""


def test_copies_of_rows_teach_it_nothing(rng):
    noise, y = rng.normal(size=(500, 40)), rng.integers(2, size=500)
    four = [np.tile(part, (4, 1)) for part in (noise, rng.normal(size=(500, 40)))]
    found = probed(*four, np.tile(y, 4))
    assert found.why_not == "1500 of 2000 rows of X1 repeat others"
    few = [np.vstack([part[:500], part[:30]]) for part in four]
    found = probed(*few, np.concatenate([y, y[:30]]))
    assert found.why_not == ""  # these are left out
    assert found.information[:2] == probed(*(x[:500] for x in four), y).information[:2]
    signed = probed(noise, np.where(np.arange(500)[:, None] % 2, 0.0, -0.0) * noise, y)
    assert signed.why_not == ""  # of no source with a single value


def test_numbers_that_repeat_are_no_copies(rng):
    x = rng.integers(3, size=(900, 1)).astype(float)
    found = probed(x, np.hstack([x, np.ones((900, 1))]), (x[:, 0] > 0).astype(int))
    assert found.why_not == ""
    assert found.information[0] > 0.8


@pytest.mark.parametrize(
    "make",
    [
        lambda rng, y: np.repeat(y[:, None] + rng.normal(size=(200, 1)), 300, axis=1),
        lambda rng, _: rng.normal(size=(200, 2)) @ rng.normal(size=(2, 400)),
        lambda rng, _: rng.standard_cauchy(size=(200, 5)) ** 5,
        lambda rng, y: 1e3 * np.eye(3)[y] + 1e-3 * rng.normal(size=(200, 3)),
        lambda rng, _: (1e30 * rng.normal(size=(200, 4))).astype(np.float32),
        lambda rng, _: 1e-310 * rng.normal(size=(200, 4)),
    ],
    ids=["equal columns", "low rank", "heavy tails", "separable", "large", "tiny"],
)
def test_no_source_is_too_odd(rng, make):
    y = rng.integers(3, size=200)
    found = probed(make(rng, y), rng.normal(size=(200, 2)), y, together=True)
    assert found.why_not == ""
    assert np.isfinite(found.information).all()
    assert max(found.information) < np.log2(3)
