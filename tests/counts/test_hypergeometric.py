# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Hypergeometric numbers, of populations that NumPy refuses, too, against SciPy's law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, hypergeom

from fourfold.counts.drawn.hypergeometric import _D1, _D2, _log_ratio, _of_many, hypergeometric

DRAWS = 40_000


def many(good, bad, drawn, rng, draw=_of_many):
    return draw(*(np.full(DRAWS, n, dtype=np.int64) for n in (good, bad, drawn)), rng)


def bins_of(good, bad, drawn):
    """Edges of about 40 bins with as much mass each, and the mass of each."""
    mean, total = drawn * good / (good + bad), good + bad
    sigma = np.sqrt(mean * (bad / total) * ((total - drawn) / (total - 1)))
    low, high = max(0, drawn - bad), min(good, drawn)
    k = np.arange(
        max(low, int(mean - 9 * sigma - 30)), min(high, int(mean + 9 * sigma + 30)) + 1
    )
    share = np.exp(hypergeom.logpmf(k, total, good, drawn))
    assert share.sum() == pytest.approx(1, abs=1e-4)
    cumulative = np.cumsum(share / share.sum())
    last = np.unique(np.searchsorted(cumulative, np.linspace(0.025, 0.975, 39)))
    edges = np.r_[k[0] - 0.5, k[last] + 0.5, k[-1] + 0.5]
    return edges, np.diff(np.r_[0.0, cumulative[last], 1.0])


@pytest.mark.parametrize(
    "population",
    [
        (50, 60, 40),
        (3, 1000, 500),
        (5, 7, 6),
        (2 * 10**9, 10**9, 30),  # few are drawn
        (30, 10**9, 2 * 10**8),  # few are good
        (10**9, 30, 2 * 10**8),  # few are bad
        (10**5, 2 * 10**9, 5 * 10**4),  # few are expected
        (10**3, 10**9, 10**3),  # hardly any is
        (2 * 10**5, 2 * 10**9, 2 * 10**9 - 100),  # nearly all are drawn
        (2 * 10**9, 3 * 10**9, 10**9),
        (10**6, 2 * 10**9, 5 * 10**8),
    ],
)
def test_numbers_follow_the_law(population, rng):
    """By our own ways, also where NumPy's would do; once in 1e5 for each."""
    edges, share = bins_of(*population)
    found = many(*population, rng)
    seen = np.histogram(found, edges)[0]
    assert seen.sum() == DRAWS
    kept = share * DRAWS > 4  # all but the last, which may be empty
    assert seen[~kept].sum() <= 20
    assert share[kept].sum() == pytest.approx(1, abs=1e-4)
    law = share[kept] / share[kept].sum() * seen[kept].sum()
    assert chisquare(seen[kept], law).pvalue > 1e-5


@pytest.mark.parametrize("scale", [10**9, 10**12, 10**15])
def test_of_any_size_they_scatter_as_they_should(scale, rng):
    good, bad, drawn = 3 * scale, scale, 2 * scale
    found = many(good, bad, drawn, rng, hypergeometric) - drawn * 3 // 4
    variance = drawn * 3 / 16 * (scale * 2) / (4 * scale - 1)
    assert abs(found.mean()) < 5 * np.sqrt(variance / DRAWS)
    assert found.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / DRAWS))
    # its fourth moment, that of a normal law
    assert np.mean(found**4.0) / variance**2 == pytest.approx(3, abs=5 * np.sqrt(96 / DRAWS))


def test_the_width_bounds_every_law(rng):
    """Of each number k: all of [k, k + 1) by the ratio p(k) / p(mode), as the method asks for."""
    for _ in range(400):
        total = int(10 ** rng.uniform(0.5, 6))
        d = int(np.exp(rng.uniform(0, np.log(max(total // 2, 1)))))
        s = int(rng.integers(1, d + 1))
        mean = s * d / total
        scatter = np.sqrt(mean * (total - d) / total * (total - s) / (total - 1))
        width = _D1 * np.sqrt(scatter**2 + 0.5) + _D2
        k = np.arange(min(s, int(mean + 30 * scatter + 40)) + 1)
        log = hypergeom.logpmf(k, total, s, d)
        furthest = np.maximum(np.abs(k - mean - 0.5), np.abs(k + 0.5 - mean))
        assert (furthest * np.exp((log - log.max()) / 2)).max() <= width / 2


def test_ratios_of_probabilities_keep_their_digits():
    """Of populations where log factorials themselves have lost theirs: exact integers."""
    s, d, total, mode = 40, 10**15, 4 * 10**15, 10
    for k in (0, 3, 10, 25, 40):
        exact = 0.0
        for step in range(min(k, mode), max(k, mode)):  # p(step + 1) / p(step)
            ratio = np.log(s - step) + np.log(d - step) - np.log(step + 1.0)
            ratio -= np.log(total - s - d + step + 1.0)
            exact += ratio if k > mode else -ratio
        found = _log_ratio(*(np.array([n]) for n in (k, mode, s, d, total)))
        assert found[0] == pytest.approx(exact, abs=1e-9)


@given(st.data())
def test_numbers_are_possible(data):
    most = data.draw(st.sampled_from([3, 10**4, 10**9, 2 * 10**9, 10**15]))
    good, bad = (data.draw(st.integers(0, most)) for _ in range(2))
    drawn = data.draw(st.integers(0, good + bad))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    populations = (np.full(20, n, dtype=np.int64) for n in (good, bad, drawn))
    found = hypergeometric(*populations, rng)
    assert found.dtype == np.int64
    assert found.min() >= max(0, drawn - bad)
    assert found.max() <= min(good, drawn)


def test_what_is_certain_takes_no_random_number():
    state = np.random.default_rng(0)
    before = state.bit_generator.state
    certain = np.array([[0, 5, 2], [5, 0, 3], [5, 7, 0], [5, 7, 12]]).T
    assert hypergeometric(*certain, state).tolist() == [0, 3, 0, 5]
    assert state.bit_generator.state == before
