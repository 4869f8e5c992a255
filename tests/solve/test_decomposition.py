# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables, batches, lists and marginals, and extreme numbers."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core
from tests.support.marks import ignore_undersampled, on_each_device

pytestmark = [on_each_device, ignore_undersampled]


def degraded(k1, k2, ky, seed):
    """X1 is a noisy copy of X2, independent of Y given X2's channel: U1 = 0 exactly."""
    rng = np.random.default_rng(seed)
    py = rng.dirichlet(np.ones(ky) * 5)
    of_x2 = rng.dirichlet(np.full(k2, 0.5), size=ky)
    noise = rng.dirichlet(np.full(k1, 0.5), size=k2)
    return np.einsum("y,yi,yj->ijy", py, of_x2 @ noise, of_x2)


@pytest.mark.parametrize("size", [(3, 3, 3), (12, 9, 5), (40, 40, 10)])
def test_degraded_channel_has_no_unique_information(size):
    result = ff.decompose(degraded(*size, seed=1), tol=1e-7)
    assert result.converged
    assert result.lower.unique1 == 0
    assert result.unique1 <= 1e-7
    assert result.redundancy == pytest.approx(result.mi1, abs=1e-7)


def test_batch_equals_loop(rng):
    tables = rng.random((3, 4, 5, 6, 3))
    batch = ff.decompose(tables, tol=1e-6)
    assert batch.shape == (3, 4)
    assert len(batch) == 3
    for index in np.ndindex(3, 4):
        one = ff.decompose(tables[index], tol=1e-6)
        part = batch[index]
        assert part.atoms == one.atoms
        assert (part.gap, part.iterations) == (one.gap, one.iterations)
        np.testing.assert_array_equal(part.coupling(), one.coupling())
    assert [row.shape for row in batch] == [(4,), (4,), (4,)]


def test_list_of_shapes_equals_loop(rng):
    shapes = [(2, 3, 2), (30, 20, 5), (1, 1, 4), (9, 2, 2)]
    tables = [rng.random(shape) for shape in shapes]
    many = ff.decompose_many(tables, tol=1e-6)
    assert many.shape == (4,)
    for table, part in zip(tables, many, strict=True):
        one = ff.decompose(table, tol=1e-6)
        assert part.atoms == one.atoms
        assert part.coupling().shape == table.shape
    counted = ff.decompose_many([np.ones((2, 2, 2), int), np.ones((1, 2, 3), int)])
    assert counted.n_samples.tolist() == [8, 6]


def test_large_and_small_problems_share_a_call(rng):
    """The large ones run one after another with threads inside, the others side by side."""
    tables = [rng.random((6, 5, 3)), rng.random((160, 150, 90)), rng.random((4, 4, 4))]
    many = ff.decompose_many(tables, tol=1e-2)
    for table, part in zip(tables, many, strict=True):
        assert part.atoms == ff.decompose(table, tol=1e-2).atoms


def test_empty_batches():
    assert ff.decompose(np.zeros((0, 2, 2, 2))).synergy.shape == (0,)
    assert ff.decompose_many([]).shape == (0,)
    assert "batch of shape (0,)" in repr(ff.decompose_many([]))


@pytest.mark.parametrize("shape", [(50, 40, 10), (130, 100, 7)])
def test_threads_do_not_change_the_result(rng, shape):
    table = rng.random(shape)
    results = [ff.decompose(table, tol=1e-3, num_threads=threads) for threads in (1, 2, 5)]
    assert results[0].atoms == results[1].atoms == results[2].atoms
    np.testing.assert_array_equal(results[0].coupling(3), results[2].coupling(3))
    tables = rng.random((9, 6, 5, 4))
    batches = [ff.decompose(tables, num_threads=threads) for threads in (1, 3)]
    np.testing.assert_array_equal(batches[0].synergy, batches[1].synergy)


@pytest.mark.parametrize("shape", [(6, 5, 4), (1, 3, 2), (2, 2, 1)])
def test_marginals_give_the_same_atoms(rng, shape):
    pmf = rng.random(shape)
    pmf /= pmf.sum()
    whole = ff.decompose(pmf, tol=1e-8)
    p1y, p2y = pmf.sum(1), pmf.sum(0)
    parts = ff.decompose_marginals(p1y, p2y, whole.mi_joint, tol=1e-8)
    np.testing.assert_allclose(parts.atoms, whole.atoms, rtol=0, atol=1e-12)
    without = ff.decompose_marginals(p1y, p2y, tol=1e-8)
    assert np.isnan(without.synergy)
    assert without.to_dict()["synergy"] is None
    assert "not known" in repr(without)
    np.testing.assert_allclose(without.atoms[:3], whole.atoms[:3], rtol=0, atol=2e-8)


def test_marginals_are_left_as_they_are(rng):
    table = rng.dirichlet(np.ones(60)).reshape(4, 5, 3)
    p1y, p2y = table.sum(1), table.sum(0) * (1 + 1e-10)  # to be matched
    before = p1y.copy(), p2y.copy()
    ff.decompose_marginals(p1y, p2y)
    np.testing.assert_array_equal(p1y, before[0])
    np.testing.assert_array_equal(p2y, before[1])


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("shape", [(6, 5, 3), (4, 6, 3)])
def test_an_empty_state_or_class_changes_no_bit(rng, shape, axis):
    # without one the tables and factors are not copied
    table = rng.dirichlet(np.ones(math.prod(shape))).reshape(shape)
    p1y, p2y = table.sum(1), table.sum(0)
    options = {"method": "ipfp", "tol": 1e-6, "max_iter": 500, "num_threads": 1}
    out = _core.solve_one(p1y, p2y, **options)
    empty = [(0, 1) if k == axis else (0, 0) for k in (0, 1)]
    padded = _core.solve_one(
        np.pad(p1y, empty), p2y if axis == 0 else np.pad(p2y, empty), **options
    )
    assert padded["lower"] == out["lower"]
    assert padded["upper"] == out["upper"]
    np.testing.assert_array_equal(padded["log_r"][: shape[0]], out["log_r"])
    np.testing.assert_array_equal(padded["a"][: shape[0], : shape[2]], out["a"])
    np.testing.assert_array_equal(padded["b"][:, : shape[2]], out["b"])


def test_marginals_in_batches(rng):
    tables = rng.random((4, 3, 5, 2))
    whole = ff.decompose(tables, tol=1e-7)
    parts = ff.decompose_marginals(tables.sum(2), tables.sum(1), whole.mi_joint, tol=1e-7)
    np.testing.assert_allclose(parts.atoms, whole.atoms, rtol=0, atol=2e-7)
    counts = rng.integers(1, 9, (3, 4, 2))
    assert ff.decompose_marginals(counts.sum(1), counts.sum(0)).n_samples == counts.sum()


@pytest.mark.parametrize(
    "convert",
    [
        lambda p: p.astype(np.float32),
        lambda p: p.astype(">f8"),
        np.asfortranarray,
        lambda p: np.repeat(p, 2, axis=0)[::2],
        lambda p: p[::-1, ::-1],
        lambda p: p.tolist(),
        lambda p: (p * 2).astype(np.int16),
        lambda p: (p * 2).astype(">i4"),
        lambda p: p * 1e-250,
        lambda p: p * 1e250,
    ],
)
def test_any_real_array_works(rng, convert):
    pmf = rng.integers(0, 9, (3, 4, 2)).astype(np.float64)
    pmf.setflags(write=False)
    result = ff.decompose(convert(pmf), tol=1e-8)
    expected = ff.decompose(pmf, tol=1e-8)
    assert result.mi_joint == pytest.approx(expected.mi_joint, abs=1e-12)
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=2e-8)


def test_counts_are_kept_as_number_of_samples():
    counts = np.arange(8).reshape(2, 2, 2)
    assert ff.decompose(counts).n_samples == 28
    assert ff.decompose(counts.astype(float)).n_samples == 28
    assert ff.decompose(counts / 28).n_samples is None
    assert ff.decompose(ff.gates.XOR.pmf).n_samples is None
    assert ff.decompose(np.stack([counts, counts + 1])).n_samples.tolist() == [28, 36]
    assert ff.decompose(counts * 10**9).n_samples == 28 * 10**9


@pytest.mark.parametrize(
    "tiny", [5e-324, 1e-300, 1e-200, 1e-100, 1e-40, 1e-31, 1e-29, 1e-18, 1e-12]
)
@pytest.mark.parametrize("where", ["cell", "row", "column", "class", "channel", "all but one"])
def test_tiny_probabilities_neither_overflow_nor_lose_mass(rng, tiny, where):
    clean = rng.random((4, 5, 3))
    clean /= clean.sum()
    table = clean.copy()
    spot = {
        "cell": (1, 2, 0),
        "row": (1,),
        "column": (slice(None), 2),
        "class": (Ellipsis, 1),
        "channel": (slice(None), slice(None, 4), 2),
        "all but one": (slice(1, None), slice(1, None), slice(1, None)),
    }[where]
    table[spot] = tiny
    zeroed = clean.copy()
    zeroed[spot] = 0
    result, limit = ff.decompose(table, tol=1e-7), ff.decompose(zeroed, tol=1e-7)
    assert result.converged
    entropy_scale = 60 * tiny * -np.log2(tiny)
    np.testing.assert_allclose(result.atoms, limit.atoms, rtol=0, atol=2e-7 + entropy_scale)
    q = result.coupling()
    p = table / table.sum()
    assert np.all(np.isfinite(q))
    np.testing.assert_allclose(q.sum(1), p.sum(1), rtol=1e-6, atol=1e-16)
    np.testing.assert_allclose(q.sum(0), p.sum(0), rtol=1e-6, atol=1e-16)
    assert np.all((q.sum(1) > 0) == (p.sum(1) > 0))


@pytest.mark.parametrize("noise", [1e-1, 1e-6, 1e-12, 1e-20, 1e-60, 1e-300])
def test_near_deterministic_channels(noise):
    """Y = X1 xor X2 seen through channels that are almost, but not quite, noiseless."""
    gate = ff.gates.product(ff.gates.AND, ff.gates.RDN).pmf
    noisy = gate + noise * np.ones_like(gate)
    result = ff.decompose(noisy, tol=1e-7)
    assert result.converged
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    if noise <= 1e-12:
        exact = ff.gates.product(ff.gates.AND, ff.gates.RDN).atoms
        np.testing.assert_allclose(result.atoms, exact, rtol=0, atol=1e-7 + 1e4 * noise)


def test_empty_rows_columns_and_classes(rng):
    table = np.zeros((6, 7, 5))
    table[1:4, 2:6, 1:4] = rng.random((3, 4, 3))
    dense = table[1:4, 2:6, 1:4]
    result = ff.decompose(table, tol=1e-8)
    expected = ff.decompose(dense, tol=1e-8)
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=1e-14)
    assert result.iterations == expected.iterations
    q = result.coupling()
    np.testing.assert_allclose(q.sum(0), table.sum(0) / table.sum(), atol=1e-15)
    assert q[0].sum() == 0


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 4), (3, 4, 1), (1, 5, 3), (5, 1, 3)])
def test_trivial_axes(rng, shape):
    result = ff.decompose(rng.random(shape), tol=1e-9)
    assert result.converged
    assert result.synergy == pytest.approx(0, abs=1e-9)
    assert result.redundancy == pytest.approx(0, abs=1e-9)


def test_unconverged_result_says_so_once_and_keeps_its_bounds(rng):
    table = rng.random((12, 12, 5))
    exact = ff.decompose(table, tol=1e-8)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = ff.decompose(table, tol=1e-8, max_iter=5)
    assert [w.category for w in caught] == [ff.ConvergenceWarning]
    assert caught[0].filename == __file__
    assert "max_iter = 5" in str(caught[0].message)
    assert not result.converged
    assert result.iterations == 5
    assert result.gap > 1e-8
    assert "NOT converged" in repr(result)
    for atom in range(4):
        assert result.lower[atom] <= exact.upper[atom]
        assert exact.lower[atom] <= result.upper[atom]
    with pytest.warns(ff.ConvergenceWarning, match="result.converged") as batch:
        ff.decompose(np.stack([table] * 3), tol=1e-8, max_iter=5)
    assert len(batch) == 1
