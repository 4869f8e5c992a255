# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""n_clusters="auto": the number of clusters that tells most about rows that were not counted."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.embeddings import chosen_clusters
from fourfold.embeddings.chosen_clusters import NUMBERS
from fourfold.report.text import table
from tests.support.marks import ignore_undersampled
from tests.support.mixture import Mixture
from tests.support.refusals import assert_refused

pytestmark = ignore_undersampled


@pytest.fixture(scope="module")
def mixture():
    return Mixture.drawn(0)


@pytest.fixture
def blobs(rng):
    """300 rows in six groups a side, of which the target is a function with noise."""
    one, two = rng.integers(6, size=(2, 300))
    places = 6 * rng.normal(size=(2, 6, 3))
    x1, x2 = (
        places[0][one] + rng.normal(size=(300, 3)),
        places[1][two] + rng.normal(size=(300, 3)),
    )
    return x1, x2, (one + two + (rng.random(300) < 0.1)) % 3


def fit(data, **options):
    return ff.PIDEstimator(**{"n_init": 2, "random_state": 0, "probe": False} | options).fit(
        *data
    )


def test_it_is_the_default_and_the_number_of_components_of_a_mixture(mixture):
    truth = np.array(ff.decompose(mixture.table).atoms)
    for seed in range(2):
        found = fit(mixture.rows(2000, seed), bias_correction="auto", n_resamples=0)
        assert found.n_clusters_ == (24, 24)
        assert np.linalg.norm(np.array(found.result_.atoms) - truth) < 0.15


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"clusterer": "minibatch"},
        {"held_out": 0.5, "n_components": 2, "preprocess": "l2"},
        {"random_state": 7, "preprocess": "none"},
    ],
    ids=str,
)
def test_the_result_is_that_of_the_chosen_number(blobs, options):
    found = fit(blobs, **options)
    told = found.held_out_information_
    assert [one for one, _ in told] == list(NUMBERS)
    assert found.n_clusters_ == max(told, key=told.__getitem__)
    asked = fit(blobs, n_clusters=found.n_clusters_, **options)
    assert asked.n_clusters_ == found.n_clusters_
    assert asked.held_out_information_ is None
    assert asked.result_.atoms == found.result_.atoms
    for name in ("labels1_", "labels2_", "counted_"):
        np.testing.assert_array_equal(getattr(asked, name), getattr(found, name))
    assert fit(blobs, **options).held_out_information_ == told


def test_it_is_what_a_sweep_recommends(mixture):
    data = mixture.rows(1000, 3)
    sweep = ff.cluster_sweep(*data, NUMBERS, n_seeds=1, n_init=1, n_resamples=0)
    found = fit(data, random_state=sweep.seeds[0])
    assert found.n_clusters_ == (sweep.recommended,) * 2
    np.testing.assert_allclose(
        [*found.held_out_information_.values()], sweep.held_out, atol=0.06
    )


def test_the_result_says_what_was_chosen(blobs):
    found = fit(blobs, probe=True)
    one, two = found.n_clusters_
    bits = found.held_out_information_[one, two]
    words = (
        f"n_clusters='auto' tried 9 numbers of clusters: {one} x {two} tell most about rows that "
        f"were not counted, {bits:.2f} bits"
    )
    assert found.result_.kept.chosen == words
    assert words in repr(found.result_)
    assert words in table(found.result_)
    plain = fit(blobs, n_clusters=6, probe=True)
    assert plain.result_.kept.chosen == ""
    assert "auto" not in repr(plain.result_)


def test_where_nothing_is_told_the_fewest_are_taken(rng):
    found = fit((*rng.normal(size=(2, 200, 3)), rng.integers(2, size=200)))
    assert max(found.held_out_information_.values()) < 0.02
    assert found.n_clusters_ == (4, 4)
    assert found.result_.kept.chosen == (
        "n_clusters='auto' tried 9 numbers of clusters, of which none tells anything about rows "
        "that were not counted"
    )


def test_no_more_clusters_than_rows_that_differ(rng):
    bit = rng.integers(2, size=(200, 1))
    many = 3.0 * rng.integers(9, size=(200, 1))
    y = bit[:, 0] ^ (many[:, 0].astype(int) % 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit((bit, many, y), bias_correction="auto")
    assert found.n_clusters_ == (2, 9)
    assert [*found.held_out_information_] == [(2, 4), (2, 6), (2, 8), (2, 9)]
    assert found.result_.synergy == pytest.approx(1, abs=0.05)


def test_bins_of_one_column(rng):
    x1, x2 = rng.lognormal(size=(2, 500, 1))
    y = np.searchsorted(np.quantile(x1, [0.25, 0.5, 0.75]), x1[:, 0])
    found = fit((x1, x2, y), clusterer="quantile")
    assert found.n_clusters_ == (4, 4)
    assert list(np.bincount(found.labels1_)) == [125] * 4
    ties = fit((np.round(x1), x2, y), clusterer="quantile")
    assert len(ties.held_out_information_) == 9


@pytest.mark.parametrize("target", ["labels", "words", "probabilities"])
def test_what_y_may_be(blobs, target):
    x1, x2, y = blobs
    given = {"labels": y, "words": np.array(list("abc"))[y], "probabilities": np.eye(3)[y]}
    assert fit((x1, x2, given[target])).held_out_information_ == pytest.approx(
        fit(blobs).held_out_information_
    )


def test_of_many_rows_some_are_fitted_and_all_counted(mixture, monkeypatch):
    data = mixture.rows(4000, 0)
    whole = fit(data, n_init=1)
    monkeypatch.setattr(chosen_clusters, "MOST_ROWS", 1000)
    part = fit(data, n_init=1)
    assert part.n_clusters_ == whole.n_clusters_ == (24, 24)
    assert part.held_out_information_ != whole.held_out_information_
    for pair, bits in part.held_out_information_.items():
        assert bits == pytest.approx(whole.held_out_information_[pair], abs=0.12)


def test_few_rows(rng):
    x1, x2 = rng.normal(size=(2, 12, 2))
    y = np.arange(12) % 2
    assert [*fit((x1[:4], x2[:4], y[:4])).held_out_information_] == [(4, 4)]
    assert [*fit((x1, x2, y), held_out=0.4).held_out_information_] == [(4, 4), (6, 6)]
    for rows, options, words in (
        (3, {}, "fit clusters to, got 3 "),
        (6, {"held_out": 0.5}, "fit clusters to, got 3 "),
        (8, {"held_out": 0.3}, "count, got 2 "),
    ):
        data = x1[:rows], x2[:rows], y[:rows]
        assert_refused(
            lambda data=data, options=options: fit(data, **options),
            ValueError,
            rf"^n_clusters: 'auto' .* at least 4 to {words}.*such as n_clusters=2",
        )


def test_other_words_are_refused(blobs):
    assert_refused(
        lambda: fit(blobs, n_clusters="best"),
        TypeError,
        "^n_clusters: expected 'auto', an integer or a pair of them, got 'best'",
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda x1, x2, y, **o: ff.layer_profile({"a": x1}, x2, y, **o),
        lambda x1, x2, y, **o: ff.dataset_profile({"a": (x1, x2, y)}, **o),
        ff.noise_sweep,
        lambda x1, x2, y, **o: ff.ablation_report((None, x1, x2, y), **o),
        lambda x1, x2, y, **o: ff.conditional_pid(x1, x2, y, given=y, **o),
    ],
)
def test_what_compares_fits_takes_a_number(blobs, call):
    message = r"^n_clusters: 'auto' would choose for .*such as PIDEstimator\(8\)"
    assert_refused(lambda: call(*blobs, estimator=ff.PIDEstimator()), ValueError, message)
