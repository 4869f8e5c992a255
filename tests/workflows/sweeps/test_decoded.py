# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Profiles, noise and ablations by classifiers."""

from __future__ import annotations

import dataclasses
import json
import warnings

import numpy as np
import pytest
from sklearn.base import clone

import fourfold as ff
from tests.support.refusals import assert_refused

pytestmark = pytest.mark.usefixtures("plt")

OF_TABLES = {"low", "high", "plug_in", "bias", "samples_per_cell", "undersampled",
             "contribution_intervals"}  # fmt: skip


def sources(rows=200, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=rows)
    x1, x2 = (
        1.5 * (2 * y[:, None] - 1) * [1, 0] + rng.standard_normal((rows, 2)) for _ in "ab"
    )
    return x1, x2, y


@pytest.fixture(scope="module", name="profile")
def _profile():
    x1, x2, y = sources()
    layers = {"seen": x1, "lost": np.random.default_rng(1).standard_normal(x1.shape)}
    return ff.layer_profile(layers, x2, y)


def test_layers_are_those_of_the_classifiers_with_the_same_seed(profile):
    x1, x2, y = sources()
    for k, seed in enumerate(profile.seeds):
        expected = ff.ClassifierPID("fast", random_state=seed).fit(x1, x2, y).result_
        assert profile.results[0][k].atoms == expected.atoms
    assert len(profile.seeds) == 2
    np.testing.assert_array_equal(profile.atoms, profile.by_seed.mean(1).T)
    assert profile.atoms.redundancy[0] > 0.2 > abs(profile.atoms.redundancy[1])
    for names in OF_TABLES:
        assert getattr(profile, names) is None


def test_errors_informations_and_bounds_are_those_of_the_seeds(profile):
    found = profile.decoded
    for k, fits in enumerate(profile.results):
        held = np.mean([fit.information.held_out for fit in fits], 0)
        np.testing.assert_allclose([value[k] for value in found.held_out], held)
        bounds = np.array([fit.outer_bounds for fit in fits])
        assert found.outer_bounds.redundancy[k] == bounds[:, 0].min()
        assert found.outer_bounds.synergy[k] == bounds[:, 3].max()
        errors = np.array([fit.standard_error for fit in fits])
        here = np.array([error[k] for error in found.standard_error])
        assert np.all(here <= errors.max(0) + 1e-12)
    assert found.outer_bounds.confidence_level == 0.95


def test_a_profile_says_what_it_is_of(profile):
    text = repr(profile)
    assert text.startswith(
        "LayerProfile in bits, decoded by classifiers (fast), mean over 2 seeds"
    )
    assert "+-" in text
    assert "R >=" in text
    assert "interval" not in text.replace("no interval", "")
    assert "per cell" not in text
    assert "bias" not in text
    record = profile.to_dict()
    assert json.loads(json.dumps(record)) == record
    assert record["estimator"] == "decoded by classifiers (fast)"
    assert not OF_TABLES & set(record)
    assert record["decoded"]["held_out"]["mi1"] == profile.decoded.held_out.mi1.tolist()
    page = profile.to_html()
    assert "decoded by classifiers (fast)" in page
    assert "per cell" not in page
    assert "decoded by classifiers (fast)" in profile.plot().get_title("left")
    assert profile.plot(what="contributions").get_ylabel() == "Share of U1 + U2"


def test_an_atom_held_at_zero_has_no_error(profile):
    zero = np.zeros(2)
    errors = profile.decoded.standard_error._replace(unique1=zero)
    held = dataclasses.replace(
        profile,
        atoms=profile.atoms._replace(unique1=zero),
        decoded=profile.decoded._replace(standard_error=errors),
    )
    text = repr(held)
    assert "+- 0.000" not in text
    seen = text.splitlines()[2].split()
    assert seen[4:6] == ["0.000", f"{held.atoms.unique2[0]:.3f}"]


def test_layers_are_compared_row_by_row(profile):
    found = profile.compare("seen", "lost")
    assert found.decoded
    assert found.pvalue.redundancy < 0.01
    assert found.low.redundancy > 0
    assert profile.compare("seen", "seen").pvalue == (1, 1, 1, 1)


def test_tokens_of_a_row_are_one_group():
    fast = ff.ClassifierPID("fast", cv=3)
    x1, x2, y = sources(80)
    rng = np.random.default_rng(3)
    tokens = [x[:, None] + 0.1 * rng.standard_normal((80, 3, 2)) for x in (x1, x2)]
    profile = ff.layer_profile(
        {"frames": tokens[0]}, tokens[1], y, paired_tokens=True, n_seeds=1, estimator=fast
    )
    ((fit,),) = profile.results
    np.testing.assert_array_equal(fit.row_groups, np.repeat(np.arange(80), 3))
    expected = (
        clone(fast)
        .set_params(random_state=profile.seeds[0])
        .fit(*(x.reshape(240, 2) for x in tokens), np.repeat(y, 3), groups=fit.row_groups)
    )
    assert fit.atoms == expected.result_.atoms
    once = ff.layer_profile({"frames": x1}, x2, y, n_seeds=1, estimator=fast)
    error = profile.decoded.standard_error.redundancy
    assert error > 0.6 * once.decoded.standard_error.redundancy  # and not 1 / sqrt(3) = 0.58


def test_noise_is_the_only_difference_of_levels():
    x1, x2, y = sources()
    fast = ff.ClassifierPID("fast", cv=2)
    sweep = ff.noise_sweep(x1, x2, y, (0, 0, 9), n_seeds=1, estimator=fast)
    assert sweep.results[0][0].atoms == sweep.results[1][0].atoms
    assert sweep.atoms.redundancy[2] < 0.3 * sweep.atoms.redundancy[0]
    assert sweep.n_clusters is None
    assert repr(sweep).startswith(
        "NoiseSweep in bits, decoded by classifiers (fast), one seed;"
    )
    assert "decoded" in sweep.plot().get_title("left")


def test_data_sets_of_one_column_and_of_probabilities():
    x1, x2, y = sources()
    soft = 0.8 * np.eye(2)[y] + 0.1
    profile = ff.dataset_profile(
        {"columns": (x1[:, :1], x2[:, :1], y), "soft": (x1, x2, soft)},
        n_seeds=1, estimator=ff.ClassifierPID("fast", cv=2),
    )  # fmt: skip
    assert profile.atoms.redundancy[0] > 0.2
    assert 0 < profile.atoms.redundancy[1] < 0.531  # 1 - H(.1)
    assert "decoded" in profile.plot().get_title("left")
    assert ff.agreement(profile, profile)["soft"] > 0


def test_an_instance_is_fitted_and_left_as_it_is():
    x1, x2, y = sources()
    given = ff.ClassifierPID("logistic", cv=3, confidence_level=0.9)
    profile = ff.layer_profile({"a": x1}, x2, y, estimator=given, n_seeds=1)
    assert not hasattr(given, "result_")
    assert profile.estimator == "decoded by classifiers (logistic)"
    assert profile.confidence_level == 0.9
    assert profile.decoded.outer_bounds.confidence_level == 0.9
    kmeans = ff.layer_profile({"a": x1}, x2, y, estimator=ff.PIDEstimator(3), n_seeds=1)
    assert (kmeans.estimator, kmeans.decoded) == ("of 3 clusters", None)


def test_refusals_name_the_layer():
    x1, x2, y = sources()
    rare = np.where(np.arange(200) < 2, 2, y)
    assert_refused(
        lambda: ff.layer_profile({"a": x1}, x2, rare),
        ValueError,
        "^layer 'a': y: class .*2.* has 2 rows, fewer than the cv=5 folds",
    )


def test_warnings_of_many_fits_are_one():
    x1, x2, y = sources()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ff.layer_profile({"a": x1, "b": x1}, x2, y, tol=1e-13, max_iter=1, n_seeds=1)
    kinds = [warning.category for warning in caught]
    assert len(kinds) == len(set(kinds))


def test_ablations_decode_the_answers():
    x1, x2, y = sources()

    def model(one, two):  # noqa: ARG001
        return (one[:, 0] > 0).astype(int)

    cases = {"sees": (model, x1, x2, y), "sleeps": (lambda one, _: [1] * len(one), x1, x2, y)}
    report = ff.ablation_report(cases, n_seeds=1, interventions=["remove"])
    held = report.decoded.held_out.mi1
    assert held[0] > 0.5
    assert held[1] == 0
    assert [atom[1] for atom in report.atoms] == [0, 0, 0, 0]
    assert report.atoms.unique2[0] < 0.05
    assert repr(report).startswith(
        "AblationReport: atoms of the decision in bits, decoded by classifiers (fast), one seed"
    )
    assert "decoded by classifiers (fast)" in report.to_html()


def test_rare_answers_count_as_one():
    x1, x2, y = sources()
    answers = np.where(np.arange(200) < 3, 2, y)
    truth = np.where(np.arange(200) == 199, 2, y)
    report = ff.ablation_report(
        (lambda one, _: answers[: len(one)], x1, x2, truth), n_seeds=1, interventions=["remove"]
    )
    assert report.results[0][0].n_samples == 200
