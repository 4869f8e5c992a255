# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whatever is handed to the library and to its bindings: a result with finite bounds, or a
ValueError or TypeError; no crash, and nothing that is not a number is called converged."""

from __future__ import annotations

import math

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fourfold as ff
from fourfold import _core

pytestmark = pytest.mark.filterwarnings("ignore::fourfold.ConvergenceWarning")

TOL = 1e-6
MAX_ITER = 30

ORDINARY = [0.0, 1.0, 0.25, 1e-3, 7.0]
TINY = [5e-324, 1e-310, 1e-300, 1e-31, 1e-29, 1e-18]
HUGE = [1e300, 1e308, 1.7976931348623157e308]
WRONG = [math.nan, math.inf, -math.inf, -1.0, -5e-324, -0.0]
DTYPES = [
    "f8", ">f8", "f4", "f2", "g", "i1", "i8", ">i4", "u8", "?", "c16", "O", "S3", "U3", "M8[s]",
]  # fmt: skip
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.just({"pmf": [1.0]}),
    st.just([[1.0], [1.0, 2.0]]),
    st.just([[[None, 1.0]]]),
    st.just(np.ones((2, 2, 2)).tolist()),
    st.just(object()),
    st.just(range(3)),
)


def layouts(array):
    """The same numbers in other arrangements, or a part of them."""
    ways = [
        array,
        np.asfortranarray(array),
        array.T,
        array[::-1],
        np.repeat(array, 2, axis=0)[::2],
        np.broadcast_to(array[:1], array.shape),
        array[..., ::-1],
        array.reshape(array.shape[::-1]),
    ]
    return st.sampled_from(ways)


@st.composite
def arrays(draw, axes=None):
    """Arrays of any type and layout, with 0 to 4 axes unless told."""
    axes = draw(st.integers(0, 4)) if axes is None else axes
    shape = tuple(draw(st.integers(0, 3)) for _ in range(axes))
    values = draw(st.sampled_from([ORDINARY, TINY, HUGE, WRONG, ORDINARY + WRONG]))
    array = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from(values)))
    kind = draw(st.sampled_from([*DTYPES, "structured", "same"]))
    if kind == "structured":
        array = np.zeros(shape, [("mass", "f8"), ("label", "U2")])
    elif kind != "same":
        with np.errstate(all="ignore"):
            if kind.startswith("M8"):
                array = array.astype("i8")
            array = array.astype(kind)
    if array.ndim:
        array = draw(layouts(array))
    if draw(st.booleans()):
        array.setflags(write=False)
    return array


anything = st.one_of(arrays(), arrays(axes=3), JUNK)
methods = st.sampled_from(["auto", "ipfp", "newton", "sparse", "active", "reference"])


def check(result):
    numbers = [result.mi1, result.mi2, result.gap, *result.atoms, *result.lower, *result.upper]
    for number in numbers:
        assert np.all(np.isfinite(number))
    assert np.all(np.asarray(result.gap) >= 0)
    assert np.all(result.converged == (np.asarray(result.gap) <= TOL))


def answer(names, function, *arguments, **options):
    """The result; None where the arguments were refused by name."""
    try:
        return function(*arguments, tol=TOL, max_iter=MAX_ITER, **options)
    except (ValueError, TypeError) as error:
        if not str(error).startswith(names):
            raise
        return None


@given(anything, methods)
def test_decompose_answers_or_refuses(pmf, method):
    result = answer("pmf: ", ff.decompose, pmf, method=method)
    if result is not None:
        check(result)


@given(st.one_of(st.lists(anything, max_size=3), JUNK), methods)
def test_decompose_many_answers_or_refuses(pmfs, method):
    result = answer("pmfs", ff.decompose_many, pmfs, method=method)
    if result is not None:
        check(result)


@given(anything, anything, st.one_of(st.none(), anything))
def test_decompose_marginals_answers_or_refuses(p1y, p2y, information):
    names = ("p1y", "p2y", "joint_information")
    result = answer(names, ff.decompose_marginals, p1y, p2y, information)
    if result is not None:
        assert np.all(np.isfinite(result.gap))
        assert np.all(result.converged == (np.asarray(result.gap) <= TOL))


# -- the bindings, which check layout but not values -------------------------------------

OPTIONS = {"method": "auto", "tol": TOL, "max_iter": MAX_ITER, "num_threads": 1}


def check_raw(out, *, valid=False):
    """No bound that is not a number within the tolerance, and none at all for good input."""
    for low, high in zip(out["lower"], out["upper"], strict=True):
        if valid:
            assert math.isfinite(low)
            assert math.isfinite(high)
            assert low <= high + 1e-12
        if high - low <= TOL:
            assert math.isfinite(low)
            assert math.isfinite(high)


@st.composite
def marginal_pairs(draw, axes=2):
    """Two contiguous float64 arrays that agree in classes, with any numbers in them."""
    values = draw(st.sampled_from([ORDINARY, TINY, HUGE, WRONG, ORDINARY + WRONG + HUGE]))
    k1, k2, ky = (draw(st.integers(0, 4)) for _ in range(3))
    batch = (draw(st.integers(0, 3)),) * (axes - 2)
    return tuple(
        draw(hnp.arrays(np.float64, (*batch, k, ky), elements=st.sampled_from(values)))
        for k in (k1, k2)
    )


@given(anything, anything, st.sampled_from(["solve_one", "solve_batch", "solve_many"]))
def test_bindings_take_or_refuse_any_object(p1y, p2y, name):
    try:
        out = getattr(_core, name)(p1y, p2y, **OPTIONS)
    except (ValueError, TypeError):
        return
    check_raw(out)


def check_call(name, p1y, p2y, **options):
    """Probabilities are solved; anything else is refused by the name of the argument."""
    good = all(np.all((p >= 0) & (p <= 1 + 1e-6)) for p in (*p1y, *p2y))
    if good:
        check_raw(getattr(_core, name)(p1y, p2y, **{**OPTIONS, **options}))
        return
    with pytest.raises(ValueError, match=r"p[12]y: expected probabilities in \[0, 1\]"):
        getattr(_core, name)(p1y, p2y, **{**OPTIONS, **options})


@given(marginal_pairs(), methods)
def test_one_problem_of_any_numbers(pair, method):
    check_call("solve_one", *pair, method=method)


@given(marginal_pairs(axes=3), methods)
def test_batch_of_any_numbers(pair, method):
    check_call("solve_batch", *pair, method=method)


@given(st.lists(marginal_pairs(), max_size=4), st.integers(0, 2), methods)
def test_list_of_any_numbers_and_of_any_length(pairs, dropped, method):
    p1y, p2y = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    p2y = p2y[: len(p2y) - dropped] if dropped else p2y
    options = {"method": method, "num_threads": 2}
    if len(p1y) != len(p2y):
        with pytest.raises(ValueError, match="another number of problems"):
            _core.solve_many(p1y, p2y, **{**OPTIONS, **options})
        return
    check_call("solve_many", p1y, p2y, **options)


@given(hnp.arrays(np.float64, (3, 4, 2), elements=st.sampled_from(ORDINARY + TINY)), methods)
def test_bounds_of_good_marginals_are_finite(pmf, method):
    assume(pmf.sum() > 0.1)
    pmf = pmf / pmf.sum()
    p1y, p2y = np.ascontiguousarray(pmf.sum(1)), np.ascontiguousarray(pmf.sum(0))
    out = _core.solve_one(p1y, p2y, **{**OPTIONS, "method": method})
    check_raw(out, valid=True)
    assert not np.isnan(out["log_r"]).any()
    assert np.isfinite(out["a"]).all()
    assert np.isfinite(out["b"]).all()


@given(
    st.one_of(methods, st.text(max_size=6), st.none()),
    st.one_of(st.floats(), st.none(), st.text(max_size=2)),
    st.one_of(st.integers(-(2**70), 50), st.floats(), st.none()),
    st.one_of(st.integers(), st.none()),
    st.one_of(st.sampled_from(["float32", "float64"]), st.text(max_size=7), st.none()),
)
def test_options_of_any_kind(method, tol, max_iter, num_threads, dtype):
    marginal = np.array([[0.1, 0.4], [0.3, 0.2]])
    options = {"method": method, "tol": tol, "max_iter": max_iter, "num_threads": num_threads}
    options["dtype"] = dtype
    try:
        out = _core.solve_one(marginal, marginal, **options)
    except (ValueError, TypeError):
        return
    check_raw(out, valid=True)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0, 1e308, 1.5])
@pytest.mark.parametrize("name", ["solve_one", "solve_batch", "solve_many"])
def test_bindings_refuse_what_is_no_probability(name, wrong):
    bad, good = np.array([[wrong]]), np.ones((1, 1))
    if name == "solve_batch":
        bad, good = bad[None], good[None]
    if name == "solve_many":
        bad, good = [bad], [good]
    with pytest.raises(ValueError, match=r"p1y: expected probabilities in \[0, 1\]"):
        getattr(_core, name)(bad, good, **OPTIONS)
    with pytest.raises(ValueError, match=r"p2y: expected probabilities in \[0, 1\]"):
        getattr(_core, name)(good, bad, **OPTIONS)


# -- labels: columns of any type -----------------------------------------------------------

columns = st.one_of(arrays(axes=1), arrays(), JUNK)


@given(
    st.one_of(st.lists(columns, max_size=3), JUNK), st.sampled_from([-1, 0, 1, 50, 2**20, None])
)
def test_cells_of_any_columns(several, most):
    try:
        out = _core.count_cells(several, most=most, rows=True, num_threads=2)
    except (ValueError, TypeError):
        return
    n = len(several[0])
    if "cells" not in out:
        assert math.prod(out["span"]) > most
        return
    assert out["counts"].sum() == n
    assert all(c.dtype.kind in "iub" and c.shape == (n,) for c in several)
    cells = out["cells"][out["rows"]] if most is None else out["rows"]
    plain = [0] * n
    for column, low, span in zip(several, out["low"], out["span"], strict=True):
        assert int(column.min()) == (low - 2**64 if column.min() < 0 else low)
        numbers = zip(plain, column.tolist(), strict=True)
        plain = [cell * span + int(value) - int(column.min()) for cell, value in numbers]
    assert cells.tolist() == plain


@given(columns, columns, st.lists(st.integers(0, 5), max_size=4))
def test_codes_of_any_objects(items, numbers, rows):
    for take in (_core.objects_coded, _core.bytes_coded):
        try:
            coded = take(items)
        except (ValueError, TypeError):
            continue
        if coded is None:
            assert not all(isinstance(item, str) for item in items) or len(items) == 0
            continue
        codes, of_codes = coded
        first = of_codes if take is _core.objects_coded else items[of_codes].tolist()
        assert [first[code] for code in codes] == list(items)
    try:
        out = _core.renumbered(np.array(rows, np.uint32), numbers, num_threads=2)
    except (ValueError, TypeError):
        return
    np.testing.assert_array_equal(out, numbers[rows] if rows else numbers[:0])
