# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Co-information and O-information: definitions, known systems, errors of samples, Gaussians."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.measures.estimates import two_sided
from fourfold.measures.multivariate import (
    co_information,
    co_information_from_table,
    o_information,
    o_information_from_table,
)


def entropy(table, kept):
    dropped = tuple(k for k in range(table.ndim) if k not in kept)
    p = table.sum(dropped).ravel()
    p = p[p > 0]
    return -(p * np.log2(p)).sum()


def bell(table):
    """The co-information, by its definition."""
    every = range(table.ndim)
    sets = (a for size in every for a in itertools.combinations(every, size + 1))
    return sum((-1) ** (len(a) + 1) * entropy(table, a) for a in sets)


def omega(table):
    """The O-information, by its definition."""
    n = table.ndim
    whole = entropy(table, range(n))
    left = [whole - entropy(table, [j for j in range(n) if j != k]) for k in range(n)]
    alone = [entropy(table, [k]) for k in range(n)]
    by_total = sum(alone) - whole - (whole - sum(left))  # TC - DTC
    by_sum = (n - 2) * whole + sum(
        a - entropy(table, [j for j in range(n) if j != k]) for k, a in enumerate(alone)
    )
    assert by_total == pytest.approx(by_sum)
    return by_sum


def parity(n):
    table = np.zeros((2,) * n)
    for x in itertools.product(range(2), repeat=n):
        table[x] = sum(x) % 2 == 0
    return table / table.sum()


def copies(n):
    table = np.zeros((2,) * n)
    table[(0,) * n] = table[(1,) * n] = 0.5
    return table


def drawn(table, n, seed):
    cells = np.random.default_rng(seed).choice(table.size, n, p=table.ravel())
    return [*np.unravel_index(cells, table.shape)]


# -- of tables -------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([(2, 3, 4), (2, 2, 3, 2), (2, 2, 2, 2, 2)]))
def test_tables_have_the_definitions(seed, shape):
    table = np.random.default_rng(seed).dirichlet(np.ones(np.prod(shape))).reshape(shape)
    assert co_information_from_table(table).value == pytest.approx(bell(table), abs=1e-12)
    assert o_information_from_table(table).value == pytest.approx(omega(table), abs=1e-12)
    about = o_information_from_table(table, about_y=True)
    rest = table.sum(-1)
    less = omega(rest) if rest.ndim > 2 else 0.0
    assert about.value == pytest.approx(omega(table) - less, abs=1e-12)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_parities_and_copies(n):
    assert o_information_from_table(parity(n)).value == pytest.approx(2 - n)
    assert o_information_from_table(copies(n)).value == pytest.approx(n - 2)
    assert co_information_from_table(parity(n)).value == pytest.approx((-1) ** n)
    assert co_information_from_table(copies(n)).value == pytest.approx(1)


@pytest.mark.parametrize("gate", ff.gates.ALL, ids=lambda gate: gate.name)
def test_of_two_sources_both_are_redundancy_less_synergy(gate):
    expected = gate.atoms.redundancy - gate.atoms.synergy
    for result in (
        co_information_from_table(gate.pmf),
        o_information_from_table(gate.pmf),
        o_information_from_table(gate.pmf, about_y=True),
    ):
        assert result.value == pytest.approx(expected, abs=1e-12)
        assert result.coefficients @ result.terms == result.value


def test_signs_are_said_where_they_tell():
    assert "more synergy than redundancy" in repr(co_information_from_table(parity(3)))
    assert "more redundancy than synergy" in repr(o_information_from_table(copies(4)))
    assert "more" not in repr(co_information_from_table(parity(4)))  # positive, all the same
    x = np.random.default_rng(0).integers(2, size=(3, 100))
    assert "not told apart" in repr(o_information([*x]))
    assert "more synergy" in repr(o_information([*x[:2], x[0] ^ x[1]]))
    assert "and 16 of smaller subsets" in repr(co_information_from_table(copies(6)))
    independent = repr(co_information(list(drawn(np.full((3, 3, 3), 1 / 27), 200, 0))))
    assert "redundancy and synergy are not told apart" in independent
    assert "more" not in independent


# -- of labels -------------------------------------------------------------------------


def test_y_is_one_more_variable():
    x = drawn(parity(4) * 0.9 + 0.1 / 16, 400, 0)
    assert co_information(x).value == pytest.approx(co_information(x[:3], x[3]).value, abs=1e-9)
    assert o_information(x).value == pytest.approx(o_information(x[:3], x[3]).value, abs=1e-9)
    named = dict(zip("abc", x[:3], strict=True))
    result = o_information(named, x[3])
    assert result.source_names == ("a", "b", "c")
    assert result.subsets[-1] == ("a", "b", "c", "y")
    pairs = co_information(x[:2])
    assert pairs.subsets == (("x1", "x2"),)
    assert pairs.kind == "total correlation"


def test_plug_in_is_that_of_the_frequencies():
    table = np.random.default_rng(0).dirichlet(np.ones(24)).reshape(2, 3, 4)
    x = drawn(table, 300, 1)
    counts = np.zeros(table.shape)
    np.add.at(counts, tuple(x), 1)
    exact = o_information_from_table(counts)
    assert o_information(x).plug_in == pytest.approx(exact.value, abs=1e-12)
    plain = o_information(x, bias_correction="none")
    assert plain.value == pytest.approx(exact.value, abs=1e-12)
    assert plain.plug_in is None
    assert plain.bias_correction == "none"


def test_independent_variables_look_synergistic_only_without_correction():
    """Gehlen et al. 2024: the plug-in is below zero where rows are few for the joint states."""
    p = np.full((4, 4, 4), 1 / 64)
    found = [o_information(drawn(p, 100, seed)) for seed in range(20)]
    assert np.mean([one.plug_in for one in found]) < -0.15
    assert abs(np.mean([one.value for one in found])) < 0.05


def test_intervals_hold_the_truth():
    table = 0.8 * np.stack([np.roll(np.eye(3), k, 1) for k in range(3)]) / 9 + 0.2 / 27
    truth, hits = omega(table), 0
    for seed in range(60):
        result = co_information(drawn(table, 300, seed), random_state=seed)
        low, high, level = result.confidence_interval
        hits += low <= truth <= high
        assert level == 0.95
    assert hits >= 53  # of 60 at 95 %: with less in one of 60 such tests


def test_too_few_rows_for_the_joint_states_are_flagged():
    x = np.random.default_rng(0).integers(8, size=(3, 100))
    with pytest.warns(ff.UndersampledWarning, match="joint states"):
        result = o_information([*x])
    assert result.undersampled
    assert result.samples_per_cell == pytest.approx(100 / 512)
    assert "UNDERSAMPLED: 0.2 samples per joint state" in repr(result)
    assert result.confidence_interval.low < -0.5  # as the plug-in is
    with pytest.warns(ff.UndersampledWarning):
        few = o_information([[0, 1, 1], [0, 0, 1], [1, 0, 1]])
    assert few.standard_error is few.confidence_interval is None


def test_order_of_rows_and_names_of_states_do_not_matter():
    x = drawn(parity(3) * 0.9 + 0.1 / 8, 200, 0)
    order = np.random.default_rng(1).permutation(200)
    turned = o_information([one[order] for one in x])
    result = o_information(x)
    assert turned == result
    renamed = o_information([x[0], -x[1], np.array(["b", "a"])[x[2]]])
    assert renamed.standard_error == pytest.approx(result.standard_error, abs=1e-12)
    np.testing.assert_allclose(
        renamed.confidence_interval, result.confidence_interval, atol=1e-12
    )


def test_permutations_find_what_there_is():
    x = np.random.default_rng(0).integers(2, size=(3, 300))
    one = co_information([x[0], x[1]], x[0] ^ x[1], n_permutations=39)
    assert one.pvalue == pytest.approx(2 / 40)
    assert one.n_permutations == 39
    nothing = [
        o_information([*x], n_permutations=19, random_state=seed).pvalue for seed in range(8)
    ]
    assert max(nothing) > 0.1  # all of eight below it: one in 1e8 such tests
    assert "39 permutations" in repr(one)
    numbers = np.random.default_rng(1).standard_normal((3, 200))
    told = co_information([numbers[0] + numbers[2]], numbers[2], estimator="gaussian",
                          n_permutations=39)  # fmt: skip
    assert told.pvalue == pytest.approx(2 / 40)


def test_two_sided_counts_both_ends():
    draws = np.arange(9.0)
    assert two_sided(100.0, draws) == pytest.approx(2 / 10)
    assert two_sided(-1.0, draws) == pytest.approx(2 / 10)
    assert two_sided(4.0, draws) == 1.0
    assert two_sided(8.0, draws) == pytest.approx(2 * 2 / 10)  # the draw that ties counts


# -- of Gaussians ----------------------------------------------------------------------


def of_covariance(cov, sizes):
    """Omega of a Gaussian, by the definition with log determinants."""
    places = np.split(np.arange(len(cov)), np.cumsum(sizes)[:-1])
    n = len(sizes)

    def h(some):
        at = np.concatenate([places[k] for k in some])
        return 0.5 * np.linalg.slogdet(cov[np.ix_(at, at)])[1] / np.log(2)

    rest = [h([j for j in range(n) if j != k]) for k in range(n)]
    return (n - 2) * h(range(n)) + sum(h([k]) for k in range(n)) - sum(rest)


def test_gaussian_of_columns_is_that_of_the_covariance():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((500, 7)) @ rng.standard_normal((7, 7))
    parts = [rows[:, :2], rows[:, 2], rows[:, 3:5], rows[:, 5:]]
    cov, sizes = np.cov(rows.T), (2, 1, 2, 2)
    plain = {"estimator": "gaussian", "copula": False, "bias_correction": "none"}
    result = o_information(parts, **plain)
    assert result.value == pytest.approx(of_covariance(cov, sizes), abs=1e-9)
    assert result.sizes == sizes
    about = o_information(parts[:3], parts[3], about_y=True, **plain)
    less = of_covariance(cov[:5, :5], sizes[:3])
    assert about.value == pytest.approx(result.value - less, abs=1e-9)
    two = co_information(parts[:1], parts[3], **plain)
    known = ff.gaussian_union(parts[:2], parts[3], copula=False, bias_correction="none",
                              check_dependence=False)  # fmt: skip
    assert two.value == pytest.approx(known["x1"].information, abs=1e-9)


def test_ranks_do_not_see_monotone_maps():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 300))
    x[:3] += x[3]
    result = o_information([*x], estimator="gaussian")
    mapped = o_information([np.exp(x[0]), x[1] ** 3, -x[2], x[3]], estimator="gaussian")
    assert mapped.value == pytest.approx(result.value, abs=1e-9)
    assert result.model == "copula"


@pytest.mark.parametrize("copula", [True, False])
def test_gaussian_is_right_on_average_and_in_its_interval(copula):
    cov = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    root, truth = np.linalg.cholesky(cov), of_covariance(cov, (1, 1, 1, 1))
    found, hits = [], 0
    for seed in range(80):
        rows = np.random.default_rng(seed).standard_normal((60, 4)) @ root.T
        result = o_information([*rows.T], estimator="gaussian", copula=copula)
        found.append(result.value)
        hits += result.confidence_interval.low <= truth <= result.confidence_interval.high
    assert np.mean(found) == pytest.approx(truth, abs=4 * np.std(found) / np.sqrt(80))
    assert hits >= 68


# -- what is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: co_information(x[:1]), "sources: expected at least two"),
        (lambda x: o_information(x[:2]), "three variables"),
        (lambda x: o_information(x, about_y=True), "y"),
        (lambda x: co_information(x * 5), "at most 12"),
        (lambda x: co_information(x, estimator="knn"), "estimator"),
        (lambda x: co_information(x, bias_correction="qe"), "bias_correction"),
        (lambda x: co_information(x, confidence_level=2), "confidence_level"),
        (lambda x: co_information(x, n_permutations=-1), "n_permutations"),
        (lambda x: co_information([x[0], x[1][:2]]), "same number of rows"),
        (lambda x: co_information([x[0], x[0]], estimator="gaussian"), "covariance"),
        (lambda x: o_information([x[0]] * 3, estimator="gaussian"), r"PCA\)\.$"),
        (lambda x: o_information(x, x[0], estimator="gaussian"), "a Gaussian takes .* estimator=.labels."),
        (lambda x: co_information([x[0], 0 * x[1]], estimator="gaussian"), "x2"),
        (lambda x: co_information([one[:2] for one in x], estimator="gaussian"), "too few|constant"),
        (lambda _: co_information_from_table(np.ones(3)), "at least 2 axes"),
        (lambda _: co_information_from_table(np.ones((1,) * 13)), "at most 12 axes"),
        (lambda _: o_information_from_table(np.ones((2, 2))), "at least 3 axes"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::fourfold.GaussianFitWarning")
def test_arguments_that_are_refused(call, words):
    x = [*np.random.default_rng(0).integers(9, size=(3, 200))]
    with pytest.raises((ValueError, TypeError), match=words):
        call(x)
