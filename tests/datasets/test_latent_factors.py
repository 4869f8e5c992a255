# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Latent factors: labels come from the factors, and the truth from the labels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import fourfold as ff
from fourfold.datasets import latent_factors, make_latent_factors


def atoms_of(truth):
    return np.array(ff.decompose_marginals(*truth, tol=1e-4).atoms)


@pytest.mark.parametrize(
    ("weights", "atoms"),
    [
        ((1, 1, 0), (0.196, 0, 0, 0.284)),
        ((1, 0.5, 0.5), (0.124, 0.245, 0, 0.111)),
        ((0, 0, 1), (0.480, 0, 0, 0)),
        ((1, 0, 0), (0, 0.480, 0, 0)),
    ],
)
def test_truth_of_logistic_labels(weights, atoms):
    truth = make_latent_factors(5, weights).truth
    np.testing.assert_allclose(atoms_of(truth), atoms, atol=6e-4)
    for table in truth[:2]:
        np.testing.assert_allclose(table.sum(0), 0.5, rtol=1e-12)


def test_logistic_rows_have_the_informations_of_the_truth():
    data = make_latent_factors(20_000, (1, 0.5, 0.5), random_state=0)
    result = ff.decompose_marginals(*data.truth)
    both = np.hstack([data.x1, data.x2])
    for x, true in zip(
        (data.x1, data.x2, both), (result.mi1, result.mi2, result.mi_joint), strict=True
    ):
        # posteriors of the joint are logistic, those of one source nearly
        model = LogisticRegression(C=100, max_iter=5000).fit(x[:10_000], data.y[:10_000])
        chance = model.predict_proba(x[10_000:])[np.arange(10_000), data.y[10_000:]]
        assert 1 + np.log2(chance).mean() == pytest.approx(true, abs=0.03)


@pytest.mark.parametrize(
    ("weights", "atoms"),
    [
        # pure redundancy and pure uniqueness are what their names say
        ((0, 0, 1), (0.560, 0, 0, 0)),
        ((1, 0, 0), (0, 0.560, 0, 0)),
        # what was published as pure synergy is not
        ((1, 1, 0), (0.211, 0, 0, 0.333)),
        ((0.5, 0.5, 0.5), (0.106, 0, 0, 0.063)),
        ((1, 0.5, 0.5), (0.068, 0.221, 0, 0.057)),
        ((0, 0.5, 1), (0.328, 0, 0.084, 0)),
    ],
)
def test_truth_of_dropout_labels(weights, atoms):
    truth = make_latent_factors(5, weights, labels="dropout").truth
    np.testing.assert_allclose(atoms_of(truth), atoms, atol=2.5e-3)
    for table in truth[:2]:
        np.testing.assert_allclose(table.sum(0), 0.5, rtol=1e-12)


@pytest.mark.parametrize("seen", latent_factors.SEEN)
def test_posterior_of_dropout_labels_is_their_frequency(seen):
    rng = np.random.default_rng(4)
    chosen = [5, 2, 4]
    for _ in range(3):
        factors = rng.standard_normal((1, 3, 5))
        z = rng.standard_normal((3, 50_000, 5))
        for k in np.flatnonzero(seen):
            z[k] = factors[0, k]
        score = latent_factors._dropout_score(z, chosen, rng)
        (posterior,) = latent_factors._dropout_posterior(factors, chosen, seen)
        frequency = (score > 0).mean() + 0.5 * (score == 0).mean()
        assert frequency == pytest.approx(posterior, abs=0.01)


def test_rows_show_their_factors_and_nothing_else():
    data = make_latent_factors(400, (1, 1, 1), labels="dropout", random_state=0)
    assert data.x1.shape == data.x2.shape == (400, 64)
    assert np.linalg.matrix_rank(data.x1) == np.linalg.matrix_rank(data.x2) == 10
    # z1, z2 and zc: the last is in both, in other columns of which it is the same
    assert np.linalg.matrix_rank(np.hstack([data.x1, data.x2])) == 15
    np.testing.assert_array_equal(data.x1[:, 32:], data.x2[:, 32:])
    assert np.bincount(data.y).tolist() == [200, 200]


def test_a_seed_is_the_same_data():
    for labels in ("logistic", "dropout"):
        first, second = (make_latent_factors(30, labels=labels, random_state=3) for _ in "12")
        np.testing.assert_array_equal(first.x1, second.x1)
        np.testing.assert_array_equal(first.y, second.y)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": -1}, ValueError, "n: expected an integer of at least 1"),
        ({"weights": (1, 1)}, ValueError, "weights: expected three numbers"),
        ({"weights": (0, 0, 0)}, ValueError, "weights: expected at least one above zero"),
        (
            {"weights": (1, -1, 0)},
            ValueError,
            "weights: expected a finite number of at least 0",
        ),
        ({"weights": (2, 0, 0), "labels": "dropout"}, ValueError, r"weights: .* in \[0, 1\]"),
        ({"weights": (0.1, 0, 0), "labels": "dropout"}, ValueError, "weights: .* at least 0.2"),
        ({"labels": "median"}, ValueError, "labels: expected one of 'logistic', 'dropout'"),
        ({"gain": 0.0}, ValueError, "gain: expected a positive"),
        ({"gain": math.inf}, ValueError, "gain: expected a positive"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        make_latent_factors(**{"n": 5} | arguments)
