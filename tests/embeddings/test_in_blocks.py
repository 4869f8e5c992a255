# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings counted in blocks: the labels of `transform`, whatever the blocks."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

import fourfold as ff
from fourfold.embeddings.labelling import labels_of_both
from fourfold.embeddings.seeds import seeds_from
from fourfold.runtime import progress
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

N = 3000
RNG = np.random.default_rng(0)
Y = RNG.integers(3, size=N)
X1 = RNG.normal(size=(N, 5)) + 2 * (Y == 0)[:, None]
X2 = (RNG.normal(size=(N, 4)) + 3 * (Y == 1)[:, None]).astype("f4")


def parts_of(ends, *arrays):
    return [
        tuple(values[start:stop] for values in arrays)
        for start, stop in itertools.pairwise([0, *ends, N])
    ]


@pytest.fixture(scope="module")
def fitted():
    return ff.PIDEstimator((4, 3), random_state=0, probe=False).fit(X1, X2, Y)


# -- count -----------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(ends=st.lists(st.integers(0, N), max_size=4).map(sorted))
def test_counts_of_blocks_are_those_of_all_rows(fitted, ends):
    expected = ff.Counts.from_labels(*fitted.transform(X1, X2), Y)
    parts = parts_of(ends, X1, X2, Y)
    assert fitted.count(parts) == expected
    assert sum(fitted.count(*part) for part in parts if len(part[2])) == expected
    assert fitted.count(X1, X2, Y) == expected


def test_of_a_dask_array_and_a_memory_map(fitted, tmp_path):
    array = pytest.importorskip("dask.array")
    np.save(tmp_path / "x1.npy", X1)
    mapped = np.load(tmp_path / "x1.npy", mmap_mode="r")
    lazy = array.from_array(X2, chunks=(700, 3))
    assert fitted.count(mapped, lazy, array.from_array(Y, chunks=900)) == fitted.count(
        X1, X2, Y
    )


@pytest.mark.parametrize("scale", [1.0, 1e-3])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_rounding_of_a_row_is_its_own(dtype, scale):
    """Rows halfway between two clusters, of which rounding alone decides.

    With components as a product of one matrix, whose shape decides how sums are rounded.
    """
    rng = np.random.default_rng(1)
    sample = (rng.normal(size=(N, 64)) * scale).astype(dtype)
    learnt = ff.PIDEstimator(2, preprocess="none", n_components=3, random_state=0)
    learnt.partial_fit(sample, sample)
    reducer, clusterer = learnt.pipeline1_
    clusterer.cluster_centers_ = np.array([[scale, 0, 0], [-scale, 0, 0]], dtype)
    axes = reducer.components_.astype("f8")
    rows = sample - reducer.mean_
    rows = (rows - rows @ axes.T @ axes + reducer.mean_).astype(dtype)
    whole, _ = labels_of_both(learnt, rows, sample)
    assert 0.2 < whole.mean() < 0.8
    for size in (1, 7, 333, 2048, 2500):
        for start in range(0, min(N, 40 * size), size):
            some = slice(start, start + size)
            labels, _ = labels_of_both(learnt, rows[some], sample[some])
            np.testing.assert_array_equal(labels, whole[some])


def test_result_of_the_counts_is_that_of_fit(fitted):
    rng = np.random.default_rng(seeds_from(0).resampling)
    result = ff.pid(fitted.count(X1, X2, Y), random_state=rng)
    assert [result.redundancy, *result.bias] == [
        fitted.result_.redundancy,
        *fitted.result_.bias,
    ]


def test_all_clusters_are_states(fitted):
    counts = fitted.count(X1[:1], X2[:1], ["seen"])
    assert counts.shape == (4, 3, 1)
    assert counts.states[0].tolist() == [0, 1, 2, 3]
    assert counts.n_samples == 1


def test_bins_are_counted():
    bins = ff.PIDEstimator(5, clusterer="quantile", probe=False).fit(X1[:, :1], X2[:, :1], Y)
    assert bins.count(X1[:, :1], X2[:, :1], Y).shape == (5, 5, 3)


def test_columns_of_a_table_are_counted():
    X = np.column_stack([X1, X2])
    of_table = ff.PIDEstimator(3, random_state=0, sources=(slice(0, 5), slice(5, None)))
    of_two = ff.PIDEstimator(3, random_state=0)
    of_table.partial_fit(X[:2000]).partial_fit(X[2000:], Y[2000:])
    of_two.partial_fit(X1[:2000], X2[:2000]).partial_fit(X1[2000:], X[2000:, 5:])
    expected = of_two.count(X1, X2, Y)
    assert of_table.count(X, Y) == expected
    assert of_table.count(parts_of([5, 900], X, Y)) == expected
    assert of_table.n_features_in_ == 9
    assert of_two.n_features_in_ == (5, 4)


def test_a_bar_tells_rows_a_second(fitted, monkeypatch):
    shown = io.StringIO()
    shown.isatty = lambda: True
    monkeypatch.setattr(progress.sys, "stderr", shown)
    plain = progress.tqdm
    monkeypatch.setattr(progress, "tqdm", lambda **given: plain(**given | {"delay": 0}))
    fitted.count(parts_of([1000], X1, X2, Y))
    assert "count" in shown.getvalue()
    assert "rows/s" in shown.getvalue()


# -- partial_fit -----------------------------------------------------------------------


@pytest.mark.parametrize("n_components", [None, 2])
@pytest.mark.parametrize("preprocess", ["standardize", "l2", "none"])
def test_clusters_of_blocks_are_those_of_fit(preprocess, n_components):
    """Where there are five groups of rows, far from each other."""
    rng = np.random.default_rng(2)
    centres = np.array([[9, 0, 0], [0, 9, 0], [0, 0, 9], [9, 9, 0], [9, 0, 9]])
    X = centres[rng.integers(5, size=N)] + rng.normal(size=(N, 3)) * 0.5
    if preprocess != "l2":
        X += 30
    whole = ff.PIDEstimator(
        5, preprocess=preprocess, n_components=n_components, random_state=0, probe=False
    )
    learnt = clone(whole).partial_fit(parts_of([1700, 2000], X, X))
    labels, _ = learnt.transform(X, X)
    assert adjusted_rand_score(whole.fit(X, X, X[:, 0] > 33).labels1_, labels) > 0.97


def test_scales_are_those_of_all_rows():
    learnt = ff.PIDEstimator(3, random_state=0).partial_fit(parts_of([100, 101, 2900], X1, X2))
    exact = StandardScaler().fit(X1)
    found = learnt.pipeline1_[0]
    np.testing.assert_allclose(found.mean_, exact.mean_, rtol=1e-12)
    np.testing.assert_allclose(found.scale_, exact.scale_, rtol=1e-12)
    assert learnt.n_samples_seen_ == N


def test_clusters_stay_where_they_are_when_scales_change():
    """Of rows far away that are few, scales change much, and clusters nearly not at all."""
    learnt = ff.PIDEstimator(2, random_state=0)
    rows = np.where(np.arange(4000) % 2, 0.0, 1.0)[:, None]
    learnt.partial_fit(rows, rows)
    scaler, clusterer = learnt.pipeline1_
    before = np.sort(scaler.inverse_transform(clusterer.cluster_centers_).ravel())
    learnt.partial_fit(np.array([[30.0]]), rows[:1])
    after = np.sort(scaler.inverse_transform(clusterer.cluster_centers_).ravel())
    np.testing.assert_allclose(before, [0, 1], atol=1e-12)
    np.testing.assert_allclose(after, [0, 1 + 29 / 2001], atol=1e-3)


def test_small_blocks_of_one_call_are_learnt_from_together():
    """Clusters that start from the rows of the first alone would be poor."""
    whole = ff.PIDEstimator(4, random_state=3).partial_fit(X1, X2)
    first, second = np.empty((1, X1.shape[1])), np.empty((1, X2.shape[1]))

    def rows():  # each in the same place of memory
        for first[0], second[0] in zip(X1, X2, strict=True):
            yield first, second

    one_by_one = ff.PIDEstimator(4, random_state=3).partial_fit(rows())
    assert one_by_one.n_samples_seen_ == N
    for labels, others in zip(
        one_by_one.transform(X1, X2), whole.transform(X1, X2), strict=True
    ):
        np.testing.assert_array_equal(labels, others)


def test_blocks_of_other_columns_are_refused_before_anything_is_learnt():
    learnt = clone(LEARNT)
    with pytest.raises(
        ValueError, match=r"^X2: has 3 columns, expected 4, as before"
    ) as refused:
        learnt.partial_fit([(X1[:50], X2[:50]), (X1[50:], X2[50:, :3])])
    assert refused.value.__notes__ == ["rows are counted from row 50, where this block begins"]
    assert not hasattr(learnt, "n_samples_seen_")


def test_the_same_seed_gives_the_same_clusters():
    one, two = (
        ff.PIDEstimator(4, random_state=3).partial_fit(X1, X2).transform(X1, X2)
        for _ in range(2)
    )
    for labels, others in zip(one, two, strict=True):
        np.testing.assert_array_equal(labels, others)


def test_blocks_of_fewer_rows_than_components_are_learnt_from():
    learnt = ff.PIDEstimator(3, n_components=3, random_state=0).partial_fit(X1, X2)
    assert learnt.partial_fit(X1[:2], X2[:2]).n_samples_seen_ == N + 2


def test_there_is_no_result_after_partial_fit_and_no_rows_seen_after_fit():
    learnt = ff.PIDEstimator(3, random_state=0, probe=False).partial_fit(X1, X2)
    for name in ("result_", "labels1_", "counted_"):
        assert not hasattr(learnt, name)
    with pytest.raises(NotFittedError, match="counted no rows"):
        learnt.score(X1, X2, Y)
    learnt.fit(X1, X2, Y)
    assert not hasattr(learnt, "n_samples_seen_")
    learnt.partial_fit(X1[:50], X2[:50])  # begins anew
    assert learnt.n_samples_seen_ == 50
    assert not hasattr(learnt, "result_")


# -- refusals --------------------------------------------------------------------------

LEARNT = ff.PIDEstimator(3, random_state=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_clusters": "auto"}, "^n_clusters: 'auto' holds rows out"),
        ({"clusterer": "quantile"}, "^clusterer: 'quantile' sorts all rows"),
        ({"clusterer": "other"}, "^clusterer: expected one of"),
        ({"held_out": 0.5}, "^held_out: 0.5 counts rows"),
        ({"n_clusters": 60}, "^n_clusters: 60 clusters .* of X1, which has only 50 rows"),
        ({"n_components": 5}, "^n_components: 5 components were asked for of X2"),
    ],
)
def test_what_needs_all_rows_is_refused(options, message):
    given = {"n_clusters": 3} | options
    with pytest.raises(ValueError, match=message):
        ff.PIDEstimator(**given).partial_fit(X1[:50], X2[:50])


def test_a_change_between_blocks_is_refused():
    learnt = clone(LEARNT).partial_fit(X1, X2).set_params(n_clusters=4)
    with pytest.raises(ValueError, match=r"^n_clusters: is 4, but was 3 .*clone"):
        learnt.partial_fit(X1, X2)


@pytest.mark.parametrize("method", ["partial_fit", "count"])
def test_an_error_names_the_rows_that_it_is_in(method):
    learnt = clone(LEARNT).partial_fit(X1, X2)
    wrong = X1.copy()
    wrong[2900, 1] = np.nan
    with pytest.raises(ValueError, match=r"(?s)^X1: .*NaN at index \(400, 1\).*from row 2500"):
        getattr(learnt, method)(parts_of([2500], wrong, X2, Y))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((X1, X2), TypeError, "^y: missing"),
        ((X1,), TypeError, "^X2 and y: missing"),
        ((X1[:, :2], X2, Y), ValueError, "^X1: has 2 columns, expected the 5"),
        ((X1, X2, Y[:7]), ValueError, "^X1, X2, y: .* y has 7"),
        ((X1, X2, np.full((N, 2), 0.5)), ValueError, "^y: expected labels, .* rows of probabilities"),
        ((X1, X2, Y / 2), ValueError, "^y: labels must be integers or strings"),
        (([(X1, X2, Y), (X1, X2, Y.astype(str))],), ValueError, "^y: labels must be of one kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(fitted, given, error, message):
    with pytest.raises(error, match=message):
        fitted.count(*given)


def test_nothing_is_counted_before_clusters_are_there():
    with pytest.raises(NotFittedError):
        clone(LEARNT).count(X1, X2, Y)
