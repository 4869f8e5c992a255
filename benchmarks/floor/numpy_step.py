# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The iteration of the core as NumPy calls: what a careful user would write without it."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["NumpyIteration"]

# As in csrc/core/ipfp.hpp, fit_marginals.hpp and csrc/include/fourfold/backend.hpp: the two must take
# the same steps, but that the core takes one on the scaling problem where sweeps are slow.
MAX_SWEEPS = 100
SLOW_SWEEP = 0.5
VIOLATION_PER_CHANGE = 0.2
RELAXATION = 1.2
CHECK_EVERY = 4
CHECK_RATIO = 1.25  # of the steps at two certificates, far from the tolerance
MOMENTUM_START = 0.7
LOG_FLOOR, LOG_CAP = -300.0, 5.0


class NumpyIteration:
    """Accelerated iterative proportional fitting, as `method="ipfp"` does it.

    Products are OpenBLAS's, every result goes into a buffer that is kept, and each of the thin
    products has the operands in the order that was fastest here. Without certificates, but b is
    shrunk where the core shrinks it for one, so that the iterates are the same. For marginals
    without zeros.

    Parameters
    ----------
    p1y, p2y : ndarray
        Probabilities, shapes (K1, K_Y) and (K2, K_Y).
    xp : module
        CuPy for arrays of CuPy: NumPy passes the calls on to it.

    Attributes
    ----------
    steps, sweeps, slow : int
        Outer steps and sweeps that were done, and how many of these the core of a CPU follows by a
        step on the scaling problem: with any, the iterates are no longer the same.
    x : ndarray
        log r, shape (K1, K2).
    a, b : ndarray
        Factors, shapes (K1, K_Y) and (K2, K_Y).
    """

    def __init__(self, p1y: Any, p2y: Any, xp: Any = np) -> None:
        states1, classes = p1y.shape
        states2 = p2y.shape[0]
        self.steps = self.sweeps = self.slow = 0
        self._next_check = 0
        self._t = 1.0  # of Nesterov's weights
        self._change = 1.0
        self._p1 = p1y
        self._p2t = xp.ascontiguousarray(p2y.T)
        self._bt = xp.empty((classes, states2))
        self._column_sums = xp.empty((classes, states2))
        self._violation = xp.empty((classes, states2))
        self._m, self._move = xp.empty((2, states1, states2))
        self.b = xp.empty((states2, classes))
        self.a = xp.ones((states1, classes))
        # X1 and X2 independent given Y
        self.x = np.log(np.matmul(p1y / p1y.sum(axis=0), self._p2t))
        self._x_prev = self.x.copy()
        self._r = np.exp(self.x)
        np.matmul(self.a.T, self._r, out=self._column_sums)

    def run(self, steps: int) -> None:
        """Do a number of outer steps, each after the sweeps that it needs."""
        for _ in range(steps):
            self._advance(fits=self.fit())

    def fit(self) -> bool:
        """Sweep until the marginals fit; return whether they do."""
        fits = False
        enough, before = VIOLATION_PER_CHANGE * self._change, np.inf
        for _ in range(MAX_SWEEPS):
            self.sweeps += 1
            left = self._sweep()
            fits = left <= enough
            if fits:
                break
            rate = left / before
            self.slow += rate > SLOW_SWEEP and left * rate > enough
            before = left
        if self.steps == self._next_check:
            self.shrink()
            spacing = max(1, int((CHECK_RATIO - 1.0) * self.steps / CHECK_EVERY))
            self._next_check = self.steps + CHECK_EVERY * spacing
        return fits

    def shrink(self) -> None:
        """Take b down to where no column exceeds its marginal, as a certificate needs it."""
        np.minimum(self._bt, self._p2t / self._column_sums, out=self._bt)
        np.copyto(self.b, self._bt.T)

    def _sweep(self) -> float:
        np.divide(self._p2t, self._column_sums, out=self._bt)
        np.copyto(self.b, self._bt.T)  # thin; r b takes half the time from rows of b
        np.matmul(self._r, self.b, out=self.a)
        np.divide(self._p1, self.a, out=self.a)
        np.matmul(self.a.T, self._r, out=self._column_sums)
        np.multiply(self._bt, self._column_sums, out=self._violation)
        np.subtract(self._violation, self._p2t, out=self._violation)
        np.abs(self._violation, out=self._violation)
        return float(self._violation.sum())

    def _advance(self, *, fits: bool) -> None:
        if not fits:
            self._t = 1.0
        t_next = _next(self._t)
        weight = (self._t - 1.0) / t_next
        x, r, m, move = self.x, self._r, self._m, self._move
        np.matmul(self.a, self._bt, out=m)
        # r is needed no more after its change: its buffer takes that
        np.multiply(r, m, out=move)
        np.subtract(move, r, out=r)
        np.abs(r, out=r)
        self._change = float(r.sum())
        np.log(m, out=m)
        np.multiply(m, RELAXATION, out=m)
        np.multiply(move, m, out=r)  # r M log M
        np.add(x, m, out=m)
        np.maximum(m, LOG_FLOOR, out=m)
        np.subtract(m, self._x_prev, out=move)
        alignment = np.vdot(r, move)
        np.multiply(move, weight, out=move)
        np.add(m, move, out=x)
        np.clip(x, LOG_FLOOR, LOG_CAP, out=x)
        self._x_prev, self._m = m, self._x_prev
        if alignment < 0.0 and weight > 0.0:
            t_next = _next(1.0)
            np.copyto(x, self._x_prev)
        np.exp(x, out=r)
        np.matmul(self.a.T, r, out=self._column_sums)
        self._t = t_next
        self.steps += 1


def _next(t: float) -> float:
    return 0.5 * (MOMENTUM_START + (1.0 + 4.0 * t * t) ** 0.5)
