# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The fast path against the plain log-domain solver over the explicit tensor."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core
from tests.support.certified import assert_overlap
from tests.support.marks import ignore_undersampled
from tests.support.tables import dense, sparse

pytestmark = ignore_undersampled

SHAPES = [
    (2, 2, 2),
    (3, 4, 2),
    (5, 2, 7),
    (1, 4, 3),
    (4, 1, 3),
    (7, 9, 5),
    (17, 3, 3),
    (2, 33, 4),
]


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", [dense, sparse])
@pytest.mark.parametrize("method", ["auto", "ipfp"])
def test_intervals_of_both_methods_overlap(family, shape, method):
    table = family(shape)
    fast = ff.decompose(table, tol=1e-7, method=method)
    plain = ff.decompose(table, tol=2e-3, method="reference")
    assert fast.converged
    assert plain.converged
    assert fast.mi_joint == plain.mi_joint
    assert fast.mi1 == plain.mi1
    assert_overlap(plain, fast)


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 3), (4, 3, 2), (2, 5, 2)], ids=str)
@pytest.mark.parametrize("family", [dense, sparse])
@pytest.mark.parametrize("method", ["auto", "newton"])
def test_methods_agree_closely_on_small_tables(family, shape, method):
    table = family(shape)
    fast = ff.decompose(table, tol=1e-9, method=method)
    plain = ff.decompose(table, tol=2e-5, method="reference", max_iter=100_000)
    np.testing.assert_allclose(fast.atoms, plain.atoms, rtol=0, atol=2e-5)


def bits_of_sub_coupling(q):
    """sum q log2(q / sum_y q), the part of I_q that the coupling decides."""
    total = np.broadcast_to(q.sum(2, keepdims=True), q.shape)
    m = q > 0
    return float((q[m] * np.log2(q[m] / total[m])).sum())


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("steps", [0, 3, 40])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", [dense, sparse])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_bounds_are_those_of_the_formulas(dtype, family, shape, steps):
    """Both bounds, restated over the explicit tensor from the factors that are returned.

    The slack of 1e-12 is a hundred thousand times below what single precision could meet.
    """
    p = family(shape) / family(shape).sum()
    p = p[p.sum((1, 2)) > 0][:, p.sum((0, 2)) > 0][:, :, p.sum((0, 1)) > 0]
    p1y, p2y = np.ascontiguousarray(p.sum(1)), np.ascontiguousarray(p.sum(0))
    options = {"method": "ipfp", "tol": 1e-15, "max_iter": steps, "num_threads": 1}
    out = _core.solve_one(p1y, p2y, dtype=dtype, **options)
    r, a, b = np.exp(out["log_r"]), out["a"], out["b"]
    q = r[:, :, None] * a[:, None, :] * b[None, :, :]
    assert np.all(q.sum(1) <= p1y * (1 + 1e-12))
    assert np.all(q.sum(0) <= p2y * (1 + 1e-12))
    py = p1y.sum(0)
    entropy = float(-(py * np.log2(py)).sum())
    assert out["upper"][0] == pytest.approx(entropy + bits_of_sub_coupling(q), abs=1e-12)
    m = a @ b.T
    log_a, log_b = (np.log2(np.where(f > 0, f, 1)) for f in (a, b))
    dual = float((p1y * log_a).sum() + (p2y * log_b).sum())
    shifts = (p1y.sum(1) @ np.log2(m.max(1)), p2y.sum(1) @ np.log2(m.max(0)))
    at_this_iterate = entropy + dual - min(shifts)
    assert out["lower"][0] >= at_this_iterate - 1e-12
    if steps == 0 and dtype == "float64":
        best = max(at_this_iterate, out["mi1"][0], out["mi2"][0])
        assert out["lower"][0] == pytest.approx(best, abs=1e-12)


def test_instruction_sets_agree():
    table = dense((20, 13, 6))
    results = []
    for level in _core.simd_levels():
        _core.select_simd(level)
        results.append(ff.decompose(table, tol=1e-9).union_information)
    np.testing.assert_allclose(results, results[0], rtol=0, atol=2e-9)


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize(
    ("dtype", "low", "high", "rtol"),
    [(np.float64, -700, 700, 4.5e-16), (np.float32, -87, 88, 1.2e-7)],
)
def test_vector_exponential(dtype, low, high, rtol):
    x = np.concatenate([np.linspace(low, high, 200_003), np.linspace(-1, 1, 200_003), [0.0]])
    x = x.astype(dtype)
    out = _core.vector_exp(x)
    assert out.dtype == dtype
    np.testing.assert_allclose(out.astype(np.float64), np.exp(x.astype(np.float64)), rtol=rtol)
    assert _core.vector_exp(np.zeros(1, dtype))[0] == 1.0


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize(
    ("dtype", "low", "high", "rtol"),
    [(np.float64, -700, 700, 4.5e-16), (np.float32, -87, 88, 1.8e-7)],
)
def test_vector_logarithm(dtype, low, high, rtol):
    x = np.concatenate(
        [
            np.exp(np.linspace(low, high, 200_003)),
            np.linspace(0.5, 2.0, 200_003),
            1 + np.linspace(-1e-3, 1e-3, 20011),
            [1.0],
        ]
    ).astype(dtype)
    out = _core.vector_log(x)
    assert out.dtype == dtype
    np.testing.assert_allclose(out.astype(np.float64), np.log(x.astype(np.float64)), rtol=rtol)
    assert _core.vector_log(np.ones(1, dtype))[0] == 0.0


def test_unknown_instruction_set_is_refused():
    with pytest.raises(ValueError, match=r"'sse9' is not an instruction set.*base"):
        _core.select_simd("sse9")
