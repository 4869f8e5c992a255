# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The lattice of what several sources tell of a target of two classes."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
from hypothesis import given, settings

import fourfold as ff
from fourfold import gates
from fourfold.solve.union.antichains import antichains_of
from fourfold.solve.union.from_table import union_information_from_table
from fourfold.solve.union.lattice import lattice_of
from tests.support.several_sources import tables_of_many
from tests.support.tables import information

NAMES = ("a", "b", "c", "d")


def tables_of(table):
    """p(x_A, y) of all subsets of the sources."""
    sources = range(table.ndim - 1)
    return [
        table.sum(tuple(k for k in sources if k not in subset)).reshape(-1, 2)
        for subset in antichains_of(table.ndim - 1).subsets
    ]


def lattice_of_table(table):
    return lattice_of(tables_of(table), NAMES[: table.ndim - 1])


@functools.cache
def below(sources):
    """(A, A): whether antichain j is below i, or it, in the order of Williams and Beer; at [i, j]."""
    order = antichains_of(sources)
    chains = [[set(order.subsets[place]) for place in chain] for chain in order.members]
    return np.array(
        [[all(any(a <= b for a in one) for b in other) for one in chains] for other in chains]
    )


@pytest.mark.parametrize(("sources", "number"), [(1, 1), (2, 4), (3, 18), (4, 166)])
def test_antichains_are_those_of_dedekind(sources, number):
    order = antichains_of(sources)
    chains = [[order.subsets[place] for place in chain] for chain in order.members]
    assert len(chains) == number
    for chain in chains:
        assert not any(set(a) <= set(b) for a, b in itertools.permutations(chain, 2))
    # covers are the order without what follows from it
    strictly = below(sources) & ~np.eye(number, dtype=bool)
    assert not np.triu(strictly).any()
    covers = strictly & ~(strictly @ strictly)
    assert [np.flatnonzero(row).tolist() for row in covers] == [
        each.tolist() for each in order.covered()
    ]


def binary(sources):
    """Tables of two classes, both of which occur."""
    return tables_of_many(sources=sources, classes=(2, 2)).filter(
        lambda table: (table.reshape(-1, 2).sum(0) > 0).all()
    )


@given(binary((2, 2)))
def test_of_two_sources_it_is_the_decomposition(table):
    found = lattice_of_table(table)
    exact = ff.decompose(table)
    atoms = [found[sets].atom for sets in (["a", "b"], ["a"], ["b"], [("a", "b")])]
    np.testing.assert_allclose(atoms, exact.atoms, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_of_two_sources_over_many_decades(seed):
    # so that corners of curves are apart by rounding only
    rng = np.random.default_rng(seed)
    table = rng.dirichlet(np.full(36, 0.05)).reshape(6, 3, 2)
    table[rng.random(table.shape) < 0.4] = 0.0
    table[0, 0] += 0.01
    table /= table.sum()
    exact, found = ff.decompose(table), lattice_of_table(table)
    atoms = [found[sets].atom for sets in (["a", "b"], ["a"], ["b"], [("a", "b")])]
    np.testing.assert_allclose(atoms, exact.atoms, rtol=0, atol=1e-12)


@given(binary((3, 4)))
@settings(max_examples=60)
def test_atoms_are_not_negative_and_add_up_from_below(table):
    found = lattice_of_table(table)
    assert found.atoms.min() >= -1e-12
    added = below(table.ndim - 1) @ found.atoms
    np.testing.assert_allclose(added, found.redundancy, rtol=0, atol=1e-12)
    for subset, part in zip(
        antichains_of(table.ndim - 1).subsets, tables_of(table), strict=True
    ):
        named = tuple(NAMES[k] for k in subset)
        assert found[[named]].redundancy == pytest.approx(information(part), abs=1e-12)


@given(binary((3, 3)))
@settings(max_examples=30)
def test_union_is_what_inclusion_and_exclusion_make_of_it(table):
    # of two classes, and there only
    result = union_information_from_table(table, source_names=NAMES[:3], tol=1e-9)
    found = result.lattice
    total = sum(
        -((-1) ** size) * found[part].redundancy
        for size in (1, 2, 3)
        for part in itertools.combinations("abc", size)
    )
    assert result["a", "b", "c"].union_information == pytest.approx(total, abs=1e-11)


def test_by_thresholds_on_a_grid():
    # the definition, summed over a million thresholds
    table = np.random.default_rng(4).dirichlet(np.ones(16)).reshape(2, 2, 2, 2)
    found = lattice_of_table(table)
    s = (np.arange(10**5) + 0.5) / 10**5
    worths = [
        np.maximum((1 - s) * part[:, 1:] - s * part[:, :1], 0.0).sum(0)
        for part in tables_of(table)
    ]
    base = np.maximum(table[..., 1].sum() - s, 0.0)
    subsets = antichains_of(3).subsets
    for sets, redundancy in zip(found.antichains, found.redundancy, strict=True):
        of_sets = [worths[subsets.index(tuple(map(NAMES.index, one)))] for one in sets]
        least = np.min(of_sets, axis=0) - base
        assert redundancy == pytest.approx((least / (s * (1 - s))).mean() / np.log(2), abs=1e-6)


def test_gates():
    parity = union_information_from_table(gates.parity(3).pmf).lattice
    assert parity[[("x1", "x2", "x3")]].atom == pytest.approx(1, abs=1e-12)
    same = union_information_from_table(gates.conjunction(3).pmf).lattice
    assert same["x1", "x2", "x3"].atom == pytest.approx(gates.conjunction(3).union_information)
    pairs = [("x1", "x2"), ("x1", "x3"), ("x2", "x3")]
    # what a pair tells beyond one source, all pairs tell
    one, two = (information(part) for part in tables_of(gates.conjunction(3).pmf)[2:4])
    assert same[pairs].atom == pytest.approx(two - one, abs=1e-12)


def test_none_for_more_classes_or_sources():
    assert union_information_from_table(gates.copies(2).pmf).lattice is None
    five = union_information_from_table(gates.parity(5).pmf, subsets=[(0, 1)])
    assert five.lattice is None
    empty = np.concatenate([gates.parity(3).pmf, np.zeros((2, 2, 2, 1))], -1)
    assert len(union_information_from_table(empty).lattice) == 18
