# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The iteration that the closed form is held against, and the cases whose atoms have a formula."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.optimize import check_grad

from benchmarks.gaussian import closed
from benchmarks.gaussian.closed import NOTED_WITHIN, record_canonical, record_random
from benchmarks.gaussian.projected_gradient import (
    certified_gap,
    channels,
    information,
    projected_gradient,
)
from benchmarks.gaussian.settings import QUICK
from benchmarks.gaussian.systems import (
    SAMPLED,
    canonical,
    covariance,
    doubled,
    factor_covariance,
    random_covariance,
)


def _decomposed(w):
    return np.linalg.svd(w, full_matrices=False)


def _direct(w, h1, h2):
    """I_W in nats by the joint determinant, and not by the Schur complement."""
    noise = np.block([[np.eye(len(h1)), w], [w.T, np.eye(len(h2))]])
    gains = np.vstack([h1, h2])
    return (np.linalg.slogdet(noise + gains @ gains.T)[1] - np.linalg.slogdet(noise)[1]) / 2


@pytest.fixture
def problem():
    rng = np.random.default_rng(1)
    return (
        0.2 * rng.standard_normal((3, 5)),
        rng.standard_normal((3, 4)),
        rng.standard_normal((5, 4)),
    )


def test_information_is_that_of_the_joint_covariance(problem):
    w, h1, h2 = problem
    assert information(*_decomposed(w), h1, h2)[0] == pytest.approx(
        _direct(w, h1, h2), abs=1e-12
    )


def test_gradient_is_that_of_differences(problem):
    w, h1, h2 = problem

    def value(flat):
        return _direct(flat.reshape(w.shape), h1, h2)

    def gradient(flat):
        return information(*_decomposed(flat.reshape(w.shape)), h1, h2)[1].ravel()

    assert check_grad(value, gradient, w.ravel()) < 1e-6


def test_gap_bounds_how_far_any_correlation_is_above_the_least(problem):
    w, h1, h2 = problem
    sizes = (3, 5, 4)
    cov = covariance(h1, h2)
    least = projected_gradient(cov, sizes)
    assert 0 <= least.gap < 1e-6  # RProp is promised no less
    nats, gradient = information(*_decomposed(w), h1, h2)
    above = nats - least.union * np.log(2)
    assert 0 < above <= certified_gap(gradient, _decomposed(w))


def test_channels_are_those_that_made_the_covariance(problem):
    _, h1, h2 = problem
    for found, made in zip(channels(covariance(h1, h2), (3, 5, 4)), (h1, h2), strict=True):
        np.testing.assert_allclose(found.T @ found, made.T @ made, atol=1e-12)


def test_steps_end_by_number_and_by_time():
    cov = random_covariance((3, 3, 3), np.random.default_rng(0))
    assert projected_gradient(cov, (3, 3, 3), max_steps=7).steps == 7
    assert projected_gradient(cov, (3, 3, 3), limit=0.0).steps == 1


def test_formulas_have_the_atoms_that_were_noted():
    cases = canonical()
    noted = [
        (float(atom), value)
        for case in cases
        for atom, value in zip(case.atoms, case.noted, strict=True)
        if value is not None
    ]
    assert len(noted) > 200
    assert max(abs(atom - value) for atom, value in noted) <= NOTED_WITHIN
    for case in cases:
        np.testing.assert_array_equal(case.cov, case.cov.T)
        assert case.cov.shape == (sum(case.sizes),) * 2


def test_columns_are_doubled_with_their_atoms():
    small, large = (doubled(columns, np.random.default_rng(columns)) for columns in (2, 8))
    np.testing.assert_allclose(large.atoms.astype(float), 4 * small.atoms.astype(float))
    assert large.cov.shape == (24, 24)


@pytest.mark.parametrize("make", [random_covariance, factor_covariance])
def test_covariances_are_positive_definite_with_variances_of_one(make):
    cov = make((4, 3, 2), np.random.default_rng(0))
    np.testing.assert_allclose(np.diag(cov), 1)
    assert np.linalg.eigvalsh(cov)[0] > 0


@pytest.mark.parametrize("name", SAMPLED)
def test_systems_that_are_sampled_are_positive_definite(name):
    cov, sizes = SAMPLED[name]()
    assert cov.shape == (sum(sizes),) * 2
    assert np.linalg.eigvalsh(cov)[0] > 1e-3
    np.testing.assert_array_equal(cov, SAMPLED[name]()[0])


def test_closed_form_lies_in_the_interval_of_the_iteration(monkeypatch):
    (record, *_) = record_random(QUICK)
    assert record["wrong"] == []
    assert abs(record["descent"]["difference"]) <= record["descent"]["gap"]

    class Off:
        atoms = (0.0, 0.0, 0.0, 0.0)
        union_information = 0.0

    monkeypatch.setattr(closed, "_timed", lambda _: (Off(), 0.0, 0.0))
    (record, *_) = record_random(QUICK)
    assert record["wrong"] == ["outside the certified interval of the iteration"]


def test_every_case_is_recorded_and_the_singular_one_refused(monkeypatch):
    few = canonical()[::15]
    monkeypatch.setattr(closed, "canonical", lambda: few)
    *records, refused = record_canonical(dataclasses.replace(QUICK, steps=50))
    assert len(records) == len(few)
    assert max(record["error"] for record in records) < 1e-12
    assert refused["refused"]
    assert refused["wrong"] == []
