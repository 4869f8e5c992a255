# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Grids of Gaussians: the numbers of profiles, and checkpoints that know their options."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import fourfold as ff
from tests.support.fitted import rows

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x1, x2, y = rows(rng, 200)
    return (
        {"late": x1, "early": x1 + rng.normal(size=x1.shape)},
        {"words": x2},
        {"y": y, "y0": y[:, 0]},
    )


def test_a_part_is_a_layer_of_a_profile(data):
    grid = ff.profile_grid(*data, estimator="gaussian")
    first, second, targets = data
    profile = ff.layer_profile(first, second["words"], targets["y"], estimator="gaussian")
    np.testing.assert_array_equal(grid.by_seed[:2], profile.by_seed)
    for name in ("unique1", "unique2"):
        fitted = getattr(profile.plug_in, name)
        np.testing.assert_array_equal(grid.columns[f"{name}_plug_in"][:2], fitted)
    assert grid.columns["not_gaussian"].tolist() == [False] * 4
    assert grid.columns["n_samples"].tolist() == [200] * 4
    assert grid.estimator == "of Gaussian copulas"
    assert "seed" not in repr(grid)
    assert "gap" not in repr(grid)


def test_finished_parts_are_kept_with_their_options(data, tmp_path):
    made = ff.profile_grid(*data, estimator="gaussian", checkpoint=tmp_path)
    files = sorted(tmp_path.iterdir())
    read = ff.profile_grid(*data, estimator=ff.gaussian_pid, checkpoint=tmp_path)
    assert sorted(tmp_path.iterdir()) == files
    np.testing.assert_array_equal(read.by_seed, made.by_seed)
    assert repr(read) == repr(made)
    for options, words in (
        ({"copula": False}, "estimator.copula was True and is False"),
        ({"given": data[0]["early"]}, "estimator.given was None and is array "),
    ):
        fit = functools.partial(ff.gaussian_pid, **options)
        with pytest.raises(ValueError, match=words):
            ff.profile_grid(*data, estimator=fit, checkpoint=tmp_path)


def test_errors_name_the_part(data):
    _, second, targets = data
    with pytest.raises(ValueError, match=r"^part \('y', 'words', 'words'\): "):
        ff.profile_grid(second, second, {"y": targets["y"]}, estimator="gaussian")
