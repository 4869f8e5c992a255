# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Profiles of layers: what is fitted to each, how they may be given, what is drawn."""

from __future__ import annotations

import dataclasses
import json
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import norm

import fourfold as ff
from fourfold.report.plots.style import COLORS
from tests.support.figures import legend, ticks
from tests.support.layers import BINS, PLAIN, assert_same_layers, columns_of, depth
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import PLUG_IN

pytestmark = pytest.mark.usefixtures("plt")


FAST = {"n_clusters": 4, "n_init": 1, "n_resamples": 25}


@pytest.fixture(scope="module", name="data")
def _data():
    return depth()


@pytest.fixture(scope="module", name="profile")
def _profile(data):
    x1, x2, y = data
    names = ["model.layers.0", "model.layers.1", "model.layers.12"]
    first, second = (dict(zip(names, layers, strict=True)) for layers in (x1, x2))
    return ff.layer_profile(first, second, y, n_seeds=3, **FAST, estimator="kmeans")


# -- what is computed ------------------------------------------------------------------


def test_layers_are_those_of_the_estimator_with_the_same_seed(data, profile):
    x1, x2, y = data
    assert len(set(profile.seeds)) == 3
    for k in range(3):
        for s, seed in enumerate(profile.seeds):
            fit = ff.PIDEstimator(
                bias_correction="auto", random_state=seed, probe=False, **FAST
            )
            expected = fit.fit(x1[k], x2[k], y).result_
            assert profile.results[k][s].to_dict() == expected.to_dict()
            np.testing.assert_array_equal(profile.by_seed[k, s], expected.atoms)


def test_what_fades_and_what_grows_is_seen(profile):
    assert profile.layers == ("model.layers.0", "model.layers.1", "model.layers.12")
    first, _, last = range(3)
    assert profile.atoms.unique1[first] > 0.5
    assert profile.atoms.unique1[last] < 0.1
    assert profile.atoms.unique2[last] > 0.5
    assert profile.atoms.unique2[first] < 0.1
    assert profile.contributions[first, 0] > 0.8
    assert profile.contributions[last, 1] > 0.8


def test_layers_of_a_seed_can_be_compared(profile):
    for s in range(3):
        comparison = ff.compare(profile.results[0][s], profile.results[2][s])
        assert comparison.difference.unique1 > 0
        assert comparison.pvalue.unique1 < 0.05


def test_contributions_and_their_intervals_follow_the_formula(profile):
    for k in range(3):
        unique = np.maximum(np.array(profile.atoms)[1:3, k], 0)
        np.testing.assert_allclose(profile.contributions[k], unique / unique.sum(), atol=1e-12)
        of_seeds = [r.confidence_interval for r in profile.results[k]]
        u1, u2 = np.maximum([interval.estimate[1:3] for interval in of_seeds], 0).T
        share, (low, high) = (
            u1 / (u1 + u2),
            np.transpose([interval.contributions[0] for interval in of_seeds]),
        )
        over_seeds = norm.ppf(0.975) ** 2 * share.var(ddof=1)
        low = share.mean() - np.sqrt(((share - low) ** 2).mean() + over_seeds)
        high = share.mean() + np.sqrt(((high - share) ** 2).mean() + over_seeds)
        low, high = max(low, 0.0), min(high, 1.0)
        expected = [[low, high], [1 - high, 1 - low]]
        np.testing.assert_allclose(profile.contribution_intervals[k], expected, atol=1e-12)


def test_contributions_of_nothing_are_not_known():
    x1, x2 = np.tile([[0.0], [1.0]], (2, 150, 1)), np.tile([0.0, 0.0, 1.0, 1.0], 75)[:, None]
    label = (x1[0] != x2).astype(int).ravel()
    profile = ff.layer_profile(
        x1, x2, label, **PLAIN | {"n_clusters": 2}, bias_correction="none", estimator="kmeans"
    )
    assert np.isnan(profile.contributions).all()
    assert profile.to_dict()["contributions"] == [[None, None]] * 2
    profile.plot(what="contributions")
    np.testing.assert_allclose(profile.atoms.synergy, 1, atol=1e-4)


def test_same_seed_same_numbers_and_others_others(data):
    x1, x2, y = data
    one, same, other = (
        ff.layer_profile(x1, x2, y, **PLAIN, random_state=seed, estimator="kmeans")
        for seed in (3, 3, 4)
    )
    assert_same_layers(one, same)
    assert one.seeds != other.seeds
    assert np.any(one.by_seed != other.by_seed)


def test_a_layer_does_not_depend_on_the_others(data, profile):
    x1, x2, y = data
    alone = ff.layer_profile(
        {"a": x1[1]}, {"a": x2[1]}, y, n_seeds=2, **FAST, estimator="kmeans"
    )
    np.testing.assert_array_equal(alone.by_seed[0], profile.by_seed[1, :2])


def test_options_reach_the_estimator(data):
    x1, x2, y = data
    options = {
        "n_clusters": (4, 3),
        "preprocess": "none",
        "clusterer": "quantile",
        "held_out": 0.5,
        "bias_correction": "shuffle",
        "n_resamples": 25,
        "confidence_level": 0.8,
        "tol": 1e-3,
    }
    profile = ff.layer_profile(
        x1[..., :1], x2[..., :1], y, n_seeds=1, **options, estimator="kmeans"
    )
    fit = ff.PIDEstimator(random_state=profile.seeds[0], probe=False, **options)
    fit.fit(x1[2, :, :1], x2[2, :, :1], y)
    assert profile.results[2][0].to_dict() == fit.result_.to_dict()
    assert profile.results[2][0].n_samples == 150
    assert profile.confidence_level == 0.8


# -- how layers may be given -----------------------------------------------------------


def test_ways_to_give_layers_agree(data, tmp_path):
    x1, x2, y = columns_of(data)
    base = ff.layer_profile(x1, x2, y, **BINS, estimator="kmeans")
    assert base.layers == ("0", "1")
    held = np.memmap(tmp_path / "x1", dtype=x1.dtype, mode="w+", shape=x1.shape)
    held[:] = x1
    for first, second, target in (
        (list(x1), tuple(x2), y.tolist()),
        (dict(enumerate(x1)), x2, y),  # whole numbers are names
        ({np.int64(0): x1[0], "1": x1[1]}, list(x2), y.astype(str)),
        ([layer.tolist() for layer in x1], x2, y),
        (held, [np.asfortranarray(layer) for layer in x2], y),
    ):
        assert_same_layers(
            ff.layer_profile(first, second, target, **BINS, estimator="kmeans"), base
        )


def test_layers_are_matched_by_name_in_the_order_of_the_first(data):
    x1, x2, y = columns_of(data)
    profile = ff.layer_profile(
        {"b": x1[1], "a": x1[0]}, {"a": x2[0], "b": x2[1]}, y, **BINS, estimator="kmeans"
    )
    base = ff.layer_profile(x1[:2], x2[:2], y, **BINS, estimator="kmeans")
    assert profile.layers == ("b", "a")
    np.testing.assert_array_equal(profile.by_seed, base.by_seed[::-1])


@pytest.mark.parametrize("fixed", [1, 2])
def test_one_array_is_the_source_of_every_layer(data, fixed):
    x1, x2, y = columns_of(data)
    one, all_of_it = x1[0], np.stack([x1[0]] * 2)
    given, expected = (
        ((one, x2), (all_of_it, x2)) if fixed == 1 else ((x2, one), (x2, all_of_it))
    )
    assert_same_layers(
        ff.layer_profile(*given, y, **BINS, estimator="kmeans"),
        ff.layer_profile(*expected, y, **BINS, estimator="kmeans"),
    )


def test_layers_may_have_other_columns_and_single_precision(data):
    x1, x2, y = data
    wide = np.concatenate([x1[1], x1[2]], axis=1)
    profile = ff.layer_profile(
        [x1[0].astype(np.float32), wide], list(x2[:2]), y, **PLAIN, estimator="kmeans"
    )
    fit = ff.PIDEstimator(3, n_init=1, bias_correction="auto", random_state=profile.seeds[0])
    assert profile.results[1][0].atoms == fit.fit(wide, x2[1], y).result_.atoms
    single = fit.fit(x1[0].astype(np.float32), x2[0], y)
    assert profile.results[0][0].atoms == single.result_.atoms


def test_torch_tensors_are_layers(data):
    torch = pytest.importorskip("torch")
    x1, x2, y = columns_of(data)
    base = ff.layer_profile(x1, x2, y, **BINS, estimator="kmeans")
    t1, t2, target = (torch.from_numpy(values) for values in (x1, x2, y))
    assert_same_layers(
        ff.layer_profile(t1, {k: t2[k] for k in range(2)}, target, **BINS, estimator="kmeans"),
        base,
    )
    pair = [torch.from_numpy(np.stack([x, x], 1)) for x in x1]
    tokens = ff.layer_profile(
        pair, pair, target, paired_tokens=True, **BINS, estimator="kmeans"
    )
    assert tokens.results[0][0].n_samples == 600


def test_rows_of_probabilities_are_a_target(data):
    x1, x2, y = data
    soft = 0.8 * np.eye(4)[y] + 0.05
    profile = ff.layer_profile(x1, x2, soft, **PLAIN, estimator="kmeans")
    assert {r.bias_correction for (r,) in profile.results} == {"linear"}
    fit = ff.PIDEstimator(3, n_init=1, bias_correction="auto", random_state=profile.seeds[0])
    assert profile.results[0][0].atoms == fit.fit(x1[0], x2[0], soft).result_.atoms


# -- warnings and errors ---------------------------------------------------------------


def test_undersampled_layers_are_one_warning():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 10
    rich, poor = y[:, None] % 4, rng.standard_normal((7, 60, 1))
    layers = {"rich": rich, **{f"poor{k}": layer for k, layer in enumerate(poor)}}
    options = PLAIN | {"n_clusters": 4}
    counted = ff.PIDEstimator(4, n_init=1, **PLUG_IN)
    with pytest.warns(ff.UndersampledWarning) as caught:
        profile = ff.layer_profile(
            layers, {**layers, "poor0": poor[1]}, y, n_seeds=1, estimator=counted
        )
    assert profile.undersampled.tolist() == [False] + [True] * 7
    assert len(caught) == 1
    assert caught[0].filename == __file__
    named_ones = ", ".join(f"layer 'poor{k}'" for k in range(5))
    message = str(caught[0].message)
    assert message.startswith(f"7 of 8 layers are undersampled ({named_ones}, ...)")
    assert "or bias_correction='auto'" in message
    with pytest.warns(ff.UndersampledWarning, match="1 of 1 layers") as caught:
        ff.layer_profile([poor[0]], poor[1], y, **options, estimator="kmeans")
    assert "bias_correction" not in str(caught[0].message)  # it is corrected


def test_layers_that_did_not_converge_are_one_warning(data):
    x1, x2, y = data
    with pytest.warns(ff.ConvergenceWarning, match="of 3 fits did not") as caught:
        profile = ff.layer_profile(
            x1, x2, y, **PLAIN, tol=1e-12, max_iter=1, estimator="kmeans"
        )
    left = [r.gap for (r,) in profile.results if not r.converged]
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert f"{len(left)} of 3" in str(caught[0].message)
    assert f"{max(left):.2e} bits" in str(caught[0].message)


X = np.zeros((20, 2))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ({}, X, "sources1: expected at least one layer, got none"),
        (X, [], "sources2: expected at least one layer, got none"),
        (X, X, "sources1, sources2: both are one array.*PIDEstimator"),
        ({"a": X}, {"b": X}, "sources1, sources2: expected the same layers, but 'a', 'b' in one"),
        ([X, X], [X], "expected the same layers, but '1' in one of them only.*pairing='depth'"),
        ({1: X, "1": X}, X, r"sources1: two layers have the same name as text: \[1, '1'\]"),
        ([X, X[0]], X, r"sources1: layer '1' has shape \(2,\), expected \(N, d\)"),
        (X, {"z": X[None]}, r"sources2: layer 'z' has shape \(1, 20, 2\).*paired_tokens=True"),
        (X[0], X[None], r"sources1: .*\(N, d\), an array \(L, N, d\), or .*, got shape \(2,\)"),
        ([[[1, 2], [3]]], X, "sources1: layer '0': expected an array, got rows of different"),
        ({"a": X, "b": X * np.nan}, X, "layer 'b': X1: entries must be finite, got NaN"),
        ([X], [X[:9]], "layer '0': X1, X2, y: expected the same number of rows"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:.* different rows, so that")
def test_bad_layers_are_named(first, second, message):
    with pytest.raises(ValueError, match=message):
        ff.layer_profile(first, second, np.arange(20) % 2, **PLAIN, estimator="kmeans")


def test_too_few_samples_name_the_layer():
    x, y = np.random.default_rng(0).standard_normal((1, 6, 2)), np.arange(6) % 2
    for asked in ({"bias_correction": "chao"}, {"n_resamples": 25}):
        with pytest.raises(
            ValueError, match=r"layer '0': bias_correction, n_resamples: .* got 6"
        ):
            ff.layer_profile(x, x, y, **PLAIN | asked, estimator="kmeans")


@ignore_undersampled
def test_one_row_is_a_layer_where_nothing_is_corrected():
    profile = ff.layer_profile(
        np.ones((2, 1, 3)), np.ones((1, 3)), [5], n_clusters=1, n_resamples=0,
        bias_correction="none", preprocess="none",estimator="kmeans")  # fmt: skip
    np.testing.assert_array_equal(profile.atoms, np.zeros((4, 2)))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_seeds": 0}, ValueError, "n_seeds: expected an integer of at least 1, got 0"),
        ({"n_resamples": 3}, ValueError, "n_resamples: expected 0 or at least 25, got 3"),
        ({"bias_correction": "x"}, ValueError, "bias_correction: expected one of 'none'"),
        ({"n_clusters": 2.5}, TypeError, "n_clusters: expected an integer of at least 1"),
        ({"n_clusters": 301}, ValueError, "n_clusters: 301 .* of X1, which has only 300 rows"),
        ({"tol": 0}, ValueError, "tol"),
        ({"random_state": -1}, ValueError, "random_state: expected an int"),
    ],
)
def test_bad_options_are_named(data, options, error, message):
    with pytest.raises(error, match=message):
        ff.layer_profile(*data, **PLAIN | options, estimator="kmeans")


# -- ways to read it -------------------------------------------------------------------


def test_dictionary_is_json_with_all_numbers(profile):
    record = profile.to_dict()
    assert json.loads(json.dumps(record)) == record
    names = {field.name for field in dataclasses.fields(profile)}
    assert set(record) == names - {"decoded", "gaussian"} | {"unit", "type"}
    assert record["layers"] == list(profile.layers)
    assert record["atoms"]["unique1"] == profile.atoms.unique1.tolist()
    assert record["contribution_intervals"] == profile.contribution_intervals.tolist()


def test_repr_is_a_table(profile):
    lines = repr(profile).splitlines()
    assert lines[0] == (
        "LayerProfile in bits, of 4 clusters, mean over 3 seeds, with 95% confidence intervals"
    )
    assert lines[1].split()[0] == "layer"
    assert len(lines) == 6
    assert lines[5] == f"H(Y) = {profile.results[0][0].entropy:.3f} bits"
    for line, name, atom in zip(lines[2:5], profile.layers, profile.atoms.unique1, strict=True):
        assert line.split()[0] == name
        assert f"{round(atom, 3) + 0.0:.3f} [" in line


def drawn(ax):
    """Lines with data that are not level, as (color, y values)."""
    return [
        (line.get_color(), line.get_ydata())
        for line in ax.lines
        if len(line.get_xdata()) and line.get_color() != "black"
    ]


def whiskers(ax):
    found = [c for c in ax.collections if hasattr(c, "get_segments")]
    return [np.array([segment[:, 1] for segment in c.get_segments()]) for c in found]


def test_atoms_are_drawn_along_the_layers(profile):
    ax = profile.plot(source_names=("image", "text"), target_name="answer")
    assert [color for color, _ in drawn(ax)] == list(COLORS)
    for (_, values), atom in zip(drawn(ax), profile.atoms, strict=True):
        np.testing.assert_array_equal(values, atom)
    assert len(whiskers(ax)) == 4
    for k, ends in enumerate(whiskers(ax)):
        np.testing.assert_array_equal(ends, np.stack([profile.low[k], profile.high[k]], 1))
    assert ax.get_xlabel() == "Layer (model.layers.*)"
    assert ticks(ax) == ["0", "1", "12"]
    assert ax.get_ylabel() == "Information about answer (bits)"
    assert ax.get_title("left") == "300 samples, of 4 clusters, mean over 3 seeds"
    assert legend(ax) == [
        "redundancy", "unique to image", "unique to text", "synergy", "95 % interval"
    ]  # fmt: skip


def test_contributions_are_drawn_along_the_layers(profile):
    ax = profile.plot(what="contributions", source_names=("image", "text"))
    assert [color for color, _ in drawn(ax)] == [COLORS.unique1, COLORS.unique2]
    for k, (_, values) in enumerate(drawn(ax)):
        np.testing.assert_array_equal(values, profile.contributions[:, k])
        np.testing.assert_array_equal(whiskers(ax)[k], profile.contribution_intervals[:, k])
    assert legend(ax) == ["image", "text", "95 % interval"]
    assert ax.get_ylim() == (-0.02, 1.02)


def named(profile, names):
    """The first of its layers again under other names, without intervals."""
    count = len(names)
    numbers = {
        name: type(profile.atoms)(*(np.resize(values, count) for values in profile.atoms))
        for name in ("atoms", "plug_in", "bias")
    }
    return dataclasses.replace(
        profile,
        layers=tuple(names),
        low=None,
        high=None,
        undersampled=np.arange(count) == 1,
        contribution_intervals=None,
        **numbers,
    )


@pytest.mark.parametrize(
    ("names", "labels", "xlabel"),
    [
        (["a.b.0", "a.b.1"], ["0", "1"], "Layer (a.b.*)"),
        (["a.0.mlp", "a.1.mlp"], ["0", "1"], "Layer (a.*.mlp)"),
        (["0.mlp", "12.mlp"], ["0", "12"], "Layer (*.mlp)"),
        (["a.b1", "a.b12"], ["b1", "b12"], "Layer (a.*)"),  # whole parts only
        (["a.b", "a.b.c"], ["b", "b.c"], "Layer (a.*)"),  # something is left of each
        (["a.a", "a.a.a"], ["a", "a.a"], "Layer (a.*)"),
        (["block1", "block2"], ["block1", "block2"], "Layer"),
        (["a.b.c"], ["a.b.c"], "Layer"),
    ],
)
def test_what_all_names_share_is_said_once(profile, names, labels, xlabel):
    ax = named(profile, names).plot()
    assert ticks(ax) == labels
    assert ax.get_xlabel() == xlabel
    assert len(ax.patches) == (len(names) > 1)  # one is undersampled


def test_many_layers_are_labelled_as_far_as_there_is_room(profile):
    ax = named(profile, [str(k) for k in range(60)]).plot()
    step = int(ticks(ax)[1])
    assert step > 1
    assert ticks(ax) == [str(k) for k in range(0, 60, step)]
    assert ax.get_xticks().tolist() == list(range(0, 60, step))
    assert {text.get_rotation() for text in ax.get_xticklabels()} == {0.0}
    distance = ax.lines[3].get_xdata() - ax.lines[0].get_xdata()  # of S and R
    assert np.all(distance < 0.5)  # atoms of a layer stay closer than layers


def test_long_names_are_turned_and_shortened_to_their_ends(profile):
    names = [f"encoder{k}.of_very_many.layers_with_long_names{k}" for k in range(12)]
    ax = named(profile, names).plot()
    assert ticks(ax)[3] == "…" + names[3][-23:]
    assert {text.get_rotation() for text in ax.get_xticklabels()} == {35.0}
    alike = [f"encoder{k}_of_very_many_layers_with_one_name" for k in range(3)]
    assert ticks(named(profile, alike).plot()) == alike


def test_axes_of_the_user_are_kept(profile):
    ax = Figure(layout="constrained").subfigures(1, 2)[0].subplots()
    assert profile.plot(ax) is ax


def test_bad_plots_are_refused(profile, monkeypatch):
    with pytest.raises(ValueError, match="source_names must be two names, got 'ab'"):
        profile.plot(source_names="ab")
    with pytest.raises(ValueError, match="what: expected one of 'atoms', 'contributions'"):
        profile.plot(what="bars")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"fourfold\[plot\]"):
        profile.plot()
