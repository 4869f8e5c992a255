# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The probe in torch is scikit-learn's logistic regression, and a classifier like any other."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import fourfold as ff
from fourfold.torch import LinearProbe, centred_rows, linear_probe


def probe(**options):
    return LinearProbe(**({"device": "cpu", "tol": 1e-6, "random_state": 0} | options))


def reference(C=1.0, standardize=True):
    model = LogisticRegression(C=C, tol=1e-8, max_iter=10_000)
    return make_pipeline(StandardScaler(), model) if standardize else model


def classes(rng, n=400, d=12, k=4, spread=1.0):
    y = rng.integers(k, size=n)
    y[:k] = np.arange(k)
    x = rng.standard_normal((k, d))[y] * spread + rng.standard_normal((n, d))
    return x @ rng.standard_normal((d, d)), y  # features that go together


@pytest.mark.parametrize("k", [2, 3, 10, 40])
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_probabilities_are_those_of_scikit_learn(rng, k, C):
    x, y = classes(rng, k=k)
    expected = reference(C).fit(x, y).predict_proba(x)
    found = probe(C=C).fit(x, y)
    np.testing.assert_allclose(found.predict_proba(x), expected, atol=1e-3, rtol=0)
    np.testing.assert_allclose(found.predict_proba(x).sum(1), 1.0, atol=1e-12)
    assert (found.predict(x) == expected.argmax(1)).mean() > 0.99


@pytest.mark.parametrize("name", ["digits_halves", "wine", "breast_cancer"])
def test_real_data_are_fitted_alike(name):
    x, _, y = getattr(ff.datasets, name)()
    expected = reference(0.1).fit(x, y).predict_proba(x)
    found = probe(C=0.1).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(found, expected, atol=1e-3, rtol=0)


@pytest.mark.parametrize("k", [2, 5])
def test_features_may_stay_as_they_are(rng, k):
    x, y = classes(rng, k=k)
    expected = reference(0.1, standardize=False).fit(x, y)
    found = probe(C=0.1, standardize=False).fit(x, y)
    np.testing.assert_allclose(
        found.predict_proba(x), expected.predict_proba(x), atol=1e-3, rtol=0
    )
    assert found.coef_.shape == expected.coef_.shape
    np.testing.assert_allclose(found.coef_, expected.coef_, atol=1e-3, rtol=0)
    np.testing.assert_allclose(
        found.decision_function(x), expected.decision_function(x), atol=5e-3, rtol=0
    )


def test_a_weight_is_a_number_of_repeats(rng):
    x, y = classes(rng)
    weights = rng.integers(3, size=len(x))
    weighted = probe().fit(x, y, sample_weight=weights)
    repeated = probe().fit(np.repeat(x, weights, 0), np.repeat(y, weights))
    np.testing.assert_allclose(
        weighted.predict_proba(x), repeated.predict_proba(x), atol=1e-3, rtol=0
    )


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.uint8, np.int64])
def test_any_real_type_is_read(rng, dtype):
    x, y = classes(rng)
    x = np.clip(10 * x + 128, 0, 255).astype(dtype)
    expected = reference().fit(x.astype(float), y).predict_proba(x.astype(float))
    np.testing.assert_allclose(probe().fit(x, y).predict_proba(x), expected, atol=1e-3, rtol=0)


def test_features_far_from_zero_are_not_rounded(rng):
    x, y = classes(rng)
    near = probe().fit(x, y).predict_proba(x)
    far = probe().fit(x + 1e8, y).predict_proba(x + 1e8)
    np.testing.assert_allclose(far, near, atol=1e-3, rtol=0)


def test_constant_features_are_of_no_consequence(rng):
    x, y = classes(rng)
    plain = probe().fit(x, y).predict_proba(x)
    more = np.hstack([x, np.full((len(x), 3), [0.1, 0.0, -1e8])])
    np.testing.assert_allclose(
        probe().fit(more, y).predict_proba(more), plain, atol=1e-3, rtol=0
    )
    nothing = probe().fit(more[:, -3:], y).predict_proba(more[:, -3:])
    np.testing.assert_allclose(nothing[0], np.bincount(y) / len(y), atol=1e-3)


def test_more_features_than_rows(rng):
    x, y = classes(rng, n=60, d=200)
    expected = reference(0.01).fit(x, y).predict_proba(x)
    found = probe(C=0.01).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(found, expected, atol=1e-3, rtol=0)


def test_the_sample_that_gives_the_coordinates_does_not_move_the_minimum(rng, monkeypatch):
    monkeypatch.setattr(linear_probe, "_SAMPLE", 50)
    x, y = classes(rng, n=600)
    first, again, other = (probe(random_state=s).fit(x, y) for s in (0, 0, 1))
    np.testing.assert_array_equal(first.coef_, again.coef_)
    assert not np.array_equal(first.coef_, other.coef_)
    monkeypatch.setattr(linear_probe, "_MOST_COLUMNS", 1)
    plain = probe().fit(x, y)
    for found in (other, plain):
        np.testing.assert_allclose(
            found.predict_proba(x), first.predict_proba(x), atol=1e-3, rtol=0
        )


def test_coordinates_save_iterations(rng):
    y = rng.integers(5, size=2000)
    x = 0.2 * rng.standard_normal((5, 60))[y] + rng.standard_normal((2000, 60))
    turned, _ = np.linalg.qr(rng.standard_normal((60, 60)))
    x = x / (1 + np.arange(60)) @ turned  # as embeddings have it
    n_iter = reference().fit(x, y)[-1].n_iter_[0]
    assert probe().fit(x, y).n_iter_ < 0.2 * n_iter


@pytest.mark.parametrize("kept", [False, True])
def test_batches_are_of_no_consequence(rng, monkeypatch, kept):
    x, y = classes(rng)
    whole = probe().fit(x, y).predict_proba(x)
    monkeypatch.setitem(centred_rows._BATCH, "cpu", 7 * x.shape[1])
    monkeypatch.setattr(centred_rows.CentredRows, "_fits", lambda _: kept)
    np.testing.assert_allclose(probe().fit(x, y).predict_proba(x), whole, atol=1e-3, rtol=0)


def test_memory_maps_are_read_batch_by_batch(rng, tmp_path):
    x, y = classes(rng, n=40_000, d=64)
    np.save(tmp_path / "x.npy", x.astype(np.float32))
    rows = np.load(tmp_path / "x.npy", mmap_mode="r")
    tracemalloc.start()
    try:
        found = probe(max_iter=500, tol=1e-3).fit(rows, y)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < rows.nbytes + 2 * y.nbytes  # 10 MB, with a batch in two precisions
    expected = probe(tol=1e-3).fit(x, y).predict_proba(x[:100])
    np.testing.assert_allclose(found.predict_proba(rows[:100]), expected, atol=0.02)


def test_labels_may_be_words(rng):
    x, y = classes(rng, k=3)
    words = np.array(["cat", "bird", "dog"])[y]
    found = probe().fit(x, words)
    assert found.classes_.tolist() == ["bird", "cat", "dog"]
    assert set(found.predict(x)) <= {"bird", "cat", "dog"}
    columns = probe().fit(x, y).predict_proba(x)[:, [1, 0, 2]]
    np.testing.assert_allclose(found.predict_proba(x), columns, atol=1e-3)


def test_it_is_cloned_pickled_and_cross_fitted(rng):
    x, y = classes(rng)
    found = probe(C=0.3).fit(x, y)
    copy = clone(found)
    assert copy.get_params() == found.get_params()
    assert not hasattr(copy, "coef_")
    read = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(read.predict_proba(x), found.predict_proba(x))
    held_out = cross_val_predict(probe(C=0.3), x, y, method="predict_proba")
    assert held_out.shape == (len(x), 4)


def test_too_few_iterations_are_told(rng):
    x, y = classes(rng)
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        found = probe(max_iter=2).fit(x, y)
    assert found.n_iter_ == 2


@pytest.mark.parametrize(
    ("options", "fit", "message"),
    [
        ({"C": 0}, {}, "C: expected a positive number, got 0"),
        ({"tol": -1.0}, {}, "tol: expected a positive"),
        ({"device": "gpu"}, {}, "device: expected 'auto'"),
        ({"device": None}, {}, "device: expected 'auto'"),
        ({}, {"y": np.zeros(400)}, "y: expected at least two classes of rows that count, got"),
        ({}, {"y": np.linspace(0, 1, 400)}, "Unknown label type"),
        ({}, {"sample_weight": -np.ones(400)}, "sample_weight: expected no negative"),
        ({}, {"sample_weight": np.zeros(400)}, "(?i)sample.weight|classes"),
    ],
)
def test_refusals_name_the_argument(rng, options, fit, message):
    x, y = classes(rng)
    with pytest.raises(ValueError, match=message):
        probe(**options).fit(**({"X": x, "y": y} | fit))


@pytest.mark.skipif(torch.cuda.is_available(), reason="for where there is none")
def test_a_device_that_is_not_there_is_refused(rng):
    with pytest.raises(ValueError, match="there is no CUDA device"):
        probe(device="cuda").fit(*classes(rng))
    assert probe(device="auto").fit(*classes(rng)).n_iter_ > 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_cuda_device_finds_the_same(rng):
    x, y = classes(rng, n=5000)
    on_host = probe().fit(x, y).predict_proba(x)
    on_device = probe(device="cuda").fit(x, y).predict_proba(x)
    np.testing.assert_allclose(on_device, on_host, atol=1e-3, rtol=0)


@parametrize_with_checks(
    [LinearProbe(device="cpu")],
    expected_failed_checks=lambda _: {
        "check_sample_weight_equivalence_on_dense_data": "equal to 1e-3, not to 1e-7",
    },
)
def test_it_is_a_scikit_learn_classifier(estimator, check):
    check(estimator)
