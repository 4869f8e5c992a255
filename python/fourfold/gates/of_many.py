# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Systems of any number of sources, whose union information is known."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np

from fourfold.inputs.numbers import positive_int

__all__ = ["GateOfMany", "conjunction", "copies", "parity"]


@dataclasses.dataclass(frozen=True, eq=False)
class GateOfMany:
    """A joint distribution of any number of sources and a target, with its exact union information.

    Attributes
    ----------
    name : str
        What it is called.
    description : str
        What the sources and the target are, and why v* is what it is.
    pmf : ndarray
        p(x_1, ..., x_n, y), float64 of shape (2, ..., 2, K_Y).
    union_information, synergy : float
        v* of all sources, and I(all;Y) - v*, exact, in bits.

    See Also
    --------
    fourfold.union_information_from_table : Solve its `pmf`.
    fourfold.gates.Gate : Of two sources, with all four atoms.

    Examples
    --------
    >>> import fourfold as ff
    >>> gate = ff.gates.copies(3)
    >>> found = ff.union_information_from_table(gate.pmf)
    >>> bool(abs(found["x1", "x2", "x3"].union_information - gate.union_information) < 1e-3)
    True
    """

    name: str
    description: str
    pmf: np.ndarray
    union_information: float
    synergy: float

    def __repr__(self) -> str:
        return f"GateOfMany({self.name!r}, shape={self.pmf.shape})"


def parity(n: int) -> GateOfMany:
    """Y = x_1 xor ... xor x_n of fair bits: v* = 0, S = 1.

    Parameters
    ----------
    n : int
        Number of sources, at least 2.

    Returns
    -------
    GateOfMany
        With a pmf of 2**n states of the sources.

    Raises
    ------
    ValueError
        If n is less than 2.

    See Also
    --------
    fourfold.gates.conjunction : All sources tell the same.
    fourfold.gates.copies : Each tells its own.

    Examples
    --------
    >>> import fourfold as ff
    >>> gate = ff.gates.parity(3)
    >>> gate.pmf.shape, gate.union_information, gate.synergy
    ((2, 2, 2, 2), 0.0, 1.0)
    """
    told = "independent fair bits: no source tells anything alone, and v* <= sum of I(X_i;Y)"
    return _of_bits(n, "PARITY", f"y is the parity of {n} {told}", lambda x: sum(x) % 2, 0.0)


def conjunction(n: int) -> GateOfMany:
    """Y = x_1 and ... and x_n of fair bits: v* = I(X_i;Y), as all sources tell the same.

    Parameters
    ----------
    n : int
        Number of sources, at least 2.

    Returns
    -------
    GateOfMany
        With a pmf of 2**n states of the sources.

    Raises
    ------
    ValueError
        If n is less than 2.

    See Also
    --------
    fourfold.gates.parity : No source tells anything alone.
    fourfold.gates.copies : Each tells its own.

    Examples
    --------
    >>> import fourfold as ff
    >>> gate = ff.gates.conjunction(2)  # AND: v* is the redundancy
    >>> round(gate.union_information, 4), round(ff.gates.AND.atoms.redundancy, 4)
    (0.3113, 0.3113)
    """
    _check_sources("conjunction", n)
    # H(Y) - H(Y|X1), where Y is 1 with probability 2^-n, and 2^(1-n) given X1 = 1
    alone = _entropy(0.5**n) - 0.5 * _entropy(0.5 ** (n - 1))
    told = "independent fair bits are 1: all tell the same, and v* is what one of them tells"
    return _of_bits(n, "CONJUNCTION", f"y tells whether {n} {told}", min, alone)


def copies(n: int) -> GateOfMany:
    """Y = (x_1, ..., x_n) of fair bits: v* = n and S = 0, as Y leaves one coupling only.

    Parameters
    ----------
    n : int
        Number of sources, at least 2.

    Returns
    -------
    GateOfMany
        With a pmf of 2**n states of the sources.

    Raises
    ------
    ValueError
        If n is less than 2.

    See Also
    --------
    fourfold.gates.parity : No source tells anything alone.
    fourfold.gates.copy : Two sources of any numbers of states.

    Examples
    --------
    >>> import fourfold as ff
    >>> gate = ff.gates.copies(4)
    >>> gate.pmf.shape, gate.union_information, gate.synergy
    ((2, 2, 2, 2, 16), 4.0, 0.0)
    """
    _check_sources("copies", n)
    told = "independent fair bits: Y determines them, which leaves one coupling"
    return _of_bits(n, "COPIES", f"y is the tuple of {n} {told}", tuple, float(n))


def _of_bits(n: int, name: str, description: str, target: Any, union: float) -> GateOfMany:
    _check_sources(name.lower(), n)
    outcomes = list(itertools.product((0, 1), repeat=n))
    classes = sorted({target(x) for x in outcomes})
    pmf = np.zeros((2,) * n + (len(classes),))
    for x in outcomes:
        pmf[(*x, classes.index(target(x)))] = 0.5**n
    pmf.setflags(write=False)
    # Y is a function of all sources together
    entropy = -sum(p * math.log2(p) for p in pmf.reshape(-1, len(classes)).sum(0).tolist())
    return GateOfMany(f"{name}({n})", description, pmf, union, entropy - union)


def _entropy(p: float) -> float:
    """Of a bit in bits."""
    return -sum(q * math.log2(q) for q in (p, 1.0 - p) if q > 0)


def _check_sources(function: str, n: int) -> None:
    positive_int(n, f"{function}: n", least=2)
