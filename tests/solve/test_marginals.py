# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The core's reduction of tables to marginals and I(X1,X2;Y), against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import xlogy

from fourfold import _core

# rows shorter and longer than a register, and groups of columns left over
SHAPES = [(1, 1, 1), (2, 3, 1), (3, 1, 5), (4, 7, 3), (5, 8, 10), (9, 17, 2), (3, 19, 33)]


def joint_information(table):
    """I(X1,X2;Y) in bits, cell by cell."""
    p = table / table.sum()
    return (
        xlogy(p, p).sum()
        - xlogy(p.sum(2), p.sum(2)).sum()
        - xlogy(p.sum((0, 1)), p.sum((0, 1))).sum()
    ) / np.log(2)


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("scale", [1.0, 1e-30, 1e250, 3e-308])
def test_marginals_and_information_are_those_of_numpy(shape, scale, rng):
    # zeros among them, whose logarithm must not be seen
    tables = rng.exponential(size=(3, *shape)) * (rng.random((3, *shape)) < 0.8)
    tables[:, 0, 0, 0] = 1.0
    out = _core.marginals(tables * scale, num_threads=1)
    total = tables.sum((1, 2, 3), keepdims=True)
    # subnormal masses have few digits
    digits = 1e-13 if scale > 1e-300 else 1e-11
    np.testing.assert_allclose(out["p1y"], (tables / total).sum(2), rtol=digits)
    np.testing.assert_allclose(out["p2y"], (tables / total).sum(1), rtol=digits)
    np.testing.assert_allclose(out["total"], total.ravel() * scale, rtol=digits)
    expected = [joint_information(table) for table in tables]
    np.testing.assert_allclose(
        out["mi_joint"], expected, atol=1e-13 if scale > 1e-300 else 1e-10
    )
    assert out["valid"].all()


@pytest.mark.parametrize("threads", [1, 2])
def test_batches_of_more_than_one_piece_of_work(threads, rng):
    tables = rng.poisson(1.0, size=(4001, 3, 3, 2)).astype(float)
    tables[:, 0, 0, 0] += 1
    out = _core.marginals(tables, num_threads=threads)
    counts = tables.sum((1, 2, 3))
    assert np.array_equal(out["total"], counts)
    assert np.array_equal(out["p1y"], tables.sum(2) / counts[:, None, None])
    assert np.array_equal(out["p2y"], tables.sum(1) / counts[:, None, None])
    assert out["whole"].all()


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, -1.0, -5e-324])
@pytest.mark.parametrize("at", [0, 7, 24, 26])
def test_an_entry_that_is_no_mass_marks_its_table_only(wrong, at):
    tables = np.ones((3, 3, 3, 3))
    tables[1].flat[at] = wrong
    out = _core.marginals(tables, num_threads=1)
    assert out["valid"].tolist() == [True, False, True]


def test_a_table_of_zeros_is_not_valid():
    out = _core.marginals(
        np.stack([np.zeros((2, 2, 2)), np.full((2, 2, 2), 5e-324)]), num_threads=1
    )
    assert out["valid"].tolist() == [False, True]


@pytest.mark.usefixtures("simd")
@pytest.mark.parametrize("value", [0.5, 1e15 + 0.5, 2.0**51 + 0.5, 1.0 + 2**-52, 1e-300])
@pytest.mark.parametrize("at", [0, 26])
def test_whole_numbers_are_told_from_others(value, at):
    tables = np.full((2, 3, 3, 3), 2.0**60)
    tables[0].flat[at] = value
    out = _core.marginals(tables, num_threads=1)
    assert out["whole"].tolist() == [False, True]


def test_no_tables_give_empty_arrays():
    out = _core.marginals(np.zeros((0, 2, 3, 4)), num_threads=1)
    assert out["p1y"].shape == (0, 2, 4)
    assert out["p2y"].shape == (0, 3, 4)
    assert out["mi_joint"].shape == (0,)


def test_empty_axes_are_refused():
    with pytest.raises(ValueError, match="masses: a table needs at least one state"):
        _core.marginals(np.zeros((1, 2, 0, 4)), num_threads=1)
