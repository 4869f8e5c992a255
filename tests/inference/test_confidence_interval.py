# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Confidence intervals from halves of the samples; some of it is of those from one solve, too."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from scipy.stats import norm

import fourfold as ff
from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.samples import read_samples
from fourfold.counts.sampling_bias import union_of
from fourfold.results.atoms import atoms_of
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in
from tests.support.tables import drawn

SHAPE = (4, 4, 2)


@pytest.fixture(scope="module")
def truth():
    p = np.random.default_rng(8).gamma(0.5, size=SHAPE)
    return p / p.sum()


@pytest.fixture
def rows(truth, rng):
    return drawn(truth, 301, rng)


def test_the_interval_is_made_as_described(rows):
    result = ff.pid(*rows, n_resamples=60, random_state=3)
    interval = result.confidence_interval
    cells = read_samples(*rows)
    (halves,) = RandomParts(cells, np.random.default_rng(3).spawn(2)[0]).halves(60)
    assert (halves.sum(1) == 150).all()
    centre, table = ff.pid(*rows, random_state=3), plug_in(*rows)
    np.testing.assert_allclose(interval.estimate, centre.atoms, atol=2e-4)
    assert interval.method == "halves"

    def corrected(part, solved):
        plain, chao = part.estimates()[:2]
        union = union_of(plain, chao, solved.union_information, solved.gap)
        return np.array(atoms_of(chao, union))

    atoms = []
    for half in halves:
        part = cells._replace(counts=half).tallies()
        atoms.append(corrected(part, ff.decompose_marginals(part.p1y, part.p2y, tol=1e-3)))
    error = np.std(atoms, axis=0, ddof=1) * np.sqrt(150 / 151)
    whole = corrected(cells.tallies(), table)
    # v* is between two ends, and the error of the bias is taken at the upper one
    upper = np.array(centre.atoms) + centre.kink / 2 * np.array([-1, 1, 1, -1])
    removed = np.array(table.atoms) - upper
    bias_error = np.maximum(np.abs(removed) / 8, np.abs(upper - whole))
    np.testing.assert_allclose(interval.bias_error, bias_error, atol=3 * result.gap)
    half_width = norm.ppf(0.975) * np.hypot(error, bias_error) + centre.kink / 2
    low, high = centre.atoms - half_width, centre.atoms + half_width
    # U1 is no less than I(X1;Y) - I(X2;Y), and its upper end no less than that of this
    apart = np.array([0, 1, -1, 0])
    scattered = np.std(atoms @ apart, ddof=1) * np.sqrt(150 / 151)
    of_bias = max(abs(removed @ apart) / 8, abs((upper - whole) @ apart))
    further = norm.ppf(0.975) * np.hypot(scattered, of_bias)
    differ = centre.mi1 - centre.mi2
    high[1:3] = np.maximum(high[1:3], [differ + further, further - differ])
    np.testing.assert_allclose(interval.low, low, rtol=1e-3, atol=3 * result.gap)
    np.testing.assert_allclose(interval.high, high, rtol=1e-3, atol=3 * result.gap)
    np.testing.assert_allclose(interval.drift, whole - np.mean(atoms, axis=0), atol=1e-4)
    assert interval.replicates.shape == (60, 4)
    np.testing.assert_allclose(interval.replicates.mean(0), interval.estimate, atol=1e-9)
    assert interval.confidence_level == 0.95


@ignore_undersampled
@pytest.mark.parametrize("n", [0, 60])
def test_intervals_hold_the_truth(truth, rng, n):
    """60 data sets of 8 samples a cell: fewer than 48 of 60 would happen once in 10 000."""
    exact = np.array(ff.decompose(truth, tol=1e-8).atoms)
    held = np.zeros(4)
    for k in range(60):
        interval = ff.pid(
            *drawn(truth, 256, rng), n_resamples=n, random_state=k
        ).confidence_interval
        held += (interval.low <= exact) & (exact <= interval.high)
    assert held.min() >= 48


@ignore_undersampled
@pytest.mark.parametrize("n_resamples", [0, 40])
@pytest.mark.parametrize("n", [200, 800])
def test_an_atom_of_zero_is_in_its_interval(rng, n, n_resamples):
    """X2 says nothing, so that U2 = R = S = 0, and v* is on its bound."""
    held = np.zeros(4)
    for k in range(30):
        x1, x2 = rng.integers(4, size=n), rng.integers(4, size=n)
        y = np.where(rng.random(n) < 0.3, rng.integers(3, size=n), x1 % 3)
        interval = ff.pid(
            x1, x2, y, n_resamples=n_resamples, random_state=k
        ).confidence_interval
        held += (np.array(interval.low) <= 0) & (np.array(interval.high) >= 0)
    assert min(held[0], held[2], held[3]) >= 26
    assert held[1] == 0


def test_the_gap_of_what_did_not_converge_is_inside(rows):
    with pytest.warns(ff.ConvergenceWarning):
        rough = ff.pid(*rows, n_resamples=25, max_iter=0, method="ipfp")
    fine = ff.pid(*rows, n_resamples=25)
    interval = rough.confidence_interval
    assert (np.array(interval.low) <= np.array(fine.atoms)).all()
    assert (np.array(interval.high) >= np.array(fine.atoms)).all()


def test_the_reported_atoms_do_not_depend_on_it(rows):
    plain = plug_in(*rows)
    result = ff.pid(*rows, n_resamples=25, bias_correction="none")
    np.testing.assert_allclose(result.atoms, plain.atoms, atol=1e-4)
    corrected = ff.pid(*rows)
    np.testing.assert_allclose(result.bias, corrected.bias, atol=2e-4)
    # whatever the number of halves, the centre is the same
    more = ff.pid(*rows, n_resamples=40)
    assert more.confidence_interval.estimate == result.confidence_interval.estimate
    assert more.atoms == corrected.atoms == more.confidence_interval.estimate
    assert more.bias_correction == "chao"


@pytest.mark.parametrize("n", [0, 30])
def test_the_level_scales_the_width(rows, n):
    wide, narrow = (
        ff.pid(*rows, n_resamples=n, confidence_level=level, tol=1e-9).confidence_interval
        for level in (0.9, 0.5)
    )
    # both ends of v* are inside at any level
    ratio = (np.subtract(wide.high, wide.low) - wide.kink) / (
        np.subtract(narrow.high, narrow.low) - narrow.kink
    )
    # U2 may be zero, which its interval takes in at any level
    np.testing.assert_allclose(ratio[[0, 3]], norm.ppf(0.95) / norm.ppf(0.75), rtol=1e-6)


@pytest.mark.parametrize("n", [0, 50])
def test_contributions_have_intervals(rng, n):
    x1, x2 = rng.integers(4, size=(2, 500))
    result = ff.pid(x1, x2, x1 // 2, n_resamples=n)
    (low1, high1), (low2, high2) = result.confidence_interval.contributions
    assert 0.9 < low1 <= high1 <= 1
    assert (low2, high2) == pytest.approx((1 - high1, 1 - low1))
    # of a target of its own nothing is known
    result = ff.pid(x1, x2, rng.integers(2, size=500), n_resamples=n)
    assert result.confidence_interval.contributions == ((0.0, 1.0), (0.0, 1.0))


@pytest.mark.parametrize("n", [0, 50])
def test_where_samples_are_alone_zero_and_the_plug_in_are_inside(rng, n):
    x1, x2, y = rng.integers(10, size=(3, 24))
    with pytest.warns(ff.UndersampledWarning):
        result = ff.pid(x1, x2, y, n_resamples=n)
    with pytest.warns(ff.UndersampledWarning):
        table = plug_in(x1, x2, y)
    with pytest.warns(ff.UndersampledWarning):
        uncorrected = ff.pid(x1, x2, y, n_resamples=n, bias_correction="none")
    assert uncorrected.undersampled
    assert np.isnan(uncorrected.bias).all()
    interval = result.confidence_interval
    assert max(interval.low) <= 0
    assert (np.array(interval.high) >= np.array(table.atoms) - 1e-3).all()


@pytest.mark.parametrize("correction", ["none", "qe"])
def test_probabilities_have_intervals(rows, rng, correction):
    x1, x2, y = rows
    soft = np.eye(2)[y] * 0.8 + rng.dirichlet([1, 1], len(y)) * 0.2
    interval = ff.pid(
        x1, x2, soft, n_resamples=30, bias_correction=correction
    ).confidence_interval
    assert (np.array(interval.low) < np.array(interval.high)).all()


def test_the_same_seed_gives_the_same_intervals(rows):
    one, other, third = (
        ff.pid(*rows, n_resamples=25, random_state=seed).confidence_interval
        for seed in (1, 1, 2)
    )
    assert one.to_dict() == other.to_dict()
    np.testing.assert_array_equal(one.replicates, other.replicates)
    assert one.low != third.low


def test_it_can_be_read(rows):
    result = ff.pid(*rows, n_resamples=25, confidence_level=0.9)
    interval = result.confidence_interval
    text = repr(result)
    assert text.startswith("PID in bits, with 90% confidence intervals")
    assert f"[{interval.low.synergy:.6f}, {interval.high.synergy:.6f}]" in text
    assert re.match(
        r"ConfidenceInterval\(R \[.*\], .* bits, level 0.9, 25 halves\)", repr(interval)
    )
    record = json.loads(json.dumps(result.to_dict()))["confidence_interval"]
    assert record["low"]["redundancy"] == interval.low.redundancy
    assert record["n_resamples"] == 25
