# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What tables and marginals may not be: the message names the argument, and nothing is computed."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from scipy import sparse

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.refusals import (
    GOOD,
    P1Y,
    P2Y,
    assert_refused,
    case,
    marginals,
    with_value,
)

pytestmark = ignore_undersampled


# -- tables of numbers: decompose, and the same checks behind decompose_many -----------


#: What no table may be: name, pmf, error, message after the name of the argument.
BAD_TABLES = [
    ("a number", 0.5, ValueError, r"at least 3 axes \(\.\.\., x1, x2, y\), got shape \(\)"),
    ("one axis", [0.5, 0.5], ValueError, r"at least 3 axes .* got shape \(2,\)"),
    ("two axes", P1Y, ValueError, r"at least 3 axes .* got shape \(3, 2\)"),
    ("no states", np.ones((2, 0, 3)), ValueError, r"at least one state .* shape \(2, 0, 3\)"),
    ("no classes", np.ones((2, 3, 0)), ValueError, r"at least one state .* shape \(2, 3, 0\)"),
    ("empty list", [], ValueError, r"at least 3 axes .* got shape \(0,\)"),
    ("negative", with_value(GOOD, (2, 1, 0), -0.25), ValueError,
     r"entries must be non-negative, got -0\.25 at index \(2, 1, 0\)"),
    ("negative count", with_value(np.ones((2, 2, 2), int), (0, 1, 0), -3), ValueError,
     r"entries must be non-negative, got -3\.0 at index \(0, 1, 0\)"),
    ("minus tiny", with_value(GOOD, (0, 0, 1), -5e-324), ValueError,
     r"entries must be non-negative, got -5e-324 at index \(0, 0, 1\)"),
    ("NaN", with_value(GOOD, (0, 3, 1), np.nan), ValueError,
     r"entries must be finite, got NaN at index \(0, 3, 1\)"),
    ("infinite", with_value(GOOD, (1, 0, 0), np.inf), ValueError,
     r"entries must be finite, got inf at index \(1, 0, 0\)"),
    ("minus infinite", with_value(GOOD, (1, 0, 0), -np.inf), ValueError,
     r"entries must be finite, got -inf at index \(1, 0, 0\)"),
    ("float32 NaN", with_value(GOOD, (0, 0, 0), np.nan).astype(np.float32), ValueError,
     r"entries must be finite, got NaN at index \(0, 0, 0\)"),
    ("zeros", np.zeros((2, 2, 2)), ValueError, r"all entries are zero"),
    ("false", np.zeros((2, 2, 2), bool), ValueError, r"all entries are zero"),
    ("ragged", [[[1, 2], [3]]], ValueError, r"rows of different lengths .*\(1, 2\)"),
    ("string", "GOOD", ValueError, r"expected real numbers, got 'GOOD' of dtype <U4"),
    ("strings", [[["0.5", "0.5"]]], ValueError, r"expected real numbers, got '0\.5' of dtype"),
    ("bytes", np.array([[[b"x"]]]), ValueError, r"expected real numbers, got .*x.* dtype \|S1"),
    ("complex", GOOD * 1j, ValueError, r"expected real numbers, got dtype complex128"),
    ("date", np.full((1, 1, 2), np.datetime64("2026-01-31")), ValueError,
     r"expected real numbers, got '2026-01-31' of dtype datetime64\[D\]"),
    ("duration", np.ones((1, 1, 2), "m8[s]"), ValueError,
     "expected real numbers, got '1 seconds' of dtype timedelta64"),
    ("None", None, ValueError, r"expected real numbers, got .*objects \(NoneType\)"),
    ("None inside", [[[0.5, None]]], ValueError, r"real numbers, got .*\(NoneType, float\)"),
    ("objects", GOOD.astype(object), ValueError, r"real numbers, got .*objects \(float\)"),
    ("dict", {"pmf": GOOD}, TypeError, r"\{\(x1, x2, y\): mass\}.* got the outcome 'pmf'"),
    ("structured", np.zeros((1, 1, 1), [("a", float)]), ValueError, r"got .*dtype \[\('a'"),
    ("sparse", sparse.csr_array(P1Y), TypeError, r"sparse .* shape \(3, 2\).*pmf.*toarray"),
]  # fmt: skip


TABLES = [
    *(
        case(
            f"decompose: {name}",
            functools.partial(ff.decompose, pmf),
            error,
            f"pmf: .*{words}",
        )
        for name, pmf, error, words in BAD_TABLES
    ),
    *(
        case(
            f"decompose_many: {name}",
            functools.partial(ff.decompose_many, [GOOD, pmf]),
            error,
            rf"pmfs\[1\]: .*{words}",
        )
        for name, pmf, error, words in BAD_TABLES
        if name != "two axes"
    ),
    case("decompose: zeros in a batch", lambda: ff.decompose([GOOD, GOOD * 0, GOOD]),
         ValueError, "pmf: all entries in table 1 are zero"),
    case("decompose: zeros in a grid",
         lambda: ff.decompose(np.stack([GOOD] * 5 + [GOOD * 0]).reshape(2, 3, *GOOD.shape)),
         ValueError, r"pmf: all entries in table \(1, 2\) are zero"),
    case("decompose: NaN in a batch",
         lambda: ff.decompose([GOOD, with_value(GOOD, (0, 0, 1), np.nan)]),
         ValueError, r"pmf: entries must be finite, got NaN at index \(1, 0, 0, 1\)"),
    case("decompose: no argument", ff.decompose, TypeError, "pmf"),
    case("decompose: options by position", lambda: ff.decompose(GOOD, 1e-3), TypeError,
         "takes 1 positional argument but 2 were given"),
    case("decompose_many: one table", lambda: ff.decompose_many(GOOD), ValueError,
         r"pmfs\[0\]: .* got shape \(4, 2\)"),
    case("decompose_many: a batch inside", lambda: ff.decompose_many([GOOD, [GOOD]]),
         ValueError, r"pmfs\[1\]: expected 3 axes \(x1, x2, y\), got 4"),
    case("decompose_many: a dict", lambda: ff.decompose_many({"a": GOOD}), TypeError,
         r"pmfs: expected a list of tables, got one dict; .* its values\(\)"),
    case("decompose_many: a number", lambda: ff.decompose_many(3), TypeError,
         "pmfs: expected a list of arrays .* got 3"),
    case("decompose_many: None", lambda: ff.decompose_many(None), TypeError,
         "pmfs: expected a list of arrays .* got None"),
    case("decompose_many: a string", lambda: ff.decompose_many("ab"), TypeError,
         "pmfs: expected a list of arrays .* got 'ab'"),
]  # fmt: skip


# -- marginals -------------------------------------------------------------------------


BAD_MARGINALS = [
    ("one axis", P1Y[0], ValueError, r"at least 2 axes .* got shape \(2,\)"),
    ("no states", np.ones((0, 2)), ValueError, r"at least one state .* shape \(0, 2\)"),
    ("no classes", np.ones((3, 0)), ValueError, r"at least one state .* shape \(3, 0\)"),
    ("negative", [[0.5, -0.1]], ValueError, r"non-negative, got -0\.1 at index \(0, 1\)"),
    ("NaN", [[0.5, np.nan]], ValueError, r"finite, got NaN at index \(0, 1\)"),
    ("infinite", [[np.inf, 0.5]], ValueError, r"finite, got inf at index \(0, 0\)"),
    ("zeros", np.zeros((3, 2)), ValueError, "all entries are zero"),
    ("ragged", [[0.1, 0.2], [0.7]], ValueError, r"rows of different lengths .*\(2,\)"),
    ("strings", [["a", "b"]], ValueError, "real numbers, got 'a' of dtype <U1"),
    ("complex", P1Y + 0j, ValueError, "real numbers, got dtype complex128"),
    ("date", np.array([["2026-01-31"]], "M8[D]"), ValueError, "got '2026-01-31' of dtype date"),
    ("None", None, ValueError, r"real numbers, got .*objects \(NoneType\)"),
    ("objects", P1Y.astype(object), ValueError, r"real numbers, got .*objects \(float\)"),
    ("sparse", sparse.csr_array(P1Y), TypeError, r"sparse .* shape \(3, 2\)"),
]


MARGINALS = [
    *(
        case(
            f"decompose_marginals {argument}: {name}",
            functools.partial(marginals, **{argument: value}),
            error,
            f"{argument}: .*{words}",
        )
        for name, value, error, words in BAD_MARGINALS
        for argument in ("p1y", "p2y")
    ),
    case("decompose_marginals: zeros in a batch",
         lambda: marginals([P1Y, P1Y], [P2Y, P2Y * 0]), ValueError,
         "p2y: all entries in table 1 are zero"),
    case("decompose_marginals: p(y) disagree",
         lambda: marginals([[0.25, 0.75]], [[0.5, 0.5]]), ValueError,
         r"p1y, p2y: expected the same p\(y\), but class 0 has 0\.25 in p1y and 0\.5 in p2y"),
    case("decompose_marginals: p(y) disagree a little",
         lambda: marginals([[0.5, 0.5]], [[0.5 - 1e-6, 0.5 + 1e-6]]), ValueError,
         r"expected the same p\(y\), but class 0 has 0\.5 in p1y and 0\.499999 in p2y"),
    case("decompose_marginals: p(y) disagree in a batch",
         lambda: marginals([P1Y, [[1, 3], [0, 0], [0, 0]]], [P2Y, P2Y]), ValueError,
         r"same p\(y\), but class 0 in table \S*\b1\b\S* has 0\.25 in p1y and 0\.48 in p2y"),
    case("decompose_marginals: a class of one only",
         lambda: marginals([[1.0, 0.0]], [[0.5, 0.5]]), ValueError,
         r"same p\(y\), but class 0 has 1 in p1y and 0\.5 in p2y"),
    case("decompose_marginals: numbers of classes", lambda: marginals(P1Y, P2Y.T), ValueError,
         "p1y, p2y: expected the same number of classes .* got 2 and 4"),
    case("decompose_marginals: batch shapes", lambda: marginals([P1Y], [P2Y, P2Y]), ValueError,
         r"p1y, p2y: .* same leading axes, got shapes \(1, 3, 2\) and \(2, 4, 2\)"),
    case("decompose_marginals: one and a batch", lambda: marginals(P1Y, [P2Y]), ValueError,
         r"p1y, p2y: .* same leading axes, got shapes \(3, 2\) and \(1, 4, 2\)"),
    case("decompose_marginals: p2y missing", lambda: ff.decompose_marginals(P1Y), TypeError,
         "p2y"),
    *(
        case(
            f"joint_information: {value!r}",
            functools.partial(marginals, joint_information=value),
            ValueError,
            f"joint_information: expected .*got .*{words}",
        )
        for value, words in [
            (-0.5, r"-0\.5"),
            (np.nan, "nan"),
            (np.inf, "inf"),
            ([0.5], r"\[0\.5\]"),
            ([[0.1, 0.2]], r"\[\[0\.1, 0\.2\]\]"),
            ("much", "'much'"),
            (True, "True"),
            (0.5j, "0.5j"),
            ({}, r"\{\}"),
        ]
    ),
    case("joint_information: of another batch",
         lambda: marginals([P1Y, P1Y], [P2Y, P2Y], [0.5, 0.5, 0.5]), ValueError,
         r"joint_information: .* array of shape \(2,\), got \[0\.5, 0\.5, 0\.5\]"),
    case("joint_information: NaN in a batch",
         lambda: marginals([P1Y, P1Y], [P2Y, P2Y], [0.5, np.nan]), ValueError,
         r"joint_information: expected finite .* got \[0\.5, nan\]"),
]  # fmt: skip


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize(("call", "error", "message"), [*TABLES, *MARGINALS])
def test_refused_with_a_message_before_anything_is_computed(call, error, message):
    assert_refused(call, error, message)


def test_joint_information_below_the_union_information():
    """The one argument that only a solve can judge."""
    known = ff.decompose(GOOD, tol=1e-8)
    too_small = known.union_information / 2
    with pytest.raises(
        ValueError, match=rf"joint_information: expected at least .* got {too_small:.9g}; "
    ):
        marginals(joint_information=too_small)
    with pytest.raises(ValueError, match=r"joint_information: expected at least .* got 0; "):
        ff.decompose_marginals([P1Y, P1Y], [P2Y, P2Y], [known.mi_joint, 0.0])
    accepted = marginals(joint_information=known.mi_joint, tol=1e-8)
    assert accepted.synergy == pytest.approx(known.synergy, abs=2e-8)
