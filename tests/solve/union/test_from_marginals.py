# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of several sources from their tables: what is known of it exactly."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings

from fourfold import gates
from fourfold.solve.union.from_marginals import union_information_from_marginals
from tests.support.paths import TESTS
from tests.support.several_sources import marginals_of, random_marginals, tables_of_many

CONIC = json.loads((TESTS / "data" / "unions.json").read_text())

GATES = [gate(n) for gate in (gates.parity, gates.conjunction, gates.copies) for n in (2, 3, 4)]


def of_all(marginals, **options):
    """The union of all sources, with its bounds."""
    return union_information_from_marginals(
        marginals, subsets=[range(len(marginals))], **{"tol": 1e-9} | options
    )


def assert_holds(result, exact, slack=1e-10):
    assert result.converged.all()
    assert result.lower[-1] - slack <= exact <= result.upper[-1] + slack


@pytest.mark.parametrize("gate", GATES, ids=repr)
def test_gates(gate):
    assert_holds(of_all(marginals_of(gate.pmf)), gate.union_information)


def test_two_bits_and_whether_they_differ():
    first, second = np.indices((2, 2)).reshape(2, 4)
    tables = [np.eye(2)[x].T / 4 for x in (first, second, first ^ second)]
    result = union_information_from_marginals(tables, 2.0)
    np.testing.assert_allclose(result.union_information, [1, 1, 1, 2, 2, 2, 2], atol=1e-6)
    # what is no redundancy of three: by inclusion and exclusion of v* it would be -1
    assert result.synergy[-1] == pytest.approx(0, abs=1e-6)
    assert dict(result.unique) == pytest.approx({"x1": 0, "x2": 0, "x3": 0}, abs=1e-6)


@pytest.mark.parametrize(
    "case", CONIC["cases"], ids=lambda case: str(np.shape(case["tables"][0]))
)
@pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning")
@pytest.mark.parametrize("method", ["dense", "working-set"])
def test_agrees_with_a_conic_solver(case, method):
    result = of_all(case["tables"], method=method)
    assert_holds(result, case["union_information"], CONIC["tolerance"])


def test_not_submodular_from_four_sources_on():
    # of two that have two sources in common, v* of both may be more than v* of each less that of
    # what they have in common
    tables = random_marginals((2, 3, 3, 2), 4, seed=434, concentration=0.2)
    result = union_information_from_marginals(tables, tol=1e-8)
    subsets = ((0, 1, 2), (1, 2, 3), (1, 2), (0, 1, 2, 3))
    exact = 0.929299, 0.922169, 0.768089, 1.168089
    found = [result[subset].union_information for subset in subsets]
    np.testing.assert_allclose(found, exact, rtol=0, atol=6e-7)
    one, other, both, whole = found
    assert whole - one - other + both > 0.0847
    # so it may matter more what a source tells when there are more of others
    unique = result[0, 1, 2].lower - result[1, 2].upper, result.unique.lower[0]
    assert unique[1] > unique[0] + 0.08


@given(tables_of_many())
@settings(max_examples=40)  # of all subsets each
def test_monotone_and_subadditive(table):
    tables = marginals_of(table)
    result = union_information_from_marginals(tables, tol=1e-7)
    assert result.converged.all()
    place = {frozenset(subset): k for k, subset in enumerate(result.subsets)}
    single = {name: result[name].information for name in result.source_names}
    for subset, k in place.items():
        assert result.lower[k] >= max(single[name] for name in subset)
        for name in subset:
            rest = place.get(subset - {name})
            if rest is not None:
                assert result.upper[rest] <= result.upper[k]
                assert result.lower[rest] <= result.lower[k]
                assert result.upper[k] <= result.upper[rest] + single[name] + 1e-12
    assert result.upper.max() <= result.entropy + 1e-12


@given(tables_of_many(sources=(3, 3)))
@settings(max_examples=50)
def test_submodular_of_three_sources(table):
    result = union_information_from_marginals(marginals_of(table), tol=1e-7)
    for i, j, k in itertools.permutations(range(3)):
        both = result[i, j].upper + result[j, k].upper
        assert result[0, 1, 2].lower <= both - result[j].information + 1e-12


@given(tables_of_many(classes=(4, 4)))
@settings(max_examples=50)
@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
def test_by_pairs_there_is_an_interval_around_it(table):
    tables = marginals_of(table)
    wide = of_all(tables, method="pairs")
    found = of_all(tables, tol=1e-7)
    assert wide.lower[0] <= found.upper[0] + 1e-10
    assert found.lower[0] <= wide.upper[0] + 1e-10
    assert len(wide.pairs) == len(tables) * (len(tables) - 1) // 2
