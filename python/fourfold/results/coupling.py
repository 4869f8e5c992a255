# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The optimal coupling q*(x1,x2,y), held as factors and read on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from fourfold.inputs.device import array_module, host_index, place_of
from fourfold.inputs.room import require_table

__all__ = [
    "MAX_DENSE_ENTRIES",
    "AnyFactors",
    "Coupling",
    "DrawnFromHull",
    "Factors",
    "Grouped",
    "Known",
]

#: Largest number of entries that `PID.coupling` forms at once: 1 GiB of doubles.
MAX_DENSE_ENTRIES = 2**27


class Factors(NamedTuple):
    """A sub-coupling r(i,j) a(i,y) b(j,y): its marginals nowhere exceed p(x1,y), p(x2,y)."""

    log_r: np.ndarray  # (K1, K2), -inf where a state has no mass
    a: np.ndarray  # (K1, K_Y)
    b: np.ndarray  # (K2, K_Y)

    def masses(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """R of pairs of states, broadcast against each other."""
        r: np.ndarray = np.exp(self.log_r[rows, columns])
        return r

    def marginals(self) -> tuple[np.ndarray, np.ndarray]:
        """What the sub-coupling has of p(x1,y) and of p(x2,y)."""
        r = np.exp(self.log_r)  # of NumPy or of CuPy, like the marginals
        return self.a * (r @ self.b), self.b * (r.T @ self.a)

    def dense(self) -> Factors:
        """As arrays over all pairs, as these are."""
        return self


class DrawnFromHull(NamedTuple):
    """A coupling of two classes, r(i,j) a(i,y) b(j,y) with r = first second^T, of order K1 + K2.

    Both sources are drawn from the hull of their ROC curves: given an edge of the hull, X1, X2 and
    Y are independent (docs/binary-targets.md).
    """

    first: Any  # (K1, edges), sparse: mass of each state on each edge
    second: Any  # (K2, edges), sparse: the part of each edge that goes to each state
    a: np.ndarray  # (K1, K_Y)
    b: np.ndarray  # (K2, K_Y)

    def masses(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """R of pairs of states, broadcast against each other."""
        if rows.shape == (len(self.a), 1) and columns.ndim == 1:
            every: np.ndarray = (self.first[rows[:, 0]] @ self.second[columns].T).toarray()
            return every
        rows, columns = np.broadcast_arrays(rows, columns)
        products = self.first[rows.ravel()].multiply(self.second[columns.ravel()])
        return np.asarray(products.sum(1)).reshape(rows.shape)

    def marginals(self) -> tuple[np.ndarray, np.ndarray]:
        """What the coupling has of p(x1,y) and of p(x2,y)."""
        return (
            self.a * (self.first @ (self.second.T @ self.b)),
            self.b * (self.second @ (self.first.T @ self.a)),
        )

    def dense(self) -> Factors:
        """With r as an array (K1, K2)."""
        r = (self.first @ self.second.T).toarray()
        return Factors(np.log(r, out=np.full(r.shape, -np.inf), where=r > 0), self.a, self.b)


class Grouped(NamedTuple):
    """Factors of states of which similar ones are a group: r of a pair is that of its groups."""

    log_r: np.ndarray  # (groups of X1, groups of X2)
    group1: np.ndarray  # (K1,)
    group2: np.ndarray  # (K2,)
    a: np.ndarray  # (K1, K_Y)
    b: np.ndarray  # (K2, K_Y)

    def masses(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """R of pairs of states, broadcast against each other."""
        r: np.ndarray = np.exp(self.log_r[self.group1[rows], self.group2[columns]])
        return r

    def marginals(self) -> tuple[np.ndarray, np.ndarray]:
        """What the sub-coupling has of p(x1,y) and of p(x2,y)."""
        r = np.exp(self.log_r)
        a, b = (
            np.stack([np.bincount(group, column, size) for column in factor.T], axis=1)
            for factor, group, size in zip(
                (self.a, self.b), (self.group1, self.group2), r.shape, strict=True
            )
        )
        return self.a * (r @ b)[self.group1], self.b * (r.T @ a)[self.group2]

    def dense(self) -> Factors:
        """With log r of all pairs of states (K1, K2)."""
        require_table((len(self.a), len(self.b)), "coupling")
        return Factors(self.log_r[np.ix_(self.group1, self.group2)], self.a, self.b)


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


#: Of which a coupling can be read.
AnyFactors: TypeAlias = Factors | DrawnFromHull | Grouped


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
        factors: AnyFactors | None,
        solve: Callable[[Any, Any], AnyFactors],
        known: Known | None = None,
    ) -> None:
        self._p1y = p1y
        self._p2y = p2y
        self._factors: AnyFactors | None = factors
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
        """log r, a and b of the coupling, r of all pairs."""
        return self._found().dense()

    def _found(self) -> AnyFactors:
        """What was kept, or solved for again."""
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
            xp = array_module(factors.a)
            rows, cols = xp.asarray(rows), xp.asarray(cols)
            q: np.ndarray = factors.masses(rows, cols)[..., None] * factors.a[rows]
            q *= factors.b[cols]
            q += e1[rows] * e2[cols]
            return q

    def _solved(self) -> tuple[AnyFactors, tuple[np.ndarray, np.ndarray]]:
        factors = self._found()
        if self._remainder is None:
            had1, had2 = factors.marginals()
            e1 = np.maximum(self._p1y - had1, 0.0)
            e2 = np.maximum(self._p2y - had2, 0.0)
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
