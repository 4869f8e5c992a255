# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings given labels, or a third embedding."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fourfold as ff
from fourfold.posteriors.readings import atom_terms
from tests.support.refusals import assert_refused

#: As the default, of fewer folds, where what is said does not need so many.
FAST = ff.ClassifierPID("fast", cv=3, random_state=0)


@pytest.fixture(scope="module", name="data")
def _data():
    """What is asked for, bit 1 or 2 or their parity, is the third variable."""
    rng = np.random.default_rng(0)
    bits, asked = rng.integers(2, size=(600, 2)), rng.integers(3, size=600)
    first, second = bits.T
    y = np.select([asked == 0, asked == 1], [first, second], first ^ second)
    x1, x2 = (
        3.0 * (2 * bits[:, [k]] - 1) * [1, 0] + rng.standard_normal((600, 2)) for k in (0, 1)
    )
    return x1, x2, y, asked


@pytest.fixture(scope="module", name="found")
def _found(data):
    *columns, asked = data
    return ff.conditional_pid(*columns, given=asked, estimator=FAST)


def test_each_stratum_is_decoded_by_its_own_classifiers(found):
    u1, u2, synergy = ([part.atoms[k] for part in found.by_stratum] for k in (1, 2, 3))
    assert u1[0] > 0.85
    assert u2[1] > 0.85
    assert synergy[2] > 0.85
    np.testing.assert_allclose(found.result.atoms, [0, 1 / 3, 1 / 3, 1 / 3], atol=0.07)


def test_the_mean_is_of_the_strata(found):
    parts, weights, result = found.by_stratum, found.weights, found.result
    for of in (
        lambda part: part.atoms,
        lambda part: part.readings["shrunk"],
        lambda part: part.information.held_out,
        lambda part: part.merging_loss,
        lambda part: (part.gap, part.entropy),
    ):
        np.testing.assert_allclose(
            of(result), weights @ [of(part) for part in parts], atol=1e-12
        )
    error = atom_terms(result.row_terms).std(0, ddof=1) / np.sqrt(600)
    np.testing.assert_allclose(result.standard_error, error)
    held = result.information.held_out
    bounds = result.outer_bounds
    assert bounds.synergy > result.entropy - held.union_information
    assert bounds.unique1 > result.entropy - held.mi2
    assert result.states1.max() + 1 == sum(part.states1.max() + 1 for part in parts)


def test_a_result_is_said_and_written(found):
    text = repr(found)
    assert "decodable by these classifiers" in text
    for name in ("I(X1; Y|T)", "I(X1, X2; Y|T)", "H(Y|T)"):
        assert name in text
    assert "Y)" not in text.partition("stratum")[0]
    record = found.to_dict()
    assert json.loads(json.dumps(record)) == record
    assert "decoded by classifiers" in found.table().caption


def test_a_third_embedding_is_known_by_its_cluster(data, found):
    x1, x2, y, asked = data
    question = 9.0 * np.eye(3)[asked] + np.random.default_rng(1).standard_normal((600, 3))
    of_embedding = ff.conditional_pid(
        x1, x2, y, given=question, n_strata=3, estimator=FAST, probe=False
    )
    order = [int(np.bincount(asked[question.argmax(1) == k]).argmax()) for k in range(3)]
    assert sorted(order) == [0, 1, 2]
    assert sorted(part.n_samples for part in of_embedding.by_stratum) == sorted(
        part.n_samples for part in found.by_stratum
    )
    np.testing.assert_allclose(of_embedding.result.atoms, found.result.atoms, atol=0.03)


def test_clusters_are_the_table_of_their_labels(data):
    x1, x2, y, asked = data
    found = ff.conditional_pid(x1, x2, y, given=asked, estimator=ff.PIDEstimator(4, n_init=1))
    assert not isinstance(found.result, ff.PosteriorPID)
    assert "PID of 4 x 4 clusters" in repr(found)
    assert all("clusters, in bits" in repr(part) for part in found.by_stratum)
    assert "the clusters of a and b tell" in found.to_html(source_names=("a", "b"))
    assert found.result.mi_joint > 0.5
    one = ff.conditional_pid(
        x1[:, :1], x2[:, :1], y, given=asked, estimator="kmeans", bias_correction="auto"
    )
    assert one.result.bias_correction == "chao"


def test_small_strata_are_pooled_and_rare_classes_are_one(data):
    x1, x2, y, asked = data
    asked = np.where(np.arange(600) < 40, 7, asked)
    asked = np.where(np.arange(600) < 20, 8, asked)
    y = np.where(np.arange(600) == 599, 5, y)
    with pytest.warns(ff.UndersampledWarning, match=r"^2 of 5 strata of `given` have few rows"):
        found = ff.conditional_pid(x1, x2, y, given=asked, estimator=FAST)
    assert found.strata == ("0", "1", "2", "pooled")
    assert found.pooled == ("7", "8")
    assert found.by_stratum[3].n_samples == 40


def test_a_stratum_of_one_class_tells_nothing(data):
    x1, x2, y, asked = data
    found = ff.conditional_pid(x1, x2, np.where(asked == 1, 0, y), given=asked, estimator=FAST)
    assert found.by_stratum[1].atoms == (0, 0, 0, 0)
    assert found.by_stratum[0].unique1 > 0.85


def test_bounds_of_probabilities_know_what_no_source_can_tell(data):
    """That the rows are unsure themselves, as of a single stratum."""
    x1, x2, y, _ = data
    soft = 0.6 * np.eye(2)[y] + 0.2
    alone = ff.conditional_pid(x1, x2, soft, given=np.zeros(600, dtype=int), estimator=FAST)
    np.testing.assert_allclose(
        alone.result.outer_bounds, alone.by_stratum[0].outer_bounds, atol=1e-9
    )


def test_tolerance_is_left_to_the_classifiers():
    """Many prototypes are solved to 1e-3, as their last digits take minutes."""
    rng = np.random.default_rng(1)
    y = rng.integers(8, size=300)
    x1, x2 = (
        0.5 * rng.standard_normal((8, 8))[y] + rng.standard_normal((300, 8)) for _ in "12"
    )
    given = np.arange(300) % 2
    usual = ff.conditional_pid(x1, x2, y, given=given).result
    closer = ff.conditional_pid(x1, x2, y, given=given, tol=1e-4).result
    assert closer.gap <= 1e-4 < usual.gap <= 1e-3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"bias_correction": "chao"}, ValueError, "^bias_correction: an option of tables, but"),
        ({"n_resamples": 100}, ValueError, "^n_resamples: an option of tables, but"),
        ({"dtype": "float32"}, ValueError, "^dtype: an option of tables.*estimator='kmeans'"),
        ({"estimator": "trees"}, ValueError, "^estimator: expected 'classifier', 'kmeans', or"),
        ({"given": np.arange(600)}, ValueError, "^given: none of its 600 values has 100 rows"),
        ({"given": np.eye(600)[:, :2], "n_strata": 601}, ValueError, "^n_strata: 601 clusters"),
        ({"given": [0, 1]}, ValueError, "^number of rows differ|given"),
        ({"estimator": ff.ClassifierPID(cv=1)}, ValueError, "^stratum '0': cv: expected"),
        (
            {"estimator": ff.PIDEstimator(2, sources=([0], [1]))},
            ValueError,
            r"^estimator: has sources=.* but conditional_pid takes each source by itself",
        ),
        (
            {"estimator": ff.ClassifierPID(), "tol": 1e-6},
            ValueError,
            "^tol: an estimator was given",
        ),
    ],
)
def test_bad_arguments_are_named(data, arguments, error, message):
    x1, x2, y, asked = data
    call = {"given": asked} | arguments
    assert_refused(lambda: ff.conditional_pid(x1, x2, y, **call), error, message)
