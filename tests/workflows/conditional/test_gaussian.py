# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sources, target and third variable as one Gaussian."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import fourfold as ff
from tests.support.refusals import assert_refused


@pytest.fixture(scope="module")
def columns():
    """Given t both sources see one half each of what y is the sum of."""
    t, a, b, noise = np.random.default_rng(0).standard_normal((4, 3000, 1))
    return t + a, t + b, a + b + 3 * t + noise, t


def test_atoms_are_given_t_itself(columns):
    x1, x2, y, t = columns
    found = ff.conditional_pid(x1, x2, y, given=t, estimator="gaussian")
    given_t = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 3.0]])
    truth = ff.gaussian_pid_from_covariance(given_t, (1, 1, 1)).atoms
    np.testing.assert_allclose(found.result.atoms, truth, atol=0.05)
    assert found.result == ff.gaussian_pid(x1, x2, y, given=t)
    assert found.strata == found.by_stratum == ()
    assert found.strata_by == "none"
    assert repr(found).startswith("ConditionalPID, given T itself:\nGaussian PID")
    assert found.to_html().count("<svg") == 2  # atoms, and combinations of y
    assert found.plot().get_xlabel() == "Information about Y given T (bits)"
    assert not found.table().rows
    assert ff.ConditionalPID.from_dict(found.to_dict()) == found


def test_options_of_a_gaussian_are_its_own(columns):
    x1, x2, y, t = columns
    own = functools.partial(ff.gaussian_pid, copula=False, check_dependence=False)
    found = ff.conditional_pid(x1, x2, y, given=t, estimator=own).result
    assert found.model == "gaussian"
    by_call = ff.conditional_pid(
        x1, x2, y, given=t, estimator="gaussian", bias_correction="none", confidence_level=0.5
    ).result
    assert by_call.bias_correction == "none"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"given": None}, "^given: expected numbers .* got None"),
        (
            {"given": ["a", "b"] * 1500},
            "^given: .* got labels; for labels call fourfold.gaussian",
        ),
        ({"given": np.arange(3000) % 3}, "^given: .* got labels"),
        ({"given": np.arange(3000) % 3 == 0}, "^given: .* got labels"),
        ({"strata": "posterior"}, "^strata: no option of a Gaussian"),
        ({"groups": np.arange(3000)}, "^groups: no option of a Gaussian"),
        ({"tol": 1e-3}, "^tol: no option of a Gaussian"),
        (
            {"estimator": functools.partial(ff.gaussian_pid, given=np.ones(3000))},
            "^estimator: gaussian_pid has given=",
        ),
    ],
)
def test_what_a_gaussian_does_not_take(columns, options, message):
    x1, x2, y, t = columns
    call = {"given": t, "estimator": "gaussian"} | options
    assert_refused(lambda: ff.conditional_pid(x1, x2, y, **call), ValueError, message)
