# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What columns of labels, targets and options of inference may not be."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import fourfold as ff
from tests.support.marks import ignore_undersampled
from tests.support.refusals import (
    BAD_LABELS,
    E1,
    X1,
    X2,
    Y,
    assert_refused,
    case,
    samples,
)

pytestmark = ignore_undersampled


SAMPLES = [
    *(
        case(
            f"pid {argument}: {name}",
            functools.partial(samples, **{argument: value}),
            error,
            f"{argument}: .*{words}",
        )
        for name, value, error, words in BAD_LABELS
        if words is not None
        for argument in ("x1", "x2", "y")
    ),
    case("pid: embeddings as x1", lambda: samples(x1=E1), ValueError,
         r"x1: expected one label .* got shape \(4, 2\); .* fourfold\.ClassifierPID"),
    case("pid: embeddings as x2", lambda: samples(x2=E1.astype(np.float32)), ValueError,
         r"x2: expected one label .* got shape \(4, 2\); .* fourfold\.ClassifierPID"),
    case("pid: unknown correction", lambda: samples(bias_correction="mm"), ValueError,
         "bias_correction: expected one of 'none', 'auto', 'chao', 'bayes', 'linear', 'shuffle', 'qe', got 'mm'"),
    case("pid: few samples to correct", lambda: samples(bias_correction="chao"), ValueError,
         "bias_correction, n_resamples: .* at least 8 samples, got 4"),
    case("pid: few samples to resample", lambda: samples(n_resamples=100), ValueError,
         "bias_correction, n_resamples: .* at least 8 samples, got 4"),
    case("pid: chao of probabilities",
         lambda: ff.pid([0, 1] * 4, [0, 1] * 4, [[0.5, 0.5]] * 8, bias_correction="chao"),
         ValueError, "bias_correction: 'chao' needs labels as y, got rows of probabilities"),
    case("pid: few resamples", lambda: samples(n_resamples=24), ValueError,
         "n_resamples: expected 0 or at least 25, got 24"),
    case("pid: negative resamples", lambda: samples(n_resamples=-1), ValueError,
         "n_resamples: expected an integer of at least 0, got -1"),
    case("pid: resamples no integer", lambda: samples(n_resamples=1e3), TypeError,
         r"n_resamples: expected an integer of at least 0, got 1000\.0"),
    *(
        case(f"pid confidence_level: {value!r}",
             functools.partial(samples, confidence_level=value), error,
             "confidence_level: expected a number between 0 and 1, got")
        for value, error in [(1, ValueError), (0, ValueError), (95, ValueError),
                             ("0.9", ValueError), (np.nan, ValueError), (1 - 1e-16, ValueError)]
    ),
    *(
        case(f"pid random_state: {value!r}", functools.partial(samples, random_state=value), ValueError,
             f"random_state: expected a non-negative integer, a RandomState, .* got {words}")
        for value, words in [(-1, "-1"), (1.5, r"1\.5"), ("0", "'0'"), (True, "True")]
    ),
    case("permutation_test: unknown statistic",
         lambda: ff.permutation_test(X1, X2, Y, "syn"), ValueError,
         "statistic: expected one of 'redundancy', .*'mi2', got 'syn'"),
    case("permutation_test: no statistic", lambda: ff.permutation_test(X1, X2, Y, []),
         ValueError, "statistic: expected at least one, got none"),
    case("permutation_test: few permutations",
         lambda: ff.permutation_test(X1, X2, Y, n_permutations=18), ValueError,
         "n_permutations: expected an integer of at least 19, got 18"),
    case("permutation_test: lengths", lambda: ff.permutation_test(X1, X2, Y * 2), ValueError,
         "same number of rows, but x1 has 4, x2 has 4, y has 8"),
    case("adjust_pvalues: none", lambda: ff.adjust_pvalues([]), ValueError,
         "tests: expected at least one p-value"),
    case("adjust_pvalues: above one", lambda: ff.adjust_pvalues([0.1, 1.1]), ValueError,
         "tests: .* each between 0 and 1"),
    case("adjust_pvalues: a number", lambda: ff.adjust_pvalues(0.05), TypeError,
         "tests: expected a mapping or a sequence of tests or p-values, got 0.05"),
    case("adjust_pvalues: nested", lambda: ff.adjust_pvalues([[0.1, 0.2]]), ValueError,
         "tests: expected at least one p-value"),
    *(
        case(f"permutation_test: statistic {value!r}",
             functools.partial(ff.permutation_test, X1, X2, Y, value), ValueError,
             "statistic: expected one of 'redundancy', ")
        for value in (5, None, b"synergy", [5])
    ),
    case("pid: generator without a sequence of seeds",
         lambda: samples(random_state=np.random.Generator(np.random.RandomState(0)._bit_generator)),
         ValueError, "random_state: expected a Generator with a SeedSequence"),
    case("compare: no PID", lambda: ff.compare(1, 2), TypeError,
         "compare: a must be a PID, got int"),
    case("pid: None as x1", lambda: samples(x1=None), ValueError, "x1: expected .* got None"),
    case("pid: None as x2", lambda: samples(x2=None), TypeError, "x2: expected .* got None"),
    case("pid: None as y", lambda: samples(y=None), TypeError, "y: expected .* got None; only a"),
    case("pid: lengths", lambda: samples(x1=[0, 1, 0]), ValueError,
         "x1, x2, y: .* same number of rows, but x1 has 3, x2 has 4, y has 4"),
    case("pid: length of y", lambda: samples(y=Y * 2), ValueError,
         "same number of rows, but x1 has 4, x2 has 4, y has 8"),
    case("pid: length of probabilities", lambda: samples(y=np.full((3, 2), 0.5)), ValueError,
         "same number of rows, but x1 has 4, x2 has 4, y has 3"),
    case("pid: rows that do not sum to one",
         lambda: samples(y=[[0.5, 0.5], [0.5, 0.5], [0.5, 0.6], [1, 0]]), ValueError,
         "y: .* row 2 sums to 1.1, expected 1"),
    case("pid: rows of zeros", lambda: samples(y=np.zeros((4, 2))), ValueError,
         "y: .* row 0 sums to 0, expected 1"),
    case("pid: two columns of labels", lambda: samples(y=np.stack([Y, Y], 1)), ValueError,
         "y: as a matrix, each row is a probability distribution .* row 0 sums to 0.* joint=True"),
    case("pid: counts of classes", lambda: samples(y=[[2, 1]] * 4), ValueError,
         r"y: .* row 0 sums to 3, .* y / y\.sum\(axis=1, keepdims=True\)"),
    case("pid: logits", lambda: samples(y=[[0.5, -0.5]] * 4), ValueError,
         r"y: .* non-negative.* logits=y of fourfold\.pid, elsewhere scipy\.special\.softmax"),
    case("pid: P(y = 1)", lambda: samples(y=[0.5, 0.2, 1.0, 0.3]), ValueError,
         r"y: .* proba=y of fourfold\.pid, elsewhere the rows numpy\.c_\[1 - y, y\]"),
    case("pid: negative probability", lambda: samples(y=[[1.5, -0.5]] * 4), ValueError,
         r"y: entries must be non-negative, got -0\.5 at index \(0, 1\)"),
    case("pid: NaN probability", lambda: samples(y=[[0, 1], [np.nan, 1], [0, 1], [0, 1]]),
         ValueError, r"y: entries must be finite, got NaN at index \(1, 0\)"),
    case("pid: infinite probability", lambda: samples(y=[[np.inf, 0]] * 4), ValueError,
         r"y: entries must be finite, got inf at index \(0, 0\)"),
    case("pid: complex probability", lambda: samples(y=np.full((4, 2), 0.5j)), ValueError,
         "y: expected real numbers, got dtype complex128"),
    case("pid: matrix of objects", lambda: samples(y=[[1, None]] * 4), ValueError,
         r"y, column 1: the label at row 0 is missing \(None\)"),
    case("pid: no classes", lambda: samples(y=np.ones((4, 0))), ValueError,
         r"y: expected .* at least one class|y: .*shape \(4, 0\)"),
    case("pid: no rows of classes", lambda: samples(y=np.ones((0, 3))), ValueError,
         r"y: expected at least one row .* shape \(0, 3\)"),
    case("pid: three axes say what y may be", lambda: samples(y=np.ones((4, 2, 1))), ValueError,
         r"y: .* shape \(4, 2, 1\); rows of class probabilities have shape \(N, K_Y\)"),
    case("pid: y missing", lambda: ff.pid(X1, X2), TypeError, "y"),
]  # fmt: skip


@pytest.mark.usefixtures("nothing_is_computed")
@pytest.mark.parametrize(("call", "error", "message"), SAMPLES)
def test_refused_with_a_message_before_anything_is_computed(call, error, message):
    assert_refused(call, error, message)
