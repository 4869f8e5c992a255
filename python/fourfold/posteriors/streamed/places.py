# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Where prototypes are, and a dual pair of them, before the rows are met that are counted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.posteriors.prototypes import MOST, merged, nearest_mean
from fourfold.posteriors.union import pairs_of, solved_prototypes

if TYPE_CHECKING:
    from fourfold.posteriors.prototypes import Prototypes
    from fourfold.posteriors.target import Target
    from fourfold.solve.options import SolverOptions

__all__ = ["DualPair", "chosen_pair", "found_prototypes", "states_of"]


def found_prototypes(posterior: np.ndarray, target: Target, number: int | None) -> Prototypes:
    """Prototypes of rows (n, K_Y); of two classes, which cost little, as many as there may be."""
    if number is None and posterior.shape[1] == 2:
        number = MOST
    return merged(posterior, target.weights, number)


def states_of(posterior: np.ndarray, prototypes: Prototypes) -> np.ndarray:
    """The prototype that is nearest to each of any rows (n, K_Y), shape (n,)."""
    return nearest_mean(posterior, np.log(prototypes.posterior))


class DualPair(NamedTuple):
    """One that rows chose, for others to be read by (docs/embeddings.md, Lemma C).

    Attributes
    ----------
    log2_a, log2_b : ndarray, shapes (K1, K_Y) and (K2, K_Y), or None
        Of the prototypes of X1 and X2; None where it is the posterior of one source and 1.
    source : int or None
        Which source, 0 or 1.
    """

    log2_a: np.ndarray | None
    log2_b: np.ndarray | None
    source: int | None = None

    def logs(
        self,
        states1: np.ndarray,
        states2: np.ndarray,
        codes: np.ndarray,
        of_sources: np.ndarray,
    ) -> np.ndarray:
        """log2 a + log2 b of rows (n,), of which `of_sources` (n, 2) are log2 p(y|x1), log2 p(y|x2)."""
        if self.log2_a is None or self.log2_b is None:
            found: np.ndarray = of_sources[:, self.source]
            return found
        both: np.ndarray = self.log2_a[states1, codes] + self.log2_b[states2, codes]
        return both


def chosen_pair(
    first: Prototypes,
    second: Prototypes,
    posteriors: tuple[np.ndarray, np.ndarray],
    target: Target,
    options: SolverOptions,
) -> DualPair:
    """The best for these rows, of combinations of three pairs and of the posteriors themselves."""
    result = solved_prototypes(first, second, target.classes, options)
    best, score = DualPair(None, None, 0), target.log_score(posteriors[0])
    other = target.log_score(posteriors[1])
    if other > score:
        best, score = DualPair(None, None, 1), other
    for a, b in pairs_of(result, first, second):
        found = float(target.weights @ target.terms(a[first.state] + b[second.state]))
        if found > score:
            best, score = DualPair(a / np.log(2), b / np.log(2)), found
    return best
