# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Systems whose partial information decomposition is known in closed form.

Every atom here is an exact expression, so tests, benchmarks and examples can compare with it
to rounding error. Definitions from

.. [1] Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16
   (2014) 2161.
.. [2] Griffith, Koch, "Quantifying synergistic mutual information", in Guided
   Self-Organization: Inception (Springer, 2014).
.. [3] Harder, Salge, Polani, "Bivariate measure of redundant information", Phys. Rev. E 87
   (2013) 012130.
.. [4] Makkeh, Theis, Vicente, "BROJA-2PID: a robust estimator for bivariate partial
   information decomposition", Entropy 20 (2018) 271.
.. [5] Rauh, Banerjee, Olbrich, Montufar, Jost, "Continuity and additivity properties of
   information decompositions", Int. J. Approx. Reasoning 161 (2023) 108979.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.numbers import positive_int
from fourfold.inputs.random_state import random_generator, takes_rng
from fourfold.results.pid import Atoms

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = [
    "ALL",
    "AND",
    "COPY",
    "NESTED_AND",
    "OR",
    "RDN",
    "RDNUNQXOR",
    "RDNXOR",
    "UNQ",
    "XOR",
    "XORAND",
    "Gate",
    "GateOfMany",
    "blackwell",
    "conjunction",
    "copies",
    "copy",
    "parity",
    "product",
]

_BITS = (0, 1)


@dataclasses.dataclass(frozen=True, eq=False)
class Gate:
    """A joint distribution of two sources and a target, with its exact decomposition.

    Attributes
    ----------
    name : str
    description : str
        What the sources and the target are, and why the atoms are what they are.
    pmf : ndarray
        p(x1,x2,y), float64 of shape (K1, K2, K_Y), read-only.
    atoms : Atoms
        Exact R, U1, U2, S in bits.
    source : str
        Where the definition is from.
    """

    name: str
    description: str
    pmf: np.ndarray
    atoms: Atoms
    source: str

    def __post_init__(self) -> None:
        # a private copy: read-only must not leak to an array that the caller still uses
        pmf = np.array(self.pmf, dtype=np.float64)
        pmf.setflags(write=False)
        object.__setattr__(self, "pmf", pmf)

    def __repr__(self) -> str:
        return f"Gate({self.name!r}, shape={self.pmf.shape}, {self.atoms})"


# -- families --------------------------------------------------------------------------


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
    """
    _check_states("copy", k1=k1, k2=k2)
    outcomes = [(i, j, (i, j)) for i in range(k1) for j in range(k2)]
    return Gate(
        name=f"COPY({k1},{k2})",
        description=f"y = (x1, x2), independent uniform sources of {k1} and {k2} states",
        pmf=_equally_likely(outcomes),
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


# -- more than two sources ---------------------------------------------------------------


@dataclasses.dataclass(frozen=True, eq=False)
class GateOfMany:
    """A joint distribution of any number of sources and a target, with its exact union information.

    Attributes
    ----------
    name : str
    description : str
        What the sources and the target are, and why v* is what it is.
    pmf : ndarray
        p(x_1, ..., x_n, y), float64 of shape (2, ..., 2, K_Y).
    union_information, synergy : float
        v* of all sources, and I(all;Y) - v*, exact, in bits.
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

    Raises
    ------
    ValueError
        If n is less than 2.

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

    Parameters, errors and an example as of `parity`.
    """
    _check_sources("conjunction", n)
    # H(Y) - H(Y|X1), where Y is 1 with probability 2^-n, and 2^(1-n) given X1 = 1
    alone = _entropy(0.5**n) - 0.5 * _entropy(0.5 ** (n - 1))
    told = "independent fair bits are 1: all tell the same, and v* is what one of them tells"
    return _of_bits(n, "CONJUNCTION", f"y tells whether {n} {told}", min, alone)


def copies(n: int) -> GateOfMany:
    """Y = (x_1, ..., x_n) of fair bits: v* = n and S = 0, as Y leaves one coupling only.

    Parameters, errors and an example as of `parity`.
    """
    _check_sources("copies", n)
    told = "independent fair bits: Y determines them, which leaves one coupling"
    return _of_bits(n, "COPIES", f"y is the tuple of {n} {told}", tuple, float(n))


def _of_bits(n: int, name: str, description: str, target: Any, union: float) -> GateOfMany:
    _check_sources(name.lower(), n)
    outcomes = list(itertools.product(_BITS, repeat=n))
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


# -- how the constants are made --------------------------------------------------------


def _equally_likely(outcomes: Iterable[tuple[Hashable, Hashable, Hashable]]) -> np.ndarray:
    """Pmf of shape (K1, K2, K_Y) of equally likely (x1, x2, y), states in sorted order."""
    columns = zip(*outcomes, strict=True)
    codes = [np.unique(_as_objects(column), return_inverse=True)[1] for column in columns]
    counts = np.zeros([code.max() + 1 for code in codes])
    np.add.at(counts, tuple(codes), 1.0)
    pmf: np.ndarray = counts / counts.sum()
    return pmf


def _as_objects(states: tuple[Hashable, ...]) -> np.ndarray:
    # filled by hand: np.array would turn a column of tuples into a matrix
    column = np.empty(len(states), dtype=object)
    column[:] = states
    return column


def _mutual_information(joint: np.ndarray) -> float:
    """I(X;Y) in bits of p(x,y), shape (K, K_Y)."""
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    seen = joint > 0
    return float(np.sum(joint[seen] * np.log2(joint[seen] / independent[seen])))


def _check_states(function: str, **sizes: int) -> None:
    for name, size in sizes.items():
        positive_int(size, f"{function}: {name}")


# -- constants -------------------------------------------------------------------------

_PAIRS = list(itertools.product(_BITS, _BITS))  # two independent fair bits

#: I(X1;Y) of an AND gate in bits: H(Y) - H(Y|X1) = (2 - 3/4 log2 3) - 1/2, without cancellation.
_AND_ONE_INPUT = 0.75 * math.log2(4 / 3)

AND = Gate(
    name="AND",
    description="y = x1 and x2, independent fair bits",
    pmf=_equally_likely((a, b, a & b) for a, b in _PAIRS),
    # both channels from Y are equal, so U1 = U2 = 0; S = H(Y) - R
    atoms=Atoms(_AND_ONE_INPUT, 0.0, 0.0, 0.5),
    source="Bertschinger et al. 2014",
)
OR = Gate(
    name="OR",
    description="y = x1 or x2, independent fair bits: AND with every bit negated",
    pmf=_equally_likely((a, b, a | b) for a, b in _PAIRS),
    atoms=AND.atoms,
    source="Bertschinger et al. 2014, by symmetry from AND",
)
XOR = Gate(
    name="XOR",
    description="y = x1 xor x2, independent fair bits: neither tells anything alone",
    pmf=_equally_likely((a, b, a ^ b) for a, b in _PAIRS),
    atoms=Atoms(0.0, 0.0, 0.0, 1.0),
    source="Griffith, Koch 2014",
)
COPY = dataclasses.replace(
    copy(2, 2),
    name="COPY",
    description="y = (x1, x2), independent fair bits: each tells its own",
    source="Harder, Salge, Polani 2013; called UNQ by Griffith, Koch 2014",
)
UNQ = Gate(
    name="UNQ",
    description="y = x1, x2 an independent fair bit that tells nothing",
    pmf=_equally_likely((a, b, a) for a, b in _PAIRS),
    atoms=Atoms(0.0, 1.0, 0.0, 0.0),
    source="Makkeh, Theis, Vicente 2018",
)
RDN = Gate(
    name="RDN",
    description="x1 = x2 = y, one fair bit: both tell the same",
    pmf=_equally_likely((a, a, a) for a in _BITS),
    atoms=Atoms(1.0, 0.0, 0.0, 0.0),
    source="Griffith, Koch 2014",
)
XORAND = Gate(
    name="XORAND",
    description="y = (x1 xor x2, x1 and x2), independent fair bits: their sum, renamed",
    pmf=_equally_likely((a, b, (a ^ b, a & b)) for a, b in _PAIRS),
    # I(X1;Y) = I(X2;Y) = 3/2 - 1 by equal channels; S = H(Y) - 1/2
    atoms=Atoms(0.5, 0.0, 0.0, 1.0),
    source="Makkeh, Theis, Vicente 2018",
)
NESTED_AND = Gate(
    name="NESTED_AND",
    description="x1 = (a, b), x2 = b, y = a and b: x2 is a part of x1",
    pmf=_equally_likely(((a, b), b, a & b) for a, b in _PAIRS),
    # U2 = 0 and S = 0 since X1 holds X2, so R = I(X2;Y)
    atoms=Atoms(_AND_ONE_INPUT, 0.5, 0.0, 0.0),
    source="Fourfold; U2 = S = 0 by Bertschinger et al. 2014",
)
RDNXOR = dataclasses.replace(
    product(RDN, XOR),
    name="RDNXOR",
    description="x1 = (r, a), x2 = (r, b), y = (r, a xor b)",
    source="Griffith, Koch 2014",
)
RDNUNQXOR = dataclasses.replace(
    product(RDN, COPY, XOR),
    name="RDNUNQXOR",
    description="x1 = (r, u, a), x2 = (r, v, b), y = (r, (u, v), a xor b): one bit of each atom",
    source="Griffith, Koch 2014",
)

#: The constants above.
ALL = (AND, OR, XOR, COPY, UNQ, RDN, XORAND, NESTED_AND, RDNXOR, RDNUNQXOR)
