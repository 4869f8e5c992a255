# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Both bounds of a union again, in plain NumPy from the core's dual and coupling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["bounds_again", "wrong_bounds"]

#: Bits by which sums may be rounded, and what marginals of the coupling may be off.
ROUNDING, MARGINALS = 1e-9, 1e-10
#: Tuples above which not all of them are priced again.
MOST_TUPLES = 3e7
BLOCK = 1 << 20


def bounds_again(
    tables: Sequence[np.ndarray], solved: dict[str, Any]
) -> tuple[float, float, float]:
    """Lower and upper bound in bits, and how far off the coupling's marginals are at most.

    The lower one is the value of the dual pair less log2 of the largest sum_y prod_i a_i(x_i,y)
    over *all* tuples; the upper one is the information of the coupling.

    Parameters
    ----------
    tables : sequence of ndarray, shape (K_i, K_Y)
    solved : dict
        What ``fourfold._core.solve_union(..., coupling=True)`` returned.
    """
    p_y = tables[0].sum(axis=0)
    entropy = -float(np.sum(p_y[p_y > 0] * np.log2(p_y[p_y > 0])))
    value = entropy + sum(
        float((p[p > 0] * factors[p > 0]).sum()) / np.log(2.0)
        for p, factors in zip(tables, solved["dual"], strict=True)
    )
    kept = [p.sum(axis=1) > 0 for p in tables]
    largest = _largest([np.exp(a[k]) for a, k in zip(solved["dual"], kept, strict=True)])
    tuples, q = solved["coupling"]
    off = 0.0
    for i, p in enumerate(tables):
        again = np.zeros_like(p)
        np.add.at(again, tuples[:, i], q)
        off = max(off, float(np.abs(again - p).max()))
    # tuples may be listed twice
    _, place = np.unique(tuples, axis=0, return_inverse=True)
    mass = np.zeros((place.max() + 1, q.shape[1]))
    np.add.at(mass, place.ravel(), q)
    of_tuple = mass.sum(axis=1, keepdims=True)
    ratio = np.divide(mass, of_tuple * p_y, out=np.ones_like(mass), where=mass > 0)
    return value - float(np.log2(largest)), float((mass * np.log2(ratio)).sum()), off


def wrong_bounds(
    found: dict[str, Any], tables: Sequence[np.ndarray], solved: dict[str, Any]
) -> Iterator[str]:
    """What speaks against an answer (`lower`, `upper`); nothing if both bounds are there again."""
    lower, upper, off = bounds_again(tables, solved)
    if not off <= MARGINALS:
        yield f"marginals of the coupling are {off:.1e} off"
    if not abs(solved["lower"] - lower) <= ROUNDING:
        yield f"the dual pair is worth {lower!r} bits, said were {solved['lower']!r}"
    if not abs(solved["upper"] - upper) <= ROUNDING:
        yield f"the coupling tells {upper!r} bits, said were {solved['upper']!r}"
    if not (found["lower"] <= upper + ROUNDING and lower <= found["upper"] + ROUNDING):
        yield f"the interval {found['lower']!r} to {found['upper']!r} misses the one found again"


def _largest(factors: Sequence[np.ndarray]) -> float:
    """max over all tuples of sum_y prod_i a_i(x_i, y), in blocks."""
    half = len(factors) // 2
    left, right = (_products(part) for part in (factors[:half], factors[half:]))
    if len(left) * len(right) > MOST_TUPLES:
        msg = f"{len(left) * len(right)} tuples are too many to be priced again"
        raise ValueError(msg)
    step = max(1, BLOCK // len(right))
    return max(float((left[k : k + step] @ right.T).max()) for k in range(0, len(left), step))


def _products(factors: Sequence[np.ndarray]) -> np.ndarray:
    """Products of the factors for all tuples of these sources, (K_1 K_2 ..., K_Y)."""
    found = np.ones((1, factors[0].shape[1]))
    for a in factors:
        found = (found[:, None] * a).reshape(-1, a.shape[1])
    return found
