# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Covariances of gpid have the target first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import convert
from tests.support.refusals import assert_refused, case

SIZE = st.integers(1, 3)


@given(dm=SIZE, dx=SIZE, dy=SIZE, seed=st.integers(0, 99), batch=st.booleans())
def test_the_target_goes_last(dm, dx, dy, seed, batch):
    columns = np.random.default_rng(seed).standard_normal((2, 40, dm + dx + dy))
    columns[..., dm:] += columns[..., :1]
    order = np.r_[dm : dm + dx + dy, :dm]
    cov = np.stack([np.cov(rows, rowvar=False) for rows in columns])
    ours = np.stack([np.cov(rows[:, order], rowvar=False) for rows in columns])
    if not batch:
        cov, ours = cov[0], ours[0]
    found = convert.gpid(cov, dm, dx, dy)
    assert found.sizes == (dx, dy, dm)
    np.testing.assert_allclose(found.cov, ours, atol=1e-12)
    result = ff.gaussian_pid_from_covariance(*found)
    expected = ff.gaussian_pid_from_covariance(ours, (dx, dy, dm))
    np.testing.assert_allclose(result.atoms, expected.atoms, atol=1e-9)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        case("columns", lambda: convert.gpid(np.eye(4), 1, 1, 1), ValueError,
             r"cov: expected shape \(..., 3, 3\), dm \+ dx \+ dy columns, got shape \(4, 4\)"),
        case("no columns", lambda: convert.gpid(np.eye(2), 0, 1, 1), ValueError, "dm: expected"),
        case("fraction", lambda: convert.gpid(np.eye(3), 1, 1.0, 1), TypeError, "dx: expected"),
        case("mask", lambda: convert.gpid(np.ma.masked_less(np.eye(3), 0.5), 1, 1, 1),
             ValueError, "cov: 6 of 9 entries are masked"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    assert_refused(call, error, message)
