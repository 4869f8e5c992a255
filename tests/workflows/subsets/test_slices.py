# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which rows are parted by metadata, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.subsets.slices import columns_of, slices_of

RNG = np.random.default_rng(0)
X1, X2 = RNG.integers(2, size=(2, 400))
Y = X1 ^ X2
SKY = np.array(["clear", "rain"])[X1]


def slices(by, n=400, depth=1, least=1, **options):
    return slices_of(columns_of(by, n, options.pop("quantiles", 4), **options), depth, least)


def test_labels_and_truths_have_a_subset_for_each_value():
    found = slices({"sky": SKY, "night": X2.astype(bool), "lane": X1})
    names = ["sky=clear", "sky=rain", "night=False", "night=True", "lane=0", "lane=1"]
    assert list(found.members) == names
    np.testing.assert_array_equal(found.members["sky=rain"], X1 == 1)


def test_amounts_are_parted_at_quantiles():
    speed = RNG.gamma(2.0, size=400)
    found = slices({"speed": speed})
    assert [int(rows.sum()) for rows in found.members.values()] == [100] * 4
    low, *_, high = found.members
    assert low.startswith("speed <= ")
    assert high.startswith("speed > ")
    edge = float(low.split()[-1])
    lowest = np.sort(speed)[:100]  # an edge is one of the values: no part is without rows
    assert edge == pytest.approx(lowest[-1], rel=1e-3)
    assert speed[found.members[low]].max() == lowest[-1]
    assert len(slices({"speed": np.arange(400)}, quantiles=2).members) == 2
    assert list(slices({"speed": np.r_[np.zeros(399), 0.5]}).members) == [
        "speed <= 0",
        "speed > 0",
    ]


def test_numbers_that_begin_alike_and_names_that_read_alike_lose_no_subset():
    found = slices({"time": 1.7e9 + np.arange(400)})
    assert [int(rows.sum()) for rows in found.members.values()] == [100] * 4
    many_zeros = slices({"gain": np.r_[np.zeros(300), 0.5 + np.arange(100) / 300]})
    assert [int(rows.sum()) for rows in many_zeros.members.values()] == [300, 100]
    with pytest.raises(ValueError, match="by: two subsets are called '1=0'"):
        slices({1: X1, "1": X2})


def test_pairs_are_of_two_columns_and_not_of_nested_values():
    region = np.where(X1, "north", np.where(X2, "east", "west"))
    found = slices({"sky": SKY, "region": region, "night": X2 > 0}, depth=2)
    pairs = [name for name in found.members if ", " in name]
    assert "sky=clear, night=True" in pairs
    assert "sky=rain, region=north" not in pairs  # which is the same rows as sky=rain
    rows = found.members["sky=clear, night=True"]
    np.testing.assert_array_equal(rows, (X1 == 0) & (X2 == 1))


def test_pairs_of_two_columns_of_names_of_rows_are_quick(monkeypatch):
    names = np.array([f"row {k}" for k in range(400)])
    looked_at = []
    monkeypatch.setattr(
        "fourfold.workflows.subsets.slices.min", lambda *sizes: looked_at.append(0) or min(sizes),
        raising=False,
    )  # fmt: skip
    found = slices({"one": names, "other": names[::-1], "sky": SKY}, depth=2, least=16)
    assert [*found.members] == ["sky=clear", "sky=rain"]
    assert len(looked_at) < 10 * 400  # and not 400 times 400


@pytest.mark.parametrize("kind", ["pandas", "polars", "structured", "series", "list"])
def test_columns_come_in_any_container(kind):
    if kind == "structured":
        by = np.zeros(400, dtype=[("sky", "U5"), ("night", bool)])
        by["sky"], by["night"] = SKY, X2 > 0
    elif kind == "list":
        assert list(slices(SKY.tolist()).members) == ["stratum=clear", "stratum=rain"]
        return
    elif kind == "series":
        by = pytest.importorskip("pandas").Series(SKY, name="sky")
        assert list(slices(by).members) == ["sky=clear", "sky=rain"]
        return
    else:
        by = pytest.importorskip(kind).DataFrame({"sky": SKY, "night": X2 > 0})
    wanted = {"sky": SKY, "night": X2 > 0}
    found, expected = slices(by).members, slices(wanted).members
    assert list(found) == list(expected)
    for name, rows in found.items():
        np.testing.assert_array_equal(rows, expected[name])
    assert list(slices(by, wanted="night").members) == ["night=False", "night=True"]


def test_small_subsets_are_listed():
    rare = np.where(np.arange(400) < 30, "rare", SKY)
    found = ff.high_synergy_subsets(X1, X2, Y, by={"sky": rare})
    assert found.too_small == {"sky=rare": 30}
    assert "too small (1 with fewer than 100 rows, or so few others): sky=rare (30)" in repr(
        found
    )
    with pytest.raises(ValueError, match="it has too few rows"):
        found.rows("sky=rare")
    most = np.where(np.arange(400) < 350, "most", "few")
    both = ff.high_synergy_subsets(X1, X2, Y, by={"size": most, "sky": SKY})
    assert both.too_small == {"size=few": 50, "size=most": 50}


REFUSED = {
    "nothing to part by": ({}, "by, n_clusters: expected metadata"),
    "an unknown column": ({"by": {"sky": SKY}, "columns": ["fog"]}, "columns: by has no column 'fog'; it has 'sky'"),
    "columns of nothing": ({"columns": ["fog"], "n_clusters": 2}, "columns: are of by"),
    "no columns": ({"by": {}}, "by: has no columns"),
    "a missing number": ({"by": {"speed": np.r_[np.nan, np.arange(399.0)]}}, r"by\['speed'\]: 1 of 400 values are missing or not finite, the first at row 0"),
    "a missing label": ({"by": {"sky": [None, *SKY[1:]]}}, r"by\['sky'\]: the label at row 0 is missing"),
    "other rows": ({"by": {"sky": SKY[:399]}}, r"x1, by\['sky'\]: expected the same number of rows, but x1 has 400, by\['sky'\] has 399"),
    "a matrix": ({"by": np.zeros((400, 2))}, r"by\['stratum'\]"),
    "only small ones": ({"by": np.arange(400) // 20 * 1}, "none of 4 subsets has 101 rows"),
    "three columns": ({"by": {"sky": SKY}, "depth": 3}, "depth: expected 1, or 2"),
    "an atom": ({"by": {"sky": SKY}, "atom": "S"}, "atom: expected one of 'redundancy'"),
    "an adjustment": ({"by": {"sky": SKY}, "adjust": "none"}, "adjust: expected one of 'holm', 'bh'"),
    "a level": ({"by": {"sky": SKY}, "alpha": 0}, "alpha: expected a number between 0 and 1, got 0"),
    "too few rows": ({"by": {"sky": SKY}, "least_rows": 8}, "least_rows: expected an integer of at least 16"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    options, message = REFUSED[name]
    options = {"least_rows": 101} | options
    with pytest.raises(ValueError, match=message):
        ff.high_synergy_subsets(X1, X2, Y, **options)


def test_clusters_and_estimators_are_of_embeddings():
    with pytest.raises(TypeError, match="n_clusters: x1 and x2 are labels"):
        ff.high_synergy_subsets(X1, X2, Y, n_clusters=2)
    points = RNG.standard_normal((400, 2))
    with pytest.raises(TypeError, match="estimator: expected a classifier of ClassifierPID"):
        ff.high_synergy_subsets(
            points, points, Y, by={"sky": SKY}, estimator=ff.PIDEstimator(2)
        )
    binned = ff.ClassifierPID(target_bins=4)
    with pytest.raises(ValueError, match="estimator: has target_bins"):
        ff.high_synergy_subsets(points, points, Y, by={"sky": SKY}, estimator=binned)
    with pytest.raises(ValueError, match="n_clusters: 500 were asked for, but x1 has 400 rows"):
        ff.high_synergy_subsets(points, points, Y, n_clusters=500)


def test_frames_in_another_order_are_refused():
    pandas = pytest.importorskip("pandas")
    x1 = pandas.Series(X1)
    with pytest.raises(ValueError, match="rows have the same labels in another order"):
        ff.high_synergy_subsets(x1, X2, Y, by=pandas.DataFrame({"sky": SKY})[::-1])
