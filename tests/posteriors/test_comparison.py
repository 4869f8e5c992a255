# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Differences of what classifiers decode: of layers that differ by noise, and of those that do not."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import fourfold as ff
from fourfold.posteriors.comparison import TRAINING, compare_decoded
from fourfold.posteriors.readings import atom_terms
from tests.support.refusals import assert_refused


def embeddings(bits, rng, noise=1.0, columns=8):
    """A bit behind noise of its own and further columns of noise alone, turned."""
    signal = 1.5 * (2 * bits[:, None] - 1) + noise * rng.standard_normal((len(bits), 1))
    beside = rng.standard_normal((len(bits), columns - 1))
    turn, _ = np.linalg.qr(rng.standard_normal((columns, columns)))
    return np.hstack([signal, beside]) @ turn


def fitted(x1, x2, y, seed=0, **arguments):
    return ff.ClassifierPID("fast", cv=3, random_state=seed).fit(x1, x2, y, **arguments).result_


@pytest.fixture(scope="module", name="layers")
def _layers():
    """Six layers of a noisy AND whose noise is drawn afresh; the last has more of it in X1."""
    rng = np.random.default_rng(5)
    bits = rng.integers(2, size=(500, 2))
    y = bits[:, 0] & bits[:, 1]
    noises = [1.0] * 6 + [4.0]
    pairs = [(embeddings(bits[:, 0], rng, s), embeddings(bits[:, 1], rng)) for s in noises]
    return [[fitted(*pair, y, seed) for seed in (0, 1)] for pair in pairs]


def test_layers_that_differ_by_noise_only_are_not_told_apart(layers):
    """Of 555 pairs of the study in docs/decisions at most 5 in 100 were."""
    pairs = itertools.combinations(layers[:6], 2)
    called = [min(compare_decoded(a, b).pvalue) < 0.05 for a, b in pairs]
    assert np.mean(called) <= 0.05


def test_a_layer_that_knows_less_is_told_apart(layers):
    for same in layers[:6]:
        found = compare_decoded(same, layers[6])
        assert found.pvalue.unique2 < 0.05
        assert found.difference.unique2 < found.high.unique2 < 0


def test_errors_are_of_rows_training_and_seeds(layers):
    a, b = layers[0], layers[6]
    found = compare_decoded(a, b, 0.9)
    each = np.array([atom_terms(x.row_terms - z.row_terms) for x, z in zip(a, b, strict=True)])
    terms = each.mean(0)
    variance = TRAINING**2 * terms.var(0, ddof=1) / 500 + each.mean(1).var(0, ddof=1) / 2
    np.testing.assert_allclose(found.difference, terms.mean(0), atol=1e-12)
    width = np.subtract(found.high, found.low)
    np.testing.assert_allclose(width, 2 * 1.6448536 * np.sqrt(variance), rtol=1e-6)
    held = [np.mean([fit.readings["cross_fitted"] for fit in of_one], 0) for of_one in (a, b)]
    np.testing.assert_allclose(found.difference, held[0] - held[1], atol=1e-12)
    assert found.decoded
    assert "of what classifiers decode" in repr(found)
    assert found.to_dict()["decoded"] is True


def test_a_result_does_not_differ_from_itself(layers):
    found = ff.compare(layers[0][0], layers[0][0])
    assert found.difference == (0, 0, 0, 0)
    assert found.pvalue == (1, 1, 1, 1)


def test_rows_of_a_group_count_once():
    rng = np.random.default_rng(0)
    bits = rng.integers(2, size=(150, 2))
    y, groups = bits[:, 0], np.repeat(np.arange(150), 2)
    x1, x2, other = (embeddings(bits[:, k], rng) for k in (0, 1, 0))
    twice = [np.repeat(x, 2, axis=0) for x in (x1, x2, other, y)]
    a, b = (fitted(x, twice[1], twice[3], groups=groups) for x in (twice[0], twice[2]))
    found = ff.compare(a, b)
    difference = atom_terms(a.row_terms - b.row_terms)
    per_group = difference.reshape(150, 2, 4).mean(1)
    error = TRAINING * per_group.std(0, ddof=1) / np.sqrt(150)
    np.testing.assert_allclose(
        np.subtract(found.high, found.difference), 1.959964 * error, rtol=1e-6, atol=1e-12
    )


def test_what_is_not_alike_is_refused(layers):
    first = layers[0][0]
    rng = np.random.default_rng(1)
    bits = rng.integers(2, size=(500, 2))
    x1, x2 = (embeddings(bits[:, k], rng) for k in (0, 1))
    few = fitted(x1[:400], x2[:400], bits[:400, 0])
    weighted = fitted(x1, x2, bits[:, 0], sample_weight=1.0 + bits[:, 1])
    table = ff.decompose(ff.gates.AND.pmf)
    for other, error, message in (
        (few, ValueError, "^compare: a is of 500 rows, b of 400; expected the same samples"),
        (weighted, ValueError, "^compare: a and b were fitted with different sample_weight"),
        (table, TypeError, "^compare: a is a PosteriorPID and b a PID; expected both of"),
    ):
        assert_refused(lambda other=other: ff.compare(first, other), error, message)


def test_of_independent_samples_the_variances_add_up(layers):
    a, b = layers[0][0], layers[6][0]
    found, by_row = ff.compare(a, b, paired=False), ff.compare(a, b)
    assert (found.paired, by_row.paired) == (False, True)
    np.testing.assert_allclose(found.difference, by_row.difference, atol=1e-12)
    variances = [atom_terms(x.row_terms).var(0, ddof=1) / 500 for x in (a, b)]
    half_width = np.subtract(found.high, found.low) / 2
    expected = 1.959964 * TRAINING * np.sqrt(sum(variances))
    np.testing.assert_allclose(half_width, expected, rtol=1e-5)
    assert repr(found).startswith(
        "Difference in bits of what classifiers decode, of independent samples, with 95%"
    )
