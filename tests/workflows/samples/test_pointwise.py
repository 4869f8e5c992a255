# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each sample adds: means that are the atoms, values by hand, symmetries."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.decoded import decoded, posteriors
from tests.support.marks import ignore_undersampled
from tests.support.plug_in import plug_in

pytestmark = ignore_undersampled

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


@st.composite
def samples(draw, least=1, soft=None):
    """Two sources of up to 4 states, and labels or rows of probabilities."""
    n = draw(st.integers(least, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    states = [draw(st.integers(1, 4)) for _ in range(3)]
    x1, x2, noise = (rng.integers(k, size=n) for k in states)
    mixed = (x1 + draw(st.integers(0, 2)) * x2) % states[2]
    y = np.where(rng.random(n) < draw(st.sampled_from([0.0, 0.3, 1.0])), noise, mixed)
    if draw(st.booleans()) if soft is None else soft:
        y = rng.dirichlet(np.full(max(states[2], 2), draw(st.sampled_from([0.1, 1.0]))), n)
    return x1, x2, y


def assert_means_are_atoms(parts, result):
    means = [values.mean() for values in parts[:4]]
    np.testing.assert_allclose(means, result.atoms, rtol=0, atol=1e-9)


@given(samples())
def test_means_are_the_atoms(columns):
    result = plug_in(*columns)
    parts = ff.pointwise(result, *columns)
    assert_means_are_atoms(parts, result)
    assert {values.shape for values in parts} == {(len(columns[0]),)}
    assert all(np.isfinite(values).all() for values in parts)


@settings(max_examples=25)
@given(samples(least=8), st.sampled_from(["auto", "shuffle", "qe"]), st.booleans())
def test_means_are_the_corrected_atoms(columns, method, resampled):
    result = ff.pid(*columns, bias_correction=method, n_resamples=25 * resampled)
    assert result.bias_correction != "none"
    assert_means_are_atoms(ff.pointwise(result, *columns), result)


@settings(max_examples=15)
@given(samples(least=8))
def test_a_better_estimate_of_the_bias_is_not_subtracted(columns):
    """With an interval and no correction `bias` is known, and still in the atoms."""
    result = ff.pid(*columns, bias_correction="none", n_resamples=25)
    assert result.bias_correction == "none"
    assert_means_are_atoms(ff.pointwise(result, *columns), result)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@given(samples(), st.sampled_from([0, 1, 10_000]))
def test_the_shift_is_within_what_is_certified(columns, max_iter):
    """From the value of the coupling, summed over the rows in another way than the code has."""
    result = plug_in(*columns, max_iter=max_iter)
    q = result.coupling()
    pair, py = q.sum(2, keepdims=True), q.sum((0, 1))
    known = q > 0
    ratio = np.divide(q, pair * py, out=np.ones_like(q), where=known & (pair * py > 0))
    value = np.sum(q * np.log2(ratio))
    parts = ff.pointwise(result, *columns)
    union = sum(values.mean() for values in parts[:3])
    assert union - value <= result.gap + 1e-12
    if max_iter == 10_000:
        assert result.converged
        assert abs(union - value) <= 1e-4 + 1e-12


@given(samples(), st.randoms(use_true_random=False))
def test_order_of_the_rows_is_that_of_the_values(columns, random):
    result = plug_in(*columns)
    order = list(range(len(columns[0])))
    random.shuffle(order)
    expected = [values[order] for values in ff.pointwise(result, *columns)]
    got = ff.pointwise(result, *(column[order] for column in columns))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12)


@given(samples(soft=False), st.permutations(range(4)), st.permutations(range(4)))
def test_names_of_the_states_do_not_matter(columns, order1, order2):
    """Solved for again, so the couplings agree up to their gap only: tol is tiny.

    Where several couplings are optimal, values could differ. They are compared where only one
    is: r + u1 = i1 and u2 + s = i12 - i1 do not depend on the coupling at all.
    """
    x1, x2, y = columns
    other = np.take(order1, x1), np.take(np.array(list("dcba"))[list(order2)], x2), 3 - y
    one = ff.pointwise(plug_in(x1, x2, y), x1, x2, y)
    two = ff.pointwise(plug_in(*other), *other)
    np.testing.assert_allclose(one[4:], two[4:], rtol=0, atol=1e-12)
    for p, q in ((0, 1), (0, 2), (2, 3), (1, 3)):
        np.testing.assert_allclose(one[p] + one[q], two[p] + two[q], rtol=0, atol=1e-12)


@given(samples(soft=False))
def test_swapping_the_sources_swaps_the_unique_parts(columns):
    x1, x2, y = columns
    one = ff.pointwise(plug_in(x1, x2, y), x1, x2, y)
    two = ff.pointwise(plug_in(x2, x1, y), x2, x1, y)
    np.testing.assert_allclose(
        [one.entropy1, one.entropy2, one.entropy_joint],
        [two.entropy2, two.entropy1, two.entropy_joint],
        rtol=0,
        atol=1e-12,
    )
    for p, q in (("redundancy", "unique1"), ("redundancy", "unique2"), ("unique2", "synergy")):
        swapped = {"unique1": "unique2", "unique2": "unique1"}
        left = getattr(one, p) + getattr(one, q)
        right = getattr(two, swapped.get(p, p)) + getattr(two, swapped.get(q, q))
        np.testing.assert_allclose(left, right, rtol=0, atol=1e-12)


@given(samples(soft=False))
def test_sums_of_parts_are_local_information(columns):
    """r + u1 = log2 p(y|x1)/p(y), r + u2 with x2, all four with both, counted row by row."""
    x1, x2, y = (column.tolist() for column in columns)
    n = len(y)
    parts = ff.pointwise(plug_in(x1, x2, y), x1, x2, y)
    classes = Counter(y)
    for states, names in (
        (x1, ATOMS[:2]),
        (x2, ("redundancy", "unique2")),
        (list(zip(x1, x2, strict=True)), ATOMS),
    ):
        with_y, alone = Counter(zip(states, y, strict=True)), Counter(states)
        expected = [
            np.log2(with_y[x, c] * n / (alone[x] * classes[c]))
            for x, c in zip(states, y, strict=True)
        ]
        got = sum(getattr(parts, name) for name in names)
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-9)


# -- values by hand --------------------------------------------------------------------

BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 10).T


def parts_of(y, *, tol=1e-9):
    result = plug_in(*BITS, y, tol=tol)
    return ff.pointwise(result, *BITS, y)


def test_each_row_of_xor_is_one_bit_of_synergy():
    """No source alone moves p(y), and q* makes both independent of y: u = 0, i12 = 1."""
    parts = parts_of(BITS[0] ^ BITS[1])
    expected = np.repeat([[0], [0], [0], [1], [1], [1], [0]], 40, 1)
    np.testing.assert_allclose(parts, expected, atol=1e-6)


def test_each_row_of_a_copy_is_one_bit_of_its_source():
    """y = x1: i1 = i12 = 1, i2 = 0, and any q* has q(y|x1,x2) = 1: u = 1."""
    for source, expected in ((0, [0, 1, 0, 0, 0, 1, 0]), (1, [0, 0, 1, 0, 1, 0, 0])):
        np.testing.assert_allclose(
            parts_of(BITS[source]), np.repeat(np.array(expected)[:, None], 40, 1), atol=1e-6
        )


def test_rows_of_and_are_those_of_its_known_coupling():
    """y = 1 is the cell (1,1,1) of mass 1/4, and what keeps p(x1,y) and p(x2,y) of y = 0 is::

        q(0,0,0) = 1/2 - a    q(0,1,0) = q(1,0,0) = a    q(1,1,0) = 1/4 - a

    At a = 0 the sources are equal, so I_q(X1,X2;Y) = I(X1;Y) = 0.3113, less than which there is
    not: that is q*, where q*(y|0,0) is 1 for y = 0, and q*(y|1,1) is 1/2 for both.

    Rows, with l = log2(4/3) = -log2 p(y=0): y = 1: i = log2 (1/2)/(1/4) = 1, i12 = 2, u = 1,
    so r = 1, s = 1. y = 0, x1 = x2 = 0: i = l, i12 = l, u = l: r = l, s = 0.
    x1 = 0, x2 = 1: i1 = l, i2 = l - 1, i12 = l; E[.|x1=0] = l, E[.|x2=1,y=0] = l - 1, so
    u = l - 1/2: r = l - 1/2, u1 = 1/2, u2 = -1/2, s = 1/2.
    """
    l0 = np.log2(4 / 3)
    expected = np.array(
        [
            [l0, l0 - 0.5, l0 - 0.5, 1],
            [0, 0.5, -0.5, 0],
            [0, -0.5, 0.5, 0],
            [0, 0.5, 0.5, 1],
            [0, 0, 1, 1],  # H(Y|x1): 0 given 0, 1 bit given 1
            [0, 1, 0, 1],
            [0, 0, 0, 0],
        ]
    )
    got = np.array(parts_of(BITS[0] & BITS[1], tol=1e-10))
    np.testing.assert_allclose(got, np.tile(expected, 10), atol=1e-4)


def test_soft_rows_are_means_over_the_classes():
    """One-hot rows are labels; a soft row of XOR has s = sum_y P(y) log2 P(y) / (1/2)."""
    y = np.where((BITS[0] ^ BITS[1])[:, None] == [0, 1], 0.9, 0.1)
    parts = parts_of(y)
    expected = 1 + 0.9 * np.log2(0.9) + 0.1 * np.log2(0.1)
    np.testing.assert_allclose(parts.synergy, expected, atol=1e-6)
    np.testing.assert_allclose(parts.entropy_joint, 1 - expected, atol=1e-12)
    labels = BITS[0] & BITS[1]
    np.testing.assert_array_equal(parts_of(np.eye(2)[labels]), parts_of(labels))


def test_a_class_of_probability_zero_adds_nothing():
    y = np.c_[np.where(BITS[0] == 1, 0.9, 0.2), np.where(BITS[0] == 1, 0.1, 0.8)]
    with_empty = np.c_[y[:, :1], np.zeros(40), y[:, 1:]]
    np.testing.assert_allclose(parts_of(with_empty), parts_of(y), rtol=0, atol=1e-9)


@pytest.mark.parametrize("n", [1, 5])
def test_one_state_tells_nothing(n):
    columns = ["a"] * n, [3] * n, [True] * n
    parts = ff.pointwise(plug_in(*columns), *columns)
    np.testing.assert_array_equal(parts, np.zeros((7, n)))


def test_large_couplings_are_read_in_parts(monkeypatch, rng):
    columns = [rng.integers(k, size=300) for k in (7, 5, 3)]
    result = ff.pid(*columns)
    whole = ff.pointwise(result, *columns)
    monkeypatch.setitem(ff.pointwise.__globals__, "_ENTRIES", 32)
    np.testing.assert_allclose(ff.pointwise(result, *columns), whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize("options", [{"dtype": "float32"}, {"method": "ipfp"}])
def test_any_solver_will_do(options, rng):
    columns = [rng.integers(k, size=100) for k in (3, 4, 2)]
    result = plug_in(*columns, **options)
    assert_means_are_atoms(ff.pointwise(result, *columns), result)


def test_the_estimator_gives_labels_of_the_rows_it_counted():
    x1, x2, y = ff.datasets.wine()
    fit = ff.PIDEstimator(3, held_out=0.5, n_init=1, random_state=0).fit(x1, x2, y)
    rows = fit.counted_
    columns = fit.labels1_[rows], fit.labels2_[rows], np.asarray(y)[rows]
    assert_means_are_atoms(ff.pointwise(fit.result_, *columns), fit.result_)
    with pytest.raises(ValueError, match=r"result: was not made of these samples: .*counted_"):
        ff.pointwise(fit.result_, fit.labels1_, fit.labels2_, y)


# -- what it refuses -------------------------------------------------------------------


def test_other_samples_are_refused(rng):
    x1, x2, y = (rng.integers(3, size=60) for _ in range(3))
    result = plug_in(x1, x2, y)
    with pytest.raises(ValueError, match=r"frequencies of \(x1, y\) differ"):
        ff.pointwise(result, np.roll(x1, 1), x2, y)
    with pytest.raises(ValueError, match=r"frequencies of \(x2, y\) differ"):
        ff.pointwise(result, x1, np.roll(x2, 1), y)
    with pytest.raises(ValueError, match=r"frequencies of \(x1, y\) differ"):
        ff.pointwise(result, np.minimum(x1, 1), x2, y)


def test_sources_out_of_step_are_refused():
    """Rows of x2 moved within each class: both pairwise frequencies stay, the pairs do not."""
    y = BITS[0] ^ BITS[1]
    result = plug_in(*BITS, y)
    moved = BITS[1].copy()
    moved[[1, 2]] = moved[[2, 1]]
    with pytest.raises(ValueError, match=r"frequencies of \(x1, x2, y\) differ"):
        ff.pointwise(result, BITS[0], moved, y)
    corrected = ff.pid(*BITS, y, bias_correction="chao")
    with pytest.raises(ValueError, match=r"frequencies of \(x1, x2, y\) differ"):
        ff.pointwise(corrected, BITS[0], moved, y)


def test_a_batch_and_what_is_no_result_are_refused():
    y = BITS[0] & BITS[1]
    table = ff.gates.AND.pmf
    with pytest.raises(ValueError, match=r"result: .* batch of shape \(2,\); index it"):
        ff.pointwise(ff.decompose(np.stack([table, table])), *BITS, y)
    one = ff.decompose(np.stack([table, table]))[1]
    assert_means_are_atoms(ff.pointwise(one, *BITS, y), one)
    with pytest.raises(TypeError, match="result: expected a PID, got Atoms"):
        ff.pointwise(one.atoms, *BITS, y)
    with pytest.raises(ValueError, match="result: has no coupling"):
        ff.pointwise(dataclasses.replace(one, factored=None), *BITS, y)
    with pytest.raises(TypeError, match=r"x1: result is of what classifiers decode, .* alone"):
        ff.pointwise(decoded(), *BITS, y)
    with pytest.raises(ValueError, match="result: has no joint posterior"):
        ff.pointwise(decoded(joint=False))
    none = dataclasses.replace(decoded(), row_terms=np.empty((0, 4)))
    with pytest.raises(ValueError, match="result: of fit_blocks keeps no rows"):
        ff.pointwise(none)
    with pytest.raises(TypeError, match=r"x1: expected the labels or the fourfold.Counts"):
        ff.pointwise(one)
    with pytest.raises(ValueError, match="x1, x2, y: expected the same number of rows"):
        ff.pointwise(one, *BITS, y[:-1])


def test_rows_of_classifiers_have_the_means_of_what_labels_confirm():
    result = decoded()
    parts = ff.pointwise(result)
    assert parts.synergy.shape == (400,)
    means = [result.row_weights @ values for values in parts[:4]]
    np.testing.assert_allclose(means, result.readings["cross_fitted"], atol=1e-12)
    (p1, _, both), y = posteriors()
    # these posteriors are exact: recalibration moves them by what 400 rows do not know
    i1, i12 = (np.log2(2 * p[np.arange(400), y]) for p in (p1, both))
    assert np.corrcoef(parts.redundancy + parts.unique1, i1)[0, 1] > 0.97
    assert np.corrcoef(sum(parts[:4]), i12)[0, 1] > 0.97
    assert np.isnan(parts.entropy_joint).all()


def test_torch_tensors_are_columns():
    torch = pytest.importorskip("torch")
    y = BITS[0] & BITS[1]
    tensors = [torch.from_numpy(column.copy()) for column in (*BITS, y)]
    got = ff.pointwise(plug_in(*tensors), *tensors)
    np.testing.assert_array_equal(got, ff.pointwise(plug_in(*BITS, y), *BITS, y))


def test_strata_that_lack_states_and_classes_can_be_split():
    rng = np.random.default_rng(0)
    x1, x2 = rng.integers(2, size=(2, 400))
    x1[:200] *= 2  # states 0 and 2 in one stratum, 0 and 1 in the other
    y = x1 ^ x2
    stratum = np.repeat([0, 1], 200)
    found = ff.conditional_pid(x1, x2, y, given=stratum, bias_correction="none")
    for k, part in enumerate(found.by_stratum):
        rows = stratum == k
        split = ff.pointwise(part, x1[rows], x2[rows], y[rows])
        alone = ff.pointwise(plug_in(x1[rows], x2[rows], y[rows]), x1[rows], x2[rows], y[rows])
        np.testing.assert_allclose(np.mean(split[:4], axis=1), part.atoms, atol=1e-9)
        np.testing.assert_allclose(split.synergy, alone.synergy, atol=1e-3)
    with pytest.raises(ValueError, match="take by_stratum and the rows of a stratum"):
        ff.pointwise(found.result, x1, x2, y)


# -- of counts -------------------------------------------------------------------------


@pytest.fixture
def three_states(rng):
    x1, x2, noise = rng.integers(3, size=(3, 500))
    return x1, x2, np.where(rng.random(500) < 0.4, noise, (x1 * x2) % 3)


@pytest.mark.parametrize("method", ["none", "auto"])
def test_of_counts_each_cell_has_what_its_rows_have(three_states, method):
    counts = ff.Counts.from_labels(*three_states)
    result = ff.pid(counts, bias_correction=method)
    cells, rows = ff.pointwise(result, counts), ff.pointwise(result, *three_states)
    np.testing.assert_array_equal(cells.counts, counts.cells.counts)
    table = counts.table()
    place = np.cumsum(table.ravel() > 0).reshape(table.shape) - 1
    for of_cells, of_rows in zip(cells, rows, strict=True):
        assert of_cells.shape == cells.counts.shape
        np.testing.assert_array_equal(of_cells[place[three_states]], of_rows)
    means = np.average(cells[:4], axis=1, weights=cells.counts)
    np.testing.assert_allclose(means, result.atoms, rtol=0, atol=1e-9)


def test_states_without_samples_change_nothing(three_states):
    """As of clusters in which no row is, which `PIDEstimator.count` keeps as states."""
    counts = ff.Counts.from_labels(*three_states)
    wider = counts + ff.Counts(states=([8, 9], [-1], [9]))
    found = ff.pointwise(ff.pid(wider), wider)
    expected = ff.pointwise(ff.pid(counts), counts)
    for name in ATOMS:
        values = getattr(found, name)
        np.testing.assert_allclose(values, getattr(expected, name), rtol=0, atol=1e-12)


def test_of_many_samples_means_are_the_atoms(rng):
    table = rng.multinomial(3 * 10**10, rng.dirichlet(np.full(60, 0.3))).reshape(4, 5, 3)
    counts = ff.Counts.from_table(table)
    result = ff.pid(counts)
    parts = ff.pointwise(result, counts)
    means = np.average(parts[:4], axis=1, weights=parts.counts)
    np.testing.assert_allclose(means, result.atoms, rtol=0, atol=1e-9)
    assert len(parts.synergy) == np.count_nonzero(table)


def test_weights_can_be_split(three_states, rng):
    counts = ff.Counts.from_labels(*three_states, weights=rng.random(500))
    result = ff.pid(counts)
    parts = ff.pointwise(result, counts)
    means = np.average(parts[:4], axis=1, weights=parts.counts)
    np.testing.assert_allclose(means, result.atoms, rtol=0, atol=1e-9)


def test_other_counts_and_wrong_mixtures_are_refused(three_states):
    x1, x2, y = three_states
    counts = ff.Counts.from_labels(x1, x2, y)
    result = ff.pid(counts)
    with pytest.raises(ValueError, match=r"frequencies of \(x1, y\) differ"):
        ff.pointwise(result, ff.Counts.from_labels(np.roll(x1, 1), x2, y))
    with pytest.raises(TypeError, match="x2: the counts given as x1 hold x1, x2 and y"):
        ff.pointwise(result, counts, x2)
    with pytest.raises(TypeError, match="y: expected labels as for x1, got None"):
        ff.pointwise(result, x1, x2)
    with pytest.raises(TypeError, match=r"parts: are of cells of counts.*labels of the rows"):
        ff.sample_weights(ff.pointwise(result, counts))
