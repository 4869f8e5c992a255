# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables of several sources, some with a known union information, and what its certificate has to show."""

from __future__ import annotations

import itertools

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from fourfold import _core, gates
from tests.support.tables import information

__all__ = [
    "CLOSED_FORMS", "METHODS", "assert_coupling", "assert_dual", "hull_bits", "marginals_of",
    "random_marginals", "solve", "tables_of_many",
]  # fmt: skip

METHODS = ("dense", "working-set")


Tables = list[np.ndarray]


def solve(tables, method="auto", *, tol=1e-9, max_iter=1000, num_threads=1, coupling=False):
    """What the core says of v*, bounds in bits."""
    return _core.solve_union(
        [np.ascontiguousarray(table, float) for table in tables], method=method, tol=tol, max_iter=max_iter, num_threads=num_threads,
        coupling=coupling,
    )  # fmt: skip


def random_marginals(sizes, classes, seed=0, concentration=1.0) -> Tables:
    """p(x_i | y) of a Dirichlet, and p(y) of a Dirichlet of 5."""
    rng = np.random.default_rng(seed)
    py = rng.dirichlet(np.full(classes, 5.0))
    return [rng.dirichlet(np.full(k, concentration), size=classes).T * py for k in sizes]


def marginals_of(table):
    """p(x_i, y) of each source of a table (K_1, ..., K_n, K_Y)."""
    sources = range(table.ndim - 1)
    return [table.sum(tuple(j for j in sources if j != i)) for i in sources]


def _product(first: Tables, second: Tables) -> Tables:
    """Source i is the pair of both i-th sources, Y the pair of targets: v* is the sum."""
    return [np.kron(a, b) for a, b in zip(first, second, strict=True)]


def _direct_sum(first: Tables, second: Tables, weight: float) -> Tables:
    """No state or class in common; v* is the entropy of the weights plus the mean of both."""
    tables = []
    for a, b in zip(first, second, strict=True):
        table = np.zeros(np.add(a.shape, b.shape))
        table[: len(a), : a.shape[1]] = weight * a
        table[len(a) :, a.shape[1] :] = (1 - weight) * b
        tables.append(table)
    return tables


def _entropy(*masses: float) -> float:
    return -sum(p * np.log2(p) for p in masses)


def _copies() -> Tables:
    """Y = (a, b), and the sources a, b and a xor b."""
    tables = np.zeros((3, 2, 4))
    for a, b in itertools.product((0, 1), repeat=2):
        for table, x in zip(tables, (a, b, a ^ b), strict=True):
            table[x, 2 * a + b] += 0.25
    return list(tables)


_AND3, _XOR3, _COPY3 = (
    marginals_of(gate(3).pmf) for gate in (gates.conjunction, gates.parity, gates.copies)
)
_AND3_EXACT = _entropy(1 / 8, 7 / 8) - _entropy(1 / 4, 3 / 4) / 2
_EQUAL = [random_marginals([6], 4, seed=3)[0]] * 3

#: Name: tables, v* in bits.
CLOSED_FORMS: dict[str, tuple[Tables, float]] = {
    "three-way parity": (_XOR3, 0.0),
    # the three tables are the same: one source knows what any of them does
    "and of three": (_AND3, _AND3_EXACT),
    "copy of three": (_COPY3, 3.0),
    # a and b determine Y, and H(Y) is 2
    "a, b and a xor b": (_copies(), 2.0),
    "equal sources": (_EQUAL, information(_EQUAL[0])),
    "parity times copy": (_product(_XOR3, _COPY3), 3.0),
    "and times a, b and a xor b": (_product(_AND3, _copies()), _AND3_EXACT + 2.0),
    "parity or copy": (_direct_sum(_XOR3, _COPY3, 0.3), _entropy(0.3, 0.7) + 0.7 * 3.0),
    "and or a, b and a xor b": (
        _direct_sum(_AND3, _copies(), 0.6),
        _entropy(0.6, 0.4) + 0.6 * _AND3_EXACT + 0.4 * 2.0,
    ),
}


def hull_bits(tables: Tables) -> float:
    """v* of a target of two classes: the information of the hull of all ROC curves.

    A source's ROC curve has its states in the order of their likelihood ratios; the hull's edges are
    the states of the least source that is Blackwell-above all of them.
    """
    corners = [np.zeros((1, 2))]
    for table in tables:
        order = np.argsort(-np.arctan2(table[:, 1], table[:, 0]), kind="stable")
        corners.append(np.cumsum(table[order], axis=0))
    hull: list[np.ndarray] = []
    for corner in sorted(map(tuple, np.concatenate(corners))):
        while len(hull) > 1 and _turn(hull[-2], hull[-1], corner) >= 0:
            hull.pop()
        hull.append(np.array(corner))
    return information(np.diff(hull, axis=0))


def _turn(start, middle, end):
    """Above 0 where the path turns left."""
    (x0, y0), (x1, y1), (x2, y2) = start, middle, end
    return (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)


def assert_dual(tables: Tables, result) -> None:
    """The lower bound is of factors a_i, and sum_y prod_i a_i(x_i, y) <= 1 for ALL tuples."""
    total = np.ones((1, tables[0].shape[1]))
    py = tables[0].sum(0)
    value = -(py[py > 0] * np.log2(py[py > 0])).sum()
    for table, logs in zip(tables, result["dual"], strict=True):
        np.testing.assert_array_equal(logs == -np.inf, table == 0)
        total = (total[:, None, :] * np.exp(logs)[None]).reshape(-1, logs.shape[1])
        value += (table[table > 0] * logs[table > 0]).sum() / np.log(2)
    assert total.sum(1).max() <= 1 + 1e-12
    assert max(value, 0.0) == pytest.approx(result["lower"], abs=1e-10)


def assert_coupling(tables: Tables, result) -> None:
    """The upper bound is of a coupling, which has the marginals."""
    tuples, q = result["coupling"]
    assert tuples.dtype == np.int64
    assert tuples.shape == (len(q), len(tables))
    assert len(np.unique(tuples, axis=0)) == len(tuples)
    assert q.min() >= 0
    for states, table in zip(tuples.T, tables, strict=True):
        marginal = np.zeros_like(table)
        np.add.at(marginal, states, q)
        np.testing.assert_allclose(marginal, table, rtol=0, atol=1e-11)
    assert information(q) == pytest.approx(result["upper"], abs=1e-10)


@st.composite
def tables_of_many(draw, sources=(3, 4), classes=(1, 3), most=3):
    """Tables of small counts, or of probabilities over many decades, with zeros in either.

    `sources` and `classes` are their least and largest numbers.
    """
    number = draw(st.integers(*sources))
    shape = (*(draw(st.integers(1, most)) for _ in range(number)), draw(st.integers(*classes)))
    table = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 5)))
    if draw(st.booleans()):
        exponents = draw(hnp.arrays(np.float64, shape, elements=st.floats(-9, 0)))
        table = np.where(table > 2, 10.0**exponents, 0.0)
    assume(table.sum() > 0)
    return table / table.sum()
