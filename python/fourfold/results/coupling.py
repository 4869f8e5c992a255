# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The optimal coupling q*(x1,x2,y), held as factors and read on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.device import array_module, host_index, place_of

__all__ = ["MAX_DENSE_ENTRIES", "Coupling", "Factors", "Known"]

#: Largest number of entries that `PID.coupling` forms at once: 1 GiB of doubles.
MAX_DENSE_ENTRIES = 2**27


class Factors(NamedTuple):
    """A sub-coupling r(i,j) a(i,y) b(j,y): its marginals nowhere exceed p(x1,y), p(x2,y)."""

    log_r: np.ndarray  # (K1, K2), -inf where a state has no mass
    a: np.ndarray  # (K1, K_Y)
    b: np.ndarray  # (K2, K_Y)


class Known(NamedTuple):
    """Where a coupling that is known beforehand attains the upper bound, and the solver's is above.

    Attributes
    ----------
    independent : bool or ndarray of the batch's shape
        Whether that of sources independent given Y does, whose information is at most I1 + I2.
    table : int or ndarray of the batch's shape
        Which of `tables` (K1, K2, K_Y), of mass 1, does: the given one itself; or -1.
    """

    independent: Any
    table: Any
    tables: Sequence[np.ndarray]

    def of(self, index: Any) -> Known:
        """That of part of the batch."""
        return self._replace(independent=self.independent[index], table=self.table[index])


class Coupling:
    """q*(x1,x2,y) with exactly the pairwise marginals p1y and p2y.

    q* = r(i,j) a(i,y) b(j,y) + e1(i,y) e2(j,y) / n(y), where e1 and e2 are what the factors
    leave of the marginals and n their common sum over the states; or one that was known beforehand.

    Parameters
    ----------
    p1y, p2y : ndarray
        Pairwise marginals, shapes (..., K1, K_Y) and (..., K2, K_Y); the leading axes are
        those of a batch.
    factors : Factors, optional
        The solver's factors. Without them, they are solved for when first read.
    solve : callable
        Finds the factors of marginals, as the solver that made this result does.
    known : Known, optional
        What is read in place of q* where its information is less.
    """

    def __init__(
        self,
        p1y: np.ndarray,
        p2y: np.ndarray,
        factors: Factors | None,
        solve: Callable[[Any, Any], Factors],
        known: Known | None = None,
    ) -> None:
        self._p1y = p1y
        self._p2y = p2y
        self._factors = factors
        self._solve = solve
        self._known = known
        self._remainder: tuple[np.ndarray, np.ndarray] | None = None

    def __getitem__(self, index: Any) -> Coupling:
        if isinstance(self._p1y, np.ndarray):
            index = host_index(index)
        known = None if self._known is None else self._known.of(index)
        return Coupling(self._p1y[index], self._p2y[index], None, self._solve, known)

    @property
    def p1y(self) -> np.ndarray:
        """The pairwise marginal p(x1,y), of mass 1."""
        return self._p1y

    @property
    def p2y(self) -> np.ndarray:
        """The pairwise marginal p(x2,y), of mass 1."""
        return self._p2y

    @property
    def factors(self) -> Factors:
        """log r, a and b of the coupling, solved for again where they were not kept."""
        if self._factors is None:
            independent = self._known is not None and self._known.independent
            find = _independent if independent else self._solve
            self._factors = find(self._p1y, self._p2y)
        return self._factors

    def read(self, i: Any, j: Any) -> np.ndarray:
        """Probabilities q*(i, j, :); None stands for all states. See `PID.coupling`."""
        k1, k2, ky = self._p1y.shape[-2], self._p2y.shape[-2], self._p1y.shape[-1]
        rows = _states(i, k1, "i")
        cols = _states(j, k2, "j")
        if i is None and j is None:
            rows = rows[:, None]
        try:
            shape = np.broadcast_shapes(rows.shape, cols.shape)
        except ValueError as error:
            msg = (
                "coupling: i and j must have shapes that broadcast against each other, got "
                f"{rows.shape} and {cols.shape}"
            )
            raise ValueError(msg) from error
        entries = int(np.prod(shape, dtype=object)) * ky
        if entries > MAX_DENSE_ENTRIES:
            msg = (
                f"coupling: {' x '.join(map(str, (*shape, ky)))} = {entries} entries were asked "
                f"for, at most {MAX_DENSE_ENTRIES} are formed at once; ask for part of it, "
                "for example coupling(i, j) or coupling(i)"
            )
            raise ValueError(msg)
        if self._known is not None and self._known.table >= 0:
            own: np.ndarray = self._known.tables[self._known.table][rows, cols]
            return own
        with place_of(p1y=self._p1y).device:
            factors, (e1, e2) = self._solved()
            xp = array_module(factors.log_r)
            rows, cols = xp.asarray(rows), xp.asarray(cols)
            q: np.ndarray = np.exp(factors.log_r[rows, cols])[..., None] * factors.a[rows]
            q *= factors.b[cols]
            q += e1[rows] * e2[cols]
            return q

    def _solved(self) -> tuple[Factors, tuple[np.ndarray, np.ndarray]]:
        factors = self.factors
        if self._remainder is None:
            r = np.exp(factors.log_r)  # of NumPy or of CuPy, like the marginals
            e1 = np.maximum(self._p1y - factors.a * (r @ factors.b), 0.0)
            e2 = np.maximum(self._p2y - factors.b * (r.T @ factors.a), 0.0)
            mass = e1.sum(0)
            # scaled by the root of the mass on either side: products of two remainders of
            # 1e-200 would underflow before the division
            scale = np.sqrt(np.where(mass > 0, mass, 1.0))
            self._remainder = (e1 / scale, e2 / scale)
        return factors, self._remainder


def _independent(p1y: Any, p2y: Any) -> Factors:
    """The coupling of sources that are independent given Y."""
    xp = array_module(p1y)
    py = p1y.sum(0)
    log_r = xp.zeros((len(p1y), len(p2y)))
    return Factors(log_r, p1y, p2y / xp.where(py > 0, py, 1.0))


def _states(index: Any, count: int, name: str) -> np.ndarray:
    if index is None:
        return np.arange(count)
    try:
        states = np.asarray(host_index(index))
    except ValueError:  # rows of different lengths
        states = np.asarray(None)
    if states.dtype.kind not in "iu":
        msg = f"coupling: {name} must be an integer or an array of integers, got {index!r}"
        raise IndexError(msg)
    if states.size and (states.min() < -count or states.max() >= count):
        wrong = states[(states < -count) | (states >= count)].flat[0]
        msg = f"coupling: {name} must be in [0, {count}), got {wrong}"
        raise IndexError(msg)
    return states
