# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""H(Y), which stands in every result."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.stats import entropy

import fourfold as ff
from fourfold.report.text import table
from tests.support.marks import ignore_undersampled, on_each_device

pytestmark = [on_each_device, ignore_undersampled]


def of(pmf):
    return entropy(pmf.sum((-3, -2)), base=2, axis=-1)


def test_of_tables(rng):
    pmf = rng.random((2, 3, 4, 5, 3))
    batch = ff.decompose(pmf)
    np.testing.assert_allclose(batch.entropy, of(pmf), rtol=1e-12)
    assert batch[1, 2].entropy == batch.entropy[1, 2]
    low, high = batch.entropy.min(), batch.entropy.max()
    assert f"  H(Y) {low:.6f} to {high:.6f}" in repr(batch).splitlines()
    one = ff.decompose(pmf[0, 0])
    assert type(one.entropy) is float
    assert one.entropy == pytest.approx(of(pmf[0, 0]), rel=1e-12)
    assert one.mi_joint <= one.entropy
    many = ff.decompose_many([pmf[0, 0], pmf[0, 0, :2]])
    np.testing.assert_allclose(many.entropy, [of(pmf[0, 0]), of(pmf[0, 0, :2])], rtol=1e-12)
    marginals = ff.decompose_marginals(pmf[0].sum(-2), pmf[0].sum(-3))
    np.testing.assert_allclose(marginals.entropy, of(pmf[0]), rtol=1e-12)


def test_of_one_class_is_zero():
    value = ff.decompose(np.ones((2, 2, 1))).entropy
    assert value == 0
    assert not np.signbit(value)


def test_of_samples(rng):
    x1, x2, y, t = rng.integers(3, size=(4, 400))
    counted = of(np.eye(3)[y][None])
    for how in ({}, {"bias_correction": "auto", "n_resamples": 30}):
        assert ff.pid(x1, x2, y, **how).entropy == pytest.approx(counted, rel=1e-12)
    rows = rng.dirichlet(np.ones(4), 400)
    assert ff.pid(x1, x2, rows).entropy == pytest.approx(of(rows[None]), rel=1e-12)
    given = ff.conditional_pid(x1, x2, y, given=t)
    parts = [of(np.eye(3)[y[t == k]][None]) for k in range(3)]
    expected = np.dot(parts, np.bincount(t) / 400)
    assert given.result.entropy == pytest.approx(expected, rel=1e-12)
    assert f"  H(Y|T)          {expected:.6f}" in repr(given).splitlines()
    decided = ff.decision_pid(rows, rows, rows)
    assert decided.result.entropy == pytest.approx(of(rows[None]), rel=1e-12)


def test_is_said(rng):
    result = ff.pid(*rng.integers(3, size=(3, 300)), bias_correction="auto", n_resamples=30)
    value = f"{result.entropy:.6f}"
    assert f"  H(Y)            {value}" in repr(result).splitlines()
    assert f"H(word) {value}" in " ".join(table(result, target_name="word").split())
    assert result.to_dict()["entropy"] == result.entropy
    unknown = dataclasses.replace(result, entropy=None)
    assert "H(Y)" not in repr(unknown) + table(unknown)
