# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether the coupling and the dual pair of a result are right for the states that were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold import PID

__all__ = ["wrong_states"]

#: What rounding may do to a marginal, to an information in bits, and to a sum of products of the
#: dual pair.
MASS, BITS, PAIR = 1e-12, 1e-10, 1e-11


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
    p1y, p2y = p.sum(axis=1), p.sum(axis=0)
    union = result.union_information

    q = result.coupling()
    off = max(np.abs(q.sum(axis=1) - p1y).max(), np.abs(q.sum(axis=0) - p2y).max())
    if not (off <= MASS and q.min() >= -MASS):
        yield "coupling", f"marginals off by {off:.2e}, least mass {q.min():.2e}"
    above = _information(q.reshape(-1, p.shape[2])) - union
    if not above <= BITS:
        yield "coupling", f"tells {above:.2e} bits more than the union information"

    log_a, log_b = result.dual
    a = np.exp2(log_a[p1y.sum(axis=1) > 0])
    b = np.exp2(log_b[p2y.sum(axis=1) > 0])
    most = (a @ b.T).max()
    if not most <= 1.0 + PAIR:
        yield "dual", f"a pair adds up to 1 + {most - 1.0:.2e}"
    p_y = p1y.sum(axis=0)
    value = _weighted(p1y, log_a) + _weighted(p2y, log_b) - _weighted(p_y, _log2(p_y))
    off = abs(value - (union - result.gap))
    if not off <= BITS:
        yield "dual", f"its value is {off:.2e} bits off the lower bound"


def _weighted(p: np.ndarray, logs: np.ndarray) -> float:
    return float(np.sum(p[p > 0] * logs[p > 0]))


def _log2(p: np.ndarray) -> np.ndarray:
    return np.log2(p, out=np.zeros_like(p), where=p > 0)


def _information(q: np.ndarray) -> float:
    # quotients rather than a product of marginals, which may be below the range of a double
    i, y = np.nonzero(q > 0)
    mass = q[i, y]
    return float(np.sum(mass * (np.log2(mass / q.sum(axis=1)[i]) - np.log2(q.sum(axis=0)[y]))))
