# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers decode known atoms, find hidden synergy, and find nothing in noise."""

from __future__ import annotations

import itertools
import math
import time
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

import fourfold as ff
from fourfold.posteriors import cross_fitting
from fourfold.posteriors.features import (
    class_directions,
    features_of,
    interaction_directions,
)
from fourfold.posteriors.source_models import source_models

Data = tuple[np.ndarray, np.ndarray, np.ndarray]


def noisy(seed: int, rows: int = 1000, kind: str = "and", columns: int = 8) -> Data:
    """Two bits behind Gaussian noise of size 1 at distance 3, in rotated columns."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(2, size=(rows, 2))
    y = {"and": bits[:, 0] & bits[:, 1], "xor": bits[:, 0] ^ bits[:, 1]}[kind]
    sources = []
    for bit in bits.T:
        x = rng.standard_normal((rows, columns))
        x[:, 0] += 3 * bit - 1.5
        sources.append(x @ np.linalg.qr(rng.standard_normal((columns, columns)))[0])
    return sources[0], sources[1], y


@pytest.fixture(scope="module")
def fitted() -> tuple[ff.ClassifierPID, Data]:
    data = noisy(0)
    return ff.ClassifierPID("fast", random_state=0).fit(*data), data


#: R, U1, U2, S of AND and of XOR of such bits, from tables of their posteriors on a fine grid
#: (`fourfold.decompose_marginals`).
AND, XOR = (0.239, 0.0, 0.0, 0.346), (0.0, 0.0, 0.0, 0.586)


@pytest.mark.parametrize(("kind", "truth"), [("and", AND), ("xor", XOR)])
@pytest.mark.parametrize("classifier", ["fast", "logistic"])
def test_known_atoms_are_decoded(kind: str, truth: tuple[float, ...], classifier: str) -> None:
    x1, x2, y = noisy(11, 2000, kind)
    found = ff.ClassifierPID(classifier, random_state=0).fit(x1, x2, y).result_
    assert np.abs(np.subtract(found.atoms, truth)).sum() < 0.22
    assert np.abs(np.subtract(found.readings["cross_fitted"], truth)).sum() < 0.22
    bounds = found.outer_bounds
    assert bounds.redundancy <= truth[0]
    assert all(np.less_equal(truth[1:], bounds[1:4]))


def test_auto_decodes_more_than_fast(fitted: tuple[ff.ClassifierPID, Data]) -> None:
    fast, data = fitted
    auto = ff.ClassifierPID(random_state=0).fit(*data).result_
    error = [np.abs(np.subtract(r.atoms, AND)).sum() for r in (auto, fast.result_)]
    assert error[0] < 0.15
    assert (
        auto.information.held_out.mi_joint > fast.result_.information.held_out.mi_joint - 0.01
    )


def test_noise_tells_nothing() -> None:
    rng = np.random.default_rng(2)
    noise = rng.standard_normal((2, 900, 20))
    fast = ff.ClassifierPID("fast", cv=3, random_state=0)
    found = fast.fit(*noise, rng.integers(6, size=900)).result_
    np.testing.assert_allclose(found.atoms, 0, atol=0.01)


def test_classes_that_are_alike_in_a_source_cost_nothing() -> None:
    """Sixteen classes of which each source tells four apart, behind a nuisance of size 12."""
    rng = np.random.default_rng(3)
    bits = rng.integers(2, size=(2000, 4))
    y = bits @ [1, 2, 4, 8]
    sources = []
    for seen in ([0, 1], [2, 3]):
        signal = 6 * bits[:, seen] - 3 + rng.standard_normal((2000, 2))
        rest = rng.standard_normal((2000, 30)) * np.append(12, np.ones(29))
        turn = np.linalg.qr(rng.standard_normal((32, 32)))[0]
        sources.append(np.hstack([signal, rest]) @ turn)
    found = ff.ClassifierPID("fast", random_state=0).fit(*sources, y).result_
    np.testing.assert_allclose(found.atoms, [0, 2, 2, 0], atol=0.1)


def test_same_seed_same_numbers_for_any_number_of_jobs() -> None:
    data = noisy(0, 200)
    one = ff.ClassifierPID("fast", cv=2, random_state=0).fit(*data)
    other = clone(one).set_params(n_jobs=2).fit(*data)
    assert other.result_.to_dict() == one.result_.to_dict()
    different = clone(one).set_params(random_state=1).fit(*data)
    assert different.result_.atoms != one.result_.atoms


def test_attributes(fitted: tuple[ff.ClassifierPID, Data]) -> None:
    estimator, (x1, x2, y) = fitted
    result = estimator.result_
    assert estimator.n_features_in_ == (8, 8)
    assert estimator.classes_.tolist() == [0, 1]
    for p in estimator.posteriors_:
        assert p.shape == (len(y), 2)
        np.testing.assert_allclose(p.sum(1), 1, atol=1e-12)
        np.testing.assert_allclose(p.mean(0), np.bincount(y) / len(y), atol=1e-12)
    again = ff.posterior_pid(*estimator.posteriors_[:2], y, estimator.posteriors_[2])
    np.testing.assert_allclose(again.atoms, result.atoms, atol=1e-3)
    assert set(result.chosen) == {"x1", "x2", "joint"}
    assert set(result.readings) == {"soft", "cross_fitted", "shrunk"}
    assert len(x1) == len(x2) == result.n_samples


def test_shrinking_moves_information_between_the_unique_atoms_only(
    fitted: tuple[ff.ClassifierPID, Data],
) -> None:
    result = fitted[0].result_
    soft, shrunk = result.readings["soft"], result.readings["shrunk"]
    assert abs(shrunk.unique1 - shrunk.unique2) <= abs(soft.unique1 - soft.unique2) + 1e-12
    assert sum(shrunk) == pytest.approx(sum(soft), abs=1e-12)


def test_learning_gap_compares_with_half_of_the_rows() -> None:
    x1, x2, y = noisy(4, 600)
    found = ff.ClassifierPID("fast", learning_gap=True, random_state=0).fit(x1, x2, y).result_
    assert found.learning_gap is not None
    assert found.learning_gap.mi_joint > 0
    assert set(found.readings) == {"soft", "cross_fitted", "shrunk", "extrapolated"}
    assert sum(found.readings["extrapolated"]) >= found.mi_joint - 1e-9


# -- rows that are not independent -----------------------------------------------------


def repeated_noise() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    origin = np.tile(np.arange(250), 4)
    noise = rng.standard_normal((2, 250, 10))
    return noise[0][origin], noise[1][origin], rng.integers(2, size=250)[origin], origin


def test_bounds_are_withheld_where_rows_repeat_between_folds() -> None:
    x1, x2, y, origin = repeated_noise()
    with pytest.warns(
        ff.DuplicateRowsWarning, match="of 1000 rows of X1 equal another row"
    ) as warned:
        found = ff.ClassifierPID("fast", cv=2, random_state=0).fit(x1, x2, y).result_
    assert warned[0].filename == __file__
    assert all(map(math.isnan, found.outer_bounds[:4]))
    assert found.redundancy > 0.5  # as it is noise, all of it leaked
    assert "between the folds" in repr(found)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fast = ff.ClassifierPID("fast", cv=2, random_state=0)
        found = fast.fit(x1, x2, y, groups=origin).result_
    assert found.redundancy < 0.02
    assert found.outer_bounds.redundancy == 0


# -- targets, weights, classifiers -----------------------------------------------------


def test_names_of_classes_and_one_hot_rows() -> None:
    x1, x2, y = noisy(6, 400)
    targets = y, np.array(["no", "yes"])[y], np.eye(3)[2 * y]
    numbers, words, one_hot = (
        ff.ClassifierPID("fast", cv=2, random_state=0).fit(x1, x2, target) for target in targets
    )
    assert words.classes_.tolist() == ["no", "yes"]
    assert one_hot.classes_.tolist() == [0, 2]
    assert words.result_.atoms == numbers.result_.atoms == one_hot.result_.atoms


def test_soft_targets() -> None:
    x1, x2, y = noisy(7, 800)
    soft = np.where(y[:, None] == [0, 1], 0.9, 0.1)
    found = ff.ClassifierPID("fast", cv=2, random_state=0).fit(x1, x2, soft)
    hard = ff.ClassifierPID("fast", cv=2, random_state=0).fit(x1, x2, y).result_
    assert found.result_.entropy == pytest.approx(-soft.mean(0) @ np.log2(soft.mean(0)))
    # a soft target knows less: 1 - h(.1) bits of a sure one
    assert 0.2 * hard.mi_joint < found.result_.mi_joint < 0.6 * hard.mi_joint


def test_weights_make_one_population_of_another() -> None:
    x1, x2, y = noisy(8, 1500)
    weights = np.where(y == 1, 3.0, 1.0)
    fast = ff.ClassifierPID("fast", cv=2, random_state=0)
    found = fast.fit(x1, x2, y, sample_weight=weights)
    share = weights[y == 1].sum() / weights.sum()
    h = -share * np.log2(share) - (1 - share) * np.log2(1 - share)
    assert found.result_.entropy == pytest.approx(h)
    assert not any("nearest" in name for name in found.result_.chosen["x1"])


@pytest.mark.parametrize(
    "classifier",
    [
        LogisticRegression(),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
)
def test_any_classifier_with_probabilities(classifier: Any) -> None:
    x1, x2, y = noisy(9, 800, "xor")
    found = ff.ClassifierPID(classifier, cv=3, random_state=0).fit(x1, x2, y).result_
    assert found.synergy > 0.4  # by the interaction direction, which such a model has not
    assert type(classifier).__name__ in found.chosen["x1"]
    assert not hasattr(classifier, "classes_")


class _OneAfterAnother(DummyClassifier):  # type: ignore[misc]
    """Of two fits at a time the one that began first ends first."""

    begun = itertools.count()

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        time.sleep(0.05 if next(self.begun) % 2 else 0.02)
        return super().fit(X, y, sample_weight)


def test_fits_at_a_time_leave_the_filters_of_warnings_alone() -> None:
    before = list(warnings.filters)
    classifier = _OneAfterAnother(strategy="prior")
    ff.ClassifierPID(classifier, n_jobs=4, random_state=0).fit(*noisy(15, 100))
    assert warnings.filters == before


def test_of_many_rows_some_choose_the_penalty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_fitting, "MANY_ROWS", 200)
    tried = []

    def recording(*given: Any) -> Any:
        tried.append(given[2])
        return source_models(*given)

    monkeypatch.setattr(cross_fitting, "source_models", recording)
    ff.ClassifierPID(DummyClassifier(), random_state=0).fit(*noisy(17, 300))
    assert [len(strengths) for strengths in tried] == [1, 1]


def test_a_weak_classifier_makes_no_synergy() -> None:
    """What both sources show alone must not come up as synergy because one model misses it."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(3), 200)
    x1, x2 = (2.0 * np.eye(5)[y] + rng.standard_normal((600, 5)) for _ in range(2))
    weak = ff.ClassifierPID(DummyClassifier(), cv=3, random_state=0).fit(x1, x2, y).result_
    fast = ff.ClassifierPID("fast", cv=3, random_state=0).fit(x1, x2, y).result_
    assert weak.synergy < fast.synergy + 0.05


class _Logits(DummyClassifier):  # type: ignore[misc]
    def predict_proba(self, X: Any) -> Any:
        return np.log(super().predict_proba(X))


def test_what_is_no_probability_is_refused() -> None:
    x1, x2, y = noisy(13, 100)
    with pytest.raises(ValueError, match="predict_proba of _Logits gave"):
        ff.ClassifierPID(_Logits(strategy="prior")).fit(x1, x2, y)


@pytest.mark.parametrize("size", [1e200, 1e-170])
def test_scale_does_not_matter(size: float) -> None:
    x1, x2, y = noisy(14, 300)
    one, other = (
        ff.ClassifierPID("fast", cv=2, random_state=0).fit(x, x2, y).result_
        for x in (x1, x1 * size)
    )
    np.testing.assert_allclose(one.atoms, other.atoms, atol=1e-3)


def test_sources_without_variance_or_of_one_column() -> None:
    x1, _, y = noisy(10, 400)
    auto, fast = (ff.ClassifierPID(name, cv=2, random_state=0) for name in ("auto", "fast"))
    found = auto.fit(x1, np.ones((400, 1)), y).result_
    assert found.mi2 == pytest.approx(0, abs=1e-3)
    assert found.unique1 == pytest.approx(found.mi1, abs=2e-3)
    single = x1.astype(np.float32)
    near = fast.fit(single, single[:, :1], y).result_
    assert near.n_samples == 400
    assert near.unique2 < 0.02 < near.mi2  # X2 is a column of X1


def test_what_is_refused_is_named() -> None:
    x1, x2, y = noisy(11, 60)
    fit = ff.ClassifierPID("fast", random_state=0).fit
    with pytest.raises(ValueError, match="X1 has 60, X2 has 59"):
        fit(x1, x2[1:], y)
    rare = y.copy()
    rare[:3] = 7
    with pytest.raises(ValueError, match="class '7' has 3 rows, fewer than the cv=5 folds"):
        fit(x1, x2, rare)
    with pytest.raises(ValueError, match=r"class .* target_bins=16 .* fourfold.gaussian_pid"):
        fit(x1, x2, np.arange(60) // 2)  # counts, prices: numbers that are no labels
    with pytest.raises(ValueError, match="y: all rows have one class"):
        fit(x1, x2, np.zeros(60, int))
    with pytest.raises(
        ValueError, match="groups: expected at least cv=5 different groups, got 2"
    ):
        fit(x1, x2, y, groups=np.arange(60) % 2)
    kinds = np.array([1, "1", 2, "2"] * 15, dtype=object)
    with pytest.raises(ValueError, match="groups: labels must be of one kind"):
        fit(x1, x2, y, groups=kinds)
    with pytest.raises(TypeError, match="learning_gap: expected True or False"):
        ff.ClassifierPID("fast", learning_gap="yes").fit(x1, x2, y)
    with pytest.raises(ValueError, match="classifier: expected one of 'auto', 'fast'"):
        ff.ClassifierPID("forest").fit(x1, x2, y)
    with pytest.raises(TypeError, match="LinearSVC gives no probabilities"):
        ff.ClassifierPID(LinearSVC()).fit(x1, x2, y)
    with pytest.raises(TypeError, match="an instance of a classifier"):
        ff.ClassifierPID(LogisticRegression).fit(x1, x2, y)
    with pytest.raises(ValueError, match="all rows of class '1' are in one group"):
        fit(x1, x2, y, groups=np.where(y == 1, 0, np.arange(60)))
    with pytest.raises(TypeError, match="classifier KNeighborsClassifier takes no weights"):
        ff.ClassifierPID(KNeighborsClassifier()).fit(x1, x2, y, sample_weight=y + 1)
    with pytest.raises(TypeError, match="n_jobs"):
        ff.ClassifierPID("fast", n_jobs="2").fit(x1, x2, y)
    with pytest.raises(ValueError, match="random_state: expected an int"):
        ff.ClassifierPID("fast", random_state=-1).fit(x1, x2, y)


def test_classes_of_soft_targets_are_named_as_their_columns() -> None:
    x1, x2, _ = noisy(16, 60)
    with pytest.raises(
        ValueError, match="y: without one of the folds all labels are of class '1'"
    ):
        ff.ClassifierPID("fast", random_state=0).fit(
            x1, x2, np.tile([0.0, 0.999, 0.001], (60, 1))
        )
    groups = np.arange(60) // 6
    likeliest = np.where(groups == 3, 1, np.where(np.arange(60) % 2, 2, 3))
    soft = 0.8 * np.eye(4)[likeliest] + [0.2, 0, 0, 0]
    with pytest.raises(ValueError, match="all rows of class '1' are in one group"):
        ff.ClassifierPID("fast", random_state=0).fit(x1, x2, soft, groups=groups)


# -- features --------------------------------------------------------------------------


def test_interaction_directions_find_what_neither_source_shows() -> None:
    x1, x2, y = noisy(12, 4000, "xor", columns=20)
    a, b = (features_of(x, 0).whitened for x in (x1, x2))
    u, v = interaction_directions(a, b, y, np.ones(4000), 1)
    product = (a @ u[:, 0]) * (b @ v[:, 0])
    assert abs(np.corrcoef(product, y)[0, 1]) > 0.6
    assert abs(np.corrcoef(a @ u[:, 0], y)[0, 1]) < 0.1


def test_class_directions_span_the_differences_of_the_classes() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(4, size=4000)
    a = rng.standard_normal((4000, 10))
    a[:, 3] += 2.0 * (y % 2)
    a[:, 7] += 2.0 * (y // 2)
    directions = class_directions(a, y, np.ones(4000))
    assert directions.shape == (10, 3)
    assert np.linalg.norm(directions[[3, 7], :2], axis=0).min() > 0.97
