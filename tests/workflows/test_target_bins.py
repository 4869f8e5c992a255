# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A continuous target in each of the workflows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

COLUMN = ff.PIDEstimator(3, clusterer="quantile", probe=False)
BINNED_COLUMN = ff.PIDEstimator(3, clusterer="quantile", probe=False, target_bins=4)
LOGISTIC = ff.ClassifierPID("logistic", cv=2)
CLUSTERS = {"estimator": "kmeans", "n_clusters": 3, "n_seeds": 1}
FIT = {"estimator": LOGISTIC, "n_seeds": 1}


@pytest.fixture(scope="module", name="data")
def _data():
    rng = np.random.default_rng(11)
    y = rng.normal(size=240)
    return *((y + 0.5 * rng.normal(size=240))[:, None] for _ in range(2)), y


@pytest.fixture(scope="module", name="codes")
def _codes(data):
    return ff.bin_target(data[2], 4).codes


def binned_fit():
    return {"estimator": ff.ClassifierPID("logistic", cv=2, target_bins=4), "n_seeds": 1}


def assert_same(of_numbers, of_codes, codes):
    """The same atoms, and every result knows its bins."""
    np.testing.assert_array_equal(of_numbers.by_seed, of_codes.by_seed)
    results = [one for of_setting in of_numbers.results for one in of_setting]
    for result in results:
        np.testing.assert_allclose(result.target_bins.shares, np.bincount(codes) / len(codes))
    assert all(one.target_bins is None for each in of_codes.results for one in each)
    assert "y in 4 quantile bins" in repr(of_numbers)
    assert "y in 4 quantile bins" in of_numbers.to_dict()["estimator"]


def test_layers(data, codes):
    x1, x2, y = data
    layers = {"a": x1, "b": x1 + x2}
    assert_same(
        ff.layer_profile(layers, x2, y, target_bins=4, **CLUSTERS),
        ff.layer_profile(layers, x2, codes, **CLUSTERS),
        codes,
    )
    assert_same(
        ff.layer_profile({"a": x1}, x2, y, **binned_fit()),
        ff.layer_profile({"a": x1}, x2, codes, **FIT),
        codes,
    )
    with pytest.raises(ValueError, match="target_bins: an estimator was given; set it there"):
        ff.layer_profile(layers, x2, y, target_bins=4, **FIT)
    with pytest.raises(ValueError, match=r"layer 'a': y: .*target_bins=16"):
        ff.layer_profile(layers, x2, y, **CLUSTERS)


def test_numbers_of_tokens(data):
    x1, x2, y = data
    layers = {"a": x1.reshape(80, 3, 1)}
    given = {"estimator": COLUMN, "n_seeds": 1, "paired_tokens": True}
    of_numbers = ff.layer_profile(
        layers,
        x2.reshape(80, 3, 1),
        y.reshape(80, 3),
        **given | {"estimator": BINNED_COLUMN},
    )
    codes = ff.bin_target(y, 4).codes
    of_codes = ff.layer_profile(layers, x2.reshape(80, 3, 1), codes.reshape(80, 3), **given)
    assert_same(of_numbers, of_codes, codes)


def test_classifiers_by_name(data):
    some = tuple(part[:60] for part in data)
    found = ff.dataset_profile({"all": some}, target_bins=3, n_seeds=1)
    edges = ff.bin_target(some[2], 3).edges
    np.testing.assert_array_equal(found.results[0][0].target_bins.edges, edges)
    assert "y in 3 quantile bins" in repr(found)


def test_data_sets_have_bins_of_their_own(data):
    x1, x2, y = data
    found = ff.dataset_profile({"one": data, "two": (x1, x2, 2 * y)}, target_bins=4, **CLUSTERS)
    first, second = (one[0].target_bins.edges for one in found.results)
    np.testing.assert_allclose(2 * first, second)
    np.testing.assert_array_equal(found.by_seed[0], found.by_seed[1])


def test_numbers_of_clusters(data, codes):
    x1, x2, y = data
    assert_same(
        ff.cluster_sweep(x1, x2, y, (2, 3), n_seeds=1, target_bins=4),
        ff.cluster_sweep(x1, x2, codes, (2, 3), n_seeds=1),
        codes,
    )


@pytest.mark.parametrize(("plain", "binned"), [
    (FIT, binned_fit()), (CLUSTERS, {**CLUSTERS, "target_bins": 4}),
])  # fmt: skip
def test_levels_of_noise(data, codes, plain, binned):
    levels = (1,) if plain is FIT else (0, 1)
    if plain is FIT:
        data = [part[:100] for part in data]
        codes = ff.bin_target(data[2], 4).codes
    x1, x2, y = data
    assert_same(
        ff.noise_sweep(x1, x2, y, levels, **binned),
        ff.noise_sweep(x1, x2, codes, levels, **plain),
        codes,
    )


def test_grids(data, codes, tmp_path):
    x1, x2, y = data
    layers = {"a": x1}, {"b": x2}
    chosen = {"estimator": "kmeans", "n_seeds": 1}
    grid = ff.profile_grid(*layers, {"y": y}, target_bins=4, checkpoint=tmp_path, **chosen)
    of_codes = ff.profile_grid(*layers, {"y": codes}, **chosen)
    np.testing.assert_array_equal(grid.by_seed, of_codes.by_seed)
    assert "y in 4 quantile bins" in repr(grid)
    with pytest.raises(ValueError, match="target_bins"):
        ff.profile_grid(*layers, {"y": y}, target_bins=5, checkpoint=tmp_path, **chosen)
    with pytest.raises(ValueError, match="target_bins: an estimator was given; set it there"):
        ff.profile_grid(*layers, {"y": y}, target_bins=5, estimator=COLUMN)


@pytest.mark.parametrize(("target", "plain", "binned"), [
    ("decision", CLUSTERS, {**CLUSTERS, "target_bins": 4}),
    ("label", CLUSTERS, {**CLUSTERS, "target_bins": 4}),
    ("label", {"estimator": COLUMN}, {"estimator": BINNED_COLUMN}),
])  # fmt: skip
def test_models_that_answer_with_numbers(data, target, plain, binned):
    x1, x2, y = data

    def mean(x1, x2):
        return (x1 + x2)[:, 0] / 2

    bins = ff.bin_target(y, 4)

    def binned_mean(x1, x2):
        return np.searchsorted(bins.edges, mean(x1, x2))

    given = {"n_repeats": 1, "interventions": ("remove",), "target": target}
    found = ff.ablation_report((mean, x1, x2, y), **given, **binned)
    same = ff.ablation_report((binned_mean, x1, x2, bins.codes), **given, **plain)
    for name in ("by_seed", "accuracy", "drops"):
        np.testing.assert_array_equal(getattr(found, name), getattr(same, name))
    decided = np.bincount(binned_mean(x1, x2), minlength=4) / 240
    shares = found.results[0][0].target_bins.shares
    np.testing.assert_allclose(shares, bins.shares if target == "label" else decided)


def test_classifiers_of_models_do_not_put_bins_into_bins(data):
    x1, x2, y = (part[:120] for part in data)
    by_edges = clone(LOGISTIC).set_params(target_bins=ff.bin_target(y, 4).edges)
    given = {"n_repeats": 1, "interventions": ("remove",), "target": "label", "n_seeds": 1}
    found = ff.ablation_report((lambda x1, _: x1[:, 0], x1, x2, y), **given, estimator=by_edges)
    assert found.results[0][0].entropy == pytest.approx(2.0)


def test_models_that_do_not(data):
    x1, x2, y = data

    def report(case, **given):
        return ff.ablation_report({"m": case}, n_repeats=1, **given, **CLUSTERS)

    def mean(x1, x2):
        return (x1 + x2)[:, 0] / 2

    with pytest.raises(ValueError, match=r"cases\['m'\]: y: .*target_bins=16"):
        report((mean, x1, x2, y))
    case = ff.AblationCase(mean, x1, x2, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"cases\['m'\]: classes are the bins of y"):
        report(case, target_bins=4)
    with pytest.raises(ValueError, match=r"predict of cases\['m'\]: holds labels such as high"):
        report((lambda x1, _: ["high"] * len(x1), x1, x2, y), target_bins=4)


# -- given a third variable ----------------------------------------------------------------


@pytest.fixture(scope="module", name="thirds")
def _thirds():
    return np.arange(240) % 2


@pytest.mark.parametrize("road", ["labels", "kmeans"])
def test_strata_have_the_same_bins(data, codes, thirds, road):
    x1, x2, y = data
    given = {"given": thirds, "estimator": None if road == "labels" else road}
    if road == "labels":
        x1, x2 = (np.digitize(x[:, 0], [0.0]) for x in (x1, x2))
    found = ff.conditional_pid(x1, x2, y, target_bins=4, **given)
    same = ff.conditional_pid(x1, x2, codes, **given)
    assert found.result.atoms == same.result.atoms
    for one in (found.result, *found.by_stratum):
        np.testing.assert_allclose(one.target_bins.shares, 0.25)
    assert "4 quantile bins of" in repr(found)
    assert same.result.target_bins is None


def test_strata_of_classifiers_know_their_bins(data, thirds):
    found = ff.conditional_pid(*data, given=thirds, estimator=LOGISTIC, target_bins=4)
    for one in (found.result, *found.by_stratum):
        np.testing.assert_allclose(one.target_bins.shares, 0.25)
    assert "4 quantile bins of" in repr(found)


def test_bins_of_the_estimator_are_those_of_all_rows(data, thirds):
    shifted = data[2] + 3 * thirds  # of which strata would have other quantiles
    found = ff.conditional_pid(*data[:2], shifted, given=thirds, estimator=BINNED_COLUMN)
    same = ff.conditional_pid(
        *data[:2], ff.bin_target(shifted, 4).codes, given=thirds, estimator=COLUMN
    )
    assert found.result.atoms == same.result.atoms
    with pytest.raises(
        ValueError, match="target_bins: the estimator that was given has its own"
    ):
        ff.conditional_pid(*data, given=thirds, target_bins=4, estimator=BINNED_COLUMN)


def test_counts_by_stratum_know_their_bins(data, thirds):
    y = data[2]
    x1, x2 = (np.digitize(x[:, 0], [0.0]) for x in data[:2])
    edges = ff.bin_target(y, 4).edges
    counts = {
        str(t): ff.Counts.from_labels(
            x1[thirds == t], x2[thirds == t], y[thirds == t], target_bins=edges
        )
        for t in range(2)
    }
    found = ff.conditional_pid(counts)
    rows = ff.conditional_pid(x1, x2, y, given=thirds, target_bins=edges)
    assert found.result.atoms == rows.result.atoms
    np.testing.assert_allclose(found.result.target_bins.shares, 0.25)
    with pytest.raises(TypeError, match="y: missing, but there is target_bins=4"):
        ff.conditional_pid(counts, target_bins=4)


def test_a_continuous_third_variable_is_told_how(data, thirds):
    y = data[2]
    with pytest.raises(ValueError, match=r"given: .*fourfold\.bin_target\(given, 4\)\.codes"):
        ff.conditional_pid(thirds, thirds, thirds, given=y)
    strata = ff.bin_target(y, 4).codes
    assert len(ff.conditional_pid(thirds, thirds, thirds, given=strata).by_stratum) == 4


# -- single samples, and tests -------------------------------------------------------------


def test_rows_are_put_into_the_bins_of_the_result(data, codes):
    y = data[2]
    x1, x2 = (np.digitize(x[:, 0], [0.0]) for x in data[:2])
    result = ff.pid(x1, x2, y, target_bins=4)
    parts = ff.pointwise(result, x1, x2, y)
    np.testing.assert_array_equal(parts, ff.pointwise(ff.pid(x1, x2, codes), x1, x2, codes))
    counts = ff.Counts.from_labels(x1, x2, y, target_bins=4)
    assert len(ff.pointwise(result, counts).counts) == len(counts.cells.counts)
    assert len(ff.sample_weights(parts).weights) == 240
    with pytest.raises(ValueError, match=r"y: .*finite"):
        ff.pointwise(result, x1, x2, np.full(240, np.nan))


def test_tests_are_of_the_bins(data, codes):
    y = data[2]
    x1, x2 = (np.digitize(x[:, 0], [0.0]) for x in data[:2])
    of_numbers = ff.permutation_test(x1, x2, y, "mi1", target_bins=4, n_permutations=19)
    of_codes = ff.permutation_test(x1, x2, codes, "mi1", n_permutations=19)
    np.testing.assert_array_equal(of_numbers.null_distribution, of_codes.null_distribution)
    assert of_numbers.pvalue == of_codes.pvalue == 0.05


def test_results_of_other_bins_are_not_compared(data, codes):
    y = data[2]
    x1, x2 = (np.digitize(x[:, 0], [0.0]) for x in data[:2])
    four, eight = (ff.pid(x1, x2, y, target_bins=bins) for bins in (4, 8))
    message = (
        "compare: the target of a is in 4 bins, that of b in 8; expected the same target_bins"
    )
    with pytest.raises(ValueError, match=message):
        ff.compare(four, eight)
    decoded = [
        ff.posterior_pid(*([np.full((240, bins), 1 / bins)] * 2), y, target_bins=bins)
        for bins in (4, 8)
    ]
    with pytest.raises(ValueError, match=message):
        ff.compare(*decoded)
    # other edges of as many; and codes, of which a result does not know that they are bins
    for other in (
        ff.pid(x1, x2, 2 * y, target_bins=4),
        ff.pid(x1, x2, y, target_bins=ff.bin_target(y, 4).edges),
        ff.pid(x1, x2, codes),
    ):
        assert max(map(abs, ff.compare(four, other).difference)) < 1e-9
    with pytest.warns(ff.DiscretisationWarning, match="which leaves 6"):
        repeat = ff.pid(x1, x2, np.maximum(y, 0.0), target_bins=8)
    assert ff.compare(eight, repeat).paired  # asked for alike
