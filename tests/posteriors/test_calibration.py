# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pools, temperatures and offsets: what is optimal is found, and the mean is p(y)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from fourfold.posteriors.calibration import calibrated, matched, spline_if_better
from fourfold.posteriors.folds import folds_of
from fourfold.posteriors.log_pool import cross_fitted, fit_log_pool, normalised
from fourfold.posteriors.target import Target, as_target


def drawn(seed: int, rows: int, classes: int) -> tuple[np.ndarray, Target]:
    """True posteriors and labels drawn from them."""
    rng = np.random.default_rng(seed)
    p = softmax(1.5 * rng.standard_normal((rows, classes)), axis=1)
    y = (np.cumsum(p, 1)[:, :-1] < rng.random((rows, 1))).sum(1)
    y[:classes] = np.arange(classes)
    return p, as_target(y, classes, None, 0)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 12), st.sampled_from([1e-3, 1.0, 8.0]))
def test_mean_posterior_is_made_the_classes(seed: int, classes: int, sharpness: float) -> None:
    _, target = drawn(seed, 200, classes)
    rng = np.random.default_rng(seed)
    p = normalised(softmax(sharpness * rng.standard_normal((200, classes)), axis=1))
    found = matched(p, target)
    np.testing.assert_allclose(target.weights @ found, target.classes, atol=1e-12)
    offsets = np.log(found / p)  # of each class, up to one number of the row
    offsets -= offsets[:, :1]
    np.testing.assert_allclose(offsets, np.broadcast_to(offsets[0], offsets.shape), atol=1e-7)


def test_temperature_of_overconfident_posteriors_is_found() -> None:
    p, target = drawn(1, 20_000, 4)
    sharp = softmax(2.5 * np.log(p), axis=1)
    found, sharpness = calibrated(sharp, target)
    assert 1 / sharpness == pytest.approx(2.5, rel=0.05)
    assert np.abs(found - p).mean() < 0.01


def test_calibrated_posteriors_claim_what_labels_confirm() -> None:
    """At the optimum of temperature and offsets soft and held-out information are equal."""
    p, target = drawn(2, 3000, 5)
    found, _ = calibrated(softmax(3 * np.log(p), axis=1), target)
    soft = target.weights @ (found * np.log(found / target.classes)).sum(1)
    confirmed = target.log_score(found) - target.classes @ np.log(target.classes)
    assert soft == pytest.approx(confirmed, abs=2e-3)


def test_pool_takes_the_model_that_is_right() -> None:
    p, target = drawn(3, 4000, 3)
    noise = softmax(np.random.default_rng(0).standard_normal(p.shape), axis=1)
    pool = fit_log_pool(np.log([p, noise]), target)
    assert pool.weights[0] == pytest.approx(1, abs=0.1)
    assert 0 <= pool.weights[1] < 0.1


def test_pool_is_optimal() -> None:
    p, target = drawn(4, 500, 3)
    other = softmax(np.log(p) + np.random.default_rng(1).standard_normal(p.shape), axis=1)
    logs = np.log([p, other])
    pool = fit_log_pool(logs, target)

    def objective(weights: np.ndarray, offsets: np.ndarray) -> float:
        pooled = softmax(np.tensordot(weights, logs, 1) + offsets, axis=1)
        return -target.log_score(pooled) + 0.5e-3 * (offsets[1:] ** 2).sum()

    best = objective(pool.weights, pool.offsets)
    rng = np.random.default_rng(2)
    for _ in range(50):
        weights = np.maximum(pool.weights + 0.1 * rng.standard_normal(2), 0)
        offsets = pool.offsets + 0.1 * np.append(0, rng.standard_normal(2))
        assert best <= objective(weights, offsets) + 1e-6


def test_soft_targets_are_the_mean_of_their_labels() -> None:
    """Rows of probabilities fit as each row once for every class, by its share."""
    p, _ = drawn(5, 400, 3)
    soft = as_target(p, 3, None, 0)
    rows, labels = np.nonzero(np.ones((400, 3)))
    repeated = as_target(labels, 3, p[rows, labels], 0)
    sharp = softmax(2 * np.log(p), axis=1)
    one = fit_log_pool(np.log(sharp)[None], soft)
    other = fit_log_pool(np.log(sharp[rows])[None], repeated)
    np.testing.assert_allclose(one.weights, other.weights, atol=1e-4)
    np.testing.assert_allclose(soft.classes, repeated.classes, atol=1e-12)


def test_spline_mends_what_no_temperature_can_and_harms_nothing() -> None:
    rng = np.random.default_rng(6)
    score = 2 * rng.standard_normal(6000)
    truth = np.clip(1 / (1 + np.exp(-score)), 0.02, 0.5)  # saturates at one half
    y = (rng.random(6000) < truth).astype(int)
    target = as_target(y, 2, None, 0)
    folds = folds_of(y, 5, None, 0)
    straight = softmax(np.stack([np.zeros(6000), score], 1), axis=1)
    logs = np.log(straight)[None]
    fitted = cross_fitted(
        lambda train, test: fit_log_pool(logs[:, train], target.of_rows(train))(logs[:, test]),
        folds,
    )
    mended, better = spline_if_better(fitted, target, folds)
    assert better
    assert target.log_score(mended) > target.log_score(fitted) + 0.01
    exact = np.stack([1 - truth, truth], 1)
    kept, _ = spline_if_better(exact, target, folds)
    assert abs(target.log_score(kept) - target.log_score(exact)) < 0.002


def test_predictions_return_to_the_order_of_the_rows() -> None:
    y = np.arange(40) % 2
    folds = folds_of(y, 5, None, 3)
    marked = cross_fitted(lambda _, test: np.stack([test + 1.0, 100 - test], 1), folds)
    np.testing.assert_allclose(marked[:, 0], (np.arange(40) + 1) / 101)
