# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""v* of small tables of any number of sources, from the coupling itself: an oracle for solvers.

The solvers work on the dual. This minimises I_q(X1,..,Xn;Y) over the explicit tensor q, with the
marginal equations eliminated and q kept positive by a logarithmic barrier (Boyd and Vandenberghe, Convex
Optimization, 11.3): on the central path of weight t the value is at most t times the number of
cells above the least one. What Newton's method leaves open is bounded by its decrement.
"""

from __future__ import annotations

import itertools

import numpy as np

LAST_WEIGHT = 1e-10
MOST_STEPS = 200


def union_information(tables):
    """Bounds in bits, some 1e-8 apart for 100 cells; tables (K_i, KY) of mass 1 and one p(y)."""
    cells, equations, start = _program(tables)
    q, weight = start, 1e-2
    while True:
        q, open_part = _centre(q, equations, cells, weight)
        if weight <= LAST_WEIGHT:
            break
        weight = max(0.2 * weight, LAST_WEIGHT)
    py = tables[0].sum(0)
    value = _value(q, cells) - (py[py > 0] * np.log(py[py > 0])).sum()
    return (value - weight * len(q) - open_part) / np.log(2), value / np.log(2)


def _program(tables):
    """Supported cells (x1,..,xn,y), the marginals as equations in them, and a q that has them."""
    shape = [len(table) for table in tables]
    classes = tables[0].shape[1]
    py = tables[0].sum(0)
    cells, start = [], []
    for cell in itertools.product(*map(range, shape), range(classes)):
        of_cell = [table[x, cell[-1]] for table, x in zip(tables, cell, strict=False)]
        if min(of_cell) > 0:
            cells.append(cell)
            start.append(np.prod(of_cell) / py[cell[-1]] ** (len(tables) - 1))
    cells = np.array(cells)
    rows = [
        (cells[:, i] == x) & (cells[:, -1] == y)
        for i, y in itertools.product(range(len(tables)), range(classes))
        for x in range(shape[i])
    ]
    return cells, np.array(rows, float), np.array(start)


def _tuples(cells):
    """The number of the tuple (x1,..,xn) of each cell."""
    return np.unique(cells[:, :-1], axis=0, return_inverse=True)[1].ravel()


def _value(q, cells):
    """Sum of q log q(y | x1,..,xn), nats."""
    tuples = _tuples(cells)
    return (q * np.log(q / np.bincount(tuples, q)[tuples])).sum()


def _centre(q, equations, cells, weight):
    """Newton's method for the value less weight * sum log q; also a bound on what is left open."""
    tuples = _tuples(cells)
    together = tuples[:, None] == tuples
    for _ in range(MOST_STEPS):
        of_tuple = np.bincount(tuples, q)[tuples]
        # in units in which the Hessian is the identity but for what the tuples share
        unit = q / np.sqrt(q + weight)
        gradient = unit * (np.log(q / of_tuple) - weight / q)
        hessian = np.eye(len(q)) - together * np.outer(unit, unit) / of_tuple
        directions = _null_space(equations * unit)
        if directions.shape[1] == 0:
            return q, 0.0
        step = np.linalg.solve(directions.T @ hessian @ directions, -directions.T @ gradient)
        change = unit * (directions @ step)
        decrement = -(directions.T @ gradient @ step)
        if decrement < 1e-3 * weight:
            return q, max(decrement, 0.0)
        newton = 1 / (1 + np.sqrt(decrement / weight))
        q = (
            q
            + (newton if newton < 0.5 else min(1.0, 0.9 / max(0.9, (-change / q).max())))
            * change
        )
    message = f"not centred at weight {weight:.0e} in {MOST_STEPS} steps"
    raise AssertionError(message)


def _null_space(equations):
    """Orthonormal columns; the marginals of n sources repeat p(y) n - 1 times."""
    _, values, right = np.linalg.svd(equations)
    return right[int((values > 1e-13 * values[0]).sum()) :].T
