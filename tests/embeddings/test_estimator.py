# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The estimator: what it makes of two sources, and what its options mean."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

import fourfold as ff
from fourfold.embeddings.normalizer import Normalizer
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import PLUG_IN, plug_in

pytestmark = ignore_undersampled

# -- the two sources -------------------------------------------------------------------


@pytest.fixture
def blobs(rng):
    """90 rows: 3 groups far apart in X1, 2 in X2; y is the group of X1, sometimes wrong."""
    first, second = rng.integers(0, 3, 90), rng.integers(0, 2, 90)
    x1 = 40.0 * np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])[first] + rng.normal(size=(90, 3))
    x2 = 40.0 * np.array([[1, 1], [-1, 1]])[second] + rng.normal(size=(90, 2))
    y = np.where(rng.random(90) < 0.2, second, first)
    return x1, x2, y


@pytest.fixture
def noise(rng):
    """90 rows without any structure: each start of the clustering ends elsewhere."""
    return rng.normal(size=(90, 6)), rng.normal(size=(90, 5)), rng.integers(0, 3, 90)


def same_partition(one, other):
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len(set(one.tolist())) == len(set(other.tolist()))


def test_fit_clusters_and_decomposes(blobs):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator((3, 2), random_state=0, **PLUG_IN)
    assert estimator.fit(x1, x2, y) is estimator
    assert same_partition(estimator.labels1_, x1.argmax(1))
    assert same_partition(estimator.labels2_, x2[:, 0] > 0)
    assert estimator.n_features_in_ == (3, 2)
    expected = plug_in(x1.argmax(1), x2[:, 0] > 0, y)
    assert estimator.result_.n_samples == 90
    assert estimator.result_.mi_joint == pytest.approx(expected.mi_joint, abs=1e-12)
    slack = estimator.result_.gap + expected.gap + 1e-12
    np.testing.assert_allclose(estimator.result_.atoms, expected.atoms, rtol=0, atol=slack)
    assert estimator.result_.unique1 > 0.5  # the groups of X1 decide


def test_result_is_the_pid_of_the_labels(noise):
    estimator = ff.PIDEstimator(5, random_state=1, tol=1e-6, num_threads=1, **PLUG_IN).fit(
        *noise
    )
    labels = (estimator.labels1_, estimator.labels2_)
    found = estimator.result_.to_dict()
    expected = plug_in(*labels, noise[2], tol=1e-6).to_dict()
    assert found | {"kept": None} == expected
    assert estimator.result_.gap <= 1e-6


@pytest.mark.parametrize("clusterer", ["kmeans", "minibatch"])
@pytest.mark.parametrize("preprocess", ["standardize", "l2", "none"])
@pytest.mark.parametrize("n_components", [None, 2])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_transform_of_the_training_rows(noise, clusterer, preprocess, n_components, dtype):
    x1, x2, y = noise[0].astype(dtype), noise[1].astype(dtype), noise[2]
    estimator = ff.PIDEstimator(
        4,
        clusterer=clusterer,
        preprocess=preprocess,
        n_components=n_components,
        n_init=2,
        random_state=0,
    ).fit(x1, x2, y)
    labels1, labels2 = estimator.transform(x1, x2)
    np.testing.assert_array_equal(labels1, estimator.labels1_)
    np.testing.assert_array_equal(labels2, estimator.labels2_)
    assert sorted(set(labels1)) == [0, 1, 2, 3]
    few = estimator.transform(x1[10:13], x2[10:13])
    np.testing.assert_array_equal(few, [labels1[10:13], labels2[10:13]])


def test_transform_takes_other_numbers_of_rows_for_each_source(blobs):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator((3, 2), random_state=0).fit(x1, x2, y)
    labels1, labels2 = estimator.transform(x1[:7], x2[:4])
    assert labels1.shape == (7,)
    assert labels2.shape == (4,)


def test_transform_before_fit(blobs):
    with pytest.raises(NotFittedError, match="PIDEstimator instance is not fitted yet"):
        ff.PIDEstimator().transform(*blobs[:2])


def test_refused_fit_leaves_the_estimator_unfitted(blobs):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator(3, tol=-1.0)
    with pytest.raises(ValueError, match=r"tol: expected .* number, got -1\.0"):
        estimator.fit(x1, x2, y)
    with pytest.raises(NotFittedError):
        estimator.transform(x1, x2)


# -- parameters ------------------------------------------------------------------------

PARAMETERS = {
    "n_clusters": (3, 2),
    "preprocess": "l2",
    "n_components": 2,
    "clusterer": "minibatch",
    "held_out": 0.25,
    "probe": False,
    "target_bins": None,
    "bias_correction": "auto",
    "n_resamples": 25,
    "confidence_level": 0.9,
    "n_init": 4,
    "tol": 1e-3,
    "max_iter": 77,
    "num_threads": 1,
    "dtype": "float32",
    "device": "cpu",
    "random_state": 5,
    "sources": None,
}


def test_parameters_are_read_set_and_cloned(blobs):
    estimator = ff.PIDEstimator(**PARAMETERS)
    assert estimator.get_params() == PARAMETERS
    assert ff.PIDEstimator().set_params(**PARAMETERS).get_params() == PARAMETERS
    estimator.fit(*blobs)
    assert estimator.get_params() == PARAMETERS
    copy = clone(estimator)
    assert copy.get_params() == PARAMETERS
    assert not hasattr(copy, "result_")
    assert repr(copy) == repr(estimator)
    assert "preprocess='l2'" in repr(copy)
    with pytest.raises(ValueError, match="Invalid parameter 'clusters'"):
        estimator.set_params(clusters=3)


def test_fitted_estimator_is_picklable(blobs):
    estimator = ff.PIDEstimator((3, 2), random_state=0).fit(*blobs)
    again = pickle.loads(pickle.dumps(estimator))
    assert again.result_.to_dict() == estimator.result_.to_dict()
    np.testing.assert_array_equal(again.transform(*blobs[:2]), estimator.transform(*blobs[:2]))


SEEDS = {
    "int": lambda: 3,
    "numpy int": lambda: np.int64(3),
    "RandomState": lambda: np.random.RandomState(3),
    "Generator": lambda: np.random.default_rng(3),
}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_same_seed_gives_the_same_numbers(noise, seed):
    one, other = (
        ff.PIDEstimator(6, n_init=1, random_state=seed()).fit(*noise) for _ in range(2)
    )
    np.testing.assert_array_equal(one.labels1_, other.labels1_)
    np.testing.assert_array_equal(one.labels2_, other.labels2_)
    assert one.result_.to_dict() == other.result_.to_dict()


def test_another_seed_gives_other_clusters(noise):
    fits = [ff.PIDEstimator(6, n_init=1, random_state=seed).fit(*noise) for seed in (3, 4)]
    assert not same_partition(fits[0].labels1_, fits[1].labels1_)
    generator = np.random.default_rng(3)  # moves on, as a RandomState does
    fits = [ff.PIDEstimator(6, n_init=1, random_state=generator).fit(*noise) for _ in range(2)]
    assert not same_partition(fits[0].labels1_, fits[1].labels1_)


def test_clusterings_of_the_sources_are_seeded_apart(noise):
    x1, _, y = noise
    estimator = ff.PIDEstimator(6, n_init=1, random_state=0).fit(x1, x1, y)
    assert not same_partition(estimator.labels1_, estimator.labels2_)


@pytest.mark.parametrize("n_clusters", [(4, 7), [4, 7], (np.int64(4), 7)])
def test_a_pair_of_cluster_numbers(noise, n_clusters):
    estimator = ff.PIDEstimator(n_clusters, n_init=1, random_state=0).fit(*noise)
    assert set(estimator.labels1_) == set(range(4))
    assert set(estimator.labels2_) == set(range(7))
    assert estimator.result_.coupling().shape == (4, 7, 3)
    assert ff.PIDEstimator(1).fit(*noise).result_.atoms == (0, 0, 0, 0)


def test_standardize_makes_the_scale_of_a_column_irrelevant(noise):
    x1, x2, y = noise
    scaled = x1 * 2.0 ** np.array([12, 0, -3, 5, 0, 1]), x2 * 2.0 ** np.array([-9, 0, 1, 3, 0])

    def labels(sources, preprocess):
        estimator = ff.PIDEstimator(4, preprocess=preprocess, n_init=2, random_state=0)
        estimator.fit(*sources, y)
        return estimator.labels1_, estimator.labels2_

    np.testing.assert_array_equal(
        labels((x1, x2), "standardize"), labels(scaled, "standardize")
    )
    for other in ("none", "l2"):
        for one, two in zip(labels((x1, x2), other), labels(scaled, other), strict=True):
            assert not same_partition(one, two)


def test_l2_makes_the_scale_of_a_row_irrelevant(noise, rng):
    x1, x2, y = noise
    scales = 2.0 ** rng.integers(-8, 9, (2, 90, 1))
    scaled = x1 * scales[0], x2 * scales[1]

    def labels(sources, preprocess):
        estimator = ff.PIDEstimator(4, preprocess=preprocess, n_init=2, random_state=0)
        estimator.fit(*sources, y)
        return estimator.labels1_, estimator.labels2_

    np.testing.assert_array_equal(labels((x1, x2), "l2"), labels(scaled, "l2"))
    for other in ("none", "standardize"):
        for one, two in zip(labels((x1, x2), other), labels(scaled, other), strict=True):
            assert not same_partition(one, two)


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({}, [StandardScaler, KMeans]),
        ({"preprocess": "none"}, [KMeans]),
        ({"preprocess": "l2", "n_components": 3}, [Normalizer, PCA, KMeans]),
        ({"preprocess": "none", "n_components": 1}, [PCA, KMeans]),
        ({"clusterer": "minibatch", "n_components": 5}, [StandardScaler, PCA, MiniBatchKMeans]),
    ],
)
def test_options_choose_the_steps(noise, options, steps):
    estimator = ff.PIDEstimator(4, n_init=3, random_state=0, **options).fit(*noise)
    for pipeline, columns in ((estimator.pipeline1_, 6), (estimator.pipeline2_, 5)):
        assert [type(step) for _, step in pipeline.steps] == steps
        width = options.get("n_components", columns)
        assert pipeline[-1].cluster_centers_.shape == (4, width)
        assert pipeline[-1].n_init == 3


def test_constant_columns_are_no_obstacle(blobs):
    x1, x2, y = blobs
    padded = np.c_[x1, np.full(90, 7.0)]
    estimator = ff.PIDEstimator((3, 2), random_state=0).fit(padded, x2, y)
    assert same_partition(estimator.labels1_, x1.argmax(1))


# -- what it is given ------------------------------------------------------------------


def test_target_as_class_probabilities(blobs, rng):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator((3, 2), random_state=0, **PLUG_IN)
    hard = clone(estimator).fit(x1, x2, y).result_
    one_hot = clone(estimator).fit(x1, x2, np.eye(3)[y]).result_
    assert one_hot.to_dict() == hard.to_dict()
    soft = 0.8 * np.eye(3)[y] + 0.2 * rng.dirichlet([1, 1, 1], 90)
    fitted = clone(estimator).fit(x1, x2, soft)
    expected = plug_in(fitted.labels1_, fitted.labels2_, soft)
    assert fitted.result_.to_dict() | {"kept": None} == expected.to_dict()
    assert fitted.result_.n_samples == 90
    assert fitted.result_.mi_joint < hard.mi_joint


def test_target_of_strings_or_one_column(blobs):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator((3, 2), random_state=0)
    expected = clone(estimator).fit(x1, x2, y).result_.to_dict()
    for written in (y[:, None], np.array(["a", "b", "c"])[y], y.tolist()):
        assert clone(estimator).fit(x1, x2, written).result_.to_dict() == expected


CONVERSIONS = {
    "float32": lambda x: x.astype(np.float32),
    "float16": lambda x: x.astype(np.float16),
    "big-endian": lambda x: x.astype(">f8"),
    "Fortran order": np.asfortranarray,
    "list": lambda x: x.tolist(),
    "objects": lambda x: x.astype(object),
    "non-contiguous": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "integers": lambda x: np.rint(x).astype(np.int32),
}


@pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)
def test_any_real_array_is_an_embedding(blobs, convert):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator((3, 2), random_state=0).fit(convert(x1), convert(x2), y)
    assert same_partition(estimator.labels1_, x1.argmax(1))
    assert same_partition(estimator.labels2_, x2[:, 0] > 0)
    labels = estimator.transform(convert(x1), convert(x2))
    np.testing.assert_array_equal(labels[0], estimator.labels1_)


def test_single_precision_is_kept(blobs):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator((3, 2), random_state=0).fit(x1.astype(np.float32), x2, y)
    assert estimator.pipeline1_[-1].cluster_centers_.dtype == np.float32
    assert estimator.pipeline2_[-1].cluster_centers_.dtype == np.float64


@pytest.mark.parametrize(
    "options", [{}, {"clusterer": "minibatch"}, {"n_components": 1}], ids=str
)
@pytest.mark.parametrize(("fitted", "given"), [("f8", "f4"), ("f4", "f8")])
def test_rows_of_another_precision_are_labelled(blobs, options, fitted, given):
    x1, x2, y = blobs
    estimator = ff.PIDEstimator(3, random_state=0, **options)
    estimator.fit(x1.astype(fitted), x2.astype(fitted), y)
    labels = estimator.transform(x1.astype(given), x2.astype(given))
    np.testing.assert_array_equal(labels, (estimator.labels1_, estimator.labels2_))
    mixed = estimator.transform(x1.astype(given), x2.astype(fitted))
    np.testing.assert_array_equal(mixed, labels)


def test_bins_label_rows_of_another_precision(rng):
    x1, x2 = rng.normal(size=(2, 90, 1)).astype("f4")
    estimator = ff.PIDEstimator(3, clusterer="quantile").fit(x1, x2, np.arange(90) % 2)
    labels = estimator.transform(x1.astype("f8"), x2.astype("f8"))
    np.testing.assert_array_equal(labels, (estimator.labels1_, estimator.labels2_))


def test_input_is_not_changed(blobs):
    before = [array.copy() for array in blobs]
    for array in blobs:
        array.setflags(write=False)
    ff.PIDEstimator((3, 2), random_state=0).fit(*blobs)
    for array, original in zip(blobs, before, strict=True):
        np.testing.assert_array_equal(array, original)


def test_unconverged_fit_warns_at_the_line_that_called(noise):
    with pytest.warns(ff.ConvergenceWarning, match="max_iter = 1 steps") as caught:
        estimator = ff.PIDEstimator(8, tol=1e-9, max_iter=1, random_state=0).fit(*noise)
    unconverged, undersampled = caught
    assert unconverged.filename == undersampled.filename == __file__
    assert undersampled.category is ff.UndersampledWarning
    assert not estimator.result_.converged


# -- rows that clusters are not fitted to ----------------------------------------------


def test_held_out_rows_are_counted_and_the_others_fitted(noise):
    x1, x2, y = noise
    estimator = ff.PIDEstimator(4, held_out=0.4, random_state=0, **PLUG_IN).fit(x1, x2, y)
    counted = estimator.counted_
    assert len(counted) == estimator.result_.n_samples == 36
    assert len(estimator.labels1_) == 90
    fitted = np.setdiff1d(np.arange(90), counted)
    again = clone(estimator.pipeline1_).fit(x1[fitted])
    assert same_partition(again.predict(x1), estimator.labels1_)
    labels = estimator.labels1_[counted], estimator.labels2_[counted]
    assert estimator.result_.atoms == plug_in(*labels, y[counted]).atoms
    for row, label in zip(
        estimator.transform(x1, x2), (estimator.labels1_, estimator.labels2_), strict=True
    ):
        np.testing.assert_array_equal(row, label)


def test_all_rows_are_fitted_and_counted_by_default(blobs):
    estimator = ff.PIDEstimator(2, random_state=0).fit(*blobs)
    np.testing.assert_array_equal(estimator.counted_, np.arange(90))


def test_held_out_takes_lists_and_probabilities(noise):
    x1, x2, y = noise
    estimator = ff.PIDEstimator(3, held_out=0.5, random_state=0)
    from_list = estimator.fit(x1, x2, y.astype(str).tolist()).result_
    one_hot = clone(estimator).fit(x1, x2, np.eye(3)[y]).result_
    assert from_list.atoms == one_hot.atoms
    assert from_list.n_samples == 45


def test_inference_reaches_the_result(blobs):
    estimator = ff.PIDEstimator(
        (3, 2), random_state=1, bias_correction="shuffle", n_resamples=30, confidence_level=0.8
    )
    result, other = (estimator.fit(*blobs).result_ for _ in range(2))
    assert result.bias_correction == "shuffle"
    interval = result.confidence_interval
    assert interval.confidence_level == 0.8
    assert interval.replicates.shape == (30, 4)
    assert result.to_dict() == other.to_dict()
    # two settings of one seed are of the same halves
    coarse = clone(estimator).set_params(n_clusters=2).fit(*blobs).result_
    assert ff.compare(result, coarse).confidence_level == 0.8
