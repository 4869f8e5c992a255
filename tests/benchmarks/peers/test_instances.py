# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The tables that are measured are what they are called, and the same ones again."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.peers.carried import describe_carried, distinct_states, support_size
from benchmarks.peers.clustered import breast_cancer_counts, digits_counts, two_gaussian_views
from benchmarks.peers.families import FAMILIES
from benchmarks.peers.instances import dense_batch, dense_random, dense_tall, two_marginals
from benchmarks.peers.soft import KINDS, independent_given_target, soft_marginals

#: Those that take seconds.
SLOW = {"gauss-20000", "gauss-2000"}


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - SLOW))
def test_family_gives_the_same_normalised_table_from_the_same_seed(family):
    make = FAMILIES[family].make
    table = make(8, 3)
    assert table.shape[:2] == (8, 8)
    assert table.shape[2] == {"wine": 3, "breast-cancer": 2}.get(
        family, int(family.split("-")[2]) if family.startswith("soft") else 10
    )
    assert np.all(table >= 0)
    assert table.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_array_equal(table, make(8, 3))
    assert not np.array_equal(table, make(8, 4))


def test_families_leave_out_more_states_than_half_of_the_rows():
    assert FAMILIES["wine"].sizes(None) == [16, 32, 64]
    assert FAMILIES["wine"].sizes((256, 64, 8, 8)) == [8, 64]
    assert FAMILIES["dense"].sizes((512,)) == [512]
    for family in FAMILIES.values():
        assert family.sizes(None) == list(family.states)
        assert min(family.states) >= 16
        assert max(family.states) <= 256


def test_dense_tables_have_no_zero_and_digits_tables_are_counts():
    assert np.all(dense_random(8, 0) > 0)
    counts = digits_counts(16, 0) * 1797
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    assert np.all(counts.sum(axis=(0, 2)) > 0.5)
    assert np.count_nonzero(counts) < counts.size / 2


def test_tall_tables_are_dense_and_come_again():
    table = dense_tall(9, 2, 5, 1)
    assert table.shape == (9, 2, 5)
    assert table.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(table > 0)
    np.testing.assert_array_equal(table, dense_tall(9, 2, 5, 1))
    assert not np.array_equal(table, dense_tall(9, 2, 5, 2))


def test_two_marginals_share_the_target_and_are_deterministic():
    p1y, p2y = two_marginals(6, 9, 5, 0)
    assert p1y.shape == (6, 5)
    assert p2y.shape == (9, 5)
    assert p1y.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(p1y.sum(axis=0), p2y.sum(axis=0), rtol=1e-12)
    for first, again in zip((p1y, p2y), two_marginals(6, 9, 5, 0), strict=True):
        np.testing.assert_array_equal(first, again)


def test_support_size_counts_the_cells_that_both_marginals_allow():
    table = digits_counts(8, 0)
    allowed = (table.sum(axis=1)[:, None, :] > 0) & (table.sum(axis=0)[None] > 0)
    assert support_size(table) == np.count_nonzero(allowed)


def test_breast_cancer_table_counts_569_biopsies_the_same_way_again():
    make = breast_cancer_counts
    table = make(8, 3)
    assert table.shape == (8, 8, 2)
    counts = table * 569
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    np.testing.assert_allclose(counts.sum(axis=(0, 1)), [212, 357])  # malignant, benign
    assert np.all(counts.sum(axis=(0, 2)) > 0.5)
    np.testing.assert_array_equal(table, make(8, 3))
    assert not np.array_equal(table, make(8, 4))


def test_batch_of_tables_is_deterministic_and_each_is_normalised():
    make = dense_batch
    tables = make(3, 4, 1)
    assert tables.shape == (3, 4, 4, 10)
    np.testing.assert_allclose(tables.sum(axis=(1, 2, 3)), 1.0, rtol=1e-12)
    np.testing.assert_array_equal(tables, make(3, 4, 1))
    assert not np.array_equal(tables, make(3, 4, 2))
    assert not np.array_equal(tables[0], tables[1])


def test_gaussian_views_share_noise_in_four_directions_of_either():
    x1, x2, y = two_gaussian_views(20_000, 0)
    assert x1.shape == x2.shape == (20_000, 16)
    first, second = x1[y == 0], x2[y == 0]
    correlations = np.corrcoef(first.T, second.T)[:16, 16:]
    shared = np.zeros((16, 16))
    shared[:4, 12:] = 0.5 * np.eye(4)  # of variance 1 beside 1 of its own
    np.testing.assert_allclose(correlations, shared, atol=0.12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 10])
def test_soft_marginals_share_the_target_and_have_states_of_equal_mass(kind, classes):
    p1y, p2y = soft_marginals(kind, 12, classes, 5)
    np.testing.assert_allclose(p1y.sum(0), p2y.sum(0), rtol=1e-12)
    np.testing.assert_allclose(p1y.sum(1), 1 / 12, rtol=1e-12)
    np.testing.assert_allclose(p2y.sum(1), 1 / 12, rtol=1e-9)
    np.testing.assert_array_equal(p1y, soft_marginals("unequal", 12, classes, 5)[0])
    table = independent_given_target(p1y, p2y)
    np.testing.assert_allclose(table.sum(1), p1y, atol=1e-15)
    np.testing.assert_allclose(table.sum(0), p2y, atol=1e-15)


def test_soft_marginals_are_equal_in_another_order_or_nearly_so():
    p1y, p2y = soft_marginals("equal", 12, 4, 5)
    assert not np.array_equal(p1y, p2y)
    np.testing.assert_array_equal(np.sort(p1y, axis=0), np.sort(p2y, axis=0))
    near, far = (
        np.abs(np.log(p / first)).mean()
        for first, p in (soft_marginals(kind, 40, 4, 5) for kind in ("near", "unequal"))
    )
    assert near < 0.2
    assert far > 1.0


def test_states_of_one_posterior_are_counted_once():
    p1y = np.array([[0.1, 0.2], [0.0, 0.0], [0.05, 0.1], [0.1 / 3, 0.2 / 3], [0.3, 0.0]])
    p2y = np.array([[0.4, 0.0], [0.1, 0.4]])
    merged = distinct_states(p1y)
    assert len(merged) == 2
    np.testing.assert_allclose(merged.sum(0), p1y.sum(0))
    assert describe_carried(p1y, p2y) == {"differing": [2, 2], "carrying": 2 * 2 + 1 * 1}
    table = digits_counts(64, 0)
    found = describe_carried(table.sum(1), table.sum(0))
    assert max(found["differing"]) < 64
    assert found["carrying"] < support_size(table)
