# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings of gates: their truth is that of their rows, whatever hides them."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

import fourfold as ff
from fourfold import gates
from fourfold.datasets import make_embeddings

FOUR = [gates.RDN, gates.COPY, gates.XOR]


def atoms_of(truth, tol=1e-5):
    return np.array(ff.decompose_marginals(*truth, tol=tol).atoms)


def cells_of(pmf, signals, cells=90):
    """The atoms of an explicit table: sources cut into cells, whose chances are those of normals."""
    channels = []
    for states, signal in zip(pmf.shape, signals, strict=False):
        points = signal * (2 * np.arange(states) - states + 1)
        edges = np.linspace(points.min() - 5, points.max() + 5, cells + 1)
        edges[[0, -1]] = -np.inf, np.inf
        channels.append(np.diff(norm.cdf(edges - points[:, None]), axis=1))
    return ff.decompose(np.einsum("ki,lj,kly->ijy", *channels, pmf), tol=1e-5).atoms


@pytest.mark.parametrize(
    "gate", [gates.AND, gates.XOR, gates.UNQ, gates.NESTED_AND, gates.COPY]
)
@pytest.mark.parametrize("signal", [(1.5, 1.5), (0.5, 2.0)])
def test_truth_is_that_of_a_fine_table(gate, signal):
    data = make_embeddings(gate, 5, signal=signal, random_state=0)
    np.testing.assert_allclose(atoms_of(data.truth), cells_of(gate.pmf, signal), atol=1.5e-3)


def test_truth_of_noisy_gates_is_what_was_published():
    expected = {
        gates.AND: (0.239, 0, 0, 0.346),
        gates.XOR: (0, 0, 0, 0.586),
        gates.UNQ: (0, 0.760, 0, 0),
        gates.RDN: (0.760, 0, 0, 0.174),
    }
    for gate, atoms in expected.items():
        truth = make_embeddings(gate, 5, random_state=0).truth
        np.testing.assert_allclose(atoms_of(truth), atoms, atol=6e-4)


@pytest.mark.parametrize(
    ("gate", "signal", "atoms"),
    [(gates.AND, 1.5, None), (gates.RDN, (1.386, 0.574), (0.205, 0.503, 0, 0.052))],
)
def test_rows_have_the_atoms_of_the_truth(gate, signal, atoms):
    # one dimension: nothing hides the direction, so that cells of the rows tell nearly all
    data = make_embeddings(gate, 200_000, 1, signal=signal, random_state=1)
    codes = [
        np.searchsorted(np.quantile(x, np.arange(1, 24) / 24), x.ravel())
        for x in (data.x1, data.x2)
    ]
    true = atoms_of(data.truth)
    np.testing.assert_allclose(np.array(ff.pid(*codes, data.y).atoms), true, atol=0.012)
    if atoms is not None:
        np.testing.assert_allclose(true, atoms, atol=1e-3)


def test_information_of_many_states_far_apart_is_finite():
    truth = make_embeddings(gates.copy(12, 1), n=2, signal=3.0, random_state=0).truth
    assert truth.joint_information == pytest.approx(math.log2(12), abs=0.02)
    gate = np.zeros((12, 12, 12))
    gate[range(12), range(12), range(12)] = 1 / 12
    truth = make_embeddings(gate, n=2, signal=3.0, random_state=0).truth
    assert truth.joint_information == pytest.approx(math.log2(12), abs=0.001)


def test_several_gates_are_one_batch_whose_atoms_add_up():
    loud = make_embeddings(FOUR, 5, signal=6, nuisance=[12], random_state=0)
    assert loud.truth.p1y.shape[0] == loud.truth.p2y.shape[0] == 3
    np.testing.assert_allclose(atoms_of(loud.truth).sum(1), gates.RDNUNQXOR.atoms, atol=1e-4)
    quiet = make_embeddings(FOUR, 5, signal=1, random_state=0)
    parts = [atoms_of(make_embeddings(gate, 5, signal=1).truth) for gate in FOUR]
    np.testing.assert_allclose(atoms_of(quiet.truth).T, parts, atol=2e-5)
    # a product is not a line of its states: it has a direction for each of its gates
    pair = [gates.UNQ, gates.XOR]
    whole = make_embeddings(gates.product(*pair), 5, signal=7).truth
    split = make_embeddings(pair, 5, signal=7).truth
    np.testing.assert_allclose(atoms_of(whole), atoms_of(split).sum(1), atol=1e-4)


def test_loud_states_are_all_there_behind_a_nuisance():
    x1, x2, y = make_embeddings(FOUR, 3000, (12, 20), signal=6, nuisance=[12], random_state=2)
    assert x1.shape == (3000, 12)
    assert x2.shape == (3000, 20)
    assert np.array_equal(np.unique(y), np.arange(16))
    shared, one, two, _ = np.unravel_index(y, (2, 2, 2, 2))
    for x, known, unknown in ((x1, (shared, one), two), (x2, (shared, two), one)):
        for bit in known:
            assert LogisticRegression().fit(x, bit).score(x, bit) > 0.999
        assert LogisticRegression().fit(x, unknown).score(x, unknown) < 0.6
        widths = np.sqrt(np.linalg.eigvalsh(np.cov(x.T)))[::-1]
        assert widths[0] == pytest.approx(12, rel=0.05)
        np.testing.assert_allclose(widths[1:4], math.sqrt(37), rtol=0.05)
        np.testing.assert_allclose(widths[4:], 1, rtol=0.15)


def test_every_other_direction_has_the_nuisance():
    x1, _, _ = make_embeddings(gates.XOR, 4000, 8, signal=0.0, nuisance=3, random_state=0)
    widths = np.sqrt(np.linalg.eigvalsh(np.cov(x1.T)))
    assert widths[0] == pytest.approx(1, rel=0.05)
    np.testing.assert_allclose(widths[1:], 3, rtol=0.1)


def test_counts_and_single_states_are_gates_too():
    table = np.zeros((3, 1, 3), dtype=int)
    table[[0, 1, 2], 0, [0, 1, 2]] = 7
    data = make_embeddings(table, 50, 4, signal=6, random_state=0)
    np.testing.assert_allclose(atoms_of(data.truth), (0, math.log2(3), 0, 0), atol=1e-6)
    assert make_embeddings(table.tolist(), 5, 4).truth.p1y.ndim == 2


def test_a_seed_is_the_same_data_and_no_other():
    def rows(seed):
        return make_embeddings(gates.AND, 30, 4, random_state=seed)

    for first, second in zip(rows(3), rows(np.random.default_rng(3)), strict=True):
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(rows(3).x1, rows(4).x1)
    assert not np.array_equal(rows(None).x1, rows(None).x1)


def test_it_is_a_data_set_like_the_others():
    data = make_embeddings(gates.AND, 30, (4, 6), random_state=0)
    assert repr(data) == "Embeddings('X1' (30, 4), 'X2' (30, 6), 'Y' (30,))"
    assert [len(names) for names in data.feature_names] == [4, 6]
    assert data.y.dtype == np.int64
    assert data.truth is data.truth
    copied = pickle.loads(pickle.dumps(data))
    np.testing.assert_array_equal(copied.truth.p1y, data.truth.p1y)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gate": gates.AND.pmf[0]}, ValueError, r"gate: expected .*3 axes"),
        ({"gate": gates.AND.pmf[None]}, ValueError, r"gate: expected three axes .*\(1, 2, 2, 2\)"),
        ({"gate": -gates.AND.pmf}, ValueError, "gate: .*non-negative"),
        ({"gate": []}, ValueError, "gate: expected a table .* got none"),
        ({"gate": [gates.AND, -gates.AND.pmf]}, ValueError, r"gate\[1\]: .*non-negative"),
        ({"n": 0}, ValueError, "n: expected an integer of at least 1"),
        ({"n": 2.0}, TypeError, "n: expected an integer"),
        ({"dims": 0}, ValueError, "dims: expected an integer of at least 1"),
        ({"dims": (4, 4, 4)}, ValueError, "dims: expected one value or a pair"),
        ({"gate": FOUR, "dims": (4, 2)}, ValueError, "dims: expected at least 3, .* got 2"),
        ({"signal": -1.0}, ValueError, "signal: expected a finite number of at least 0"),
        ({"signal": (1.0,)}, ValueError, "signal: expected one value or a pair"),
        ({"nuisance": math.nan}, ValueError, "nuisance: expected a finite number"),
        ({"dims": 2, "nuisance": [1, 2]}, ValueError, "nuisance: expected at most 1 .* got 2"),
        ({"random_state": -1}, ValueError, "random_state: expected a non-negative integer"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        make_embeddings(**{"gate": gates.AND, "n": 5} | arguments)
