# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Permutation tests: what is permuted, how p-values are counted, and that they are fair."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control

import fourfold as ff
from fourfold.inference.permutation import STATISTICS
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in
from tests.support.tables import drawn

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


@pytest.fixture
def parity(rng):
    x1, x2 = rng.integers(3, size=(2, 90))
    return x1, x2, np.where(rng.random(90) < 0.2, rng.integers(3, size=90), (x1 + x2) % 3)


def test_the_p_value_counts_the_observed_table_too(parity):
    test = ff.permutation_test(*parity, "information", n_permutations=39, random_state=2)
    assert test.statistic == pytest.approx(plug_in(*parity).mi_joint, abs=1e-12)
    assert test.null_distribution.shape == (39,)
    assert test.null_distribution.max() < test.statistic
    assert test.pvalue == test.least_pvalue == 1 / 40
    assert test.name == "information"
    assert test.synergy_interaction is None
    assert test.pvalue_z is None
    assert test.null == "the sources say nothing about Y"
    assert "pvalue 0.025 from 39 permutations" in repr(test)


@pytest.mark.parametrize("name", sorted({*STATISTICS} - {"synergy"}))
def test_p_values_are_the_rank_in_the_null_distribution(rng, name):
    x1, x2, y = rng.integers(3, size=(3, 60))
    test = ff.permutation_test(x1, x2, y, name, n_permutations=50, tol=1e-8)
    as_large = (test.null_distribution >= test.statistic - 1e-8).sum()
    assert test.pvalue == pytest.approx((1 + as_large) / 51)
    assert 0 < test.pvalue <= 1


def test_several_statistics_share_their_permutations(parity):
    names = (*ATOMS, "conditional1", "conditional2", "information", "mi_joint")
    tests = ff.permutation_test(*parity, names, n_permutations=30)
    assert list(tests) == list(names)
    assert {test.name for test in tests.values()} == set(tests)
    parts = ff.permutation_test(
        *parity, ("unique1", "unique2", "mi1", "mi2"), n_permutations=30
    )
    null = {name: test.null_distribution for name, test in parts.items()}
    # U1 - U2 = I(X1;Y) - I(X2;Y), in each permutation
    np.testing.assert_allclose(
        null["unique1"] - null["unique2"], null["mi1"] - null["mi2"], atol=1e-12
    )
    np.testing.assert_array_equal(null["unique1"], tests["unique1"].null_distribution)
    np.testing.assert_array_equal(
        tests["information"].null_distribution, tests["mi_joint"].null_distribution
    )
    assert tests["unique1"].null == "the sources say nothing about Y"
    assert tests["conditional1"].null == "Y is independent of X1 given X2"
    assert tests["conditional2"].null == "Y is independent of X2 given X1"
    result = plug_in(*parity)
    for k, unique in ((1, result.unique1), (2, result.unique2)):
        value = tests[f"conditional{k}"].statistic
        assert value == pytest.approx(unique + result.synergy, abs=1e-12)


def test_the_redundancy_takes_the_larger_of_two_p_values(rng):
    """Only X1 says something, so that permuting X1 alone would wrongly show a redundancy."""
    x1, x2 = rng.integers(3, size=(2, 80))
    test = ff.permutation_test(x1, x2, x1, "redundancy", n_permutations=99)
    assert test.pvalue > 0.05
    both = ff.permutation_test(x1, x1, x1, "redundancy", n_permutations=99)
    assert both.pvalue == 0.01


def test_each_atom_is_found_where_it_is(rng):
    bits = rng.integers(2, size=(4, 400))
    a, b, c, d = bits
    cases = {
        "redundancy": (a, a, a),
        "unique1": (a, b, a),
        "unique2": (a, b, b),
        "synergy": (a, b, a ^ b),
    }
    for name, rows in cases.items():
        tests = ff.permutation_test(*rows, ATOMS, n_permutations=99)
        assert tests[name].pvalue == 0.01
        for other in set(ATOMS) - {name}:
            assert tests[other].pvalue > 0.01, (name, other)
    nothing = ff.permutation_test(a, b, c ^ d & a, ATOMS, n_permutations=19)
    assert max(test.pvalue for test in nothing.values()) > 0.05


@pytest.mark.parametrize("name", ["conditional1", "unique1", "interaction", "information"])
def test_p_values_are_uniform_where_the_null_is_exact(rng, name):
    """150 data sets; binomial, three standard deviations."""
    pvalues = []
    for k in range(150):
        x2 = rng.integers(4, size=60)
        x1 = np.where(rng.random(60) < 0.3, x2, rng.integers(4, size=60))
        y = rng.integers(4, size=60)
        if name == "conditional1":  # Y depends on X2, and on X1 only through it
            y = np.where(rng.random(60) < 0.2, x2, y)
        test = ff.permutation_test(x1, x2, y, name, n_permutations=19, random_state=k, tol=1e-4)
        pvalues.append(test.pvalue)
    for level in (0.2, 0.5):
        share = np.mean(np.array(pvalues) <= level)
        assert abs(share - level) < 3 * np.sqrt(level * (1 - level) / 150) + 0.02


def test_a_degraded_source_is_not_called_unique(rng):
    """X1 is X2 through a channel, but not row by row: U1 = 0, and S is not."""
    found = {"unique1": 0, "conditional1": 0}
    for k in range(40):
        pmf = ff.gates.blackwell(4, 4, 3, random_state=k).pmf
        rows = drawn(pmf, 200, rng)
        tests = ff.permutation_test(*rows, tuple(found), n_permutations=19, random_state=k)
        for name, test in tests.items():
            found[name] += test.pvalue <= 0.05
    assert found["unique1"] <= 6
    assert found["conditional1"] >= 10


def test_of_the_null_example_nothing_is_significant(rng):
    """24 rows, 10 clusters a side, independent labels; each of 20 data sets."""
    significant = 0
    for k in range(20):
        rows = rng.integers(10, size=(3, 24))
        tests = ff.permutation_test(*rows, ATOMS, n_permutations=99, random_state=k)
        significant += min(ff.adjust_pvalues(tests).values()) <= 0.05
    assert significant <= 3


def test_the_same_seed_gives_the_same_numbers(parity):
    one, other = (
        ff.permutation_test(*parity, n_permutations=30, random_state=5) for _ in range(2)
    )
    np.testing.assert_array_equal(one.null_distribution, other.null_distribution)
    third = ff.permutation_test(
        *parity, n_permutations=30, random_state=np.random.default_rng(6)
    )
    assert (third.null_distribution != one.null_distribution).any()


def test_probabilities_are_permuted_as_rows(parity, rng):
    x1, x2, y = parity
    soft = np.eye(3)[y] * 0.9 + rng.dirichlet([1, 1, 1], 90) * 0.1
    names = (*ATOMS[:3], "information", "conditional1")
    tests = ff.permutation_test(x1, x2, soft, names, n_permutations=39)
    assert tests["information"].pvalue == tests["conditional1"].pvalue == 1 / 40
    assert tests["redundancy"].pvalue > 0.05


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg(parity):
    pvalues = [0.01, 0.02, 0.03, 0.5]
    np.testing.assert_allclose(ff.adjust_pvalues(pvalues), [0.04, 0.04, 0.04, 0.5])
    tests = ff.permutation_test(*parity, ATOMS, n_permutations=99)
    adjusted = ff.adjust_pvalues(tests)
    assert list(adjusted) == list(tests)
    expected = false_discovery_control([test.pvalue for test in tests.values()])
    np.testing.assert_allclose(list(adjusted.values()), expected)


@ignore_undersampled
def test_all_p_values_of_several_comparisons_are_one_family(rng):
    rows = rng.integers(3, size=(4, 300))
    results = [ff.pid(x, rows[2], rows[3]) for x in (*rows[:2], rows[3])]
    layers = {"early": ff.compare(*results[:2]), "late": ff.compare(results[2], results[0])}
    adjusted = ff.adjust_pvalues(layers)
    family = [p for each in layers.values() for p in each.pvalue]
    assert [p for each in adjusted.values() for p in each] == pytest.approx(
        false_discovery_control(family)
    )
    assert adjusted["late"].unique1 < 0.05
    assert ff.adjust_pvalues([layers["late"], 0.5])[0].unique1 < 0.05


def test_a_test_does_not_depend_on_the_others(parity):
    for name in ("synergy", "interaction", "unique1"):
        alone = ff.permutation_test(*parity, name, n_permutations=20)
        for names in (
            ("conditional1", name),
            ["synergy", "redundancy", name],
            np.array([name]),
        ):
            among = ff.permutation_test(*parity, names, n_permutations=20)[name]
            np.testing.assert_array_equal(among.null_distribution, alone.null_distribution)
            assert among.pvalue == alone.pvalue


def test_a_least_p_value_that_adjusting_makes_useless_is_told(parity):
    tests = ff.permutation_test(*parity, ATOMS, n_permutations=39)
    told = "'synergy' has the least p-value that 39 permutations allow, 0.025, and 0.1 adjusted"
    with pytest.warns(ff.FewPermutationsWarning, match=f"{told}.*n_permutations=79") as caught:
        adjusted = ff.adjust_pvalues(tests)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert adjusted["synergy"] == pytest.approx(0.1)
    enough = ff.permutation_test(*parity, ATOMS, n_permutations=79)
    assert ff.adjust_pvalues(enough)["synergy"] == pytest.approx(0.05)
