# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Second-order steps: exact answers, agreement with first-order ones."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from tests.support.certified import assert_has_marginals_of, assert_overlap
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import PLUG_IN, plug_in
from tests.support.tables import decades, dense, sparse

pytestmark = ignore_undersampled


FAMILIES = [dense, sparse, decades]
# more unknowns than one block of the factorisation, odd sizes, either source the larger one
SHAPES = [(2, 2, 2), (3, 7, 4), (9, 4, 5), (17, 19, 6), (30, 12, 3), (5, 40, 9), (33, 33, 10)]


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", FAMILIES)
def test_certifies_ten_digits_and_agrees_with_first_order(family, shape):
    table = family(shape)
    second = ff.decompose(table, tol=1e-10, method="newton")
    assert second.converged
    assert second.gap <= 1e-10
    assert second.iterations < 60
    assert_overlap(ff.decompose(table, tol=1e-3, method="ipfp"), second, slack=1e-13)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", FAMILIES)
def test_coupling_attains_the_value(family, shape):
    table = family(shape)
    result = ff.decompose(table, tol=1e-10, method="newton")
    q = result.coupling()
    assert_has_marginals_of(q, table)
    assert q.min() >= 0
    of_q = ff.decompose(q, tol=1.0).mi_joint
    assert of_q == pytest.approx(result.union_information, abs=2e-10)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_change_the_result(threads):
    table = dense((40, 45, 8))
    one = ff.decompose(table, tol=1e-9, method="newton", num_threads=1)
    other = ff.decompose(table, tol=1e-9, method="newton", num_threads=threads)
    assert one.atoms == other.atoms
    np.testing.assert_array_equal(one.coupling(3), other.coupling(3))


def test_auto_is_never_much_slower_in_steps():
    """Where first-order steps crawl, auto moves over: six digits within a hundred steps."""
    x1, x2, y = ff.datasets.digits_halves()
    estimator = ff.PIDEstimator(40, n_init=1, random_state=0, **PLUG_IN).fit(x1, x2, y)
    labels = estimator.labels1_, estimator.labels2_, y
    auto = plug_in(*labels, tol=1e-8)
    first = plug_in(*labels, tol=1e-8, method="ipfp")
    assert auto.converged
    assert auto.iterations < 0.5 * first.iterations
    assert_overlap(auto, first, slack=1e-13)


def test_max_iter_counts_both_kinds_of_step():
    with pytest.warns(ff.ConvergenceWarning):
        result = ff.decompose(dense((12, 12, 5)), tol=1e-12, method="newton", max_iter=10)
    assert result.iterations == 10
