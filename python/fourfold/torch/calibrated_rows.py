# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Posteriors of a batch, calibrated to its labels, and gradients through that.

The formulas and their proofs are in docs/training.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CalibratedRows", "Rows", "doubted"]

Rows = NDArray[np.float64]

#: Of the exponent that sharpens posteriors: its inverse, the temperature, is at least 1/10. The
#: gradients grow with it, and a head that has learned nothing yet would ask for any number.
SHARPEST = 10.0
_STEPS = 100
_SIZES = 0.5 ** np.arange(30)  # of a step, in turn
_ROUNDING = 1e-14  # of a loss
_DONE = 1e-13  # distance of the mean posterior from p(y)
_FLAT = 1e-12  # spread of the logarithms of posteriors, beside their size, that is rounding


def doubted(shares: Rows) -> Rows:
    """Labels (n, K) as of n + 1 rows of which one, nobody knows which, has a label drawn anew.

    So no posterior is fitted best by certainty (Platt, 1999, section 2.2, likewise).
    """
    doubt = 1 / (len(shares) + 1)
    rows: Rows = (1 - doubt) * shares + doubt * shares.mean(0)
    return rows


class CalibratedRows:
    """q(y|row) in proportion to p(y|row)^t exp(c_y), of the least cross-entropy to `labels`.

    Parameters
    ----------
    logs : ndarray, shape (n, K)
        Of posteriors, whose rows need not sum to 1; finite.
    labels : ndarray, shape (n, K)
        Probabilities of the labels, each above 0: see `doubted`.

    Attributes
    ----------
    posterior : ndarray, shape (n, K)
        q, whose mean is that of the labels.
    """

    def __init__(self, logs: Rows, labels: Rows) -> None:
        self._labels = labels
        self._classes = labels.mean(0)
        # offsets of rows and classes change nothing, and the spread is the unit of t
        logs = logs - logs.mean(1, keepdims=True)
        largest = float(np.abs(logs).max())
        logs = logs - logs.mean(0)
        spread = float(np.sqrt((logs**2).mean()))
        self._unit = spread if spread > _FLAT * max(largest, 1.0) else np.inf
        self._logs = logs / self._unit
        self._most = SHARPEST * spread
        self._sharpness = 0.0
        self._offsets = np.log(self._classes)
        self.posterior = np.broadcast_to(self._classes, logs.shape)
        if np.isfinite(self._unit):
            self._fit(free=True)
            bound = min(max(self._sharpness, 0.0), self._most)
            self._free = bound == self._sharpness
            if not self._free:
                self._sharpness, self._offsets = bound, np.log(self._classes)
                self._fit(free=False)

    @property
    def information(self) -> float:
        """Mean divergence from p(y) in bits: H(Y) less the cross-entropy, unless t is at an end."""
        return float((self.posterior * np.log2(self.posterior / self._classes)).sum(1).mean())

    @property
    def information_slope(self) -> Rows:
        """Of the information by the logarithms of the posteriors that were given (n, K)."""
        return self.pulled_back(np.log2(self.posterior) / len(self.posterior))

    def pulled_back(self, slope: Rows) -> Rows:
        """A slope by q as one by the logarithms of the posteriors that were given (n, K)."""
        if self._sharpness == 0:
            return np.zeros_like(slope)
        q, n = self.posterior, len(slope)
        through = q * (slope - (q * slope).sum(1, keepdims=True))
        aim = np.append((through * self._logs).sum(), through.sum(0)[1:])
        if not self._free:
            aim[0] = 0.0
        # how t and c follow: they keep the slopes of the cross-entropy at zero
        by = self._solved(aim, free=self._free)
        moved = by[0] * self._logs + np.append(0.0, by[1:])
        moved = q * (moved - (q * moved).sum(1, keepdims=True))
        slopes: Rows = self._sharpness * (through - moved / n) - by[0] * (q - self._labels) / n
        return slopes / self._unit

    def _fit(self, *, free: bool) -> None:
        """Newton steps on the cross-entropy, which is convex in t and c; t stays unless `free`."""
        loss = self._move(0.0, np.zeros(len(self._offsets)))
        for _ in range(_STEPS):
            off = self.posterior - self._labels
            slope = np.append((off * self._logs).sum(1).mean(), off.mean(0)[1:])
            if not free:
                slope[0] = 0.0
            if np.abs(slope).max() < _DONE:
                break
            step = -self._solved(slope, free=free)
            before = self._sharpness, self._offsets
            step *= min(1.0, 3.0 / max(np.abs(step).max(), 1e-300))
            for size in _SIZES:
                tried = self._move(size * step[0], size * np.append(0.0, step[1:]))
                if tried <= loss + 0.1 * size * (slope @ step) + _ROUNDING:
                    break
                self._sharpness, self._offsets = before
            loss = tried

    def _move(self, sharpness: float, offsets: Rows) -> float:
        """Make q anew; the cross-entropy in nats."""
        self._sharpness += sharpness
        self._offsets = self._offsets + offsets
        logs = self._sharpness * self._logs + self._offsets
        logs -= logs.max(1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(1, keepdims=True))
        self.posterior = np.exp(logs)
        return -float((self._labels * logs).sum(1).mean())

    def _solved(self, aim: Rows, *, free: bool) -> Rows:
        """The step (K,) that the second derivatives by t and all offsets but the first turn to `aim`."""
        q, logs = self.posterior, self._logs
        n = len(q)
        centred = logs - (q * logs).sum(1, keepdims=True)
        curvature = np.empty((q.shape[1], q.shape[1]))
        curvature[1:, 1:] = (np.diag(q.sum(0)) - q.T @ q)[1:, 1:] / n
        curvature[0, 1:] = curvature[1:, 0] = (q * centred).mean(0)[1:]
        curvature[0, 0] = (q * centred**2).sum(1).mean()
        if not free:
            curvature[0, 1:] = curvature[1:, 0] = 0.0
            curvature[0, 0] = 1.0
        # classes may be rare: each in its own unit
        unit = np.sqrt(np.maximum(curvature.diagonal(), 1e-300))
        scaled = np.linalg.lstsq(curvature / np.outer(unit, unit), aim / unit, rcond=1e-14)[0]
        step: Rows = scaled / unit
        return step
