# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What embeddings and options of the estimator may not be."""

from __future__ import annotations

import functools
import re

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.refusals import (
    BAD_LABELS,
    E1,
    E2,
    assert_refused,
    case,
    fit,
    fitted,
    with_value,
)

pytestmark = ignore_undersampled


BAD_EMBEDDINGS = [
    ("a number", 2.5, ValueError, r"shape \(N, d\), got shape \(\)"),
    ("one axis", [1.0, 2.0, 3.0, 4.0], ValueError,
     r"shape \(N, d\), got shape \(4,\)\. Reshape your data"),
    ("three axes", np.zeros((4, 2, 3)), ValueError, r"shape \(N, d\), got shape \(4, 2, 3\)"),
    ("no rows", np.zeros((0, 2)), ValueError, r"0 sample\(s\) \(shape=\(0, 2\)\)"),
    ("no columns", np.zeros((4, 0)), ValueError, r"0 feature\(s\) \(shape=\(4, 0\)\)"),
    ("NaN", with_value(E1, (2, 1), np.nan), ValueError, r"finite, got NaN at index \(2, 1\)"),
    ("infinite", with_value(E1, (0, 0), np.inf), ValueError,
     r"finite, got inf at index \(0, 0\)"),
    ("float32 NaN", with_value(E1, (3, 0), np.nan).astype(np.float32), ValueError,
     r"finite, got NaN at index \(3, 0\)"),
    ("ragged", [[1, 2], [3], [4, 5], [6, 7]], ValueError, r"different lengths .*\(4,\)"),
    ("strings", [["a", "b"]] * 4, ValueError, "real numbers, got 'a' of dtype <U1"),
    ("complex", E1 + 0j, ValueError, "real numbers, got dtype complex128"),
    ("dates", np.full((4, 1), np.datetime64("2026-01-31")), ValueError,
     "real numbers, got '2026-01-31' of dtype datetime64"),
    ("None", None, TypeError, "must be real numbers, .* holds NoneType"),
    ("None inside", [[1.0, None]] * 4, ValueError, r"at index \(0, 1\) is missing \(None\)"),
    ("object strings", np.full((4, 2), "1.5", object), TypeError, "real numbers, .* holds str"),
    ("object NaN", np.full((4, 2), np.nan, object), ValueError, r"got NaN at index \(0, 0\)"),
]  # fmt: skip


ESTIMATOR = [
    *(
        case(
            f"fit {argument}: {name}",
            functools.partial(fit, **{argument.lower(): value}),
            error,
            f"{argument}: .*{words}",
        )
        for name, value, error, words in BAD_EMBEDDINGS
        for argument in ("X1", "X2")
    ),
    *(
        case(
            f"transform X1: {name}",
            lambda value=value: fitted().transform(value, E2),
            error,
            f"X1: .*{words}",
        )
        for name, value, error, words in BAD_EMBEDDINGS
    ),
    *(
        case(
            f"transform X2: {name}",
            lambda value=value: fitted().transform(E1, value),
            error,
            f"X2: .*{words}",
        )
        for name, value, error, words in BAD_EMBEDDINGS
    ),
    *(
        case(f"fit y: {name}", functools.partial(fit, y=value), error, f"y: .*{words}")
        for name, value, error, words in BAD_LABELS
        if words is not None
    ),
    case("fit y: None", lambda: fit(y=None), ValueError, "y: .* the target y is None"),
    case("fit y: rows that do not sum to one", lambda: fit(y=np.full((4, 2), 0.4)), ValueError,
         "y: .* row 0 sums to 0.8, expected 1"),
    case("fit y: negative probability", lambda: fit(y=[[1.5, -0.5]] * 4), ValueError,
         r"y: entries must be non-negative, got -0\.5 at index \(0, 1\)"),
    case("fit: lengths", lambda: fit(x2=E2[:3]), ValueError,
         "X1, X2, y: .* same number of rows, but X1 has 4, X2 has 3, y has 4"),
    case("fit: length of y", lambda: fit(y=[0, 1]), ValueError,
         "same number of rows, but X1 has 4, X2 has 4, y has 2"),
    case("fit: more clusters than rows", lambda: fit(n_clusters=5), ValueError,
         r"n_clusters: 5 clusters .* of X1, which has only 4 rows"),
    case("fit: more clusters of X2 than rows", lambda: fit(n_clusters=(2, 9)), ValueError,
         r"n_clusters: 9 clusters .* of X2, which has only 4 rows"),
    *(
        case(f"fit n_clusters: {value!r}", functools.partial(fit, n_clusters=value), error,
             f"n_clusters: expected .* got {words}")
        for value, error, words in [
            (0, ValueError, "0"),
            (-2, ValueError, "-2"),
            (2.0, TypeError, r"2\.0"),
            (True, TypeError, "True"),
            ("2", TypeError, "'2'"),
            (None, TypeError, "None"),
            ((2, 0), ValueError, "0"),
            ((2, 1.5), TypeError, r"1\.5"),
            ((2,), ValueError, r"\(2,\)"),
            ((2, 2, 2), ValueError, r"\(2, 2, 2\)"),
        ]
    ),
    *(
        case(f"fit {option}: {value!r}", functools.partial(fit, **{option: value}), ValueError,
             f"{option}: expected one of {accepted}, got {re.escape(repr(value))}")
        for option, accepted in [
            ("preprocess", "'standardize', 'l2', 'none'"),
            ("clusterer", "'kmeans', 'minibatch', 'quantile'"),
        ]
        for value in ("unknown", "", "L2", None, 3, ["l2"])
    ),
    *(
        case(f"fit {option}: {value!r}", functools.partial(fit, **{option: value}), error,
             f"{option}: expected an integer .* got {re.escape(repr(value))}")
        for option in ("n_components", "n_init")
        for value, error in [
            (0, ValueError),
            (-1, ValueError),
            (1.5, TypeError),
            (True, TypeError),
            ("auto", TypeError),
        ]
    ),
    *(
        case(f"fit held_out: {value!r}", functools.partial(fit, held_out=value), ValueError,
             f"held_out: {words}")
        for value, words in [
            (1.0, r"expected a share of the rows in \[0, 1\), got 1\.0"),
            (-0.1, "expected a share of the rows"),
            ("half", "expected a share of the rows"),
            (True, "expected a share of the rows"),
            (0.01, "0.01 of 4 rows leaves none"),
        ]
    ),
    case("fit held_out: clusters", lambda: fit(n_clusters=3, held_out=0.5), ValueError,
         "n_clusters: 3 clusters .* of X1, which has only 2 rows"),
    case("fit quantile: columns", lambda: fit(clusterer="quantile"), ValueError,
         r"clusterer: 'quantile' bins one column, but X1 has shape \(4, 2\)"),
    case("fit quantile: components",
         lambda: fit(E2, E2, clusterer="quantile", n_components=1), ValueError,
         "n_components: with clusterer='quantile' there is one column, expected None"),
    case("fit: unknown correction", lambda: fit(bias_correction="mm"), ValueError,
         "bias_correction: expected one of"),
    case("fit n_components: more than columns", lambda: fit(n_components=2), ValueError,
         r"n_components: 2 components .* of X2, whose shape is \(4, 1\); expected at most 1"),
    case("fit n_components: more than rows",
         lambda: fit(np.ones((4, 9)), np.ones((4, 9)), n_components=5), ValueError,
         r"n_components: 5 components .* of X1, whose shape is \(4, 9\); expected at most 4"),
    *(
        case(f"fit random_state: {value!r}", functools.partial(fit, random_state=value),
             ValueError, f"random_state: expected an int .* got {words}")
        for value, words in [
            ("seed", "'seed'"),
            (1.5, r"1\.5"),
            (-1, "-1"),
            (2**40, "1099511627776"),
        ]
    ),
    case("transform: columns of X1", lambda: fitted().transform(E2, E2), ValueError,
         "X1: has 1 columns, expected the 2 that were fitted"),
    case("transform: columns of X2", lambda: fitted().transform(E1, E1), ValueError,
         "X2: has 2 columns, expected the 1 that were fitted"),
    case("transform: X2 missing", lambda: fitted().transform(E1), TypeError, "X2"),
    case("fit: y missing", lambda: ff.PIDEstimator().fit(E1, E2), TypeError, "y"),
]  # fmt: skip


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize(("call", "error", "message"), ESTIMATOR)
def test_refused_with_a_message_before_anything_is_computed(call, error, message):
    assert_refused(call, error, message)
