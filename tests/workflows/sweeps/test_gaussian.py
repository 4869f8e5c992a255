# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Layers and data sets of Gaussians: the numbers of `gaussian_pid`, and what is said of them."""

from __future__ import annotations

import functools
import json
import warnings

import joblib
import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.sweeps.gaussian import gaussian_summary, say_once
from tests.support.figures import legend, ticks
from tests.support.fitted import of_samples, rows

pytestmark = pytest.mark.usefixtures("one_thread")

LAYERS = ("early", "late")


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x1, x2, y = rows(rng)
    return {"early": x1 + 2 * rng.normal(size=x1.shape), "late": x1}, x2, y


@pytest.fixture(scope="module")
def profile(data):
    return ff.layer_profile(*data, estimator="gaussian")


def made_up(**changed):
    """A profile of results whose numbers are known."""
    results = ((of_samples(),), (of_samples(**changed),))
    return ff.LayerProfile(
        **gaussian_summary(results, 0, 0.95, "of Gaussian copulas"), layers=LAYERS
    )


# -- numbers ---------------------------------------------------------------------------


def test_each_layer_is_what_gaussian_pid_says(profile, data):
    layers, x2, y = data
    seed = profile.seeds[0]
    for k, (name, x1) in enumerate(layers.items()):
        found = ff.gaussian_pid(x1, x2, y, random_state=seed)
        assert profile.layers[k] == name
        assert [atom[k] for atom in profile.atoms] == [*found.atoms]
        assert profile.mi_joint[k] == found.mi_joint
        assert profile.gaussian.mi1[k] == found.mi1
        assert profile.gaussian.mi2[k] == found.mi2
        crossed = [values[k] for values in profile.gaussian.unique_cross_fitted]
        assert crossed == [*found.unique_cross_fitted]
        assert [values[k] for values in profile.plug_in] == [*found.plug_in]
    assert profile.by_seed.shape == (2, 1, 4)
    assert profile.estimator == "of Gaussian copulas"
    assert profile.samples_per_cell is profile.undersampled is profile.decoded is None


def test_more_noise_tells_less(profile):
    assert profile.atoms.unique1[0] < profile.atoms.unique1[1]
    assert profile.mi_joint[0] < profile.mi_joint[1]


def test_the_same_seed_gives_the_same_numbers_wherever_it_is_fitted(profile, data):
    with joblib.parallel_config("threading", n_jobs=2):
        again = ff.layer_profile(*data, estimator="gaussian")
    np.testing.assert_array_equal(again.by_seed, profile.by_seed)


def test_a_partial_has_options(data):
    fit = functools.partial(ff.gaussian_pid, copula=False)
    found = ff.layer_profile(*data, estimator=fit)
    expected = ff.gaussian_pid(
        data[0]["late"], *data[1:], copula=False, random_state=found.seeds[0]
    )
    assert found.results[1][0].atoms == expected.atoms
    assert found.words() == ["of Gaussians"]


def test_targets_of_layers(data):
    layers, x2, y = data
    targets = {"late": y, "early": y[:, :1]}
    both = ff.layer_profile(layers, x2, targets, estimator="gaussian")
    assert both.layers == LAYERS
    assert [one.sizes for (one,) in both.results] == [(2, 2, 1), (2, 2, 2)]
    alone = ff.layer_profile(layers["late"], x2, np.stack([y, y + x2]), estimator="gaussian")
    assert alone.layers == ("0", "1")
    listed = ff.layer_profile(layers["late"], x2, [y, y + x2], estimator="gaussian")
    np.testing.assert_array_equal(listed.by_seed, alone.by_seed)
    assert alone.by_seed[0, 0] == pytest.approx(both.by_seed[1, 0])


def test_contributions_are_of_the_atoms(profile):
    unique1, unique2 = (np.maximum(atom, 0) for atom in profile.atoms[1:3])
    np.testing.assert_allclose(profile.contributions[:, 0], unique1 / (unique1 + unique2))


def test_data_sets(data):
    layers, x2, y = data
    found = ff.dataset_profile(
        {"all": (layers["late"], x2, y), "half": (layers["late"][:200], x2[:200], y[:200, 0])},
        estimator="gaussian",
    )
    assert found.datasets == ("all", "half")
    assert [one.n_samples for (one,) in found.results] == [400, 200]
    assert found.gaussian.not_gaussian.tolist() == [False, False]


# -- what is said ----------------------------------------------------------------------


def test_text_says_what_it_is_of_and_no_seeds(profile):
    first, *lines = repr(profile).splitlines()
    assert first.startswith("LayerProfile in bits, of Gaussian copulas")
    assert "seed" not in repr(profile)
    assert "certified" not in repr(profile)
    assert "late" in lines[2]


def test_intervals_and_readings_are_columns_of_the_page():
    found = made_up()
    assert "with 95% confidence intervals" in repr(found)
    assert "0.661 [0.56, 0.86]" in repr(found)
    page = found.to_html()
    assert "unique to X1, cross-fitted" in page
    assert "unique to X1, plug-in" in page
    assert "in closed form" in page
    assert "No warnings." in page


def test_doubts_are_flagged():
    found = made_up(
        dependence=ff.Dependence(2.9, 0.05, 2.29, "KSG", True), unique_cross_fitted=(0.5, 0.2)
    )
    assert [found.flags(k) for k in (0, 1)] == [[], ["not Gaussian", "few rows"]]
    text = repr(found)
    assert "* NOT GAUSSIAN: late" in text
    assert "* FEW ROWS: late" in text
    assert [line[0] for line in text.splitlines()[2:4]] == [" ", "*"]
    assert "Not Gaussian (layer: late)" in found.to_html()


def test_dictionary_is_json(profile):
    record = json.loads(json.dumps(profile.to_dict(), allow_nan=False))
    assert record["gaussian"]["mi1"] == profile.gaussian.mi1.tolist()
    assert "undersampled" not in record
    assert record["layers"] == [*LAYERS]
    shrunk = made_up(
        plug_in=None, confidence_interval=None, unique_cross_fitted=None, pvalues=None,
        standard_error=None, dependence=None, bias=None,
    )  # fmt: skip
    record = json.loads(json.dumps(shrunk.to_dict(), allow_nan=False))
    assert record["low"] is record["plug_in"] is None
    assert record["gaussian"]["unique_cross_fitted"][0][1] is None


@pytest.mark.usefixtures("plt")
def test_pictures():
    found = made_up(dependence=ff.Dependence(2.9, 0.05, 2.29, "KSG", True))
    axes = found.plot()
    assert axes.get_title(loc="left") == "480 samples, of Gaussian copulas"
    assert ticks(axes) == [*LAYERS]
    assert {"95 % interval", "not Gaussian"} <= set(legend(axes))
    assert found.plot(what="contributions").get_ylabel() == "Share of U1 + U2"


# -- warnings --------------------------------------------------------------------------


def test_warnings_of_one_kind_are_given_once_with_all_names():
    heard = [
        [(UserWarning, "The copula misses 1 bit")],
        [(UserWarning, "The copula misses 2 bits"), (UserWarning, "Other words here")],
        [],
    ]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        say_once(["a", "b", "c"], heard)
    assert [str(one.message) for one in caught] == [
        "2 of 3 (a, b); the first: The copula misses 1 bit",
        "1 of 3 (b); the first: Other words here",
    ]


# -- refused ---------------------------------------------------------------------------


def test_errors_name_the_layer(data):
    layers, x2, y = data
    with pytest.raises(ValueError, match=r"^layer 'late': "):
        ff.layer_profile(layers | {"late": x2}, x2, y, estimator="gaussian")


REFUSED = [
    (lambda d: (d[0], d[1], {"early": d[2]}), "sources1, target: expected the same layers, but 'late'"),
    (lambda d: (d[0], d[1], {}), "target: expected at least one layer"),
    (lambda d: (d[1], d[1], d[2]), "all are one array, so there are no layers"),
    (lambda d: (d[0], d[1], {"early": d[2], "late": np.zeros((2, 2, 2))}), "has shape"),
    (lambda d: (d[0], d[1], np.stack([d[2]] * 2).tolist()), "layer 'early': expected arrays"),
]  # fmt: skip


@pytest.mark.parametrize(("arrays", "words"), REFUSED)
def test_layers_that_do_not_go_together_are_refused(data, arrays, words):
    with pytest.raises(ValueError, match=words):
        ff.layer_profile(*arrays(data), estimator="gaussian")


def test_paired_tokens_are_refused(data):
    with pytest.raises(ValueError, match="paired_tokens: tokens of one row are no independent"):
        ff.layer_profile(*data, estimator="gaussian", paired_tokens=True)


def test_a_layer_that_is_the_target_is_refused(data):
    layers, x2, y = data
    with pytest.raises(ValueError, match=r"^layer 'late': "):
        ff.layer_profile(layers | {"late": y}, x2, y, estimator="gaussian")


# -- compared --------------------------------------------------------------------------


def test_layers_are_compared_row_by_row(profile):
    found = profile.compare("late", "early")
    expected = ff.compare(profile.results[1][0], profile.results[0][0])
    assert (found.difference, found.low) == (expected.difference, expected.low)
    assert found.paired
    assert not found.decoded
    assert found.low.unique1 > 0
    with pytest.raises(ValueError, match="a: expected one of early, late, got 'deep'"):
        profile.compare("deep", "early")
