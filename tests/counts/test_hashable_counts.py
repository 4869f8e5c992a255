# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Counts of labels that are no integers and no strings."""

from __future__ import annotations

import enum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff

Level = enum.Enum("Level", "low mid high")

KINDS = {
    "pairs": lambda k: (k, k % 2),
    "members of an Enum": lambda k: list(Level)[k],
    "days": lambda k: np.datetime64("2026-01-01") + np.timedelta64(k, "D"),
}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 2), min_size=2, max_size=30),
    st.sampled_from(sorted(KINDS)),
    st.integers(1, 29),
)
def test_pieces_add_up_to_the_whole(codes, kind, cut):
    labels = [KINDS[kind](k) for k in codes]
    rows = list(range(len(codes)))
    whole = ff.Counts.from_labels(labels, rows, rows)
    first, second = (
        ff.Counts.from_labels(labels[part], rows[part], rows[part])
        for part in (slice(cut), slice(cut, None))
    )
    assert first + second == second + first == whole
    assert ff.Counts().update(labels, rows, rows) == whole
    assert list(whole.states[0]) == [KINDS[kind](k) for k in sorted(set(codes))]


def test_columns_are_joint_states():
    columns = np.array([[0, 1], [1, 0], [0, 1], [1, 1]])
    counts = ff.Counts.from_labels(columns, [0, 1, 0, 1], columns, joint=True)
    assert counts.states[0].tolist() == counts.states[2].tolist() == [(0, 1), (1, 0), (1, 1)]
    pieces = ff.Counts.from_labels(columns[2:], [0, 1], columns[2:], joint=True)
    pieces.update(columns[:2], [0, 1], columns[:2], joint=True)
    assert pieces == counts
    frame = pytest.importorskip("pandas").DataFrame
    assert isinstance(counts.to_frame(), frame)
    assert counts.to_frame()["x1"].tolist() == [(0, 1), (1, 0), (1, 1)]


def test_declared_numbers_and_integers_add_up():
    pd = pytest.importorskip("pandas")
    doses = pd.Series([0.25, 1.0]).astype("category")
    counts = ff.Counts.from_labels(doses, [0, 1], [0, 1])
    more = ff.Counts.from_labels([1, 2], [0, 1], [0, 1])
    assert (counts + more).states[0].tolist() == [0.25, 1.0, 2.0]
    assert counts + more == more + counts
    far = ff.Counts.from_labels([2**53 + 1], [0], [0])
    with pytest.raises(ValueError, match=r"x1: integers beyond 2\*\*53"):
        counts + far


def test_labels_without_an_order_are_not_counted():
    for labels in ([frozenset("a"), frozenset("b")], [(1, "a"), ("a", 1)]):
        assert ff.pid(labels * 8, [0, 1] * 8, [0, 1] * 8).mi1 > 0.9
        with pytest.raises(TypeError, match=r"x1: fourfold\.Counts keeps labels sorted"):
            ff.Counts.from_labels(labels, [0, 1], [0, 1])
        with pytest.raises(TypeError, match=r"x1: fourfold\.Counts keeps labels sorted"):
            ff.Counts(states=(labels, [0], [0]))


def test_kinds_do_not_mix_in_pieces():
    pairs = ff.Counts.from_labels([(0, 1)], [0], [0])
    with pytest.raises(ValueError, match=r"x1: labels must be of one kind, .* integers"):
        pairs + ff.Counts.from_labels([1], [0], [0])
    words = ff.Counts.from_labels([("a", 1)], [0], [0])
    with pytest.raises(ValueError, match="x1: labels must be of one kind"):
        pairs + words


def test_files_hold_numbers_and_dates_and_refuse_objects(tmp_path):
    pd = pytest.importorskip("pandas")
    for labels in (pd.date_range("2026", periods=2), pd.Series([0.25, 1]).astype("category")):
        counts = ff.Counts.from_labels(labels, [0, 1], [0, 1])
        counts.save(tmp_path / "counts.npz")
        assert ff.Counts.load(tmp_path / "counts.npz") == counts
    before = (tmp_path / "counts.npz").read_bytes()
    pairs = ff.Counts.from_labels([(0, 1), (1, 0)], [0, 1], [0, 1])
    with pytest.raises(
        TypeError, match=r"x1: files hold labels that are .* not such as \(0, 1\)"
    ):
        pairs.save(tmp_path / "counts.npz")
    assert (tmp_path / "counts.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["counts.npz"]
