# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A system of two sources and a target, and how its table is made."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fourfold.results.atoms import Atoms

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

__all__ = ["Gate", "equally_likely"]


@dataclasses.dataclass(frozen=True, eq=False)
class Gate:
    """A joint distribution of two sources and a target, with its exact decomposition.

    Attributes
    ----------
    name : str
        What it is called.
    description : str
        What the sources and the target are, and why the atoms are what they are.
    pmf : ndarray
        p(x1,x2,y), float64 of shape (K1, K2, K_Y), read-only.
    atoms : Atoms
        Exact R, U1, U2, S in bits.
    source : str
        Where the definition is from.

    See Also
    --------
    fourfold.decompose : Decompose its `pmf`, with a certificate.
    fourfold.gates.product : Several of them side by side.
    fourfold.datasets.make_embeddings : Embeddings whose states are those of a gate.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.gates.XOR
    Gate('XOR', shape=(2, 2, 2), Atoms(redundancy=0.0, unique1=0.0, unique2=0.0, synergy=1.0))
    >>> found = ff.decompose(ff.gates.AND.pmf)
    >>> bool(abs(found.synergy - ff.gates.AND.atoms.synergy) < 1e-3)
    True
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


def equally_likely(outcomes: Iterable[tuple[Hashable, Hashable, Hashable]]) -> np.ndarray:
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
