# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows by the value of a third variable: which strata are kept, and which are pooled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.counts.samples import read_samples
from fourfold.workflows.conditional.counted import parted
from fourfold.workflows.conditional.strata import strata_of


def rows_of(n):
    """N samples of few cells, of which a stratum of a few rows meets each more than once."""
    return read_samples(np.zeros(n, int), np.zeros(n, int), np.zeros(n, int))


def by_size(sizes, least):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return parted(rows_of(len(labels)), labels, least)[0]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(1, 20), st.randoms())
def test_every_row_is_in_one_stratum(labels, least, random):
    random.shuffle(labels)
    number = len(set(labels))
    if number > 1 and max(map(labels.count, labels)) < max(least, 2):
        with pytest.raises(ValueError, match=f"none of its {number} values has enough rows"):
            parted(rows_of(len(labels)), labels, least)
        return
    found, parts = parted(rows_of(len(labels)), labels, least)
    assert [part.draws for part in parts] == list(map(len, found.rows))
    np.testing.assert_array_equal(np.sort(np.concatenate(found.rows)), np.arange(len(labels)))
    for k, rows in enumerate(found.rows):
        assert found.weights[k] == len(rows) / len(labels)
        assert len(rows) >= min(least, len(labels), 16) or len(found.rows) <= 2
        held = {str(labels[row]) for row in rows}
        assert held == (set(found.pooled) if found.names[k] == "pooled" else {found.names[k]})
    assert found.number == len(set(labels))
    assert len(found.names) == len(found.rows)
    assert bool(found.pooled) == ("pooled" in found.names)


@pytest.mark.parametrize(
    ("sizes", "names", "pooled"),
    [
        ((20, 20), ("0", "1"), ()),
        ((20, 19, 30), ("0", "1", "2"), ()),  # a single small one has nothing to join
        ((30, 19, 18), ("0", "pooled"), ("1", "2")),
        ((10, 20, 10), ("1", "pooled"), ("0", "2")),  # which are enough together
        ((20, 15, 30), ("2", "pooled"), ("0", "1")),  # 15 cannot be halved: the next joins
        ((4, 20, 5, 20), ("3", "pooled"), ("0", "1", "2")),  # of two of a size the first
        ((19,), ("0",), ()),
        ((3,), ("0",), ()),
        ((20,), ("0",), ()),
    ],
)
def test_small_strata_are_pooled(sizes, names, pooled):
    found = by_size(sizes, 20)
    assert found.names == names
    assert found.pooled == pooled
    assert found.number == len(sizes)


def test_rows_alone_in_their_cell_make_a_stratum_small():
    n = 40
    x1 = np.r_[np.arange(n), np.arange(100, 120), np.zeros(n, int)]
    labels = np.repeat(["alone", "also", "together"], [n, 20, n])
    zeros = np.zeros(len(x1), int)
    assert parted(read_samples(x1, zeros, zeros), labels, 16)[0].pooled == ("alone", "also")
    # exactly one half of them in cells of two
    x1[: n // 2] = np.repeat(np.arange(n // 4), 2)
    assert parted(read_samples(x1, zeros, zeros), labels, 16)[0].pooled == ()
    x1[0] = 999
    assert parted(read_samples(x1, zeros, zeros), labels, 16)[0].pooled == ("alone", "also")


def test_of_probabilities_the_pairs_are_counted(rng):
    x1 = np.r_[np.arange(60), np.zeros(40, int)]
    labels = np.repeat(["alone", "also", "together"], [40, 20, 40])
    samples = read_samples(x1, np.zeros(100, int), rng.dirichlet([1, 1], 100))
    assert strata_of(labels, samples, 16).pooled == ("alone", "also")


def test_a_label_may_be_called_pooled():
    labels = np.repeat(["a", "b", "pooled"], [10, 10, 20])
    found, _ = parted(rows_of(40), labels, 16)
    assert found.names == ("pooled", "pooled strata")
    assert found.weights.tolist() == [0.5, 0.5]


def test_names_are_the_labels_in_sorted_order():
    samples = rows_of(60)
    for written in ([10, 9, -1], ["b", "B", "a"], [True, False, True]):
        found, _ = parted(samples, np.tile(written, 20), 16)
        assert found.names == tuple(str(k) for k in np.unique(written))
    found, _ = parted(samples, [["x"]] * 60, 16)
    assert found.names == ("x",)


@pytest.mark.parametrize(
    ("labels", "match"),
    [
        (np.zeros((60, 3)), "given: expected one label a row.*embedding take its clusters"),
        (np.full(60, 0.5), "given: labels must be integers or strings"),
        (np.zeros(59, int), "x1, given: expected the same number of rows, but x1 has 60"),
        (None, r"given: expected one label a row, shape \(N,\), got None"),
        ([], "given: expected at least one label"),
    ],
)
def test_what_is_no_labels_is_refused(labels, match):
    with pytest.raises(ValueError, match=match):
        parted(rows_of(60), labels, 16)
    with pytest.raises(ValueError, match=match):
        strata_of(labels, 60, 16)
