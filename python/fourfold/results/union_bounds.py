# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What holds of v* of three or more embeddings, whatever the classifiers are worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fourfold.results.equal import by_value
from fourfold.results.words import decimals, percent_words

__all__ = ["UnionBounds"]


@by_value
class UnionBounds(NamedTuple):
    """Bounds of the embeddings' unions from labels that no classifier saw, in bits.

    Held-out terms of v* are in expectation at most v*, and I(X_A;Y) and v* are at most H(Y), so with v
    for those of a subset, and v_i for those of all sources but i::

        v* >= v    I(X_A;Y) - v* <= H(Y) - v    v*(all) - v*(all but i) <= H(Y) - v_i

    each with its own confidence, one-sided. Where y are rows of probabilities, H(Y) minus their mean
    entropy takes the place of H(Y). Estimates where many classes have fewer than a hundred rows each
    (docs/embeddings.md, Lemma C). NaN where fewer than 30 rows, or groups of them, are independent.

    Attributes
    ----------
    union_information : ndarray, shape (M,)
        v* of each subset is at least this.
    synergy : ndarray, shape (M,)
        That of each subset is at most this.
    unique : ndarray, shape (n,)
        What is lost if a source is dropped is at most this.
    confidence_level : float
        Of each, not of all together.
    """

    union_information: np.ndarray
    synergy: np.ndarray
    unique: np.ndarray
    confidence_level: float

    def words(self) -> str:
        """Those of all sources together, in a line."""
        if np.isnan(self.synergy[-1]):
            return "no bounds of the embeddings: fewer than 30 rows, or groups, are independent"
        lost = ", ".join(decimals(float(most)) for most in self.unique)
        return (
            f"of the embeddings, each with {percent_words(self.confidence_level)} confidence: v* of "
            f"all at least {decimals(float(self.union_information[-1]))}, synergy at most "
            f"{decimals(float(self.synergy[-1]))}, lost if dropped at most {lost}"
        )
