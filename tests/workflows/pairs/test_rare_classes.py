# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The test of pairs where a class has few rows: by ranks among permuted labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

import fourfold as ff
from fourfold.solve.options import DEFAULT_MAX_ITER, SolverOptions
from fourfold.workflows.pairs.features import read_features
from fourfold.workflows.pairs.permuted_information import PermutedInformation
from fourfold.workflows.pairs.rare_classes import FEW_ROWS, permuted_pvalues
from fourfold.workflows.pairs.screen import screen

pytestmark = pytest.mark.cpu_only

OPTIONS = SolverOptions.checked(0.1, DEFAULT_MAX_ITER, 1, "float64", "cpu")


def of_noise(seed, rows, rare, bins):
    rng = np.random.default_rng(seed)
    features = read_features(rng.normal(size=(rows, 10)), bins, "auto", None)
    y = (np.arange(rows) < rare).astype(int)
    return features, y, screen(features, y, 2, OPTIONS).pvalues


def passes(pvalues):
    return min(ff.adjust_pvalues(pvalues.tolist())) <= 0.05


def test_false_findings_of_a_rare_class():
    """The gamma distribution finds something in one of three tables, ranks in one of twenty."""
    tables = 25
    gamma, ranked = 0, 0
    for seed in range(tables):
        features, y, pvalues = of_noise(seed, 200, 5, 4)
        gamma += passes(pvalues)
        ranked += passes(permuted_pvalues(pvalues, features, y, 0.05, seed))
    most = binom.ppf(0.999, tables, 0.05)
    assert gamma > most
    assert ranked <= most


def test_ranks_keep_the_order_and_are_never_smaller():
    features, y, pvalues = of_noise(0, 120, 9, 4)
    ranked = permuted_pvalues(pvalues, features, y, 0.05, 0)
    assert (ranked >= pvalues).all()
    assert (np.diff(ranked[np.argsort(pvalues)]) >= 0).all()
    assert (ranked == permuted_pvalues(pvalues, features, y, 0.05, 0)).all()
    # one in (permutations x pairs) at least
    assert ranked.min() >= 1 / (1 + 200 * len(pvalues))


def test_an_exclusive_or_of_a_rare_class_is_found():
    rng = np.random.default_rng(0)
    X = rng.integers(2, size=(2000, 12))
    y = (X[:, 2] ^ X[:, 9]) & (rng.random(2000) < 0.04)
    assert 20 < y.sum() < FEW_ROWS
    found = ff.feature_pairs(X, y, n_best=1)
    assert found.best == [("x2", "x9")]
    assert found.passed.sum() == 1


@pytest.mark.parametrize(("rare", "ranked"), [(FEW_ROWS - 1, True), (FEW_ROWS, False)])
def test_only_rare_classes_are_permuted(rare, ranked):
    rng = np.random.default_rng(0)
    X = rng.integers(2, size=(300, 3))
    y = (np.arange(300) < rare).astype(int)
    found = ff.feature_pairs(X, y, n_best=0)
    null = PermutedInformation(np.bincount(y))
    pairs = [np.bincount(2 * X[:, i] + X[:, j], minlength=4) for i, j in found.pairs]
    gamma = null.pvalues(np.sum(found.plug_in, axis=0), np.array(pairs))
    assert (not np.allclose(found.pvalues, gamma, rtol=1e-9)) == ranked


def test_a_level_that_asks_for_too_many_permutations_lets_nothing_pass():
    x = np.random.default_rng(0).integers(2, size=(60, 2))
    y = x[:, 0] ^ x[:, 1]
    assert ff.feature_pairs(x, y, n_best=0, alpha=0.01).passed.all()
    assert not ff.feature_pairs(x, y, n_best=0, alpha=1e-5).passed.any()


def test_each_row_a_class_of_its_own():
    X = np.random.default_rng(0).normal(size=(150, 3))
    assert not ff.feature_pairs(X, np.arange(150), n_best=0).passed.any()
