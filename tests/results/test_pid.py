# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A result: its coupling, contributions and batches, and that it stays as it is."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

import fourfold as ff
from fourfold.results.coupling import MAX_DENSE_ENTRIES
from tests.support.marks import ignore_undersampled, on_each_device

pytestmark = [on_each_device, ignore_undersampled]


def test_coupling_reads_fibres_slices_and_all(rng):
    table = rng.random((4, 6, 3))
    result = ff.decompose(table)
    q = result.coupling()
    assert q.shape == (4, 6, 3)
    np.testing.assert_array_equal(result.coupling(2, 5), q[2, 5])
    np.testing.assert_array_equal(result.coupling(-1, 0), q[-1, 0])
    np.testing.assert_array_equal(result.coupling(2), q[2])
    np.testing.assert_array_equal(result.coupling(j=5), q[:, 5])
    np.testing.assert_array_equal(
        result.coupling([0, 1, 3], [5, 5, 2]), q[[0, 1, 3], [5, 5, 2]]
    )
    with pytest.raises(IndexError, match=r"i must be in \[0, 4\), got 4"):
        result.coupling(4, 0)
    with pytest.raises(IndexError, match="j must be an integer"):
        result.coupling(0, 1.5)


@pytest.mark.cpu_only
def test_dense_coupling_is_refused_above_its_limit():
    k = 1 + int((MAX_DENSE_ENTRIES / 2) ** 0.5)
    marginal = np.ones((k, 2))
    result = ff.decompose_marginals(marginal, marginal, max_iter=0)  # X1, X2, Y independent
    with pytest.raises(ValueError, match="entries were asked for, at most 134217728"):
        result.coupling()
    assert result.coupling(0, 0) == pytest.approx(np.full(2, 1 / (2 * k * k)))


def test_result_is_frozen_plain_and_picklable(rng):
    result = ff.decompose(rng.random((3, 3, 3)))
    with pytest.raises(AttributeError):
        result.synergy = 0.0
    assert all(type(value) is float for value in (*result.atoms, *result.lower, result.gap))
    assert type(result.converged) is bool
    again = pickle.loads(pickle.dumps(result))
    assert again.atoms == result.atoms
    np.testing.assert_array_equal(again.coupling(), result.coupling())
    record = result.to_dict()
    assert record["unit"] == "bits"
    assert record["upper"]["redundancy"] == result.redundancy + result.gap


def test_contributions_and_fractions():
    result = ff.decompose(ff.gates.COPY.pmf)
    assert result.contributions() == (0.5, 0.5)
    assert result.fractions() == (0, 0.5, 0.5, 0)
    nothing = dataclasses.replace(result, mi_joint=1e-16, synergy=1e-16)
    assert np.isnan(nothing.fractions()).all()  # rounding has no parts
    c1, c2 = ff.decompose(ff.gates.XOR.pmf).contributions()
    assert np.isnan(c1)
    assert np.isnan(c2)
    batch = ff.decompose(np.stack([ff.gates.UNQ.pmf, ff.gates.RDN.pmf]))
    assert batch.contributions()[0][0] == 1
    assert np.isnan(batch.contributions()[0][1])
    corrected = dataclasses.replace(result, unique1=0.04, unique2=-0.01)
    assert corrected.contributions() == (1, 0)  # atoms below zero count as zero


def test_batch_and_single_are_told_apart():
    batch, single = ff.decompose([ff.gates.XOR.pmf]), ff.decompose(ff.gates.XOR.pmf)
    with pytest.raises(ValueError, match="index it first"):
        batch.coupling()
    with pytest.raises(TypeError, match="not a batch"):
        single[0]
    with pytest.raises(TypeError, match="not a batch"):
        len(single)
