# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions for several settings and seeds of clustering: their means and intervals."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.pid import Atoms
from fourfold.results.plain import plain
from fourfold.results.shown import Shown, draw
from fourfold.results.table import Cell, Table, atom_columns, ends, number, only_page, percent
from fourfold.results.words import DEFAULT_NAMES, Names, seeds_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.pid import PID
    from fourfold.results.table import Column

__all__ = ["Sweep"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sweep(Shown):
    """What sweeps and profiles have in common; `fourfold.ClusterSweep` says what the fields are."""

    atoms: Atoms
    low: Atoms | None
    high: Atoms | None
    plug_in: Atoms
    bias: Atoms
    mi_joint: np.ndarray
    by_seed: np.ndarray
    samples_per_cell: np.ndarray
    undersampled: np.ndarray
    contributions: np.ndarray
    contribution_intervals: np.ndarray | None
    results: tuple[tuple[PID, ...], ...]
    seeds: tuple[int, ...]
    confidence_level: float

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values, ready for JSON; of `results` those in `by_seed`.

        Returns
        -------
        dict
            The fields, and `unit`, which is always "bits".
        """
        record: dict[str, Any] = {"unit": "bits"}
        for field in dataclasses.fields(self):
            if field.name != "results":
                record[field.name] = plain(getattr(self, field.name))
        return record

    def plot(
        self,
        ax: Axes | None = None,
        *,
        source_names: tuple[str, str] = ("X1", "X2"),
        target_name: str = "Y",
    ) -> Axes:
        """Draw the atoms with their intervals against the settings.

        Settings with too few samples are shaded. A `ClusterSweep` also has dashed lines for
        `plug_in`, where bias takes over as they part from the solid ones; what the clusters tell
        about held-out rows, and what a probe of the embeddings finds there; and a mark at the
        recommended number. Levels of a `NoiseSweep` are
        linear up to the smallest above zero and logarithmic from there. Data sets have bars.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default. The legend stands to the right of the
            axes: in a figure of your own use ``layout="constrained"``.
        source_names, target_name
            What X1, X2 and Y are, for the legend and the axes.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ValueError
            If `source_names` is not a pair.
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, source_names=source_names, target_name=target_name)

    def setting_labels(self) -> tuple[str, list[str]]:
        """What the settings are, for the head of their column, and what each of them is."""
        raise NotImplementedError

    def notes(self) -> list[str]:
        """What else there is to say below the table of a page."""
        return []

    def own_columns(self) -> list[Column]:
        """What else the table has beside the sum of the atoms."""
        return []

    def of_clusters(self) -> bool:
        """Whether the atoms are those of clusters."""
        return all(one.kept is not None for of_setting in self.results for one in of_setting)

    def flags(self, k: int) -> list[str]:
        """Of setting k, what is to be said of it, in a word or two each."""
        unfinished = sum(not result.converged for result in self.results[k])
        words = ["undersampled"] if self.undersampled[k] else []
        return words + ([f"{unfinished} not converged"] if unfinished else [])

    def is_doubtful(self, k: int) -> bool:
        """Whether the numbers of setting k are not to be relied on."""
        return any(flag != "recommended" for flag in self.flags(k))

    def page_heading(self) -> str:
        """Of the result on its page."""
        return f"Atoms by {self.setting_labels()[0]}"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """A row for each setting; |bias| is the sum over the atoms."""
        column, settings = self.setting_labels()
        every = range(len(settings))
        numbers = [str(of_setting[0].n_samples) for of_setting in self.results]
        gaps = [max(result.gap for result in of_setting) for of_setting in self.results]
        flags = [", ".join(self.flags(k)) for k in every]
        spans: Any = self.contribution_intervals
        below = [""] * len(settings)
        if spans is not None:
            below = [ends(*span, digits=2) for span in spans[:, 0]]
        shares = map(percent, self.contributions[:, 0], below)
        columns: list[Column] = [(column, settings)]
        if len(set(numbers)) > 1:  # else they are in the picture, and in the words above it
            columns.append((only_page("samples"), numbers))
        columns += [
            ("per cell", [f"{count:.2g}" for count in self.samples_per_cell]),
            *atom_columns(self.atoms, self.low, self.high, self.mi_joint, names),
            (only_page("U1 / (U1\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}U2)"), shares),
            *self.own_columns(),
            ("|bias|", map(number, np.abs(self.bias).sum(0))),
            (only_page("gap"), [f"{gap:.0e}" for gap in gaps]),
        ]
        if any(flags):
            columns.append((Cell(None, "flags", words=True), flags))
        caption = f"The atoms by {column}, in bits"
        return Table.of_columns(caption, columns, map(self.is_doubtful, every))

    def __repr__(self) -> str:
        lines = [self._heading(), *self.table().lines(marked=self.undersampled)]
        if self.undersampled.any():
            lines.append("* UNDERSAMPLED: too few samples for tables of this size")
        return "\n".join(lines)

    def _heading(self) -> str:
        words = seeds_words(len(self.seeds))
        if self.low is not None:
            words += f", with {self.confidence_level:.0%} confidence intervals"
        of = ", of clusters" if self.of_clusters() else ""
        return f"{type(self).__name__} in bits{of}, {words}"
