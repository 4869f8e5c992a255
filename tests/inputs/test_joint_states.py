# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Several columns of states as one source, and what is not taken for that unasked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

RNG = np.random.default_rng(0)
A, B, C = RNG.integers(0, 3, (3, 60))
PAIR = np.c_[A, B]
LETTERS = np.array(list("pqr"))


def frame():
    return pytest.importorskip("pandas").DataFrame({"a": A, "b": B})


#: The columns A and B in everything that holds columns.
CONTAINERS = {
    "array": lambda: PAIR,
    "small integers": lambda: PAIR.astype(np.uint8),
    "order of Fortran": lambda: np.asfortranarray(PAIR),
    "big endian": lambda: PAIR.astype(">i4"),
    "strings": lambda: LETTERS[PAIR],
    "objects": lambda: PAIR.astype(object),
    "objects of two kinds": lambda: np.c_[A.astype(object), LETTERS[B].astype(object)],
    "lists": PAIR.tolist,
    "tuples": lambda: list(map(tuple, PAIR.tolist())),
    "fields": lambda: np.array(
        list(zip(A, LETTERS[B], strict=True)), [("a", int), ("b", "U1")]
    ),
    "DataFrame": frame,
    "categories": lambda: frame().astype("category"),
    "nullable": lambda: frame().astype("Int64"),
    "words and numbers": lambda: frame().assign(a=LETTERS[A]),
    "fractions declared": lambda: (frame() / 4).astype("category"),
    "MultiIndex": lambda: pytest.importorskip("pandas").MultiIndex.from_frame(frame()),
    "polars": lambda: pytest.importorskip("polars").DataFrame({"a": A, "b": B}),
    "Arrow": lambda: pytest.importorskip("pyarrow").table({"a": A, "b": B}),
    "tensor": lambda: pytest.importorskip("torch").tensor(PAIR),
    "xarray": lambda: pytest.importorskip("xarray").DataArray(PAIR, dims=("n", "d")),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_columns_are_their_joint_state_to_the_bit(container):
    values = CONTAINERS[container]()
    y = (A + B + C) % 2
    assert ff.pid(values, C, y).to_dict() == ff.pid(3 * A + B, C, y).to_dict()
    assert ff.pid(C, values, y).to_dict() == ff.pid(C, 3 * A + B, y).to_dict()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 8).flatmap(
        lambda d: st.lists(
            st.lists(st.integers(-2, 2), min_size=d, max_size=d), min_size=8, max_size=40
        )
    ),
    st.booleans(),
)
def test_any_columns_are_numbered_as_tuples_are(rows, as_floats):
    values = np.array(rows, dtype=float if as_floats else int)
    y = [k % 2 for k in range(len(rows))]
    states = sorted(set(map(tuple, rows)))
    codes = [states.index(tuple(row)) for row in rows]
    joint = True if as_floats else None
    assert ff.pid(values, y, y, joint=joint).to_dict() == ff.pid(codes, y, y).to_dict()


def test_many_wide_columns_do_not_run_over():
    """2**70 states are possible, of which 60 occur."""
    wide = np.random.default_rng(1).integers(-(2**62), 2**62, (60, 70))
    y = np.arange(60) % 2
    codes = np.unique(wide[:, 0], return_inverse=True)[1]
    assert ff.pid(wide, y, y, joint=True).to_dict() == ff.pid(codes, y, y).to_dict()


EMBEDDINGS = [
    (
        PAIR * 1.0,
        r"x1: expected one label .* got shape \(60, 2\); .*ClassifierPID.* joint=True",
    ),
    (
        np.tile(A[:, None], 9),
        r"x1: .* shape \(60, 9\).*ClassifierPID .*PIDEstimator.* joint=True",
    ),
    (PAIR.T, r"x1: .* shape \(2, 60\).* joint=True; .* hand over numpy\.transpose\(x1\)"),
]


@pytest.mark.parametrize(("values", "words"), EMBEDDINGS)
def test_what_may_be_embeddings_is_refused_with_what_to_type(values, words):
    for call in (
        ff.pid,
        ff.Counts.from_labels,
        ff.Counts().update,
        lambda *given: ff.permutation_test(*given, n_permutations=19),
    ):
        with pytest.raises(ValueError, match=words):
            call(values, C, C)


def test_one_column_of_floats_is_named():
    values = frame().assign(c=0.5)
    with pytest.raises(ValueError, match=r"x2: .* shape \(60, 3\).*column 'c' holds floats"):
        ff.pid(C, values, C)


def test_joint_says_what_columns_are():
    y = (A + C) % 2
    nine = np.tile(PAIR, 5)[:, :9]
    plain = ff.pid(3 * A + B, C, y).to_dict()
    assert ff.pid(nine, C, y, joint=True).to_dict() == plain
    assert ff.pid(PAIR * 1.0, C, y, joint=True).to_dict() == plain
    with pytest.raises(ValueError, match=r"x1: expected one label a row, .* \(60, 2\)"):
        ff.pid(PAIR, C, y, joint=False)
    with pytest.raises(TypeError, match="joint: expected True, False or None, got 'yes'"):
        ff.pid(PAIR, C, y, joint="yes")
    with pytest.raises(ValueError, match=r"x1, column 1: .* the number 0\.5 at row"):
        ff.pid(PAIR * [1, 0.5], C, y, joint=True)


def test_targets_of_columns():
    labels = ff.pid(A, C, 3 * A + B).to_dict()
    with pytest.raises(ValueError, match=r"y: .*joint=True, or as list\(map\(tuple, y\)\)"):
        ff.pid(A, C, PAIR)
    for given_as in (PAIR, PAIR * 1.0, PAIR.tolist()):
        assert ff.pid(A, C, given_as, joint=True).to_dict() == labels
    assert ff.pid(A, C, list(map(tuple, PAIR.tolist()))).to_dict() == labels
    assert ff.pid(A, C, LETTERS[PAIR]).to_dict() == labels
    assert ff.pid(A, C, frame().assign(a=LETTERS[A])).to_dict() == labels


def test_rows_of_one_1_stay_classes():
    pd = pytest.importorskip("pandas")
    plain = ff.pid(A, C, B).to_dict()
    one_hot = np.eye(3, dtype=int)[B]
    for y in (one_hot, one_hot > 0, one_hot * 1.0, list(map(tuple, one_hot.tolist())),
              pd.get_dummies(pd.Series(B))):  # fmt: skip
        assert ff.pid(A, C, y).to_dict() == plain
    with pytest.raises(ValueError, match=r"y: .* row 0 sums to 3.* joint=True"):
        ff.pid(A, C, np.ones((60, 3), bool))


def test_missing_entries_are_told_with_row_and_column():
    values = frame().astype("Int64")
    values.loc[7, "b"] = None
    with pytest.raises(ValueError, match="x1, column 'b': the label at row 7 is missing"):
        ff.pid(values, C, C)
    objects = LETTERS[PAIR].astype(object)
    objects[4, 1] = None
    with pytest.raises(ValueError, match="x1, column 1: the label at row 4 is missing"):
        ff.pid(objects, C, C)


def test_functions_of_samples_take_joint_states():
    y = (A + C) % 2
    codes = 3 * A + B
    tests = [ff.permutation_test(x, C, y, "mi1", n_permutations=19) for x in (PAIR, codes)]
    assert tests[0].pvalue == tests[1].pvalue
    found = [
        ff.conditional_pid(x, C, y, given=t, min_samples=16).result.to_dict()
        for x, t in ((PAIR, np.c_[B > 0, B > 0]), (codes, B > 0))
    ]
    assert found[0] == found[1]
    columns = np.c_[C, C]
    both = ff.conditional_pid(PAIR, columns, y, given=B > 0, joint=True, min_samples=16)
    assert both.result.to_dict() == found[1]
    with pytest.raises(TypeError, match=r"estimator: .* joint=True"):
        ff.conditional_pid(PAIR, columns, y, given=B, joint=True, estimator="kmeans")
    p = np.full((60, 2), 0.5)
    decided = [ff.decision_pid(p, p, p, x1=x, x2=C).result.to_dict() for x in (PAIR, codes)]
    assert decided[0] == decided[1]


def test_estimators_read_columns_as_embeddings():
    fitted = ff.PIDEstimator(2, random_state=0).fit(PAIR, np.c_[B, C], A % 2)
    floats = ff.PIDEstimator(2, random_state=0).fit(PAIR * 1.0, np.c_[B, C] * 1.0, A % 2)
    assert fitted.result_.atoms == floats.result_.atoms
