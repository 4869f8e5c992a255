# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Similar states made one, with what that loses in the certificate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from benchmarks.peers.soft import soft_marginals
from fourfold import _core
from fourfold.solve.options import SolverOptions
from tests.support.certified import assert_has_marginals_of, assert_has_the_dual_of


def information(q):
    """I(X1,X2;Y) in bits of a table (K1, K2, K_Y)."""
    pairs = np.broadcast_to(q.sum(2, keepdims=True) * q.sum((0, 1)), q.shape)
    seen = q > 0
    return float((q[seen] * np.log2(q[seen] / pairs[seen])).sum())


@st.composite
def tables(draw):
    """Tables with zeros, masses over decades, states that are alike, and states without mass."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.integers(1, 4)))
    table = np.exp(-draw(st.sampled_from([1.0, 6.0, 40.0])) * rng.random(shape))
    table *= rng.random(shape) >= draw(st.sampled_from([0.0, 0.3, 0.7]))
    if draw(st.booleans()):
        table = table[rng.integers(shape[0], size=2 * shape[0])]
    table[0, 0, 0] += 1e-3
    return table / table.sum()


@given(tables(), st.sampled_from([1e-6, 1e-3, 0.02, 0.3, 3.0]))
@settings(max_examples=150, deadline=None)
def test_interval_holds_for_the_given_table(table, merge):
    exact = ff.decompose(table, tol=1e-9)
    found = ff.decompose(table, merge=merge, tol=merge + 1e-4)
    slack = 1e-9
    assert found.merged <= merge
    assert found.converged
    assert found.union_information - found.gap <= exact.union_information + slack
    assert found.union_information >= exact.union_information - exact.gap - slack
    for name in ("mi1", "mi2", "mi_joint", "entropy"):
        assert getattr(found, name) == pytest.approx(getattr(exact, name), abs=1e-12)
    q = found.coupling()
    assert_has_marginals_of(q, table)
    assert information(q) <= found.union_information + slack
    assert_has_the_dual_of(found, table)


@pytest.mark.parametrize("method", ["auto", "ipfp", "newton", "sparse", "reference"])
def test_lemma_b_holds_of_every_method(method):
    p1y, p2y = soft_marginals("unequal", 24, 3, 0)
    found = ff.decompose_marginals(p1y, p2y, tol=0.05, merge=0.03, method=method)
    exact = ff.decompose_marginals(p1y, p2y, tol=1e-7)
    assert 0 < found.merged <= 0.03
    assert found.gap <= 0.05
    assert found.union_information - found.gap <= exact.union_information + 1e-9
    assert exact.union_information - exact.gap <= found.union_information + 1e-9
    rows = np.repeat(np.arange(24), 3), np.tile(np.arange(24), 3)[::-1], np.tile([0, 1, 2], 24)
    assert found.terms(*rows).shape == (72,)


def test_pieces_of_the_bounds_are_better_than_what_is_lost():
    p1y, p2y = soft_marginals("near", 200, 4, 0)
    found = ff.decompose_marginals(p1y, p2y, tol=0.06, merge=0.05)
    assert 0.03 < found.merged <= 0.05
    assert found.gap < found.merged
    assert f"{found.merged:.1e} bits lost" in repr(found)


@pytest.mark.parametrize("kind", ["near", "unequal"])
def test_few_states_are_left_and_fewer_the_more_may_be_lost(kind):
    p1y, p2y = soft_marginals(kind, 400, 5, 1)
    sizes = []
    for merge in (0.01, 0.03, 0.1, 0.3):
        groups = _core.merge_similar(p1y, p2y, merge=merge, num_threads=1)
        assert 0.85 * merge < groups["loss"] <= merge
        sizes.append(len(groups["p1y"]) + len(groups["p2y"]))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 4


def test_nothing_is_merged_without_it():
    p1y, p2y = soft_marginals("near", 30, 4, 2)
    without = ff.decompose_marginals(p1y, p2y)
    assert without == ff.decompose_marginals(p1y, p2y, merge=0.0)
    assert without.merged == 0.0
    assert "merged" not in repr(without)
    table = np.random.default_rng(0).random((5, 4, 3, 3))
    batch = ff.decompose(table)
    assert batch == ff.decompose(table, merge=0)
    assert np.array_equal(batch.merged, np.zeros(5))


def test_two_classes_are_exact_and_lose_nothing(rng):
    table = rng.random((30, 20, 2))
    found = ff.decompose(table, merge=0.05, tol=0.1)
    exact = ff.decompose(table)
    assert found.merged == 0.0
    assert found.union_information == exact.union_information
    assert found.gap == exact.gap
    padded = np.concatenate([table, np.zeros((30, 20, 1))], axis=2)
    assert ff.decompose(padded, merge=0.05, tol=0.1).merged == 0.0
    assert ff.decompose(table, merge=0.05, tol=0.1, method="ipfp").merged > 0.0


@pytest.mark.parametrize(
    "table",
    [np.ones((1, 1, 3)), np.ones((4, 1, 3)), np.ones((3, 3, 1)), np.ones((5, 4, 3))],
    ids=["one state", "one of a source", "one class", "all equal"],
)
def test_least_tables(table):
    found = ff.decompose(table, merge=0.01, tol=0.02)
    assert found.merged < 1e-12
    assert found.union_information == pytest.approx(0.0, abs=1e-12)
    assert_has_marginals_of(found.coupling(), table)


def test_all_may_be_lost(rng):
    table = rng.random((6, 5, 4))
    found = ff.decompose(table, merge=5.0, tol=6.0)
    assert found.merged == pytest.approx(found.mi1 + found.mi2)
    assert found.gap <= min(found.mi1, found.mi2) + 1e-12
    assert_has_the_dual_of(found, table)


def test_batches_are_those_of_their_parts(rng):
    table = rng.random((2, 3, 12, 9, 3))
    batch = ff.decompose(table, merge=0.02, tol=0.05)
    assert batch.merged.shape == (2, 3)
    assert f"up to {batch.merged.max():.1e} bits lost to similar states" in repr(batch)
    several = ff.decompose_many(list(table[0]), merge=0.02, tol=0.05)
    for k in np.ndindex(2, 3):
        alone = ff.decompose(table[k], merge=0.02, tol=0.05)
        assert batch[k] == alone
        assert np.array_equal(batch[k].coupling(), alone.coupling())
        assert np.array_equal(batch[k].dual.log2_a, alone.dual.log2_a)
        if k[0] == 0:
            assert several[k[1]] == alone
    assert ff.decompose(table[:0], merge=0.02, tol=0.05).merged.shape == (
        0,
        3,
    )


@pytest.mark.usefixtures("simd")
def test_the_same_each_time_and_with_any_threads():
    p1y, p2y = soft_marginals("near", 300, 6, 0)
    first, *others = [
        ff.decompose_marginals(p1y, p2y, merge=0.04, tol=0.06, num_threads=threads)
        for threads in (1, 1, 2)
    ]
    assert all(other == first for other in others)


def test_more_states_than_could_be_solved_for():
    """Of 60 000 a side, r of all pairs would take 29 GB, and is nowhere made."""
    few1, few2 = soft_marginals("near", 600, 3, 0)
    p1y, p2y = (np.repeat(p, 100, axis=0) / 100 for p in (few1, few2))
    noise = np.random.default_rng(0).random((2, 60_000, 1)) + 0.5
    p1y, p2y = p1y * noise[0], p2y * noise[1]
    p2y *= p1y.sum(0) / p2y.sum(0) / p1y.sum()
    p1y /= p1y.sum()
    found = ff.decompose_marginals(p1y, p2y, merge=0.05, tol=0.08)
    assert found.converged
    rows = np.array([0, 59_999, 31_234])
    q = found.coupling(rows, rows[::-1])
    assert q.shape == (3, 3)
    np.testing.assert_allclose(found.coupling(7).sum(0), p1y[7], rtol=1e-9)
    assert found.dual.log2_a.shape == (60_000, 3)
    again = ff.decompose_marginals(p1y, p2y, merge=0.05, tol=0.08, warm_start=found)
    assert again == found


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("method", ["ipfp", "active", "reference"])
def test_more_steps_leave_no_wider_interval(method):
    """Where they run out before the last part of the tolerance is given up, what was found stays."""
    p1y, p2y = soft_marginals("near", 60, 4, 0)
    gaps = [
        ff.decompose_marginals(
            p1y, p2y, tol=1.2e-3, merge=1e-3, method=method, max_iter=steps
        ).gap
        for steps in (0, 4, 12, 24)
    ]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < gaps[0] / 4


def test_coupling_that_had_no_room_is_that_of_the_bound(monkeypatch):
    monkeypatch.setattr("fourfold.solve.merging.has_room_for_factors", lambda *_: False)
    table = np.random.default_rng(10).dirichlet(np.full(432, 0.03)).reshape(12, 9, 4)
    found = ff.decompose(table, tol=0.051, merge=0.05)
    assert found.merged > 0
    assert information(found.coupling()) <= found.union_information + 1e-12


def test_too_little_to_lose_says_what_to_allow(monkeypatch):
    monkeypatch.setattr("fourfold.inputs.room.free_memory", lambda: 50_000_000)
    rng = np.random.default_rng(0)
    p1y, p2y = (rng.dirichlet(np.full(3, 0.3), 2500) / 2500 for _ in "ab")
    p2y *= p1y.sum(0) / p2y.sum(0)
    with pytest.raises(MemoryError, match=r"x1, x2: .*; of posteriors, merge=0\.01 with tol="):
        ff.decompose_marginals(p1y, p2y)
    with pytest.raises(
        MemoryError, match=r"^merge: 1e-06 bits leave 2\d* .*; allow more, .* merge=4e-06 "
    ):
        ff.decompose_marginals(p1y, p2y, merge=1e-6)
    assert ff.decompose_marginals(p1y, p2y, merge=0.02, tol=0.03).converged


@pytest.mark.parametrize("merge", [0.1, 0.2, np.float64(0.1)])
def test_what_leaves_nothing_of_the_tolerance_is_refused(merge):
    with pytest.raises(
        ValueError, match=r"merge: .* leaves nothing of tol = 0.1 bits; .* with tol="
    ):
        ff.decompose(ff.gates.AND.pmf, merge=merge, tol=0.1)


@pytest.mark.parametrize("merge", [-1e-3, np.nan, np.inf, "much", True, None])
def test_no_number_of_bits_is_refused(merge):
    with pytest.raises((TypeError, ValueError), match=r"^merge: "):
        ff.decompose_marginals([[0.5, 0.5]], [[0.5, 0.5]], merge=merge)


def test_corrections_and_intervals_have_the_states_of_the_table(rng):
    counts = rng.poisson(3.0, (4, 4, 3))
    for asked in ({"bias_correction": "chao"}, {"confidence_level": 0.9}, {"n_resamples": 50}):
        with pytest.raises(ValueError, match=r"^merge: 0\.01 bits; expected 0 "):
            ff.decompose(counts, merge=0.01, tol=0.1, **asked)


def test_merging_on_a_cuda_device_is_refused():
    options = SolverOptions(0.1, 10, "auto", 1, "float64", "cuda", merge=0.01)
    with pytest.raises(ValueError, match=r"^merge: .* expected merge=0, else .* device='cpu'"):
        options._check_merge()
