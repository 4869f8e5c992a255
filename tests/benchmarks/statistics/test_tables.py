# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random tables have the atoms that they promise, and samples follow them."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import fourfold as ff
from benchmarks.statistics import empirical, nulls, population, truths
from benchmarks.statistics.classifier import classifier_information
from benchmarks.statistics.settings import Settings

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


FAMILIES = (
    "gamma",
    "sparse",
    "smooth",
    "independent",
    "conditionally independent",
    "noisy parity",
    "copy",
    "log-linear",
)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("shape", [(5, 5, 3), (4, 6, 2)])
def test_a_family_draws_other_tables_of_its_shape(family, shape):
    make = truths.FAMILIES[family]
    first, second = (make(shape, np.random.default_rng(seed)) for seed in (0, 1))
    for pmf in (first, second):
        assert pmf.shape == shape
        assert pmf.min() >= 0.0
        assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(first, make(shape, np.random.default_rng(0)))


def test_the_families_are_all_of_them():
    assert tuple(truths.FAMILIES) == FAMILIES


@pytest.mark.parametrize(
    ("family", "zero"),
    [("independent", ATOMS), ("copy", ("unique2", "synergy")), ("gamma", ())],
)
def test_families_without_some_atoms(family, zero):
    pmf = truths.FAMILIES[family]((5, 5, 3), np.random.default_rng(3))
    atoms = dict(zip(ATOMS, population.exact_atoms(pmf), strict=True))
    assert {name for name, value in atoms.items() if value < 1e-6} >= set(zero)
    if family != "independent":
        assert max(atoms.values()) > 0.1


def test_parity_is_mostly_synergy():
    pmf = truths.FAMILIES["noisy parity"]((5, 5, 3), np.random.default_rng(0))
    atoms = population.exact_atoms(pmf)
    assert atoms[3] > 10 * atoms[:3].max()


def test_noise_keeps_the_sources():
    noisy = truths.with_noise(ff.gates.XOR.pmf, 0.25)
    np.testing.assert_allclose(noisy.sum(2), 0.25)
    np.testing.assert_allclose(noisy[0, 0], [0.25 * 0.875, 0.25 * 0.125])


CONDITIONAL = ("conditional1", "conditional2")
NULLS = {
    "all independent": ((5, 5, 3), (*ATOMS, *CONDITIONAL)),
    "target independent": ((5, 5, 3), (*ATOMS[1:], *CONDITIONAL)),
    "Markov chain Y-X2-X1": ((5, 5, 3), ("conditional1",)),
    "least informative coupling": ((5, 5, 3), ()),
    "X1 a degraded X2": ((5, 5, 3), ()),
    "own parts": ((4, 4, 4), ()),
    "X2 pure noise": ((5, 5, 3), ("redundancy", "conditional2")),
    "noisy sum": ((3, 3, 3), ()),
}


@pytest.mark.parametrize("family", NULLS)
def test_nulls_have_the_promised_zeros_and_no_others(family):
    shape, exact = NULLS[family]
    for seed in range(3):
        pmf = nulls.NULLS[family](shape, np.random.default_rng(seed))
        assert pmf.shape == shape
        assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
        atoms = dict(zip(ATOMS, population.exact_atoms(pmf, 1e-7), strict=True))
        zero = {name for name, value in atoms.items() if value < 1e-6}
        assert zero >= set(nulls.ZERO[family])
        assert nulls.exact_statistics(pmf) == exact
        assert set(exact) - set(CONDITIONAL) <= zero
        for k, name in enumerate(CONDITIONAL, start=1):
            assert ({f"unique{k}", "synergy"} <= zero) is (name in exact)
    if "independent" not in family:
        assert max(atoms.values()) > 0.01


def test_every_null_is_here():
    assert set(NULLS) == set(nulls.NULLS) == set(nulls.ZERO)


def test_mixtures_are_about_what_they_are_called(monkeypatch):
    monkeypatch.setattr(empirical, "ROWS", 4000)
    fixed = empirical.FIXED
    table = fixed["mixture, redundancy"](0)
    assert table.shape == (8, 8, 4)
    np.testing.assert_allclose(table.sum((0, 1)), 0.25)
    np.testing.assert_array_equal(table, fixed["mixture, redundancy"](0))
    redundancy = population.exact_atoms(table)
    assert redundancy[0] > 2 * redundancy[1:].max()
    uniqueness = population.exact_atoms(fixed["mixture, uniqueness"](0))
    assert uniqueness[1] > 2 * uniqueness[[0, 2, 3]].max()


def test_digits_are_counts_of_1797_rows():
    table = empirical.FIXED["digits, 8 clusters"](0)
    assert table.shape == (8, 8, 10)
    np.testing.assert_allclose(table * 1797, np.round(table * 1797), atol=1e-9)


def test_samples_follow_their_table():
    pmf = np.array([[[0.5, 0.0], [0.0, 0.125]], [[0.25, 0.0], [0.125, 0.0]]])
    x1, x2, y = population.sample(pmf, 8000, np.random.default_rng(0))
    counts = np.zeros((2, 2, 2))
    np.add.at(counts, (x1, x2, y), 1)
    np.testing.assert_allclose(counts / 8000, pmf, atol=0.02)
    assert not counts[pmf == 0].any()


def test_a_cell_has_its_own_numbers_whatever_else_is_done():
    gamma = population.Population("gamma", (5, 5, 3))
    cell = population.Cell("tests", gamma, 2.0, 7)
    few, many = ([rng.random() for rng in cell.generators(k)] for k in (2, 5))
    assert few == many[:2]
    assert len(set(many)) == 5
    for other in (
        population.Cell("tests", gamma, 4.0, 7),
        population.Cell("tests", gamma, 2.0, 8),
        population.Cell("intervals", gamma, 2.0, 7),
        population.Cell("tests", population.Population("smooth", (5, 5, 3)), 2.0, 7),
    ):
        assert [rng.random() for rng in other.generators(2)] != few


@pytest.mark.parametrize(("per_cell", "number"), [(0.25, 19), (2.0, 150), (0.01, 8)])
def test_number_of_samples(per_cell, number):
    cell = population.Cell("tests", population.Population("gamma", (5, 5, 3)), per_cell, 0)
    assert cell.n_samples == number


@pytest.mark.parametrize(
    ("estimator", "cells", "per_cell", "number"),
    [
        ("chao", 75, 2.0, 11),
        ("none", 2048, 2.0, 6),
        ("qe", 75, 2.0, 5),
        ("shuffle", 2048, 2.0, 3),
        ("classifier", 75, 2.0, 4),
        ("classifier", 75, 4.0, 0),
        ("classifier", 640, 2.0, 0),
    ],
)
def test_how_many_repetitions(estimator, cells, per_cell, number):
    settings = dataclasses.replace(
        Settings(),
        repetitions=11,
        large_repetitions=6,
        compared_repetitions=5,
        large_compared_repetitions=3,
        classifier_repetitions=4,
    )
    assert settings.repetitions_of(estimator, cells, per_cell) == number


def test_the_study_has_200_repetitions_of_what_is_judged():
    settings = Settings()
    for cells in (75, 256, 2048):
        for estimator in ("none", "chao"):
            assert settings.repetitions_of(estimator, cells, 2.0) >= 200
    assert settings.interval_repetitions >= 200
    assert min(map(settings.test_repetitions_of, (*NULLS, "gamma"))) >= 200


def test_classifier_finds_what_pairs_say_and_nothing_in_noise():
    information = classifier_information
    rng = np.random.default_rng(0)
    x1, x2, noise = rng.integers(2, size=(3, 2000))
    assert information(x1, x2, x1 ^ x2, rng) == pytest.approx(1.0, abs=0.05)
    # a lower bound on average
    assert -0.02 < information(x1, x2, noise, rng) < 0.005
    assert information(x1, x2, np.zeros(2000, dtype=int), rng) == 0.0


def test_classifier_survives_a_class_of_one_row():
    rng = np.random.default_rng(1)
    x1, x2 = rng.integers(3, size=(2, 20))
    y = np.zeros(20, dtype=int)
    y[3] = 1
    assert math.isfinite(classifier_information(x1, x2, y, rng))
