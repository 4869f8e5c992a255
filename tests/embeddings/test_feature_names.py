# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Names of the columns of both sources: those that were fitted, in their order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

N = 60
RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, N)
X1, X2 = RNG.normal(size=(N, 3)) + Y[:, None], RNG.normal(size=(N, 2)) - Y[:, None]
NAMES = ["a", "b", "c"], ["d", "e"]


def frames(package="pandas"):
    frame = pytest.importorskip(package).DataFrame
    columns = [dict(zip(n, x.T, strict=True)) for n, x in zip(NAMES, (X1, X2), strict=True)]
    return frame(columns[0]), frame(columns[1])


@pytest.fixture(scope="module")
def fitted():
    return ff.PIDEstimator(3, probe=False, random_state=0).fit(*frames(), Y)


CALLS = {
    "transform": lambda estimator, x1, x2: estimator.transform(x1, x2),
    "score": lambda estimator, x1, x2: estimator.score(x1, x2, Y),
    "count": lambda estimator, x1, x2: estimator.count(x1, x2, Y),
    "count of blocks": lambda estimator, x1, x2: estimator.count([(x1, x2, Y)]),
}


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_names_are_kept_of_both_sources(package):
    for estimator in (ff.PIDEstimator(3, probe=False), ff.ClassifierPID("fast", cv=2)):
        names = estimator.fit(*frames(package), Y).feature_names_in_
        assert [[*each] for each in names] == [*NAMES]
        assert not hasattr(estimator.fit(X1, X2, Y), "feature_names_in_")
        first, second = estimator.fit(frames(package)[0], X2, Y).feature_names_in_
        assert [*first] == NAMES[0]
        assert second is None


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=20, deadline=None)
@given(names=st.permutations(["a", "b", "c", "z"]).map(lambda drawn: drawn[:3]))
def test_other_names_and_another_order_are_refused(call, names, fitted):
    first, second = frames()
    first.columns = names
    if names == NAMES[0]:
        CALLS[call](fitted, first, second)
        return
    with pytest.raises(ValueError, match=r"^X1: has .*; fitted were 'a', 'b', 'c'") as told:
        CALLS[call](fitted, first, second)
    assert ", ".join(map(repr, names)) in str(told.value)
    assert ("another order" in str(told.value)) is (sorted(names) == NAMES[0])


def test_names_of_the_second_source_are_its_own(fitted):
    first, second = frames()
    with pytest.raises(
        ValueError, match=r"^X2: has the columns that were fitted, but in another"
    ):
        fitted.transform(first, second[["e", "d"]])


def test_arrays_after_frames_are_taken_with_a_warning_and_the_other_way_round(fitted):
    with pytest.warns(
        UserWarning, match="X1 does not have valid feature names, but PIDEstimator"
    ):
        labels = fitted.transform(X1, frames()[1])
    np.testing.assert_array_equal(labels[0], fitted.labels1_)
    of_arrays = ff.PIDEstimator(3, probe=False, random_state=0).fit(X1, X2, Y)
    with pytest.warns(UserWarning, match="X2 has feature names, but PIDEstimator was fitted"):
        of_arrays.transform(X1, frames()[1])


def test_blocks_have_the_names_of_the_first_one():
    first, second = frames()
    swapped = first[["b", "a", "c"]]
    with pytest.raises(ValueError, match=r"^X1: has .* another order"):
        ff.PIDEstimator(3).partial_fit([(first, second), (swapped, second)])
    learnt = ff.PIDEstimator(3).partial_fit([(first, second)])
    assert [[*each] for each in learnt.feature_names_in_] == [*NAMES]
    with pytest.raises(ValueError, match=r"^X1: has .* another order"):
        learnt.partial_fit(swapped, second)
    blocks = [(first, second, Y), (swapped, second, Y)]
    with pytest.raises(ValueError, match=r"^X1: has .* another order"):
        ff.ClassifierPID("logistic").fit_blocks(blocks, n_learn=20)
