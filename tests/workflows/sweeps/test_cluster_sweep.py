# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sweeps of the number of clusters: what they average, recommend and draw."""

from __future__ import annotations

import dataclasses
import json
import sys
import warnings

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from scipy.special import ndtri

import fourfold as ff
from fourfold.counts.held_out_information import held_out_information
from fourfold.counts.samples import read_samples
from fourfold.report.plots.style import COLORS
from tests.support.figures import legend, span, ticks

pytestmark = pytest.mark.usefixtures("plt")


FAST = {"n_init": 1, "n_resamples": 25}


def blobs(rows, *, classes=4, seed=0):
    """Two noisy views of one of four points; row by row the same sample."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=rows)
    centres = 2.0 * np.array([[0, 0], [0, 1], [1, 0], [1, 1]])[y % 4]
    return (*(centres + rng.standard_normal((2, rows, 2))), y)


@pytest.fixture(scope="module", name="data")
def _data():
    return blobs(400)


@pytest.fixture(scope="module", name="sweep")
def _sweep(data):
    return ff.cluster_sweep(*data, (2, 4, 10), n_seeds=3, **FAST)


@pytest.fixture(scope="module", name="poor")
def _poor():
    """Far too few samples and nothing to be found: every setting is undersampled."""
    rng = np.random.default_rng(1)
    x1, x2 = rng.standard_normal((2, 40, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ff.cluster_sweep(x1, x2, rng.integers(4, size=40), (16, 20), n_seeds=2, **FAST)


# -- what is averaged ------------------------------------------------------------------


def test_fits_are_those_of_the_estimator_with_the_same_seed(data, sweep):
    for k, n_clusters in enumerate(sweep.n_clusters):
        for s, seed in enumerate(sweep.seeds):
            fit = ff.PIDEstimator(
                n_clusters, bias_correction="auto", random_state=seed, **FAST
            ).fit(*data)
            np.testing.assert_array_equal(sweep.by_seed[k, s], fit.result_.atoms)
            interval = sweep.results[k][s].confidence_interval
            assert interval.to_dict() == fit.result_.confidence_interval.to_dict()


def test_fields_are_means_over_the_seeds(sweep):
    assert sweep.n_clusters == (2, 4, 10)
    assert len(set(sweep.seeds)) == 3
    assert sweep.by_seed.shape == (3, 3, 4)
    results = sweep.results
    for k, of_setting in enumerate(results):
        for name in ff.Atoms._fields:
            atom = np.mean([getattr(result, name) for result in of_setting])
            bias = np.mean([getattr(result.bias, name) for result in of_setting])
            assert getattr(sweep.atoms, name)[k] == pytest.approx(atom, abs=1e-12)
            assert getattr(sweep.bias, name)[k] == pytest.approx(bias, abs=1e-12)
            assert getattr(sweep.plug_in, name)[k] == pytest.approx(atom + bias, abs=1e-12)
        assert sweep.mi_joint[k] == pytest.approx(np.mean([r.mi_joint for r in of_setting]))
    np.testing.assert_allclose(np.sum(sweep.atoms, 0), sweep.mi_joint)
    np.testing.assert_allclose(sweep.samples_per_cell, 400 / 4 / np.array([4, 16, 100]))


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_interval_has_the_variance_of_sampling_and_that_over_seeds(data, level):
    sweep = ff.cluster_sweep(*data, [6], n_seeds=3, confidence_level=level, **FAST)
    intervals = [result.confidence_interval for result in sweep.results[0]]
    z = ndtri(0.5 + level / 2)
    for k in range(4):
        estimates = np.array([interval.estimate[k] for interval in intervals])
        over_seeds = np.var(estimates, ddof=1)
        for side, ends in ((-1, "low"), (1, "high")):
            errors = [(getattr(i, ends)[k] - i.estimate[k]) / z for i in intervals]
            half = z * np.sqrt(np.mean(np.square(errors)) + over_seeds)
            found = getattr(sweep, ends)[k][0]
            assert found == pytest.approx(estimates.mean() + side * half, abs=1e-12)
    assert sweep.confidence_level == level


def test_one_seed_has_the_interval_of_its_fit(data):
    sweep = ff.cluster_sweep(*data, [4], n_seeds=1, **FAST)
    (result,) = sweep.results[0]
    np.testing.assert_allclose(np.ravel(sweep.low), result.confidence_interval.low)
    np.testing.assert_allclose(np.ravel(sweep.high), result.confidence_interval.high)


def test_interval_of_undersampled_fits_takes_in_zero_and_the_plug_in(poor):
    assert poor.undersampled.all()
    assert np.all(np.array(poor.low) <= 0)
    assert np.all(np.array(poor.high) >= np.array(poor.plug_in) - 1e-12)


def test_without_correction_the_atoms_are_the_plug_in_and_the_interval_is_not(data):
    sweep = ff.cluster_sweep(*data, [8], n_seeds=2, bias_correction="none", **FAST)
    np.testing.assert_array_equal(sweep.atoms, sweep.plug_in)
    centre = [
        np.mean([result.confidence_interval.estimate[k] for result in sweep.results[0]])
        for k in range(4)
    ]
    middle = (np.ravel(sweep.low) + np.ravel(sweep.high)) / 2
    # the gap is on one side; U1 and U2 reach up to what the informations differ by
    np.testing.assert_allclose(middle[[0, 3]], np.array(centre)[[0, 3]], atol=2e-4)
    lower = np.array(centre) - np.ravel(sweep.low)
    np.testing.assert_allclose(np.minimum(middle - centre, 0.0), 0.0, atol=2e-4)
    assert (np.ravel(sweep.high) - centre < 1.5 * lower + 2e-4).all()
    assert centre[3] < sweep.atoms.synergy[0] - 0.01


def test_bias_that_is_not_known_is_none_in_the_dictionary(data):
    x1, x2, y = (column[:40] for column in data)
    sweep = ff.cluster_sweep(
        x1, x2, y, [16], n_seeds=2, n_init=1, n_resamples=0, bias_correction="none"
    )
    assert sweep.undersampled.all()
    assert np.isnan(sweep.bias.synergy).all()
    assert sweep.to_dict()["bias"]["synergy"] == [None]
    assert repr(sweep).splitlines()[2].endswith(" not known")
    json.dumps(sweep.to_dict(), allow_nan=False)
    assert sweep.recommended == 16  # of which the target can be told, but not the atoms
    assert "Its atoms are undersampled all the same: take more samples." in sweep.reason


def test_without_a_level_there_are_no_intervals(data):
    sweep = ff.cluster_sweep(*data, [3], n_seeds=2, n_init=1, confidence_level=None)
    assert sweep.low is None
    assert sweep.high is None
    assert sweep.to_dict()["low"] is None
    assert "interval" not in repr(sweep)
    ax = sweep.plot()
    assert not ax.collections
    assert not [text for text in legend(ax) if "interval" in text]


# -- seeds -----------------------------------------------------------------------------


def test_same_seed_gives_the_same_numbers_and_others_others(data):
    def sweep(random_state, n_seeds=2):
        return ff.cluster_sweep(
            *data, [3], n_seeds=n_seeds, random_state=random_state, n_init=1, n_resamples=0
        ).to_dict()

    assert sweep(7) == sweep(7)
    assert sweep(np.random.default_rng(3)) == sweep(np.random.default_rng(3))
    assert sweep(np.random.RandomState(3)) == sweep(np.random.RandomState(3))
    assert sweep(7)["seeds"] != sweep(8)["seeds"]
    assert sweep(None)["seeds"] != sweep(None)["seeds"]
    assert sweep(7, n_seeds=3)["by_seed"][0][:2] == sweep(7)["by_seed"][0]


def test_settings_do_not_depend_on_each_other(data, sweep):
    alone = ff.cluster_sweep(*data, [4], n_seeds=3, **FAST)
    np.testing.assert_array_equal(alone.by_seed[0], sweep.by_seed[1])


# -- what is recommended ---------------------------------------------------------------


def test_sweep_applies_the_rule_to_what_it_measured(data, sweep, poor):
    for k, n_clusters in enumerate(sweep.n_clusters):
        told = []
        for seed in sweep.seeds:
            fit = ff.PIDEstimator(n_clusters, n_init=1, random_state=seed, probe=False).fit(
                *data
            )
            samples = read_samples(fit.labels1_, fit.labels2_, data[2])
            told.append(held_out_information(samples, seed).bits)
        assert sweep.held_out[k] == pytest.approx(np.mean(told), abs=1e-12)
    assert sweep.recommended == 4 == sweep.n_clusters[sweep.held_out.argmax()]
    assert (
        f"4 clusters tell most about rows that were not counted, {sweep.held_out[1]:.3f} bits"
        in (sweep.reason)
    )
    assert f"2 tell {sweep.held_out[0]:.3f} and 10 tell {sweep.held_out[2]:.3f}" in sweep.reason
    assert (poor.held_out <= 0).all()
    assert poor.recommended is None
    assert poor.reason.startswith("No setting tells anything about rows that were not counted")


def test_the_probe_stands_beside_what_the_clusters_keep(sweep):
    first, second, both = sweep.probe.information
    assert sweep.reason.endswith(f"A held-out probe of both sources finds {both:.3f}.")
    assert max(first, second) < both < 2
    assert sweep.notes()[-1].startswith("the embeddings have R >= ")
    for of_setting in sweep.results:
        for result in of_setting:
            assert result.kept.probe == (first, second)
            assert result.kept.n_clusters[0] in sweep.n_clusters
    assert sweep.to_dict()["probe"]["information"] == [first, second, both]


def test_a_sweep_without_a_probe_says_why(data):
    x1, x2, y = data
    rare = np.where(np.arange(400) < 3, 9, y)
    sweep = ff.cluster_sweep(x1, x2, rare, [4], n_seeds=1, n_init=1, n_resamples=0)
    assert sweep.reason.endswith("No probe: class '9' has 3 rows.")
    assert len(sweep.notes()) == 2
    assert sweep.results[0][0].kept.why_not == "class '9' has 3 rows"
    assert "held-out: probe" not in legend(sweep.plot())


def test_undersampled_is_half_of_the_seeds(sweep, poor):
    for one in (sweep, poor):
        expected = [np.mean([r.undersampled for r in each]) >= 0.5 for each in one.results]
        np.testing.assert_array_equal(one.undersampled, expected)
    assert not sweep.undersampled.any()


# -- pairs and other options -----------------------------------------------------------


def test_pairs_are_clusters_of_each_source(data):
    sweep = ff.cluster_sweep(*data, [(2, 6), (6, 2), 3], n_seeds=2, **FAST)
    assert sweep.n_clusters == ((2, 6), (6, 2), 3)
    np.testing.assert_allclose(sweep.samples_per_cell, 400 / 4 / np.array([12, 12, 9]))
    fit = ff.PIDEstimator((6, 2), bias_correction="auto", random_state=sweep.seeds[1], **FAST)
    np.testing.assert_array_equal(sweep.by_seed[1, 1], fit.fit(*data).result_.atoms)
    assert "  6 x 2  " in repr(sweep)
    assert ticks(sweep.plot()) == ["2 x 6", "6 x 2", "3"]
    assert sweep.to_dict()["n_clusters"] == [[2, 6], [6, 2], 3]


def test_options_reach_the_estimator(data):
    x1, x2, y = data
    options = {
        "preprocess": "none",
        "clusterer": "quantile",
        "held_out": 0.25,
        "bias_correction": "shuffle",
        "tol": 1e-3,
    }
    sweep = ff.cluster_sweep(x1[:, :1], x2[:, :1], y, [4], n_seeds=1, **options, **FAST)
    fit = ff.PIDEstimator(4, random_state=sweep.seeds[0], **options, **FAST)
    fit.fit(x1[:, :1], x2[:, :1], y)
    kept = {"kept": None}  # of which the folds are drawn apart
    assert sweep.results[0][0].to_dict() | kept == fit.result_.to_dict() | kept
    assert fit.result_.n_samples == 100


def test_rows_of_probabilities_are_a_target(data):
    x1, x2, y = data
    soft = 0.8 * np.eye(4)[y] + 0.05
    sweep = ff.cluster_sweep(x1, x2, soft, [3], n_seeds=1, n_init=1, n_resamples=0)
    assert sweep.results[0][0].bias_correction == "linear"


# -- warnings and errors ---------------------------------------------------------------


def test_fits_that_did_not_converge_are_one_warning(data):
    with pytest.warns(ff.ConvergenceWarning, match="fits did not converge") as caught:
        sweep = ff.cluster_sweep(
            *data, (4, 8), n_seeds=2, n_init=1, n_resamples=0, tol=1e-12, max_iter=1
        )
    left = [r.gap for each in sweep.results for r in each if not r.converged]
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert str(caught[0].message) == (
        f"{len(left)} of 4 fits did not converge: the largest certified gap is "
        f"{max(left):.2e} bits, above tol = 1.00e-12. The bounds hold; raise max_iter or tol."
    )


@pytest.mark.parametrize(
    ("n_clusters", "error", "message"),
    [
        (8, TypeError, "n_clusters: expected a sequence of integers or pairs of them, got 8"),
        (
            "8",
            TypeError,
            "n_clusters: expected a sequence of integers or pairs of them, got '8'",
        ),
        ((), ValueError, "n_clusters: expected at least one number of clusters, got none"),
        ((4, 0), ValueError, "n_clusters: expected an integer of at least 1, got 0"),
        ((4, 2.5), TypeError, "n_clusters: expected an integer of at least 1, got 2.5"),
        ([(4, 2, 2)], ValueError, r"n_clusters: expected an integer or a pair .* \(4, 2, 2\)"),
        ((4, 401), ValueError, "n_clusters: 401 asks for 401 clusters of X1, .* only 400 rows"),
        (
            [(4, 500)],
            ValueError,
            "n_clusters: 4 x 500 asks for 500 clusters of X2, .* 400 rows",
        ),
    ],
)
def test_bad_settings_are_refused_before_anything_is_computed(
    data, monkeypatch, n_clusters, error, message
):
    monkeypatch.setattr("fourfold.workflows.sweeps.batch.cluster", None)
    with pytest.raises(error, match=message):
        ff.cluster_sweep(*data, n_clusters)


def test_clusters_are_fitted_to_the_rows_not_held_out(data):
    with pytest.raises(ValueError, match=r"n_clusters: 101 .* of X1, which has only 100 rows"):
        ff.cluster_sweep(*data, [101], held_out=0.75)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_seeds": 0}, ValueError, "n_seeds: expected an integer of at least 1, got 0"),
        ({"n_resamples": 3}, ValueError, "n_resamples: expected 0 or at least 25, got 3"),
        ({"held_out": 1.5}, ValueError, r"held_out: expected a share of the rows in \[0, 1\)"),
        ({"bias_correction": "x"}, ValueError, "bias_correction: expected one of 'none'"),
        ({"random_state": -1}, ValueError, "random_state: expected an int"),
    ],
)
def test_bad_options_are_named(data, options, error, message):
    with pytest.raises(error, match=message):
        ff.cluster_sweep(*data, [2], **options)


def test_bad_sources_are_named(data):
    x1, x2, y = data
    with pytest.raises(ValueError, match=r"X2: .*finite"):
        ff.cluster_sweep(x1, np.full_like(x2, np.nan), y, [2])
    with pytest.raises(ValueError, match="X1, X2, y: expected the same number of rows"):
        ff.cluster_sweep(x1, x2[:-1], y, [2])


# -- ways to read it -------------------------------------------------------------------


def test_dictionary_is_json_with_all_numbers(sweep):
    record = sweep.to_dict()
    assert json.loads(json.dumps(record)) == record
    names = {field.name for field in dataclasses.fields(sweep)}
    assert set(record) == names - {"decoded", "gaussian"} | {"unit", "type"}
    assert record["unit"] == "bits"
    assert record["atoms"]["synergy"] == sweep.atoms.synergy.tolist()
    assert record["held_out"] == sweep.held_out.tolist()
    assert record["recommended"] == 4
    assert np.shape(record["by_seed"]) == (3, 3, 4)


def test_repr_is_a_table(sweep, poor):
    lines = repr(sweep).splitlines()
    assert lines[0] == (
        "ClusterSweep in bits, of clusters, mean over 3 seeds, with 95% confidence intervals"
    )
    assert lines[1].split() == ["clusters", "per", "cell", "R", "U1", "U2", "S",
                                "I(X1,X2;Y)", "held-out", "|bias|"]  # fmt: skip
    for k, line in enumerate(lines[2:5]):
        words = line.split()
        assert words[0] == str(sweep.n_clusters[k])
        assert f"{sweep.atoms.synergy[k]:.3f} [{sweep.low.synergy[k]:.2f}, " in line
        assert words[-3:] == [
            f"{sweep.mi_joint[k]:.3f}",
            f"{sweep.held_out[k]:.3f}",
            f"{np.abs(sweep.bias).sum(0)[k]:.3f}",
        ]
    assert lines[5] == f"H(Y) = {sweep.results[0][0].entropy:.3f} bits"
    assert lines[6:] == ["recommended n_clusters: 4", sweep.reason, sweep.notes()[-1]]
    assert len(set(map(len, lines[1:5]))) == 1
    starred = repr(poor).splitlines()
    assert [line[0] for line in starred[2:4]] == ["*", "*"]
    assert starred[4] == "* UNDERSAMPLED: too few samples for tables of this size"
    assert starred[5].startswith("H(Y) = ")
    assert starred[6] == "recommended n_clusters: none"


# -- pictures --------------------------------------------------------------------------


def lines(ax, style):
    """Those with data and this style, as (color, y values)."""
    return [
        (to_hex(line.get_color()).upper(), np.asarray(line.get_ydata()))
        for line in ax.lines
        if line.get_linestyle() == style and len(line.get_xdata()) and line.get_zorder() > 1
    ]


def test_lines_are_the_atoms_and_dashes_the_plug_in(sweep):
    ax = sweep.plot()
    for style, expected in (("-", sweep.atoms), ("--", sweep.plug_in)):
        drawn = lines(ax, style)
        assert [color for color, _ in drawn] == list(COLORS)
        for (_, values), atom in zip(drawn, expected, strict=True):
            np.testing.assert_array_equal(values, atom)
    whiskers = [c for c in ax.collections if hasattr(c, "get_segments")]
    for k, whisker in enumerate(whiskers):
        ends = np.array([segment[:, 1] for segment in whisker.get_segments()])
        np.testing.assert_array_equal(ends, np.stack([sweep.low[k], sweep.high[k]], 1))
    assert len(whiskers) == 4


def test_places_are_octaves_and_the_rest_is_named(sweep):
    ax = sweep.plot(source_names=("ear", "eye"), target_name="word")
    np.testing.assert_allclose(ax.get_xticks(), np.log2([2, 4, 10]))
    assert ticks(ax) == ["2", "4", "10"]
    for line in ax.lines[:4]:
        np.testing.assert_allclose(line.get_xdata(), np.log2([2, 4, 10]), atol=0.06)
    assert ax.get_ylabel() == "Information about word (bits)"
    assert ax.get_xlabel() == "Clusters of each source"
    assert ax.get_title("left") == "400 samples, of clusters, mean over 3 seeds"
    assert legend(ax) == [
        "redundancy", "unique to ear", "unique to eye", "synergy", "95 % interval",
        "without correction", "held-out: clusters", "held-out: probe", "recommended: 4",
    ]  # fmt: skip


def test_undersampled_settings_are_shaded_and_the_recommended_is_marked(data, sweep, poor):
    x1, x2, y = (column[:100] for column in data)
    some = ff.cluster_sweep(x1, x2, y, (2, 4, 32), n_seeds=2, **FAST)
    np.testing.assert_array_equal(some.undersampled, [False, False, True])
    ax = some.plot()
    (shade,) = ax.patches
    right = ax.get_xlim()[1]
    np.testing.assert_allclose(span(shade), (3.5, right))
    ax = sweep.plot()
    assert not ax.patches
    (mark,) = [line for line in ax.lines if line.get_linestyle() == ":"]
    np.testing.assert_array_equal(mark.get_xdata(), [2, 2])
    ax = poor.plot()
    assert len(ax.patches) == 2
    assert legend(ax).count("undersampled") == 1
    assert not [line for line in ax.lines if line.get_linestyle() == ":"]


def test_what_held_out_rows_say_is_drawn(sweep):
    ax = sweep.plot()
    of = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(of["held-out: clusters"].get_ydata(), sweep.held_out)
    np.testing.assert_array_equal(of["held-out: clusters"].get_xdata(), np.log2([2, 4, 10]))
    assert set(of["held-out: probe"].get_ydata()) == {sweep.probe.information[2]}


def test_unsorted_settings_are_drawn_from_left_to_right(data):
    sweep = ff.cluster_sweep(*data, (8, 2), n_seeds=1, n_init=1, n_resamples=0)
    ax = sweep.plot()
    np.testing.assert_array_equal(lines(ax, "-")[3][1], sweep.atoms.synergy[::-1])
    assert dict(zip(ax.get_xticks(), ticks(ax), strict=True)) == {3.0: "8", 1.0: "2"}


def test_long_labels_are_turned(data):
    settings = [(k, k + 1) for k in range(2, 12)]
    sweep = ff.cluster_sweep(
        *data, settings, n_seeds=1, n_init=1, n_resamples=0, bias_correction="none"
    )
    assert {text.get_rotation() for text in sweep.plot().get_xticklabels()} == {35.0}


def test_axes_of_the_user_are_kept(sweep):
    ax = Figure(layout="constrained").subfigures(1, 2)[0].subplots()
    assert sweep.plot(ax) is ax
    assert {text.get_rotation() for text in ax.get_xticklabels()} == {0.0}


def test_one_setting_is_points(data):
    sweep = ff.cluster_sweep(*data, [4], n_seeds=1, n_init=1, n_resamples=0)
    ax = sweep.plot()
    assert {line.get_marker() for line in ax.lines if line.get_linestyle() == "--"} == {"_"}
    assert ax.get_title("left") == "400 samples, of clusters, one seed"


def test_names_must_be_a_pair(sweep):
    with pytest.raises(ValueError, match="source_names must be two names, got 'ab'"):
        sweep.plot(source_names="ab")


def test_without_matplotlib_the_error_says_what_to_install(sweep, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"fourfold\[plot\]"):
        sweep.plot()
