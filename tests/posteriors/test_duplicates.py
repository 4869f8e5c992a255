# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Repeated rows are found, told and, where they leak, said to leak; nothing else is."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold.exceptions import DuplicateRowsWarning
from fourfold.posteriors.duplicates import duplicate_rows, leaks, warn_of_duplicates
from fourfold.posteriors.folds import folds_of


def in_folds(n, groups=None, cv=5):
    return folds_of(np.arange(n) % 2, cv, groups, seed=0)


def told(found, groups, folds):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_duplicates(found, groups, folds)
    assert all(warning.category is DuplicateRowsWarning for warning in caught)
    assert len(caught) <= 1
    return str(caught[0].message) if caught else ""


def found_near(x, seed=0):
    """How many rows are called near enough to others to warn of, by the warning itself."""
    found = duplicate_rows(x, np.arange(len(x))[:, None], random_state=seed)
    folds = [(np.empty(0, int), np.array([row])) for row in range(len(x))]
    return len(found.x1.near) if "nearly" in told(found, None, folds) else 0


def numbers_by_hand(x):
    rows = [tuple((row + 0.0).tolist()) for row in x]
    return np.array([rows.index(row) for row in rows])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
@pytest.mark.parametrize("order", ["C", "F"])
def test_equal_rows_have_equal_numbers(rng, dtype, order):
    x = rng.integers(3, size=(300, 4)).astype(dtype, order=order)
    found = duplicate_rows(x, -1 * x.astype(float), random_state=0)
    expected = numbers_by_hand(x)
    for source in found:
        same = source.numbers[:, None] == source.numbers
        np.testing.assert_array_equal(same, expected[:, None] == expected)
        assert sorted(set(source.numbers)) == list(range(source.numbers.max() + 1))
        assert source.exact == (same.sum(1) > 1).sum()


def test_zero_is_zero_whatever_its_sign():
    x = np.array([[0.0, 1.0], [-0.0, 1.0], [0.0, -1.0]])
    assert duplicate_rows(x, x, random_state=0).x1.exact == 2


def test_many_rows_are_numbered_in_pieces(rng):
    x = rng.standard_normal((20_000, 300)).astype(np.float32)
    x[-1] = x[0]
    numbers = duplicate_rows(x, x[:, :1], random_state=0).x1.numbers
    assert numbers[0] == numbers[-1]
    assert len(np.unique(numbers)) == len(x) - 1


def test_noise_repeated_four_times_leaks(rng):
    x = np.repeat(rng.standard_normal((100, 64)), 4, axis=0)
    other = rng.standard_normal((400, 64))
    found = duplicate_rows(other, x, random_state=0)
    assert (found.x1.exact, found.x2.exact, len(found.x2.near)) == (0, 400, 0)
    folds = in_folds(400)
    assert leaks(found, None, folds)
    said = told(found, None, folds)
    assert said.startswith("rows repeat in different folds")
    assert "of 400 rows of X2 equal another row" in said
    assert "X1" not in said
    assert "withheld" in said
    assert "groups=" in said


def test_groups_that_hold_repeats_together_end_it(rng):
    groups = np.repeat(np.arange(100), 4)
    x = rng.standard_normal((100, 8))[groups]
    found = duplicate_rows(x, x, random_state=0)
    folds = in_folds(400, groups)
    assert not leaks(found, groups, folds)
    assert not told(found, groups, folds)


def test_groups_that_part_repeats_do_not(rng):
    x = np.tile(rng.standard_normal((200, 8)), (2, 1))  # row n repeats as row 200 + n
    groups = np.arange(400) // 2
    found = duplicate_rows(x, x, random_state=0)
    folds = in_folds(400, groups)
    assert leaks(found, groups, folds)
    assert told(found, groups, folds)


def test_a_group_for_every_row_says_that_rows_are_independent(rng):
    states = np.eye(10)[rng.integers(10, size=1000)]
    found = duplicate_rows(states, states, random_state=0)
    assert found.x1.exact == 1000
    assert len(found.x1.near) == 0
    folds = in_folds(1000)
    assert leaks(found, None, folds)
    assert not leaks(found, np.arange(1000), folds)
    assert not told(found, np.arange(1000), folds)
    assert "numpy.arange(N)" in told(found, None, folds)


def test_repeats_in_one_fold_are_none(rng):
    x = rng.standard_normal((100, 4))
    x[1] = x[0]
    found = duplicate_rows(x, x, random_state=0)
    rows = np.arange(100)
    together = [(rows[50:], rows[:50]), (rows[:50], rows[50:])]
    apart = [(rows[1::2], rows[::2]), (rows[::2], rows[1::2])]
    assert not leaks(found, None, together)
    assert not told(found, None, together)
    assert leaks(found, None, apart)


def test_a_constant_source_tells_nothing_and_leaks_nothing():
    found = duplicate_rows(np.ones((40, 3)), np.arange(40)[:, None], random_state=0)
    assert found.x1.exact == 40
    assert not leaks(found, None, in_folds(40))
    assert not told(found, None, in_folds(40))


@pytest.mark.parametrize("copies", [2, 4, 10])
@pytest.mark.parametrize("jitter", [1e-7, 0.01, 0.05])
def test_augmentations_are_found(rng, copies, jitter):
    origin = np.repeat(np.arange(1000 // copies), copies)
    x = rng.standard_normal((1000 // copies, 64))[origin]
    x += jitter * rng.standard_normal(x.shape)
    found = duplicate_rows(x, rng.standard_normal((1000, 2)), random_state=0)
    assert found.x1.exact == 0
    assert len(found.x1.near) == found.x1.examined == 1000
    first, second = origin[found.x1.near].T
    np.testing.assert_array_equal(first, second)  # and to the right row
    folds = in_folds(1000)
    assert not leaks(found, None, folds)  # bounds stay
    assert "of 1000 rows of X1 nearly do" in told(found, None, folds)
    assert not told(found, origin, in_folds(1000, origin))


def test_augmentations_are_found_among_many_rows(rng):
    x = np.repeat(rng.standard_normal((20_000, 32)).astype(np.float32), 2, axis=0)
    x += np.float32(0.01) * rng.standard_normal(x.shape, np.float32)
    found = duplicate_rows(x, x, random_state=0).x1
    # each other row is among the 5000 with a probability of 1/8
    assert found.examined == 5000
    assert 500 <= len(found.near) <= 760


@pytest.mark.parametrize("dimensions", [2, 8])
def test_rows_equal_but_for_rounding_are_near(rng, dimensions):
    x = rng.standard_normal((500, dimensions))
    x = np.vstack([x, x * (1 + 1e-7)])
    assert found_near(x) >= 950


def line_beside_a_cloud(rng):
    line = rng.standard_normal((2000, 1)) * np.eye(64)[0]
    return np.vstack([rng.standard_normal((2000, 64)), line])


def large_column(rng):
    return rng.standard_normal((2000, 17)) * np.append(np.ones(16), 1e4)


NO_REPEATS = {
    "noise of 1 dimension": lambda rng: rng.standard_normal((5000, 1)),
    "noise of 2": lambda rng: rng.standard_normal((5000, 2)),
    "noise of 64": lambda rng: rng.standard_normal((5000, 64)),
    "states": lambda rng: np.eye(10)[rng.integers(10, size=3000)],
    "states with noise": lambda rng: (
        np.eye(10)[rng.integers(10, size=3000)] + 1e-6 * rng.standard_normal((3000, 10))
    ),
    "many states": lambda rng: np.eye(500)[rng.integers(500, size=2000)],
    "constant": lambda _: np.ones((1000, 5)),
    "two values": lambda rng: rng.integers(2, size=(1000, 1)).astype(float),
    "integers": lambda rng: rng.integers(1000, size=(5000, 1)).astype(float),
    "a grid": lambda rng: rng.integers(100, size=(5000, 2)).astype(float),
    "rounded": lambda rng: rng.standard_normal((5000, 3)).round(2),
    "bits": lambda rng: rng.integers(2, size=(5000, 20)).astype(float),
    "grey values": lambda rng: rng.integers(17, size=(2000, 32)).astype(float),
    "counts": lambda rng: rng.poisson(rng.gamma(0.3, 10, size=(2000, 50))).astype(float),
    "sparse features": lambda rng: np.maximum(rng.standard_normal((5000, 300)) - 2.5, 0),
    "heavy tails": lambda rng: rng.standard_cauchy((5000, 16)),
    "heavy tails of one": lambda rng: rng.standard_cauchy((5000, 1)),
    "skewed": lambda rng: np.exp(3 * rng.standard_normal((5000, 8))),
    "tight classes": lambda rng: (
        np.repeat(rng.standard_normal((50, 64)), 20, 0) + 0.01 * rng.standard_normal((1000, 64))
    ),
    "a line beside a cloud": line_beside_a_cloud,
    "various scales": lambda rng: (
        rng.standard_normal((5000, 8)) * np.exp(2 * rng.standard_normal((5000, 1)))
    ),
    "a large column": large_column,
    "far from zero": lambda rng: rng.standard_normal((2000, 16)) + 1e8,
    "far from zero, float32": lambda rng: (rng.standard_normal((2000, 16)) + 1e4).astype(
        np.float32
    ),
    "largest numbers": lambda rng: rng.uniform(-1, 1, (500, 4)) * np.finfo(float).max,
    "smallest numbers": lambda rng: rng.standard_normal((500, 4)) * 1e-300,
    "few rows": lambda rng: rng.standard_normal((20, 64)),
    "small data": lambda _: ff.datasets.wine().x1,
}


@pytest.mark.parametrize("case", NO_REPEATS)
def test_independent_rows_are_not_called_near(rng, case):
    assert found_near(NO_REPEATS[case](rng)) == 0


def test_halves_of_digits_do_not_repeat():
    x1, x2, _ = ff.datasets.digits_halves()
    found = duplicate_rows(x1, x2, random_state=0)
    for x, source in zip((x1, x2), found, strict=True):
        assert source.exact == 0 == len(x) - len({tuple(row) for row in x.tolist()})
        assert len(source.near) == 0


def test_the_seed_decides(rng):
    x = rng.standard_normal((8000, 2)).astype(np.float32)
    x[4000:] = x[:4000] + 1e-5
    first, again, other = (duplicate_rows(x, x, random_state=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.x1.near, again.x1.near)
    assert not np.array_equal(first.x1.near, other.x1.near)


@given(st.data())
def test_leaks_are_repeats_in_different_folds(data):
    n = data.draw(st.integers(4, 24))
    values = data.draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    fold = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    groups = np.array(data.draw(st.lists(st.integers(0, 30), min_size=n, max_size=n)))
    x1, x2 = np.array(values)[:, None], np.arange(n)[:, None]
    folds = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(3)]
    parted = len(set(values)) > 1 and any(
        values[i] == values[j] and fold[i] != fold[j] for i in range(n) for j in range(i)
    )
    for sources in ((x1, x2), (x2, x1)):
        found = duplicate_rows(*sources, random_state=0)
        assert leaks(found, None, folds) == parted
        assert bool(told(found, None, folds)) == parted
        by_word = len(set(groups.tolist())) == n
        assert leaks(found, groups, folds) == (parted and not by_word)
        assert bool(told(found, groups, folds)) == (parted and not by_word)
