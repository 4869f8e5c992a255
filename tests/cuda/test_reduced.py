# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Problems that are reduced, or solved, before a CUDA device takes a step."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.solve import backends
from fourfold.solve.options import SolverOptions
from tests.support.marks import ignore_undersampled

pytestmark = [pytest.mark.gpu, pytest.mark.usefixtures("gpu"), ignore_undersampled]

DTYPES = pytest.mark.parametrize("dtype", ["float64", "float32"])


@pytest.fixture(params=["host", "device"])
def put(request, xp):
    """Takes a table to where it is to be: it stays, or goes to the device."""
    return xp.asarray if request.param == "device" else np.asarray


def on_host(values):
    return values.get() if hasattr(values, "get") else np.asarray(values)


def atoms_of(result):
    return np.array([on_host(atom) for atom in result.atoms])


def split(table, rng, times=(3, 2)):
    """The same table with each state of X1 and X2 split into so many, by random shares."""
    for axis, pieces in enumerate(times):
        shares = rng.dirichlet(np.ones(pieces), table.shape[axis])
        shape = [1, 1, 1]
        shape[axis] = -1
        table = np.repeat(table, pieces, axis) * shares.reshape(shape)
    return table


def solved_shape(p1y, p2y, dtype="float64"):
    options = SolverOptions.checked(1e-6, 10_000, None, dtype, "cuda")
    return np.asarray(backends.solve_batch(p1y, p2y, options)["solved_shape"])


@DTYPES
def test_equal_states_are_made_one(put, rng, dtype):
    small = rng.random((5, 6, 4))
    large = split(small, rng)
    large[4] = 0.0  # a part of a state, without mass
    whole = split(small, rng)
    there = ff.decompose(put(whole), tol=1e-6, dtype=dtype, device="cuda")
    here = ff.decompose(small, tol=1e-6)
    assert there.solver == "cuda-shared"
    np.testing.assert_allclose(atoms_of(there), here.atoms, rtol=0, atol=2e-6)
    q, p = on_host(there.coupling()), whole / whole.sum()
    np.testing.assert_allclose(q.sum(0), p.sum(0), rtol=0, atol=1e-14)
    np.testing.assert_allclose(q.sum(1), p.sum(1), rtol=0, atol=1e-14)
    p = large / large.sum()
    given = put(p.sum(1)[None]), put(p.sum(0)[None])
    np.testing.assert_array_equal(solved_shape(*given, dtype), [[5, 6, 4]])


def test_some_tables_of_a_batch_are_reduced_and_the_others_are_not(put, rng):
    tables = rng.random((7, 6, 6, 3))
    tables[1] = split(rng.random((2, 3, 3)), rng)
    tables[4, 2] = 0.0
    tables[5] = tables[5].sum(1)[:, None] * np.eye(6)[..., None]
    tables[6, :, :, 2] = 0.0
    tables /= tables.sum((1, 2, 3), keepdims=True)
    there = ff.decompose(put(tables), tol=1e-6, device="cuda")
    here = ff.decompose(tables, tol=1e-6)
    np.testing.assert_allclose(atoms_of(there), here.atoms, rtol=0, atol=2e-6)
    assert list(there.solver) == ["cuda-shared"] * 5 + ["equal-sources", "roc-hull"]
    shapes = solved_shape(put(tables.sum(2)), put(tables.sum(1)))
    six = [6, 6, 3]
    np.testing.assert_array_equal(shapes, [six, [2, 3, 3], six, six, [5, 6, 3], six, [6, 6, 2]])
    steps = on_host(there.iterations)
    assert (steps[:5] > 0).all()
    assert (steps[5:] == 0).all()


@DTYPES
@pytest.mark.parametrize("shape", [(7, 5, 2), (40, 7, 5, 2), (300, 200, 2)], ids=str)
def test_two_classes_are_solved_in_closed_form(put, rng, shape, dtype):
    """In double precision, whatever is asked for: as on the CPU to the last bit."""
    table = rng.random(shape) * (rng.random(shape) < 0.7)
    table /= table.sum(axis=(-3, -2, -1), keepdims=True)
    marginals = table.sum(-2), table.sum(-3)
    there = ff.decompose_marginals(*map(put, marginals), dtype=dtype, device="cuda")
    here = ff.decompose_marginals(*marginals, dtype=dtype)
    assert set(np.ravel(there.solver)) == {"roc-hull"}
    np.testing.assert_array_equal(atoms_of(there), atoms_of(here))
    np.testing.assert_array_equal(on_host(there.gap), here.gap)
    assert (on_host(there.iterations) == 0).all()
    if len(shape) == 3:
        found, known = (on_host(each.coupling()) for each in (there, here))
        np.testing.assert_allclose(found, known, rtol=0, atol=1e-14)


def test_lists_of_all_kinds(put, rng):
    tables = [rng.random((4, 3, 2)), rng.random((5, 4, 3)), split(rng.random((3, 3, 3)), rng)]
    there = ff.decompose_many(list(map(put, tables)), tol=1e-6, device="cuda")
    assert list(there.solver) == ["roc-hull", "cuda-shared", "cuda-shared"]
    here = ff.decompose_many(tables, tol=1e-6)
    np.testing.assert_allclose(atoms_of(there), here.atoms, rtol=0, atol=2e-6)


def test_first_order_steps_that_are_asked_for_are_taken(put, rng):
    there = ff.decompose(put(rng.random((4, 3, 2))), method="ipfp", device="cuda")
    assert there.solver == "cuda-shared"
    assert there.iterations > 0


@DTYPES
def test_equal_sources_need_no_step(put, rng, dtype):
    """Equal up to the order of their states, to shares of these, and to rounding."""
    masses = rng.random((6, 4))
    masses /= masses.sum()
    twice = np.repeat(masses, 2, 0) * np.tile([[0.25], [0.75]], (6, 1))
    twice *= 1 + 1e-16 * rng.normal(size=twice.shape)
    p1y, p2y = masses[rng.permutation(6)], twice[rng.permutation(12)]
    there = ff.decompose_marginals(put(p1y), put(p2y), tol=1e-12, dtype=dtype, device="cuda")
    assert there.solver == "equal-sources"
    assert there.iterations == 0
    assert 0 <= there.gap <= 1e-12
    here = ff.decompose_marginals(p1y, p2y, tol=1e-12)
    np.testing.assert_allclose(there.atoms[:3], here.atoms[:3], rtol=0, atol=1e-12)
    q = on_host(there.coupling())
    np.testing.assert_allclose(q.sum(1), p1y, rtol=0, atol=1e-14)
    np.testing.assert_allclose(q.sum(0), p2y, rtol=0, atol=1e-14)


def test_sources_that_are_nearly_equal_take_steps(put, rng):
    masses = rng.random((6, 4))
    masses /= masses.sum()
    other = masses * (1 + 1e-6 * rng.normal(size=masses.shape))
    other *= masses.sum(0) / other.sum(0)
    there = ff.decompose_marginals(put(masses), put(other), tol=1e-4, device="cuda")
    assert there.solver == "cuda-shared"
    assert there.converged


def test_an_earlier_coupling_of_a_reduced_table(put, rng):
    table = split(rng.random((5, 6, 4)), rng)
    earlier = ff.decompose(put(table), tol=1e-8, device="cuda")
    again = ff.decompose(put(table), tol=1e-4, device="cuda", warm_start=earlier)
    assert again.iterations == 0
    assert again.converged
    on_cpu = ff.decompose(table, tol=1e-4, warm_start=earlier)
    assert on_cpu.iterations == 0


def test_cells_that_the_tolerance_cannot_see_are_left_out_and_told(put, rng):
    table = rng.random((5, 6, 4))
    table[2] *= 1e-14
    table /= table.sum()
    there, here = (
        ff.decompose(place(table), tol=1e-4, device=device)
        for place, device in ((put, "cuda"), (np.asarray, "cpu"))
    )
    given = put(table.sum(1)[None]), put(table.sum(0)[None])
    options = SolverOptions.checked(1e-4, 10_000, None, "float64", "cuda")
    shape = np.asarray(backends.solve_batch(*given, options)["solved_shape"])
    np.testing.assert_array_equal(shape, [[4, 6, 4]])
    assert there.mi1 == pytest.approx(here.mi1, abs=1e-15)
    assert there.converged
    apart = abs(there.union_information - here.union_information)
    assert apart <= max(there.gap, here.gap)
