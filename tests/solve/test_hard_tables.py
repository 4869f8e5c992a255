# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The worst finds of `python -m benchmarks robustness`: a few steps are enough for each."""

from __future__ import annotations

import importlib

import pytest

import fourfold as ff
from tests.support.certified import assert_overlap
from tests.support.marks import ignore_undersampled
from tests.support.paths import ROOT

pytestmark = ignore_undersampled

if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("the benchmarks folder is not here", allow_module_level=True)

#: Family, number of the table, most states of an axis. Each took hundreds to thousands of steps,
#: or did not come to an end, when the marginals' residual alone decided how far mu may fall.
FOUND = [
    ("Poisson counts of mean 0.5", 931, 12),
    ("Poisson counts of mean 0.5", 2155, 12),
    ("counts 0 to 9", 727, 12),
    ("counts 0 to 9", 2509, 12),
    ("nearly uniform", 315, 12),
    ("nearly uniform", 2758, 12),
    ("300 decades and zeros", 2435, 12),
    ("zeros beside 1e-18", 6, 64),
]


@pytest.fixture
def draw():
    return importlib.import_module("benchmarks.hard.tables").draw


@pytest.mark.parametrize("method", ["auto", "newton", "sparse"])
@pytest.mark.parametrize(("family", "index", "most"), FOUND)
def test_second_order_steps_do_not_stall(draw, family, index, most, method):
    table = draw(family, 0, index, most).table
    result = ff.decompose(table, tol=1e-8, method=method, max_iter=200)
    assert result.converged
    assert result.gap <= 1e-8
    # a coarse first-order interval, from another path to the optimum
    early = ff.decompose(table, tol=1e-3, method="ipfp")
    assert early.converged
    assert_overlap(result, early, slack=0)
