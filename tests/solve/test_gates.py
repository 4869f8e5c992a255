# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The systems with known atoms: are they what they say, and does the solver find them?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import fourfold as ff
from fourfold import gates
from tests.support.marks import on_each_device

pytestmark = on_each_device

FAMILIES = [
    *gates.ALL,
    gates.copy(1, 1),
    gates.copy(3, 5),
    gates.product(gates.AND, gates.AND, gates.AND),
    gates.product(gates.UNQ, gates.NESTED_AND, gates.copy(2, 3)),
    gates.blackwell(2, 2, 2, random_state=1),
    gates.blackwell(5, 3, 4, random_state=2),
    gates.blackwell(4, 9, 3, random_state=3),
]


@pytest.fixture(params=FAMILIES, ids=lambda gate: gate.name)
def gate(request):
    return request.param


def mutual_information(joint):
    """Entropies, not the log of a ratio: another way than the package takes."""

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log2(p))

    return entropy(joint.sum(1)) + entropy(joint.sum(0)) - entropy(joint.ravel())


def test_pmf_is_a_distribution(gate):
    assert gate.pmf.ndim == 3
    assert gate.pmf.dtype == np.float64
    assert gate.pmf.min() >= 0
    assert gate.pmf.sum() == pytest.approx(1, abs=1e-15)
    # every state occurs: an axis of the wrong size would hide here
    for axis in range(3):
        assert np.all(gate.pmf.sum(tuple({0, 1, 2} - {axis})) > 0)


def test_pmf_is_read_only(gate):
    with pytest.raises(ValueError, match="read-only"):
        gate.pmf[0, 0, 0] = 1


def test_atoms_add_up_to_the_information_of_the_pmf(gate):
    r, u1, u2, s = gate.atoms
    assert min(gate.atoms) >= 0
    assert r + u1 == pytest.approx(mutual_information(gate.pmf.sum(1)), abs=1e-13)
    assert r + u2 == pytest.approx(mutual_information(gate.pmf.sum(0)), abs=1e-13)
    joint = gate.pmf.reshape(-1, gate.pmf.shape[2])
    assert r + u1 + u2 + s == pytest.approx(mutual_information(joint), abs=1e-13)


def test_solver_finds_the_atoms(gate):
    result = ff.decompose(gate.pmf, tol=1e-7)
    assert result.converged
    np.testing.assert_allclose(result.atoms, gate.atoms, rtol=0, atol=1e-7 + 1e-13)


def test_exact_expressions_have_the_known_decimals():
    assert gates.AND.atoms.redundancy == pytest.approx(0.3112781244591328639, abs=1e-16)
    assert gates.XORAND.pmf.shape == (2, 2, 3)
    assert gates.RDNXOR.pmf.shape == (4, 4, 4)
    assert gates.RDNUNQXOR.pmf.shape == (8, 8, 16)
    assert gates.RDNUNQXOR.atoms == (1, 1, 1, 1)


@pytest.mark.parametrize("name", ["AND", "OR", "XOR"])
def test_truth_tables(name):
    function = {"AND": int.__and__, "OR": int.__or__, "XOR": int.__xor__}[name]
    pmf = getattr(gates, name).pmf
    for a, b, y in itertools.product((0, 1), repeat=3):
        assert pmf[a, b, y] == (0.25 if function(a, b) == y else 0)


def test_all_holds_every_constant_once():
    constants = [value for value in vars(gates).values() if isinstance(value, gates.Gate)]
    assert sorted(gate.name for gate in gates.ALL) == sorted(gate.name for gate in constants)
    for gate in gates.ALL:
        assert getattr(gates, gate.name) is gate
        assert gate.source
        assert gate.description


def test_copy_counts_both_sources():
    gate = gates.copy(3, 5)
    assert gate.pmf.shape == (3, 5, 15)
    assert gate.atoms == (0, math.log2(3), math.log2(5), 0)


def test_product_keeps_the_order_of_the_axes():
    gate = gates.product(gates.UNQ, gates.AND)
    a, b = gates.UNQ.pmf, gates.AND.pmf
    expected = np.einsum("ijk,lmn->iljmkn", a, b).reshape(4, 4, 4)
    np.testing.assert_array_equal(gate.pmf, expected)
    assert gate.atoms == tuple(np.add(gates.UNQ.atoms, gates.AND.atoms))


def test_blackwell_is_reproducible_and_ordered():
    one, two = (
        gates.blackwell(4, 3, 5, random_state=7),
        gates.blackwell(4, 3, 5, random_state=7),
    )
    np.testing.assert_array_equal(one.pmf, two.pmf)
    assert one.pmf.shape == (4, 3, 5)
    assert not np.array_equal(one.pmf, gates.blackwell(4, 3, 5, random_state=8).pmf)
    assert one.atoms.unique1 == 0
    # X1 and X2 are independent given Y
    conditional = one.pmf / one.pmf.sum((0, 1))
    np.testing.assert_allclose(
        conditional, conditional.sum(1)[:, None] * conditional.sum(0), atol=1e-15
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gates.copy(0, 2), "copy: k1: expected an integer of at least 1, got 0"),
        (lambda: gates.copy(2, -1), "copy: k2: expected an integer of at least 1, got -1"),
        (
            lambda: gates.blackwell(2, 2, 0),
            "blackwell: ky: expected an integer of at least 1, got 0",
        ),
        (gates.product, "product: gates must be at least one Gate, got none"),
    ],
)
def test_errors_name_the_argument(call, words):
    with pytest.raises(ValueError, match=words):
        call()
