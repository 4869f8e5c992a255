# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of two sources of posteriors: solved on prototypes, read on labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.posteriors.prototypes import MOST, Prototypes
from fourfold.solve.tables import read_marginals
from fourfold.solve.tables_to_atoms import solved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.posteriors.held_out import Rows
    from fourfold.posteriors.target import Target
    from fourfold.results.pid import PID
    from fourfold.solve.options import SolverOptions

__all__ = [
    "STEPS",
    "Union",
    "chosen_by_halves",
    "pairs_of",
    "solved_prototypes",
    "tables_of",
    "union_of",
    "without_loss",
]

#: Steps from one dual pair to another: 15 convex combinations of the three.
STEPS = 4


class Union(NamedTuple):
    """What was found of v*.

    Attributes
    ----------
    result : PID
        Of the prototypes, without a joint information.
    chosen : ndarray, shape (2, N)
        Bits of all rows by the dual pair that one half of them chose, and by that of the other.
    terms : ndarray, shape (N,)
        Those by the pair that the other half chose: bits whose mean is, of labels that no classifier
        saw, in expectation at most v*.
    """

    result: PID
    chosen: np.ndarray
    terms: np.ndarray


def union_of(
    first: Prototypes,
    second: Prototypes,
    target: Target,
    rows: Rows,
    halves: np.ndarray,
    of_sources: np.ndarray,
    options: SolverOptions,
) -> Union:
    """Of prototypes of both sources whose posteriors have the mean p(y).

    `halves` (N,), true for one half of the rows, says which rows choose the dual pair that the
    others read; `of_sources` (2, N) are the terms of I(X1;Y) and I(X2;Y), which are pairs as well:
    the larger of two estimates read on the rows that chose it would be too large.
    """
    result = solved_prototypes(first, second, target.classes, options)
    # the marginals of both sources were fitted to these labels, with K_Y numbers each
    fitted = len(target.classes) / rows.independent / np.log(2)
    every = _by_pair(result, first, second, target) - fitted
    terms = np.concatenate([of_sources, every])
    chosen = chosen_by_halves(terms, target.weights, halves)
    return Union(result, chosen, np.where(halves, *chosen))


def chosen_by_halves(terms: np.ndarray, weights: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """Of terms (k, N) those whose mean is largest over the rows outside a half, and over the half.

    `terms` may also be (2, k, N): those that each of the two choose from.
    """
    of_each = np.broadcast_to(terms, (2, *terms.shape[-2:]))
    chosen: np.ndarray = np.stack([
        each[(each[:, rows] @ weights[rows]).argmax()]
        for each, rows in zip(of_each, (~halves, halves), strict=True)
    ])  # fmt: skip
    return chosen


def without_loss(union: float, lost: float, before: float, lost_before: float) -> float:
    """v* of the rows: that of the prototypes, and of half as many before, drawn to a loss of none.

    v* grows nearly in proportion to the bits that merging no longer loses, at all numbers of
    prototypes (docs/decisions/posteriors.md).
    """
    more = lost_before - lost
    slope = (union - before) / more if more > 0 else 0.0
    return union + min(max(slope, 0.0), 1.0) * lost  # Lemma B: between none and all of it


def solved_prototypes(
    first: Prototypes, second: Prototypes, classes: np.ndarray, options: SolverOptions
) -> PID:
    """v* of both tables of prototypes."""
    p1y, p2y = tables_of((first, second), classes)
    return solved(read_marginals(p1y, p2y, None), options)


def tables_of(prototypes: Sequence[Prototypes], classes: np.ndarray) -> list[np.ndarray]:
    """p(k, y) of the prototypes of each source, scaled to have one p(y)."""
    tables = []
    for found in prototypes:
        marginal = found.mass[:, None] * found.posterior
        tables.append(marginal * (classes / marginal.sum(0)))
    return tables


def pairs_of(
    result: PID, first: Prototypes, second: Prototypes
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Several dual pairs (log a, log b) of the prototypes in nats, (K1, K_Y) and (K2, K_Y).

    Pairs with sum_y a(i,y) b(j,y) <= 1 for all i, j form a convex set: that of
    the solver, (p(y|x1), 1) and (1, p(y|x2)) are combined (docs/embeddings.md, Lemma C).
    """
    log_a, log_b = (logs * np.log(2) for logs in result.dual)
    corners = [
        (log_a, log_b),
        (np.log(first.posterior), np.zeros_like(second.posterior)),
        (np.zeros_like(first.posterior), np.log(second.posterior)),
    ]
    for i in range(STEPS + 1):
        for j in range(STEPS + 1 - i):
            shares = np.array([i, j, STEPS - i - j]) / STEPS
            yield _feasible(
                sum(share * pair[0] for share, pair in zip(shares, corners, strict=True)),
                sum(share * pair[1] for share, pair in zip(shares, corners, strict=True)),
            )


def _by_pair(result: PID, first: Prototypes, second: Prototypes, target: Target) -> np.ndarray:
    """Terms of v* in bits (pairs, N) by each of these pairs."""
    log_classes = np.log(target.classes)
    every = [
        target.terms(a[first.state] + b[second.state] - log_classes)
        for a, b in pairs_of(result, first, second)
    ]
    terms: np.ndarray = np.array(every) / np.log(2)
    return terms


def _feasible(log_a: np.ndarray, log_b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log a moved until the largest sum_y a(i,y) b(j,y) of each i is 1.

    It is no larger as given, where all combined pairs are feasible: the logarithm of the sum is
    convex. Where the rows of two classes are states, many of them, it is so near to 1 that it is left.
    """
    if log_a.shape[1] == 2 and len(log_a) * len(log_b) > MOST**2:
        return log_a, log_b
    shift = log_a.max(1, keepdims=True)
    most = (np.exp(log_a - shift) @ np.exp(log_b).T).max(1, keepdims=True)
    return log_a - shift - np.log(most), log_b
