# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What `_core.solve_union` refuses, and how a solve is stopped."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold import _core
from tests.support.processes import output_of, script
from tests.support.several_sources import random_marginals, solve
from tests.support.tables import information


def spoiled(value):
    tables = random_marginals((3, 4, 2), 3)
    tables[1][2, 1] = value
    return tables


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1e-9])
def test_a_table_with_what_is_no_mass(value):
    with pytest.raises(ValueError, match=r"tables\[1\]: .*probabilities"):
        solve(spoiled(value))


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [np.ones(3)],
        [np.ones((2, 3)) / 6, np.ones((2, 2)) / 4],
        [np.zeros((0, 3)), np.ones((2, 3)) / 6],
        [np.ones((2, 0)), np.ones((2, 0))],
    ],
    ids=["none", "a vector", "other classes", "no states", "no classes"],
)
def test_tables_that_do_not_belong_together(tables):
    with pytest.raises(ValueError, match="tables"):
        solve(tables)


def test_a_table_of_fortran_order():
    with pytest.raises(ValueError, match=r"tables\[1\]: .*contiguous"):
        _core.solve_union(
            [np.ones((2, 2)) / 4, np.asfortranarray(np.ones((2, 2)) / 4)],
            method="auto", tol=1e-6, max_iter=9, num_threads=1,
        )  # fmt: skip


def test_a_method_that_is_none():
    with pytest.raises(ValueError, match=r"method: .*'simplex'"):
        solve(random_marginals((3, 4, 2), 3), "simplex")


def test_a_list_of_all_tuples_that_cannot_be():
    with pytest.raises(ValueError, match="method: 'dense' holds every tuple"):
        solve(random_marginals((200, 200, 200), 3), "dense")


def test_more_tuples_than_can_be_looked_at_leave_bounds():
    tables = random_marginals((200,) * 9, 3)
    result = solve(tables)
    assert result["iterations"] == 0
    alone = max(map(information, tables))
    assert alone - 1e-9 <= result["lower"] < result["upper"] <= np.log2(3)


def test_bounds_of_tables_of_different_targets_are_as_wide_as_those_differ():
    """No coupling has them: Python refuses them, the core says nothing false."""
    tables = random_marginals((3, 4, 2), 3)
    shifted = tables[2] * [1.0, 1.0 + 1e-6, 1.0]
    result = solve([*tables[:2], shifted / shifted.sum()], tol=1e-9)
    one = solve(tables, tol=1e-9)
    assert result["lower"] < one["lower"] < one["upper"] < result["upper"]


def test_tables_without_mass_tell_nothing():
    result = solve([np.zeros((2, 3)), np.zeros((2, 3))])
    assert result["lower"] <= 0 <= result["upper"] < 1e-12


def test_ctrl_c_ends_a_solve():
    code = script(
        """
        from fourfold import _core
        def draw(states):
            return np.ascontiguousarray(rng.dirichlet(np.ones(states), size=10).T / 10)
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        try:
            _core.solve_union(
                [draw(48) for _ in range(4)], method="working-set", tol=1e-14,
                max_iter=10**6, num_threads=1, coupling=False,
            )
        except KeyboardInterrupt:
            print("interrupted")
        """
    )
    assert output_of(code) == "interrupted\n"
