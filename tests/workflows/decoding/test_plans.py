# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which estimator a workflow fits, and what it says of options that this one has not."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.decoding.plans import planned
from tests.support.refusals import assert_refused

NOTHING = dict.fromkeys(("n_clusters", "bias_correction", "n_resamples", "confidence_level"))


def plan(estimator="classifier", clustering=None, n_seeds=None, **given):
    return planned(
        "layer_profile",
        estimator,
        clustering or {},
        n_seeds=n_seeds,
        cluster_seeds=3,
        **NOTHING | given,
    )


def test_classifiers_are_the_fast_ones():
    found = plan(clustering={"tol": 1e-3}, confidence_level=0.9)
    assert found.decodes
    assert found.estimator.classifier == "fast"
    assert (found.estimator.tol, found.estimator.confidence_level) == (1e-3, 0.9)
    assert (found.n_seeds, found.confidence_level) == (2, 0.9)
    assert found.words == "decoded by classifiers (fast)"


def test_clusters_are_corrected_and_have_intervals():
    found = plan("kmeans", {"n_init": 2})
    assert not found.decodes
    assert (
        found.estimator.get_params()
        == ff.PIDEstimator(
            8, bias_correction="auto", n_resamples=None, confidence_level=0.95, n_init=2
        ).get_params()
    )
    assert (found.n_seeds, found.words) == (3, "of 8 clusters")
    assert plan("kmeans", n_clusters=(3, 4)).words == "of 3 x 4 clusters"


@pytest.mark.parametrize(
    "given", [ff.ClassifierPID("logistic", cv=3), ff.PIDEstimator(5, held_out=0.5)]
)
def test_instances_are_cloned(given):
    found = plan(given, n_seeds=7)
    assert found.estimator is not given
    assert found.estimator.get_params() == given.get_params()
    assert found.n_seeds == 7


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_clusters": 4}, ValueError, r"^n_clusters: an option of K-means.*estimator='kmeans'"),
        ({"n_resamples": 0}, ValueError, r"^n_resamples: an option of K-means"),
        ({"clustering": {"clusterer": "quantile"}}, ValueError, "^clusterer: an option of K-me"),
        ({"clustering": {"device": "cpu"}}, ValueError, "^device: an option of K-means"),
        ({"estimator": ff.PIDEstimator(), "n_clusters": 4}, ValueError,
         r"^n_clusters: an estimator was given; set it there, PIDEstimator\(\.\.\., n_clusters="),
        ({"estimator": ff.ClassifierPID(), "clustering": {"tol": 1e-3}}, ValueError,
         r"^tol: .* ClassifierPID\(\.\.\., tol=\.\.\.\)"),
        ({"estimator": "trees"}, ValueError, "^estimator: expected 'classifier', 'kmeans', or"),
        ({"estimator": ff.ClassifierPID}, TypeError, "^estimator: expected .*an instance of"),
        ({"estimator": None}, TypeError, "^estimator: expected .*got None"),
        ({"estimator": ff.ClassifierPID("best")}, ValueError, "^classifier: expected one of"),
        ({"clustering": {"tol": -1}}, ValueError, "^tol: "),
        ({"confidence_level": 2}, ValueError, "^confidence_level: "),
        ({"clustering": {"trees": 1}}, TypeError,
         r"^layer_profile\(\) got an unexpected keyword argument 'trees'"),
    ],
)  # fmt: skip
def test_options_that_an_estimator_has_not_are_refused(arguments, error, message):
    assert_refused(lambda: plan(**arguments), error, message)


def test_a_workflow_refuses_before_anything_is_fitted():
    x = np.zeros((4, 2))
    for call in (
        lambda **o: ff.layer_profile({"a": x}, x, [0, 1, 0, 1], **o),
        lambda **o: ff.dataset_profile({"a": (x, x, [0, 1, 0, 1])}, **o),
        lambda **o: ff.noise_sweep(x, x, [0, 1, 0, 1], **o),
        lambda **o: ff.ablation_report((None, x, x, [0, 1, 0, 1]), **o),
    ):
        assert_refused(
            lambda call=call: call(n_clusters=2), ValueError, "^n_clusters: an option"
        )
