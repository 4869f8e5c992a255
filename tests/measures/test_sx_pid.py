# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Shared exclusions: values from the paper and by hand, the definition by sets of events, identities."""

from __future__ import annotations

import itertools
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.measures.inclusion_exclusion import shares_of
from fourfold.measures.sx_pid import sx_pid, sx_pid_from_table


def random_table(shape, seed, empty=0.3):
    rng = np.random.default_rng(seed)
    table = rng.dirichlet(np.full(np.prod(shape), 0.7)).reshape(shape)
    table *= rng.random(shape) >= empty
    table.flat[0] += 0.1
    return table / table.sum()


def table_of(function, n, states=2):
    """Of independent uniform sources, y = function(sources)."""
    inputs = [*itertools.product(range(states), repeat=n)]
    classes = sorted({function(*x) for x in inputs})
    table = np.zeros((states,) * n + (len(classes),))
    for x in inputs:
        table[(*x, classes.index(function(*x)))] = 1 / len(inputs)
    return table


# -- an implementation from the definition ---------------------------------------------


def by_events(table):
    """Averages of I^sx of every antichain, and its two parts: events are sets of outcomes."""
    n = table.ndim - 1
    outcomes = [tuple(map(int, one)) for one in np.argwhere(table > 0)]
    sets = [a for size in range(1, n + 1) for a in itertools.combinations(range(n), size)]
    antichains = [
        alpha
        for size in range(1, len(sets) + 1)
        for alpha in itertools.combinations(sets, size)
        if not any(set(a) < set(b) for a, b in itertools.permutations(alpha, 2))
    ]

    def mass(event):
        return sum(table[one] for one in event)

    found = {}
    for alpha in antichains:
        plus = minus = 0.0
        for seen in outcomes:
            either = {
                o for o in outcomes if any(all(o[k] == seen[k] for k in a) for a in alpha)
            }
            same_y = {o for o in outcomes if o[-1] == seen[-1]}
            plus -= table[seen] * log2(mass(either))
            minus += table[seen] * log2(mass(same_y) / mass(either & same_y))
        found[frozenset(map(frozenset, alpha))] = plus, minus
    return found


def below(alpha, beta):
    """alpha <= beta: each set of beta holds one of alpha."""
    return all(any(a <= b for a in alpha) for b in beta)


def atoms_by_recursion(values):
    """What is not in any atom strictly below."""
    order = sorted(values, key=lambda one: sum(below(other, one) for other in values))
    atoms = {}
    for one in order:
        atoms[one] = values[one] - sum(atoms[o] for o in atoms if o != one and below(o, one))
    return atoms


def numbered(result):
    """Antichains as sets of numbers of sources, in the order of the result."""
    place = {name: k for k, name in enumerate(result.source_names)}
    return [frozenset(frozenset(place[s] for s in a) for a in one) for one in result.antichains]


@pytest.mark.parametrize(
    ("shape", "seed"), [((2, 3, 2), 0), ((3, 3, 3), 1), ((2, 2, 2, 2), 2), ((2, 3, 2, 3), 3)]
)
def test_is_the_definition_by_events(shape, seed):
    table = random_table(shape, seed)
    result, found = sx_pid_from_table(table), by_events(table)
    order = numbered(result)
    assert set(order) == set(found)
    assert len(order) == {3: 4, 4: 18}[len(shape)]
    parts = [{one: pair[k] for one, pair in found.items()} for k in range(2)]
    for part, atoms in zip(parts, (result.informative, result.misinformative), strict=True):
        expected = atoms_by_recursion(part)
        np.testing.assert_allclose(atoms, [expected[one] for one in order], atol=1e-12)
    shared = [found[one][0] - found[one][1] for one in order]
    np.testing.assert_allclose(result.shared, shared, atol=1e-12)
    np.testing.assert_allclose(result.atoms, result.informative - result.misinformative)


def test_four_sources_agree_with_three_where_one_is_constant():
    table = random_table((2, 2, 3, 2), 5)
    three, four = sx_pid_from_table(table), sx_pid_from_table(table[None])
    assert len(four) == 166
    # a constant source is always as observed: whatever shares with it excludes nothing
    for found in three.antichains:
        renamed = [tuple(f"x{int(name[1:]) + 1}" for name in one) for one in found]
        assert four[renamed].shared == pytest.approx(three[found].shared, abs=1e-12)
        assert four[[("x1",), *renamed]].shared == pytest.approx(0, abs=1e-12)


# -- published values and by hand ------------------------------------------------------

ERR = np.zeros((2, 2, 2))  # RndErr of the authors' gates: y = x1, x2 wrong once in four
ERR[[0, 1, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]] = 3 / 8, 3 / 8, 1 / 8, 1 / 8

#: Shared information of two sources. With equally likely inputs x1 or x2 is as observed in 3 of 4
#: outcomes; y is right in as many of the three as the table of the gate has:
#: XOR: 1 of 3 against 1/2, log2(2/3). UNQ, COPY: 2 of 3 against 1/2, log2(4/3); 1 of 3 against 1/4.
#: AND: (0,0), 3 of 3 against 3/4; (0,1) and (1,0), 2 of 3 against 3/4; (1,1), 1 of 3 against 1/4.
#: The AND and XOR values are also those in the tests of IDTxl (0.12255..., log2(2/3)).
SHARED = {
    "XOR": log2(2 / 3),
    "UNQ": log2(4 / 3),
    "COPY": log2(4 / 3),
    "RDN": 1.0,
    "AND": log2(4 / 3) / 2 + log2(8 / 9) / 2,
    # (r, a) or (r, b) as observed: of 4 outcomes with the right r 3, none of the others
    "RDNXOR": log2((1 / 3) / (1 / 4)),
}


@pytest.mark.parametrize("gate", sorted(SHARED))
def test_gates_have_the_values_of_the_paper(gate):
    found = getattr(ff.gates, gate)
    result = sx_pid_from_table(found.pmf)
    i1, i2 = (sx_pid_from_table(found.pmf)[name].shared for name in ("x1", "x2"))
    atoms = found.atoms
    assert i1 == pytest.approx(atoms.redundancy + atoms.unique1, abs=1e-12)
    assert i2 == pytest.approx(atoms.redundancy + atoms.unique2, abs=1e-12)
    shared = SHARED[gate]
    expected = [shared, i1 - shared, i2 - shared, sum(atoms) - i1 - i2 + shared]
    np.testing.assert_allclose(result.atoms, expected, atol=1e-12)


def test_xor_outcomes_have_the_values_of_the_authors_tests():
    """Of Abzinger/SxPID, testing/test_gates.py: the same in all four outcomes."""
    rows = sx_pid_from_table(ff.gates.XOR.pmf).pointwise
    expected = [log2(2 / 3), log2(3 / 2), log2(3 / 2), log2(4 / 3)]
    np.testing.assert_allclose(rows.atoms, np.tile(expected, (4, 1)), atol=1e-12)
    np.testing.assert_allclose(rows.probabilities, 0.25)
    assert rows.states.tolist() == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]


def test_and_outcomes_have_the_values_of_idtxl():
    rows = sx_pid_from_table(ff.gates.AND.pmf).pointwise
    expected = [
        0.4150374992788438,
        -0.16992500144231237,
        -0.16992500144231237,
        0.4150374992788438,
    ]
    np.testing.assert_allclose(rows.atoms[:, 0], expected, atol=1e-12)


def test_a_source_with_errors_by_hand():
    """Of 8 outcomes where one is as in (0, 0, 0): 3 + 1 with y = 0, and (1, 0, 1)."""
    shared = 3 / 4 * log2((4 / 5) / (1 / 2)) + 1 / 4 * log2((4 / 7) / (1 / 2))
    assert sx_pid_from_table(ERR)["x1", "x2"].shared == pytest.approx(shared, abs=1e-12)


def test_parity_of_three_by_hand():
    """One of three bits is as observed in 7 of 8 outcomes; the eighth has the other parity."""
    result = sx_pid_from_table(table_of(lambda a, b, c: a ^ b ^ c, 3))
    assert result["x1", "x2", "x3"].shared == pytest.approx(log2((4 / 7) / (1 / 2)), abs=1e-12)
    pairs = result[("x1", "x2"), ("x1", "x3"), ("x2", "x3")].shared
    assert pairs == pytest.approx(
        log2((1 / 4) / (1 / 2)), abs=1e-12
    )  # itself, and three with one bit turned


# -- identities ------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([(3, 2, 2), (2, 2, 2, 3), (2, 2, 2, 2, 2)]))
def test_identities(seed, shape):
    table = random_table(shape, seed)
    n = table.ndim - 1
    result = sx_pid_from_table(table)
    assert result.atoms.sum() == pytest.approx(result.information, abs=1e-10)
    assert result.informative.min() >= -1e-12  # Theorem of the paper: both parts are monotone
    assert result.misinformative.min() >= -1e-12
    rows = result.pointwise
    np.testing.assert_allclose(rows.probabilities @ rows.atoms, result.atoms, atol=1e-12)
    for k in range(n):  # self-redundancy
        other = tuple(j for j in range(n) if j != k)
        pair = table.sum(other)
        seen = pair > 0
        product = pair.sum(1, keepdims=True) * pair.sum(0)
        alone = (pair[seen] * np.log2(pair[seen] / product[seen])).sum()
        assert result[f"x{k + 1}"].shared == pytest.approx(alone, abs=1e-10)
    order = np.random.default_rng(seed).permutation(n)
    names = [f"x{k + 1}" for k in order]
    turned = sx_pid_from_table(table.transpose(*order, n), source_names=names)
    for found in result.antichains:
        assert turned[found].atom == pytest.approx(result[found].atom, abs=1e-10)


def test_target_chain_rule():
    """i(y, z: alpha) = i(y: alpha) + i(z: alpha | y), pointwise, of the definition."""
    rng = np.random.default_rng(3)
    table = rng.dirichlet(np.ones(24)).reshape(2, 3, 2, 2)  # x1, x2, y, z
    both = sx_pid_from_table(table.reshape(2, 3, 4))["x1", "x2"].shared
    first = sx_pid_from_table(table.sum(3))["x1", "x2"].shared
    second = 0.0
    for y in range(2):
        given_y = table[:, :, y] / table[:, :, y].sum()
        second += table[:, :, y].sum() * sx_pid_from_table(given_y)["x1", "x2"].shared
    assert both == pytest.approx(first + second, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_sums_of_atoms_are_inverted(n):
    shares = shares_of(n)
    np.testing.assert_array_equal(shares.moebius @ shares.below, np.eye(len(shares.below)))


# -- samples ---------------------------------------------------------------------------


def test_samples_are_their_frequencies():
    rng = np.random.default_rng(0)
    x = rng.integers(3, size=(3, 500))
    y = (x.sum(0) + (rng.random(500) < 0.2)) % 3
    words = np.array(["a", "b", "c"])
    result = sx_pid({"u": words[x[0]], "v": x[1], "w": x[2]}, y)
    table = np.zeros((3, 3, 3, 3))
    np.add.at(table, (*x, y), 1)
    expected = sx_pid_from_table(table, source_names=["u", "v", "w"])
    np.testing.assert_allclose(result.atoms, expected.atoms, atol=1e-12)
    assert result.n_samples == 500
    assert result.bias > 0
    assert "500 samples" in repr(result)
    without = sx_pid([*x], y, pointwise=False)
    assert without.pointwise is None
    np.testing.assert_array_equal(without.atoms, result.atoms)


def test_too_few_samples_warn():
    rng = np.random.default_rng(0)
    with pytest.warns(ff.UndersampledWarning, match="shared exclusions"):
        result = sx_pid([*rng.integers(10, size=(3, 50))], rng.integers(2, size=50))
    assert result.undersampled
    assert "UNDERSAMPLED" in repr(result)


def test_probabilities_of_any_size():
    """A cell of 1e-300 counts as much as rounding says, and nothing is divided by zero."""
    table = np.full((2, 2, 2), 0.125)
    table[0, 0, 0] = 1e-300
    result = sx_pid_from_table(table)
    assert np.isfinite(result.pointwise.atoms).all()
    np.testing.assert_allclose(result.atoms, sx_pid_from_table(table * 1e200).atoms)


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ([[0, 1]], "at least two, got 1"),
        ([[0, 1]] * 5, "at most four, got 5"),
        ({"y": [0, 1], "a": [0, 1]}, "not 'y'"),
        ([[0, 1], [0, 1, 2]], "same number of rows"),
        ([[0.5, 1.5], [0, 1]], "x1"),
    ],
)
def test_sources_that_are_refused(sources, words):
    with pytest.raises(ValueError, match=words):
        sx_pid(sources, [0, 1])


def test_other_arguments_that_are_refused():
    with pytest.raises(TypeError, match="sources: expected a list"):
        sx_pid(np.zeros((3, 2)), [0, 1, 1])
    with pytest.raises(ValueError, match="y"):
        sx_pid([[0, 1], [0, 1]], None)
    with pytest.raises(ValueError, match="pmf: expected at least 3 axes"):
        sx_pid_from_table(np.ones((2, 2)))
    with pytest.raises(ValueError, match="two to 4 sources"):
        sx_pid_from_table(np.ones((2,) * 6))
    with pytest.raises(ValueError, match="non-negative"):
        sx_pid_from_table(-np.ones((2, 2, 2)))


def test_what_is_not_there_is_said():
    result = sx_pid_from_table(ff.gates.AND.pmf)
    assert result["x1"] == result[("x1",),]
    assert result["x1", "x2"].antichain == (("x1",), ("x2",))
    assert result[("x2", "x1"),].shared == pytest.approx(result.information)
    for wrong in ("x3", ("x1", ("x1", "x2")), 5):
        with pytest.raises(KeyError, match="no antichain"):
            result[wrong]
    assert "negative" in repr(sx_pid_from_table(ff.gates.XOR.pmf))
    four = repr(sx_pid_from_table(random_table((2,) * 5, 0)))
    assert "148 smaller ones" in four


@pytest.mark.parametrize("n", [2, 4])
def test_picture_has_a_bar_for_each_atom(n):
    pytest.importorskip("matplotlib")
    result = sx_pid_from_table(random_table((2,) * (n + 1), 0))
    axes = result.plot(target_name="class")
    assert len(axes.patches) == min(len(result), 31)
    assert "class" in axes.get_xlabel()
    assert ("not shown" in axes.get_xlabel()) == (n == 4)
