# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Classifiers of bins of a Gaussian target, against the closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr

import fourfold as ff

BINS = 6
GAINS = 2.0, 1.0


def closed_form(target):
    """R, U1, U2, S in bits of the bins, where X_i = g_i Y + N(0, 1) and all is Gaussian.

    For a scalar target the redundancy is the smaller information: docs/gaussian.md. Bins of it are
    told by each source, and by both, as if that was one column.
    """
    first, second = (0.5 * math.log2(1 + gain**2) for gain in GAINS)
    both = 0.5 * math.log2(1 + sum(gain**2 for gain in GAINS))
    first, second, both = (bits * target.kept(bits) for bits in (first, second, both))
    return np.array([second, first - second, 0.0, both - first])


@pytest.fixture(scope="module", name="data")
def _data():
    rng = np.random.default_rng(7)
    y = rng.normal(size=1000)
    return *((gain * y + rng.normal(size=1000))[:, None] for gain in GAINS), y


@pytest.fixture(scope="module", name="estimator")
def _estimator(data):
    return ff.ClassifierPID("fast", target_bins=BINS, cv=3, random_state=0).fit(*data)


def test_atoms_are_those_of_the_closed_form_times_the_share(data, estimator):
    target = ff.bin_target(data[2], BINS)
    result = estimator.result_
    # of 1000 rows; each within three standard errors
    np.testing.assert_allclose(result.atoms, closed_form(target), atol=0.09)
    assert result.mi_joint < 0.5 * math.log2(6)
    np.testing.assert_array_equal(result.target_bins.edges, target.edges)
    assert estimator.target_bins_ is result.target_bins
    np.testing.assert_array_equal(estimator.classes_, np.arange(BINS))
    assert f"{BINS} quantile bins of Y, which keep about" in repr(result)
    assert "what holds, holds of the bins, whatever" in repr(result)
    assert result.to_dict()["target_bins"]["asked"] == BINS


def test_bins_are_the_classes(data):
    x1, x2, y = (part[:200] for part in data)
    given = {"cv": 2, "random_state": 0}
    result = ff.ClassifierPID("logistic", target_bins=3, **given).fit(x1, x2, y).result_
    codes = ff.bin_target(y, 3).codes
    of_codes = ff.ClassifierPID("logistic", **given).fit(x1, x2, codes).result_
    assert of_codes.atoms == result.atoms
    assert of_codes.target_bins is None


def posterior(mean, precision, edges):
    """P(bin) of Y given X, Gaussian with these."""
    below = ndtr((edges - mean) * math.sqrt(precision))
    return np.diff(below, axis=1, prepend=0.0, append=1.0)


@pytest.mark.parametrize("bins", [4, 16])
def test_exact_posteriors_of_bins(data, bins):
    x1, x2, y = data
    target = ff.bin_target(y, bins)
    first, second = (
        posterior(gain * x / (1 + gain**2), 1 + gain**2, target.edges)
        for gain, x in zip(GAINS, (x1, x2), strict=True)
    )
    both = posterior((2 * x1 + x2) / 6, 6, target.edges)
    result = ff.posterior_pid(
        first, second, y, both, target_bins=target.edges, recalibrate=False
    )
    np.testing.assert_allclose(result.atoms, closed_form(target), atol=0.04)
    assert result.target_bins.asked is None
    same = ff.posterior_pid(first, second, target.codes, both, recalibrate=False)
    assert same.atoms == result.atoms
    with pytest.raises(ValueError, match=f"p1: has {bins} columns, but 3 classes"):
        ff.posterior_pid(first, second, y, both, target_bins=3)
    with pytest.raises(ValueError, match=r"y: .*target_bins=16"):
        ff.posterior_pid(first, second, y, both)
    alone = ff.posterior_pid(first, second, y, target_bins=target.edges)
    assert f"{bins} bins of Y\n" in repr(alone)  # nothing is known of what both tell


def test_bins_without_rows_have_no_columns(data):
    y, edges = data[2], np.array([-9.0, 0.0, 9.0])
    p = np.tile([0.1, 0.4, 0.4, 0.1], (len(y), 1))
    with pytest.raises(
        ValueError, match=r"q = p1\[:, numpy.unique\(numpy.searchsorted\(edges, y\)"
    ):
        ff.posterior_pid(p, p, y, target_bins=edges)
    q = p[:, np.unique(np.searchsorted(edges, y))]
    q = q / q.sum(1, keepdims=True)
    result = ff.posterior_pid(q, q, y, target_bins=edges)
    np.testing.assert_array_equal(result.target_bins.shares > 0, [False, True, True, False])


def test_blocks_take_edges(data):
    x1, x2, y = (np.concatenate([part, part + 0.01]) for part in data)
    edges = ff.bin_target(y, 3).edges
    fitted = ff.ClassifierPID("logistic", target_bins=edges, random_state=0).fit_blocks(
        x1, x2, y, n_learn=300
    )
    of_codes = ff.ClassifierPID("logistic", random_state=0).fit_blocks(
        x1, x2, ff.bin_target(y, 3).codes, n_learn=300
    )
    assert fitted.result_.atoms == of_codes.result_.atoms
    np.testing.assert_allclose(fitted.target_bins_.shares, 1 / 3, atol=0.05)
    assert fitted.target_bins_.shares.sum() == pytest.approx(1)
    assert "3 bins of Y, which keep about" in repr(fitted.result_)
    with pytest.raises(
        ValueError, match=r"target_bins: expected edges.*fit_blocks does not sort"
    ):
        ff.ClassifierPID("logistic", target_bins=3).fit_blocks(x1, x2, y)
