# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where an information bounds v* more closely than the solver, its own coupling is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from tests.support.certified import assert_has_marginals_of
from tests.support.marks import ignore_undersampled
from tests.support.tables import information

pytestmark = ignore_undersampled


def chain(rng, k1=6, k2=4, ky=3):
    """X2 is a noisy reading of X1 alone: the table itself has the least information, I(X1;Y)."""
    p1y = rng.dirichlet(np.full(ky, 0.5), size=k1) / k1
    kernel = rng.dirichlet(np.full(k2, 0.4), size=k1)
    return p1y[:, None, :] * kernel[:, :, None]


def apart(rng, k1=5, k2=4, bits=2):
    """Each source tells a part of Y = (A, B) alone, and R = 0: v* = I1 + I2."""
    a = rng.dirichlet(np.full(bits, 0.8), size=k1) / k1
    b = rng.dirichlet(np.full(bits, 0.8), size=k2) / k2
    return np.einsum("ia,jb->ijab", a, b).reshape(k1, k2, bits * bits)


@pytest.mark.parametrize("made", [chain, apart])
@given(seed=st.integers(0, 2**32 - 1), tol=st.sampled_from([1e-2, 1e-4]))
def test_no_coupling_has_more_than_the_upper_bound(made, seed, tol):
    table = made(np.random.default_rng(seed))
    result = ff.decompose(table, tol=tol, method="ipfp")
    q = result.coupling()
    assert information(q) <= result.union_information + 1e-12
    assert_has_marginals_of(q, table)
    i, j = np.arange(4), np.arange(4)[::-1]
    np.testing.assert_allclose(result.coupling(i, j), q[i, j], atol=1e-15)


def test_so_do_parts_of_a_batch(rng):
    tables = np.array([chain(rng), rng.dirichlet(np.ones(72)).reshape(6, 4, 3), chain(rng)])
    batch = ff.decompose(tables, tol=1e-2, method="ipfp")
    many = ff.decompose_many(list(tables), tol=1e-2)
    for result in (batch, many):
        for k in range(3):
            q = result[k].coupling()
            assert information(q) <= result[k].union_information + 1e-12
            assert_has_marginals_of(q, tables[k])


def test_so_do_labels(rng):
    x1 = rng.integers(6, size=2000)
    y = (x1 + rng.integers(2, size=2000)) % 3
    x2 = x1 // 2
    result = ff.pid(x1, x2, y, tol=1e-2, method="ipfp", bias_correction="none")
    assert information(result.coupling()) <= result.union_information + 1e-12


def test_a_table_that_changes_afterwards_is_not_read(rng):
    table = chain(rng)
    result = ff.decompose(table, tol=1e-2, method="ipfp")
    before = result.coupling()
    table[:] = 1.0
    np.testing.assert_array_equal(result.coupling(), before)


def test_what_is_read_off_a_result_warm_starts_the_next(rng):
    table = apart(rng)
    earlier = ff.decompose(table, tol=1e-2, method="ipfp")
    again = ff.decompose(table, tol=1e-6, warm_start=earlier)
    assert again.converged
    assert again.union_information == pytest.approx(earlier.mi1 + earlier.mi2, abs=1e-6)
