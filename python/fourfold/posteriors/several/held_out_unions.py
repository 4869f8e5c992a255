# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What labels that no classifier saw say of v* of three or more sources (Lemma C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.posteriors.union import STEPS, chosen_by_halves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.posteriors.held_out import Rows
    from fourfold.posteriors.several.solved_subsets import SolvedSubset
    from fourfold.posteriors.target import Target

__all__ = ["factors_of", "terms_by_halves"]

#: Tuples of states above which combined factors are left as they are, feasible and no more.
MOST_TUPLES = 2**22


def terms_by_halves(
    solved: SolvedSubset,
    parts: Sequence[np.ndarray],
    target: Target,
    rows: Rows,
    halves: np.ndarray,
) -> np.ndarray:
    """Terms (2, N) of v* in bits by the factors that each half of the rows chose.

    Of factors of all these sources, and of those that each half chose of fewer of them, `parts`
    (2, N) each: with 1 for the others these are feasible for all.
    """
    log_classes = np.log(target.classes)
    # each marginal was fitted to these labels, with K_Y numbers, half a nat of gain a number
    fitted = len(solved.prototypes) * len(target.classes) / (2 * rows.independent)
    own = []
    for factors in factors_of(solved):
        places = zip(factors, solved.prototypes, strict=True)
        values = sum(factor[found.state] for factor, found in places)
        own.append((target.terms(values - log_classes) - fitted) / np.log(2))
    every = np.broadcast_to(np.array(own), (2, len(own), len(halves)))
    terms = np.concatenate([every, np.stack(parts, axis=1)], axis=1)
    return chosen_by_halves(terms, target.weights, halves)


def factors_of(solved: SolvedSubset) -> Iterator[list[np.ndarray]]:
    """Several choices of log factors of the prototypes in nats, (K_i, K_Y) of each source.

    Those with sum_y prod_i a_i <= 1 for all states form a convex set: that of the solver, that of
    each source, p(y|x_i) with 1 for the others, and combinations of these with the solver's.
    """
    dual = [factor * np.log(2) for factor in solved.dual]
    yield dual
    for place, found in enumerate(solved.prototypes):
        posterior = np.log(found.posterior)
        for step in range(1, STEPS + 1):
            share = step / STEPS
            factors = [(1 - share) * factor for factor in dual]
            factors[place] = factors[place] + share * posterior
            yield _raised(factors)


def _raised(factors: list[np.ndarray]) -> list[np.ndarray]:
    """The first moved until the largest sum_y prod_i a_i of each of its states is 1."""
    first, *others = factors
    if np.prod([float(len(factor)) for factor in factors]) > MOST_TUPLES:
        return factors
    rest = np.zeros((1, first.shape[1]))
    for factor in others:
        rest = (rest[:, None] + factor).reshape(-1, first.shape[1])
    shift = first.max(1, keepdims=True)
    most = (np.exp(first - shift) @ np.exp(rest).T).max(1, keepdims=True)
    return [first - shift - np.log(most), *others]
