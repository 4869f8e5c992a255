# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Bounds of the union information of many sources from those of their pairs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fourfold.inputs.subsets import Subset

__all__ = ["tree_bound"]


def tree_bound(single: np.ndarray, upper: Mapping[Subset, float], subset: Subset) -> float:
    """Upper bound of v* of a subset in bits, from I_i (n,) and upper bounds of v* of pairs.

    Where sets A and B of sources have one source c in common, ::

        v*(A u B) <= v*(A) + v*(B) - I_c

    (couple A and the rest of B independently given X_c and Y). Along a spanning tree of the sources
    with the redundancy R_ij = I_i + I_j - v*_ij of pairs that is::

        v* <= sum_i I_i - sum of R_ij over the tree

    which is least for the heaviest tree.
    """
    shared = {
        pair: single[pair[0]] + single[pair[1]] - bound
        for pair, bound in upper.items()
        if set(pair) <= set(subset)
    }
    tree_of = {k: k for k in subset}
    told = float(single[list(subset)].sum())
    for i, j in sorted(shared, key=lambda pair: -shared[pair]):
        one, other = tree_of[i], tree_of[j]
        if one != other:
            told -= float(shared[i, j])
            tree_of = {k: one if tree == other else tree for k, tree in tree_of.items()}
    return told
