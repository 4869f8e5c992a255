# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Permutation tests of counts: those of the rows, of any number of them."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.inference.permutation import STATISTICS
from fourfold.solve import backends
from tests.support.plug_in import plug_in


@pytest.fixture
def rows(rng):
    """Several samples a cell, so that tables are drawn of their margins."""
    x1, x2 = rng.integers(3, size=(2, 900))
    return x1, x2, np.where(rng.random(900) < 0.8, rng.integers(3, size=900), (x1 + x2) % 3)


def assert_same(one, other):
    assert list(one) == list(other)
    for name, test in one.items():
        np.testing.assert_array_equal(test.null_distribution, other[name].null_distribution)
        assert test.statistic == other[name].statistic
        assert test.pvalue == other[name].pvalue
        assert repr(test) == repr(other[name])


@pytest.mark.parametrize("n", [60, 900])
def test_counts_are_tested_as_their_rows(rows, rng, n):
    """To the bit, in any order of the rows and pieces; with few and with many samples a cell."""
    columns = [column[:n] for column in rows]
    tests = ff.permutation_test(*columns, STATISTICS, n_permutations=39)
    parts = [ff.Counts.from_labels(*(column[k::3] for column in columns)) for k in (2, 0, 1)]
    assert_same(ff.permutation_test(sum(parts), statistic=STATISTICS, n_permutations=39), tests)
    order = rng.permutation(n)
    shuffled = [column[order] for column in columns]
    assert_same(ff.permutation_test(*shuffled, STATISTICS, n_permutations=39), tests)


def test_what_states_are_called_does_not_matter(rows):
    x1, x2, y = rows
    names = ("redundancy", "unique1", "conditional1", "mi2")
    tests = ff.permutation_test(x1, x2, y, names, n_permutations=39)
    words = np.array(["c", "a", "b"])
    others = ff.permutation_test(words[x1], 2 - x2, words[y], names, n_permutations=39)
    for name, test in tests.items():
        np.testing.assert_allclose(
            test.null_distribution, others[name].null_distribution, atol=2e-4
        )


def test_states_without_samples_change_nothing(rows):
    tests = ff.permutation_test(*rows, STATISTICS, n_permutations=39)
    table = np.zeros((5, 4, 4), dtype=np.int64)
    np.add.at(table, tuple(column + 1 for column in rows), 1)
    others = ff.permutation_test(
        ff.Counts.from_table(table), statistic=STATISTICS, n_permutations=39
    )
    for name, test in tests.items():
        assert test.statistic == pytest.approx(others[name].statistic, abs=2e-4)
        assert test.pvalue == pytest.approx(others[name].pvalue, abs=0.11)


@pytest.mark.parametrize("n", [10**5, 10**9, 10**13])
def test_any_number_of_samples_is_tested(n):
    """Noisy parity that is found, beside a source that says nothing, which is not."""
    rng = np.random.default_rng(0)
    pmf = np.full((3, 3, 3), 1 / 27)
    states = np.indices((3, 3))
    pmf[*states, states.sum(0) % 3] *= 1.2
    counts = ff.Counts.from_table(rng.multinomial(n, pmf.ravel() / pmf.sum()).reshape(3, 3, 3))
    names = ("interaction", "synergy", "conditional1", "information", "mi1", "unique2")
    tests = ff.permutation_test(counts, statistic=names, n_permutations=99)
    for name in names[:4]:
        assert tests[name].pvalue == 0.01
    for name in names[4:]:
        assert tests[name].pvalue > 0.02
    # of nothing, 2 N I ln 2 is a chi-square of as many degrees of freedom as are permuted away
    for name, freedom in (("information", 16), ("mi1", 4), ("conditional1", 12)):
        scaled = 2 * np.log(2) * n * tests[name].null_distribution
        error = np.sqrt(2 * freedom / 99)
        assert scaled.mean() == pytest.approx(freedom, abs=5 * error), name


def test_informations_are_tested_without_a_solve(rows, monkeypatch):
    solved = []

    def counted(p1y, p2y, options):
        solved.append(len(p1y))
        return solve(p1y, p2y, options)

    solve = backends.solve_batch
    monkeypatch.setattr("fourfold.solve.backends.solve_batch", counted)
    exact = ("information", "mi1", "conditional1", "conditional2")
    tests = ff.permutation_test(*rows, exact, n_permutations=50)
    assert solved == [1]
    beside = ff.permutation_test(*rows, (*exact, "unique1"), n_permutations=50)
    assert sum(solved) == 52
    for name in exact:
        np.testing.assert_array_equal(
            tests[name].null_distribution, beside[name].null_distribution
        )
    assert tests["mi1"].statistic == pytest.approx(plug_in(*rows).mi1, abs=1e-12)


def test_a_wrong_mixture_is_refused(rows):
    counts = ff.Counts.from_labels(*rows)
    for arguments, name in (
        ((counts, rows[1], rows[2]), "x2: the counts given as x1 hold x1, x2 and y"),
        ((counts, "information"), "x2: .*give what follows them by name"),
        ((counts, None, rows[2]), "y: the counts"),
        ((rows[0], counts, rows[2]), "x2: counts hold x1, x2 and y; give them alone"),
        (rows[:2], "y: expected labels as for x1, got None; only a fourfold.Counts"),
    ):
        with pytest.raises(TypeError, match=name):
            ff.permutation_test(*arguments, n_permutations=19)
    with pytest.raises(ValueError, match="x1: these counts hold no samples"):
        ff.permutation_test(ff.Counts())
    huge = ff.Counts.from_table([[[2**53, 1]]])
    for name in ("synergy", "information"):
        with pytest.raises(ValueError, match=r"x1: tables of 9007199254740993 samples"):
            ff.permutation_test(huge, statistic=name)
    weighted = ff.Counts.from_labels(*rows, weights=np.linspace(0.1, 2, 900))
    with pytest.raises(ValueError, match="x1: these counts are weights that are no whole"):
        ff.permutation_test(weighted)
