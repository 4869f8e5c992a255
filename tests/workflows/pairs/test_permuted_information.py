# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The G-test of pairs against all permutations, against drawn ones, and where nothing is told."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom, chi2

import fourfold as ff
from fourfold.workflows.pairs.permuted_information import PermutedInformation

pytestmark = pytest.mark.cpu_only


def statistic(pairs, y):
    """G in nats of codes of pairs of states and classes."""
    table = np.zeros((pairs.max() + 1, y.max() + 1))
    np.add.at(table, (pairs, y), 1)
    expected = np.outer(table.sum(1), table.sum(0)) / len(y)
    some = table > 0
    return 2 * float((table[some] * np.log(table[some] / expected[some])).sum())


def test_the_mean_is_that_of_all_permutations():
    pairs = np.array([0, 0, 0, 1, 1, 2, 3])
    y = np.array([0, 0, 0, 1, 1, 2, 2])
    every = [
        statistic(pairs, np.array(each)) for each in set(itertools.permutations(y.tolist()))
    ]
    null = PermutedInformation(np.bincount(y))
    mean, _ = null.moments(np.bincount(pairs)[None])
    assert mean[0] == pytest.approx(np.mean(every), rel=1e-12)


@pytest.mark.parametrize(
    ("rows", "classes"),
    [
        (np.full(64, 30), (640, 640, 640)),
        (np.full(64, 4), (200, 40, 16)),
        (np.arange(1, 41), (410, 410)),
        (np.array([700, 500, 300, 200, 100, 60, 30, 10]), (900, 700, 300)),
        (np.r_[np.full(200, 1), np.full(50, 2)], (150, 100, 50)),
    ],
)
def test_mean_and_variance_are_those_of_drawn_permutations(rows, classes):
    rng = np.random.default_rng(0)
    pairs = np.repeat(np.arange(len(rows)), rows)
    y = np.repeat(np.arange(len(classes)), classes)
    drawn = np.array([statistic(pairs, rng.permutation(y)) for _ in range(2000)])
    null = PermutedInformation(np.array(classes))
    (mean,), (variance,) = null.moments(rows[None])
    error = drawn.std() / math.sqrt(len(drawn))
    assert abs(mean - drawn.mean()) < 4 * error
    # the error of a variance of 2000, 3 %, four times; and what the approximation lacks
    assert variance == pytest.approx(drawn.var(), rel=0.15)
    if rows.mean() < 2:  # of so few rows 7 % are below .05, as docs/feature-pairs.md says
        return
    # four standard errors of 2000 draws above; the statistic may have few values
    pvalues = null.pvalues(drawn / (2 * math.log(2) * len(y)), np.tile(rows, (len(drawn), 1)))
    assert (pvalues <= 0.05).mean() < 0.05 + 0.02
    assert (pvalues <= 0.01).mean() < 0.01 + 0.009


@pytest.mark.parametrize("classes", [(6, 5, 5, 3, 3, 1), (1,) * 12])
def test_classes_of_the_same_size_are_summed_as_any_others(classes):
    """The variance of h of 5 multinomial counts, and its covariances, by all 5-tuples of classes."""
    shares = np.array(classes) / sum(classes)
    rows = [0, 2, 4]
    expected = {}
    for a in rows:
        h, counts, chances = [], [], []
        for each in itertools.combinations_with_replacement(range(len(shares)), a):
            k = np.bincount(np.array(each, dtype=int), minlength=len(shares))
            h.append(
                sum(n * math.log(n / (a * p)) for n, p in zip(k, shares, strict=True) if n)
            )
            counts.append(k)
            ways = math.factorial(a) / math.prod(map(math.factorial, k.tolist()))
            chances.append(ways * float(np.prod(shares**k)))
        h, counts, chances = map(np.array, (h, counts, chances))
        apart = h - chances @ h
        expected[a] = np.r_[chances @ apart**2, (chances * apart) @ counts]
    found = PermutedInformation(np.array(classes))._terms.numbers[:, 1:]
    for a in rows:
        np.testing.assert_allclose(found[a], expected[a], atol=1e-9)


def test_of_many_rows_it_is_the_chi_square():
    rows, classes = np.full(16, 20_000), np.array([160_000, 100_000, 60_000])
    null = PermutedInformation(classes)
    g = np.array([20.0, 30.0, 40.0, 60.0, 90.0])
    bits = g / (2 * math.log(2) * rows.sum())
    found = null.pvalues(bits, np.tile(rows, (5, 1)))
    np.testing.assert_allclose(found, chi2.sf(g, 30), rtol=0.01)


def test_nothing_told_has_a_pvalue_of_one():
    null = PermutedInformation(np.array([5, 5]))
    assert null.pvalues(np.zeros(2), np.array([[10, 0], [0, 10]])).tolist() == [1.0, 1.0]
    assert PermutedInformation(np.array([9])).pvalues(np.zeros(1), np.array([[4, 5]])) == [1.0]


@pytest.mark.parametrize(("n", "alike"), [(500, 0.0), (2000, 0.6)])
def test_false_findings_among_features_that_tell_nothing(n, alike):
    """Where no pair tells anything, each finding is false: one in at most 5 of 100 tables."""
    tables, wide = 40, 8
    any_found, small, number = 0, 0, 0
    for seed in range(tables):
        rng = np.random.default_rng(seed)
        common = rng.normal(size=(n, 1))
        X = math.sqrt(alike) * common + math.sqrt(1 - alike) * rng.normal(size=(n, wide))
        y = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
        found = ff.feature_pairs(X, y, n_best=0, tol=0.1)  # which p-values do not depend on
        any_found += found.passed.any()
        small += int((found.pvalues <= 0.05).sum())
        number += len(found.pvalues)
    # one in a thousand runs has more by chance
    assert any_found <= binom.ppf(0.999, tables, 0.05)
    assert 0.03 < small / number < 0.07


def test_the_chi_square_would_find_what_is_not_there():
    n, wide, tables = 500, 8, 20
    any_found = 0
    for seed in range(tables):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(n, wide))
        y = rng.integers(3, size=n)
        found = ff.feature_pairs(X, y, n_best=0, tol=0.1)
        information = sum(found.plug_in)
        pvalues = chi2.sf(2 * n * math.log(2) * information, 63 * 2)
        any_found += min(ff.adjust_pvalues(pvalues.tolist())) <= 0.05
    assert any_found > 10
