# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What stands behind a union information: dual factors, bounds by other subsets, pairs, counts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

import fourfold as ff
from fourfold.inputs.subsets import read_subsets
from fourfold.solve.union.from_marginals import union_information_from_marginals
from fourfold.solve.union.from_table import union_information_from_table
from fourfold.solve.union.options import UnionOptions
from fourfold.solve.union.set_bounds import monotone, with_one_more
from fourfold.solve.union.solved import solved_unions
from fourfold.solve.union.tree_bound import tree_bound
from tests.support.several_sources import marginals_of, random_marginals, tables_of_many


def value(tables, factors):
    """H(Y) + sum_i E log2 a_i, of factors that are checked to be feasible."""
    classes = tables[0].sum(0)
    product = np.ones((1, len(classes)))
    for factor in factors:
        product = (product[:, None] * np.exp2(factor)).reshape(-1, len(classes))
    assert product.sum(1).max() <= 1 + 1e-12
    seen = classes > 0
    bits = -(classes[seen] * np.log2(classes[seen])).sum()
    for table, factor in zip(tables, factors, strict=True):
        np.testing.assert_array_equal(factor == -np.inf, table == 0)
        bits += (table[table > 0] * factor[table > 0]).sum()
    return bits


@given(tables_of_many())
@settings(max_examples=30)
@pytest.mark.parametrize("method", ["auto", "pairs"])
def test_lower_bounds_are_those_of_the_factors(method, table):
    tables = marginals_of(table)
    subsets = read_subsets(None, [str(k) for k in range(len(tables))])
    options = UnionOptions.checked(1e-7, 1000, 1, method)
    found = solved_unions(tables, subsets, options)
    for subset, lower, factors in zip(subsets, found.lower, found.duals, strict=True):
        of_subset = value([tables[k] for k in subset], factors)
        assert of_subset == pytest.approx(lower, abs=1e-9)


def test_no_factors_unless_asked_for():
    tables = random_marginals((3, 3, 3), 3)
    options = UnionOptions.checked(1e-6, 1000, None)
    assert solved_unions(tables, [(0, 1, 2)], options, duals=False).duals == []


def test_bounds_of_subsets_bound_others():
    subsets = [(0,), (1,), (0, 1), (1, 2), (0, 1, 2)]
    lower = np.array([[0.5, 0.2, 0.4, 0.6, 0.3]])
    upper = np.array([[0.5, 0.2, 0.9, 0.8, 0.7]])
    (low,), (high,) = monotone(lower, upper, subsets)
    np.testing.assert_array_equal(low, [0.5, 0.2, 0.5, 0.6, 0.6])
    np.testing.assert_array_equal(high, [0.5, 0.2, 0.7, 0.7, 0.7])
    more = with_one_more(np.full(5, 2.0), subsets, np.array([0.5, 0.2, 0.4]))
    np.testing.assert_allclose(more, [0.5, 0.2, 0.7, 0.6, 1.1])


def test_other_subsets_help_where_steps_run_out():
    tables = random_marginals((6, 6, 6), 4, seed=1)
    with pytest.warns(ff.ConvergenceWarning, match="lower and upper hold"):
        result = union_information_from_marginals(tables, max_iter=0)
    assert not result.converged.all()
    exact = union_information_from_marginals(tables)
    assert np.all(result.lower <= exact.upper + 1e-10)
    assert np.all(result.upper >= exact.lower - 1e-10)
    single = result.information[:3]
    assert result.lower[-1] >= single.max()
    assert result.upper[-1] <= single.sum()


def test_heaviest_tree():
    single = np.array([1.0, 1.0, 1.0, 1.0])
    # sources 0, 1 and 2 tell nearly the same, 3 tells something else
    upper = {(0, 1): 1.1, (0, 2): 1.1, (1, 2): 1.2, (0, 3): 2.0, (1, 3): 2.0, (2, 3): 1.9}
    assert tree_bound(single, upper, (0, 1, 2)) == pytest.approx(3 - 0.9 - 0.9)
    assert tree_bound(single, upper, (0, 1, 2, 3)) == pytest.approx(4 - 0.9 - 0.9 - 0.1)


def test_pairs_are_the_decompositions_of_two():
    tables = dict(zip("abc", random_marginals((3, 4, 2), 3), strict=True))
    result = union_information_from_marginals(tables, {("a", "b"): 1.0}, tol=1e-8)
    assert [*result.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    for (one, other), pair in result.pairs.items():
        joint = 1.0 if (one, other) == ("a", "b") else None
        exact = ff.decompose_marginals(tables[one], tables[other], joint, tol=1e-8)
        np.testing.assert_allclose(pair.atoms, exact.atoms, rtol=0, atol=1e-15, equal_nan=True)
        union = result[one, other].union_information
        assert union == pytest.approx(exact.union_information, abs=2e-8)


@pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning")
def test_pairs_of_a_table_know_their_synergy_and_their_samples():
    counts = np.random.default_rng(0).integers(0, 9, (2, 3, 2, 2))
    result = union_information_from_table(counts, tol=1e-8)
    exact = ff.decompose(counts.sum(2), tol=1e-8)
    pair = result.pairs["x1", "x2"]
    np.testing.assert_allclose(pair.atoms, exact.atoms, rtol=0, atol=1e-15)
    assert pair.n_samples == exact.n_samples == result.n_samples == counts.sum()
    np.testing.assert_allclose(pair.bias, exact.bias)


def test_counts_that_are_few_are_said_to_be():
    rng = np.random.default_rng(1)
    table = rng.multinomial(40, np.full(4**3 * 3, 1 / 192)).reshape(4, 4, 4, 3)
    with pytest.warns(ff.UndersampledWarning, match="not corrected here"):
        result = union_information_from_table(table)
    assert result.undersampled[-1]  # nothing is told of these classes, and all of it is synergy
    np.testing.assert_allclose(result.samples_per_cell[[0, -1]], [40 / 12, 40 / 192])
    many = union_information_from_table(1000 * table)
    assert not many.undersampled.any()
    np.testing.assert_allclose(many.union_information, result.union_information, atol=2e-6)
    # of marginals nothing is known of the cells, but what v* itself is of
    with pytest.warns(ff.UndersampledWarning, match="not corrected here"):
        alone = union_information_from_marginals(marginals_of(table))
    assert alone.n_samples == 40
    assert alone.bias_correction == "none"


def test_synergy_of_few_counts_is_bias_where_the_union_is_none():
    rng = np.random.default_rng(2)
    y, *noise = rng.integers((2, 6, 6, 6), size=(500, 4)).T
    table = np.zeros((6, 6, 6, 2), dtype=int)
    np.add.at(table, (np.where(y, noise[0], 0), noise[1], noise[2], y), 1)
    with pytest.warns(ff.UndersampledWarning, match="not corrected here"):
        result = union_information_from_table(table)
    poor = dict(zip(result.subsets, result.undersampled, strict=True))
    assert poor["x1", "x2", "x3"]
    assert not poor["x1",]
    assert not union_information_from_marginals(marginals_of(table)).undersampled[-1]


def test_a_pattern_of_zeros_and_ones_is_no_sample():
    result = union_information_from_table((ff.gates.parity(3).pmf > 0).astype(int))
    assert result.samples_per_cell is None
    assert result["x1", "x2", "x3"].synergy == pytest.approx(1, abs=1e-6)


def test_information_of_a_table_bounds_the_union():
    rng = np.random.default_rng(2)
    table = rng.dirichlet(np.full(3**3 * 3, 0.2)).reshape(3, 3, 3, 3)
    whole = union_information_from_table(table, tol=1e-8)
    bits = whole["x1", "x2", "x3"].information
    result = union_information_from_marginals(marginals_of(table), bits, tol=1e-8)
    assert result.synergy[-1] == pytest.approx(whole.synergy[-1], abs=2e-8)
    assert np.isnan(result.synergy[3])
    np.testing.assert_allclose(result.union_information, whole.union_information, atol=2e-8)


def test_no_memory_of_all_tuples():
    # 3000^10 of them
    rng = np.random.default_rng(3)
    tables = rng.dirichlet(np.ones(3000), size=(10, 2)).transpose(0, 2, 1) / 2
    result = union_information_from_marginals(tables, subsets=[range(10)])
    assert result.gap[0] < 1e-11
    # in closed form: the concave hull of all ROC curves
    assert result.iterations[0] == 0


def test_the_same_from_a_mapping_a_list_and_an_array():
    tables = random_marginals((3, 3, 3), 3)
    one = union_information_from_marginals(dict(zip("abc", tables, strict=True)))
    for given_as in (tables, tuple(tables), np.array(tables)):
        other = union_information_from_marginals(given_as, source_names=["a", "b", "c"])
        assert dataclasses.replace(other, pairs={}) == dataclasses.replace(one, pairs={})
