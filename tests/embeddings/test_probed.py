# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Clusters held against a probe of what they were made of."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.runtime import caller
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled


@pytest.fixture
def unsaid(monkeypatch):
    """As if nothing had been warned of in this process."""
    monkeypatch.setattr(caller, "_said", set())


@pytest.fixture(scope="module")
def digits():
    return ff.datasets.digits_halves()


@pytest.fixture
def blobs(rng):
    """400 rows whose three groups are three clusters and three classes."""
    y = rng.integers(3, size=400)
    centres = 9.0 * np.eye(3)
    return centres[y] + rng.normal(size=(400, 3)), centres[y] + rng.normal(size=(400, 3)), y


def test_clusters_of_digits_keep_less_than_half(digits):
    result = ff.PIDEstimator(8, n_init=2, random_state=0).fit(*digits).result_
    kept = result.kept
    assert kept.n_clusters == (8, 8)
    assert max(kept.share) < 0.5
    assert min(kept.probe) > 2.6
    assert kept.outer_bounds.redundancy > 2 > 3 * result.redundancy
    for k in range(2):
        # without the bias of counting, which is in what was counted
        assert kept.clusters[k] < (result.mi1, result.mi2)[k] < kept.clusters[k] + 0.05
        assert kept.share[k] == kept.clusters[k] / kept.probe[k]
    assert "the clusters keep" in repr(result)


def test_clusters_that_are_the_classes_keep_all(blobs):
    kept = ff.PIDEstimator(3, n_init=2, random_state=0).fit(*blobs).result_.kept
    assert min(kept.share) > 0.95
    assert kept.poor == (False, False)


@pytest.mark.parametrize(
    "options",
    [{}, {"held_out": 0.4}, {"bias_correction": "auto", "n_resamples": 30}],
    ids=["plain", "held out", "corrected"],
)
def test_it_changes_nothing_else(blobs, options):
    probed, plain = (
        ff.PIDEstimator(4, random_state=5, n_init=1, probe=probe, **options).fit(*blobs)
        for probe in (True, False)
    )
    np.testing.assert_array_equal(probed.labels1_, plain.labels1_)
    np.testing.assert_array_equal(probed.counted_, plain.counted_)
    assert plain.result_.kept.words() == []
    assert repr(plain.result_).startswith("PID of 4 x 4 clusters, in bits")
    one, other = probed.result_.to_dict(), plain.result_.to_dict()
    assert one.pop("kept")["probe"] != other.pop("kept")["probe"]
    assert one == other


def test_nor_what_comes_after(blobs):
    states = []
    for probe in (True, False):
        legacy = np.random.RandomState(3)
        ff.PIDEstimator(2, n_init=1, random_state=legacy, probe=probe).fit(*blobs)
        states.append(legacy.randint(2**31))
    assert states[0] == states[1]


def test_what_y_may_be(blobs):
    x1, x2, y = blobs
    words = np.array(["a", "b", "c"])[y]
    first = ff.PIDEstimator(3, n_init=1, random_state=0).fit(x1, x2, words).result_.kept
    assert (
        first.probe
        == ff.PIDEstimator(3, n_init=1, random_state=0).fit(*blobs).result_.kept.probe
    )
    rows = np.full((400, 3), 0.05) + 0.85 * np.eye(3)[y]
    soft = ff.PIDEstimator(3, n_init=1, random_state=0).fit(x1, x2, rows).result_.kept
    assert min(soft.share) > 0.8
    assert max(soft.probe) < min(first.probe)
    words[:3] = "x"
    rare = ff.PIDEstimator(3, n_init=1, random_state=0).fit(x1, x2, words).result_
    assert repr(rare).splitlines()[-1] == "  no probe: class 'x' has 3 rows"
    listed = ff.PIDEstimator(3, n_init=1, random_state=0).fit(
        x1.tolist(), x2.tolist(), [*words.tolist()]
    )
    assert listed.result_.kept.why_not == "class 'x' has 3 rows"


def test_sources_that_are_hard_to_probe(blobs):
    x1, _, y = blobs
    one = ff.PIDEstimator((1, 3), n_init=1, random_state=0).fit(np.ones((400, 2)), x1[:, :1], y)
    kept = one.result_.kept
    assert (
        kept.words()[0]
        == "the clusters keep 0.00 bits of X1, where a held-out probe finds nothing"
    )
    assert kept.probe[1] > 0.5
    few = ff.PIDEstimator(2, n_init=1, random_state=0).fit(x1[:8], x1[:8], y[:8])
    assert few.result_.kept.why_not == "there are 8 rows"


def test_the_warning(digits, unsaid):  # noqa: ARG001
    estimator = ff.PIDEstimator(4, n_init=1, random_state=0)
    with pytest.warns(ff.exceptions.DiscretisationWarning, match="ClassifierPID") as caught:
        estimator.fit(*digits)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator.fit(*digits)  # once a process


def test_no_warning_where_enough_is_kept(blobs, unsaid):  # noqa: ARG001
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ff.PIDEstimator(3, n_init=1, random_state=0).fit(*blobs)


def test_the_option():
    assert inspect.signature(ff.PIDEstimator).parameters["probe"].default is True
    data = np.zeros((4, 1)), np.zeros((4, 1)), [0, 1, 0, 1]
    for wrong in ("no", None, 1):
        with pytest.raises(TypeError, match=f"^probe: expected True or False, got {wrong!r}$"):
            ff.PIDEstimator(1, probe=wrong).fit(*data)


def test_a_source_with_fewer_different_rows_than_clusters_is_named(monkeypatch):
    monkeypatch.setattr("fourfold.runtime.caller._said", set())
    same, other = np.ones((60, 3)), np.random.default_rng(0).standard_normal((60, 3))
    with pytest.warns(
        ff.DiscretisationWarning, match="X2: has only 1 different rows.* 3 clusters 2"
    ):
        ff.PIDEstimator(3, random_state=0).fit(other, same, np.arange(60) % 2)
