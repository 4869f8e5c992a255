# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The usual small gates, each with its atoms."""

from __future__ import annotations

import dataclasses
import itertools
import math

from fourfold.gates.families import copy, product
from fourfold.gates.gate import Gate, equally_likely
from fourfold.results.atoms import Atoms

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
]

_BITS = (0, 1)
_PAIRS = list(itertools.product(_BITS, _BITS))  # two independent fair bits

#: I(X1;Y) of an AND gate in bits: H(Y) - H(Y|X1) = (2 - 3/4 log2 3) - 1/2, without cancellation.
_AND_ONE_INPUT = 0.75 * math.log2(4 / 3)

AND = Gate(
    name="AND",
    description="y = x1 and x2, independent fair bits",
    pmf=equally_likely((a, b, a & b) for a, b in _PAIRS),
    # both channels from Y are equal, so U1 = U2 = 0; S = H(Y) - R
    atoms=Atoms(_AND_ONE_INPUT, 0.0, 0.0, 0.5),
    source="Bertschinger et al. 2014",
)
OR = Gate(
    name="OR",
    description="y = x1 or x2, independent fair bits: AND with every bit negated",
    pmf=equally_likely((a, b, a | b) for a, b in _PAIRS),
    atoms=AND.atoms,
    source="Bertschinger et al. 2014, by symmetry from AND",
)
XOR = Gate(
    name="XOR",
    description="y = x1 xor x2, independent fair bits: neither tells anything alone",
    pmf=equally_likely((a, b, a ^ b) for a, b in _PAIRS),
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
    pmf=equally_likely((a, b, a) for a, b in _PAIRS),
    atoms=Atoms(0.0, 1.0, 0.0, 0.0),
    source="Makkeh, Theis, Vicente 2018",
)
RDN = Gate(
    name="RDN",
    description="x1 = x2 = y, one fair bit: both tell the same",
    pmf=equally_likely((a, a, a) for a in _BITS),
    atoms=Atoms(1.0, 0.0, 0.0, 0.0),
    source="Griffith, Koch 2014",
)
XORAND = Gate(
    name="XORAND",
    description="y = (x1 xor x2, x1 and x2), independent fair bits: their sum, renamed",
    pmf=equally_likely((a, b, (a ^ b, a & b)) for a, b in _PAIRS),
    # I(X1;Y) = I(X2;Y) = 3/2 - 1 by equal channels; S = H(Y) - 1/2
    atoms=Atoms(0.5, 0.0, 0.0, 1.0),
    source="Makkeh, Theis, Vicente 2018",
)
NESTED_AND = Gate(
    name="NESTED_AND",
    description="x1 = (a, b), x2 = b, y = a and b: x2 is a part of x1",
    pmf=equally_likely(((a, b), b, a & b) for a, b in _PAIRS),
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
