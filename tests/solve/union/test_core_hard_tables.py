# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables that double precision or first-order steps fail on: all are certified, none inverted."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from tests.support.paths import ROOT
from tests.support.several_sources import METHODS, assert_dual, hull_bits, solve
from tests.support.tables import information

if not (ROOT / "benchmarks" / "__main__.py").exists():
    pytest.skip("the benchmarks folder is not here", allow_module_level=True)

hard_tables = importlib.import_module("benchmarks.many.hard_tables")
draw = hard_tables.draw
PER_FAMILY = 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_sources", [3, 4])
@pytest.mark.parametrize("family", hard_tables.FAMILIES)
def test_every_table_is_certified(family, n_sources, method):
    for index in range(PER_FAMILY):
        tables = draw(family, index, n_sources)
        result = solve(tables, method, tol=1e-7)
        assert 0 <= result["upper"] - result["lower"] <= 1e-7, index
        assert_dual(tables, result)


@pytest.mark.parametrize("method", METHODS)
def test_equal_sources_are_one(method):
    for index in range(PER_FAMILY):
        tables = draw("equal", index, 3)
        result = solve(tables, method, tol=1e-7)
        assert result["lower"] - 1e-12 <= information(tables[0]) <= result["upper"] + 1e-12


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("apart", [1e-12, 1e-9, 1e-6])
def test_nearly_equal_sources_tell_a_little_more_than_one(apart, method):
    """At most what each tells beside what it shares with the first: of the order of the difference."""
    for index in range(PER_FAMILY):
        tables = draw(f"equal up to {apart:g}", index, 3)
        result = solve(tables, method, tol=1e-7)
        alone = max(map(information, tables))
        assert alone - 1e-12 <= result["upper"]
        assert result["lower"] <= alone + 20 * apart + 1e-12


def test_the_hardest():
    """Which stall at 1e-7 in double precision: their slacks' ratios span more than 16 digits."""
    for index, n_sources in ((15, 3), (1, 4)):
        tables = draw("equal up to 1e-06", index, n_sources)
        bounds = [solve(tables, method, tol=1e-9) for method in METHODS]
        for result in bounds:
            assert 0 <= result["upper"] - result["lower"] <= 1e-9
        assert np.ptp([result["upper"] for result in bounds]) <= 2e-9


@pytest.mark.parametrize("order", [1, -1])
def test_odds_that_no_double_holds_are_certified(order):
    tables = [
        np.array([[0.5, 0.4], [1e-320, 0.1]])[:, ::order],
        np.array([[0.3, 0.2], [0.2, 0.3]])[:, ::order],
    ]
    tables.append(tables[1])
    result = solve(tables)
    assert 0 <= result["upper"] - result["lower"] <= 1e-12
    assert result["upper"] == pytest.approx(hull_bits(tables), abs=1e-12)
    assert_dual(tables, result)
