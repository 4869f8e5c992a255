# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What options of the solver may not be, through every door, and questions to a result."""

from __future__ import annotations

import functools
import re

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.refusals import (
    E1,
    E2,
    GOOD,
    assert_refused,
    batch,
    case,
    fit,
    fitted,
    marginals,
    samples,
    single,
)

pytestmark = ignore_undersampled


# -- options of the solver, through every door -----------------------------------------


DOORS = {
    "decompose": functools.partial(ff.decompose, GOOD),
    "decompose_many": functools.partial(ff.decompose_many, [GOOD]),
    "decompose_marginals": marginals,
    "pid": samples,
    "PIDEstimator": fit,
}


BAD_OPTIONS = [
    ("tol", 0, ValueError),
    ("tol", 0.0, ValueError),
    ("tol", -1e-3, ValueError),
    ("tol", np.nan, ValueError),
    ("tol", np.inf, ValueError),
    ("tol", 10**400, ValueError),
    ("tol", np.float32("inf"), ValueError),
    ("tol", np.longdouble("1e400"), ValueError),
    ("tol", "1e-3", TypeError),
    ("tol", True, TypeError),
    ("tol", None, TypeError),
    ("tol", 1e-3j, TypeError),
    ("tol", [1e-3], TypeError),
    ("max_iter", -1, ValueError),
    ("max_iter", 2**70, ValueError),
    ("max_iter", 10.0, TypeError),
    ("max_iter", False, TypeError),
    ("max_iter", "10", TypeError),
    ("max_iter", None, TypeError),
    ("num_threads", 0, ValueError),
    ("num_threads", -1, ValueError),
    ("num_threads", 2**70, ValueError),
    ("num_threads", 1.5, TypeError),
    ("num_threads", True, TypeError),
    ("num_threads", "all", TypeError),
    ("method", "unknown", ValueError),
    ("method", "IPFP", ValueError),
    ("method", "", ValueError),
    ("method", None, ValueError),
    ("method", 1, ValueError),
    ("method", ["ipfp"], ValueError),
    ("dtype", "float16", ValueError),
    ("dtype", "single", ValueError),
    ("dtype", "", ValueError),
    ("dtype", None, ValueError),
    ("dtype", 32, ValueError),
    ("dtype", float, ValueError),
    ("dtype", np.int64, ValueError),
    ("dtype", np.dtype("float16"), ValueError),
    ("dtype", np.dtype(">f4"), ValueError),
    ("dtype", ["float32"], ValueError),
]


OPTIONS = [
    case(
        f"{door}: {option}={value!r:.20}",
        functools.partial(call, **{option: value}),
        error,
        f"{option}: expected .*got {re.escape(repr(value))}$",
    )
    for door, call in DOORS.items()
    for option, value, error in BAD_OPTIONS
    if not (door == "PIDEstimator" and option == "method")
]


# -- reading a result, and gates -------------------------------------------------------


READING = [
    *(
        case(f"coupling: i={value!r}", lambda value=value: single().coupling(value, 0), error,
             f"coupling: i must be .*got {words}")
        for value, error, words in [
            (3, IndexError, "3"),
            (-4, IndexError, "-4"),
            ([0, 7, 9], IndexError, "7"),
            (1.0, IndexError, r"1\.0"),
            ("a", IndexError, "'a'"),
            (True, IndexError, "True"),
            ([[0], [1, 2]], IndexError, r"\[\[0\], \[1, 2\]\]"),
            (slice(2), IndexError, "slice"),
        ]
    ),
    case("coupling: j", lambda: single().coupling(j=4), IndexError,
         r"coupling: j must be in \[0, 4\), got 4"),
    case("coupling: i and j", lambda: single().coupling([0, 1], [0, 1, 2]), ValueError,
         r"coupling: i and j .* got \(2,\) and \(3,\)"),
    case("coupling: of a batch", lambda: batch().coupling(0, 0), ValueError,
         r"coupling: this result is a batch of shape \(2,\)"),
    case("index: of a single result", lambda: single()[0], TypeError, "index: .* not a batch"),
    case("index: beyond the batch", lambda: batch()[2], IndexError, "index 2 is out of bounds"),
    case("gates.copy: k1", lambda: ff.gates.copy(0, 2), ValueError,
         "copy: k1: expected an integer of at least 1, got 0"),
    case("gates.copy: k2", lambda: ff.gates.copy(2, -3), ValueError,
         "copy: k2: expected an integer of at least 1, got -3"),
    case("gates.blackwell: k1", lambda: ff.gates.blackwell(-1, 2, 2), ValueError,
         "blackwell: k1: expected an integer of at least 1, got -1"),
    case("gates.blackwell: k2", lambda: ff.gates.blackwell(2, 0, 2), ValueError,
         "blackwell: k2: expected an integer of at least 1, got 0"),
    case("gates.blackwell: ky", lambda: ff.gates.blackwell(2, 2, 0), ValueError,
         "blackwell: ky: expected an integer of at least 1, got 0"),
    case("gates.product: nothing", ff.gates.product, ValueError,
         "product: gates must be at least one Gate, got none"),
]  # fmt: skip


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize(("call", "error", "message"), [*OPTIONS, *READING])
def test_refused_with_a_message_before_anything_is_computed(call, error, message):
    assert_refused(call, error, message)


def test_good_input_of_these_tests_is_accepted():
    """Each refusal above is of one change to input that is accepted."""
    for door, call in DOORS.items():
        result = call().result_ if door == "PIDEstimator" else call()
        assert np.all(result.converged)
    assert [labels.shape for labels in fitted().transform(E1, E2)] == [(4,), (4,)]
    assert single().coupling(2, 3).shape == (2,)
