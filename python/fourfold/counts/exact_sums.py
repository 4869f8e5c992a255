# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Sums of doubles without rounding: the same to the bit in whatever order they are added."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

__all__ = ["ExactSums"]

_BITS = 32
_MASK = 2**_BITS - 1
_ROWS = 2**15  # at once, in the cache of a core
_ROWS_PER_CARRY = 2**29  # of each row a limb gets less than 2**33


class ExactSums(NamedTuple):
    """M sums of numbers of at least zero, as fixed-point numbers of as many limbs as they need.

    Attributes
    ----------
    limbs : ndarray of int64, shape (L, M)
        Digits of 32 bits, the least first; neither the first nor the last is zero everywhere.
    lowest : int
        The first limb is in units of ``2 ** (32 * lowest)``.
    """

    limbs: np.ndarray
    lowest: int

    @classmethod
    def of_rows(cls, weights: np.ndarray, cells: np.ndarray, number: int) -> ExactSums:
        """Sums of weights (N,), each of the cell 0..number-1 that `cells` says; normal doubles."""
        some = weights > 0
        if not some.all():
            weights, cells = weights[some], cells[some]
        if not len(weights):
            return _canonical(np.zeros((1, number), np.int64), 0)
        exponents = np.frexp(weights[[weights.argmin(), weights.argmax()]])[1] - 53
        lowest, highest = (int(each) for each in exponents // _BITS)
        limbs = np.zeros((highest - lowest + 4, number), np.int64)
        since = 0
        for start in range(0, len(weights), _ROWS):
            here = slice(start, start + _ROWS)
            _add_rows(limbs, lowest, weights[here], cells[here])
            since += _ROWS
            if since >= _ROWS_PER_CARRY:
                _carry(limbs)
                since = 0
        return _canonical(limbs, lowest)

    @classmethod
    def of_integers(cls, counts: np.ndarray) -> ExactSums:
        """The same numbers, int64 of at least zero."""
        return _canonical(np.array([counts, np.zeros_like(counts), np.zeros_like(counts)]), 0)

    def placed(
        self, other: ExactSums, at: tuple[np.ndarray, np.ndarray], number: int
    ) -> ExactSums:
        """So many sums: these added at `at[0]`, the others at `at[1]`."""
        lowest = min(self.lowest, other.lowest)
        highest = max(sums.lowest + len(sums.limbs) for sums in (self, other))
        limbs = np.zeros((highest - lowest + 1, number), np.int64)
        for sums, where in zip((self, other), at, strict=True):
            for k, limb in enumerate(sums.limbs, start=sums.lowest - lowest):
                limbs[k, where] += limb
        return _canonical(limbs, lowest)

    def take(self, which: np.ndarray) -> ExactSums:
        """Some of the sums."""
        return _canonical(self.limbs[:, which], self.lowest)

    def total(self) -> Fraction:
        """Of all of them."""
        whole = sum(int(limb.sum()) << (_BITS * k) for k, limb in enumerate(self.limbs))
        return whole * Fraction(2) ** (_BITS * self.lowest)

    def positive(self) -> np.ndarray:
        """Whether each is above zero."""
        return np.asarray(self.limbs.any(0))

    def rounded(self) -> np.ndarray:
        """The nearest doubles, ties to even; all sums are above zero."""
        if not self.limbs.size:
            return np.zeros(self.limbs.shape[1])
        limbs = np.concatenate([np.zeros((2, self.limbs.shape[1]), np.int64), self.limbs])
        some = limbs != 0
        top = len(limbs) - 1 - some[::-1].argmax(0)
        each = np.arange(limbs.shape[1])
        first, second, third = (limbs[top - k, each].astype(np.uint64) for k in range(3))
        # 64 bits from the first that is set, the last of them set where anything is below
        shift = (_BITS - np.frexp(first.astype(np.float64))[1]).astype(np.uint64)
        leading = ((first << np.uint64(_BITS) | second) << shift) | (
            third >> np.uint64(_BITS) - shift
        )
        below = ((third << shift) & np.uint64(_MASK) != 0) | (some.argmax(0) < top - 2)
        bits = (leading | below.astype(np.uint64)).astype(np.float64)
        exponent = _BITS * (self.lowest + top - 3) - shift.astype(np.int64)
        return np.asarray(np.ldexp(bits, exponent))


def _add_rows(limbs: np.ndarray, lowest: int, weights: np.ndarray, cells: np.ndarray) -> None:
    mantissa, exponent = np.frexp(weights)
    digits = np.ldexp(mantissa, 53).astype(np.int64)
    exponent = exponent.astype(np.int64) - 53
    shift = exponent % _BITS
    low, high = (digits & _MASK) << shift, (digits >> _BITS) << shift
    at = (exponent // _BITS - lowest) * limbs.shape[1] + cells
    flat = limbs.reshape(-1)
    np.add.at(flat, at, low & _MASK)
    np.add.at(flat, at + limbs.shape[1], (low >> _BITS) + (high & _MASK))
    np.add.at(flat, at + 2 * limbs.shape[1], high >> _BITS)


def _carry(limbs: np.ndarray) -> None:
    """Leaves digits; the last limb has room for what comes."""
    for k in range(len(limbs) - 1):
        limbs[k + 1] += limbs[k] >> _BITS
        limbs[k] &= _MASK


def _canonical(limbs: np.ndarray, lowest: int) -> ExactSums:
    _carry(limbs)
    used = np.flatnonzero(limbs.any(1))
    if not len(used):
        return ExactSums(limbs[:0], 0)
    return ExactSums(limbs[used[0] : used[-1] + 1].copy(), lowest + int(used[0]))
