# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""I(X1,X2;Y) by empirical Bayes: loops that do the same, what it must be, and what it is for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma, gammaln

from fourfold.counts import empirical_bayes as eb
from fourfold.counts.cells import Cells
from fourfold.counts.pairwise_fit import pair_counts
from fourfold.counts.pairwise_prior import STRENGTHS, left_out_fits
from fourfold.counts.samples import read_samples
from tests.support.mixture import Mixture
from tests.support.parts import tables_of_parts, tallies_of
from tests.support.tables import drawn, information


def estimate(x1, x2, y):
    return eb.bayes_information(read_samples(x1, x2, y))


def chao(x1, x2, y):
    return read_samples(x1, x2, y).tallies().estimates().chao.mi_joint


def root_mean_square(values, truth):
    return np.sqrt(np.mean((np.array(values) - truth) ** 2))


# The same in loops


def fits_by_hand(pairs):
    """Each pair's chances of the classes, state by state."""
    x1, x2, counts = pairs
    number, classes = counts.shape
    p_y = (counts.sum(0) + 0.5) / (counts.sum() + 0.5 * classes)
    a, b = np.ones((x1.max() + 1, classes)), np.ones((x2.max() + 1, classes))

    def shares(effects):
        return p_y * effects / (p_y * effects).sum()

    def scaling(effects, states, k, strength, without=None):
        """Of the effects of state k, without a pair if wanted."""
        rows = [p for p in range(number) if states[p] == k and p != without]
        wanted = strength * p_y + sum(counts[p] for p in rows)
        has = strength * shares(effects[k]) + sum(
            counts[p].sum() * shares(a[x1[p]] * b[x2[p]]) for p in rows
        )
        return wanted / has

    for strength in STRENGTHS:
        for _ in range(6):
            new_a = [np.sqrt(scaling(a, x1, k, strength)) for k in range(len(a))]
            new_b = [np.sqrt(scaling(b, x2, k, strength)) for k in range(len(b))]
            a, b = a * np.array(new_a), b * np.array(new_b)
        yield np.array(
            [
                shares(
                    a[x1[p]]
                    * b[x2[p]]
                    * scaling(a, x1, x1[p], strength, without=p)
                    * scaling(b, x2, x2[p], strength, without=p)
                )
                for p in range(number)
            ]
        )


def kinds_by_hand(counts, m, alphas, noises):
    """(log evidence, mean H(Y|X1,X2) in bits) of every prior, one by one."""
    n, classes = counts.sum(1), counts.shape[1]
    weight = n / n.sum()
    shares = (0.3, 0.7, 0.95)
    found = []
    around, entropy = [], []
    for alpha in alphas:
        log_chance = gammaln(alpha * m + counts).sum(1) - gammaln(alpha * m).sum(1)
        around.append(log_chance + gammaln(alpha) - gammaln(alpha + n))
        total = (alpha + n)[:, None]
        posterior = alpha * m + counts
        nats = digamma(total + 1) - digamma(posterior + 1)
        entropy.append((posterior / total * nats).sum(1) / math.log(2))
        found.append((around[-1].sum() - math.log(len(alphas)), weight @ entropy[-1]))
    for noise in noises:
        each = [
            m[:, k]
            * (1 - noise) ** counts[:, k]
            * (noise / (classes - 1)) ** (n - counts[:, k])
            for k in range(classes)
        ]
        gate = np.sum(each, axis=0)
        of_gate = -(
            (1 - noise) * math.log2(1 - noise) + noise * math.log2(noise / (classes - 1))
        )
        least = math.log(len(noises) * (len(shares) + 1))
        found.append((np.log(gate).sum() - least, of_gate))
        for share in shares:
            for log_chance, h in zip(around, entropy, strict=True):
                both = share * gate + (1 - share) * np.exp(log_chance)
                is_gate = share * gate / both
                mean = weight @ (is_gate * of_gate + (1 - is_gate) * h)
                found.append((np.log(both).sum() - least - math.log(len(alphas)), mean))
    return np.array(found)


@pytest.fixture
def few(rng):
    x1, x2 = rng.integers(4, size=(2, 60))
    return read_samples(x1, x2, (x1 + 2 * x2 + rng.integers(2, size=60)) % 3)


def test_each_pair_is_told_by_the_others(few):
    pairs = pair_counts(few)
    for found, expected in zip(left_out_fits(pairs), fits_by_hand(pairs), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_is_the_mean_over_all_priors(few):
    """Evaluated on the fine grids, of which the estimate knows every sixth point."""
    pairs = pair_counts(few)
    alphas = np.geomspace(0.02, 2000, 6 * 13 + 1)
    noises = np.geomspace(0.0004, 0.5, 6 * 9 + 1)
    best, evidence, entropy = [], [], []
    for m in left_out_fits(pairs):
        logs, means = kinds_by_hand(pairs.counts, m, alphas, noises).T
        best.append(logs[: len(alphas)].max())
        chances = np.exp(logs - logs.max())
        evidence.append(logs.max() + np.log(chances.sum()))
        entropy.append(chances @ means / chances.sum())
    k = np.clip(np.argmax(best), 1, len(best) - 2)
    between = np.linspace(-1, 1, 41)
    logs, means = (
        np.polyval(np.polyfit([-1, 0, 1], values[k - 1 : k + 2], 2), between)
        for values in (evidence, entropy)
    )
    chances = np.exp(logs - logs.max())
    y = np.repeat(few.states()[2], few.counts)
    expected = chao(y, y, y) - chances @ means / chances.sum()  # of y itself H(Y)
    assert eb.bayes_information(few) == pytest.approx(expected, abs=5e-3)


# What it must be

LABELS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=60
)


@settings(max_examples=40)
@given(LABELS, st.permutations(range(4)), st.permutations(range(5)), st.permutations(range(3)))
def test_names_of_states_do_not_matter(rows, first, second, classes):
    x1, x2, y = np.array(rows).T
    found = estimate(x1, x2, y)
    renamed = estimate(np.array(first)[x1], np.array(second)[x2], np.array(classes)[y])
    assert renamed == pytest.approx(found, abs=1e-6)
    assert estimate(x2, x1, y) == pytest.approx(found, abs=1e-6)
    order = np.random.default_rng(0).permutation(len(y))
    assert estimate(x1[order], x2[order], y[order]) == pytest.approx(found, abs=1e-6)


@given(LABELS)
def test_is_a_number_and_no_entropy_is_larger_than_all_classes_allow(rows):
    x1, x2, y = np.array(rows).T
    found = estimate(x1, x2, y)
    h_y = chao(y, y, y)
    assert h_y - math.log2(y.max() + 1) - 0.05 <= found <= h_y + 0.05


@pytest.mark.parametrize("n", [1, 2, 8, 100])
def test_one_class_tells_nothing(n, rng):
    x1, x2 = rng.integers(5, size=(2, n))
    assert estimate(x1, x2, np.zeros(n, int)) == pytest.approx(0, abs=1e-12)


def test_classes_and_states_that_do_not_occur_are_no_error(rng):
    x1, x2, y = rng.integers(3, size=(3, 50))
    plain = eb.bayes_information(Cells.of_rows(x1, x2, y, (3, 3, 3)))
    assert eb.bayes_information(Cells.of_rows(x1 + 4, x2, y, (9, 3, 3))) == pytest.approx(plain)
    assert np.isfinite(eb.bayes_information(Cells.of_rows(x1, x2, y, (3, 3, 5))))


@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 4, 5), (8, 3, 2)])
def test_tends_to_the_truth(shape, rng):
    truth = rng.gamma(0.5, size=shape)
    truth /= truth.sum()
    found = estimate(*drawn(truth, 200_000, rng))
    assert found == pytest.approx(information(truth), abs=0.004)


def test_known_answers_of_many_samples(rng):
    x1, x2 = rng.integers(2, size=(2, 40_000))
    noise = rng.integers(4, size=40_000)
    assert estimate(x1, x2, x1 ^ x2) == pytest.approx(1, abs=1e-3)
    assert estimate(x1, x2, x1 & x2) == pytest.approx(0.8113, abs=0.01)
    assert estimate(x1, x1, x1) == pytest.approx(1, abs=1e-3)
    assert estimate(x1, x2, noise) == pytest.approx(0, abs=1e-3)


def test_memory_is_of_the_occupied_pairs(rng):
    """A dense table of these would have 10**13 cells."""
    x1, x2 = rng.integers(10**6, size=(2, 400))
    y = rng.integers(4, size=400)
    found = eb.bayes_information(Cells.of_rows(x1, x2, y, (10**6, 10**6, 10)))
    assert np.isfinite(found)


# What it is for: truths that it was not tuned on


def truths():
    rng = np.random.default_rng(20)
    pairs = rng.dirichlet(np.ones(150)).reshape(15, 10, 1)
    noise = 0.9 * np.eye(5) + 0.02
    logits = 1.2 * (rng.normal(size=(15, 1, 5)) + rng.normal(size=(1, 10, 5)))
    additive = np.exp(logits) / np.exp(logits).sum(2, keepdims=True)
    logits = logits + 0.8 * rng.normal(size=(15, 10, 5))
    interacting = np.exp(logits) / np.exp(logits).sum(2, keepdims=True)
    gates = noise[rng.integers(5, size=(15, 10))]
    return {
        "components of mixtures": Mixture.drawn(21).table,
        "main effects": pairs * additive,
        "interactions": pairs * interacting,
        "gates of 10 % noise": pairs * gates,
        "half gates": pairs * np.where(rng.random((15, 10, 1)) < 0.5, gates, interacting),
        "nothing": pairs * rng.dirichlet(np.full(5, 3.0)),
    }


@pytest.mark.parametrize("name", truths())
def test_of_few_samples_it_is_nearer_than_chao(name):
    truth = truths()[name]
    known = information(truth)
    rng = np.random.default_rng(22)
    draws = [drawn(truth, truth.size // 4, rng) for _ in range(16)]
    bayes = root_mean_square([estimate(*rows) for rows in draws], known)
    # extrapolated as far as halves allow, as the correction "chao" does
    plain = root_mean_square([extrapolated(rows, rng) for rows in draws], known)
    assert bayes < 0.85 * plain


def extrapolated(rows, rng):
    whole = read_samples(*rows).tallies().estimates().chao.mi_joint
    halves = [
        tallies_of(table).estimates().chao.mi_joint
        for table in tables_of_parts(rows, 2, 4, rng)
    ]
    return whole + 2 / 3 * (whole - np.mean(halves))
