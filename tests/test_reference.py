# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The fast path against the plain log-domain solver over the explicit tensor."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold import _core

SHAPES = [(2, 2, 2), (3, 4, 2), (5, 2, 7), (1, 4, 3), (4, 1, 3), (7, 9, 5), (17, 3, 3), (2, 33, 4)]


@pytest.fixture(params=_core.simd_levels())
def simd(request):
    """Each instruction set of this machine in turn."""
    before = _core.simd()
    _core.select_simd(request.param)
    yield request.param
    _core.select_simd(before)


def dense(shape, seed=0):
    return np.random.default_rng(seed).exponential(size=shape)


def sparse(shape, seed=0):
    table = np.random.default_rng(seed).poisson(0.5, shape)
    table.flat[0] += 1
    return table


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", [dense, sparse])
def test_intervals_of_both_methods_overlap(simd, family, shape):
    table = family(shape)
    fast = ff.decompose(table, tol=1e-7)
    plain = ff.decompose(table, tol=2e-3, method="reference")
    assert fast.converged
    assert plain.converged
    assert fast.mi_joint == plain.mi_joint
    assert fast.mi1 == plain.mi1
    for atom in range(4):
        assert plain.lower[atom] - 1e-12 <= fast.upper[atom]
        assert fast.lower[atom] <= plain.upper[atom] + 1e-12
    # the plain solver's value is far better than its certificate
    np.testing.assert_allclose(fast.atoms, plain.atoms, rtol=0, atol=5e-4)


@pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("family", [dense, sparse])
def test_first_projection_is_the_same_computation(simd, family, shape):
    """Before any outer step both are Sinkhorn from conditional independence, which fits."""
    table = family(shape)
    fast = ff.decompose(table, tol=1e-12, max_iter=0)
    plain = ff.decompose(table, tol=1e-12, max_iter=0, method="reference")
    np.testing.assert_allclose(fast.atoms, plain.atoms, rtol=0, atol=1e-12)
    np.testing.assert_allclose(fast.gap, plain.gap, rtol=0, atol=1e-12)
    np.testing.assert_allclose(fast.coupling(), plain.coupling(), rtol=0, atol=1e-14)


def test_instruction_sets_agree():
    table = dense((20, 13, 6))
    results = []
    for level in _core.simd_levels():
        _core.select_simd(level)
        results.append(ff.decompose(table, tol=1e-9).union_information)
    np.testing.assert_allclose(results, results[0], rtol=0, atol=2e-9)


def test_vector_exponential(simd):
    x = np.concatenate([np.linspace(-700, 700, 20011), np.linspace(-1, 1, 20011), [0.0]])
    np.testing.assert_allclose(_core.vector_exp(x), np.exp(x), rtol=4.5e-16)
    assert _core.vector_exp(np.zeros(1))[0] == 1.0


def test_vector_logarithm(simd):
    x = np.concatenate(
        [np.exp(np.linspace(-700, 700, 20011)), 1 + np.linspace(-1e-3, 1e-3, 20011), [1.0]]
    )
    np.testing.assert_allclose(_core.vector_log(x), np.log(x), rtol=4.5e-16)
    assert _core.vector_log(np.ones(1))[0] == 0.0


def test_unknown_instruction_set_is_refused():
    with pytest.raises(ValueError, match="'sse9' is not an instruction set.*base"):
        _core.select_simd("sse9")
