# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rank correlations under weights, their intervals, and what errors take from them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr, t

from benchmarks.families.study import intervals
from fourfold.workflows.families.correlations import (
    QUANTITIES,
    Ranked,
    between_datasets,
    between_families,
    correlations,
    quantities,
)
from fourfold.workflows.families.ranks import (
    jackknifed,
    reliability,
    signs,
    unattenuated,
    weighted_ranks,
)


@pytest.mark.parametrize("ties", [False, True])
def test_correlations_are_those_of_the_models_that_are_in(ties):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 15))
    if ties:
        x, y = np.round(x), np.round(y)
    weights = (rng.random((6, 15)) < 0.7).astype(float)
    rho, tau = weighted_ranks(signs(x), signs(y), weights)
    for k, row in enumerate(weights > 0):
        assert rho[k] == pytest.approx(spearmanr(x[row], y[row])[0])
        assert tau[k] == pytest.approx(kendalltau(x[row], y[row])[0])


def test_a_model_that_counts_twice_is_two_models():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 9))
    counts = np.array([2, 1, 1, 3, 1, 1, 1, 1, 2])
    rho, tau = weighted_ranks(signs(x), signs(y), counts[None].astype(float))
    copies = np.repeat(np.arange(9), counts)
    assert rho[0] == pytest.approx(spearmanr(x[copies], y[copies])[0])
    assert tau[0] == pytest.approx(kendalltau(x[copies], y[copies])[0])


def test_no_ranks_where_one_side_is_constant():
    found = weighted_ranks(signs(np.ones(5)), signs(np.arange(5.0)), np.ones((1, 5)))
    assert np.isnan(found).all()


def test_the_interval_is_fishers_with_the_scatter_of_leaving_out():
    values = np.array([0.5, 0.4, 0.55, 0.6, 0.45])
    z = np.arctanh(values)
    half = t.ppf(0.95, 3) * np.sqrt(3 / 4 * ((z[1:] - z[1:].mean()) ** 2).sum())
    found = jackknifed(values, 20, 0.9)
    assert (found.low, found.high) == pytest.approx(tuple(np.tanh([z[0] - half, z[0] + half])))
    assert found.pvalue == pytest.approx(2 * t.sf(z[0] * t.ppf(0.95, 3) / half, 3))
    assert np.isnan(jackknifed(values[:3], 20, 0.9).low)  # of two units there is no scatter


def test_perfect_agreement_has_an_interval():
    found = jackknifed(np.ones(9), 8, 0.95)
    assert 0 < found.low < found.high <= 1


@pytest.mark.parametrize("share", [0.9, 0.6])
def test_the_share_that_is_no_error_is_found_from_ranks(share):
    rng = np.random.default_rng(2)
    error = np.sqrt(1 - share)
    found = [
        reliability(np.sqrt(share) * a + error * e, np.full(200, error), rng)
        for a, e in rng.standard_normal((8, 2, 200))
    ]
    assert np.mean(found) == pytest.approx(share, abs=0.04)


def test_what_errors_take_is_given_back():
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((2, 4000))
    b = 0.8 * a + 0.6 * b
    noisy = a + 0.7 * rng.standard_normal(4000)
    share = np.sqrt(1 / 1.49)
    for kind, statistic in (("spearman", spearmanr), ("kendall", kendalltau)):
        true, seen = statistic(a, b)[0], statistic(noisy, b)[0]
        assert seen < true - 0.1
        assert unattenuated(seen, share, kind) == pytest.approx(true, abs=0.03)
    assert unattenuated(0.9, 0.5, "spearman") == 1


def test_no_reliability_without_errors_or_with_nothing_but_errors():
    rng = np.random.default_rng(4)
    values = rng.standard_normal(20)
    assert np.isnan(reliability(values, np.full(20, np.nan), rng))
    assert reliability(values, np.zeros(20), rng) == 1
    assert reliability(values, np.full(20, 5.0), rng) < 0.25


def _ranked(values, errors=0.0, units=None):
    """The same numbers as all quantities."""
    q, (m, d) = len(QUANTITIES), values.shape
    units = np.arange(m) if units is None else units
    return Ranked(np.broadcast_to(values, (q, m, d)), np.full((q, m, d), errors), units, 0.95)


def test_pooled_is_the_mean_over_data_sets_and_models_may_be_missing():
    rng = np.random.default_rng(5)
    values, column = rng.standard_normal((2, 12, 3))
    values[4, 1] = np.nan
    found = correlations(
        _ranked(values), {"c": (column, np.zeros((12, 3)))}, ("a", "b", "c"), rng
    )
    own = ~np.isnan(values)
    each = [spearmanr(values[own[:, d], d], column[own[:, d], d])[0] for d in range(3)]
    assert found.spearman[0, 0] == pytest.approx([*each, np.mean(each)])
    assert found.n_models[0, 0].tolist() == [12, 11, 12, 12]
    assert found.datasets == ("a", "b", "c", "pooled")
    assert (found.adjusted_pvalues >= found.pvalues).all()


def test_data_sets_that_disagree_lose_nothing_in_the_mean():
    rng = np.random.default_rng(12)
    values = rng.standard_normal((20, 2))
    column = values * [1, -1]
    of = _ranked(values, errors=0.4)
    found = correlations(of, {"c": (column, 0 * column)}, ("a", "b"), rng)
    assert found.spearman_true[0, 0] == pytest.approx([1, -1, 0])
    assert found.reliability[0, 0, 2] < 0.95


def test_kin_are_not_independent():
    rng = np.random.default_rng(6)
    family = np.repeat(np.arange(5), 4)
    shared = rng.standard_normal((2, 5))[:, family]
    values, column = (shared + 0.1 * rng.standard_normal((2, 20)))[..., None]
    widths = [
        float(np.squeeze((found.spearman_high - found.spearman_low)[0]))
        for units in (None, family)
        for found in [
            correlations(_ranked(values, units=units), {"c": (column, 0 * column)}, ("a",), rng)
        ]
    ]
    assert widths[1] > 1.3 * widths[0]


def test_errors_as_large_as_differences_say_nothing_of_true_ranks():
    rng = np.random.default_rng(7)
    values = rng.standard_normal((20, 1))
    found = correlations(_ranked(values, errors=3.0), {"c": (values, 0 * values)}, ("a",), rng)
    assert np.isnan(found.spearman_true).all()
    assert (found.spearman_low == -1).all()
    assert (found.spearman_high == 1).all()
    assert found.spearman[0, 0, 0] == pytest.approx(1)


@pytest.mark.parametrize("true", [0.0, 0.7])
def test_errors_that_both_sides_have_in_common_are_no_agreement(true):
    """As of answers and accuracy on the same rows: independent errors are held by a third less."""
    rng = np.random.default_rng(13)
    covered, found_none = [], []
    for _ in range(40):
        one, other = rng.standard_normal((2, 20))
        other = true * one + np.sqrt(1 - true**2) * other
        same = rng.standard_normal(20)
        values, column = (one + same)[:, None], (other - same)[:, None]
        errors = np.ones((20, 1))
        found = correlations(_ranked(values, errors=1.0), {"c": (column, errors)}, ("a",), rng)
        truth = 6 / np.pi * np.arcsin(true / 2)
        covered.append(found.spearman_low[0, 0, 0] <= truth <= found.spearman_high[0, 0, 0])
        found_none.append(found.pvalues[0, 0, 0] > 0.05)
    assert np.mean(covered) >= 0.9
    assert np.mean(found_none) >= 0.9


def test_equal_models_do_not_rank_by_their_accuracy():
    """Who was right more often by chance also has the higher atom: ranks agree, models do not differ."""
    rng = np.random.default_rng(14)
    column = np.ones((20, 1))
    found_some = []
    for errors in [1.0] * 25 + [np.nan] * 15:  # one that is not known may be all there is
        luck = rng.standard_normal((20, 1))
        found = correlations(_ranked(luck, errors=errors), {"c": (luck, column)}, ("a",), rng)
        assert found.spearman == pytest.approx(1)
        found_some.append(found.pvalues[0, 0, 0] <= 0.05 or found.spearman_low[0, 0, 0] > 0)
    assert np.mean(found_some) <= 0.1


def test_rows_that_all_families_share_are_no_agreement_of_theirs():
    rng = np.random.default_rng(15)
    luck = rng.standard_normal((1, 6))  # of the rows of each data set
    values = luck + 0.1 * rng.standard_normal((20, 6))
    of = _ranked(values, errors=1.0, units=np.repeat(np.arange(10), 2))
    found = between_families(of, tuple("ABCDEFGHIJ"), rng)
    assert found.spearman[0] > 0.8
    assert (found.pvalues > 0.05).all()


def test_orders_agree_between_data_sets_and_families():
    rng = np.random.default_rng(8)
    models, datasets = rng.standard_normal(16), rng.standard_normal(6)
    family = np.repeat(np.arange(4), 4)
    values = models[:, None] + datasets + 0.05 * rng.standard_normal((16, 6))
    of_sets = between_datasets(_ranked(values, units=family), tuple("abcdef"), rng)
    of_families = between_families(_ranked(values, units=family), tuple("ABCD"), rng)
    for found, rows in ((of_sets, values.T), (of_families, values.reshape(4, 4, 6).mean(1))):
        n = len(rows)
        rho = spearmanr(rows, axis=1)[0]
        assert found.pairs[0] == pytest.approx(rho)
        assert found.spearman[0] == pytest.approx(rho[np.triu_indices(n, 1)].mean())
        ranks = rows.argsort(1).argsort(1).sum(0)
        k = rows.shape[1]
        w = 12 * ((ranks - ranks.mean()) ** 2).sum() / (n**2 * (k**3 - k))
        assert found.concordance[0] == pytest.approx(w)


def test_what_the_solver_cannot_tell_apart_is_a_tie():
    atoms = np.zeros((4, 3, 1))
    atoms[3, :, 0] = [0.5, 0.50004, 0.6]
    joint, gap = atoms.sum(0), np.full((3, 1), 1e-3)
    values, errors = quantities(atoms, atoms, joint, gap)
    assert values[3, 0] == values[3, 1] < values[3, 2]
    assert np.isnan(errors[4]).all()
    assert values[8, 2] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("rho", "kinship", "reliable"), [(0.85, 0.6, 0.8), (0.6, 0.0, 0.8)])
def test_intervals_cover_where_published_ones_do_not(rho, kinship, reliable):
    found = intervals(rho, kinship, reliable, repetitions=99, seed=11)
    assert found["families"][0] >= 0.93
    assert found["as published"][0] < 0.92
    assert found["families"][0] > found["as published"][0] + 0.03
