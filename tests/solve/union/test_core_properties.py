# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What holds of v* of any tables: Hypothesis looks for some for which it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fourfold import _core
from tests.support.several_sources import (
    METHODS,
    assert_coupling,
    assert_dual,
    hull_bits,
    marginals_of,
    random_marginals,
    solve,
    tables_of_many,
)  # fmt: skip
from tests.support.tables import information

TOL = 1e-7
#: Between two solves of the same tables in another order.
ROUNDING = 1e-12

methods = st.sampled_from(METHODS)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=30)


any_tables = tables_of_many(sources=(2, 4), classes=(2, 4), most=4).map(marginals_of)


def certified(tables, method):
    result = solve(tables, method, tol=TOL, coupling=True)
    assert 0 <= result["upper"] - result["lower"] <= TOL
    return result


@few
@given(any_tables, methods)
def test_bounds(tables, method):
    """Between the most that one source tells, and H(Y) and what all tell in sum."""
    result = certified(tables, method)
    alone = [information(table) for table in tables]
    py = tables[0].sum(0)
    entropy = -(py[py > 0] * np.log2(py[py > 0])).sum()
    assert result["upper"] >= max(alone) - ROUNDING
    assert result["lower"] <= min(entropy, sum(alone)) + ROUNDING
    assert_dual(tables, result)
    assert_coupling(tables, result)


@few
@given(any_tables, methods)
def test_one_source_more_tells_no_less(tables, method):
    fewer = certified(tables[:-1], method)
    assert fewer["lower"] <= certified(tables, method)["upper"] + ROUNDING


@few
@given(any_tables, methods, seeds)
def test_the_order_of_sources_states_and_classes_does_not_matter(tables, method, seed):
    rng = np.random.default_rng(seed)
    classes = rng.permutation(tables[0].shape[1])
    moved = [
        tables[i][rng.permutation(len(tables[i]))][:, classes]
        for i in rng.permutation(len(tables))
    ]
    one, other = certified(tables, method), certified(moved, method)
    assert one["lower"] <= other["upper"] + ROUNDING
    assert other["lower"] <= one["upper"] + ROUNDING


@few
@given(any_tables, methods, seeds)
def test_data_processing(tables, method, seed):
    """A source seen through a channel tells no more."""
    rng = np.random.default_rng(seed)
    channel = rng.dirichlet(np.full(3, 0.5), size=len(tables[0]))
    garbled = [channel.T @ tables[0], *tables[1:]]
    assert certified(garbled, method)["lower"] <= certified(tables, method)["upper"] + ROUNDING


@few
@given(any_tables)
def test_both_methods_meet(tables):
    one, other = (certified(tables, method) for method in METHODS)
    assert one["lower"] <= other["upper"] + ROUNDING
    assert other["lower"] <= one["upper"] + ROUNDING


@few
@given(any_tables)
def test_three_sources_are_submodular(tables):
    """v*(01) + v*(02) >= v*(012) + I(X0;Y): both couplings keep p(x0, y) and can be glued there."""
    assume(len(tables) > 2)
    first, second, third = tables[:3]
    most = (
        certified([first, second], "auto")["upper"] + certified([first, third], "auto")["upper"]
    )
    least = certified([first, second, third], "auto")["lower"] + information(first)
    assert most >= least - ROUNDING


@pytest.mark.parametrize("seed", range(3))
def test_two_classes_are_exact_without_a_step(seed):
    tables = random_marginals((30, 40, 50), 2, seed=seed, concentration=0.3)
    result = solve(tables, "auto", max_iter=0)
    assert _core.UNION_SOLVERS[result["solver"]] == "roc-hull"
    assert 0 <= result["upper"] - result["lower"] < 1e-12
    assert result["upper"] == pytest.approx(hull_bits(tables), abs=1e-12)
