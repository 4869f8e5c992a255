# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Standard errors and intervals from what each row adds: by hand, by derivatives, by drawing."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from scipy.stats import norm

import fourfold as ff
from fourfold.counts.chao_entropy import chao_entropy, count_statistics
from fourfold.counts.samples import read_samples
from fourfold.counts.sampling_bias import union_of
from fourfold.inference.influence import influence_of, widened
from fourfold.results.atoms import Information, atoms_of, information_of
from tests.support.marks import ignore_undersampled
from tests.support.parts import tables_of_parts, tallies_of
from tests.support.plug_in import PLUG_IN, plug_in
from tests.support.tables import drawn


@pytest.fixture(scope="module")
def truth():
    """R .10, U1 .12, U2 .12 and S .36 bits: nothing is near zero, so v* is smooth."""
    p = np.random.default_rng(2).gamma(0.4, size=(4, 4, 4))
    return p / p.sum()


@pytest.fixture
def rows(truth, rng):
    return drawn(truth, 640, rng)


def equal_views(n, rng):
    """A label of four, which each source has, but for a fifth of the rows."""
    y = rng.integers(4, size=n)
    one, two = (np.where(rng.random(n) < 0.2, rng.integers(4, size=n), y) for _ in range(2))
    return one, two, y


def table_of(rows, shape=(4, 4, 4)):
    counts = np.zeros(shape)
    np.add.at(counts, tuple(rows), 1)
    return counts


# -- how they are made -----------------------------------------------------------------


def pseudo_values_of_rows(*columns):
    """n H - (n - 1) H without the row, of the cells of these columns, for each row."""
    _, cell, counts = np.unique(
        np.stack(columns), axis=1, return_inverse=True, return_counts=True
    )
    n, cell = len(columns[0]), cell.ravel()

    def without(k):
        left = counts.copy()
        left[k] -= 1
        return chao_entropy(count_statistics(left))

    whole = chao_entropy(count_statistics(counts))
    of_cells = np.array([n * whole - (n - 1) * without(k) for k in range(len(counts))])
    return of_cells[cell]


def terms_by_hand(rows):
    """(N, 4) of R, U1, U2 and S, as docs/alike-sources.md has them; their means taken off."""
    x1, x2, y = rows
    p = table_of(rows) / len(y)
    of_y, table = pseudo_values_of_rows(y), plug_in(*rows, tol=1e-9)
    i1 = of_y + pseudo_values_of_rows(x1) - pseudo_values_of_rows(x1, y)
    i2 = of_y + pseudo_values_of_rows(x2) - pseudo_values_of_rows(x2, y)
    i12 = of_y + pseudo_values_of_rows(x1, x2) - pseudo_values_of_rows(*rows)
    p1y, p2y, py = p.sum(1), p.sum(0), p.sum((0, 1))
    bias1 = np.log2(p1y[x1, y] / p1y.sum(1)[x1] / py[y]) - i1
    bias2 = np.log2(p2y[x2, y] / p2y.sum(1)[x2] / py[y]) - i2
    union = table.terms(*rows) - 0.7 * (bias1 + bias2)
    terms = np.stack([i1 + i2 - union, union - i2, union - i1, i12 - union], axis=1)
    return terms - terms.mean(0)


def both_ends(rows, seed):
    """Atoms with v* by the slowest and by the fastest rate of its bias; by one pass; of halves."""

    def four(part, union, gap):
        plain, chao = part.estimates()[:2]
        return np.array([*chao, union_of(plain, chao, union, gap)])

    table = plug_in(*rows, tol=1e-9)
    one = four(read_samples(*rows).tallies(), table.union_information, table.gap)
    halves = []
    for half in tables_of_parts(rows, 2, 4, np.random.default_rng(seed).spawn(2)[1]):
        part = tallies_of(half)
        solved = ff.decompose_marginals(part.p1y, part.p2y, tol=1e-9)
        halves.append(four(part, solved.union_information, solved.gap))
    moved = one - np.mean(halves, axis=0)
    *information, high = one + 2 / 3 * moved
    low = min(high, one[3] + moved[3] / (np.sqrt(2) - 1))
    ends = [atoms_of(Information(*information), union) for union in (low, high)]
    by_pass, *of_halves = (
        np.array(atoms_of(Information(*v[:3]), v[3])) for v in (one, *halves)
    )
    return np.array(ends), by_pass, np.array(of_halves)


@pytest.mark.parametrize("views", ["smooth", "equal"])
def test_the_interval_is_made_as_described(truth, rng, views):
    rows = drawn(truth, 640, rng) if views == "smooth" else equal_views(500, rng)
    result = ff.pid(*rows, random_state=3, tol=1e-9, confidence_level=0.9)
    interval = result.confidence_interval
    ends, one_pass, of_halves = both_ends(rows, 3)
    assert result.kink == pytest.approx(ends[1, 1] - ends[0, 1], abs=1e-8)
    assert interval.kink == result.kink
    np.testing.assert_allclose(result.atoms, ends.mean(0), atol=1e-8)

    terms, n = terms_by_hand(rows), len(rows[0])
    occupied = np.count_nonzero(table_of(rows))
    error = terms.std(0) / np.sqrt(n) * np.sqrt(1 + 1.5 * occupied / n)
    # a unique information that may be zero scatters as the halves do around the whole
    spread = of_halves.std(0)
    near = np.array(result.plug_in) < 3 * np.maximum(error, spread)
    assert near.tolist() == [False, views == "equal", views == "equal", False]
    error[near] = np.maximum(error, spread)[near]
    np.testing.assert_allclose(result.standard_error, error, rtol=1e-4, atol=1e-7)
    removed, step = np.array(result.plug_in) - ends[1], ends[1] - one_pass
    bias_error = np.maximum(np.abs(removed) / 8, np.abs(step))
    np.testing.assert_allclose(interval.bias_error, bias_error, atol=1e-8)

    half_width = norm.ppf(0.95) * np.hypot(error, bias_error)
    low, high = ends.min(0) - half_width, ends.max(0) + half_width
    np.testing.assert_allclose(interval.low, low, rtol=1e-4, atol=1e-6)
    # U1 is no less than I(X1;Y) - I(X2;Y), and its upper end no less than that of this
    apart = terms[:, 1] - terms[:, 2]
    error = apart.std() / np.sqrt(n) * np.sqrt(1 + 1.5 * occupied / n)
    removed, step = removed[1] - removed[2], step[1] - step[2]
    further = norm.ppf(0.95) * np.hypot(error, max(abs(removed) / 8, abs(step)))
    differ = result.mi1 - result.mi2
    high[1:3] = np.maximum(high[1:3], [differ + further, further - differ])
    np.testing.assert_allclose(interval.high, np.maximum(high, 0), rtol=1e-4, atol=1e-6)
    assert (interval.confidence_level, interval.method) == (0.9, "influence")
    assert interval.drift is None
    assert interval.replicates.shape == (0, 4)


def test_terms_are_derivatives_of_the_atoms(truth, rng):
    """Of 50 000 rows, where entropies of Chao are plug-in ones but for 1 over the count."""
    rows = drawn(truth, 50_000, rng)
    found = influence_of(read_samples(*rows), plug_in(*rows, tol=1e-10))
    p, step = table_of(rows) / 50_000, 1e-6
    wider = widened(np.ones(1), len(found.counts), 50_000)[0]
    for k in np.flatnonzero(found.counts >= 10):
        towards = -p
        towards.flat[found.occupied[k]] += 1
        up, down = (
            np.array(ff.decompose(p + sign * step * towards, tol=1e-13).atoms)
            for sign in (1, -1)
        )
        slope = (up - down) / (2 * step)
        terms = found.terms[k] / wider
        np.testing.assert_allclose(terms, slope, atol=1e-3 + 1 / found.counts[k])


def test_what_a_row_adds_to_the_union_information_is_its_dual_term(truth):
    result, step = ff.decompose(truth, tol=1e-12), 1e-6
    for cell in np.argwhere(truth > 1e-4):
        towards = -truth
        towards[tuple(cell)] += 1
        up, down = (
            ff.decompose(truth + sign * step * towards, tol=1e-13).union_information
            for sign in (1, -1)
        )
        term = result.terms(*([index] for index in cell))[0] - result.union_information
        assert term == pytest.approx((up - down) / (2 * step), abs=1e-4)


# -- that they hold --------------------------------------------------------------------


def test_standard_errors_are_the_scatter_over_draws(truth, rng):
    """150 draws, so that a standard deviation has an error of 6 %."""
    results = [ff.pid(*drawn(truth, 1000, rng)) for _ in range(150)]
    scatter = np.std([result.atoms for result in results], axis=0)
    errors = np.mean([result.standard_error for result in results], axis=0)
    assert (errors > 0.78 * scatter).all()
    assert (errors < 1.35 * scatter).all()


def test_differences_scatter_as_compare_says(truth, rng):
    """Of a source and of itself with more noise: what they share cancels."""
    found, alone = [], []
    for _ in range(100):
        x1, x2, y = drawn(truth, 1000, rng)
        noisy = np.where(rng.random(1000) < 0.15, rng.integers(4, size=1000), x1)
        a, b = ff.pid(x1, x2, y), ff.pid(noisy, x2, y)
        found.append(ff.compare(a, b))
        alone.append(np.hypot(a.standard_error, b.standard_error))
    scatter = np.std([comparison.difference for comparison in found], axis=0)
    errors = np.mean([np.subtract(c.high, c.low) for c in found], axis=0) / 2 / norm.ppf(0.975)
    assert (errors > 0.72 * scatter).all()
    assert (errors < 1.6 * scatter).all()
    assert (errors < 0.8 * np.mean(alone, axis=0))[[0, 2]].all()


@ignore_undersampled
def test_equal_views_are_in_their_intervals(rng):
    """80 data sets of 500 rows; an atom that is covered 93 % is in fewer than 63 once in 40 000."""
    q = np.full((4, 4), 0.05) + 0.8 * np.eye(4)
    exact = np.array(ff.decompose(np.einsum("ya,yb->aby", q, q) / 4, tol=1e-8).atoms)
    assert exact[1] < 1e-6  # neither tells what the other does not
    held, kinks = np.zeros(4), []
    for _ in range(80):
        result = ff.pid(*equal_views(500, rng))
        interval, kinks = result.confidence_interval, [*kinks, result.kink]
        held += (interval.low <= exact) & (exact <= interval.high)
        assert result.plug_in.redundancy < result.redundancy
    assert held.min() >= 63
    # .064 bits with a standard deviation of .023
    assert min(kinks) > 0
    assert 0.045 < np.mean(kinks) < 0.085


def test_an_atom_on_its_bound_reaches_as_far_as_the_informations_differ():
    """X2 is X1 with noise, and tells hardly less: where it seems to tell more, U1 reads zero.

    Of 400 data sets 2 % had U1 below its true .058 bits; without the difference of the
    informations 13 %, as nothing moves an atom on its bound.
    """
    rng = np.random.default_rng(0)
    first = np.array([[0.85, 0.1, 0.05], [0.1, 0.2, 0.7]])
    second = first @ np.array([[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.1, 0.9]])
    p = np.einsum("y,yi,yj->ijy", [0.3, 0.7], first, second)
    exact = ff.decompose(p, tol=1e-8).unique1
    for halves, number, most in ((0, 150, 8), (25, 60, 5)):
        results = [ff.pid(*drawn(p, 288, rng), n_resamples=halves) for _ in range(number)]
        low, high = np.array(
            [
                (r.confidence_interval.low.unique1, r.confidence_interval.high.unique1)
                for r in results
            ]
        ).T
        assert (high < exact).sum() <= most
        assert (low > exact).sum() <= most
        assert np.median(high - low) < 0.35


def test_cells_without_rows_make_no_synergy():
    """Y - X1 - X2, so S = 0, and a cell of a fifth of a row: 120 data sets.

    By what rows add alone 22 % of 200 had intervals of S above zero, as no row is in that cell.
    """
    rng = np.random.default_rng(1)
    p = np.array([[[0.2528, 0.027], [0.0242, 0.0026]], [[0.06, 0.0006], [0.6262, 0.0066]]])
    above = rejected = 0
    for k in range(120):
        rows = drawn(p / p.sum(), 300, rng)
        above += ff.pid(*rows).confidence_interval.low.synergy > 0
        rejected += ff.permutation_test(*rows, n_permutations=39, random_state=k).pvalue <= 0.05
    assert above <= 6
    assert rejected <= 12


def test_where_nothing_is_alike_there_is_no_kink(truth, rng):
    kinks = [ff.pid(*drawn(truth, 4000, rng)).kink for _ in range(10)]
    assert np.mean(kinks) < 0.003


def test_shares_hold_the_truth_or_are_not_known(truth, rng):
    _, first, second, _ = ff.decompose(truth, tol=1e-8).atoms
    held = 0
    for _ in range(60):
        (low, high), other = ff.pid(*drawn(truth, 2000, rng)).confidence_interval.contributions
        held += low <= first / (first + second) <= high
        assert other == pytest.approx((1 - high, 1 - low))
        assert high - low < 0.6
    assert held >= 48  # of 60 at 95 %: fewer once in 10 000
    alike = ff.pid(*equal_views(500, rng)).confidence_interval
    assert alike.contributions == ((0.0, 1.0), (0.0, 1.0))


# -- which results have them -----------------------------------------------------------


def test_they_are_there_by_default(rows):
    result = ff.pid(*rows)
    assert result.bias_correction == "chao"
    assert result.confidence_interval.method == "influence"
    assert result.confidence_interval.confidence_level == 0.95
    np.testing.assert_allclose(result.plug_in, plug_in(*rows).atoms, atol=1e-4)
    asked = ff.pid(
        *rows, bias_correction="auto", n_resamples=0, confidence_level=0.95, random_state=0
    )
    assert asked.to_dict() == result.to_dict()


def test_what_was_not_asked_for_is_not_there(rows):
    result = ff.pid(*rows, confidence_level=None)
    assert result.confidence_interval is None
    assert result.standard_error == ff.pid(*rows).standard_error
    bare = plug_in(*rows)
    assert bare.atoms == bare.plug_in
    assert (bare.standard_error, bare.kink, bare.confidence_interval) == (None, None, None)


def test_an_uncorrected_result_has_the_same_interval(rows):
    plain, corrected = ff.pid(*rows, bias_correction="none"), ff.pid(*rows)
    assert plain.atoms == plain.plug_in == corrected.plug_in
    assert plain.bias == corrected.bias
    assert plain.standard_error == corrected.standard_error
    of_plain, of_corrected = (one.confidence_interval.to_dict() for one in (plain, corrected))
    assert of_plain == of_corrected


@ignore_undersampled
@pytest.mark.parametrize("correction", ["auto", "none"])
def test_fewer_than_eight_rows_are_left_as_they_are(correction):
    x1, x2, y = [0, 0, 1, 1, 0, 1, 1], [0, 1, 0, 1, 1, 1, 0], [0, 0, 0, 1, 0, 1, 0]
    result = ff.pid(x1, x2, y, bias_correction=correction)
    assert result.atoms == plug_in(x1, x2, y).atoms == result.plug_in
    assert result.bias_correction == "none"
    assert (result.standard_error, result.kink, result.confidence_interval) == (None,) * 3
    eight = ff.pid([*x1, 1], [*x2, 1], [*y, 1], bias_correction=correction)
    assert eight.confidence_interval is not None


def test_halves_have_the_same_standard_error(rows):
    halves = ff.pid(*rows, n_resamples=25)
    assert halves.confidence_interval.method == "halves"
    assert halves.standard_error == ff.pid(*rows).standard_error


def test_none_stands_for_halves_where_one_solve_does_not_tell(rows):
    """As workflows ask: where it tells nothing is resampled."""
    assert ff.pid(*rows, n_resamples=None).to_dict() == ff.pid(*rows).to_dict()
    assert ff.pid(*rows, bias_correction="shuffle").confidence_interval is None
    shuffled = ff.pid(*rows, n_resamples=None, bias_correction="shuffle")
    halves = shuffled.confidence_interval
    assert (halves.method, len(halves.replicates)) == ("halves", 200)
    scatter = np.sqrt(halves.scatter.covariance.diagonal())
    np.testing.assert_allclose(shuffled.standard_error, scatter)
    np.testing.assert_allclose(scatter, ff.pid(*rows).standard_error, rtol=0.5)
    bare = ff.pid(*rows, n_resamples=None, bias_correction="qe", confidence_level=None)
    assert bare.confidence_interval is None


def test_an_estimator_has_them_too(rng):
    x1, x2 = rng.normal(size=(2, 400, 2))
    y = (x1[:, 0] * x2[:, 0] > 0).astype(int)
    options = {"random_state": 0, "n_init": 1, "probe": False}
    result = ff.PIDEstimator(4, **options).fit(x1, x2, y).result_
    assert result.confidence_interval.method == "influence"
    assert result.kink >= 0
    bare = ff.PIDEstimator(4, **options, **PLUG_IN).fit(x1, x2, y).result_
    np.testing.assert_allclose(bare.atoms, result.plug_in, atol=1e-4)
    assert bare.confidence_interval is None


def test_it_can_be_read(rng):
    result = ff.pid(*equal_views(500, rng), confidence_level=0.9)
    interval = result.confidence_interval
    text = repr(result)
    assert text.startswith("PID in bits, with 90% confidence intervals")
    assert f"differ by {result.kink:.3f} bits and sources that are alike" in text
    assert re.match(
        r"ConfidenceInterval\(R \[.*\], .* bits, level 0.9, influence\)", repr(interval)
    )
    record = json.loads(json.dumps(result.to_dict()))
    assert record["standard_error"] == result.standard_error._asdict()
    assert record["plug_in"] == result.plug_in._asdict()
    assert record["confidence_interval"]["method"] == "influence"
    assert record["confidence_interval"]["n_resamples"] == 0
    assert record["confidence_interval"]["drift"] is None
    assert information_of(result).mi_joint == pytest.approx(sum(result.atoms))
