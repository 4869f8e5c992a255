# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What states tell about rows that were not counted."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.counts.drawn.parts import RandomParts
from fourfold.counts.held_out_information import FOLDS, PRIOR, held_out_information
from fourfold.counts.samples import read_samples


def by_hand(x1, x2, y, seed):
    """Row by row, from probabilities as dictionaries would hold them."""
    return by_fold(x1, x2, y, np.random.default_rng(seed).permutation(len(y)) % FOLDS)


def by_fold(x1, x2, y, fold):
    terms, classes = [], int(y.max()) + 1
    for n in range(len(y)):
        seen = fold != fold[n]
        share = (np.sum(y[seen] == y[n]) + 0.5) / (seen.sum() + 0.5 * classes)
        pair = seen & (x1 == x1[n]) & (x2 == x2[n])
        p = (np.sum(y[pair] == y[n]) + PRIOR * share) / (pair.sum() + PRIOR)
        terms.append(np.log2(p / share))
    return np.mean(terms), np.std(terms) / np.sqrt(len(y))


def test_is_the_held_out_log_loss(rng):
    x1, x2 = rng.integers(5, size=(2, 200))
    y = (x1 + x2 + (rng.random(200) < 0.3)) % 3
    found = held_out_information(read_samples(x1, x2, y), 7)
    assert found == pytest.approx(by_hand(x1, x2, y, 7), abs=1e-12)
    assert found.tells
    assert found.bits != held_out_information(read_samples(x1, x2, y), 8).bits


def test_is_at_most_the_information_and_near_it_for_many_rows(rng):
    x1, x2 = rng.integers(2, size=(2, 20_000))
    found = held_out_information(read_samples(x1, x2, x1 ^ x2), 0).bits
    assert 0.998 < found <= 1
    noise = held_out_information(read_samples(x1, x2, rng.integers(4, size=20_000)), 0)
    assert -0.005 < noise.bits < 0.001
    assert not noise.tells


def test_states_that_each_row_has_alone_tell_nothing(rng):
    rows = np.arange(100)
    assert (
        held_out_information(read_samples(rows, rows, rng.integers(3, size=100)), 0).bits == 0
    )


def test_rows_of_probabilities_are_a_mean_over_their_classes(rng):
    x1, x2, y = rng.integers(3, size=(3, 90))
    y[:3] = range(3)
    sure = held_out_information(read_samples(x1, x2, y), 3).bits
    soft = 0.999999 * np.eye(3)[y] + 0.000001 / 3
    found = held_out_information(read_samples(x1, x2, soft), 3).bits
    assert found == pytest.approx(sure, abs=1e-4)


def test_tokens_of_one_draw_stay_together(rng):
    """Each draw has states of its own: where its tokens parted, they would tell its class."""
    y = np.repeat(rng.integers(2, size=100), 4)
    own = np.repeat(np.arange(100), 4)
    assert held_out_information(read_samples(own, own, y, 4), 0).bits == 0
    assert held_out_information(read_samples(own, own, y), 0).bits > 0.5


def test_too_few_draws():
    assert np.isnan(held_out_information(read_samples([0, 1, 0], [0, 0, 0], [0, 1, 1]), 0).bits)


def test_of_counts_the_folds_are_drawn_of_the_cells(rng):
    x1, x2 = rng.integers(5, size=(2, 200))
    y = (x1 + x2 + (rng.random(200) < 0.3)) % 3
    cells = read_samples(x1, x2, y, rows=False)
    parts = RandomParts(cells, np.random.default_rng(7)).partition(cells.counts, FOLDS)
    place = np.repeat(np.tile(np.arange(len(cells.counts)), FOLDS), parts.ravel())
    states = [each[place] for each in cells.states()]
    expected = by_fold(*states, np.repeat(np.arange(FOLDS), parts.sum(1)))
    assert held_out_information(cells, 7) == pytest.approx(expected, abs=1e-12)
    # what they are called does not matter
    other = read_samples(5 - x1, x2, (y + 1) % 3, rows=False)
    assert held_out_information(other, 7) == pytest.approx(expected, abs=1e-12)
