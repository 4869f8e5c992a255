# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A continuous target of clustered embeddings."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.utils import estimator_checks

import fourfold as ff
from fourfold.report.text import table


@pytest.fixture(scope="module", name="data")
def _data():
    rng = np.random.default_rng(3)
    y = rng.normal(size=900)
    x1, x2 = (np.stack([y, 0 * y], 1) + 0.4 * rng.normal(size=(900, 2)) for _ in range(2))
    return x1, x2, y


@pytest.fixture(scope="module", name="fitted")
def _fitted(data):
    return ff.PIDEstimator(4, target_bins=8, random_state=0).fit(*data)


def test_bins_are_the_labels(data, fitted):
    codes, edges = ff.bin_target(data[2], 8)
    of_codes = ff.PIDEstimator(4, random_state=0).fit(*data[:2], codes)
    assert of_codes.result_.atoms == fitted.result_.atoms
    assert of_codes.result_.kept == fitted.result_.kept
    assert of_codes.target_bins_ is None
    np.testing.assert_array_equal(fitted.target_bins_.edges, edges)
    assert fitted.result_.target_bins is fitted.target_bins_
    assert "8 quantile bins of y, which keep about" in repr(fitted.result_)
    assert clone(fitted).target_bins == 8


def test_other_rows_are_read_by_the_bins_that_were_fitted(data, fitted):
    x1, x2, y = (part[::3] for part in data)
    codes = fitted.target_bins_.codes(y)
    of_codes = ff.PIDEstimator(4, random_state=0).fit(
        *data[:2], ff.bin_target(data[2], 8).codes
    )
    assert fitted.score(x1, x2, y) == of_codes.score(x1, x2, codes)
    counts = fitted.count(x1, x2, y)
    assert counts.cells.counts.sum() == 300
    np.testing.assert_array_equal(
        counts.table(), of_codes.count(x1, x2, codes).table()
    )  # the same cells
    np.testing.assert_array_equal(counts.target_bins.edges, fitted.target_bins_.edges)
    assert ff.pid(counts).target_bins.shares.sum() == pytest.approx(1)


def test_blocks_need_edges_where_no_y_was_read(data):
    x1, x2, y = data
    learnt = ff.PIDEstimator(4, target_bins=8, random_state=0).partial_fit(x1, x2)
    with pytest.raises(
        ValueError, match=r"target_bins: expected edges.*partial_fit reads no y"
    ):
        learnt.count(x1, x2, y)
    edges = ff.bin_target(y, 8).edges
    counts = learnt.set_params(target_bins=edges).count(x1, x2, y)
    whole = ff.Counts.from_labels(*learnt.transform(x1, x2), y, target_bins=edges)
    assert ff.pid(counts).atoms == ff.pid(whole).atoms
    assert learnt.fit(x1, x2, y).partial_fit(x1, x2) is learnt
    assert not hasattr(learnt, "target_bins_")


def test_a_search_scores_by_bins(data):
    x1, x2, y = data
    halves = ff.PIDEstimator(
        target_bins=True, probe=False, n_init=1, random_state=0,
        sources=(slice(0, 2), slice(2, 4)),
    )  # fmt: skip
    search = GridSearchCV(halves, {"n_clusters": [2, 6]}, cv=3).fit(np.hstack([x1, x2]), y)
    assert search.best_params_ == {"n_clusters": 6}


def test_number_of_clusters_is_chosen_by_bins(data):
    chosen = ff.PIDEstimator("auto", target_bins=4, probe=False, random_state=0).fit(*data)
    assert chosen.result_.entropy == pytest.approx(2.0, abs=1e-3)
    assert max(chosen.held_out_information_.values()) > 0.5


def test_a_number_column_without_bins_is_told_how(data):
    with pytest.raises(ValueError, match=r"y: .*target_bins=16"):
        ff.PIDEstimator(4).fit(*data)
    with pytest.raises(ValueError, match=r"X1, X2, y: expected the same number of rows"):
        ff.PIDEstimator(4, target_bins=8).fit(*data[:2], data[2][:-1])


@pytest.mark.parametrize("check", ["check_requires_y_none", "check_fit2d_1sample"])
@pytest.mark.parametrize("estimator", [ff.PIDEstimator(2), ff.ClassifierPID("logistic")])
def test_scikit_learn_checks(estimator, check):
    """Those that did not pass with bins."""
    both = clone(estimator).set_params(sources=(slice(0, 1), slice(1, None)), target_bins=2)
    getattr(estimator_checks, check)(type(both).__name__, both)


def test_bounds_are_said_to_be_of_bins(data):
    x1, x2, y = data
    sharp = ff.PIDEstimator(8, target_bins=2, random_state=0).fit(y[:, None], x2, y).result_
    assert sharp.kept.outer_bounds.unique1 < 1.01  # of y itself there is no bound
    bounds = "of the bins the embeddings have R >= "
    assert bounds in repr(sharp)
    assert bounds in table(sharp)
    sweep = ff.cluster_sweep(x1, x2, y, (2,), n_seeds=1, target_bins=4)
    assert sweep.notes()[-1].startswith(bounds)
    assert "\n  the embeddings have" in repr(
        ff.PIDEstimator(4, random_state=0).fit(x1, x2, (y > 0).astype(int)).result_
    )


def test_half_precision_of_pytorch(data):
    torch = pytest.importorskip("torch")
    x1, x2, y = (torch.tensor(part).bfloat16() for part in data)
    given = {"target_bins": 4, "probe": False, "random_state": 0}
    found = ff.PIDEstimator(2, **given).fit(x1, x2, y).result_
    of_floats = ff.PIDEstimator(2, **given).fit(x1.float(), x2.float(), y.float()).result_
    assert found.atoms == of_floats.atoms
