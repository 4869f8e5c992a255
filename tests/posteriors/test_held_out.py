# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bounds from held-out terms hold where losses are rare, and know how many rows there are."""

import numpy as np

from fourfold.posteriors.held_out import FEWEST, Rows, outer_bounds


def test_rows_of_unequal_weight_count_as_fewer():
    weights = np.r_[np.full(4, 1.0), np.full(996, 1e-3)]
    rows = Rows(weights / weights.sum())
    assert rows.independent < 10
    terms = np.zeros(1000)
    assert np.isnan(outer_bounds(terms, terms, terms, terms + 1, rows, 0.95).redundancy)


def test_equal_rows_and_groups_count_as_they_are():
    assert Rows(np.full(FEWEST, 1 / FEWEST)).independent == FEWEST
    groups = np.repeat(np.arange(FEWEST), 7)
    assert Rows(np.full(len(groups), 1 / len(groups)), groups).independent == FEWEST
