# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The tables that are measured are what they are called, and the same ones again."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.peers.carried import support_size
from benchmarks.peers.clustered import breast_cancer_counts, digits_counts
from benchmarks.peers.families import FAMILIES
from benchmarks.peers.instances import dense_batch, dense_random, two_marginals


@pytest.mark.parametrize("family", ["dense", "digits"])
def test_family_gives_the_same_normalised_table_from_the_same_seed(family):
    make = FAMILIES[family].make
    table = make(8, 3)
    assert table.shape == (8, 8, 10)
    assert np.all(table >= 0)
    assert table.sum() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_array_equal(table, make(8, 3))
    assert not np.array_equal(table, make(8, 4))


def test_dense_tables_have_no_zero_and_digits_tables_are_counts():
    assert np.all(dense_random(8, 0) > 0)
    counts = digits_counts(16, 0) * 1797
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    assert np.all(counts.sum(axis=(0, 2)) > 0.5)
    assert np.count_nonzero(counts) < counts.size / 2


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
