# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Faults that would go through in silence: masks, rows in another order, sizes beyond a precision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import fourfold as ff
from fourfold.inputs.arrays import as_array
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import as_precise, check_aligned, reject_masked
from tests.support.marks import ignore_undersampled

pytestmark = [
    ignore_undersampled,
    pytest.mark.filterwarnings("ignore::fourfold.exceptions.GaussianFitWarning"),
]

N = 100
RNG = np.random.default_rng(0)
A, B, C = RNG.integers(0, 2, (3, N))
X1, X2 = RNG.normal(size=(N, 3)), RNG.normal(size=(N, 2))


def masked(values, *places):
    """The same with some entries masked, of whose numbers nothing may be used."""
    mask = np.zeros(np.shape(values), dtype=bool)
    for place in places:
        mask[place] = True  # an index of all axes
    return np.ma.masked_array(values, mask)


#: By name of the argument: calls beside those of test_faults_everywhere.py, and what they take.
TAKEN = {
    "Counts table": (ff.Counts.from_table, np.full((2, 2, 2), 5)),
    "PIDEstimator score X2": (lambda x: ff.PIDEstimator(2).fit(X1, X2, C).score(X1, x, C), X2),
    "PIDEstimator list X2": (lambda x: ff.PIDEstimator(2).fit([X1, x], C), X2),
    "PIDEstimator sources X": (
        lambda x: ff.PIDEstimator(2, sources=([0], [1, 2])).fit(x, C),
        X1,
    ),
    "ClassifierPID groups": (
        lambda g: ff.ClassifierPID("fast").fit(X1, X2, C, groups=g),
        np.arange(N),
    ),
    "layer_profile sources1": (lambda x: ff.layer_profile(x, X2, C, n_seeds=1), X1[None]),
}


@pytest.mark.parametrize("name", TAKEN)
def test_masked_entries_are_refused_by_name_and_number(name):
    call, values = TAKEN[name]
    argument = name.split()[-1]
    axes = np.ndim(values)
    masks = ((1,), (3,)) if axes == 1 else ((*[0] * (axes - 1), 0), (*[0] * (axes - 1), 1))
    with pytest.raises(
        ValueError, match=rf"{argument.replace('[', '.')}.*: 2 of .* masked"
    ) as told:
        call(masked(values, *masks))
    assert "first at" in str(told.value)


@given(arrays.arrays(bool, arrays.array_shapes(min_dims=1, max_dims=3, max_side=5)))
def test_it_is_told_how_many_are_masked_and_where_the_first_is(mask):
    values = np.ma.masked_array(np.ones(mask.shape), mask)
    for given_as in (values, [*values] if mask.ndim > 1 else values):
        if not mask.any():
            assert as_array(given_as, "x").shape == mask.shape
            continue
        with pytest.raises(ValueError, match="masked") as told:
            reject_masked(given_as, "x")
        if given_as is values and mask.size > 1:
            first = tuple(int(k) for k in np.argwhere(mask)[0])
            where = f"row {first[0]}" if mask.ndim == 1 else f"index {first}"
            assert (
                f"{mask.sum()} of {mask.size} entries are masked, the first at {where}"
                in str(told.value)
            )


ALIGNED = {
    "PIDEstimator.fit of a list": (
        lambda a, b, y: ff.PIDEstimator(2).fit([a, b], y),
        X1,
        X2,
        C,
    ),
    "PIDEstimator of blocks": (lambda *xs: ff.PIDEstimator(2).partial_fit([xs]), X1, X2, C),
    "PIDEstimator.fit of sources": (
        lambda x, y: ff.PIDEstimator(2, sources=([0], [1])).fit(x, y),
        X1,
        C,
    ),
}


@pytest.mark.parametrize("name", ALIGNED)
@pytest.mark.parametrize("last", [False, True])
def test_rows_with_the_same_labels_in_another_order_are_refused(name, last):
    pandas = pytest.importorskip("pandas")
    call, *values = ALIGNED[name]

    def frame(array, index):
        kind = pandas.Series if array.ndim == 1 else pandas.DataFrame
        return kind(array, index=index)

    order = np.arange(N)
    other = len(values) - 1 if last else 0
    frames = [
        frame(array, order[::-1] if k == other else order) for k, array in enumerate(values)
    ]
    with pytest.raises(ValueError, match=r"same labels in another order.*\.loc\["):
        call(*frames)


@given(st.permutations(range(6)), st.integers(0, 2))
def test_only_the_same_labels_in_another_order_are_refused(order, shift):
    pandas = pytest.importorskip("pandas")
    one = pandas.Series(range(6))
    other = pandas.Series(range(6), index=[6 * shift + k for k in order])
    if shift or [*order] == [*range(6)]:
        check_aligned(x1=one, x2=other, y=np.arange(6))
    else:
        with pytest.raises(ValueError, match=r"x1, x2: their rows have the same labels"):
            check_aligned(x1=one, x2=other)


def test_labels_that_repeat_say_nothing_of_an_order():
    pandas = pytest.importorskip("pandas")
    check_aligned(
        x1=pandas.Series(range(4), index=[0, 0, 1, 1]),
        x2=pandas.Series(range(4), index=[1, 1, 0, 0]),
    )


def test_a_dataset_of_xarray_is_no_source():
    xarray = pytest.importorskip("xarray")
    labels = xarray.DataArray(A, dims="trial")
    for arguments in (
        (labels.to_dataset(name="a"), labels, B),
        (labels, labels, labels.to_dataset(name="y")),
    ):
        with pytest.raises(TypeError, match="expected one of its variables"):
            ff.pid(*arguments)


def test_coordinates_of_xarray_are_labels_of_rows_too():
    xarray = pytest.importorskip("xarray")
    pytest.importorskip("pandas")
    one = xarray.DataArray(A, dims="trial", coords={"trial": np.arange(N)})
    with pytest.raises(ValueError, match=r"x1, x2: their rows have the same labels"):
        ff.pid(one, one[::-1], C)


@given(
    st.sampled_from([np.float32, np.float64]),
    st.integers(-300, 300),
    st.booleans(),
)
@example(np.float64, 140, True)
@example(np.float64, -140, True)
@example(np.float32, 17, False)
def test_numbers_are_taken_where_squares_are_numbers_and_are_named_where_not(
    dtype, power, whole
):
    with np.errstate(over="ignore", under="ignore"):
        values = (np.array([[1.0, 0.0], [1.5, 1.0]]) * [10.0**power, 1]).astype(dtype)
    if not np.isfinite(values).all() or not np.ptp(values[:, 0]):
        return
    least, most = (-18, 17) if dtype == np.float32 else (-140, 140)
    if power >= most and (dtype == np.float64 or not whole):
        with pytest.raises(ValueError, match=r"^X1: column 0 holds .* overflow"):
            read_embedding(values, "X1", whole=whole)
    elif power <= least and dtype == np.float64 and whole:
        with pytest.raises(ValueError, match=r"^X1: column 0 varies by only .* underflows"):
            read_embedding(values, "X1", whole=whole)
    elif least < power < most:
        assert read_embedding(values, "X1", whole=whole).dtype == dtype
    else:
        found = read_embedding(values, "X1", whole=whole)
        np.testing.assert_array_equal(found, values)  # whatever its precision


def test_rows_too_large_for_the_precision_that_was_fitted_are_named():
    rows = np.array([[1.0, 1e20]])
    with pytest.raises(ValueError, match=r"^X1: column 1 holds 1e\+20 .* single precision"):
        as_precise(rows, np.float32, "X1")
    fitted = ff.PIDEstimator(2).fit(X1.astype(np.float32), X2, C)
    with pytest.raises(ValueError, match=r"^X1: column 0 holds .* single precision"):
        fitted.transform(X1 * 1e30, X2)


@pytest.mark.parametrize(
    "values",
    [
        np.array([[2**53 + 1], [0]]),
        np.array([[2**64 - 1], [0]], dtype=np.uint64),
        np.array([[-(2**60)], [0]]),
        [[2**70], [0]],
    ],
)
def test_integers_that_doubles_merge_are_no_numbers_of_an_embedding(values):
    with pytest.raises(ValueError, match=r"^X1: holds integers beyond 2\*\*53"):
        read_embedding(values, "X1")


def test_half_precision_that_overflowed_is_told():
    with np.errstate(over="ignore"):
        half = np.array([[1e6], [1.0]]).astype(np.float16)
    with pytest.raises(ValueError, match=r"half precision ends at 65504.* got inf"):
        read_embedding(half, "X1")
