# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Hypergeometric numbers of populations of any size; NumPy's generator ends at 1e9.

Below that they are NumPy's; above, as there, by the ratio of uniforms of Stadlober, Journal of
Computational and Applied Mathematics 31 (1990), whose two constants bound every hypergeometric law.
Differences of log factorials are taken of Stirling's series term by term, as the factorials
themselves are too large to be subtracted.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

__all__ = ["MOST_SAMPLES", "hypergeometric"]

#: NumPy refuses as many of one kind.
_MOST_OF_NUMPY = 10**9
#: Whole numbers up to here are doubles.
MOST_SAMPLES = 2**53
#: Of the width that bounds the law, by its scatter.
_D1, _D2 = 2 * np.sqrt(2 / np.e), 3 - 2 * np.sqrt(3 / np.e)


def hypergeometric(
    good: np.ndarray, bad: np.ndarray, drawn: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """How many of those drawn without replacement are good.

    Parameters
    ----------
    good, bad, drawn : ndarray of int64
        Of one shape; `drawn` at most `good` + `bad`, which are at most 2**53.
    rng : Generator
    """
    found = np.where(bad == 0, drawn, np.where(drawn == good + bad, good, 0))
    open_ = (good > 0) & (bad > 0) & (drawn > 0) & (drawn < good + bad)
    large = open_ & ((good >= _MOST_OF_NUMPY) | (bad >= _MOST_OF_NUMPY))
    small = open_ & ~large
    found[small] = rng.hypergeometric(good[small], bad[small], drawn[small])
    if large.any():
        found[large] = _of_many(good[large], bad[large], drawn[large], rng)
    return found


def _of_many(
    good: np.ndarray, bad: np.ndarray, drawn: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """By the rarer kind, and by the smaller of what is drawn and what is left."""
    total = good + bad
    rare, taken = np.minimum(good, bad), np.minimum(drawn, total - drawn)
    # as often as one of `rare` is among `taken`, one of `taken` is among `rare`
    least, other = np.minimum(rare, taken), np.maximum(rare, taken)
    found = _by_ratio(least, other, total, rng)
    found = np.where(good <= bad, found, taken - found)
    by_drawn: np.ndarray = np.where(drawn <= total - drawn, found, good - found)
    return by_drawn


def _by_ratio(
    s: np.ndarray, d: np.ndarray, total: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Of s and d from `total`, s <= d, how many are in both."""
    mean = s * (d / total)
    variance = mean * ((total - d) / total) * ((total - s) / (total - 1))
    mode = np.floor((d + 1) * ((s + 1) / (total + 2))).astype(np.int64)
    width = _D1 * np.sqrt(variance + 0.5) + _D2
    found = np.empty_like(s)
    left = np.arange(len(s))
    while len(left):
        u, v = 1.0 - rng.random((2, len(left)))
        at = np.floor(mean[left] + 0.5 + width[left] * (v - 0.5) / u)
        inside = (at >= 0) & (at <= s[left])
        k = np.where(inside, at, 0).astype(np.int64)
        ratio = _log_ratio(k, *(each[left] for each in (mode, s, d, total)))
        taken = inside & (2 * np.log(u) <= ratio)
        found[left[taken]] = k[taken]
        left = left[~taken]
    return found


def _log_ratio(
    k: np.ndarray, mode: np.ndarray, s: np.ndarray, d: np.ndarray, total: np.ndarray
) -> np.ndarray:
    """log p(k) / p(mode) of 1 / (k! (s - k)! (d - k)! (total - s - d + k)!)."""
    step = k - mode
    shrink, grow = (s - mode, d - mode), (mode, total - s - d + mode)
    bases = [np.maximum(each, 1) for each in (*shrink, *grow)]
    # near 1 at the mode, so that what it is multiplied by does no harm
    slope = (bases[0] / bases[2]) * (bases[1] / bases[3])
    found: np.ndarray = step * np.log(slope)
    for each in shrink:
        found -= _beyond(each, -step)
    for each in grow:
        found -= _beyond(each, step)
    return found


def _beyond(a: np.ndarray, step: np.ndarray) -> np.ndarray:
    """log (a + step)! / a! less step log max(a, 1)."""
    end = a + step
    base = np.maximum(a, 1).astype(np.float64)
    few = np.minimum(a, end) < 1000  # gammaln is right to 1e-9 as far as it matters
    exact = gammaln(end + 1.0) - gammaln(a + 1.0) - step * np.log(base)
    near = np.maximum(step / base, -0.999)  # where it is used it is above
    tail = 1 / (12 * np.maximum(end, 1.0)) - 1 / (12 * base)
    series = (end + 0.5) * np.log1p(near) - step + tail
    found: np.ndarray = np.where(few, exact, series)
    return found
