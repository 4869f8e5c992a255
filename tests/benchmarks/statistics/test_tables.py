# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random tables have the atoms that they promise, and samples follow them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import fourfold as ff
from benchmarks.statistics import (
    empirical,
    mixtures,
    nulls,
    population,
    structured,
    synergy_cases,
    truths,
    views,
)
from benchmarks.statistics.settings import Settings
from benchmarks.statistics.significance import NO_INTERACTION

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
#: Exact where the sources say nothing.
NOTHING = ("information", "unique1", "unique2")
NULLS = {
    "all independent": ((5, 5, 3), ("redundancy", *NOTHING, *CONDITIONAL)),
    "target independent": ((5, 5, 3), (*NOTHING, *CONDITIONAL)),
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
        assert set(exact) - {"information", *CONDITIONAL} <= zero
        assert ("information" in exact) is (zero >= set(ATOMS[1:]))
        for k, name in enumerate(CONDITIONAL, start=1):
            assert ({f"unique{k}", "synergy"} <= zero) is (name in exact)
    if "independent" not in family:
        assert max(atoms.values()) > 0.01


def test_every_null_is_here():
    assert set(NULLS) == set(nulls.NULLS) == set(nulls.ZERO)


def has_interaction(pmf):
    """Whether scaling to the three pairwise tables leads elsewhere."""
    fitted = np.ones_like(pmf)
    for _ in range(2000):
        for axis in (2, 1, 0):
            have, want = (table.sum(axis, keepdims=True) for table in (fitted, pmf))
            fitted *= np.divide(want, have, out=np.zeros_like(want), where=have > 0)
    return bool(np.abs(fitted - pmf).max() > 1e-4)


@pytest.mark.parametrize("family", [*truths.FAMILIES, *nulls.NULLS])
def test_three_way_interactions_are_known(family):
    shape = NULLS[family][0] if family in NULLS else (5, 5, 3)
    pmf = population.MAKERS[family](shape, np.random.default_rng(1))
    assert has_interaction(pmf) is (family not in NO_INTERACTION)


STRUCTURED = {
    "Zipf, 4 classes": (16, 16, 4),
    "Zipf, 10 classes": (32, 32, 10),
    "Zipf, 100 classes": (16, 16, 100),
    "a class of 1 %": (16, 16, 2),
    "labels without noise": (16, 16, 4),
    "labels without noise, 2 classes": (16, 16, 2),
    "redundant copy": (16, 16, 10),
    "XOR of three bits": (8, 8, 8),
    "XOR beside unique bits": (8, 8, 8),
    "noisy AND and XOR": (4, 4, 4),
    "noisy RDN and XOR": (4, 4, 4),
}


def test_structured_tables_are_what_they_are_called():
    tables = {name: make(0) for name, make in structured.STRUCTURED.items()}
    assert {name: table.shape for name, table in tables.items()} == STRUCTURED
    for table in tables.values():
        assert table.min() >= 0.0
        assert table.sum() == pytest.approx(1.0, abs=1e-9)
    zipf = np.sort(tables["Zipf, 4 classes"].sum((1, 2)))[::-1]
    np.testing.assert_allclose(zipf / zipf[0], np.arange(1, 17) ** -1.2, rtol=1e-6)
    assert tables["a class of 1 %"].sum((0, 1))[1] == pytest.approx(0.01, abs=1e-6)
    assert (tables["labels without noise"] > 0).sum(axis=2).max() == 1
    copy, parity, mixed = (
        population.exact_atoms(tables[name])
        for name in ("redundant copy", "XOR of three bits", "XOR beside unique bits")
    )
    assert copy[0] > 1
    np.testing.assert_allclose(copy[2:], 0.0, atol=1e-6)
    np.testing.assert_allclose(parity, [0, 0, 0, 2.618], atol=1e-3)
    np.testing.assert_allclose(mixed, [0, 0.831, 0.831, 0.955], atol=1e-3)


@pytest.fixture
def of_fewer_rows(monkeypatch):
    """Clusters of 48 000 rows in place of a million."""
    kept = synergy_cases._made, synergy_cases._least_informative
    for tables in kept:
        tables.cache_clear()
    monkeypatch.setitem(
        synergy_cases.SOURCES,
        "K-means, 16 clusters",
        lambda seed: mixtures.clustered_table(16, seed, 48_000),
    )
    yield
    for tables in kept:
        tables.cache_clear()


@pytest.mark.usefixtures("of_fewer_rows")
def test_cases_keep_all_but_the_synergy():
    tables = {name: make(0) for name, make in synergy_cases.CASES.items()}
    atoms = {name: population.exact_atoms(table) for name, table in tables.items()}
    for name, found in atoms.items():
        kind, bits = name.split(", S = ")
        assert found[3] == pytest.approx(float(bits), abs=1e-5)
        np.testing.assert_allclose(found[:3], atoms[f"{kind}, S = 0"][:3], atol=1e-5)
    for name in synergy_cases.TARGETED:
        assert name in tables


@pytest.mark.parametrize("name", views.VIEWS)
def test_views_are_as_equal_as_they_say(name):
    make, sizes = views.VIEWS[name]
    table = make(0)
    assert table.sum() == pytest.approx(1.0, abs=1e-12)
    assert min(sizes) >= 64
    _, unique1, unique2, synergy = population.exact_atoms(table).tolist()
    first, second = table.sum(1), table.sum(0)
    if name.startswith("equal"):
        np.testing.assert_allclose(first, second)
    if name.startswith(("equal", "noisy AND")):
        assert max(unique1, unique2) < 1e-6
    elif name.startswith("half"):
        assert min(unique1, unique2) > 1e-3
    else:
        assert unique2 < 1e-6
        assert (synergy < 1e-6) is name.startswith("X2")
        assert unique1 > 1e-3


def test_mixture_tables_are_those_of_the_clusters():
    population_of = mixtures.Clustered.to(4, 0, 48_000)
    assert (population_of.shape, population_of.group) == ((4, 4, 10), "clusters")
    table, (x1, x2, y) = population_of.drawn(4000, np.random.default_rng(0))
    assert table.shape == (4, 4, 10)
    assert table.sum() == pytest.approx(1.0, abs=1e-9)
    counts = np.zeros(table.shape)
    np.add.at(counts, (x1, x2, y), 1 / 4000)
    # a few hundred rows of each cell's margin
    np.testing.assert_allclose(counts.sum(2), table.sum(2), atol=0.03)
    np.testing.assert_allclose(counts, table, atol=0.02)
    again, _ = population_of.drawn(4000, np.random.default_rng(0))
    np.testing.assert_array_equal(table, again)


def test_mixtures_are_about_what_they_are_called(monkeypatch):
    monkeypatch.setattr(empirical, "ROWS", 4000)
    fixed = empirical.EMPIRICAL
    table = fixed["mixture, redundancy"](0)
    assert table.shape == (8, 8, 4)
    np.testing.assert_allclose(table.sum((0, 1)), 0.25)
    np.testing.assert_array_equal(table, fixed["mixture, redundancy"](0))
    redundancy = population.exact_atoms(table)
    assert redundancy[0] > 2 * redundancy[1:].max()
    uniqueness = population.exact_atoms(fixed["mixture, uniqueness"](0))
    assert uniqueness[1] > 2 * uniqueness[[0, 2, 3]].max()


def test_digits_are_counts_of_1797_rows():
    table = empirical.EMPIRICAL["digits, 8 clusters"](0)
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
    ("estimator", "group", "number"),
    [
        ("none", "random", 11),
        ("bayes", "clusters", 7),
        ("qe", "structured", 5),
        ("shuffle", "random", 5),
        ("none", "views", 11),
        ("bayes", "views", 0),
        ("qe", "views", 0),
    ],
)
def test_how_many_repetitions(estimator, group, number):
    settings = dataclasses.replace(
        Settings(), repetitions=11, bayes_repetitions=7, compared_repetitions=5
    )
    assert settings.seen_by(estimator, group) == number


def test_the_study_has_200_repetitions_of_what_is_judged():
    settings = Settings()
    assert settings.repetitions == settings.test_repetitions == 200
