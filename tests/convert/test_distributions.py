# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Distributions of dit, BROJA_2PID and pliang279/PID: the order, the states, the mass."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import convert
from tests.support.dit_stand_in import CASES, Distribution, of_case
from tests.support.oracle import CASES as ORACLE
from tests.support.refusals import assert_refused, case

#: Of dit's cone program.
DIT_TOLERANCE = 1e-6

# an order of arguments that matters: x1 is y, x2 says nothing
UNIQUE = {(0, 0, 0): 0.25, (0, 1, 0): 0.25, (1, 0, 1): 0.25, (1, 1, 1): 0.25}
DIST = Distribution(["000", "010", "101", "111"], [0.25] * 4)
NAMED = Distribution(["000", "010", "101", "111"], [0.25] * 4, names="ABT")
FOUR = Distribution(["0000", "1111"], [0.5, 0.5])


@pytest.mark.parametrize("numbers", CASES, ids=[numbers["name"] for numbers in CASES])
def test_dit_has_the_same_atoms(numbers):
    outcomes = convert.dit(of_case(numbers), numbers["sources"], numbers["target"])
    result = ff.decompose(outcomes, tol=1e-9)
    np.testing.assert_allclose(result.atoms, numbers["atoms"], atol=DIT_TOLERANCE)


def test_dit_has_the_target_last_and_names():
    assert convert.dit(DIST) == convert.dit(DIST, [[0], [1]], [2])
    assert convert.dit(DIST) == {tuple(map(str, key)): p for key, p in UNIQUE.items()}
    by_name = convert.dit(NAMED, ["A", "B"], "T")
    assert by_name == convert.dit(NAMED, [["A"], ["B"]], ["T"]) == convert.dit(DIST)
    # several variables are one state; a string is several names, as in dit
    joint = convert.dit(NAMED, ["AB", "B"], "T")
    assert joint == convert.dit(DIST, [[0, 1], 1], 2)
    assert (("0", "1"), "1", "0") in joint


@given(
    masses=st.lists(st.floats(1e-6, 1), min_size=8, max_size=8),
    base=st.sampled_from(["linear", 2, 2.0, 10, "e", 0.5]),
)
def test_dit_may_have_logarithms_of_any_base(masses, base):
    pmf = np.array(masses) / sum(masses)
    states = list(itertools.product("ab", "cd", "ef"))
    found = convert.dit(Distribution(states, pmf, base=base))
    assert list(found) == states
    np.testing.assert_allclose(list(found.values()), pmf, rtol=1e-12)


def test_dit_sums_out_what_is_not_asked_for():
    found = convert.dit(FOUR, [[0], [1]], [2])
    assert found == {("0", "0", "0"): 0.5, ("1", "1", "1"): 0.5}
    ways = Distribution(list(itertools.product("01", repeat=4)), np.full(16, 1 / 16))
    assert convert.dit(ways, [[0], [1]], [2])["0", "0", "0"] == 0.125


@given(st.permutations(sorted(UNIQUE)))
def test_broja_2pid_has_the_target_first(keys):
    pdf = {(y, x1, x2): UNIQUE[x1, x2, y] for x1, x2, y in keys}
    assert convert.broja_2pid(pdf) == UNIQUE


@pytest.mark.parametrize(
    "numbers",
    [numbers for numbers in ORACLE if "broja2pid" in numbers["name"]],
    ids=lambda numbers: numbers["name"],
)
def test_broja_2pid_has_the_atoms_of_its_own_tests(numbers):
    pdf = {}
    for labels, p in numbers["pmf"]:
        x1, x2, y = (tuple(label) if isinstance(label, list) else label for label in labels)
        pdf[y, x1, x2] = pdf.get((y, x1, x2), 0.0) + p
    expected = [numbers["expected"][atom] for atom in ("R", "U1", "U2", "S")]
    found = ff.decompose(convert.broja_2pid(pdf), tol=1e-8).atoms
    np.testing.assert_allclose(found, expected, atol=max(numbers["tol"], 1e-7))


@given(seed=st.integers(0, 999))
def test_liang_has_our_order(seed):
    table = np.random.default_rng(seed).gamma(0.5, size=(3, 2, 4))
    table[0, 1, 2] = 0
    found = convert.liang(table)
    assert (0, 1, 2) not in found
    assert len(found) == 23
    np.testing.assert_array_equal([found[key] for key in sorted(found)], table[table > 0])


def test_liang_has_labels_of_its_dictionaries():
    table = np.zeros((2, 2, 2))
    table[[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1]] = 0.25
    maps = {"cat": 1, "dog": 0}, {5: 0, 7: 1}, {True: 0, False: 1}
    assert (
        convert.liang([table, maps])
        == convert.liang((table, maps))
        == {
            ("dog", 5, True): 0.25,
            ("dog", 7, True): 0.25,
            ("cat", 5, False): 0.25,
            ("cat", 7, False): 0.25,
        }
    )


def test_what_is_wrong_in_a_table_is_not_dropped():
    table = np.full((2, 2, 2), 0.25)
    for value in (-0.25, np.nan):
        table[1, 1, 1] = value
        with pytest.raises(ValueError, match=r"pmf: the mass of \(1, 1, 1\)"):
            ff.decompose(convert.liang(table))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        case("broja array", lambda: convert.broja_2pid(np.ones((2, 2, 2))), TypeError,
             "pdf: expected a dict .*target, source 1, source 2"),
        case("broja pairs", lambda: convert.broja_2pid({(0, 1): 1.0}), ValueError,
             r"pdf: expected keys of three entries, got \(0, 1\); the order is the target"),
        case("dit dict", lambda: convert.dit(UNIQUE), TypeError,
             "dist: expected a dit.Distribution, got dict"),
        case("dit four", lambda: convert.dit(FOUR), ValueError,
             r"sources, target: dist has 4 variables, .*sources=\[\[0\], \[1\]\], target=\[2\]"),
        case("dit no target", lambda: convert.dit(DIST, [[0], [1]]), ValueError,
             "sources, target: "),
        case("dit three sources", lambda: convert.dit(FOUR, [[0], [1], [2]], [3]), ValueError,
             "sources: expected two of them, got 3"),
        case("dit number", lambda: convert.dit(DIST, [[0], [3]], [2]), ValueError,
             r"sources\[1\]: dist has no variable 3; its variables are 0 to 2"),
        case("dit name", lambda: convert.dit(NAMED, ["A", "B"], "Y"), ValueError,
             "target: dist has no variable 'Y'; its variables are named A, B, T"),
        case("dit none", lambda: convert.dit(DIST, [[], [1]], [2]), ValueError,
             r"sources\[0\]: expected at least one variable"),
        case("dit conditional",
             lambda: convert.dit(Distribution(["000"], [1.0], given=("X",))), ValueError,
             "dist: expected a joint distribution, got one given X"),
        case("liang axes", lambda: convert.liang(np.ones((2, 2))), ValueError,
             r"distribution: expected P\(x1, x2, y\) .* got shape \(2, 2\)"),
        case("liang maps", lambda: convert.liang((np.ones((2, 2, 2)), ({0: 0}, {}, {}))),
             ValueError, "distribution: expected a dictionary of labels for each axis"),
        case("liang mask",
             lambda: convert.liang(np.ma.masked_equal(np.arange(8.0).reshape(2, 2, 2), 3)),
             ValueError, "distribution: 1 of 8 entries are masked"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    assert_refused(call, error, message)
