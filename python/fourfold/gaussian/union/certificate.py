# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Both sides of the largest log det C below several matrices, from any guess at C and multipliers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.factors import transposed

__all__ = ["Bounds", "Found", "bounds_of", "symmetric"]


class Bounds(NamedTuple):
    """Of the largest log det C in nats; (B,) each."""

    low: np.ndarray
    high: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """Width of the interval; what rounding leaves may be below zero."""
        found: np.ndarray = self.high - self.low
        return found

    def tightened(self, other: Bounds, at: Any = slice(None)) -> Bounds:
        """The better ends of both, those of `other` of the problems `at`."""
        low, high = self.low.copy(), self.high.copy()
        low[at] = np.maximum(low[at], other.low)
        high[at] = np.minimum(high[at], other.high)
        return Bounds(low, high)


class Found(NamedTuple):
    """What a method ended with."""

    bounds: Bounds
    multipliers: np.ndarray  # (B, n, d, d)
    steps: np.ndarray  # (B,)


def bounds_of(channels: np.ndarray, inside: np.ndarray, multipliers: np.ndarray) -> Bounds:
    """From any C > 0 and any L_i >= 0, both scaled to the best that they allow.

    ``C / s`` keeps to all ``Q_i C Q_i' <= 1`` with s the largest of their eigenvalues. And by weak
    duality, for all L_i >= 0::

        log det C <= sum_i tr L_i - log det(sum_i Q_i' L_i Q_i) - d

    which is least for multiples of the L_i where their traces add up to d.
    """
    d = channels.shape[-1]
    seen = channels @ inside[..., None, :, :] @ transposed(channels)
    largest = np.linalg.eigvalsh(symmetric(seen))[..., -1].max(-1)
    low = np.linalg.slogdet(inside)[1] - d * np.log(largest)
    traces = np.trace(multipliers, axis1=-2, axis2=-1).sum(-1)
    joint = (transposed(channels) @ multipliers @ channels).sum(-3)
    high = d * np.log(traces / d) - np.linalg.slogdet(joint)[1]
    return Bounds(low, high)


def symmetric(matrices: Any) -> Any:
    """Without what rounding made different above and below the diagonal."""
    return 0.5 * (matrices + transposed(matrices))
