# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two classes in closed form, against the general solver, brute force and each other."""

from __future__ import annotations

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import _core
from tests.support.certified import assert_has_marginals_of, assert_overlap, lower_bound
from tests.support.marks import ignore_undersampled
from tests.support.tables import decades, dense, sparse

pytestmark = [ignore_undersampled, pytest.mark.cpu_only]

EXACT = 1e-12  # bits


def near_equal(shape, seed=0):
    """Sources that tell nearly the same, whose curves cross again and again."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(shape[0]), 2).T
    return p, p * np.exp(0.05 * rng.normal(size=p.shape))


def garbled(shape, seed=0):
    """X2 is drawn from X1."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(shape[0]), 2).T
    return p, rng.dirichlet(np.full(shape[1], 0.3), size=shape[0]).T @ p


def marginals(first, second, weights=(0.4, 0.6)):
    """Both with the p(y) of the weights."""
    return tuple(p / np.maximum(p.sum(0), 1e-300) * weights for p in (first, second))


def information(q):
    """I(X1,X2;Y) of a table in bits, of entropies."""
    cells = q.reshape(-1, q.shape[-1])
    terms = [p[p > 0] for p in (cells, cells.sum(1), cells.sum(0))]
    joint, pairs, classes = ((p * np.log2(p)).sum() for p in terms)
    return joint - pairs - classes


def excess(p, thresholds):
    """E(s) = sum_x max((1-s) p(x,1) - s p(x,0), 0)."""
    gain = np.outer(p[:, 1], 1 - thresholds) - np.outer(p[:, 0], thresholds)
    return np.maximum(gain, 0).sum(0)


def assert_exact(result):
    assert result.solver == "roc-hull"
    assert result.iterations == 0
    assert result.converged
    assert 0 <= result.gap <= EXACT


@st.composite
def tables(draw):
    """Small counts with many ties, or masses over up to 300 decades; two classes, or three, one empty."""
    shape = (draw(st.integers(1, 6)), draw(st.integers(1, 6)), 2)
    if draw(st.booleans()):
        table = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 3))).astype(float)
    else:
        span = draw(st.sampled_from([3, 12, 40, 300]))
        exponents = draw(hnp.arrays(np.float64, shape, elements=st.floats(-1, 0)))
        table = 10.0 ** (span * exponents) * draw(hnp.arrays(np.bool_, shape))
    assume(table.max() > 0)
    if draw(st.booleans()):
        table = np.insert(table, draw(st.integers(0, 2)), 0.0, axis=2)
    return table / table.sum()


@given(tables())
def test_it_is_inside_the_interval_of_the_general_solver(table):
    result = ff.decompose(table)
    assert_exact(result)
    assert_overlap(ff.decompose(table, tol=1e-9, method="newton"), result)


@given(tables())
def test_dual_pair_is_feasible_and_of_the_lower_bound(table):
    result = ff.decompose(table)
    lower = result.union_information - result.gap
    assert lower_bound(result, table) == pytest.approx(lower, abs=EXACT)


@given(tables())
def test_coupling_keeps_the_marginals_and_attains_the_value(table):
    result = ff.decompose(table)
    q = result.coupling()
    assert_has_marginals_of(q, table)
    assert q.min() >= 0
    assert information(q) == pytest.approx(result.union_information, abs=EXACT)
    parts = np.array(
        [[result.coupling(i, j) for j in range(q.shape[1])] for i in range(len(q))]
    )
    np.testing.assert_allclose(parts, q, rtol=0, atol=1e-16)


@given(tables())
def test_factors_of_the_core_are_such_a_coupling(table):
    """The dense ones, which Python does not ask for where there is a closed form."""
    p1y, p2y = (np.ascontiguousarray(table.sum(axis)) for axis in (1, 0))
    out = _core.solve_one(p1y, p2y, method="auto", tol=1e-4, max_iter=0, num_threads=1)
    q = np.einsum("ij,iy,jy->ijy", np.exp(out["log_r"]), out["a"], out["b"])
    assert_has_marginals_of(q, table)
    assert information(q) <= out["upper"][0] + EXACT


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("shape", [(2, 2), (3, 9), (12, 12), (30, 7)], ids=str)
@pytest.mark.parametrize("family", [dense, sparse, decades, near_equal, garbled])
def test_general_solver_agrees_to_twelve_digits(family, shape, seed):
    made = family(shape if family in (near_equal, garbled) else (*shape, 2), seed)
    pair = made if isinstance(made, tuple) else (made.sum(1), made.sum(0))
    p1y, p2y = marginals(*pair, pair[0].sum(0) / pair[0].sum())
    hull = ff.decompose_marginals(p1y, p2y)
    assert_exact(hull)
    general = ff.decompose_marginals(p1y, p2y, tol=1e-12, method="newton")
    assert general.converged
    assert abs(general.union_information - hull.union_information) <= 2 * EXACT


@given(
    st.lists(hnp.arrays(np.int64, st.tuples(st.integers(1, 5), st.just(2)),
                        elements=st.integers(0, 4)), min_size=1, max_size=5),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
)  # fmt: skip
def test_hull_of_any_number_of_curves_is_their_upper_bound(counts, thresholds):
    assume(all((table.sum(0) > 0).all() for table in counts))
    sources = [table / table.sum(0) / 2 for table in counts]
    corners, owners = _core.roc_hull(sources)
    edges = np.diff(corners, axis=0)
    assert (edges >= 0).all()
    slopes = edges[:-1, 1] * edges[1:, 0] - edges[1:, 1] * edges[:-1, 0]
    assert (slopes >= -1e-16).all()  # concave
    np.testing.assert_allclose(corners[[0, -1]], [[0, 0], [0.5, 0.5]], atol=1e-15)
    s = np.array(thresholds)
    best = np.max([excess(source, s) for source in sources], axis=0)
    np.testing.assert_allclose(excess(edges, s), best, rtol=0, atol=1e-15)
    # each corner is on the curve of its source
    assert owners[0] == owners[-1] == -1
    for corner, owner in zip(corners[1:-1], owners[1:-1], strict=True):
        source = sources[owner]
        odds = np.divide(
            *source.T[::-1], out=np.full(len(source), np.inf), where=source.T[0] > 0
        )
        on_curve = source[np.argsort(-odds, kind="stable")].cumsum(0)
        assert np.abs(on_curve - corner).max(1).min() <= 1e-15


@pytest.mark.parametrize(
    ("first", "second", "union"),
    [
        # equal sources, in another order and with states split: I1
        ([[1, 3], [3, 1]], [[1.5, 0.5], [1, 3], [1.5, 0.5]], 0.18872187554086717),
        # one state: nothing
        ([[2, 2]], [[1, 1], [1, 1]], 0.0),
        # X1 knows what X2 does not: pure states on different sides; each edge of the hull is one
        ([[2, 0], [2, 4]], [[4, 2], [0, 2]], 0.5),
        # one class
        ([[1, 0], [2, 0]], [[3, 0]], 0.0),
        # Y itself
        ([[4, 0], [0, 4]], [[2, 2], [2, 2]], 1.0),
    ],
)
def test_known_tables(first, second, union):
    p1y, p2y = (np.array(p, float) / np.sum(p) for p in (first, second))
    result = ff.decompose_marginals(p1y, p2y)
    assert_exact(result)
    assert result.union_information == pytest.approx(union, abs=1e-13)


@pytest.mark.parametrize("least", [1e-300, 1e-29, 1e-20, 1e-16])
def test_masses_that_no_sum_notices(least, rng):
    """Beside masses of order one, on either side and in both classes; none may spoil what is exact."""
    coarse = [rng.random((5, 2)) for _ in range(2)]
    fine = [np.vstack([p, least * rng.random((7, 2)), [[0, least], [least, 0], [0, 0]]])
            for p in coarse]  # fmt: skip
    expected = ff.decompose_marginals(*marginals(*coarse))
    p1y, p2y = marginals(*fine)
    result = ff.decompose_marginals(p1y, p2y)
    assert_exact(result)
    assert result.union_information == pytest.approx(expected.union_information, abs=1e-13)
    q = result.coupling()
    np.testing.assert_allclose(q.sum(1), p1y, rtol=0, atol=1e-15)
    np.testing.assert_allclose(q.sum(0), p2y, rtol=0, atol=1e-15)
    assert information(q) <= result.union_information + EXACT


def test_batches_and_lists_are_single_problems(rng):
    stack = rng.random((50, 4, 6, 2))
    singles = [ff.decompose(table) for table in stack]
    batch, many = ff.decompose(stack, num_threads=2), ff.decompose_many(list(stack))
    for results in (batch, many):
        assert (results.solver == "roc-hull").all()
        np.testing.assert_array_equal(results.redundancy, [one.redundancy for one in singles])
    np.testing.assert_array_equal(batch[7].coupling(), singles[7].coupling())
    np.testing.assert_array_equal(batch[7].dual.log2_a, singles[7].dual.log2_a)
    # it starts nowhere; others do, from its coupling
    assert ff.decompose(stack[0], warm_start=singles[0]).atoms == singles[0].atoms
    started = ff.decompose(stack[0], tol=1e-9, method="ipfp", warm_start=singles[0])
    assert_overlap(started, singles[0])


def test_a_hundred_thousand_states_a_side(rng):
    """No array over all pairs: that would take 80 GB."""
    n = 100_000
    first, second = (1 / (1 + np.exp(-rng.normal(0, width, (n, 1)))) for width in (1.0, 2.0))
    p1y, p2y = marginals(*(np.hstack([1 - t, t]) for t in (first, second)))
    result = ff.decompose_marginals(p1y, p2y)
    assert_exact(result)
    log2_a, log2_b = result.dual
    i, j = rng.integers(0, n, (2, 10**6))
    assert np.exp2(log2_a[i] + log2_b[j]).sum(1).max() <= 1 + 1e-14
    for k in (0, 777):
        np.testing.assert_allclose(result.coupling(i=k).sum(0), p1y[k], rtol=1e-9)
        np.testing.assert_allclose(result.coupling(j=k).sum(0), p2y[k], rtol=1e-9)
    some = result.coupling(i[:1000], j[:1000])
    assert some.shape == (1000, 2)
    # the same posteriors in the other order, from the other side
    mirrored = ff.decompose_marginals(p2y[::-1, ::-1], p1y[::-1, ::-1])
    assert mirrored.unique2 == pytest.approx(result.unique1, abs=EXACT)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: _core.roc_hull([]), "sources: expected at least one array"),
        (lambda: _core.roc_hull([np.ones((2, 3)) / 6]), r"sources: expected shape \(K, 2\)"),
        (lambda: _core.roc_hull([np.full((2, 2), np.nan)]), "sources: expected probabilities"),
        (
            lambda: _core.draw_from_hull(np.ones((1, 2)) / 2, np.ones((0, 2))),
            r"p2y: expected shape \(K, 2\) with at least one state",
        ),
    ],
)
def test_bindings_refuse_what_is_no_source(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_large_tables_of_two_classes_among_more_need_no_array_over_all_pairs(rng):
    p1y, p2y = (np.insert(rng.random((20_000, 2)), 1, 0.0, axis=1) for _ in range(2))
    result = ff.decompose_marginals(*marginals(p1y, p2y, (0.5, 0.0, 0.5)))
    assert_exact(result)
    q = result.coupling(i=3)
    assert not q[:, 1].any()
    np.testing.assert_allclose(q.sum(0), result.factored.p1y[3], rtol=1e-9)
