# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The dual pair of a result: it is feasible, and its value is the reported lower bound."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import _core
from tests.support.certified import assert_has_the_dual_of, lower_bound
from tests.support.marks import ignore_undersampled, on_each_device
from tests.support.plug_in import plug_in
from tests.support.tables import decades, dense, sparse

pytestmark = [on_each_device, ignore_undersampled]


def near_equal(shape, seed):
    return 1 + 1e-7 * dense(shape, seed)


def deterministic(shape, seed):
    """Y, and often X2, a function of the rest, with little else."""
    rng = np.random.default_rng(seed)
    table = 1e-9 * rng.random(shape) * (rng.random(shape) < 0.5)
    for i in range(shape[0]):
        table[i, i % shape[1], i % shape[2]] += 1
    return table


def zero_rows(shape, seed):
    """States and a class without mass, and cells that the core leaves out."""
    table = dense(shape, seed) * 10.0 ** np.random.default_rng(seed).uniform(-40, 0, shape)
    table[1:2] = table[:, 2:3] = table[..., 1:2] = 0
    return table


kinds = st.sampled_from([dense, sparse, decades, near_equal, deterministic, zero_rows])
shapes = st.tuples(*[st.integers(1, 6)] * 3)
METHODS = ["auto", "ipfp", "newton", "sparse", "active", "reference"]


@given(kinds, shapes, st.integers(0, 2**16), st.sampled_from([1e-2, 1e-4, 1e-8]))
def test_the_pair_is_feasible_and_its_value_is_the_lower_bound(kind, shape, seed, tol):
    table = kind(shape, seed)
    table.flat[0] += 1e-3 if table.dtype.kind == "f" else 1
    assert_has_the_dual_of(ff.decompose(table, tol=tol), table)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("kind", [dense, sparse, decades, deterministic, zero_rows])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.cpu_only
def test_every_method_keeps_it(method, kind):
    most = 6 if method == "reference" else 200
    for shape in [(3, 7, 4), (9, 4, 5), (6, 5, 40), (1, 4, 3), (4, 1, 3), (4, 4, 1)]:
        table = kind(shape, 3)
        table.flat[0] += 1
        for max_iter in (0, 3, most):
            result = ff.decompose(table, method=method, tol=1e-9, max_iter=max_iter)
            assert_has_the_dual_of(result, table)


@pytest.mark.cpu_only
@pytest.mark.usefixtures("simd")
def test_every_instruction_set_keeps_it():
    for kind in (dense, decades):
        for dtype in ("float64", "float32"):
            table = kind((20, 17, 6), 1)
            assert_has_the_dual_of(ff.decompose(table, dtype=dtype), table)


def test_of_a_single_result_nothing_is_solved_again(monkeypatch):
    table = dense((6, 5, 4))
    result = ff.decompose(table, device="cpu")
    monkeypatch.setattr(_core, "solve_one", None)
    assert_has_the_dual_of(result, table)
    assert result.dual is result.dual


def test_batches_and_their_parts_have_it():
    tables = np.stack([dense((4, 3, 5), seed) for seed in range(6)]).reshape(2, 3, 4, 3, 5)
    batch = ff.decompose(tables)
    part = batch[1, 2]
    assert_has_the_dual_of(part, tables[1, 2])
    assert batch.dual.log2_a.shape == (2, 3, 4, 5)
    assert batch.dual.log2_b.shape == (2, 3, 3, 5)
    np.testing.assert_array_equal(batch.dual.log2_a[1, 2], part.dual.log2_a)
    np.testing.assert_array_equal(batch[1].dual.log2_b[2], part.dual.log2_b)
    mixed = ff.decompose_many([tables[0, 0], dense((2, 6, 3))])
    assert_has_the_dual_of(mixed[1], dense((2, 6, 3)))
    with pytest.raises(ValueError, match=r"^dual: .* several shapes; index it first"):
        _ = mixed.dual


def test_results_from_warm_starts_and_marginals_have_it():
    table = dense((6, 7, 4))
    changed = table * np.random.default_rng(1).uniform(0.99, 1.01, table.shape)
    earlier = ff.decompose(table, tol=1e-5)
    for tol in (1e-3, 1e-7):
        assert_has_the_dual_of(ff.decompose(changed, tol=tol, warm_start=earlier), changed)
        batch = ff.decompose([changed, table], tol=tol, warm_start=earlier)
        assert_has_the_dual_of(batch[0], changed)
    result = ff.decompose_marginals(table.sum(1), table.sum(0))
    assert_has_the_dual_of(result, table)
    again = pickle.loads(pickle.dumps(result))
    np.testing.assert_array_equal(again.dual.log2_a, result.dual.log2_a)


def test_a_corrected_result_has_that_of_its_table():
    x1, x2, y = np.random.default_rng(0).integers(0, 3, (3, 400))
    y = np.where(y > 1, x1 * x2 % 3, y)
    plain, corrected = (
        ff.pid(x1, x2, y, bias_correction=method, tol=1e-6) for method in ("none", "chao")
    )
    assert corrected.union_information != plain.union_information
    # tables are solved closer than tol where they are corrected
    table = np.zeros((3, 3, 3))
    np.add.at(table, (x1, x2, y), 1)
    lower = lower_bound(corrected, table)
    v = plain.union_information
    assert v - plain.gap - 1e-12 <= lower <= v + 1e-12
    assert corrected.terms(x1, x2, y).mean() == pytest.approx(lower, abs=1e-12)


# -- where v* is max(I1, I2) -------------------------------------------------------------


def latent(gain, n=40):
    """p(y|z1), p(y|z2) of y drawn from the sign of z1 + z2, equally distributed."""
    z = np.linspace(-2, 2, n)
    p = 1 / (1 + np.exp(-gain * z))
    return np.stack([p, 1 - p], 1) / n


def test_where_sources_are_alike_it_is_the_posterior_of_one():
    # both posteriors have one distribution, so U1 = U2 = 0 and v* = I1 = I2
    p = latent(3.0)
    result = ff.decompose_marginals(p, p[::-1])
    assert result.union_information - result.gap == pytest.approx(result.mi1, abs=1e-12)
    posterior = np.log2(p / p.sum(1, keepdims=True))
    np.testing.assert_allclose(result.dual.log2_a, posterior, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(result.dual.log2_b, 0.0)


def test_where_one_source_knows_all_it_is_its_posterior():
    table = np.zeros((3, 4, 3))
    table[[0, 1, 2], :, [0, 1, 2]] = dense((3, 4))
    result = ff.decompose(table)
    np.testing.assert_allclose(np.exp2(result.dual.log2_a), np.eye(3), atol=1e-12)
    swapped = ff.decompose(table.swapaxes(0, 1))
    np.testing.assert_allclose(np.exp2(swapped.dual.log2_b), np.eye(3), atol=1e-12)


# -- terms -------------------------------------------------------------------------------


def test_terms_add_up_to_the_lower_bound(rng):
    x1, x2 = rng.integers(0, 5, (2, 1000))
    y = np.where(rng.random(1000) < 0.3, x1 * x2, x1 + x2) % 4
    result = plug_in(x1, x2, y, tol=1e-3)
    terms = result.terms(x1, x2, y)
    assert terms.shape == (1000,)
    lower = result.union_information - result.gap
    assert terms.mean() == pytest.approx(lower, abs=1e-12)
    log2_a, log2_b = result.dual
    by_hand = log2_a[x1, y] + log2_b[x2, y] - np.log2(np.bincount(y) / 1000)[y]
    np.testing.assert_allclose(terms, by_hand, rtol=0, atol=1e-12)


def test_terms_of_other_rows_stay_below_their_information(rng):
    truth = dense((4, 4, 3), 5)
    truth /= truth.sum()
    true = ff.decompose(truth, tol=1e-8)
    cells = np.unravel_index(np.arange(truth.size), truth.shape)
    py = truth.sum((0, 1))
    for _ in range(20):
        table = rng.multinomial(60, truth.ravel()).reshape(truth.shape) + 0.01
        terms = ff.decompose(table).terms(*cells)
        missed = py @ np.log2(py / table.sum((0, 1)) * table.sum())
        assert terms @ truth.ravel() - missed <= true.union_information + 1e-12


def test_terms_of_states_without_mass_are_minus_infinity():
    table = np.zeros((3, 3, 3))
    table[:2, :2, :2] = dense((2, 2, 2))
    terms = ff.decompose(table).terms([0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2])
    assert np.isfinite(terms[0])
    np.testing.assert_array_equal(terms[1:], -np.inf)


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        (([0, 5], [0, 0], [0, 0]), IndexError, r"^x1: expected states in \[0, 4\), got 5 at row 1"),
        (([0, 1], [-1, 0], [0, 0]), IndexError, r"^x2: .* in \[0, 3\), got -1 at row 0"),
        (([0, 1], [0, 0], [0, 2]), IndexError, r"^y: expected states in \[0, 2\), got 2 at row 1"),
        (([0, 1], [0.5, 1], [0, 0]), ValueError, r"^x2: .* integers .* got dtype float64; of labels"),
        (([0, 1], [0, 1], ["a", "b"]), ValueError, r"^y: .*numpy.unique\(y, return_inverse=True"),
        ((0, 0, 0), ValueError, r"^x1: expected the number of a state in each row, .* shape \(\)"),
        (([0, 1], [0], [0, 1]), ValueError, r"^x1, x2, y: .* same number of rows, but x1 has 2"),
    ],
)  # fmt: skip
def test_terms_refuse_what_are_no_states(given, error, says):
    result = ff.decompose(dense((4, 3, 2)))
    with pytest.raises(error, match=says):
        result.terms(*given)


def test_a_batch_and_a_result_without_marginals_say_so():
    batch = ff.decompose([dense((2, 2, 2))])
    with pytest.raises(ValueError, match=r"^terms: .*\(1,\); index it first"):
        batch.terms([0], [0], [0])
    bare = dataclasses.replace(batch[0], certified_dual=None)
    with pytest.raises(ValueError, match=r"^dual: .* without its marginals"):
        _ = bare.dual
