# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What `_core.solve_union` refuses, and how a solve is stopped."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.processes import output_of, script
from tests.support.several_sources import dense, solve


def spoiled(value):
    tables = dense((3, 4, 2), 3)
    tables[1][2, 1] = value
    return tables


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1e-9])
def test_a_table_with_what_is_no_mass(value):
    with pytest.raises(ValueError, match=r"tables.*(finite|negative)"):
        solve(spoiled(value))


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [np.ones(3)],
        [np.ones((2, 3)) / 6, np.ones((2, 2)) / 4],
        [np.zeros((0, 3)), np.ones((2, 3)) / 6],
        [np.ones((2, 0)), np.ones((2, 0))],
        [np.zeros((2, 3)), np.zeros((2, 3))],
    ],
    ids=["none", "a vector", "other classes", "no states", "no classes", "no mass"],
)
def test_tables_that_do_not_belong_together(tables):
    with pytest.raises(ValueError, match="tables"):
        solve(tables)


def test_tables_of_different_targets():
    tables = dense((3, 4, 2), 3)
    tables[2] = np.full((2, 3), 1 / 6)
    with pytest.raises(ValueError, match="tables"):
        solve(tables)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("tol", np.nan), ("tol", -1.0), ("max_iter", -1), ("method", "simplex")],
)
def test_options(argument, value):
    with pytest.raises(ValueError, match=argument):
        solve(dense((3, 4, 2), 3), **{argument: value})


def test_ctrl_c_ends_a_solve():
    code = script(
        """
        from fourfold import _core
        def draw(states):
            return rng.dirichlet(np.ones(states), size=10).T / 10
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
