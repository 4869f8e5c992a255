# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sparse counts of real data, on which a fixed number of sweeps cycles for ever."""

from __future__ import annotations

import pytest

import fourfold as ff
from tests.support.certified import assert_overlap
from tests.support.marks import ignore_undersampled, on_each_device
from tests.support.plug_in import PLUG_IN, plug_in

pytestmark = [on_each_device, ignore_undersampled]


@pytest.mark.parametrize("clusters", [16, 40])
@pytest.mark.parametrize("name", ["digits_halves", "breast_cancer", "wine"])
def test_real_counts_converge(name, clusters):
    x1, x2, y = getattr(ff.datasets, name)()
    estimator = ff.PIDEstimator(clusters, n_init=1, tol=1e-6, random_state=0, **PLUG_IN)
    estimator.fit(x1, x2, y)
    result = estimator.result_
    assert result.converged
    assert result.gap <= 1e-6
    assert result.n_samples == len(y)
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    assert min(result.atoms) >= 0
    looser = plug_in(estimator.labels1_, estimator.labels2_, y, tol=1e-3)
    assert_overlap(looser, result)
    if y.max() == 1:  # solved in closed form above
        first = plug_in(estimator.labels1_, estimator.labels2_, y, tol=1e-6, method="ipfp")
        assert first.converged
        assert_overlap(first, result)
