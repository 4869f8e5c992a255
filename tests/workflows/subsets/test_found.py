# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Subsets of high synergy are found where they are, and none where there are none."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from tests.support.scene import embedded, scene, truths

pytestmark = pytest.mark.cpu_only

#: Classifiers of few folds, as each is fitted to many sets of rows.
LOGISTIC = ff.ClassifierPID("logistic", cv=2)


@pytest.fixture(scope="module", name="found")
def _found():
    *columns, by = scene(3000, 0)
    return ff.high_synergy_subsets(*columns, by=by, depth=2)


def test_fog_at_night_is_where_both_are_needed(found):
    assert found.subsets[0] == "weather=fog, night=True"
    assert found.high_ones[0]
    true = truths()["fog at night"].synergy
    assert found.low[0] < true < found.high[0]
    assert found.estimate[0] == pytest.approx(true, abs=0.08)
    assert found.low[0] > found.rest[0] + 0.2
    assert 0 < found.difference_low[0] < found.difference[0] < found.difference_high[0]


def test_glass_is_where_only_the_camera_sees():
    camera, lidar, y, by = scene(3000, 0)
    clear = by["weather"] != "fog"
    given = {"glass": by["glass"][clear]}
    columns = camera[clear], lidar[clear], y[clear]
    found = ff.high_synergy_subsets(*columns, by=given, atom="unique1")
    assert found.subsets == ("glass=True", "glass=False")
    assert found.high_ones.tolist() == [True, False]
    atoms = [truths()["glass"], truths()["else"]]
    for result, low, high, true in zip(
        found.results, found.low, found.high, atoms, strict=True
    ):
        np.testing.assert_allclose(result.atoms, true, atol=0.1)
        assert low <= true.unique1 <= high
    synergy = ff.high_synergy_subsets(*columns, by=given)
    assert synergy.subsets[0] == "glass=False"  # two noisy looks at one thing


def test_numbers_are_those_of_the_rows_of_the_subset(found):
    camera, lidar, y, by = scene(3000, 0)
    rows = found.rows("weather=fog, night=True")
    np.testing.assert_array_equal(rows, np.flatnonzero((by["weather"] == "fog") & by["night"]))
    assert found.n_rows[0] == len(rows)
    alone = ff.pid(camera[rows], lidar[rows], y[rows])
    assert found.estimate[0] == pytest.approx(alone.synergy, abs=2e-3)  # other halves are drawn
    assert found.whole.n_samples == 3000
    interval = found.results[0].confidence_interval
    assert interval.confidence_level == pytest.approx(1 - 0.05 / len(found.subsets))
    assert (found.low[0], found.high[0]) == (interval.low.synergy, interval.high.synergy)


def test_order_of_rows_and_of_columns_does_not_make_a_finding(found):
    *columns, by = scene(3000, 0)
    order = np.random.default_rng(1).permutation(3000)
    turned = {name: by[name][order] for name in reversed(by)}
    again = ff.high_synergy_subsets(*(column[order] for column in columns), by=turned, depth=2)
    assert again.subsets[0] == "night=True, weather=fog"
    assert again.estimate[0] == pytest.approx(found.estimate[0], abs=2e-3)


def test_nothing_is_found_where_nothing_differs():
    """At most .05 of 25 tables of parity: 5 or more have a chance of 0.7 %."""
    false = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        x1, x2 = rng.integers(2, size=(2, 600))
        y = x1 ^ x2 ^ (rng.random(600) < 0.15)
        sky = rng.choice(["clear", "rain", "fog"], 600, p=[0.5, 0.3, 0.2])
        by = {"night": rng.random(600) < 0.4, "sky": sky}
        found = ff.high_synergy_subsets(x1, x2, y, by=by, random_state=seed)
        false += found.high_ones.any()
    assert false < 5


def test_answers_of_a_model_are_taken_as_probabilities():
    camera, lidar, y, by = scene(2000, 3)
    answers = np.where(y[:, None] == [0, 1], 0.9, 0.1)
    found = ff.high_synergy_subsets(camera, lidar, answers, by=by, depth=2)
    assert found.subsets[0] == "weather=fog, night=True"
    assert found.high_ones[0]
    sure = ff.high_synergy_subsets(camera, lidar, y, by=by, depth=2)
    assert 0 < found.estimate[0] < sure.estimate[0]


@pytest.fixture(scope="module", name="decoded")
def _decoded():
    camera, lidar, y, by = scene(1000, 4)
    sources = embedded(camera, 0), embedded(lidar, 1)
    both = np.where((by["weather"] == "fog") & by["night"], "fog at night", "else")
    return ff.high_synergy_subsets(*sources, y, by={"scene": both}, least_rows=150)


def test_embeddings_are_decoded_within_each_subset(decoded):
    assert decoded.subsets == ("scene=fog at night", "scene=else")
    assert decoded.high_ones.tolist() == [True, False]
    true = truths()["fog at night"]
    np.testing.assert_allclose(decoded.results[0].readings["cross_fitted"], true, atol=0.12)
    assert decoded.low[0] < true.synergy < decoded.high[0]
    assert decoded.estimate[0] == decoded.results[0].readings["cross_fitted"].synergy


def test_clusters_of_embeddings_are_subsets():
    """What X2 tells depends on which cluster X1 is in, and so does whether both are needed."""
    rng = np.random.default_rng(5)
    place, first, second = rng.integers(2, size=(3, 500))
    x1 = np.c_[12.0 * place, 4.0 * first] + rng.standard_normal((500, 2))
    x2 = embedded(second, 6, 2)
    y = np.where(place, first ^ second, first)
    found = ff.high_synergy_subsets(x1, x2, y, n_clusters=2, estimator=LOGISTIC, least_rows=150)
    rows = found.rows(found.subsets[0])
    assert found.subsets[0].endswith("of x1")
    assert place[rows].mean() == 1.0
    assert found.high_ones[0]
    assert found.estimate[0] > 0.8
    assert {name.split()[-1] for name in found.subsets} == {"x1", "x2"}


def test_noise_in_half_of_the_digits_is_found():
    """Where the right half is noise the left one alone tells: its unique information is high."""
    x1, x2, y = ff.datasets.digits_halves()
    rng = np.random.default_rng(0)
    noisy = rng.random(len(y)) < 0.4
    x2 = np.where(noisy[:, None], rng.permuted(x2, axis=0), x2)
    few = y < 2  # so that classifiers take seconds
    options = {"atom": "unique1", "estimator": LOGISTIC, "least_rows": 100}
    found = ff.high_synergy_subsets(
        x1[few], x2[few], y[few], by={"noisy": noisy[few]}, **options
    )
    assert found.subsets[0] == "noisy=True"
    assert found.high_ones.tolist() == [True, False]
    assert found.estimate[0] > 0.5 > found.estimate[1]
