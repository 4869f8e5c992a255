# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The same numbers to the bit wherever joblib runs what is independent, and how much it is."""

from __future__ import annotations

import re
from typing import ClassVar

import joblib
import numpy as np
import pytest
from sklearn.cluster import KMeans

import fourfold as ff
from fourfold.runtime import progress
from tests.support.jobs import back_end, dask_cluster
from tests.support.layers import PLAIN, depth
from tests.support.marks import ignore_undersampled

KMEANS = PLAIN | {"estimator": "kmeans"}
DECODED = {"estimator": ff.ClassifierPID("logistic", cv=2), "n_seeds": 1}

pytestmark = ignore_undersampled


@pytest.fixture(scope="module", name="data")
def _data():
    """In an order that arrays do not keep when they are sent."""
    x1, x2, y = depth(rows=120, layers=2)
    wide = np.repeat(x2, 2, axis=2)
    return np.asfortranarray(x1), wide[:, :, ::2], y


def atoms_of(result):
    return np.array(result.atoms)


def classifiers(x1, x2, y):
    estimator = ff.ClassifierPID("fast", cv=2, random_state=0).fit(x1[0], x2[1], y)
    return [*estimator.posteriors_, atoms_of(estimator.result_)]


def layers_decoded(x1, x2, y):
    return [ff.layer_profile(x1, x2, y, **DECODED).by_seed]


def layers_clustered(x1, x2, y):
    profile = ff.layer_profile(x1, x2, y, **KMEANS | {"n_seeds": 2, "n_resamples": 25})
    return [profile.by_seed, np.array(profile.low)]


def data_sets(x1, x2, y):
    data = {"a": (x1[0], x2[0], y), "b": (x1[1], x2[1], y)}
    return [ff.dataset_profile(data, **KMEANS).by_seed]


def cluster_numbers(x1, x2, y):
    sweep = ff.cluster_sweep(x1[0], x2[1], y, (2, 3), n_seeds=2, n_init=1)
    return [sweep.by_seed, sweep.held_out, np.array(sweep.probe.information)]


def noise_clustered(x1, x2, y):
    return [ff.noise_sweep(x1[0], x2[1], y, (0, 1), **KMEANS).by_seed]


def noise_decoded(x1, x2, y):
    return [ff.noise_sweep(x1[0], x2[1], y, (0, 1), **DECODED).by_seed]


def strata(x1, x2, y):
    given = np.repeat([0, 1], 60)
    found = ff.conditional_pid(
        x1[0], x2[1], y % 2, given=given, estimator=DECODED["estimator"], min_samples=40
    )
    return [atoms_of(found.result), *map(atoms_of, found.by_stratum)]


def cases(x1, x2, y):
    models = {f"model {k}": (_model(k), x1[0], x2[1], y) for k in range(2)}
    return [ff.ablation_report(models, **KMEANS).by_seed]


def _model(k):
    return lambda x1, x2: (x1[:, 0] > k).astype(int) + 2 * (x2[:, 0] > k)


def chosen_number(x1, x2, y):
    fit = ff.PIDEstimator(n_init=1, probe=False, random_state=0).fit(x1[0], x2[1], y)
    told = [*fit.held_out_information_.values()]
    return [np.array(told), atoms_of(fit.result_), fit.labels1_, fit.labels2_]


#: What is called, and how many jobs it is. Those of classifiers are fits of each model and fold:
#: logistic, discriminant and nearest of each source; odds, interaction and linear of both.
CALLS = {
    classifiers: 2 * (3 + 3 + 3),
    layers_decoded: 2,
    layers_clustered: 4,
    data_sets: 2,
    cluster_numbers: 4,
    noise_clustered: 2,
    noise_decoded: 2,
    strata: 2,
    cases: 0,  # both models see the same rows: one clustering, which stays
    chosen_number: 18,
}


@pytest.fixture(scope="module", name="expected")
def _expected(data):
    return {call: call(*data) for call in CALLS}


def assert_same_bits(call, data, expected):
    for found, array in zip(call(*data), expected[call], strict=True):
        assert found.dtype == array.dtype
        assert found.tobytes() == array.tobytes()


@pytest.mark.parametrize("name", ["threading", "loky"])
@pytest.mark.parametrize("call", CALLS)
def test_numbers_do_not_depend_on_where_jobs_run(data, expected, call, name):
    with back_end(name):
        assert_same_bits(call, data, expected)


@pytest.fixture(scope="module", name="on_dask")
def _on_dask():
    """Calls a function there, and says how many jobs the workers were given."""
    with dask_cluster():
        from distributed import get_task_stream  # noqa: PLC0415  it may be missing

        def run(function, *given):
            with get_task_stream() as stream, joblib.parallel_config("dask"):
                function(*given)
            keys = " ".join(task["key"] for task in stream.data)
            return sum(map(int, re.findall(r"batch_of_fourfold_job_(\d+)_calls", keys)))

        yield run


@pytest.mark.parametrize("call", CALLS)
def test_workers_of_dask_are_given_every_job_and_say_the_same(data, expected, call, on_dask):
    """Layers go to the workers, of which none sends its cross-fits on."""
    assert on_dask(assert_same_bits, call, data, expected) == CALLS[call]


class Bar:
    """What is said of progress, as tqdm is told it."""

    shown: ClassVar = []

    def __init__(self, *, total, desc, disable, **_):
        self.total, self.n = total, 0
        if not disable:
            self.shown.append((desc, self))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def update(self, number=1):
        self.n += number

    def refresh(self):
        pass


@pytest.mark.parametrize("name", [None, "threading", "loky"])
def test_bars_count_jobs_wherever_they_run(data, name, monkeypatch):
    monkeypatch.setattr(progress, "tqdm", Bar)
    monkeypatch.setattr(Bar, "shown", [])
    with back_end(name):
        layers_decoded(*data)
        data_sets(*data)
    found = [(words, bar.n, bar.total) for words, bar in Bar.shown]
    assert found[:2] == [("decode layers", 2, 2), ("cluster data sets", 2, 2)]
    assert {words for words, *_ in found[2:]} <= {"correct for bias"}  # here, in one batch


def test_clusters_do_not_depend_on_the_threads_of_the_process(data):
    """K-means adds up what its threads found, in another order for another number of them."""
    with joblib.parallel_config("sequential"):
        one = layers_clustered(*data)
    with pytest.MonkeyPatch.context() as patch:
        limits = []
        fit = KMeans.fit_predict
        patch.setattr(
            KMeans, "fit_predict", lambda *given: limits.append(_threads()) or fit(*given)
        )
        again = layers_clustered(*data)
    assert set(limits) == {1}
    for found, array in zip(again, one, strict=True):
        np.testing.assert_array_equal(found, array)


def _threads():
    from threadpoolctl import threadpool_info  # noqa: PLC0415

    return max(one["num_threads"] for one in threadpool_info())
