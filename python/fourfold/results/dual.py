# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The dual pair whose value is the certified lower bound of v*, and its terms of single rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import as_array, check_same_length, index_of_first
from fourfold.inputs.device import array_module, host_index, on_host, to_numpy
from fourfold.results.equal import by_value

__all__ = ["CertifiedDual", "Dual"]

#: log a of a cell whose mass is too small for the core to see: beside log a <= 0 of all others it
#: leaves sum_y a b <= 1 as it is, and costs 100 times that mass (csrc/core/least_mass.hpp).
_LOG_UNSEEN = -100.0
#: Bits by which a lower bound is above max(I1, I2), where it is not that itself.
_ABOVE = 1e-13


@by_value
class Dual(NamedTuple):
    """Dual pair (a, b), as log2, with sum_y a(x1,y) b(x2,y) <= 1 for all x1 and x2 that have mass.

    Attributes
    ----------
    log2_a : ndarray, shape (..., K1, K_Y)
        In bits; -inf where p(x1,y) = 0.
    log2_b : ndarray, shape (..., K2, K_Y)
        Likewise of X2.

    See Also
    --------
    PID.dual : Has one, and says what bound it shows.
    PID.terms : Its terms of single rows.

    Examples
    --------
    >>> import numpy as np
    >>> import fourfold as ff
    >>> log2_a, log2_b = ff.decompose(ff.gates.AND.pmf).dual
    >>> most = np.einsum("iy,jy->ij", 2.0**log2_a, 2.0**log2_b)
    >>> bool(most.max() <= 1 + 1e-12)
    True
    """

    log2_a: np.ndarray
    log2_b: np.ndarray


class CertifiedDual:
    """The pair of the reported lower bound, found when it is first read unless it was kept.

    Parameters
    ----------
    p1y, p2y : ndarray
        Pairwise marginals of mass 1, shapes (..., K1, K_Y) and (..., K2, K_Y); of the host or
        of a device.
    lower : float or ndarray
        The lower bound of v* in bits, of the batch's shape.
    kept : ndarray, shape (K1 + K2, K_Y), optional
        log a above log b in nats of one problem, as the core writes them.
    find : callable
        Finds them of the marginals of the host and the lower bound of one problem.
    """

    _dual: Dual | None = None

    def __init__(
        self,
        p1y: Any,
        p2y: Any,
        lower: Any,
        kept: np.ndarray | None,
        find: Callable[[np.ndarray, np.ndarray, float], np.ndarray],
    ) -> None:
        self._p1y = p1y
        self._p2y = p2y
        self._lower = lower
        self._kept = kept
        self._find = find

    def __getitem__(self, index: Any) -> CertifiedDual:
        # of tables of any shapes on a device the lists are of the host, the bounds are not
        p1y, p2y, lower = (
            values[host_index(index) if isinstance(values, np.ndarray) else index]
            for values in (self._p1y, self._p2y, self._lower)
        )
        part = CertifiedDual(p1y, p2y, lower, None, self._find)
        if self._dual is not None:
            part._dual = Dual(*(logs[index] for logs in self._dual))
        return part

    @property
    def dual(self) -> Dual:
        """Of one problem, or of each of a batch of one shape; where the marginals are."""
        if self._dual is None:
            self._dual = self._found()
        return self._dual

    def _found(self) -> Dual:
        shape = np.shape(self._lower)
        if getattr(self._p1y, "dtype", None) == object:
            msg = (
                f"dual: this result is a batch of shape {shape} of tables of several shapes; "
                "index it first, for example result[0].dual"
            )
            raise ValueError(msg)
        p1y, p2y = to_numpy(self._p1y), to_numpy(self._p2y)
        lower = to_numpy(self._lower)
        logs = np.empty(p1y.shape), np.empty(p2y.shape)
        for k in np.ndindex(shape):
            found = self._of_one(p1y[k], p2y[k], float(lower[k]))
            for to, part in zip(logs, found, strict=True):
                to[k] = part
        xp = array_module(self._p1y)
        return Dual(*map(xp.asarray, logs))

    def _of_one(
        self, p1y: np.ndarray, p2y: np.ndarray, lower: float
    ) -> tuple[np.ndarray, np.ndarray]:
        values = [(_value(*pair, p1y, p2y), pair) for pair in _of_sources(p1y, p2y)]
        value, pair = max(values, key=lambda each: each[0])
        if lower > value + _ABOVE:
            logs = self._find(p1y, p2y, lower) if self._kept is None else self._kept
            pair = _completed(logs[: len(p1y)], logs[len(p1y) :], p1y, p2y)
            value = _value(*pair, p1y, p2y)
        # the core rounds its bound downward, and more may be known of v* than what it found: a
        # smaller a is feasible all the same
        return pair[0] - max(value - lower, 0.0), pair[1]

    def terms(self, x1: Any, x2: Any, y: Any) -> Any:
        """See `PID.terms`."""
        log2_a, log2_b = self.dual
        xp = array_module(log2_a)
        py = self._p1y.sum(-2)
        given = {"x1": (x1, len(log2_a)), "x2": (x2, len(log2_b)), "y": (y, len(py))}
        rows = [_states(values, count, name) for name, (values, count) in given.items()]
        check_same_length(**{name: len(row) for name, row in zip(given, rows, strict=True)})
        i, j, k = map(xp.asarray, rows)
        log_py = xp.log2(xp.where(py > 0, py, 1.0))  # of a class without mass a and b are 0
        return log2_a[i, k] + log2_b[j, k] - log_py[k]


def _log2(values: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log2(values, out=np.full(values.shape, -np.inf), where=values > 0)
    return logs


def _of_sources(
    p1y: np.ndarray, p2y: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The pairs (p(y|x1), 1) and (1, p(y|x2)), whose values are I(X1;Y) and I(X2;Y)."""
    given1, given2 = (_log2(p) - _log2(p.sum(-1, keepdims=True)).clip(-1e4) for p in (p1y, p2y))
    one1, one2 = (np.where(p > 0, 0.0, -np.inf) for p in (p1y, p2y))
    return (given1, one2), (one1, given2)


def _completed(
    log_a: np.ndarray, log_b: np.ndarray, p1y: np.ndarray, p2y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The core's pair with all cells that have mass, in bits.

    a(:,y) up and b(:,y) down changes nothing: the largest a of each class becomes 1, and then
    no b is larger.
    """
    largest = log_a.max(0)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    pair = []
    for logs, p in ((log_a - largest, p1y), (log_b + largest, p2y)):
        seen = np.where(np.isfinite(logs), logs, _LOG_UNSEEN)
        pair.append(np.where(p > 0, seen, -np.inf) / np.log(2.0))
    return pair[0], pair[1]


def _value(log2_a: np.ndarray, log2_b: np.ndarray, p1y: np.ndarray, p2y: np.ndarray) -> float:
    """H(Y) + sum P1 log2 a + sum P2 log2 b."""
    py = p1y.sum(0)
    parts = ((p1y, log2_a), (p2y, log2_b), (py, -_log2(py)))
    return sum(float((p * np.where(p > 0, logs, 0.0)).sum()) for p, logs in parts)


def _states(values: Any, count: int, name: str) -> np.ndarray:
    """States of each row as integers, checked to exist."""
    states = as_array(on_host(values, name), name)
    if states.ndim != 1 or states.dtype.kind not in "iu":
        got = f"shape {states.shape}" if states.ndim != 1 else f"dtype {states.dtype}"
        msg = (
            f"{name}: expected the number of a state in each row, integers of shape (N,), got "
            f"{got}; of labels numpy.unique({name}, return_inverse=True)[1] gives them"
        )
        raise ValueError(msg)
    wrong = (states < 0) | (states >= count)
    if wrong.any():
        row = index_of_first(wrong)
        msg = f"{name}: expected states in [0, {count}), got {states[wrong][0]} at row {row}"
        raise IndexError(msg)
    return states
