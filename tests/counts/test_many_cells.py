# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Cells of many sources beside counts of NumPy and of two sources."""

import numpy as np
import pytest

from fourfold.counts.count_labels import count_labels
from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.many_cells import count_sources


def labels(n=300, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(k, size=n) for name, k in (("a", 3), ("b", 4), ("c", 2))}, rng


def test_marginals_and_joint_states_are_those_of_numpy():
    sources, rng = labels()
    y = rng.integers(3, size=300)
    cells = count_sources(sources, y)
    assert cells.shape == (3, 4, 2, 3)
    assert cells.counts.sum() == cells.draws == 300
    table = np.zeros((4, 3), dtype=int)
    np.add.at(table, (sources["b"], y), 1)
    np.testing.assert_array_equal(cells.marginal(1, cells.counts[None])[0], table)
    joint = cells.joint((0, 2))
    expected = np.unique(np.c_[sources["a"], sources["c"], y], axis=0, return_counts=True)[1]
    found = joint.statistics(cells.counts[None])
    assert tuple(groups.number for groups in joint) == (6, len(expected))
    assert found.occupied.tolist() == [[6], [len(expected)]]
    assert found.singles[1, 0] == (expected == 1).sum()


def test_rows_know_their_cells():
    sources, rng = labels()
    y = rng.integers(3, size=300)
    cells = count_sources(sources, y)
    for column, states in zip((*sources.values(), y), cells.states(), strict=True):
        np.testing.assert_array_equal(states[cells.rows], column)


def test_a_pair_is_counted_as_two_sources_are():
    sources, rng = labels()
    y = np.array(["no", "yes"])[rng.integers(2, size=300)]
    found = count_sources(sources, y).split([0], [2], rows=True)
    expected = count_labels(sources["a"], sources["c"], y, rows=True).cells
    assert found.shape == expected.shape
    for one, other in zip(found[:2] + found[3:], expected[:2] + expected[3:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_halves_of_two_sources_are_the_same_however_they_are_counted():
    sources, rng = labels()
    y = rng.integers(3, size=300)
    both = {name: sources[name] for name in "ab"}
    many, two = count_sources(both, y), count_labels(*both.values(), y).cells
    (one,) = RandomParts(many, np.random.default_rng(1)).halves(3)
    (other,) = RandomParts(two, np.random.default_rng(1)).halves(3)
    flat = (many.codes[0] * many.shape[1] + many.codes[1]) * many.shape[2] + many.y
    np.testing.assert_array_equal(one[:, np.argsort(flat)], other)


def test_many_states_do_not_overflow_their_numbers():
    rng = np.random.default_rng(0)
    sources = {f"x{k}": rng.permutation(400) for k in range(6)}  # 400**6 tuples
    cells = count_sources(sources, rng.integers(2, size=400))
    assert [groups.number for groups in cells.joint(range(6))] == [400, 400]
    more = sources | {f"more{k}": rng.permutation(400) for k in range(2)}
    with pytest.raises(ValueError, match=r"400 x .* states by 2 classes .* merge states"):
        count_sources(more, rng.integers(2, size=400))
