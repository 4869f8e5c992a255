# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables whose atoms are known, each with its source in tests/data/oracle.json."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import on_each_device
from tests.support.oracle import ROUNDING

pytestmark = on_each_device


@pytest.mark.parametrize("method", ["auto", "ipfp", "newton", "sparse"])
def test_atoms_are_those_of_the_oracle(oracle, method):
    pmf, atoms, case = oracle
    result = ff.decompose(pmf, tol=1e-7, method=method)
    assert result.converged
    np.testing.assert_allclose(result.atoms, atoms, rtol=0, atol=case["tol"])


@pytest.mark.parametrize(
    "method", ["auto", "newton"]
)  # two classes are no matter of steps in "auto"
def test_exact_finish(oracle, method):
    pmf, atoms, case = oracle
    result = ff.decompose(pmf, tol=1e-10, method=method)
    assert result.converged
    assert result.gap <= 1e-10
    slack = 1e-10 + ROUNDING[case["kind"]]
    np.testing.assert_allclose(result.atoms, atoms, rtol=0, atol=slack)


@pytest.mark.parametrize("method", ["auto", "ipfp"])
def test_certificate_is_honest(oracle, method):
    pmf, atoms, case = oracle
    slack = ROUNDING[case["kind"]]
    for tol in (1e-2, 1e-4, 1e-7):
        result = ff.decompose(pmf, tol=tol, method=method)
        assert np.all(np.array(result.lower) <= atoms + slack), tol
        assert np.all(np.array(result.upper) >= atoms - slack), tol


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("method", ["auto", "ipfp"])
def test_certificate_is_honest_at_every_iterate(oracle, method):
    pmf, atoms, case = oracle
    slack = ROUNDING[case["kind"]]
    for steps in (0, 1, 2, 7):
        result = ff.decompose(pmf, tol=1e-15, max_iter=steps, method=method)
        assert np.all(np.array(result.lower) <= atoms + slack), steps
        assert np.all(np.array(result.upper) >= atoms - slack), steps
