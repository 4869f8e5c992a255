# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Products for many classes, against those for few and against the plain solver."""

from __future__ import annotations

import numpy as np
import pytest

from fourfold import _core

# Around the tiles of 8 rows and 24 columns, the blocks of 256 rows, 168 columns and a depth of 344,
# the chunks of 32 rows, and the number of classes from which the solver takes these products.
SHAPES = [
    (1, 1, 1),
    (9, 7, 17),
    (33, 31, 47),
    (48, 48, 48),
    (31, 66, 49),  # the sources are swapped
    (65, 169, 25),
    (257, 23, 65),
    (40, 346, 345),
    (347, 345, 50),
    (33, 25, 512),  # rows of a whole number of pages
    (530, 513, 52),
]


def marginals(shape, rng, zeros=0.0):
    """Two marginals with the same p(y); a part of the cells is empty."""
    k1, k2, ky = shape
    p_y = rng.dirichlet(np.full(ky, 5.0))
    out = []
    for states in (k1, k2):
        p = rng.gamma(0.5, size=(states, ky)) + 1e-3
        p *= rng.random((states, ky)) >= zeros
        p[rng.integers(states, size=ky), np.arange(ky)] += 0.1
        out.append(p / p.sum(0) * p_y)
    return out


@pytest.fixture
def products():
    yield _core.select_products
    _core.select_products("auto")


def solve(p1y, p2y, *, method="ipfp", tol=1e-12, max_iter=9, num_threads=1):
    return _core.solve_one(
        p1y, p2y, method=method, tol=tol, max_iter=max_iter, num_threads=num_threads
    )


def assert_same(out, expected):
    assert out["iterations"] == expected["iterations"]
    assert out["sweeps"] == expected["sweeps"]
    for name in ("lower", "upper"):
        np.testing.assert_allclose(out[name], expected[name], rtol=0, atol=1e-11)
    np.testing.assert_allclose(out["log_r"], expected["log_r"], rtol=0, atol=1e-9)
    for name in ("a", "b"):
        np.testing.assert_allclose(out[name], expected[name], rtol=1e-9, atol=1e-250)


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("zeros", [0.0, 0.4])
def test_both_kinds_of_products_take_the_same_steps(shape, zeros, products, rng):
    p1y, p2y = marginals(shape, rng, zeros)
    products("thin")
    expected = solve(p1y, p2y)
    products("wide")
    assert_same(solve(p1y, p2y), expected)


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", [(9, 7, 17), (11, 17, 9)], ids=str)
def test_wide_products_reach_the_answer_of_the_plain_solver(shape, products, rng):
    p1y, p2y = marginals(shape, rng)
    plain = solve(p1y, p2y, method="reference", tol=1e-2, max_iter=2000)
    products("wide")
    for method in ("ipfp", "newton"):
        out = solve(p1y, p2y, method=method, tol=1e-6, max_iter=5000)
        assert 0 <= out["upper"] - out["lower"] <= 1e-6
        assert plain["lower"] <= out["upper"]
        assert out["lower"] <= plain["upper"]


@pytest.mark.parametrize("shape", [(257, 200, 49), (600, 600, 200)], ids=str)
def test_the_result_does_not_depend_on_the_threads(shape, products, rng):
    p1y, p2y = marginals(shape, rng)
    products("wide")
    one, two = (solve(p1y, p2y, num_threads=threads) for threads in (1, 2))
    for name, value in one.items():
        np.testing.assert_array_equal(two[name], value)


def test_problems_side_by_side_have_room_of_their_own(products, rng):
    problems = [marginals((50, 49, 50), rng) for _ in range(6)]
    products("wide")
    options = {"method": "ipfp", "tol": 1e-12, "max_iter": 9}
    together = _core.solve_many(
        [p1y for p1y, _ in problems], [p2y for _, p2y in problems], **options, num_threads=2
    )
    for k, (p1y, p2y) in enumerate(problems):
        alone = solve(p1y, p2y)
        assert together["lower"][k] == alone["lower"]
        assert together["upper"][k] == alone["upper"]


@pytest.mark.parametrize(
    ("shape", "kind"), [((64, 64, 64), "wide"), ((64, 64, 40), "thin"), ((40, 64, 64), "thin")]
)
def test_the_shape_decides_which_products_are_taken(shape, kind, products, rng):
    p1y, p2y = marginals(shape, rng)
    found = solve(p1y, p2y)
    other = {"thin": "wide", "wide": "thin"}[kind]
    products(kind)
    assert np.array_equal(solve(p1y, p2y)["log_r"], found["log_r"])
    products(other)
    assert not np.array_equal(solve(p1y, p2y)["log_r"], found["log_r"])


def test_an_unknown_kind_of_products_is_refused():
    with pytest.raises(ValueError, match="expected 'auto', 'thin' or 'wide', got 'broad'"):
        _core.select_products("broad")
