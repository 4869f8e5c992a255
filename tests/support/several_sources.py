# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Marginal tables of several sources, and those whose union information is known in closed form."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from fourfold import _core
from tests.support.tables import information

__all__ = [
    "CLOSED_FORMS", "METHODS", "dense", "direct_sum", "dual_value", "gate", "hull_bits", "product",
    "solve",
]  # fmt: skip

METHODS = ("dense", "working-set")


Tables = list[np.ndarray]


def solve(tables, method="auto", *, tol=1e-9, max_iter=1000, num_threads=1, coupling=False):
    """What the core says of v*, bounds in bits."""
    return _core.solve_union(
        [np.ascontiguousarray(table, float) for table in tables], method=method, tol=tol, max_iter=max_iter, num_threads=num_threads,
        coupling=coupling,
    )  # fmt: skip


def dense(sizes, classes, seed=0, concentration=1.0) -> Tables:
    """p(x_i | y) of a Dirichlet, and p(y) of a Dirichlet of 5."""
    rng = np.random.default_rng(seed)
    py = rng.dirichlet(np.full(classes, 5.0))
    return [rng.dirichlet(np.full(k, concentration), size=classes).T * py for k in sizes]


def gate(function: Callable[..., int], n_sources: int, classes: int) -> Tables:
    """Of Y = function(x1, .., xn) with fair independent coins."""
    tables = np.zeros((n_sources, 2, classes))
    for bits in itertools.product((0, 1), repeat=n_sources):
        for table, bit in zip(tables, bits, strict=True):
            table[bit, function(*bits)] += 0.5**n_sources
    return list(tables)


def product(first: Tables, second: Tables) -> Tables:
    """Source i is the pair of both i-th sources, Y the pair of targets: v* is the sum."""
    return [np.kron(a, b) for a, b in zip(first, second, strict=True)]


def direct_sum(first: Tables, second: Tables, weight: float) -> Tables:
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


_AND3 = gate(lambda a, b, c: a & b & c, 3, 2)
_XOR3 = gate(lambda a, b, c: a ^ b ^ c, 3, 2)
_COPY3 = gate(lambda a, b, c: 4 * a + 2 * b + c, 3, 8)
_AND3_EXACT = _entropy(1 / 8, 7 / 8) - _entropy(1 / 4, 3 / 4) / 2
_EQUAL = [dense([6], 4, seed=3)[0]] * 3

#: Name: tables, v* in bits.
CLOSED_FORMS: dict[str, tuple[Tables, float]] = {
    "three-way parity": (_XOR3, 0.0),
    # the three tables are the same: one source knows what any of them does
    "and of three": (_AND3, _AND3_EXACT),
    "copy of three": (_COPY3, 3.0),
    # a and b determine Y, and H(Y) is 2
    "a, b and a xor b": (_copies(), 2.0),
    "equal sources": (_EQUAL, information(_EQUAL[0])),
    "parity times copy": (product(_XOR3, _COPY3), 3.0),
    "and times a, b and a xor b": (product(_AND3, _copies()), _AND3_EXACT + 2.0),
    "parity or copy": (direct_sum(_XOR3, _COPY3, 0.3), _entropy(0.3, 0.7) + 0.7 * 3.0),
    "and or a, b and a xor b": (
        direct_sum(_AND3, _copies(), 0.6),
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


def dual_value(tables: Tables, log_factors: Tables) -> tuple[float, float]:
    """In bits, of factors a_i; also the largest sum_y prod_i a_i(x_i, y), over ALL tuples.

    v* is at least the value where that is at most 1.
    """
    total = np.ones((1, tables[0].shape[1]))
    for logs in log_factors:
        total = (total[:, None, :] * np.exp(logs)[None]).reshape(-1, logs.shape[1])
    py = tables[0].sum(0)
    value = -(py[py > 0] * np.log2(py[py > 0])).sum()
    for table, logs in zip(tables, log_factors, strict=True):
        value += (table[table > 0] * logs[table > 0]).sum() / np.log(2)
    return float(value), float(total.sum(1).max())
