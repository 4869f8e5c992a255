# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sweeps of noise on one source: what is added, to what, and how the atoms move."""

from __future__ import annotations

import dataclasses
import json
import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold.embeddings.probed import probe_of
from fourfold.workflows.sweeps import batch

pytestmark = pytest.mark.usefixtures("plt")

FAST = {"n_init": 1, "n_resamples": 25}


def two_bits(rows, seed=0):
    """Each source has one bit of a target of four states, and a constant column."""
    rng = np.random.default_rng(seed)
    y = rng.integers(4, size=rows)
    x1, x2 = (
        np.column_stack([10.0 * bit + rng.standard_normal(rows), np.full(rows, 0.1)])
        for bit in (y // 2, y % 2)
    )
    return x1, x2, y


@pytest.fixture(scope="module", name="data")
def _data():
    return two_bits(400)


@pytest.fixture(scope="module", name="sweep")
def _sweep(data):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ff.noise_sweep(
            *data, (0, 0.5, 50), n_clusters=2, n_seeds=3, **FAST, estimator="kmeans"
        )


@pytest.fixture(name="fitted")
def _fitted(monkeypatch):
    """Sources that were clustered, in the order of the fits."""
    given = []
    cluster = batch.cluster

    def spy(steps, X1, X2, y):
        given.append((np.array(X1), np.array(X2)))
        return cluster(steps, X1, X2, y)

    monkeypatch.setattr(batch, "cluster", spy)
    return given


# -- how the atoms move ----------------------------------------------------------------


def test_level_zero_is_the_plain_estimator_and_the_sweep_of_clusters(data, sweep):
    for s, seed in enumerate(sweep.seeds):
        fit = ff.PIDEstimator(2, bias_correction="auto", random_state=seed, **FAST).fit(*data)
        np.testing.assert_array_equal(sweep.by_seed[0, s], fit.result_.atoms)
    clusters = ff.cluster_sweep(*data, [2], n_seeds=3, **FAST)
    np.testing.assert_array_equal(clusters.by_seed[0], sweep.by_seed[0])


@pytest.mark.parametrize("source", [1, 2])
def test_noise_takes_what_its_source_alone_knew(data, source):
    sweep = ff.noise_sweep(
        *data, (0, 50), source=source, n_clusters=2, n_seeds=3, **FAST, estimator="kmeans"
    )
    noisy, other = sweep.atoms[source], sweep.atoms[3 - source]
    np.testing.assert_allclose(noisy, [1, 0], atol=0.03)
    np.testing.assert_allclose(other, [1, 1], atol=0.03)
    np.testing.assert_allclose(sweep.mi_joint, [2, 1], atol=0.03)
    assert sweep.low[source][1] < 0.02 < sweep.low[source][0]
    assert sweep.source == source


def test_fields_have_a_row_for_each_level(sweep):
    np.testing.assert_array_equal(sweep.levels, [0, 0.5, 50])
    assert sweep.n_clusters == 2
    assert sweep.by_seed.shape == (3, 3, 4)
    np.testing.assert_allclose(np.array(sweep.atoms).T, sweep.by_seed.mean(1))
    np.testing.assert_allclose(sweep.samples_per_cell, 25)
    np.testing.assert_array_equal(sweep.undersampled, False)
    assert [len(of_level) for of_level in sweep.results] == [3, 3, 3]


# -- the noise -------------------------------------------------------------------------


@pytest.mark.parametrize("source", [1, 2])
def test_noise_has_the_spread_of_the_column_times_the_level(data, fitted, source):
    x1, x2, y = data
    ff.noise_sweep(
        x1,
        x2,
        y,
        (0, 1, 3),
        source=source,
        n_clusters=2,
        n_seeds=2,
        n_init=1,
        n_resamples=0,
        estimator="kmeans",
    )
    clean, other = (x1, x2) if source == 1 else (x2, x1)
    noises = []
    for pair in fitted:
        np.testing.assert_array_equal(pair[2 - source], other)
        noises.append(pair[source - 1] - clean)
    assert not noises[0].any()
    assert not noises[1].any()
    for noise in noises:
        assert not noise[:, 1].any()  # a constant column
    sizes = [noise[:, 0].std() / clean[:, 0].std() for noise in noises[2:]]
    np.testing.assert_allclose(sizes, [1, 1, 3, 3], rtol=0.15)
    # anew for each seed, but the same at each level
    assert abs(np.corrcoef(noises[2][:, 0], noises[3][:, 0])[0, 1]) < 0.2
    np.testing.assert_allclose(noises[4], 3 * noises[2], atol=1e-9)
    assert abs(np.corrcoef(noises[2][:, 0], clean[:, 0])[0, 1]) < 0.2


def test_single_precision_is_kept(data, fitted):
    x1, x2, y = data
    ff.noise_sweep(
        x1.astype(np.float32),
        x2,
        y,
        [1],
        n_clusters=2,
        n_seeds=1,
        n_init=1,
        n_resamples=0,
        estimator="kmeans",
    )
    assert fitted[0][0].dtype == np.float32


def test_same_seed_gives_the_same_numbers(data):
    def by_seed(random_state):
        return ff.noise_sweep(
            *data, [1], n_clusters=2, n_seeds=2, n_init=1, n_resamples=0,
            random_state=random_state,estimator="kmeans").by_seed  # fmt: skip

    np.testing.assert_array_equal(by_seed(5), by_seed(5))
    assert np.all(by_seed(5) != by_seed(6))


# -- undersampled ----------------------------------------------------------------------


@pytest.fixture(scope="module", name="poor")
def _poor():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ff.noise_sweep(
            *two_bits(40), (0, 4), n_clusters=(12, 20), n_seeds=1, **FAST, estimator="kmeans"
        )


def test_undersampled_levels_are_marked_without_a_warning(poor):
    expected = [of_level[0].undersampled for of_level in poor.results]
    assert any(expected)
    np.testing.assert_array_equal(poor.undersampled, expected)
    rows = repr(poor).splitlines()
    assert rows[0].startswith("NoiseSweep in bits, of 12 x 20 clusters, ")
    assert rows[0].endswith("noise on X1")
    assert [row[0] == "*" for row in rows[2:4]] == expected
    assert rows[4] == "* UNDERSAMPLED: too few samples for tables of this size"
    ax = poor.plot()
    assert len(ax.patches) == sum(expected)
    assert "undersampled" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_fits_that_did_not_converge_are_one_warning():
    data = (*np.random.default_rng(0).standard_normal((2, 200, 2)), np.arange(200) % 3)
    with pytest.warns(ff.ConvergenceWarning, match=r"[1-4] of 4 fits did not") as caught:
        ff.noise_sweep(
            *data, (0, 1), n_clusters=6, n_seeds=2, n_init=1, n_resamples=0, tol=1e-12,
            max_iter=1,estimator="kmeans")  # fmt: skip
    assert len(caught) == 1
    assert caught[0].filename == __file__


# -- errors ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"levels": 1}, TypeError, "levels: expected a sequence of numbers, got 1"),
        ({"levels": ()}, ValueError, "levels: expected at least one level of noise, got none"),
        (
            {"levels": (0, -1)},
            ValueError,
            "levels: expected finite numbers of at least 0, got -1",
        ),
        ({"levels": [np.nan]}, ValueError, "levels: expected finite numbers .*, got nan"),
        ({"levels": [np.inf]}, ValueError, "levels: expected finite numbers .*, got inf"),
        ({"levels": [True]}, ValueError, "levels: expected finite numbers .*, got True"),
        ({"levels": ["1"]}, ValueError, "levels: expected finite numbers .*, got '1'"),
        ({"source": 0}, ValueError, "source: expected 1 or 2, got 0"),
        ({"source": True}, ValueError, "source: expected 1 or 2, got True"),
        ({"source": "X1"}, ValueError, "source: expected 1 or 2, got 'X1'"),
        ({"n_seeds": 1.0}, TypeError, "n_seeds: expected an integer of at least 1, got 1.0"),
        ({"n_clusters": 401}, ValueError, "n_clusters: 401 asks for 401 clusters of X1"),
        ({"n_clusters": (1, 2, 3)}, ValueError, "n_clusters: expected an integer or a pair"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_computed(
    data, monkeypatch, options, error, message
):
    monkeypatch.setattr(batch, "cluster", None)
    with pytest.raises(error, match=message):
        ff.noise_sweep(*data, **options, estimator="kmeans")


class OnDevice:
    """Says that it is in the memory of a CUDA device, as far as a host can be asked."""

    def __init__(self, values):
        self._values = values
        self.shape, self.ndim = values.shape, values.ndim

    def __dlpack_device__(self):
        return (2, 0)


def test_a_noisy_source_on_a_device_is_named(data):
    x1, x2, y = data
    with pytest.raises(ValueError, match="X1: the source that noise is added to is in the mem"):
        ff.noise_sweep(OnDevice(x1), x2, y, estimator="kmeans")
    with pytest.raises(ValueError, match="X2: the source that noise is added to is in the mem"):
        ff.noise_sweep(x1, OnDevice(x2), y, source=2, estimator="kmeans")


def test_other_sources_on_a_device_reach_the_clustering_as_they_are(data, monkeypatch):
    x1, x2, y = data
    given = []
    cluster = batch.cluster

    def spy(steps, X1, X2, y):
        given.append((X1, X2))
        return cluster(steps, *(getattr(x, "_values", x) for x in (X1, X2)), y)

    def on_host(found, X1, X2, *options, **more):
        return probe_of(found, *(getattr(x, "_values", x) for x in (X1, X2)), *options, **more)

    monkeypatch.setattr(batch, "cluster", spy)
    monkeypatch.setattr("fourfold.workflows.sweeps.cluster_sweep.probe_of", on_host)
    monkeypatch.setattr("fourfold.inputs.device.on_device", lambda _: False)  # and solved here
    there = OnDevice(x2)
    options = {"n_seeds": 1, "n_init": 1, "n_resamples": 0}
    ff.noise_sweep(x1, there, y, [1], n_clusters=2, **options, estimator="kmeans")
    ff.cluster_sweep(x1, there, y, [2], **options)
    assert [pair[1] is there for pair in given] == [True, True]


# -- ways to read it -------------------------------------------------------------------


def test_dictionary_is_json_with_all_numbers(sweep):
    record = sweep.to_dict()
    assert json.loads(json.dumps(record)) == record
    names = {field.name for field in dataclasses.fields(sweep)}
    assert set(record) == names - {"decoded", "gaussian"} | {"unit", "type"}
    assert record["levels"] == [0, 0.5, 50]
    assert record["source"] == 1
    assert record["high"]["unique1"] == sweep.high.unique1.tolist()


def test_repr_is_a_table(sweep):
    rows = repr(sweep).splitlines()
    assert rows[0] == (
        "NoiseSweep in bits, of 2 clusters, mean over 3 seeds, with 95% confidence intervals; "
        "noise on X1"
    )
    assert [row.split()[0] for row in rows[1:]] == ["noise", "0", "0.5", "50"]
    assert f"{sweep.atoms.unique2[2]:.3f} [{sweep.low.unique2[2]:.2f}, " in rows[4]


def test_plot_has_the_atoms_and_intervals_against_the_level(sweep):
    ax = sweep.plot(source_names=("ear", "eye"), target_name="word")
    drawn = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert len(drawn) == 4
    for line, atom in zip(drawn, sweep.atoms, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), atom)
    whiskers = [c for c in ax.collections if hasattr(c, "get_segments")]
    for k, whisker in enumerate(whiskers):
        ends = np.array([segment[:, 1] for segment in whisker.get_segments()])
        np.testing.assert_array_equal(ends, np.stack([sweep.low[k], sweep.high[k]], 1))
    assert len(whiskers) == 4
    np.testing.assert_allclose(ax.get_xticks(), [-1, 0, np.log2(100)])
    assert [text.get_text() for text in ax.get_xticklabels()] == ["0", "0.5", "50"]
    assert ax.get_xlabel() == "Noise added to ear (standard deviations of each column)"
    assert ax.get_ylabel() == "Information about word (bits)"
    assert not ax.patches


def test_plot_of_no_noise_at_all_is_one_place(data):
    sweep = ff.noise_sweep(
        *data, [0], n_clusters=2, n_seeds=1, n_init=1, n_resamples=0, estimator="kmeans"
    )
    assert list(sweep.plot().get_xticks()) == [0]
