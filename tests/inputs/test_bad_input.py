# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What every entry point refuses: the message names the argument and what was wrong with it,
and nothing is computed before."""

from __future__ import annotations

import functools
import re

import numpy as np
import pytest
from scipy import sparse
from sklearn.pipeline import Pipeline

import fourfold as ff
from fourfold import _core
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

GOOD = np.arange(1, 25).reshape(3, 4, 2) / 300
P1Y, P2Y = GOOD.sum(1), GOOD.sum(0)
X1, X2, Y = [0, 1, 0, 1], ["a", "a", "b", "b"], [0, 0, 1, 1]
E1 = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0], [0.2, 0.1]])
E2 = np.array([[3.0], [1.0], [2.0], [5.0]])


def with_value(array, index, value):
    changed = np.array(array, dtype=np.result_type(array, type(value)))
    changed[index] = value
    return changed


def fit(x1=E1, x2=E2, y=Y, n_clusters=2, **options):
    return ff.PIDEstimator(n_clusters, **options).fit(x1, x2, y)


@functools.cache
def fitted():
    return ff.PIDEstimator(2, random_state=0).fit(E1, E2, Y)


@functools.cache
def single():
    return ff.decompose(GOOD)


@functools.cache
def batch():
    return ff.decompose(np.stack([GOOD, GOOD]))


@pytest.fixture(scope="module", autouse=True)
def _results_made_before_computing_is_forbidden():
    fitted(), single(), batch()


@pytest.fixture
def nothing_is_computed(monkeypatch):
    def computed(*_, **__):
        pytest.fail("something was computed before the arguments were refused")

    for name in ("solve_one", "solve_batch", "solve_many"):
        monkeypatch.setattr(_core, name, computed)
    for name in ("fit", "fit_predict", "predict"):
        monkeypatch.setattr(Pipeline, name, computed)


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


# -- tables of numbers: decompose, and the same checks behind decompose_many --------------

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
    ("dict", {"pmf": GOOD}, ValueError, r"expected real numbers, got .*objects \(dict\)"),
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
    case("decompose_many: a dict", lambda: ff.decompose_many({"a": GOOD}), ValueError,
         r"pmfs\[0\]: expected real numbers, got 'a'"),
    case("decompose_many: a number", lambda: ff.decompose_many(3), TypeError,
         "pmfs: expected a list of arrays .* got 3"),
    case("decompose_many: None", lambda: ff.decompose_many(None), TypeError,
         "pmfs: expected a list of arrays .* got None"),
    case("decompose_many: a string", lambda: ff.decompose_many("ab"), TypeError,
         "pmfs: expected a list of arrays .* got 'ab'"),
]  # fmt: skip

# -- marginals ----------------------------------------------------------------------------


def marginals(p1y=P1Y, p2y=P2Y, joint_information=None, **options):
    return ff.decompose_marginals(p1y, p2y, joint_information, **options)


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

# -- samples ------------------------------------------------------------------------------

#: What no column of labels may be, as x1, x2 or y.
BAD_LABELS = [
    ("a number", 3, ValueError, r"expected one label a row, shape \(N,\), got 3"),
    ("None", None, ValueError, None),
    ("three axes", np.zeros((4, 2, 2)), ValueError, r"expected one label .* \(4, 2, 2\)"),
    ("empty", [], ValueError, "expected at least one label, got an empty array"),
    ("fraction", [1.0, 0.5, 2.0, 1.0], ValueError,
     r"integers or strings, got the number 0\.5 at row 1; .*fourfold\.PIDEstimator"),
    ("NaN", [1.0, 0.0, np.nan, 1.0], ValueError, "entries must be finite, got NaN at index 2"),
    ("infinite", [1.0, 0.0, 0.0, -np.inf], ValueError, "finite, got -inf at index 3"),
    ("None among numbers", [0, None, 1, 0], ValueError,
     r"the label at row 1 is missing \(None\)"),
    ("None among strings", ["a", None, "b", "a"], ValueError, "label at row 1 is missing"),
    ("NaN among strings", ["a", np.nan, "b", "a"], ValueError, r"row 1 is missing \(nan\)"),
    ("NaN among objects", np.array(["a", np.nan, "b", "a"], object), ValueError,
     r"the label at row 1 is missing \(nan\)"),
    ("missing string", np.array(["a", None, "b", "a"], np.dtypes.StringDType(na_object=None)),
     ValueError, "the label at row 1 is missing"),
    ("numbers and strings", [1, "1", 2, "2"], ValueError, "all strings, got int, str"),
    ("object numbers and strings", np.array([1, "1", 2, "2"], object), ValueError,
     "all integers or all strings, got int, str"),
    ("bytes and strings", [b"a", "a", "b", "b"], ValueError, "all strings, got bytes, str"),
    ("tuples", np.array([(0, 1), None, (1, 0), None], object), ValueError,
     "the label at row 1 is missing"),
    ("complex", [0j, 1j, 0j, 1j], ValueError, "strings, got 0j of dtype complex128"),
    ("dates", np.array(["2026-01-31"] * 4, "M8[D]"), ValueError,
     r"integers or strings, got 2026-01-31 of dtype datetime64\[D\]"),
    ("ragged", [[0], [1, 2], [3], [4]], ValueError, r"rows of different lengths .*\(4,\)"),
    ("sparse", sparse.csr_array(np.eye(4)), TypeError, r"sparse .* shape \(4, 4\)"),
]  # fmt: skip


def samples(x1=X1, x2=X2, y=Y, **options):
    return ff.pid(x1, x2, y, **options)


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
         r"x1: expected one label .* got shape \(4, 2\); .* fourfold\.PIDEstimator"),
    case("pid: embeddings as x2", lambda: samples(x2=E1.astype(np.float32)), ValueError,
         r"x2: expected one label .* got shape \(4, 2\); .* fourfold\.PIDEstimator"),
    case("pid: unknown correction", lambda: samples(bias_correction="mm"), ValueError,
         "bias_correction: expected one of 'none', 'auto', 'chao', 'shuffle', 'qe', got 'mm'"),
    case("pid: few samples to correct", lambda: samples(bias_correction="auto"), ValueError,
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
        case(f"pid rng: {value!r}", functools.partial(samples, rng=value), ValueError,
             f"rng: expected a non-negative integer, a Generator or None, got {words}")
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
         lambda: samples(rng=np.random.Generator(np.random.RandomState(0)._bit_generator)),
         ValueError, "rng: expected a Generator with a SeedSequence"),
    case("compare: no PID", lambda: ff.compare(1, 2), TypeError,
         "compare: a must be a PID, got int"),
    case("pid: None as x1", lambda: samples(x1=None), ValueError, "x1: expected .* got None"),
    case("pid: None as x2", lambda: samples(x2=None), ValueError, "x2: expected .* got None"),
    case("pid: None as y", lambda: samples(y=None), ValueError, "y: .* the target y is None"),
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
         "y: as a matrix, each row is a probability distribution .* row 0 sums to 0"),
    case("pid: negative probability", lambda: samples(y=[[1.5, -0.5]] * 4), ValueError,
         r"y: entries must be non-negative, got -0\.5 at index \(0, 1\)"),
    case("pid: NaN probability", lambda: samples(y=[[0, 1], [np.nan, 1], [0, 1], [0, 1]]),
         ValueError, r"y: entries must be finite, got NaN at index \(1, 0\)"),
    case("pid: infinite probability", lambda: samples(y=[[np.inf, 0]] * 4), ValueError,
         r"y: entries must be finite, got inf at index \(0, 0\)"),
    case("pid: complex probability", lambda: samples(y=np.full((4, 2), 0.5j)), ValueError,
         "y: expected real numbers, got dtype complex128"),
    case("pid: matrix of strings", lambda: samples(y=[["a", "b"]] * 4), ValueError,
         "y: expected real numbers, got 'a'"),
    case("pid: matrix of objects", lambda: samples(y=[[1, None]] * 4), ValueError,
         r"y: expected real numbers, got .*objects \(NoneType, int\)"),
    case("pid: no classes", lambda: samples(y=np.ones((4, 0))), ValueError,
         r"y: expected .* at least one class|y: .*shape \(4, 0\)"),
    case("pid: no rows of classes", lambda: samples(y=np.ones((0, 3))), ValueError,
         r"y: expected at least one row .* shape \(0, 3\)"),
    case("pid: three axes say what y may be", lambda: samples(y=np.ones((4, 2, 1))), ValueError,
         r"y: .* shape \(4, 2, 1\); rows of class probabilities have shape \(N, K_Y\)"),
    case("pid: y missing", lambda: ff.pid(X1, X2), TypeError, "y"),
]  # fmt: skip

# -- embeddings ---------------------------------------------------------------------------

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
    ("None inside", [[1.0, None]] * 4, TypeError, "must be real numbers, .* holds NoneType"),
    ("object strings", np.full((4, 2), "1.5", object), TypeError, "real numbers, .* holds str"),
    ("object NaN", np.full((4, 2), np.nan, object), ValueError, r"got NaN at index \(0, 0\)"),
    ("sparse", sparse.csr_array(E1), TypeError, r"sparse .* shape \(4, 2\)"),
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

# -- options of the solver, through every door --------------------------------------------

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

# -- reading a result, and gates ----------------------------------------------------------

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
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [*TABLES, *MARGINALS, *SAMPLES, *ESTIMATOR, *OPTIONS, *READING],
)
def test_refused_with_a_message_before_anything_is_computed(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert type(caught.value) is error
    assert "\n" not in str(caught.value)


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


def test_good_input_of_these_tests_is_accepted():
    """Each refusal above is of one change to input that is accepted."""
    for door, call in DOORS.items():
        result = call().result_ if door == "PIDEstimator" else call()
        assert np.all(result.converged)
    assert [labels.shape for labels in fitted().transform(E1, E2)] == [(4,), (4,)]
    assert single().coupling(2, 3).shape == (2,)
