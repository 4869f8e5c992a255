# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows that belong together, within strata."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.conditional.strata import strata_of
from fourfold.workflows.decoding.targets import rare_merged


@pytest.fixture(scope="module")
def copies():
    """100 samples of each of two strata, each three times with a little noise, and their groups."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    x1, x2 = (1.5 * y[:, None] + rng.standard_normal((200, 2)) for _ in "ab")
    groups = np.repeat(np.arange(200), 3)
    columns = (x[groups] + 0.3 * rng.standard_normal((600, 2)) for x in (x1, x2))
    return *columns, y[groups], groups % 2, groups


def test_groups_stay_together_and_errors_are_of_groups(copies):
    x1, x2, y, given, groups = copies
    loose = ff.conditional_pid(x1, x2, y, given=given)
    found = ff.conditional_pid(x1, x2, y, given=given, groups=groups)
    held = found.result.information.held_out.mi_joint
    assert held < loose.result.information.held_out.mi_joint - 0.02  # copies were seen before
    ratio = np.array(found.result.information.standard_error) / np.array(
        loose.result.information.standard_error
    )
    assert 1.3 < ratio[0] < 2.2  # root of three
    np.testing.assert_array_equal(found.result.row_groups, groups)
    assert found.by_stratum[0].row_groups.max() == 99


def test_strata_of_few_groups_are_small():
    given = np.repeat([0, 1, 2], [300, 200, 100])
    groups = np.where(given == 0, np.arange(600), np.arange(600) % 4)
    found = strata_of(given, 600, 50, groups=groups, least_groups=5)
    assert found.pooled == ("1", "2")
    with pytest.raises(
        ValueError, match=r"^given: none of its 3 values has 50 rows of 400 groups"
    ):
        strata_of(given, 600, 50, groups=groups, least_groups=400)


@pytest.mark.parametrize("estimator", ["kmeans", None])
def test_tables_take_no_groups(copies, estimator):
    x1, x2, y, given, groups = copies
    sources = (x1, x2) if estimator else (y, given)
    with pytest.raises(ValueError, match=r"^groups: is of classifiers.* one row of each group"):
        ff.conditional_pid(*sources, y, given=given, groups=groups, estimator=estimator)


def test_numbers_of_groups_are_those_of_rows(copies):
    x1, x2, y, given, groups = copies
    with pytest.raises(ValueError, match="groups"):
        ff.conditional_pid(x1, x2, y, given=given, groups=groups[:-1])


def test_classes_of_one_group_are_merged():
    codes = np.array([0] * 20 + [1] * 20 + [2] * 10 + [3] * 10)
    groups = np.concatenate([np.arange(20), np.arange(20), np.full(10, 99), np.arange(10)])
    assert len(np.unique(rare_merged(codes, 5))) == 4
    found = rare_merged(codes, 5, groups)
    # class 2 is of one group, and the smallest other class joins it
    assert [len(np.unique(found[codes == k])) for k in range(4)] == [1] * 4
    assert found[40] == found[50] != found[0]
    assert len(np.unique(found)) == 3
