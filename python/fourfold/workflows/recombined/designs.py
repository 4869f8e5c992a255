# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which rows of X1 are put together with which of X2."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

__all__ = ["DESIGNS", "Pairs", "drawn_pairs"]

DESIGNS = ("permutation", "grid")


class Pairs(NamedTuple):
    """E pairs of rows, no pair twice and no row with the one of its own sample.

    Attributes
    ----------
    rows1, rows2 : ndarray of int
        Rows of X1 and of X2 that occur, m1 and m2 of them.
    first, second : ndarray of int, shape (E,)
        Of each pair, which of these; each of them occurs in as many pairs.
    paired : bool
        Whether `first` and `second` number the same samples, which are then not independent.
    """

    rows1: np.ndarray
    rows2: np.ndarray
    first: np.ndarray
    second: np.ndarray
    paired: bool


def drawn_pairs(design: str, n1: int, n2: int, n_calls: int, rng: np.random.Generator) -> Pairs:
    """Pairs of n1 rows with n2 rows by a design, or raise where there are too few rows."""
    return (_permutation if design == "permutation" else _grid)(n1, n2, n_calls, rng)


def _permutation(n1: int, n2: int, n_calls: int, rng: np.random.Generator) -> Pairs:
    """All rows in a random circle: each with the rows that are so many places ahead."""
    if n1 != n2:
        msg = (
            f"x1, x2: have {n1} and {n2} rows; the permutation design puts each row of one with rows of "
            "the other and expects as many of both; give design='grid'"
        )
        raise ValueError(msg)
    if n_calls < 2 or n_calls >= n1:
        msg = (
            f"n_calls: expected 2 to {n1 - 1} partners of each of {n1} rows for the permutation "
            f"design, got {n_calls}"
        )
        raise ValueError(msg)
    order = rng.permutation(n1)
    place = np.empty(n1, dtype=np.int64)
    place[order] = np.arange(n1)
    ahead = 1 + rng.choice(n1 - 1, n_calls, replace=False)
    every = np.arange(n1)
    partners = order[(place[:, None] + ahead) % n1]
    return Pairs(every, every, np.repeat(every, n_calls), partners.ravel(), paired=True)


def _grid(n1: int, n2: int, n_calls: int, rng: np.random.Generator) -> Pairs:
    """Some rows of X1 with each of some of X2; of as many rows of both, of different samples."""
    wanted = n_calls * max(n1, n2)
    most1, most2 = (n1 // 2, n2 // 2) if n1 == n2 else (n1, n2)
    m1 = min(most1, math.isqrt(wanted))
    m2 = min(most2, wanted // max(m1, 1))
    m1 = min(most1, max(m1, wanted // max(m2, 1)))
    if min(m1, m2) < 3:
        msg = (
            f"x1, x2: a grid of {m1} x {m2} rows of different samples can be made of {n1} and "
            f"{n2} rows with n_calls={n_calls}; expected at least 3 x 3"
        )
        raise ValueError(msg)
    order = rng.permutation(n1)
    rows1 = np.sort(order[:m1])
    rows2 = order[m1 : m1 + m2] if n1 == n2 else rng.choice(n2, m2, replace=False)
    return Pairs(
        rows1,
        np.sort(rows2),
        np.repeat(np.arange(m1), m2),
        np.tile(np.arange(m2), m1),
        paired=False,
    )
