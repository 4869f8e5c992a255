# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of a decomposition by shared exclusions, I^sx: an atom for each antichain."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from fourfold.results.equal import by_value
from fourfold.results.lattice import Antichain, antichain_words, place_of
from fourfold.results.record import Record
from fourfold.results.shown import draw
from fourfold.results.words import columns, decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SxAtom", "SxPID", "SxPointwise"]

_SHOWN = 18  # all those of three sources


class SxAtom(NamedTuple):
    """One antichain of an `SxPID`, in bits.

    Attributes
    ----------
    antichain : tuple of tuple of str
        The sets of sources that share it.
    shared : float
        What these sets share, whoever else has it: I^sx(Y: a1; ...; am).
    atom : float
        What is shared by these sets and by nothing below them.
    informative, misinformative : float
        ``atom = informative - misinformative``, neither below zero.
    """

    antichain: Antichain
    shared: float
    atom: float
    informative: float
    misinformative: float


@by_value
class SxPointwise(NamedTuple):
    """Atoms of each outcome that occurs.

    Attributes
    ----------
    states : ndarray of int, shape (M, n + 1)
        States of the sources and, last, of y: of labels places in the sorted labels.
    probabilities : ndarray, shape (M,)
    atoms : ndarray, shape (M, A)
        In bits, in the order of `SxPID.antichains`.
    """

    states: np.ndarray
    probabilities: np.ndarray
    atoms: np.ndarray


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class SxPID(Record):
    """Partial information decomposition by shared exclusions, in bits.

    An atom for each antichain of two to four sources, 4, 18 or 166. Atoms may be negative: where
    what sources exclude of y is right on average, but what they exclude together is wrong. Made by
    `fourfold.sx_pid` and `fourfold.sx_pid_from_table`. Index it by sets of sources to get an
    `SxAtom`: ``result["x1", "x2"]`` is what both share, ``result[("x1", "x2"),]`` what they have
    together only.

    Attributes
    ----------
    antichains : tuple of tuple of tuple of str
        Sets of names of sources; first what all share, last all together.
    atoms : ndarray, shape (A,)
        Of each; they add up to `information`.
    informative, misinformative : ndarray, shape (A,)
        ``atoms = informative - misinformative``, neither below zero.
    shared : ndarray, shape (A,)
        I^sx of each antichain, the sum of the atoms at and below it; of one set of sources its I(X;Y).
    information : float
        I(X1,...,Xn;Y).
    source_names : tuple of str
        In the order of the axes.
    sizes : tuple of int
        Numbers of states of each source and, last, of y.
    pointwise : SxPointwise or None
        Atoms of each outcome that occurs. It is not saved.
    model : str
        "table": of that table; "samples": of the frequencies of samples, without correction.
    n_samples : int or None
        Rows behind it.
    bias : float or None
        Bits by which `information`, and with it the sum of the atoms, is estimated to be too high.
    undersampled : bool or None
        Whether most samples are alone in their cell, or most of `information` is bias.

    See Also
    --------
    UnionInformation : What several sources have together, certified, and never negative.
    sx_pid : Makes it of labels, and says what I^sx is.

    Examples
    --------
    >>> import fourfold as ff
    >>> result = ff.sx_pid_from_table(ff.gates.XOR.pmf)
    >>> found = result["x1", "x2"]
    >>> round(found.atom, 4), round(found.informative, 4), round(found.misinformative, 4)
    (-0.585, 0.415, 1.0)
    """

    _left_out: ClassVar[frozenset[str]] = frozenset({"pointwise"})

    antichains: tuple[Antichain, ...]
    atoms: np.ndarray
    informative: np.ndarray
    misinformative: np.ndarray
    shared: np.ndarray
    information: float
    source_names: tuple[str, ...]
    sizes: tuple[int, ...]
    pointwise: SxPointwise | None = None
    model: str = "table"
    n_samples: int | None = None
    bias: float | None = None
    undersampled: bool | None = None

    def __len__(self) -> int:
        return len(self.antichains)

    def __getitem__(self, sets: Any) -> SxAtom:
        place = place_of(sets, self.antichains)
        numbers = (self.shared, self.atoms, self.informative, self.misinformative)
        return SxAtom(self.antichains[place], *(float(part[place]) for part in numbers))

    def named(self) -> list[str]:
        """The antichains as people write them, ``{x1}{x2, x3}``.

        Returns
        -------
        list of str
            In the order of `antichains`.

        See Also
        --------
        largest : Places of those that matter.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.sx_pid_from_table(ff.gates.XOR.pmf).named()
        ['{x1}{x2}', '{x1}', '{x2}', '{x1, x2}']
        """
        return [antichain_words(found) for found in self.antichains]

    def plot(self, ax: Axes | None = None, *, target_name: str = "Y") -> Axes:
        """Draw a bar for each atom; of four sources those of the 31 largest.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        target_name : str
            What Y is.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn into.

        Raises
        ------
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        largest : Which atoms are drawn.

        Examples
        --------
        >>> import fourfold as ff
        >>> ax = ff.sx_pid_from_table(ff.gates.XOR.pmf).plot(target_name="XOR")
        >>> ax.get_xlabel()
        'Atoms of I^sx about XOR (bits)'
        """
        return draw(self, ax, target_name=target_name)

    def largest(self, number: int) -> list[int]:
        """Places of the atoms that are furthest from zero, in their order.

        Parameters
        ----------
        number : int
            How many at most.

        Returns
        -------
        list of int
            Increasing, places in `antichains`.

        See Also
        --------
        named : Words for all of them.

        Examples
        --------
        >>> import fourfold as ff
        >>> result = ff.sx_pid_from_table(ff.gates.RDN.pmf)
        >>> [result.named()[place] for place in result.largest(1)]
        ['{x1}{x2}']
        """
        found = np.argsort(-np.abs(self.atoms), kind="stable")[:number]
        return sorted(found.tolist())

    def _blocks(self) -> dict[str, Any]:
        return {
            "antichain": np.array(self.named(), dtype=object),
            "shared": self.shared,
            "atom": self.atoms,
            "informative": self.informative,
            "misinformative": self.misinformative,
        }

    def __repr__(self) -> str:
        several = len(self.source_names)
        first = f"Shared exclusions I^sx of {several} sources in bits, {about_words(self)}"
        names, shown = self.named(), self.largest(_SHOWN)
        rows = [["shared by", "atom", "= informative", "- misinformative"]]
        parts = (self.atoms, self.informative, self.misinformative)
        rows += [[names[k], *(decimals(part[k]) for part in parts)] for k in shown]
        lines = [f"  {line}" for line in columns(rows, "<>>>")]
        if len(shown) < len(self):
            lines.append(f"  and {len(self) - len(shown)} smaller ones, see to_frame()")
        lines.append(f"  together I = {decimals(self.information)}")
        if self.atoms.min() < -1e-9:
            lines.append(
                "  atoms of this measure may be negative: what is shared there misleads"
            )
        if self.bias is not None:
            lines.append(f"  bias of counting in their sum: about {self.bias + 0.0:+.3f}")
        if self.undersampled:
            lines.append("  UNDERSAMPLED: too few samples for so many states")
        return "\n".join([first, *lines])


def about_words(result: SxPID) -> str:
    """What the numbers are about: a table, or samples."""
    if result.model == "table":
        return "of this table"
    return f"of {result.n_samples:,} samples, plug-in"
