# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rank correlations over a handful of cases, with permutation p-values."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.stats import rankdata

from fourfold.inference.adjusted_pvalues import adjust_pvalues

__all__ = ["LEAST_CASES", "adjusted", "rank_correlations"]

#: With fewer, not even a perfect correlation has a p-value below 1/3.
LEAST_CASES = 4
#: Up to so many cases all orders are gone through, 40320 of them.
_EXACT = 8
_DRAWN = 9999
_ROUNDING = 1e-9


def rank_correlations(
    x: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Spearman's rho of every row of x with every row of y, and two-sided p-values.

    Parameters
    ----------
    x, y : ndarray, shapes (A, C) and (B, C)
        Values of C cases. What differs by less than 1e-9 is a tie; ties share their mean rank.
    rng : numpy.random.Generator
        For the permutations, where there are more than 8 cases.

    Returns
    -------
    rho, pvalue : ndarray, shape (A, B)
        The p-value is the share of the orders of the cases whose rho is at least as far
        from zero: of all orders up to 8 cases, and of 9999 random ones and that of the data
        for more. NaN with fewer than 4 cases, or where a row is constant or not known.
    """
    cases = x.shape[1]
    rho = np.full((len(x), len(y)), np.nan)
    pvalue = rho.copy()
    if cases < LEAST_CASES:
        return rho, pvalue
    orders = _orders(cases, rng)
    first, second = _scores(x), _scores(y)
    for k, scores in enumerate(second):
        rho[:, k] = np.clip(first @ scores, -1, 1)
        permuted = np.abs(scores[orders] @ first.T)
        as_large = (permuted >= np.abs(rho[:, k]) - _ROUNDING).sum(0)
        # all orders hold that of the data, which is counted among the drawn ones
        drawn = int(cases > _EXACT)
        pvalue[:, k] = (as_large + drawn) / (len(orders) + drawn)
    pvalue[np.isnan(rho)] = np.nan
    return rho, pvalue


def adjusted(pvalues: np.ndarray) -> np.ndarray:
    """Those that are known, by Benjamini and Hochberg, as one family."""
    known = ~np.isnan(pvalues)
    result = np.full(pvalues.shape, np.nan)
    if known.any():
        result[known] = adjust_pvalues(pvalues[known])
    return result


def _orders(cases: int, rng: np.random.Generator) -> np.ndarray:
    if cases <= _EXACT:
        return np.array([*itertools.permutations(range(cases))])
    return rng.permuted(np.tile(np.arange(cases), (_DRAWN, 1)), axis=1)


def _scores(values: np.ndarray) -> np.ndarray:
    """Mean ranks of each row, centred and of length 1; NaN where constant or not known."""
    # accuracies that are equal but for rounding would else be ranked by it
    ranks = rankdata(np.round(values, 9), axis=1, nan_policy="propagate")
    centred = ranks - ranks.mean(1, keepdims=True)
    length = np.sqrt((centred**2).sum(1, keepdims=True))
    scores = np.full(ranks.shape, np.nan)
    np.divide(centred, length, out=scores, where=length > 0)
    return scores
