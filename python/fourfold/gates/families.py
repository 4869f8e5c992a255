# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Systems of any size whose atoms are known."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from fourfold.gates.gate import Gate, equally_likely
from fourfold.inputs.numbers import positive_int
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.results.atoms import Atoms

__all__ = ["blackwell", "copy", "product"]


def copy(k1: int, k2: int) -> Gate:
    """Y = (X1, X2) with independent uniform sources: R = S = 0, U1 = log2 k1, U2 = log2 k2.

    Y determines both sources, so p(x1,y) and p(x2,y) leave one coupling only, and S = 0. A
    test whose target grows with the sources (Makkeh, Theis, Vicente 2018; after Harder,
    Salge, Polani 2013).

    Parameters
    ----------
    k1, k2 : int
        Numbers of states of X1 and of X2, at least 1.

    Returns
    -------
    Gate
        With a pmf of shape (k1, k2, k1 * k2).

    Raises
    ------
    ValueError
        If k1 or k2 is less than 1.

    See Also
    --------
    fourfold.gates.copies : The same of any number of fair bits.
    fourfold.gates.product : Independent systems side by side.

    References
    ----------
    Makkeh, Theis, Vicente, Entropy 20 (2018) 271; Harder, Salge, Polani, Phys. Rev. E 87 (2013) 012130.

    Examples
    --------
    >>> import fourfold as ff
    >>> gate = ff.gates.copy(2, 8)
    >>> gate.pmf.shape, gate.atoms.unique2
    ((2, 8, 16), 3.0)
    """
    _check_states("copy", k1=k1, k2=k2)
    outcomes = [(i, j, (i, j)) for i in range(k1) for j in range(k2)]
    return Gate(
        name=f"COPY({k1},{k2})",
        description=f"y = (x1, x2), independent uniform sources of {k1} and {k2} states",
        pmf=equally_likely(outcomes),
        atoms=Atoms(0.0, math.log2(k1), math.log2(k2), 0.0),
        source="Makkeh, Theis, Vicente 2018",
    )


def product(*gates: Any) -> Gate:
    """Independent systems side by side: X1, X2 and Y are tuples, and the atoms add up.

    Additivity: the product of optimal couplings is a coupling of the product, and the sum of
    dual solutions is dual feasible, with the same value (Rauh et al. 2023 prove it).

    Parameters
    ----------
    *gates : Gate
        At least one. States of the first gate vary slowest, as in `numpy.kron`.

    Returns
    -------
    Gate
        Each axis of its pmf is the product of the gates' axes.

    Raises
    ------
    ValueError
        If no gate is given.
    TypeError
        If one of them is not a Gate.

    See Also
    --------
    fourfold.gates.Gate : What it is made of, and returns.
    fourfold.datasets.make_embeddings : Takes several gates as independent systems.

    References
    ----------
    Rauh, Banerjee, Olbrich, Montufar, Jost, Int. J. Approx. Reasoning 161 (2023) 108979.

    Examples
    --------
    >>> from fourfold import gates
    >>> gates.product(gates.RDN, gates.XOR).atoms
    Atoms(redundancy=1.0, unique1=0.0, unique2=0.0, synergy=1.0)
    """
    if not gates:
        msg = "product: gates must be at least one Gate, got none"
        raise ValueError(msg)
    for gate in gates:
        if not isinstance(gate, Gate):
            msg = f"product: gates must be Gate objects, got {gate!r}"
            raise TypeError(msg)
    columns = zip(*(gate.atoms for gate in gates), strict=True)
    return Gate(
        name=" * ".join(gate.name for gate in gates),
        description="independent: " + "; ".join(gate.description for gate in gates),
        pmf=functools.reduce(np.kron, [gate.pmf for gate in gates]),
        atoms=Atoms(*(math.fsum(column) for column in columns)),
        source="; ".join(dict.fromkeys(gate.source for gate in gates)),
    )


@takes_rng
def blackwell(k1: int, k2: int, ky: int, *, random_state: Any = None) -> Gate:
    """X1 a noisy copy of X2, the two independent given Y: exact atoms at any size.

    p(x1|y) = sum over x2 of p(x1|x2) p(x2|y), so X1 tells nothing about Y that X2 does not
    (Blackwell order), and U1 = 0 (Bertschinger et al. 2014). Then::

        R = I(X1;Y)     U2 = I(X2;Y) - I(X1;Y)     S = I(X1,X2;Y) - I(X2;Y)

    Parameters
    ----------
    k1, k2, ky : int
        Numbers of states of X1, X2 and Y, at least 1.
    random_state : int, RandomState, Generator or None
        Draws p(y), p(x2|y) and p(x1|x2); an int is a seed.

    Returns
    -------
    Gate
        With a pmf of shape (k1, k2, ky); its atoms are exact up to rounding, about 1e-14.

    Raises
    ------
    ValueError
        If k1, k2 or ky is less than 1.

    See Also
    --------
    fourfold.gates.product : Larger systems with all four atoms above zero.
    fourfold.decompose : Decompose its `pmf`.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16 (2014) 2161.

    Examples
    --------
    >>> import fourfold as ff
    >>> gate = ff.gates.blackwell(4, 5, 3, random_state=0)
    >>> result = ff.decompose(gate.pmf)
    >>> gate.atoms.unique1, bool(abs(result.synergy - gate.atoms.synergy) < 1e-3)
    (0.0, True)
    """
    _check_states("blackwell", k1=k1, k2=k2, ky=ky)
    rng = random_generator(random_state)
    p_y = rng.dirichlet(np.full(ky, 5.0))
    # concentration 0.5: channels far from uniform, so that the atoms are far from zero
    p_x2_y = rng.dirichlet(np.full(k2, 0.5), size=ky)
    p_x1_x2 = rng.dirichlet(np.full(k1, 0.5), size=k2)
    pmf = np.einsum("y,yi,yj->ijy", p_y, p_x2_y @ p_x1_x2, p_x2_y)
    mi1 = _mutual_information(pmf.sum(axis=1))
    mi2 = _mutual_information(pmf.sum(axis=0))
    mi_joint = _mutual_information(pmf.reshape(k1 * k2, ky))
    return Gate(
        name=f"BLACKWELL({k1},{k2},{ky})",
        description="x1 a noisy copy of x2; x1 and x2 independent given y",
        pmf=pmf,
        atoms=Atoms(mi1, 0.0, max(mi2 - mi1, 0.0), max(mi_joint - mi2, 0.0)),
        source="Bertschinger et al. 2014",
    )


def _mutual_information(joint: np.ndarray) -> float:
    """I(X;Y) in bits of p(x,y), shape (K, K_Y)."""
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    seen = joint > 0
    return float(np.sum(joint[seen] * np.log2(joint[seen] / independent[seen])))


def _check_states(function: str, **sizes: int) -> None:
    for name, size in sizes.items():
        positive_int(size, f"{function}: {name}")
