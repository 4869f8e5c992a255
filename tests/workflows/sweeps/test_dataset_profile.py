# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Profiles of data sets, and how much of what they ask for a model delivers."""

from __future__ import annotations

import dataclasses
import json
import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import fourfold as ff
from fourfold.report.plots.style import COLORS
from tests.support.figures import span, ticks

pytestmark = pytest.mark.usefixtures("plt")

FAST = {"n_clusters": 3, "n_init": 1, "n_resamples": 25}
PLAIN = {"n_clusters": 3, "n_seeds": 1, "n_init": 1, "n_resamples": 0}


def blobs(rows, classes, columns=2, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=rows)
    x1, x2 = (3.0 * (y % k)[:, None] + rng.standard_normal((rows, columns)) for k in (2, 3))
    return x1, x2, y


@pytest.fixture(scope="module", name="data")
def _data():
    """Data sets of different N, d and K_Y, one of them with rows of probabilities."""
    x1, x2, y = blobs(150, 3, seed=2)
    return {
        "two": blobs(200, 2),
        "six": blobs(300, 6, columns=4, seed=1),
        "soft": (x1, x2[:, :1], 0.7 * np.eye(3)[y] + 0.1),
    }


@pytest.fixture(scope="module", name="profile")
def _profile(data):
    return ff.dataset_profile(data, n_seeds=2, **FAST, estimator="kmeans")


# -- what is computed ------------------------------------------------------------------


def test_data_sets_are_those_of_the_estimator_with_the_same_seed(data, profile):
    """All tables are solved to the smallest tolerance, so atoms may differ by their gaps."""
    assert profile.datasets == ("two", "six", "soft")
    for k, columns in enumerate(data.values()):
        for s, seed in enumerate(profile.seeds):
            fit = ff.PIDEstimator(bias_correction="auto", random_state=seed, **FAST)
            expected, got = fit.fit(*columns).result_, profile.results[k][s]
            np.testing.assert_allclose(got.atoms, expected.atoms, rtol=0, atol=1e-4)
            assert got.mi_joint == pytest.approx(expected.mi_joint, abs=1e-12)
            assert got.n_samples == len(columns[0])
            assert got.bias_correction == expected.bias_correction
            for end in ("low", "high"):
                ends = (getattr(r.confidence_interval, end) for r in (got, expected))
                np.testing.assert_allclose(*ends, rtol=0, atol=1e-3)
    np.testing.assert_allclose(
        profile.samples_per_cell, [200 / 9 / 2, 300 / 9 / 6, 150 / 9 / 3]
    )
    np.testing.assert_array_equal(profile.atoms, profile.by_seed.mean(1).T)


def test_a_data_set_does_not_depend_on_the_others(data, profile):
    alone = ff.dataset_profile({"six": data["six"]}, n_seeds=2, **FAST, estimator="kmeans")
    np.testing.assert_allclose(alone.by_seed[0], profile.by_seed[1], rtol=0, atol=1e-4)
    hard = ff.dataset_profile(
        {k: data[k] for k in ("six", "two")}, n_seeds=2, **FAST, estimator="kmeans"
    )
    np.testing.assert_array_equal(alone.by_seed[0], hard.by_seed[0])


def test_subsets_of_one_data_set(data):
    x1, x2, y = data["six"]
    subsets = {"even": y % 2 == 0, 1: np.arange(100), "all": slice(None)}
    profile = ff.dataset_profile(
        {name: (x1[rows], x2[rows], y[rows]) for name, rows in subsets.items()},
        **PLAIN,
        estimator="kmeans",
    )
    assert profile.datasets == ("even", "1", "all")
    for k, rows in enumerate(subsets.values()):
        fit = ff.PIDEstimator(
            3,
            n_init=1,
            probe=False,
            bias_correction="auto",
            random_state=profile.seeds[0],
        )
        expected = fit.fit(x1[rows], x2[rows], y[rows]).result_
        assert profile.results[k][0].to_dict() == expected.to_dict()


def test_ways_to_give_a_data_set_agree(data):
    x1, x2, y = data["two"]
    profile = ff.dataset_profile(
        {
            "base": (x1, x2, y),
            "lists": [x1.tolist(), x2.tolist(), y.tolist()],
            "text": (x1, x2, np.array(["no", "yes"])[y]),
            "one-hot": (x1, x2, np.eye(2)[y]),
        },
        **PLAIN,
        estimator="kmeans",
    )
    np.testing.assert_array_equal(profile.by_seed, profile.by_seed[[0, 0, 0, 0]])


# -- warnings and errors ---------------------------------------------------------------


def test_undersampled_data_sets_are_one_warning(data):
    rng = np.random.default_rng(0)
    poor = (*rng.standard_normal((2, 30, 1)), np.arange(30) % 10)
    with pytest.warns(ff.UndersampledWarning) as caught:
        profile = ff.dataset_profile(
            {"two": data["two"], "a": poor, "b": poor}, **PLAIN, estimator="kmeans"
        )
    assert len(caught) == 1
    assert caught[0].filename == __file__
    start = "2 of 3 data sets are undersampled (data set 'a', data set 'b'): "
    assert str(caught[0].message).startswith(start)
    assert profile.undersampled.tolist() == [False, True, True]


X, Y = np.arange(20.0)[:, None], np.arange(20) % 2


@pytest.mark.parametrize(
    ("datasets", "error", "message"),
    [
        ([(X, X, Y)], TypeError, r"datasets: expected a mapping .*, got list"),
        ({}, ValueError, "datasets: expected at least one data set, got none"),
        ({"a": (X, X)}, ValueError, r"datasets: 'a' must be \(x1, x2, y\)"),
        ({"a": 3}, ValueError, r"datasets: 'a' must be \(x1, x2, y\)"),
        (
            {1: (X, X, Y), "1": (X, X, Y)},
            ValueError,
            r"two data sets have the same .*\[1, '1'\]",
        ),
        (
            {"ok": (X, X, Y), "a": (X, X[1:], Y)},
            ValueError,
            "data set 'a': X1, X2, y: expected",
        ),
        ({"a": (X, X * np.nan, Y)}, ValueError, "data set 'a': X2: entries must be finite"),
        ({"a": (X, X, Y + 0.5)}, ValueError, "data set 'a': y: labels must be"),
        ({"a": (X, X, None)}, ValueError, "data set 'a': y: "),
        ({"a": (X[:2], X[:2], Y[:2])}, ValueError, "data set 'a': n_clusters: 3 clusters"),
        ({"ok": (X, X, Y), "a": (X[:7], X[:7], Y[:7])}, ValueError, "data set 'a': .* got 7"),
    ],
)
def test_bad_data_sets_are_named(datasets, error, message):
    with pytest.raises(error, match=message):
        ff.dataset_profile(datasets, **PLAIN | {"n_resamples": 25}, estimator="kmeans")


def test_corrections_for_labels_name_the_data_set_without(data):
    with pytest.raises(ValueError, match="data set 'soft': bias_correction: 'chao' needs"):
        ff.dataset_profile(data, **PLAIN, bias_correction="chao", estimator="kmeans")


def test_bad_options_are_named(data):
    with pytest.raises(ValueError, match="n_seeds: expected an integer of at least 1, got 0"):
        ff.dataset_profile(data, n_seeds=0, estimator="kmeans")
    with pytest.raises(ValueError, match="preprocess: expected one of"):
        ff.dataset_profile(data, preprocess="x", estimator="kmeans")


# -- ways to read it -------------------------------------------------------------------


def test_dictionary_is_json_with_all_numbers(profile):
    record = profile.to_dict()
    assert json.loads(json.dumps(record)) == record
    names = {field.name for field in dataclasses.fields(profile)}
    assert set(record) == names - {"decoded", "gaussian"} | {"unit", "type"}
    assert record["datasets"] == ["two", "six", "soft"]


def test_repr_is_a_table(profile):
    lines = repr(profile).splitlines()
    assert lines[0] == (
        "DatasetProfile in bits, of 3 clusters, mean over 2 seeds, with 95% confidence intervals"
    )
    assert lines[1].split()[:2] == ["data", "set"]
    assert [line.split()[0] for line in lines[2:5]] == ["two", "six", "soft"]
    assert f"{profile.atoms.redundancy[1]:.3f} [" in lines[3]
    least, most = np.sort(profile.entropies())[[0, -1]]
    assert lines[5] == f"H(Y) is {least:.3f} to {most:.3f} bits"


def test_bars_are_the_atoms(profile):
    ax = profile.plot(source_names=("image", "text"), target_name="answer")
    assert len(ax.containers) == 4
    for k, bars in enumerate(ax.containers):
        assert {to_hex(bar.get_facecolor()).upper() for bar in bars} == {COLORS[k]}
        np.testing.assert_array_equal([bar.get_height() for bar in bars], profile.atoms[k])
        centres = np.array([bar.get_x() + bar.get_width() / 2 for bar in bars])
        np.testing.assert_array_equal(np.rint(centres), [0, 1, 2])
        ends = [segment[:, 1] for segment in ax.collections[k].get_segments()]
        np.testing.assert_array_equal(ends, np.stack([profile.low[k], profile.high[k]], 1))
    assert ticks(ax) == ["two", "six", "soft"]
    assert ax.get_ylabel() == "Information about answer (bits)"
    assert (
        ax.get_title("left") == "of 3 clusters, mean over 2 seeds"
    )  # of N there is more than one
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "redundancy", "unique to image", "unique to text", "synergy", "95 % interval"
    ]  # fmt: skip


def test_undersampled_data_sets_are_shaded(profile):
    poor = dataclasses.replace(profile, undersampled=np.array([False, True, False]), low=None)
    ax = poor.plot()
    (shade,) = [patch for patch in ax.patches if patch.get_label() == "undersampled"]
    np.testing.assert_allclose(span(shade), (0.5, 1.5))
    assert not ax.collections
    shown = [text.get_text() for text in ax.get_legend().get_texts()]
    assert shown[-2:] == ["synergy", "undersampled"]


def test_long_names_are_turned_and_none_is_left_out(profile):
    names = tuple(f"a data set with a name of many words {k}" for k in range(3))
    ax = dataclasses.replace(profile, datasets=names).plot()
    assert ticks(ax) == list(names)
    assert {text.get_rotation() for text in ax.get_xticklabels()} == {35.0}


def test_axes_of_the_user_are_kept(profile):
    ax = Figure(layout="constrained").subplots()
    assert profile.plot(ax) is ax


def test_bad_plots_are_refused(profile, monkeypatch):
    with pytest.raises(ValueError, match="source_names must be two names, got 'ab'"):
        profile.plot(source_names="ab")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"fourfold\[plot\]"):
        profile.plot()


# -- agreement -------------------------------------------------------------------------


def with_atoms(*atoms):
    return dataclasses.replace(
        ff.decompose(ff.gates.XOR.pmf),
        **dict(zip(("redundancy", "unique1", "unique2", "synergy"), atoms, strict=True)),
    )


def test_agreement_by_hand():
    data, model = with_atoms(0.1, 0.3, 0.0, 0.4), with_atoms(0.5, 0.2, 0.7, 0.1)
    # shares 1/8, 3/8, 0, 1/2 of 0.5, 0.2, 0.7, 0.1
    assert ff.agreement(data, model) == pytest.approx(0.0625 + 0.075 + 0.05)
    # shares 1/3, 2/15, 7/15, 1/15 of 0.1, 0.3, 0, 0.4
    assert ff.agreement(model, data) == pytest.approx((0.5 + 0.6 + 0.4) / 15)


def test_agreement_of_gates():
    """AND is R = 0.3113 and S = 0.5, of 0.8113 bits; XOR is one bit of S."""
    both, xor = ff.decompose(ff.gates.AND.pmf), ff.decompose(ff.gates.XOR.pmf)
    assert ff.agreement(both, xor) == pytest.approx(0.5 / 0.811278, abs=1e-4)
    assert ff.agreement(xor, both) == pytest.approx(0.5, abs=1e-4)
    assert isinstance(ff.agreement(both, xor), float)


@given(*[st.lists(st.floats(0, 2), min_size=4, max_size=4)] * 2, st.floats(0.1, 10))
def test_agreement_is_a_mean_weighted_by_shares(data, model, scale):
    value = ff.agreement(with_atoms(*data), with_atoms(*model))
    if sum(data) <= 1e-9:
        assert math.isnan(value)
        return
    assert min(model) - 1e-12 <= value <= max(model) + 1e-12
    scaled = ff.agreement(
        with_atoms(*(scale * atom for atom in data)), with_atoms(*(2 * atom for atom in model))
    )
    if scale * sum(data) > 1e-9:
        assert scaled == pytest.approx(2 * value, rel=1e-9, abs=1e-12)


def test_agreement_with_nothing_is_not_known():
    xor = ff.decompose(ff.gates.XOR.pmf)
    independent = ff.decompose(np.full((3, 3, 3), 1 / 27))
    assert math.isnan(ff.agreement(independent, xor))
    assert math.isnan(ff.agreement(with_atoms(1e-16, 0, 0, 0), xor))  # is rounding
    assert math.isnan(ff.agreement(with_atoms(0.1, -0.2, 0, 0), xor))
    assert math.isnan(ff.agreement(with_atoms(0.1, 0.2, 0, math.nan), xor))
    assert ff.agreement(xor, independent) == pytest.approx(0, abs=1e-9)
    # a corrected atom below zero is taken as it is: (0.2 * 0.5 - 0.1 * 1) / 0.1
    assert ff.agreement(with_atoms(0.2, -0.1, 0, 0), with_atoms(0.5, 1, 0, 0)) == pytest.approx(
        0
    )


def test_agreement_of_profiles_is_by_data_set(data, profile):
    model = ff.dataset_profile(
        {name: data[name] for name in ("six", "two")} | {"other": data["two"]},
        **PLAIN,
        estimator="kmeans",
    )
    got = ff.agreement(profile, model)
    assert list(got) == ["two", "six"]
    for name, value in got.items():
        a, b = profile.datasets.index(name), model.datasets.index(name)
        shares = [atom[a] / sum(part[a] for part in profile.atoms) for atom in profile.atoms]
        expected = sum(s * atom[b] for s, atom in zip(shares, model.atoms, strict=True))
        assert value == pytest.approx(expected, rel=1e-12)


def test_what_cannot_agree_is_refused(data, profile):
    xor = ff.decompose(ff.gates.XOR.pmf)
    other = ff.dataset_profile({"else": data["two"]}, **PLAIN, estimator="kmeans")
    with pytest.raises(
        ValueError, match="expected a data set in common, got two, six, soft and"
    ):
        ff.agreement(profile, other)
    with pytest.raises(TypeError, match="two PIDs or two DatasetProfiles, got PID and Dataset"):
        ff.agreement(xor, profile)
    with pytest.raises(TypeError, match="got PID and Atoms"):
        ff.agreement(xor, xor.atoms)
    batch = ff.decompose(np.stack([ff.gates.XOR.pmf] * 2))
    with pytest.raises(ValueError, match=r"profile_b: .* batch of shape \(2,\)"):
        ff.agreement(xor, batch)
