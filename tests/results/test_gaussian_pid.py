# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""`GaussianPID`: what it prints, what its parts are, what it refuses."""

from __future__ import annotations

import dataclasses
import json
import pickle

import numpy as np
import pytest

import fourfold as ff
from tests.support.gaussians import of_channels, random_covariance


@pytest.fixture
def result():
    cov = of_channels(np.diag([2.0, 1.0]), np.diag([1.0, np.sqrt(2)]))
    return ff.gaussian_pid_from_covariance(cov, (2, 2, 2))


@pytest.fixture
def batch(rng):
    return ff.gaussian_pid_from_covariance(random_covariance(rng, (1, 2, 3), (4, 5)), (1, 2, 3))


def test_it_says_first_what_the_numbers_are_of(result):
    assert repr(result).splitlines() == [
        "Gaussian PID in bits, of this covariance, exact",
        "  redundancy  R   1.000000",
        "  unique 1    U1  0.660964",
        "  unique 2    U2  0.292481",
        "  synergy     S   0.339036",
        "  I(X1,X2;Y)      2.292481",
        "  columns         2 of x1, 2 of x2, 2 of y",
        "  combinations    of y: +0.661, -0.292 (+ x1 alone tells, - x2 alone)",
    ]
    samples = dataclasses.replace(result, n_samples=1200, model="copula")
    first = "of the Gaussian copula with the ranks of 1,200 samples, an estimate of the population's"
    assert repr(samples).startswith(f"Gaussian PID in bits, {first}")
    fitted = repr(dataclasses.replace(result, n_samples=1200, model="gaussian"))
    assert "of the Gaussian with the covariance of 1,200 samples, an estimate" in fitted
    for shown in (result, samples):
        assert "certified" not in repr(shown)


def test_it_says_what_samples_add(result):
    atoms = ff.Atoms(1.1, 0.7, 0.3, 0.4)
    told = repr(
        dataclasses.replace(
            result,
            n_samples=480,
            model="copula",
            plug_in=atoms,
            unique_cross_fitted=(0.6, 0.25),
            kink=0.07,
            shrinkage=0.125,
            pvalues=ff.ZeroPValues(0.00001, 0.25, float("nan")),
            dependence=ff.Dependence(3.0, 0.1, 2.3, "16 bins of y", True),
        )
    )
    for words in (
        "plug-in         R 1.100, U1 0.700, U2 0.300, S 0.400",
        "cross-fitted    U1 0.600, U2 0.250",
        "sources that differ by 0.070 bits",
        "0.1250 of the identity mixed in",
        "p-values        U1 = 0: 1e-05, U2 = 0: 0.2500",
        "NOT GAUSSIAN    16 bins of y finds 3.000 bits of I(X1,X2;Y), the Gaussian 2.300",
    ):
        assert words in told
    assert "S = 0" not in told


def test_only_combinations_of_most_bits_are_shown():
    gains = np.diag([8.0, 4, 2, 1, 1, 1])
    cov = of_channels(gains, np.diag([1.0, 1, 1, 1, 3, 3]))
    shown = repr(ff.gaussian_pid_from_covariance(cov, (6, 6, 6)))
    assert "of y: +2.511, +1.544, -1.161, -1.161, and 2 of fewer bits (+ x1" in shown


def test_a_batch_says_its_shape(batch):
    first, *rest = repr(batch).splitlines()
    assert first == "Gaussian PID in bits, batch of shape (4, 5), of these covariances, exact"
    assert rest[0].startswith("  R   mean ")
    assert rest[-1] == "  columns: 1 of x1, 2 of x2, 3 of y"


def test_parts_of_a_batch(batch):
    assert batch.eigenvalues.shape == (4, 5, 3)
    assert type(batch[1, 2]) is ff.GaussianPID
    assert batch[1, 2].sizes == (1, 2, 3)
    np.testing.assert_array_equal(batch[1, 2].eigenvalues, batch.eigenvalues[1, 2])
    np.testing.assert_array_equal(batch[..., 2].eigenvalues, batch.eigenvalues[:, 2])
    assert batch[..., 2].directions.shape == (4, 3, 3)
    assert batch[:, 1:3].directions.shape == (4, 2, 3, 3)
    mask = batch.unique1 > np.median(batch.unique1)
    assert batch[mask].eigenvalues.shape == (10, 3)
    assert [part.shape for part in batch] == [(5,)] * 4
    extra = dataclasses.replace(
        batch,
        unique_cross_fitted=(batch.unique1 - 1, batch.unique2 - 2),
        pvalues=ff.ZeroPValues(batch.unique1, batch.unique2, batch.synergy),
        row_terms=np.zeros((4, 5, 7, 4)),
        shrinkage=np.full((4, 5), 0.5),
        model="copula",
        n_samples=np.full((4, 5), 7),
    )
    part = extra[3, 1]
    assert part.unique_cross_fitted == (batch.unique1[3, 1] - 1, batch.unique2[3, 1] - 2)
    assert part.pvalues == (batch.unique1[3, 1], batch.unique2[3, 1], batch.synergy[3, 1])
    assert part.row_terms.shape == (7, 4)
    assert (part.shrinkage, part.model, part.n_samples) == (0.5, "copula", 7)
    with pytest.raises(TypeError, match="one decomposition, not a batch"):
        part[0]


def test_as_plain_values(result, batch):
    record = json.loads(json.dumps(result.to_dict()))
    assert record["eigenvalues"] == pytest.approx([2.5, 2 / 3])
    assert record["direction_bits"] == pytest.approx([0.660964, -0.292481], abs=1e-6)
    assert record["sizes"] == [2, 2, 2]
    assert record["model"] == "covariance"
    assert record["solver"] == "closed-form"
    assert record["pvalues"] is record["unique_cross_fitted"] is record["dependence"] is None
    assert "row_terms" not in record
    assert np.shape(json.loads(json.dumps(batch.to_dict()))["directions"]) == (4, 5, 3, 3)


def test_what_a_gaussian_has_not_is_refused_in_words(result):
    for ask in (lambda: result.dual, lambda: result.terms(0, 0, 0), result.coupling):
        with pytest.raises(ValueError, match="a Gaussian, in closed form, which has no states"):
            ask()


def test_what_it_shares_with_other_results(result):
    assert isinstance(result, ff.PID)
    assert result.contributions() == pytest.approx((0.69324, 0.30676), abs=1e-5)
    assert sum(result.fractions()) == pytest.approx(1)
    assert result.union_information == pytest.approx(1.953445, abs=1e-6)
    assert result.lower == result.atoms == result.upper
    again = pickle.loads(pickle.dumps(result))
    assert again.atoms == result.atoms
    np.testing.assert_array_equal(again.directions, result.directions)
