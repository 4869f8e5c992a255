# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""v* of several sources against closed forms, another program, and the two-source solver."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core
from tests.support.marks import ignore_undersampled
from tests.support.several_sources import (
    CLOSED_FORMS,
    METHODS,
    hull_bits,
    random_marginals,
    solve,
)
from tests.support.tables import information

pytestmark = [ignore_undersampled, pytest.mark.parametrize("method", METHODS)]

#: Of the closed forms and of the tables' own masses.
ROUNDING = 1e-12


def assert_inside(value, result, tol, rounding=ROUNDING):
    assert result["upper"] - result["lower"] <= tol
    assert result["lower"] - rounding <= value <= result["upper"] + rounding


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_closed_forms(name, method):
    tables, value = CLOSED_FORMS[name]
    assert_inside(value, solve(tables, method, tol=1e-9), 1e-9)


def test_and_of_three_is_what_the_literature_has(method):
    # Griffith and Koch (2014), figures of AND gates
    tables, _ = CLOSED_FORMS["and of three"]
    assert solve(tables, method)["upper"] == pytest.approx(0.137925, abs=1e-6)


@pytest.mark.parametrize(
    ("sizes", "classes", "value"),
    # by a prototype in NumPy, and within 4e-7 of Clarabel on smaller tables
    [
        ((8, 8, 8), 4, 0.4987625),
        ((16, 16, 16), 4, 0.5498189),
        ((16, 16, 16), 10, 0.7805574),
        ((16, 16, 16, 16), 4, 0.5774128),
    ],
)
def test_another_program(sizes, classes, value, method):
    if method == "dense" and len(sizes) > 3:
        pytest.skip("takes seconds")
    result = solve(random_marginals(sizes, classes), method, tol=1e-7)
    assert_inside(value, result, 1e-7, 1e-7)
    assert _core.UNION_SOLVERS[result["solver"]] == method


@pytest.mark.parametrize("n_sources", [3, 4])
@pytest.mark.parametrize("concentration", [0.2, 1.0])
def test_two_classes_are_the_hull_of_all_curves(n_sources, concentration, method):
    tables = random_marginals(
        [5, 4, 3, 4][:n_sources], 2, seed=n_sources, concentration=concentration
    )
    assert_inside(hull_bits(tables), solve(tables, method, tol=1e-9), 1e-9)


def two_source(first, second):
    """Bounds on v* of two sources."""
    result = ff.decompose_marginals(first, second, tol=1e-10)
    return result.union_information - result.gap, result.union_information


THIRDS = {
    "constant": lambda first, _: first.sum(0, keepdims=True),
    "the first again": lambda first, _: first,
    "the second, states split": lambda _, second: np.concatenate([0.3 * second, 0.7 * second]),
    "the first garbled": lambda first, _: (
        np.random.default_rng(7).dirichlet(np.ones(3), size=len(first)).T @ first
    ),
    "the second garbled": lambda _, second: (
        np.random.default_rng(8).dirichlet(np.ones(6), size=len(second)).T @ second
    ),
}


@pytest.mark.parametrize("third", THIRDS)
@pytest.mark.parametrize("place", [0, 2])
def test_a_third_source_that_adds_nothing(third, place, method):
    first, second = random_marginals((5, 4), 4, seed=11)
    tables = [first, second]
    tables.insert(place, THIRDS[third](first, second))
    lower, upper = two_source(first, second)
    result = solve(tables, method, tol=1e-8)
    assert result["upper"] - result["lower"] <= 1e-8
    assert result["lower"] <= upper + ROUNDING
    assert lower <= result["upper"] + ROUNDING


def test_two_sources_are_two_sources(method):
    first, second = random_marginals((6, 7), 5, seed=12)
    lower, upper = two_source(first, second)
    result = solve([first, second], method, tol=1e-9)
    assert result["lower"] <= upper + ROUNDING
    assert lower <= result["upper"] + ROUNDING


def test_one_source_is_its_information(method):
    (table,) = random_marginals((6,), 4, seed=13)
    assert_inside(information(table), solve([table], method), ROUNDING)
