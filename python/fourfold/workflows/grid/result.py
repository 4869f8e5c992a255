# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of a grid: a row of numbers for each triple of two layers and a data set."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.inputs.optional import load
from fourfold.results.atoms import Atoms
from fourfold.results.record import Record
from fourfold.results.table import Cell, Table, atom_columns, number
from fourfold.results.words import DEFAULT_NAMES, seeds_words
from fourfold.workflows.grid.parts import ATOMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.workflows.grid.parts import Part
    from fourfold.workflows.grid.triples import Name

__all__ = ["ProfileGrid", "grid_of"]

#: Rows that are shown in text.
_SHOWN = 12


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ProfileGrid(Record):
    """Atoms of M triples of two layers and a data set, in bits; made by `fourfold.profile_grid`.

    Attributes
    ----------
    parts : tuple of (str, str, str)
        The M triples: the names of the data set, of the layer of the first source and of that of
        the second.
    atoms : Atoms of ndarray, each of shape (M,)
        Means over the seeds.
    by_seed : ndarray, shape (M, n_seeds, 4)
        R, U1, U2, S of each fit.
    columns : dict of str to ndarray of shape (M,)
        All that `to_frame` has, by its names; see there.
    seeds, confidence_level
        Of the fits, and of their bounds or intervals.
    estimator : str
        "decoded by classifiers (fast)", of how many clusters, or "of Gaussian copulas".

    See Also
    --------
    fourfold.profile_grid : Makes it.
    fourfold.LayerProfile : Of one data set, the same layer of both sources, with plots.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
    >>> sources = {"embedding": x1, "shuffled": x1[::-1]}, {"embedding": x2}
    >>> grid = ff.profile_grid(*sources, {"xor": y}, estimator=ff.PIDEstimator(2), n_seeds=1)
    >>> grid.parts[1], grid.atoms.synergy.round(1).tolist()
    (('xor', 'shuffled', 'embedding'), [1.0, 0.0])
    """

    parts: tuple[tuple[str, str, str], ...]
    atoms: Atoms
    by_seed: np.ndarray
    columns: dict[str, np.ndarray]
    seeds: tuple[int, ...]
    confidence_level: float
    estimator: str

    def __len__(self) -> int:
        return len(self.parts)

    def to_frame(self) -> Any:
        """One row a triple, with the names as its index.

        Returns
        -------
        pandas.DataFrame
            With a MultiIndex of "dataset", "layer1", "layer2", and the columns, all but the last
            three in bits: the means over the seeds `redundancy`, `unique1`, `unique2`,
            `synergy`, `mi_joint`, `mi1`, `mi2`. Of classifiers also the errors of sampling
            (`redundancy_error`, ...), what held-out labels confirm (`mi_joint_held_out`, ...) and
            the bounds (`redundancy_at_least`, `unique1_at_most`, ...); of clusters the intervals
            (`redundancy_low`, `redundancy_high`, ...), where there are some, `samples_per_cell`
            and `undersampled`; of Gaussians intervals, `unique1_plug_in`, `unique1_cross_fitted`, ...
            and `not_gaussian`. Last `gap`, the largest of the solver's, `converged`, whether all
            seeds did, and `n_samples`.

        Raises
        ------
        ImportError
            If pandas is not installed; `columns` has the same without it.

        See Also
        --------
        fourfold.ProfileGrid : `columns` has the same without pandas.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> sources = {"embedding": x1, "shuffled": x1[::-1]}, {"embedding": x2}
        >>> grid = ff.profile_grid(*sources, {"xor": y}, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> frame = grid.to_frame()
        >>> frame.synergy.unstack("layer1").round(1).to_numpy().tolist()
        [[1.0, 0.0]]
        """
        pandas = load("pandas", "to_frame needs pandas: pip install pandas; `columns` does not")
        index = pandas.MultiIndex.from_tuples(self.parts, names=("dataset", "layer1", "layer2"))
        return pandas.DataFrame(self.columns, index=index)

    def table(self) -> Table:
        """The first parts, a row for each, in bits.

        Returns
        -------
        Table
            As it is printed; `to_frame` has all parts.

        See Also
        --------
        to_frame : All numbers of all parts.
        lines_around : What is said above and below it.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> sources = {"embedding": x1, "shuffled": x1[::-1]}, {"embedding": x2}
        >>> grid = ff.profile_grid(*sources, {"xor": y}, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> [row[1].text for row in grid.table().rows]
        ['embedding', 'shuffled']
        """
        some = slice(_SHOWN)
        gaps = self.columns["gap"][some]
        names = [*zip(*self.parts[some], strict=True)]
        shown = Atoms(*(atom[some] for atom in self.atoms))
        return Table.of_columns(
            "The atoms in bits",
            [
                (Cell(head, head, words=True), column)
                for head, column in zip(("data set", "layer 1", "layer 2"), names, strict=True)
            ]
            + atom_columns(shown, None, None, self.columns["mi_joint"][some], DEFAULT_NAMES)
            + ([] if self._gaussian else [("gap", [number(gap, 4) for gap in gaps])]),
            self._doubtful()[some],
        )

    def lines_around(self) -> list[str]:
        """What is to be said above the table, and below it.

        Returns
        -------
        list of str
            The first line is above, all others below.

        See Also
        --------
        table : What is between them.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> sources = {"embedding": x1, "shuffled": x1[::-1]}, {"embedding": x2}
        >>> grid = ff.profile_grid(*sources, {"xor": y}, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> grid.lines_around()
        ['ProfileGrid in bits, 2 parts of 1 data sets, of 2 clusters, one seed']
        """
        datasets = len({part[0] for part in self.parts})
        words = self.estimator
        if not self._gaussian:  # which is fitted once, whatever the seed
            words += f", {seeds_words(len(self.seeds))}"
        lines = [f"ProfileGrid in bits, {len(self)} parts of {datasets} data sets, {words}"]
        if len(self) > _SHOWN:
            lines.append(f"... and {len(self) - _SHOWN} more: to_frame() has all")
        doubtful = self._doubtful()
        if doubtful.any():
            why = "not Gaussian" if self._gaussian else "undersampled or not converged"
            lines.append(f"* {why}: {int(doubtful.sum())} parts")
        return lines

    @property
    def _gaussian(self) -> bool:
        return "not_gaussian" in self.columns

    def _doubtful(self) -> np.ndarray:
        doubtful = ~self.columns["converged"]
        for name in ("undersampled", "not_gaussian"):
            doubtful = doubtful | self.columns.get(name, False)
        found: np.ndarray = doubtful
        return found

    def __repr__(self) -> str:
        first, *below = self.lines_around()
        marks = self._doubtful()[:_SHOWN]
        return "\n".join([first, *self.table().lines(marked=marks), *below])


def grid_of(
    names: Sequence[Name],
    parts: Sequence[Part],
    seeds: tuple[int, ...],
    confidence_level: float,
    words: str,
) -> ProfileGrid:
    """The grid of parts that are all of one estimator."""
    columns = {key: np.array([part.numbers[key] for part in parts]) for key in parts[0].numbers}
    return ProfileGrid(
        parts=tuple((one.dataset, one.layer1, one.layer2) for one in names),
        atoms=Atoms(*(columns[atom] for atom in ATOMS)),
        by_seed=np.array([part.by_seed for part in parts]),
        columns=columns,
        seeds=seeds,
        confidence_level=float(confidence_level),
        estimator=words,
    )
