# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Both certificates of a result again, in long double, for the states that were given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold import PID

__all__ = ["Again", "bounds_again", "wrong_marginal_states", "wrong_states"]

#: What rounding may do to a marginal, to an information in bits, and to a sum of products of the
#: dual pair.
MASS, BITS, PAIR = 1e-12, 1e-10, 1e-11
#: Pairs of states above which they are priced in double precision, which takes a twentieth.
MOST_LONG = 1 << 20
#: Pairs above which only some states of X1 have their turn, if so many are different.
MOST_PAIRS = 1 << 30
#: Pairs that are priced at once.
BLOCK = 1 << 20


class Again(NamedTuple):
    """What coupling and dual pair say by their definitions.

    Attributes
    ----------
    lower : float
        Value of the dual pair in bits, a lower bound of v* less log2 of `most_pair`.
    upper : float or None
        Information of the coupling in bits, an upper bound; None where it was not formed.
    marginals_off, least_mass : float or None
        Largest difference of its marginals from those given, and its least entry.
    most_pair : float
        Largest sum_y a(x1,y) b(x2,y) over *all* pairs of states with mass, or over `MOST_PAIRS` of
        them where more are different.
    """

    lower: float
    upper: float | None
    marginals_off: float | None
    least_mass: float | None
    most_pair: float


def bounds_again(
    result: PID, p1y: np.ndarray, p2y: np.ndarray, *, coupling: bool = True
) -> Again:
    """Find both bounds of v* by the definitions of coupling and dual pair.

    Parameters
    ----------
    result : PID
        Of one table.
    p1y, p2y : ndarray
        Probabilities that were given, shapes (K1, K_Y) and (K2, K_Y).
    coupling : bool
        Whether to form the coupling, of K1 K2 K_Y entries.
    """
    p1y, p2y = (np.asarray(p, np.longdouble) for p in (p1y, p2y))
    log_a, log_b = (np.asarray(logs, np.longdouble) for logs in result.dual)
    p_y = p1y.sum(axis=0)
    value = _weighted(p1y, log_a) + _weighted(p2y, log_b) - _weighted(p_y, _log2(p_y))
    a = np.exp2(log_a[p1y.sum(axis=1) > 0])
    b = np.exp2(log_b[p2y.sum(axis=1) > 0])
    most = _most_pair(a, b)
    if not coupling:
        return Again(float(value), None, None, None, most)
    q = result.coupling()
    wide = q.astype(np.longdouble)
    off = max(np.abs(wide.sum(axis=1) - p1y).max(), np.abs(wide.sum(axis=0) - p2y).max())
    upper = _information(wide.reshape(-1, wide.shape[2]))
    return Again(float(value), upper, float(off), float(q.min()), most)


def wrong_states(result: PID, table: np.ndarray) -> Iterator[tuple[str, str]]:
    """Check that both certificates hold by their definitions; nothing if they do.

    Parameters
    ----------
    result : PID
        Of the table alone.
    table : ndarray
        Masses or counts, shape (K1, K2, K_Y).

    Yields
    ------
    tuple of str
        Name of the check, and what was found.
    """
    p = table / table.sum()
    again = bounds_again(result, p.sum(axis=1), p.sum(axis=0))
    yield from wrong_marginal_states(result, again)


def wrong_marginal_states(result: PID, again: Again) -> Iterator[tuple[str, str]]:
    """The same for what was found again of a result."""
    union = result.union_information
    if again.upper is not None:
        if not (again.marginals_off <= MASS and again.least_mass >= -MASS):
            off, least = again.marginals_off, again.least_mass
            yield "coupling", f"marginals off by {off:.2e}, least mass {least:.2e}"
        above = again.upper - union
        if not above <= BITS:
            yield "coupling", f"tells {above:.2e} bits more than the union information"
    if not again.most_pair <= 1.0 + PAIR:
        yield "dual", f"a pair adds up to 1 + {again.most_pair - 1.0:.2e}"
    off = abs(again.lower - (union - result.gap))
    if not off <= BITS:
        yield "dual", f"its value is {off:.2e} bits off the lower bound"


def _most_pair(a: np.ndarray, b: np.ndarray) -> float:
    """max over all pairs of a row of either of their product."""
    if len(a) * len(b) > MOST_LONG:
        # states that were merged have the same
        a, b = (np.unique(factors.astype(np.float64), axis=0) for factors in (a, b))
        a = a[:: -(-len(a) * len(b) // MOST_PAIRS)]
    step = max(1, BLOCK // len(b))
    return float(max((a[k : k + step] @ b.T).max() for k in range(0, len(a), step)))


def _weighted(p: np.ndarray, logs: np.ndarray) -> np.longdouble:
    return np.sum(p[p > 0] * logs[p > 0])


def _log2(p: np.ndarray) -> np.ndarray:
    return np.log2(p, out=np.zeros_like(p), where=p > 0)


def _information(q: np.ndarray) -> float:
    # quotients rather than a product of marginals, which may be below the range of a double
    i, y = np.nonzero(q > 0)
    mass = q[i, y]
    return float(np.sum(mass * (np.log2(mass / q.sum(axis=1)[i]) - np.log2(q.sum(axis=0)[y]))))
