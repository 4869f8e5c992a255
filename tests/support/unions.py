# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Union informations that are known: of sources that see some of independent bits, which are Y.

v* of them is how many bits are seen: any q that keeps p(x_i,y) has the bits of X_i in Y.
"""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

import fourfold as ff

__all__ = ["intervals_of", "of_bits", "subsets_of"]


def subsets_of(names):
    """All but the empty one, small ones first."""
    sizes = range(1, len(names) + 1)
    return tuple(itertools.chain.from_iterable(itertools.combinations(names, k) for k in sizes))


def of_bits(seen, *, subsets=None, synergy=0.0, **fields):
    """`seen` is a mapping of sources to sets of bits; `synergy` is added to several sources."""
    names = tuple(seen)
    subsets = subsets_of(names) if subsets is None else subsets
    union = np.array([float(len(set().union(*(seen[name] for name in of)))) for of in subsets])
    several = np.array([len(of) > 1 for of in subsets])
    plain = {
        "subsets": subsets,
        "information": union + synergy * several,
        "union_information": union,
        "gap": np.zeros(len(subsets)),
        "converged": np.ones(len(subsets), bool),
        "iterations": np.zeros(len(subsets), int),
        "source_names": names,
        "sizes": (*(2 ** len(bits) for bits in seen.values()), 2 ** len(set().union(*seen.values()))),
        "model": "table",
        "entropy": float(len(set().union(*seen.values()))) + synergy,
    }  # fmt: skip
    return ff.UnionInformation(**plain | fields)


def intervals_of(result, width, level=0.95):
    """The same with intervals of so many bits to both sides, of samples."""
    numbers = ff.SubsetNumbers(result.information, result.union_information, result.synergy)
    low, high = (ff.SubsetNumbers(*(part + s * width for part in numbers)) for s in (-1, 1))
    return dataclasses.replace(
        result, model="samples", n_samples=500, plug_in=numbers, bias_correction="chao",
        confidence_interval=ff.SubsetIntervals(low, high, level),
    )  # fmt: skip
