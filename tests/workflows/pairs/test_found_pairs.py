# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pairs of features whose atoms are known, and the same numbers as of one pair by itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import fourfold as ff
from fourfold.exceptions import UndersampledWarning

pytestmark = pytest.mark.cpu_only

NAMES = ["one", "other", "copy of three", "three", "four", "noise"]


def planted(n=1500, seed=0):
    """y = (one xor other, three but for one in ten, four); the copy of three is wrong once in twenty."""
    rng = np.random.default_rng(seed)
    one, other, three, four, noise = rng.integers(2, size=(5, n))
    copy = three ^ (rng.random(n) < 0.05)
    y = (one ^ other) + 2 * (three ^ (rng.random(n) < 0.1)) + 4 * four
    return np.stack([one, other, copy, three, four, noise], 1), y


def left(wrong):
    """Bits of a fair one that is wrong so often."""
    return 1 + wrong * np.log2(wrong) + (1 - wrong) * np.log2(1 - wrong)


@pytest.fixture(scope="module", name="found")
def _found():
    return ff.feature_pairs(*planted(), feature_names=NAMES)


@pytest.mark.parametrize(
    ("by", "pair"),
    [
        ("synergy", ("one", "other")),
        ("redundancy", ("copy of three", "three")),
        ("gain", ("one", "other")),
        ("unique", ("three", "four")),
        ("information", ("three", "four")),
    ],
)
def test_the_planted_pair_is_best(by, pair, found):
    chosen = ff.feature_pairs(*planted(), feature_names=NAMES, by=by, n_best=1)
    assert chosen.best == [pair]
    assert tuple(NAMES[k] for k in found.pairs[found.ranked(by)[0]]) == pair


def test_atoms_of_the_planted_pairs(found):
    xor = found.pair("one", "other")
    assert xor.synergy == pytest.approx(1, abs=0.03)
    assert xor.redundancy == pytest.approx(0, abs=0.01)
    copies = found.pair("copy of three", "three")
    both = left(0.05 * 0.9 + 0.95 * 0.1)
    for value, truth in zip(copies.atoms, (both, 0, left(0.1) - both, 0), strict=True):
        assert value == pytest.approx(truth, abs=0.05)
    unique = found.pair("three", "four")
    for value, truth in zip(unique.atoms, (0, left(0.1), 1, 0), strict=True):
        assert value == pytest.approx(truth, abs=0.05)


def test_atoms_of_an_and():
    x = np.random.default_rng(0).integers(2, size=(2000, 3))
    found = ff.feature_pairs(x, x[:, 0] & x[:, 1], n_best=1)
    assert found.best == [("x0", "x1")]
    truth = ff.decompose(ff.gates.AND.pmf)
    for name in ff.Atoms._fields:
        value = getattr(found.results[0], name)
        assert value == pytest.approx(getattr(truth, name), abs=0.03)


def test_noise_with_noise_does_not_pass(found):
    X, y = planted()
    alone = ff.feature_pairs(X[:, [0, 1, 5]], y)
    assert alone.passed.tolist() == [True, False, False]
    # and with a feature that tells something it does
    assert found.passed[[1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 14]].all()


@pytest.mark.filterwarnings("ignore::fourfold.exceptions.UndersampledWarning")
@pytest.mark.parametrize("kinds", [(8, 8, 3), (2, 8, 4, 3), (5, 5, 5, 5, 2)])
def test_screened_pairs_are_those_of_pid_and_the_best_to_the_bit(kinds):
    rng = np.random.default_rng(1)
    n, (*states, classes) = 400, kinds
    columns = np.stack([rng.integers(k, size=n) for k in states], 1)
    y = np.where(rng.random(n) < 0.4, rng.integers(classes, size=n), columns[:, 0] % classes)
    found = ff.feature_pairs(columns, y, discrete_features=True, n_best=99, random_state=3)
    for k, (i, j) in enumerate(itertools.combinations(range(len(states)), 2)):
        one = ff.pid(
            columns[:, i], columns[:, j], y, bias_correction="none", confidence_level=None
        )
        # sums with the cells that are empty are added in another order
        np.testing.assert_allclose([part[k] for part in found.plug_in], one.atoms, atol=1e-13)
        assert found.gap[k] == pytest.approx(one.gap, abs=1e-13)
        np.testing.assert_allclose([part[k] for part in found.bias], one.bias, atol=1e-13)
        assert found.information[i] == pytest.approx(one.mi1, abs=1e-12)
        assert found.information[j] == pytest.approx(one.mi2, abs=1e-12)
    total = len(found.gap)
    level = 1 - len(found.results) * 0.05 / total
    assert len(found.results) > 0
    for (first, second), result in zip(found.best, found.results, strict=True):
        i, j = int(first[1:]), int(second[1:])
        alone = ff.pid(columns[:, i], columns[:, j], y, confidence_level=level, random_state=3)
        assert result == alone
        swapped = ff.pid(
            columns[:, j], columns[:, i], y, confidence_level=level, random_state=3
        )
        assert found.pair(second, first) == swapped


def test_a_pair_that_is_none_of_the_best_has_the_level_that_was_asked_for():
    X, y = planted()
    found = ff.feature_pairs(X, y, n_best=1, confidence_level=0.9)
    assert found.pair("x3", "x4") == ff.pid(X[:, 3], X[:, 4], y, confidence_level=0.9)
    (best,) = found.results
    assert best.confidence_interval.confidence_level == 1 - 0.1 / 15


def test_the_order_of_columns_does_not_matter():
    rng = np.random.default_rng(2)
    X, y = planted()
    X = np.column_stack([X, rng.normal(size=(len(X), 2)), X[:, 0] + rng.normal(size=len(X))])
    order = rng.permutation(X.shape[1])
    names = np.array([f"f{k}" for k in range(X.shape[1])])
    one = ff.feature_pairs(X, y, feature_names=names, n_best=5)
    other = ff.feature_pairs(X[:, order], y, feature_names=names[order], n_best=5)
    of_other = {frozenset(names[order][pair]): k for k, pair in enumerate(other.pairs.tolist())}
    places = [of_other[frozenset(names[pair])] for pair in one.pairs.tolist()]
    np.testing.assert_allclose(one.pvalues, other.pvalues[places], rtol=1e-9, atol=1e-300)
    for name in ("redundancy", "synergy"):
        mine, others = (getattr(found.plug_in, name) for found in (one, other))
        np.testing.assert_allclose(mine, others[places], atol=2e-4)
    assert set(map(frozenset, one.best)) == set(map(frozenset, other.best))


def test_the_order_of_rows_and_the_names_of_classes_do_not_matter():
    X, y = planted(600)
    order = np.random.default_rng(0).permutation(len(y))
    words = np.array([*"abcdefgh"])[y]
    assert ff.feature_pairs(X[order], words[order], n_best=3) == ff.feature_pairs(
        X, y, n_best=3
    )


def test_a_feature_that_is_always_the_same_tells_nothing():
    X, y = planted(300)
    found = ff.feature_pairs(np.column_stack([X[:, :2], np.full(300, 7.0)]), y, n_best=0)
    assert found.n_states.tolist() == [2, 2, 1]
    assert found.information[2] == 0
    assert found.passed.tolist() == [True, False, False]
    assert found.results == ()
    one = ff.feature_pairs(np.full((300, 2), 7.0), y)
    assert one.pvalues.tolist() == [1.0]


def test_one_class_tells_nothing():
    X, _ = planted(100)
    assert (ff.feature_pairs(X, np.zeros(100, int)).pvalues == 1).all()


def test_a_target_of_numbers_in_bins():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 3))
    y = X[:, 0] * X[:, 1] + 0.1 * rng.normal(size=800)
    found = ff.feature_pairs(X, y, n_bins=4, target_bins=3, n_best=1)
    assert found.best == [("x0", "x1")]
    assert found.target_bins.asked == 3
    assert found.results[0].target_bins == found.target_bins
    codes = ff.bin_target(y, 3).codes
    assert found.pvalues.tolist() == ff.feature_pairs(X, codes, n_bins=4).pvalues.tolist()


def test_undersampled_pairs_are_named_once():
    rng = np.random.default_rng(0)
    x = rng.integers(40, size=(200, 2))
    y = (x[:, 0] < 20).astype(int) + 2 * (x[:, 1] < 20)
    with pytest.warns(UndersampledWarning, match="1 of the 1 best pairs .*: x0 and x1;"):
        ff.feature_pairs(x, y, discrete_features=True)


def test_a_generator_is_drawn_from_once():
    X, y = planted(300)
    seeds = [
        ff.feature_pairs(X, y, n_best=1, random_state=np.random.default_rng(k)).seed
        for k in (0, 0, 1)
    ]
    assert seeds[0] == seeds[1] != seeds[2]
