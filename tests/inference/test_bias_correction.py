# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Corrected atoms: how they are made, that they stay consistent, and that they are better."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.counts.samples import read_samples
from fourfold.counts.sampling_bias import UNION_BIAS, union_bias
from fourfold.inference.options import METHODS
from tests.support.marks import ignore_undersampled
from tests.support.parts import tables_of_parts, tallies_of
from tests.support.plug_in import plug_in
from tests.support.said import said
from tests.support.tables import drawn

# of the plug-in results that corrections are compared with
pytestmark = ignore_undersampled

CORRECTIONS = ("auto", "chao", "linear", "shuffle", "qe")
SHAPE = (6, 5, 3)


@pytest.fixture(scope="module")
def truth():
    p = np.random.default_rng(5).gamma(0.5, size=SHAPE)
    return p / p.sum()


@pytest.fixture
def rows(truth, rng):
    """Two samples a cell."""
    return drawn(truth, 2 * truth.size, rng)


def atoms_of(rows, **options):
    return np.array(ff.pid(*rows, confidence_level=None, **options).atoms)


def terms(result):
    return np.array([result.mi1, result.mi2, result.mi_joint, result.union_information])


@pytest.mark.parametrize("method", CORRECTIONS)
def test_the_parts_stay_consistent(rows, method):
    table, result = plug_in(*rows), ff.pid(*rows, bias_correction=method)
    r, u1, u2, s = result.atoms
    assert r + u1 == pytest.approx(result.mi1)
    assert r + u2 == pytest.approx(result.mi2)
    assert r + u1 + u2 + s == pytest.approx(result.mi_joint)
    # the plug-in results are solved to different gaps
    np.testing.assert_allclose(
        np.array(result.atoms) + result.bias, table.atoms, rtol=0, atol=table.gap + 1e-12
    )
    np.testing.assert_allclose(result.plug_in, table.atoms, rtol=0, atol=table.gap + 1e-12)
    assert result.bias_correction == ("chao" if method == "auto" else method)
    assert result.n_samples == table.n_samples
    assert f"removed by '{result.bias_correction}'" in repr(result)
    np.testing.assert_allclose(result.coupling(), table.coupling(), atol=1e-2)


@pytest.mark.parametrize("tol", [1e-3, 1e-6])
@pytest.mark.parametrize("method", CORRECTIONS)
def test_the_certificate_covers_the_combination(rows, method, tol):
    loose = ff.pid(*rows, bias_correction=method, tol=tol)
    exact = ff.pid(*rows, bias_correction=method, tol=1e-10)
    assert loose.converged
    assert 0 < loose.gap <= tol
    for low, value, high in zip(loose.lower, exact.atoms, loose.upper, strict=True):
        assert low - 1e-9 <= value <= high + 1e-9


def test_chao_is_what_it_says(rows):
    """Entropies of Chao and a share of their bias, extrapolated from eight halves.

    The union information by the fastest and by the slowest rate of its bias, of which the middle
    is taken.
    """
    result = ff.pid(*rows, bias_correction="chao", tol=1e-9)
    table = plug_in(*rows, tol=1e-9)

    def four_terms(part, union):
        plain, chao = part.estimates()[:2]
        return [*chao, union - union_bias(plain, chao, union, 0.0)]

    whole = np.array(four_terms(read_samples(*rows).tallies(), table.union_information))
    halves = []
    for half in tables_of_parts(rows, 2, 4, np.random.default_rng(0).spawn(2)[1]):
        part = tallies_of(half)
        solved = ff.decompose_marginals(part.p1y, part.p2y, tol=1e-9)
        halves.append(four_terms(part, solved.union_information))
    moved = whole - np.mean(halves, axis=0)
    expected = whole + 2 / 3 * moved
    slowest = min(expected[3], whole[3] + moved[3] / (2**0.5 - 1))
    assert result.kink == pytest.approx(expected[3] - slowest, abs=1e-8)
    expected[3] = (expected[3] + slowest) / 2
    np.testing.assert_allclose(terms(result), expected, rtol=0, atol=1e-8)


def test_shuffle_subtracts_what_shuffled_columns_give(rows):
    result = ff.pid(*rows, bias_correction="shuffle", tol=1e-9)
    rng = np.random.default_rng(0).spawn(2)[1]
    # states by how many samples they have, as names do not matter
    ranked = [
        np.repeat(np.arange(len(counts)), np.sort(counts)[::-1])
        for counts in map(np.bincount, rows)
    ]
    null = [
        terms(plug_in(*(rng.permutation(column) for column in ranked), tol=1e-9))
        for _ in range(20)
    ]
    expected = terms(plug_in(*rows, tol=1e-9)) - np.mean(null, axis=0)
    np.testing.assert_allclose(terms(result), expected, rtol=0, atol=1e-8)


def test_qe_extrapolates_a_parabola_in_one_over_n(rows):
    result = ff.pid(*rows, bias_correction="qe", tol=1e-9)
    rng, n = np.random.default_rng(0).spawn(2)[1], len(rows[0])
    means = [terms(plug_in(*rows, tol=1e-9))]
    for parts in (2, 4):
        tables = tables_of_parts(rows, parts, 10, rng)
        assert np.ptp(tables.sum((1, 2, 3))) <= 1
        means.append(np.mean([terms(ff.decompose(part, tol=1e-9)) for part in tables], axis=0))
    parabola = np.polyfit([1 / n, 2 / n, 4 / n], means, 2)
    np.testing.assert_allclose(terms(result), parabola[-1], rtol=0, atol=1e-7)


def test_most_of_the_bias_is_removed(truth, rng):
    """100 data sets of two samples a cell."""
    exact = np.array(ff.decompose(truth, tol=1e-8).atoms)
    draws = rng.choice(truth.size, size=(100, 2 * truth.size), p=truth.ravel())
    rows = [np.unravel_index(cells, SHAPE) for cells in draws]
    as_counted, by_chao, by_qe = (
        np.mean([atoms_of(each, bias_correction=m, tol=1e-3) for each in rows], axis=0) - exact
        for m in ("none", "chao", "qe")
    )
    assert as_counted[3] > 0.1
    assert np.abs(by_chao).max() < 0.25 * as_counted[3]
    assert np.abs(by_qe).max() < 0.4 * as_counted[3]


def test_corrected_atoms_may_be_negative_and_are_not_clipped(rng):
    """Nothing but chance: corrected atoms scatter around zero."""
    results = [
        ff.pid(*rng.integers(3, size=(3, 108)), bias_correction="auto") for _ in range(20)
    ]
    values = np.array([result.atoms for result in results])
    assert (values.min(0) < 0).all()
    assert (values.max(0) > 0).all()
    assert np.abs(values.mean(0)).max() < 0.03
    lowest = results[int(values[:, 1].argmin())]
    assert lowest.lower.unique1 == lowest.unique1 - lowest.gap < 0


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_numbers(rows, method):
    def drawn_by(rng):
        return ff.pid(*rows, bias_correction=method, confidence_level=None, random_state=rng)

    one, other = (drawn_by(7) for _ in range(2))
    assert one.to_dict() == other.to_dict()
    generator = np.random.default_rng(7)
    assert drawn_by(generator).to_dict() == one.to_dict()
    again = drawn_by(generator)
    assert (again.to_dict() == one.to_dict()) is (method == "none")


def softened(y, rng):
    return np.eye(3)[y] * 0.8 + rng.dirichlet([1, 1, 1], len(y)) * 0.2


def test_probabilities_are_extrapolated(truth, rng):
    """The bias that is told of scatters by half of itself: a mean over ten tables."""
    biases = []
    for _ in range(10):
        x1, x2, y = drawn(truth, 2 * truth.size, rng)
        soft = softened(y, rng)
        result = ff.pid(x1, x2, soft, bias_correction="auto")
        assert result.bias_correction == "linear"
        table = plug_in(x1, x2, soft)
        assert result.mi_joint < table.mi_joint
        biases.append((table.bias.synergy, result.bias.synergy))
        shuffled = ff.pid(x1, x2, soft, bias_correction="shuffle")
        assert shuffled.mi_joint < table.mi_joint
    told, removed = np.mean(biases, axis=0)
    assert told == pytest.approx(removed, rel=0.5)


def test_linear_is_what_it_says(rows, rng):
    """A line through all rows and eight halves, and a third of how far it is above that of halves."""
    x1, x2, y = rows
    soft = softened(y, rng)
    result = ff.pid(x1, x2, soft, tol=1e-9, random_state=3)
    generator = np.random.default_rng(3).spawn(2)[1]
    halves, quarters = [], []
    for _ in range(4):
        for half in np.array_split(generator.permutation(len(y)), 2):
            halves.append(terms(plug_in(x1[half], x2[half], soft[half], tol=1e-9)))
            quarters += [
                plug_in(x1[part], x2[part], soft[part], tol=1e-3).mi_joint
                for part in np.array_split(half, 2)
            ]
    whole, half = terms(plug_in(x1, x2, soft, tol=1e-9)), np.mean(halves, axis=0)
    line = 2 * whole - half
    of_halves = 2 * half[2] - np.mean(quarters)
    line[2] += (line[2] - of_halves) / 3
    np.testing.assert_allclose(terms(result)[:3], line[:3], rtol=0, atol=1e-9)
    share = UNION_BIAS * (half - whole)[:2].sum()
    slow = whole[3] - share + ((whole[3] - share) - (half[3] - 2 * share)) / (2**0.5 - 1)
    assert result.union_information == pytest.approx(
        (line[3] + min(line[3], slow)) / 2, abs=1e-6
    )
    assert result.kink == pytest.approx(max(line[3] - slow, 0), abs=1e-6)


def test_most_samples_alone_are_warned_of_even_when_corrected(rng):
    x1, x2, y = rng.integers(10, size=(3, 24))
    with pytest.warns(ff.UndersampledWarning, match="too few samples") as caught:
        result = ff.pid(x1, x2, y, bias_correction="auto")
    assert len(caught) == 1
    assert result.undersampled is True
    assert "most of them are alone in their cell: about" in said(result)


def test_what_did_not_converge_is_told_once_of_the_combination(rows):
    with pytest.warns(ff.ConvergenceWarning, match=r"above tol = 1\.00e-12") as caught:
        result = ff.pid(*rows, bias_correction="auto", tol=1e-12, max_iter=1)
    assert [warning.category for warning in caught].count(ff.ConvergenceWarning) == 1
    assert not result.converged
    assert f"certified gap   {result.gap:.1e}, NOT converged" in repr(result)


def test_an_estimator_passes_it_on(rng):
    x1, x2 = rng.normal(size=(2, 400, 2))
    y = (x1[:, 0] * x2[:, 0] > 0).astype(int)
    options = {"random_state": 0, "n_init": 1}
    estimator = ff.PIDEstimator(4, **options).fit(x1, x2, y)
    assert estimator.result_.bias_correction == "chao"
    plain = ff.PIDEstimator(4, bias_correction="none", **options).fit(x1, x2, y)
    assert 0 < estimator.result_.synergy < plain.result_.synergy
