# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Encoders of different depth: which of their layers belong together."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.sweeps.paired_layers import paired_layers


def pairs(depth1, depth2):
    """Places that are paired, of encoders of so many layers."""
    layered = {
        name: {f"{name}{k}": k for k in range(depth)}
        for name, depth in (("a", depth1), ("b", depth2))
    }
    paired = paired_layers(layered, "depth")
    assert list(paired["a"]) == list(paired["b"])
    assert list(paired["a"]) == [
        f"a{k} + b{j}" for k, j in zip(paired["a"].values(), paired["b"].values(), strict=True)
    ]
    return [*zip(paired["a"].values(), paired["b"].values(), strict=True)]


def test_each_layer_of_the_shallower_has_the_nearest_of_the_deeper():
    assert pairs(3, 3) == [(0, 0), (1, 1), (2, 2)]
    assert pairs(2, 7) == [(0, 0), (1, 6)]
    assert pairs(3, 4) == [(0, 0), (1, 2), (2, 3)]  # 1.5: the deeper of two as near
    assert pairs(6, 4) == [(0, 0), (2, 1), (3, 2), (5, 3)]  # 1.67 and 3.33
    assert pairs(1, 1) == [(0, 0)]
    for shallow, deep in ((12, 24), (12, 32), (24, 27), (5, 50)):
        found = pairs(shallow, deep)
        assert found == [(j, k) for k, j in pairs(deep, shallow)]
        assert [j for j, _ in found] == list(range(shallow))
        assert len({k for _, k in found}) == shallow
        shares = np.array(found) / (shallow - 1, deep - 1)
        assert np.abs(np.diff(shares)).max() <= 0.5 / (deep - 1) + 1e-12
        assert found[-1] == (shallow - 1, deep - 1)


def test_a_profile_by_depth_is_that_of_the_pairs():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=200)
    image = {f"image.{k}": y[:, None] + rng.normal(size=(200, 2)) for k in range(2)}
    text = {f"text.{k}": y[:, None] + rng.normal(size=(200, 2)) for k in range(3)}
    options = {"estimator": "kmeans", "n_clusters": 2, "n_seeds": 1, "bias_correction": "none"}
    profile = ff.layer_profile(image, text, y, pairing="depth", **options)
    assert profile.layers == ("image.0 + text.0", "image.1 + text.2")
    deep = [text["text.0"], text["text.2"]]
    by_hand = ff.layer_profile([*image.values()], deep, y, **options)
    np.testing.assert_array_equal(profile.atoms, by_hand.atoms)
    assert profile.compare("image.1 + text.2", "image.0 + text.0") is not None
    # and every pair, of which those are two
    grid = ff.profile_grid(
        image,
        text,
        {"y": y},
        estimator=ff.PIDEstimator(2, bias_correction="none"),
        n_seeds=1,
        pairs=[tuple(layer.split(" + ")) for layer in profile.layers],
    )
    np.testing.assert_allclose(grid.columns["redundancy"], profile.atoms.redundancy)


def test_layers_of_one_name_keep_it_and_single_arrays_have_no_depth():
    x, y = np.random.default_rng(0).normal(size=(4, 60, 2)), np.arange(60) % 2
    options = {"estimator": "kmeans", "n_clusters": 2, "n_seeds": 1, "bias_correction": "none"}
    assert ff.layer_profile(x, x, y, pairing="depth", **options).layers == ("0", "1", "2", "3")
    assert ff.layer_profile(x, x[0], y, pairing="depth", **options).layers[3] == "3"
    assert ff.layer_profile(x, x[:2], y, pairing="depth", **options).layers == ("0", "3 + 1")
    for one in ({"only": x[0]}, [x[0]]):
        with pytest.raises(ValueError, match="sources2: one layer has no depth relative"):
            ff.layer_profile(x, one, y, pairing="depth", **options)
    with pytest.raises(ValueError, match="pairing: got 'width'; expected 'name' or 'depth'"):
        ff.layer_profile(x, x, y, pairing="width", **options)


def test_targets_have_a_depth_too():
    x = np.random.default_rng(0).normal(size=(7, 1000, 2))
    targets = {"early": x[0] + x[3], "late": x[2] + x[4]}
    targets = {name: values + x[k] for k, (name, values) in enumerate(targets.items(), 5)}
    profile = ff.layer_profile(x[:3], x[3:5], targets, estimator="gaussian", pairing="depth")
    assert profile.layers == ("0 + early", "2 + 1 + late")
