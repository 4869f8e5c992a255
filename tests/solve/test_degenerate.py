# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables on the edge: deterministic, disconnected, trivial, repeated, over many decades."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import xlogy

import fourfold as ff
from tests.support.marks import ignore_undersampled, on_each_device

pytestmark = [on_each_device, ignore_undersampled]

ALL = ("auto", "newton", "sparse", "ipfp")
SECOND_ORDER = ("newton", "sparse")
ROUNDING = 1e-12


def information(joint):
    """I(X;Y) in bits of p(x,y)."""
    of_x, of_y = joint.sum(1), joint.sum(0)
    return (xlogy(joint, joint).sum() - xlogy(of_x, of_x).sum() - xlogy(of_y, of_y).sum()) / (
        np.log(2)
    )


def solved(table, tol=1e-9, methods=ALL):
    """The result of the first method; all must converge and their intervals meet."""
    results = [
        # second-order steps are the CPU's: on a CUDA device they are what to compare with
        ff.decompose(
            table, tol=tol, method=method, device="cpu" if method in SECOND_ORDER else "auto"
        )
        for method in methods
    ]
    for method, result in zip(methods, results, strict=True):
        assert result.converged, method
        assert result.gap <= tol, method
        assert min(result.atoms) >= -ROUNDING, method
        assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-10)
    for one, other in itertools.combinations(results, 2):
        assert_meet(one.lower, one.upper, other.lower, other.upper)
    return results[0]


def assert_meet(lower, upper, other_lower, other_upper):
    assert np.all(np.asarray(lower) <= np.asarray(other_upper) + ROUNDING)
    assert np.all(np.asarray(other_lower) <= np.asarray(upper) + ROUNDING)


def assert_holds(result, atoms):
    """The exact atoms lie in the certified intervals."""
    assert_meet(result.lower, result.upper, atoms, atoms)


def channel(rng, k1, k2, ky):
    """X1 = f(Y): p(x1,y) and p(x2,y) leave one coupling only."""
    table = np.zeros((k1, k2, ky))
    table[rng.integers(0, k1, ky), :, np.arange(ky)] = rng.standard_exponential((ky, k2))
    return table / table.sum()


@pytest.mark.parametrize("decades", [0, 12, 200])
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("shape", [(2, 2, 2), (4, 5, 9), (7, 3, 7), (12, 12, 6)], ids=str)
def test_a_source_that_the_target_determines_leaves_no_synergy(rng, shape, swap, decades):
    table = channel(rng, *shape) * 10.0 ** -rng.uniform(0, decades, shape)
    table /= table.sum()
    if swap:
        table = table.swapaxes(0, 1)
    mi1, mi2 = information(table.sum(1)), information(table.sum(0))
    mi = information(table.reshape(-1, table.shape[2]))
    result = solved(table)
    assert_holds(result, (mi1 + mi2 - mi, mi - mi2, mi - mi1, 0.0))


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (1, 1, 7), (5, 6, 1), (1, 6, 4), (6, 1, 4), (1, 300, 20)], ids=str
)
def test_one_class_or_one_state(rng, shape, method):
    table = rng.standard_exponential(shape) ** 6
    result = ff.decompose(table, tol=1e-10, method=method)
    p = table / table.sum()
    assert result.converged
    assert_holds(result, (0.0, information(p.sum(1)), information(p.sum(0)), 0.0))


def block_diagonal(blocks, weights):
    table = np.zeros(np.sum([block.shape for block in blocks], axis=0))
    ends = np.cumsum([block.shape for block in blocks], axis=0)
    for block, weight, end in zip(blocks, weights, ends, strict=True):
        at = tuple(slice(e - k, e) for e, k in zip(end, block.shape, strict=True))
        table[at] = weight * block / block.sum()
    return table


@pytest.mark.parametrize("least", [0.2, 1e-3, 1e-9])
def test_disconnected_systems_average_and_all_tell_which_it_is(rng, least):
    blocks = [rng.integers(0, 5, (3, 4, 2)), rng.random((2, 2, 3)), np.ones((1, 3, 1))]
    weights = np.array([least, 0.3, 0.7 - least])
    parts = [solved(block) for block in blocks]
    result = solved(block_diagonal(blocks, weights))
    of_block = (-(weights * np.log2(weights)).sum(), 0.0, 0.0, 0.0)
    low, high = (of_block + weights @ [getattr(p, end) for p in parts]
                 for end in ("lower", "upper"))  # fmt: skip
    assert_meet(result.lower, result.upper, low, high)


def test_disconnected_sources_that_share_the_classes(rng):
    """Mass may move between the blocks of the coupling, where the table has none."""
    table = np.zeros((6, 6, 3))
    table[:3, :3] = rng.integers(1, 5, (3, 3, 3))
    table[3:, 3:] = rng.integers(1, 5, (3, 3, 3))
    result = solved(table)
    # each source is worth at least as much with the number of the block taken away
    merged = solved(table[:3] + table[3:])
    assert merged.unique1 <= result.unique1 + 1e-9
    plain = ff.decompose(table, tol=1e-3, method="reference", device="cpu")
    assert_meet(result.lower, result.upper, plain.lower, plain.upper)


@pytest.mark.parametrize("part", [0.5, 1e-3, 1e-9])
def test_splitting_a_state_in_proportion_changes_no_atom(rng, part):
    table = rng.integers(0, 6, (4, 5, 3)).astype(float)
    split = np.concatenate([table[:-1], part * table[-1:], (1 - part) * table[-1:]])
    split = np.concatenate([part * split[:, :1], (1 - part) * split[:, :1], split[:, 1:]], 1)
    before, after = solved(table), solved(split)
    assert_meet(before.lower, before.upper, after.lower, after.upper)


@pytest.mark.parametrize("gate", ff.gates.ALL, ids=lambda gate: gate.name)
def test_atoms_do_not_depend_on_which_coupling_is_optimal(rng, gate):
    """Each source gets a coin of its own: the coupling of the coins is free."""
    table = np.kron(gate.pmf, rng.dirichlet(np.ones(6)).reshape(2, 3, 1))
    result = solved(table)
    assert_holds(result, gate.atoms)
    orders = [rng.permutation(size) for size in table.shape]
    other = solved(table[np.ix_(*orders)])
    assert_holds(other, gate.atoms)
    for found, p in ((result, table), (other, table[np.ix_(*orders)])):
        q = found.coupling()
        np.testing.assert_allclose(q.sum(1), p.sum(1), rtol=0, atol=1e-14)
        attained = information(q.reshape(-1, q.shape[2]))
        assert attained == pytest.approx(found.union_information, abs=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_a_count_of_one_among_billions(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 10**9, (5, 6, 4)) * (rng.random((5, 6, 4)) < 0.5)
    counts[rng.random(counts.shape) < 0.2] = 1
    result = solved(counts, methods=("auto", *SECOND_ORDER))
    assert result.n_samples == counts.sum()
    # without the ones the sources and the target are at most as far apart as their mass allows
    without = solved(np.where(counts == 1, 0, counts), methods=("auto", *SECOND_ORDER))
    mass = (counts == 1).sum() / counts.sum()
    entropy = -60 * mass * np.log2(mass)
    np.testing.assert_allclose(result.atoms, without.atoms, rtol=0, atol=1e-8 + entropy)


@pytest.mark.parametrize("tiny", [1e-18, 1e-25, 1e-29])
@pytest.mark.parametrize("seed", range(4))
def test_tiny_entries_beside_zeros(seed, tiny):
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, (6, 7, 4))
    dense = rng.random(kinds.shape)
    table = np.choose(kinds, (dense / dense.sum(), tiny, 0.0))
    result = solved(table, tol=1e-9, methods=("auto", *SECOND_ORDER))
    limit = solved(np.where(kinds == 0, table, 0.0), tol=1e-9, methods=("auto", *SECOND_ORDER))
    np.testing.assert_allclose(result.atoms, limit.atoms, rtol=0, atol=1e-8)


@pytest.mark.parametrize("noise", [0.0, 1e-18, 1e-12, 1e-6])
@pytest.mark.parametrize("seed", range(6))
def test_deterministic_targets_with_noise(seed, noise):
    rng = np.random.default_rng(seed)
    table = np.zeros((5, 6, 4))
    i, j = np.indices(table.shape[:2])
    table[i, j, rng.integers(0, 4, i.shape)] = rng.standard_exponential(i.shape)
    table = table / table.sum() + noise * rng.random(table.shape)
    result = solved(table, tol=1e-9, methods=("auto", *SECOND_ORDER))
    plain = ff.decompose(table, tol=5e-3, method="reference", device="cpu")
    assert plain.converged
    assert_meet(result.lower, result.upper, plain.lower, plain.upper)


# -- finds of `python -m benchmarks robustness`: thousands of steps where others need twenty --


def tiny_or_zero(shape, seed):
    """A third of the cells ordinary, a third 1e-18, a third zero."""
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, shape)
    dense = rng.standard_exponential(shape)
    return np.choose(kinds, (dense / dense.sum(), 1e-18, 0.0))


@pytest.mark.parametrize(
    ("shape", "seed"),
    [((12, 12, 4), 599), ((16, 16, 4), 264), ((16, 16, 4), 277), ((16, 16, 4), 364)],
    ids=str,
)
@pytest.mark.cpu_only
def test_tiny_entries_that_stall_second_order_steps(shape, seed):
    table = tiny_or_zero(shape, seed)
    result = solved(table, tol=1e-8, methods=("auto", *SECOND_ORDER))
    # a coarse first-order interval, from another path to the optimum
    early = ff.decompose(table, tol=1e-4, method="ipfp")
    assert early.converged
    assert_meet(result.lower, result.upper, early.lower, early.upper)


def test_three_changed_cells_of_a_uniform_table():
    table = np.full((5, 8, 4), 2)
    table[2, 5, 2], table[2, 6, 1], table[4, 4, 0] = 3, 0, 1
    result = solved(table, tol=1e-8, methods=("auto", *SECOND_ORDER))
    # the rows and columns without a changed cell are one row and one column
    merged = np.concatenate([table[[0, 1, 3]].sum(0, keepdims=True), table[[2, 4]]])
    merged = np.concatenate(
        [merged[:, [0, 1, 2, 3, 7]].sum(1, keepdims=True), merged[:, [4, 5, 6]]], 1
    )
    fewer = solved(merged, tol=1e-8, methods=("auto", *SECOND_ORDER))
    assert_meet(result.lower, result.upper, fewer.lower, fewer.upper)


# -- every small table of two states each ------------------------------------------------


def binary_union(table, points=41):
    """Least I_q(X1,X2;Y) over a grid of couplings of a 2 x 2 x 2 table: an upper bound.

    Given y, one number t fixes the coupling, between its Frechet bounds.
    """
    p = table / table.sum()
    steps = np.linspace(0, 1, points)
    of_y = []
    for y in range(2):
        (row, _), (column, _), mass = p[:, :, y].sum(1), p[:, :, y].sum(0), p[:, :, y].sum()
        low, high = max(0.0, row + column - mass), min(row, column)
        t = low + steps * (high - low)
        q = np.stack([t, row - t, column - t, mass - row - column + t])
        of_y.append(np.maximum(q, 0.0))
    first, second = of_y[0][:, :, None], of_y[1][:, None, :]
    conditional = (
        xlogy(first, first) + xlogy(second, second) - xlogy(first + second, first + second)
    )
    return (conditional.sum(0).min() - xlogy(p.sum((0, 1)), p.sum((0, 1))).sum()) / np.log(2)


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize(("entries", "stride"), [((0, 1), 1), ((0, 1, 10**9), 17)])
def test_every_binary_table(entries, stride, method):
    tables = np.array(list(itertools.product(entries, repeat=8))[1::stride], dtype=np.int64)
    tables = tables.reshape(-1, 2, 2, 2)
    result = ff.decompose(tables, tol=1e-9, method=method)
    assert result.converged.all()
    for k, table in enumerate(tables):
        of_grid = binary_union(table)
        assert result.union_information[k] - result.gap[k] <= of_grid + 1e-12
        assert result.union_information[k] >= of_grid - 5e-3


# -- far more states on one axis ---------------------------------------------------------


def test_one_long_axis_with_many_classes():
    gate = ff.gates.blackwell(1000, 3, 500, random_state=1)
    result = ff.decompose(gate.pmf, tol=1e-8)
    assert result.converged
    assert_holds(result, gate.atoms)


def test_two_classes_of_a_long_axis(rng):
    counts = rng.poisson(0.7, (2000, 2, 2))
    result = solved(counts, tol=1e-8)
    # rows in proportion are one state: there are few different ones among small counts
    rows, multiplicity = np.unique(counts.reshape(2000, 4), axis=0, return_counts=True)
    merged = (rows * multiplicity[:, None]).reshape(-1, 2, 2)
    fewer = solved(merged, tol=1e-8)
    assert_meet(result.lower, result.upper, fewer.lower, fewer.upper)
