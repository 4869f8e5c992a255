# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a solver answers, and how well it says it knows the answer."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

__all__ = ["ATOMS", "Answer", "stated_accuracy"]

ATOMS = ("redundancy", "unique1", "unique2", "synergy")


@dataclasses.dataclass(frozen=True)
class Answer:
    """The atoms in bits, each with the interval that the solver vouches for.

    Attributes
    ----------
    atoms, lower, upper : tuple of float
        Value and bounds in bits, in the order of `ATOMS`.
    converged : bool
        What the solver itself says.
    said : dict
        The solver's own report (status, iterations, gap), ready for JSON.
    """

    atoms: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    converged: bool
    said: dict[str, Any]

    @classmethod
    def around(
        cls, atoms: tuple[float, ...], accuracy: float, *, converged: bool, said: dict[str, Any]
    ) -> Answer:
        """Build the answer of a solver that states one accuracy in bits for all atoms."""
        lower = tuple(atom - accuracy for atom in atoms)
        upper = tuple(atom + accuracy for atom in atoms)
        said = {**said, "accuracy_bits": accuracy}
        return cls(atoms, lower, upper, converged, said)


def stated_accuracy(unknowns: int, tolerance: float = 1e-8) -> float:
    """Bits by which a conic solver that keeps its tolerance can be off.

    ECOS and Clarabel stop when the duality gap and the residual of the constraints are
    below 1e-8. There is one exponential cone for each unknown and its multiplier in the
    objective is 1, so residuals of norm 1e-8 move the objective by up to 1e-8 times the
    root of the number of unknowns (Cauchy-Schwarz).

    Parameters
    ----------
    unknowns : int
        Number of exponential cones.
    tolerance : float
        The solver's tolerance; both peers run with their default, 1e-8.
    """
    return tolerance * (1.0 + math.sqrt(unknowns)) / math.log(2.0)
