# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Targets of rare classes, and of one."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.workflows.decoding.targets import nothing_told, rare_merged


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([6, 7], [6, 7]),
        ([6, 3, 3, 9], [6, 6, 9]),  # both rare ones together
        ([6, 2, 9], [8, 9]),  # the smallest other one joins
        ([3, 9], [12]),
        ([12], [12]),
        ([0, 6, 6], [6, 6]),
    ],
)
def test_rare_classes_are_one(counts, expected):
    codes = np.repeat(np.arange(len(counts)), counts)
    found = rare_merged(codes, 5)
    assert sorted(np.bincount(found)) == sorted(expected)
    for k in np.flatnonzero(np.array(counts) >= 5):  # rows of a class stay together
        assert len(set(found[codes == k])) == 1


def test_of_one_class_nothing_is_told():
    found = nothing_told(20, 0.9)
    assert found.atoms == (0, 0, 0, 0)
    assert found.outer_bounds == (0, 0, 0, 0, 0.9)
    assert found.entropy == found.gap == 0
    assert "20 rows" in repr(found)
