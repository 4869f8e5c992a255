# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of the synergy: of its interaction by walks, and of all of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import gammaln, xlogy

import fourfold as ff
from fourfold import _core
from fourfold.counts.counts import Counts
from fourfold.counts.pairwise_fit import PairCounts, interaction_of, pair_counts
from fourfold.counts.samples import read_samples
from tests.support.tables import drawn

PARTS = ("synergy_interaction", "synergy_pairwise", "pvalue_interaction", "pvalue_z")


@pytest.fixture
def parity(rng):
    x1, x2 = rng.integers(3, size=(2, 120))
    return x1, x2, np.where(rng.random(120) < 0.3, rng.integers(3, size=120), (x1 + x2) % 3)


def least_informative(shape, seed):
    """A coupling that attains the union information of its table, so that S = 0, and R, U1, U2 not."""
    table = np.random.default_rng(seed).gamma(0.5, size=shape)
    coupling = ff.decompose(table / table.sum(), tol=1e-8).coupling()
    return coupling / coupling.sum()


def independent_given_y(shape, seed):
    """Of which S is not zero, and D(p || m) is."""
    rng = np.random.default_rng(seed)
    one, two = (rng.dirichlet(np.full(k, 0.5), size=shape[2]) for k in shape[:2])
    return np.einsum("y,yi,yj->ijy", rng.dirichlet(np.full(shape[2], 5.0)), one, two)


def rows_of(counts):
    return np.unravel_index(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape)


# -- exactness -------------------------------------------------------------------------


def same_pairwise(counts):
    """All tables of two states and classes with the pairwise tables of this one: x + k z."""
    signs = np.ones((2, 2, 2))
    for axis in range(3):
        signs = signs * np.expand_dims([1, -1], [k for k in range(3) if k != axis])
    tables = [counts + k * signs.astype(int) for k in range(-counts.sum(), counts.sum())]
    return [table for table in tables if table.min() >= 0]


def test_walks_end_as_the_counts_given_their_pairwise_tables_are_distributed():
    """Every table of this family, and its share of prod 1/n!."""
    counts = np.array([3, 1, 2, 5, 1, 4, 2, 2]).reshape(2, 2, 2)
    tables = same_pairwise(counts)
    weights = np.array([-gammaln(table + 1).sum() for table in tables])
    share = np.exp(weights - weights.max())
    share /= share.sum()
    ends = _core.walks_from_root(
        *pair_counts(read_samples(*rows_of(counts))),
        steps=400,
        walks=20000,
        seed=3,
        num_threads=1,
    )
    values = np.array([xlogy(table, table).sum() for table in tables])
    for value in np.unique(np.round(values, 9)):
        expected = share[np.abs(values - value) < 1e-8].sum()
        seen = np.mean(np.abs(ends - value) < 1e-8)
        assert seen == pytest.approx(expected, abs=5 * math.sqrt(0.25 / 20000))


def test_p_values_of_the_interaction_are_exact_under_its_null():
    """All tables of a family with their probabilities: P(p <= a) is at most a, for few steps too."""
    counts = np.array([4, 1, 2, 6, 2, 5, 3, 2]).reshape(2, 2, 2)
    tables = same_pairwise(counts)
    weights = np.array([-gammaln(table + 1).sum() for table in tables])
    share = np.exp(weights - weights.max())
    share /= share.sum()
    for steps in (2, 200):
        rejected = {0.1: 0.0, 0.2: 0.0, 0.5: 0.0}
        for table, weight in zip(tables, share, strict=True):
            own, start = xlogy(table, table).sum(), pair_counts(read_samples(*rows_of(table)))
            for seed in range(200):
                ends = _core.walks_from_root(
                    *start, steps=steps, walks=19, seed=seed, num_threads=1
                )
                p = (1 + (ends >= own - 1e-9).sum()) / 20
                for level in rejected:
                    rejected[level] += weight / 200 * (p <= level)
        for level, found in rejected.items():
            assert found <= level + 4 * math.sqrt(level * (1 - level) / 1000), steps


def of_two_states(scale):
    """Tables of two states and classes with one pairwise tables, in the order of x + k z, and shares."""
    mean = np.multiply.outer(np.outer([1, 2], [2, 1]), [1, 3]) * scale
    spread = int(8 * math.sqrt(scale))
    signs = np.where(np.indices((2, 2, 2)).sum(0) % 2, -1, 1)
    tables = mean + np.arange(-spread, spread + 1)[:, None, None, None] * signs
    weights = gammaln(tables + 1.0).sum((1, 2, 3))
    share = np.exp(weights.min() - weights)
    assert max(share[[0, -1]]) < 1e-9
    return tables, share / share.sum()


@pytest.mark.parametrize("scale", [10**4, 10**6, 3 * 10**8])
def test_walks_over_many_counts_end_where_they_should(scale):
    """In moves as large as the scatter: in 400 steps, from a start 4 standard deviations away.

    The last one has more counts than an int32 holds.
    """
    tables, share = of_two_states(scale)
    steps = np.arange(len(tables)) - len(tables) // 2
    mean = share @ steps
    scatter = math.sqrt(share @ (steps - mean) ** 2)
    start = tables[np.argmin(np.abs(steps - mean - 4 * scatter))]
    cells = Counts.from_table(start).cells
    ends = _core.walks_from_root(
        *pair_counts(cells), steps=400, walks=3000, seed=1, num_threads=1
    )
    values = xlogy(tables, tables).sum((1, 2, 3))
    order = np.argsort(values)
    cumulative = np.cumsum(share[order])
    quantiles = values[order][np.searchsorted(cumulative, [0.1, 0.25, 0.5, 0.75, 0.9])]
    below = np.mean(ends[:, None] <= quantiles, axis=0)
    np.testing.assert_allclose(
        below, [0.1, 0.25, 0.5, 0.75, 0.9], atol=5 * 0.5 / math.sqrt(3000)
    )


def test_p_values_of_many_samples_are_uniform(rng):
    """D(p || m) = 0 in 60 draws of 1e9 samples: three standard deviations."""
    pmf = independent_given_y((4, 3, 3), 1)
    pvalues = []
    for k in range(60):
        counts = Counts.from_table(rng.multinomial(10**9, pmf.ravel()).reshape(pmf.shape))
        test = ff.permutation_test(
            counts, statistic="interaction", n_permutations=19, random_state=k
        )
        pvalues.append(test.pvalue)
    for level in (0.2, 0.5):
        assert abs(np.mean(np.array(pvalues) <= level) - level) < 3 * math.sqrt(
            level * (1 - level) / 60
        )


@pytest.mark.parametrize("statistic", ["interaction", "synergy"])
def test_a_true_null_beside_other_information_is_kept(rng, statistic):
    """S = 0, and R, U1, U2 are not; 40 data sets, 5 rejected with a probability of 0.05."""
    pmf = least_informative((4, 4, 3), 1)
    assert min(ff.decompose(pmf, tol=1e-7).atoms[:3]) > 0.02
    rejected = 0
    for k in range(40):
        rows = drawn(pmf, 200, rng)
        rejected += (
            ff.permutation_test(*rows, statistic, n_permutations=39, random_state=k).pvalue
            <= 0.05
        )
    assert rejected <= 6


def test_a_small_synergy_beside_other_information_is_found(rng):
    """Permuting y, as "synergy" once did, rejected none of such cases."""
    bits = [(i, j) for i in range(4) for j in range(4)]
    pmf = np.zeros((4, 4, 8))
    for i, j in bits:
        pmf[i, j, 4 * ((i ^ j) & 1) + 2 * (i >> 1) + (j >> 1)] = 1 / 16
    own = ff.decompose(pmf, tol=1e-8).coupling()
    pmf = 0.6 * own / own.sum() + 0.4 * pmf
    truth = ff.decompose(pmf, tol=1e-7)
    assert truth.synergy < 0.15
    assert truth.unique1 == pytest.approx(1)
    found = {"synergy": 0, "interaction": 0}
    for k in range(10):
        tests = ff.permutation_test(
            *drawn(pmf, 256, rng), list(found), n_permutations=39, random_state=k
        )
        for name, test in tests.items():
            found[name] += test.pvalue <= 0.05
    assert found == {"synergy": 10, "interaction": 10}


def test_a_synergy_that_pairs_show_is_found_by_its_error(rng):
    pmf = independent_given_y((5, 5, 4), 0)
    truth = ff.decompose(pmf, tol=1e-7)
    assert truth.synergy > 0.1
    found = {"synergy": 0, "interaction": 0}
    for k in range(10):
        tests = ff.permutation_test(
            *drawn(pmf, 800, rng), list(found), n_permutations=39, random_state=k
        )
        assert tests["synergy"].synergy_pairwise == pytest.approx(truth.synergy, abs=0.05)
        for name, test in tests.items():
            found[name] += test.pvalue <= 0.05
    assert found["synergy"] == 10
    assert found["interaction"] <= 3


# -- the parts -------------------------------------------------------------------------


def test_the_plug_in_synergy_is_the_sum_of_its_parts(parity):
    tests = ff.permutation_test(
        *parity, ("synergy", "interaction"), n_permutations=39, tol=1e-6
    )
    whole, part = tests["synergy"], tests["interaction"]
    plain = ff.pid(*parity, bias_correction="none", confidence_level=None, tol=1e-6)
    assert whole.statistic == pytest.approx(plain.synergy, abs=1e-5)
    assert whole.synergy_interaction + whole.synergy_pairwise == pytest.approx(whole.statistic)
    assert min(whole.synergy_interaction, whole.synergy_pairwise) >= 0
    assert part.statistic == pytest.approx(whole.synergy_interaction, abs=2e-6)
    # I(X1,X2;Y) of a table fitted in the plainest way, and what it leaves
    counts = np.zeros((3, 3, 3))
    np.add.at(counts, parity, 1)
    fit = np.ones((3, 3, 3))
    for _ in range(2000):
        for axis in range(3):
            fit *= counts.sum(axis, keepdims=True) / fit.sum(axis, keepdims=True)
    expected = (xlogy(counts, counts).sum() - xlogy(counts, fit).sum()) / counts.sum()
    assert part.statistic == pytest.approx(expected / np.log(2), abs=1e-5)


def test_of_walks_the_union_information_stays(parity):
    whole, part = ff.permutation_test(
        *parity, ("synergy", "interaction"), n_permutations=39
    ).values()
    assert (len(whole.null_distribution), len(part.null_distribution)) == (79, 39)
    shift = whole.null_distribution[:39] - part.null_distribution
    np.testing.assert_allclose(shift, whole.statistic - part.statistic, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_p_value_is_twice_the_smaller_of_its_parts(seed):
    pmf = least_informative((4, 4, 3), seed)
    rows = drawn(pmf, 300, np.random.default_rng(seed))
    test = ff.permutation_test(*rows, n_permutations=39, random_state=seed)
    as_large = (test.null_distribution >= test.statistic - 1e-12).sum()
    assert test.pvalue_interaction == (1 + as_large) / 80
    smaller = min(test.pvalue_interaction, 1.0 if test.pvalue_z is None else test.pvalue_z)
    assert test.pvalue == min(1.0, 2 * smaller)
    assert (test.name, test.null) == ("synergy", "S = 0")


def test_an_interval_above_zero_has_a_p_value_below_its_level(rng):
    for seed in range(12):
        pmf = independent_given_y((4, 4, 3), seed)
        rows = drawn(pmf, 250, rng)
        result = ff.pid(*rows, random_state=seed)
        test = ff.permutation_test(*rows, n_permutations=39, random_state=seed)
        if result.confidence_interval.low.synergy > 0:
            assert test.pvalue <= 0.05
        elif test.pvalue_z is not None:
            assert test.pvalue_z > 0.025


def test_no_p_value_is_below_what_the_walks_support(parity):
    many = [np.repeat(states, 20) for states in parity]
    test = ff.permutation_test(*many, n_permutations=39)
    assert test.pvalue == test.least_pvalue == 1 / 40
    assert test.pvalue_interaction == test.pvalue_z == 1 / 80
    assert "; twice the smaller of interaction p 0.0125 and z p 0.0125; null: S = 0)" in repr(
        test
    )


def test_the_error_is_left_out_where_it_is_not_known():
    test = ff.permutation_test([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0], n_permutations=19)
    assert test.pvalue_z is None
    assert test.pvalue == 1.0
    assert "z p left out" in repr(test)
    # S = 0 in the counts: no sign of any
    x = np.arange(60) % 3
    test = ff.permutation_test(x, x, x, n_permutations=19)
    assert (test.pvalue_z, test.pvalue) == (None, 1.0)


def test_the_parts_are_shown_as_parts(parity):
    tests = ff.permutation_test(*parity, ("synergy", "interaction", "mi1"), n_permutations=39)
    whole, part, other = map(repr, tests.values())
    assert "pvalue 0.025 from 79 walks; plug-in synergy = " in whole
    assert "; twice the smaller of interaction p 0.0125 and z p " in whole
    assert " bits of interaction + " in part
    assert "twice" not in part
    assert "interaction" not in other
    assert all(getattr(tests["mi1"], name) is None for name in PARTS)


# -- walks and fits by themselves ------------------------------------------------------


def test_walks_do_not_depend_on_the_number_of_threads(rng):
    table = pair_counts(read_samples(*rng.integers(6, size=(3, 400))))
    one, two = (
        _core.walks_from_root(*table, steps=3000, walks=30, seed=1, num_threads=threads)
        for threads in (1, 2)
    )
    np.testing.assert_array_equal(one, two)
    other = _core.walks_from_root(*table, steps=3000, walks=30, seed=2, num_threads=1)
    assert (one != other).any()


def test_pairs_are_counted_where_they_occur(rng):
    rows = rng.integers(50, size=(3, 40))
    table = pair_counts(read_samples(*rows))
    assert table.counts.sum() == 40
    assert table.counts.sum(1).min() == 1
    states = [np.unique(row, return_inverse=True)[1] for row in rows]
    pairs = set(zip(table.x1.tolist(), table.x2.tolist(), strict=True))
    assert pairs == set(zip(states[0].tolist(), states[1].tolist(), strict=True))


def test_a_fit_on_the_boundary_is_solved_to_its_gap():
    """Whose log-linear parameters are infinite, so that what is left falls like 1 / cycles."""
    rng = np.random.default_rng(0)
    table = pair_counts(read_samples(*(rng.integers(8, size=(3, 90)))))
    rough, fine = (interaction_of(table, tol) for tol in (1e-3, 1e-6))
    assert rough.gap <= 1e-3
    assert 0 <= rough.value - fine.value <= 3e-3


def test_a_table_that_its_pairs_tell_has_no_interaction():
    x1, x2, y = (states.ravel() for states in np.indices((3, 4, 2)))
    table = pair_counts(read_samples(*np.repeat([x1, x2, y], 5, axis=1)))
    assert interaction_of(table, 1e-9).value == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"counts": np.zeros((2, 2))}, "counts: expected a C-contiguous array of int64"),
        ({"counts": np.zeros(2, dtype=int)}, "counts: expected 2 axes, got 1"),
        ({"counts": np.array([[1, -1], [0, 0]])}, "expected none below 0"),
        ({"counts": np.full((2, 2), 2**52)}, "at most 2\\^53 in all"),
        ({"x1": np.arange(3)}, "x1, x2: expected as many as counts has rows"),
        ({"x1": np.zeros(2, int), "x2": np.zeros(2, int)}, "expected each pair of states once"),
        ({"steps": -1}, "steps, walks: expected none below 0"),
    ],
)
def test_walks_refuse_what_is_no_table(change, message):
    arguments = {"x1": np.arange(2), "x2": np.arange(2), "counts": np.ones((2, 2), dtype=int)}
    options = {"steps": 10, "walks": 2, "seed": 0, "num_threads": 1}
    with pytest.raises(ValueError, match=message):
        _core.walks_from_root(**(arguments | options | change))


def test_nothing_moves_where_no_pairs_share_states():
    table = PairCounts(np.arange(5), np.arange(5), np.arange(10).reshape(5, 2))
    ends = _core.walks_from_root(*table, steps=100, walks=3, seed=0, num_threads=1)
    np.testing.assert_allclose(ends, xlogy(table.counts, table.counts).sum())


@pytest.mark.parametrize("statistic", ["synergy", "interaction"])
def test_rows_of_probabilities_are_refused(parity, statistic):
    x1, x2, y = parity
    message = f"statistic: {statistic!r} walks over tables of counts.*expected 'information'"
    soft = 0.9 * np.eye(3)[y] + 0.1 / 3
    with pytest.raises(ValueError, match=message):
        ff.permutation_test(x1, x2, soft, ["mi1", statistic])
