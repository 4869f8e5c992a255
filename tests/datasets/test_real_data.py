# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The small real data sets: shapes, names, and that the split is the one described."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.datasets

from fourfold import datasets

SHAPES = {
    "digits_halves": (1797, 32, 32, 10),
    "wine": (178, 7, 6, 3),
    "breast_cancer": (569, 10, 10, 2),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_types_and_names(name):
    data = getattr(datasets, name)()
    n, d1, d2, classes = SHAPES[name]
    assert data.x1.shape == (n, d1)
    assert data.x2.shape == (n, d2)
    assert data.y.shape == (n,)
    assert data.x1.dtype == data.x2.dtype == np.float64
    assert data.y.dtype == np.int64
    np.testing.assert_array_equal(np.unique(data.y), np.arange(classes))
    assert [len(names) for names in data.feature_names] == [d1, d2]
    assert not set(data.feature_names[0]) & set(data.feature_names[1])
    assert len(set(data.source_names)) == 2
    assert data.target_name
    assert data.description


@pytest.mark.parametrize("name", SHAPES)
def test_unpacks_as_x1_x2_y(name):
    data = getattr(datasets, name)()
    x1, x2, y = data
    assert x1 is data.x1
    assert x2 is data.x2
    assert y is data.y


@pytest.mark.parametrize(
    ("name", "loader"),
    [("wine", "load_wine"), ("breast_cancer", "load_breast_cancer")],
)
def test_columns_are_those_of_their_names(name, loader):
    data = getattr(datasets, name)()
    bunch = getattr(sklearn.datasets, loader)()
    all_names = list(bunch.feature_names)
    for source, names in zip((data.x1, data.x2), data.feature_names, strict=True):
        for column, feature in zip(source.T, names, strict=True):
            np.testing.assert_array_equal(column, bunch.data[:, all_names.index(feature)])


def test_halves_put_together_are_the_image():
    data = datasets.digits_halves()
    images = np.concatenate([data.x1.reshape(-1, 8, 4), data.x2.reshape(-1, 8, 4)], axis=2)
    np.testing.assert_array_equal(images, sklearn.datasets.load_digits().images)
    assert data.feature_names[0][:5] == (
        "pixel_0_0", "pixel_0_1", "pixel_0_2", "pixel_0_3", "pixel_1_0",
    )  # fmt: skip


def test_wine_uses_every_measurement_and_cancer_pairs_them():
    wine = datasets.wine()
    assert len(wine.feature_names[0] + wine.feature_names[1]) == 13
    mean, worst = datasets.breast_cancer().feature_names
    assert [name.removeprefix("mean ") for name in mean] == [
        name.removeprefix("worst ") for name in worst
    ]


def test_repr_is_short():
    assert repr(datasets.wine()) == (
        "TwoSourceDataset('phenols and colour' (178, 7), 'other chemistry' (178, 6), "
        "'cultivar' (178,))"
    )
