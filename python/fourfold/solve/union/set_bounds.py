# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What bounds of some subsets of the sources say of others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fourfold.inputs.subsets import Subset

__all__ = ["contained", "monotone", "with_one_more"]


def contained(subsets: Sequence[Subset]) -> np.ndarray:
    """(M, M): whether subset B is part of A, at [A, B]."""
    masks = np.array([sum(1 << k for k in subset) for subset in subsets], dtype=object)
    within: np.ndarray = ((masks[:, None] & masks) == masks).astype(bool)
    return within


def monotone(
    lower: np.ndarray, upper: np.ndarray, subsets: Sequence[Subset]
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds (B, M): more sources never have less union information."""
    within = contained(subsets)
    more = [(np.where(within, low, -np.inf).max(1), np.where(within.T, high, np.inf).min(1))
            for low, high in zip(lower, upper, strict=True)]  # fmt: skip
    return np.stack([low for low, _ in more]), np.stack([high for _, high in more])


def with_one_more(
    upper: np.ndarray, subsets: Sequence[Subset], single: np.ndarray
) -> np.ndarray:
    """Upper bounds (M,): a source adds at most what it tells alone, I_i (n,) of all.

    For what is coupled independently given Y tells at most what its parts tell together. Subsets
    are in order of size.
    """
    found = upper.copy()
    place = {subset: m for m, subset in enumerate(subsets)}
    for m, subset in enumerate(subsets):
        found[m] = min(found[m], single[list(subset)].sum())
        for k in subset:
            rest = place.get(tuple(j for j in subset if j != k))
            if rest is not None:
                found[m] = min(found[m], found[rest] + single[k])
    return found
