# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is refused of tables of several sources, and in which words."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold.solve.union.from_marginals import union_information_from_marginals
from fourfold.solve.union.from_table import union_information_from_table
from tests.support.several_sources import random_marginals

HALF = np.eye(2) / 2
BITS = {
    name: np.eye(2)[x].T / 4
    for name, x in zip("abc", ([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]), strict=True)
}


@pytest.mark.parametrize(
    ("marginals", "message"),
    [
        ([], "expected the table of at least one source"),
        ({}, "expected the table of at least one source"),
        (HALF, "expected a list of tables"),
        ("ab", "expected a list of tables"),
        ({1: HALF}, "names of sources that are strings, got 1"),
        ([HALF, np.full((2, 3), 1 / 6)], r"marginals\[1\]: .* as marginals\[0\] has, 2, got 3"),
        ({"a": HALF, "b": np.ones(2)}, r"marginals\['b'\]: .* axes \(x, y\), got shape \(2,\)"),
        (
            [HALF, HALF[None]],
            r"marginals\[1\]: expected 2 axes \(x, y\), got shape \(1, 2, 2\)",
        ),
        ([HALF, np.empty((0, 2))], r"marginals\[1\]: a table needs at least one state"),
        ([HALF * np.nan], r"marginals\[0\]: entries must be finite, got NaN at index \(0, 0\)"),
        ([HALF, -HALF], r"marginals\[1\]: entries must be non-negative"),
        ([HALF, 0 * HALF], r"marginals\[1\]: all entries are zero"),
        (
            {"a": HALF, "b": np.diag([0.4, 0.6])},
            r"marginals\['b'\]: .* class 0 has 0.4 here and 0.5 there, 0.1 apart",
        ),
        ([HALF] * 9, "9 sources have 511 subsets"),
    ],
)
def test_marginals(marginals, message):
    with pytest.raises((TypeError, ValueError), match=message):
        union_information_from_marginals(marginals)


@pytest.mark.parametrize(
    ("information", "message"),
    [
        (1.5, r"at least the certified union information 2 bits of \('a', 'b', 'c'\), got 1.5"),
        (2.5, r"information: expected at most H\(Y\), here 2 bits, got 2.5"),
        (-1.0, "information: expected finite non-negative bits"),
        (np.nan, "information: expected finite non-negative bits"),
        ("x", "information: expected bits, one number, or a dict"),
        ([1.0, 2.0], "information: expected bits, one number, or a dict"),
        ({"a": 0.5}, r"information\['a'\]: its table has 1 bits, got 0.5"),
        ({("a", "d"): 2.0}, r"information\[\('a', 'd'\)\]: there is no source 'd'"),
        ({("a", "b"): 1.9}, r"certified union information 2 bits of \('a', 'b'\), got 1.9"),
        (
            {("a", "b"): 1.8, ("a", "b", "c"): 1.5},
            r"information\[\('a', 'b', 'c'\)\]: 1.5 bits are less than the 1.8 of \('a', 'b'\)",
        ),
        (
            {("a", "b"): 2.0, ("b", "a"): 2.0},
            r"information\[\('b', 'a'\)\]: these sources were there before, as information\[\('a', 'b'\)\]",
        ),
    ],
)
def test_information(information, message):
    with pytest.raises((TypeError, ValueError), match=message):
        union_information_from_marginals(BITS, information)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tol": 0.0}, "tol: expected a positive"),
        ({"max_iter": -1}, "max_iter"),
        (
            {"method": "newton"},
            "method: expected one of 'auto', 'dense', 'working-set', 'pairs'",
        ),
        ({"num_threads": 0}, "num_threads"),
        ({"subsets": [("a", "d")]}, r"subsets\[0\]: there is no source 'd'"),
        ({"source_names": ["a", "b", "c"]}, "source_names: marginals is a mapping"),
        ({"subsets": [("a", "b")], "information": 2.0}, "information: .* not among subsets"),
    ],
)
def test_options(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        union_information_from_marginals(BITS, **options)


@pytest.mark.parametrize(
    ("pmf", "message"),
    [
        (np.ones(3), r"pmf: expected at least 2 axes \(x1, ..., xn, y\), got shape \(3,\)"),
        ([[1, -1], [1, 1]], "pmf: entries must be non-negative"),
        (np.zeros((2, 2, 2)), "pmf: all entries are zero"),
        ("table", "pmf: "),
        (
            {(0, 0, 0): 1.0},
            r"pmf: expected an array of shape \(K_1, ..., K_n, K_Y\), got a mapping",
        ),
    ],
)
def test_tables(pmf, message):
    with pytest.raises((TypeError, ValueError), match=message):
        union_information_from_table(pmf)


def test_frames_of_one_order_and_masks():
    pandas = pytest.importorskip("pandas")
    one = pandas.DataFrame(HALF, columns=["no", "yes"])
    assert union_information_from_marginals([one, one]).union_information[-1] == 1
    with pytest.raises(
        ValueError, match=r"marginals\[1\]: have the same classes as columns, but in another"
    ):
        union_information_from_marginals([one, one[["yes", "no"]]])
    with pytest.raises(ValueError, match=r"marginals\[1\]: .* masked"):
        union_information_from_marginals([HALF, np.ma.masked_equal(HALF, 0.5)])


def test_too_many_tuples_and_what_to_do_instead():
    tables = random_marginals((64,) * 6, 10)
    message = r"64 x 64 x 64 x 64 x 64 x 64 = 68,719,476,736 tuples .* method='pairs'"
    with pytest.raises(ValueError, match=message):
        union_information_from_marginals(tables)
    with pytest.raises(
        MemoryError, match=r"tuples of states, solved for by method='dense', would"
    ):
        union_information_from_marginals(tables, method="dense")
    # states of equal posteriors are one
    doubled = [np.repeat(table[:2], 32, 0) / 32 for table in random_marginals((2,) * 6, 10)]
    result = union_information_from_marginals(doubled, subsets=[range(6)], tol=1e-4)
    assert result.converged.all()
