# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Few samples per cell: a second correction, how far it is from the first, and who hears of it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.counts.empirical_bayes import bayes_information
from fourfold.counts.samples import read_samples
from fourfold.counts.undersampling import UNSURE_BITS, UNSURE_SHARE, unsure
from fourfold.inference import bias_correction
from tests.support.marks import ignore_undersampled
from tests.support.mixture import Mixture
from tests.support.said import said
from tests.support.tables import drawn

BAYES, CHAO = ({"bias_correction": name} for name in ("bayes", "chao"))


def softmax(logits):
    odds = np.exp(logits)
    return odds / odds.sum(-1, keepdims=True)


def interacting(shape, seed):
    """Dependent sources, main effects and an interaction."""
    rng = np.random.default_rng(seed)
    k1, k2, ky = shape
    logits = (
        rng.normal(size=shape) + rng.normal(size=(k1, 1, ky)) + rng.normal(size=(1, k2, ky))
    )
    return rng.dirichlet(np.ones(k1 * k2)).reshape(k1, k2, 1) * softmax(logits)


def function(shape, seed):
    """The class of each pair, without noise."""
    rng = np.random.default_rng(seed)
    k1, k2, ky = shape
    pairs = rng.dirichlet(np.ones(k1 * k2)).reshape(k1, k2, 1)
    return pairs * np.eye(ky)[rng.integers(ky, size=(k1, k2))]


def rows_of(truth, per_cell, seed):
    return drawn(truth, int(per_cell * truth.size), np.random.default_rng(seed))


@pytest.fixture(scope="module")
def few():
    return rows_of(interacting((10, 10, 5), 30), 0.3, 31)


@ignore_undersampled
def test_only_the_joint_information_is_another(few):
    chao, bayes = ff.pid(*few, **CHAO), ff.pid(*few, **BAYES)
    assert bayes.bias_correction == "bayes"
    assert bayes.mi_joint == pytest.approx(bayes_information(read_samples(*few)), abs=1e-12)
    for name in ("mi1", "mi2", "union_information", "redundancy", "unique1", "unique2"):
        assert getattr(bayes, name) == pytest.approx(getattr(chao, name), abs=1e-12)
    assert bayes.synergy - chao.synergy == pytest.approx(bayes.mi_joint - chao.mi_joint)
    assert sum(bayes.atoms) == pytest.approx(bayes.mi_joint)
    assert ff.pid(*few).atoms == chao.atoms  # "auto" stays what it is


@ignore_undersampled
@pytest.mark.parametrize("options", [{}, {"n_resamples": 25}])
def test_their_distance_is_in_the_error_of_the_bias(few, options):
    chao, bayes = ff.pid(*few, **CHAO, **options), ff.pid(*few, **BAYES, **options)
    distance = abs(chao.synergy - bayes.synergy)
    assert distance > 0.05
    for result in (chao, bayes):
        interval = result.confidence_interval
        assert interval.bias_error.synergy >= distance - 1e-12
        assert interval.high.synergy - interval.low.synergy > 3.9 * distance
    # of the others there is no second estimate
    one, other = (result.confidence_interval.bias_error[:3] for result in (chao, bayes))
    assert one == other


def test_with_more_samples_nothing_is_paid_for(monkeypatch):
    def never(_):
        raise AssertionError

    monkeypatch.setattr(bias_correction, "bayes_information", never)
    rows = rows_of(interacting((6, 6, 3), 32), 2.1, 33)
    assert ff.pid(*rows).bias_correction == "chao"


@pytest.mark.parametrize("method", ["bayes", "chao"])
def test_refuses_what_is_not_counted(method):
    x = np.arange(40) % 4
    with pytest.raises(
        ValueError,
        match=f"bias_correction: '{method}' needs labels as y.* 'auto', 'linear', 'qe'",
    ):
        ff.pid(x, x, np.full((40, 2), 0.5), bias_correction=method)
    with pytest.raises(ValueError, match="at least 8 samples, got 4"):
        ff.pid(x[:4], x[:4], x[:4], bias_correction=method)


def test_who_is_unsure():
    error = UNSURE_BITS + 0.001
    assert unsure(0.1, error, 0.9)
    assert unsure(-0.1, error, 0.9)
    assert not unsure(0.1, error, 1.0)
    assert not unsure(0.1, UNSURE_BITS - 0.001, 0.9)
    assert not unsure(error / UNSURE_SHARE + 0.01, error, 0.9)


def share_undersampled(truth, per_cell, **options):
    rows = [rows_of(truth, per_cell, seed) for seed in range(20)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ff.UndersampledWarning)
        return np.mean([ff.pid(*each, **options).undersampled for each in rows])


CLUSTERED = Mixture.drawn(34).table


@pytest.mark.parametrize("truth", [CLUSTERED, interacting((16, 12, 6), 35)])
def test_a_quarter_of_a_sample_per_cell_is_not_silent(truth):
    assert share_undersampled(truth, 0.25) >= 0.95


@pytest.mark.parametrize(
    ("truth", "per_cell"),
    [(CLUSTERED, 1.1), (interacting((16, 12, 6), 35), 1.1), (function((16, 12, 6), 36), 0.3)],
)
def test_no_alarm_where_the_correction_does(truth, per_cell):
    assert share_undersampled(truth, per_cell) == 0


def test_the_warning_says_what_is_not_known(few):
    with pytest.warns(ff.UndersampledWarning) as caught:
        result = ff.pid(*few)
    assert result.undersampled
    assert len(caught) == 1
    message = said(result)
    assert (
        f"corrections of the bias of S {result.synergy:.3f} differ by more than 7%" in message
    )
    assert message.endswith("states a source, and 'bayes' is for so few.")
    # not that nothing is known of any atom
    assert result.confidence_interval.low.unique1 > 0


@ignore_undersampled
def test_of_clusters_it_leaves_half_of_the_error_or_less():
    truth = CLUSTERED
    synergy = ff.decompose(truth).synergy
    errors = []
    for seed in range(8):
        rows = rows_of(truth, 0.25, seed)
        errors.append([ff.pid(*rows, **how).synergy - synergy for how in (BAYES, CHAO)])
    bayes, chao = np.sqrt(np.mean(np.square(errors), axis=0))
    assert bayes < 0.5 * chao
    assert abs(np.mean(errors, axis=0)[0]) < 0.05


@pytest.mark.parametrize("n", [7, 8])
def test_a_correction_is_advised_of_as_many_samples_as_it_takes(n):
    columns = [0, 1] * 4, [0, 0, 1, 1] * 2, [0, 0, 1, 1, 1, 0, 1, 0]
    with pytest.warns(ff.UndersampledWarning, match="mostly the bias of counting"):
        result = ff.pid(
            *(labels[:n] for labels in columns), bias_correction="none", confidence_level=None
        )
    told = said(result)
    assert ("Use bias_correction='auto'" in told) == (n == 8)
    assert ("No correction is of fewer than 8 samples" in told) == (n == 7)
