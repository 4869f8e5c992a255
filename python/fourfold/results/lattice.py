# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The lattice of redundancies of more than two sources, where there is one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from fourfold.results.frame import Block, Line
from fourfold.results.record import Record
from fourfold.results.words import columns, decimals, legible

__all__ = ["Antichain", "Lattice", "LatticePart", "antichain_words", "place_of"]

#: Sets of names of sources, none within another.
Antichain = tuple[tuple[str, ...], ...]


class LatticePart(NamedTuple):
    """One antichain of a `Lattice`, in bits.

    Attributes
    ----------
    antichain : tuple of tuple of str
        Sets of names of sources.
    redundancy : float
        What all its sets of sources tell, each for itself.
    atom : float
        What of it no antichain below tells: not negative.
    """

    antichain: Antichain
    redundancy: float
    atom: float


@dataclasses.dataclass(frozen=True, repr=False, eq=False)
class Lattice(Record):
    """All atoms of what sources tell of a target of two classes, in bits.

    The redundancy of sets of sources A1, ..., Ak is, at each threshold of a decision between both
    classes, the worth of the set whose decisions are worst there, summed over the thresholds; an
    atom is what is left of it when all atoms below are taken off (Williams and Beer 2010). None
    is negative. That needs one order of decisions at each threshold: targets of more classes
    have none, and no lattice here.

    Index it by sets of sources, ``lattice[("a",), ("b", "c")]``, or by single sources,
    ``lattice["a", "b"]``, which is {a}{b}; of one set, ``lattice[("a", "b"),]``.

    Attributes
    ----------
    antichains : tuple of tuple of tuple of str
        The A antichains: sets of sources, none within another.
    redundancy : ndarray, shape (A,)
        Of each in bits.
    atoms : ndarray, shape (A,)
        The part of each that is none of those below; they add up to I(all;Y).

    See Also
    --------
    UnionInformation : Has one, of a table with a target of two classes.
    SxPID : Atoms on the same lattice of any target, which may be negative.

    References
    ----------
    Williams, Beer, "Nonnegative decomposition of multivariate information", arXiv:1004.2515 (2010).
    docs/many-sources.md, "Two classes: a lattice".

    Examples
    --------
    >>> import fourfold as ff
    >>> lattice = ff.union_information_from_table(ff.gates.AND.pmf).lattice
    >>> round(lattice["x1", "x2"].atom, 4), round(lattice[("x1", "x2"),].atom, 4)
    (0.3113, 0.5)
    """

    _derived: ClassVar[tuple[str, ...]] = ()

    antichains: tuple[Antichain, ...]
    redundancy: np.ndarray
    atoms: np.ndarray

    def __len__(self) -> int:
        return len(self.antichains)

    def __getitem__(self, sets: Any) -> LatticePart:
        place = place_of(sets, self.antichains)
        redundancy, atom = float(self.redundancy[place]), float(self.atoms[place])
        return LatticePart(self.antichains[place], redundancy, atom)

    def _blocks(self) -> list[Block]:
        lines = []
        for words, redundancy, atom in self._rows():
            lines.append(Line("redundancy", words, {"value": redundancy}))
            lines.append(Line("lattice_atom", words, {"value": atom}))
        return [Block({}, lines)]

    def _rows(self) -> Iterator[tuple[str, float, float]]:
        return zip(
            map(antichain_words, self.antichains), self.redundancy, self.atoms, strict=True
        )

    def __repr__(self) -> str:
        rows = [["antichain", "redundancy", "atom"]]
        rows += [[words, decimals(one), decimals(atom)] for words, one, atom in self._rows()]
        return "\n".join(["Lattice of a target of two classes, in bits", *columns(rows, "<>>")])


def antichain_words(sets: Antichain) -> str:
    """{a}{b, c}."""
    return legible("".join(f"{{{', '.join(one)}}}" for one in sets))


def place_of(sets: Any, antichains: Sequence[Antichain]) -> int:
    """Where sets of names, or single names, stand among them, or raise."""
    places = {_as_sets(found): k for k, found in enumerate(antichains)}
    place = places.get(_as_sets(sets))
    if place is None:
        msg = f"there is no antichain {sets!r} here; antichains has them all"
        raise KeyError(msg)
    return place


def _as_sets(sets: Any) -> frozenset[Any]:
    asked = sets if isinstance(sets, (tuple, list, set, frozenset)) else (sets,)
    return frozenset(frozenset((one,) if isinstance(one, (str, int)) else one) for one in asked)
