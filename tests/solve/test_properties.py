# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What holds for every table: Hypothesis looks for one for which it does not."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled, on_each_device

pytestmark = [on_each_device, ignore_undersampled]

TOL = 1e-6


@st.composite
def counts(draw, most=4):
    """Tables of small counts, many of them zero: the kind that real data gives."""
    shape = tuple(draw(st.integers(1, most)) for _ in range(3))
    table = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 9)))
    assume(table.sum() > 0)
    return table


@st.composite
def probabilities(draw):
    """Tables over many decades, exact zeros among them."""
    shape = tuple(draw(st.integers(1, 4)) for _ in range(3))
    exponents = draw(hnp.arrays(np.float64, shape, elements=st.floats(-12, 0)))
    kept = draw(hnp.arrays(np.bool_, shape))
    assume(kept.any())
    return np.where(kept, 10.0**exponents, 0.0)


tables = st.one_of(counts(), probabilities())


@given(tables)
def test_atoms_are_certified_non_negative_and_add_up(table):
    result = ff.decompose(table, tol=TOL)
    assert result.converged
    assert 0 <= result.gap <= TOL
    assert min(result.atoms) >= 0
    assert min(result.lower) >= 0
    assert np.all(np.array(result.lower) <= result.upper)
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    assert result.redundancy + result.unique1 == pytest.approx(result.mi1, abs=1e-12)
    assert result.redundancy + result.unique2 == pytest.approx(result.mi2, abs=1e-12)


@given(tables)
def test_swapping_the_sources_swaps_the_unique_atoms(table):
    one = ff.decompose(table, tol=TOL)
    other = ff.decompose(table.swapaxes(0, 1), tol=TOL)
    swapped = (other.redundancy, other.unique2, other.unique1, other.synergy)
    np.testing.assert_allclose(one.atoms, swapped, rtol=0, atol=one.gap + other.gap + 1e-12)


@given(tables, st.randoms(use_true_random=False))
def test_relabelling_changes_nothing(table, random):
    shuffled = table
    for axis in range(3):
        order = list(range(table.shape[axis]))
        random.shuffle(order)
        shuffled = np.take(shuffled, order, axis)
    one, other = ff.decompose(table, tol=TOL), ff.decompose(shuffled, tol=TOL)
    np.testing.assert_allclose(one.atoms, other.atoms, rtol=0, atol=one.gap + other.gap + 1e-12)


@given(tables)
def test_processing_a_source_loses_information(table):
    assume(table.shape[0] > 1)
    merged = np.concatenate([table[:1] + table[1:2], table[2:]])
    before, after = ff.decompose(table, tol=TOL), ff.decompose(merged, tol=TOL)
    slack = before.gap + after.gap + 1e-12
    assert after.mi1 <= before.mi1 + 1e-12
    assert after.mi_joint <= before.mi_joint + 1e-12
    assert after.union_information <= before.union_information + slack
    assert after.unique1 <= before.unique1 + slack


@given(counts(), st.integers(2, 50))
def test_only_proportions_matter(table, factor):
    one, other = ff.decompose(table, tol=TOL), ff.decompose(table * factor, tol=TOL)
    np.testing.assert_allclose(one.atoms, other.atoms, rtol=0, atol=1e-9 + one.gap + other.gap)
    assert one.n_samples == table.sum()
    assert other.n_samples == factor * table.sum()


@given(tables)
def test_states_without_mass_change_nothing(table):
    padded = np.pad(table, ((0, 1), (1, 0), (1, 1)))
    one, other = ff.decompose(table, tol=TOL), ff.decompose(padded, tol=TOL)
    np.testing.assert_allclose(one.atoms, other.atoms, rtol=0, atol=1e-12)


@given(counts(most=3), counts(most=2))
def test_independent_systems_add(first, second):
    together = np.kron(first, second)
    parts = [ff.decompose(table, tol=TOL) for table in (first, second)]
    whole = ff.decompose(together, tol=TOL)
    added = np.array(parts[0].atoms) + np.array(parts[1].atoms)
    slack = whole.gap + sum(part.gap for part in parts) + 1e-12
    np.testing.assert_allclose(whole.atoms, added, rtol=0, atol=slack)


@given(tables)
def test_coupling_keeps_the_marginals_and_attains_the_union_information(table):
    result = ff.decompose(table, tol=TOL)
    p = table / table.sum()
    q = result.coupling()
    assert q.shape == table.shape
    assert q.min() >= 0
    np.testing.assert_allclose(q.sum(1), p.sum(1), rtol=0, atol=1e-14)
    np.testing.assert_allclose(q.sum(0), p.sum(0), rtol=0, atol=1e-14)
    of_q = ff.decompose(q, tol=1e-2).mi_joint
    lower, upper = result.union_information - result.gap, result.union_information
    assert lower - 1e-9 <= of_q <= upper + TOL + 1e-9
