# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Grids of two layers and a data set: numbers, names, and what is refused."""

from __future__ import annotations

import json

import joblib
import numpy as np
import pytest

import fourfold as ff
from tests.support.jobs import BACK_ENDS, back_end
from tests.support.layers import depth

BINS = ff.PIDEstimator(3, clusterer="quantile")
LOGISTIC = ff.ClassifierPID("logistic", cv=2)


@pytest.fixture(scope="module", name="data")
def _data():
    x1, x2, y = depth(rows=120, layers=3)
    first = {f"vision.{k}": x1[k, :, :1] for k in range(3)}
    second = {f"text.{k}": x2[k, :, :1] for k in range(2)}
    return first, second, {"both": y, "one": y % 2}


@pytest.fixture(scope="module", name="grid")
def _grid(data):
    return ff.profile_grid(*data, estimator=BINS, n_seeds=2)


def assert_same(one, other):
    assert one.parts == other.parts
    np.testing.assert_array_equal(one.by_seed, other.by_seed)
    assert one.columns.keys() == other.columns.keys()
    for name, values in one.columns.items():
        np.testing.assert_array_equal(other.columns[name], values)


# -- numbers and names ---------------------------------------------------------------------


@pytest.mark.parametrize(("estimator", "n_seeds"), [(BINS, 2), (LOGISTIC, 1)])
def test_parts_are_layers_of_a_profile(data, estimator, n_seeds):
    first, second, targets = data
    pairs = [("vision.2", "text.1"), ("vision.0", "text.1")]
    grid = ff.profile_grid(*data, estimator=estimator, n_seeds=n_seeds, pairs=pairs)
    assert grid.parts == tuple((name, *pair) for name in targets for pair in pairs)
    for name, target in targets.items():
        layers = {one: first[one] for one, _ in pairs}
        profile = ff.layer_profile(
            layers, second["text.1"], target, estimator=estimator, n_seeds=n_seeds
        )
        rows = [k for k, part in enumerate(grid.parts) if part[0] == name]
        np.testing.assert_array_equal(grid.by_seed[rows], profile.by_seed)
        assert grid.seeds == profile.seeds
        assert grid.estimator == profile.estimator
        for found, expected in zip(grid.atoms, profile.atoms, strict=True):
            np.testing.assert_array_equal(found[rows], expected)
        np.testing.assert_array_equal(grid.columns["mi_joint"][rows], profile.mi_joint)
        if profile.decoded is None:
            np.testing.assert_array_equal(
                grid.columns["synergy_high"][rows], profile.high.synergy
            )
        else:
            np.testing.assert_array_equal(
                grid.columns["synergy_at_most"][rows], profile.decoded.outer_bounds.synergy
            )
            np.testing.assert_array_equal(
                grid.columns["unique1_error"][rows], profile.decoded.standard_error.unique1
            )


def test_every_triple_has_a_row(data, grid):
    first, second, targets = data
    expected = [(name, one, other) for name in targets for one in first for other in second]
    assert grid.parts == tuple(expected)
    assert len(grid) == 12
    assert grid.by_seed.shape == (12, 2, 4)
    np.testing.assert_allclose(np.sum(grid.atoms, axis=0), grid.columns["mi_joint"])


def test_the_frame_is_indexed_by_names(grid):
    pytest.importorskip("pandas")
    frame = grid.to_frame()
    assert frame.index.names == ["dataset", "layer1", "layer2"]
    assert [*frame.index] == [*grid.parts]
    assert [*frame.columns] == [*grid.columns]
    place = grid.parts.index(("one", "vision.1", "text.0"))
    assert frame.loc[("one", "vision.1", "text.0"), "synergy"] == grid.atoms.synergy[place]
    assert frame.xs("both", level="dataset").shape == (6, len(grid.columns))
    assert frame["converged"].dtype == bool


def test_all_numbers_are_ready_for_json(grid):
    record = json.loads(json.dumps(grid.to_dict()))
    assert record["unit"] == "bits"
    assert record["parts"][0] == ["both", "vision.0", "text.0"]
    assert record["columns"]["unique1"] == grid.columns["unique1"].tolist()


def test_text_shows_some_rows_and_says_how_many_there_are(data, grid):
    text = repr(grid)
    assert "12 parts of 2 data sets, of 3 clusters, mean over 2 seeds" in text
    assert "vision.2" in text
    assert "more" not in text
    first, second, targets = data
    many = {f"{name} {k}": y for name, y in targets.items() for k in range(2)}
    assert "... and 12 more: to_frame() has all" in repr(
        ff.profile_grid(first, second, many, estimator=BINS, n_seeds=1)
    )


def test_each_data_set_may_have_rows_and_layers_of_its_own(data, grid):
    first, second, targets = data
    part = slice(0, 100)
    own1 = {"both": first, "one": {"vision.1": first["vision.1"][part]}}
    own2 = {"one": {7: second["text.0"][part]}, "both": second}
    ys = {"both": targets["both"], "one": targets["one"][part]}
    found = ff.profile_grid(own1, own2, ys, estimator=BINS, n_seeds=2)
    assert found.parts[-1] == ("one", "vision.1", "7")
    assert found.columns["n_samples"].tolist() == [120] * 6 + [100]
    np.testing.assert_array_equal(found.by_seed[:6], grid.by_seed[:6])


@pytest.mark.parametrize("name", BACK_ENDS[1:])
def test_numbers_are_the_same_wherever_parts_run(data, grid, name):
    with back_end(name):
        assert_same(grid, ff.profile_grid(*data, estimator=BINS, n_seeds=2))


def test_shards_make_up_the_grid(data, grid):
    found = [
        ff.profile_grid(*data, estimator=BINS, n_seeds=2, shard=(k, 5)) for k in np.arange(5)
    ]
    assert [len(one) for one in found] == [3, 3, 2, 2, 2]
    by_part = {
        part: one.by_seed[k].tolist() for one in found for k, part in enumerate(one.parts)
    }
    assert [by_part[part] for part in grid.parts] == grid.by_seed.tolist()


# -- warnings ------------------------------------------------------------------------------


def test_undersampled_parts_are_named_once(data):
    with pytest.warns(ff.UndersampledWarning) as heard:
        grid = ff.profile_grid(
            *data, estimator=ff.PIDEstimator(40, clusterer="quantile"), n_seeds=1
        )
    assert grid.columns["undersampled"].all()
    (warning,) = heard
    assert str(warning.message).startswith(
        "12 of 12 parts are undersampled (('both', 'vision.0', 'text.0')"
    )
    assert warning.filename == __file__


@pytest.mark.parametrize("estimator", [ff.PIDEstimator(3, clusterer="quantile"), LOGISTIC])
def test_parts_that_do_not_converge_are_counted_once(data, estimator):
    first, second, targets = data
    short = type(estimator)(**(estimator.get_params() | {"tol": 1e-15, "max_iter": 1}))
    with pytest.warns(ff.ConvergenceWarning, match="parts did not converge") as heard:
        ff.profile_grid(first, {"a": second["text.1"]}, targets, estimator=short, n_seeds=1)
    assert len(heard) == 1


# -- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"sources1": np.ones((3, 4))}, TypeError, "sources1: expected a mapping from layer to"),
        ({"sources2": {}}, ValueError, "sources2: expected a mapping .*, got an empty one"),
        ({"targets": [0, 1]}, TypeError, "targets: expected a mapping from data set to labels"),
        ({"targets": {1: [0], "1": [0]}}, ValueError, "targets: two have the same name as text"),
        ({"sources1": {"a": {"x": np.ones((120, 1))}, "b": np.ones((120, 1))}}, TypeError,
         "sources1: 'b' is no mapping, but others are"),
        ({"sources1": {"both": {"x": np.ones((120, 1))}}}, ValueError,
         "sources1, targets: expected the same data sets, but 'one' in one of them only"),
        ({"sources1": {"a": np.ones((119, 1))}}, ValueError,
         r"sources1: layer 'a' of data set 'both' has 119, targets\['both'\] has 120"),
        ({"sources1": {"a": np.ones(120)}}, ValueError,
         r"layer 'a' of data set 'both': expected an array of shape \(N, d\), got shape \(120,\)"),
        ({"targets": {"a": 3}}, ValueError, r"targets\['a'\]: expected labels \(N,\)"),
        ({"pairs": [("vision.0", "text.9")]}, ValueError,
         "pairs: sources2 has no layer 'text.9' for data set 'both'"),
        ({"pairs": "vision.0"}, TypeError, "pairs: expected a sequence of pairs"),
        ({"pairs": []}, ValueError, "pairs: expected at least one, or None for all"),
        ({"pairs": [("vision.0", "text.0")] * 2}, ValueError, "pairs: expected each once"),
        ({"shard": (3, 3)}, ValueError, r"shard: expected \(k, n\) with 0 <= k < n"),
        ({"shard": (False, True)}, ValueError, r"shard: expected \(k, n\)"),
        ({"shard": 2}, ValueError, r"shard: expected \(k, n\)"),
        ({"shard": (12, 13)}, ValueError, "shard: .* has no part"),
        ({"estimator": "forest"}, ValueError, "estimator: expected 'classifier', 'kmeans'"),
        ({"estimator": ff.PIDEstimator()}, ValueError, "n_clusters: 'auto' would choose"),
        ({"estimator": ff.PIDEstimator(2, sources=([0], [1]))}, ValueError,
         r"estimator: has sources=\(\[0\], \[1\]\), .* but profile_grid takes each source by itself"),
        ({"n_seeds": 0}, ValueError, "n_seeds: expected"),
        ({"random_state": "a"}, ValueError, "random_state: expected an int"),
    ],
)  # fmt: skip
def test_wrong_calls_are_refused_by_name(data, changed, error, message):
    given = dict(zip(("sources1", "sources2", "targets"), data, strict=True))
    given |= {"estimator": BINS, "n_seeds": 1} | changed
    with pytest.raises(error, match=message):
        ff.profile_grid(**given)


@pytest.mark.parametrize("name", [None, "threading"])
def test_an_error_of_a_part_names_it(data, name):
    first, second, targets = data
    broken = first | {"vision.1": np.full((120, 1), np.nan)}
    with back_end(name), pytest.raises(ValueError, match=r"part \('both', 'vision.1', 'text"):
        ff.profile_grid(broken, second, targets, estimator=BINS, n_seeds=1)


def test_arrays_of_layers_are_not_copied_for_each_part(data, tmp_path):
    """Files that are mapped into memory are mapped again where a part runs."""
    first, second, targets = data
    mapped = {}
    for name, values in first.items():
        np.save(tmp_path / f"{name}.npy", values)
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    expected = ff.profile_grid(*data, estimator=BINS, n_seeds=1)
    with joblib.parallel_config("threading", n_jobs=2):
        found = ff.profile_grid(mapped, second, targets, estimator=BINS, n_seeds=1)
    assert_same(found, expected)
