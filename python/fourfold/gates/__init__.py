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

from fourfold.gates.constants import (
    ALL,
    AND,
    COPY,
    NESTED_AND,
    OR,
    RDN,
    RDNUNQXOR,
    RDNXOR,
    UNQ,
    XOR,
    XORAND,
)
from fourfold.gates.families import blackwell, copy, product
from fourfold.gates.gate import Gate
from fourfold.gates.of_many import GateOfMany, conjunction, copies, parity

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
