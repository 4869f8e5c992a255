# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions for several settings and seeds: their means, and how sure these are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np

from fourfold.results.frame import Block, Line
from fourfold.results.pid import PID, Atoms
from fourfold.results.record import Record
from fourfold.results.shown import Drawn
from fourfold.results.table import Cell, Table, atom_columns, ends, number, only_page, percent
from fourfold.results.words import DEFAULT_NAMES, Names, decimals, seeds_words
from fourfold.workflows.sweeps.decoded import Decoded, decoded_columns, decoded_notes
from fourfold.workflows.sweeps.frame_lines import sweep_lines
from fourfold.workflows.sweeps.gaussian import (
    Fitted,
    doubts_of,
    gaussian_columns,
    gaussian_notes,
)

if TYPE_CHECKING:
    from fourfold.results.table import Column

__all__ = ["Sweep"]

_OF_COUNTS = ("samples_per_cell", "undersampled")
_OF_TABLES = (
    "low",
    "high",
    "plug_in",
    "bias",
    "contribution_intervals",
    *_OF_COUNTS,
)


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sweep(Drawn, Record):
    """What sweeps and profiles have in common; `fourfold.ClusterSweep` says what the fields are.

    Of Gaussians `gaussian` has errors, tests and what was cross-fitted, and what only tables have is
    None: samples_per_cell, undersampled. Where classifiers decode the atoms, `decoded` has errors, held-out informations and bounds,
    and what tables of counts have, None: low, high, plug_in, bias, samples_per_cell,
    undersampled, contribution_intervals. `estimator` says in words what the atoms are of, if the
    settings do not.

    `plot` draws the atoms with their intervals against the settings. Those with too few samples are
    shaded. A `ClusterSweep` also has dashed lines for `plug_in`, where bias takes over as they part
    from the solid ones; what the clusters tell about held-out rows, and what a probe of the
    embeddings finds there; and a mark at the recommended number. Levels of a `NoiseSweep` are
    linear up to the smallest above zero and logarithmic from there. Data sets have bars.
    """

    _index: ClassVar[str]  # column of a frame that says which setting it is

    atoms: Atoms
    mi_joint: np.ndarray
    by_seed: np.ndarray
    contributions: np.ndarray
    results: tuple[tuple[PID, ...], ...]
    seeds: tuple[int, ...]
    confidence_level: float
    estimator: str = ""
    decoded: Decoded | None = None
    gaussian: Fitted | None = None
    low: Atoms | None = None
    high: Atoms | None = None
    plug_in: Annotated[Any, Atoms] = None
    bias: Annotated[Any, Atoms] = None
    samples_per_cell: Any = None
    undersampled: Any = None
    contribution_intervals: np.ndarray | None = None

    def _plain(self) -> dict[str, Any]:
        """Of each kind without those that only others have, which are None."""
        left_out = {"decoded", "gaussian"}
        if self.decoded is not None:
            left_out = left_out - {"decoded"} | {*_OF_TABLES}
        elif self.gaussian is not None:
            left_out = left_out - {"gaussian"} | {*_OF_COUNTS}
        found = super()._plain()
        return {name: value for name, value in found.items() if name not in left_out}

    def _blocks(self) -> list[Block]:
        return [Block({self._index: self._settings()}, self._lines())]

    def _settings(self) -> Any:
        """What each setting is, for the first column of a frame."""
        return np.array(self.setting_labels()[1])

    def _lines(self) -> list[Line]:
        """What frames have of each setting."""
        return sweep_lines(self)

    def setting_labels(self) -> tuple[str, list[str]]:
        """What the settings are, for the head of their column, and what each of them is."""
        raise NotImplementedError

    def words(self) -> list[str]:
        """What the atoms are of, for headings."""
        if self.estimator:
            return [self.estimator]
        clusters = all(
            one.kept is not None for of_setting in self.results for one in of_setting
        )
        return ["of clusters"] if clusters else []

    def notes(self) -> list[str]:
        """What else there is to say below the table of a page."""
        return self.notes_of_kind()

    def notes_of_kind(self) -> list[str]:
        """What there is to say of classifiers, and of Gaussians, whatever was swept."""
        if self.gaussian is not None:
            return gaussian_notes()
        return [] if self.decoded is None else decoded_notes(self.confidence_level)

    def of_seeds(self) -> list[str]:
        """What the numbers are means over; a Gaussian is fitted once, whatever the seed."""
        return [] if self.gaussian is not None else [seeds_words(len(self.seeds))]

    def entropies(self) -> np.ndarray | None:
        """H(Y) of each setting in bits, mean over the seeds; None of targets that have densities."""
        if self.gaussian is not None:
            return None
        each = [[one.entropy for one in of_setting] for of_setting in self.results]
        if any(value is None for of_setting in each for value in of_setting):
            return None
        return np.array([np.mean(np.asarray(of_setting, float)) for of_setting in each])

    def entropy_words(self) -> list[str]:
        """H(Y), of which the atoms are shares: of all settings, or from the least to the most."""
        found = self.entropies()
        if found is None:
            return []
        least, most = (decimals(end, 3) for end in (found.min(), found.max()))
        return [f"H(Y) = {least} bits" if least == most else f"H(Y) is {least} to {most} bits"]

    def own_columns(self) -> list[Column]:
        """What else the table has beside the sum of the atoms."""
        return []

    def flags(self, k: int) -> list[str]:
        """Of setting k, what is to be said of it, in a word or two each."""
        unfinished = sum(not result.converged for result in self.results[k])
        poor = self.undersampled is not None and self.undersampled[k]
        words = ["undersampled"] if poor else []
        if self.gaussian is not None:
            words += ["not Gaussian"] if self.gaussian.not_gaussian[k] else []
            few = self.plug_in is not None and self.gaussian.few_rows(self.plug_in)[k]
            words += ["few rows"] if few else []
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
        share = (only_page("U1 / (U1\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}U2)"), shares)
        if self.decoded is not None:
            columns += decoded_columns(self.atoms, self.mi_joint, self.decoded, names)
            columns.append(share)
        elif self.gaussian is not None:
            columns += [*gaussian_columns(self, names), share]
        else:
            columns += [
                ("per cell", [f"{count:.2g}" for count in self.samples_per_cell]),
                *atom_columns(self.atoms, self.low, self.high, self.mi_joint, names),
                share,
                *self.own_columns(),
                ("|bias|", map(number, np.abs(self.bias).sum(0))),
            ]
        entropies = self.entropies()
        if entropies is not None:
            columns.append((only_page("H(Y)"), map(number, entropies)))
        if self.gaussian is None:
            columns.append((only_page("gap"), [f"{gap:.0e}" for gap in gaps]))
        if any(flags):
            columns.append((Cell(None, "flags", words=True), flags))
        caption = ", ".join([f"The atoms by {column}, in bits", *self.words()])
        return Table.of_columns(caption, columns, map(self.is_doubtful, every))

    def __repr__(self) -> str:
        poor: Any = [] if self.undersampled is None else self.undersampled
        below = ["* UNDERSAMPLED: too few samples for tables of this size"] if any(poor) else []
        if self.gaussian is not None:
            labels = self.setting_labels()[1]
            flags = [self.flags(k) for k in range(len(labels))]
            poor, below = map(bool, flags), doubts_of(labels, flags)
        lines = [self._heading(), *self.table().lines(marked=poor)]
        return "\n".join([*lines, *self.notes_of_kind(), *below, *self.entropy_words()])

    def _heading(self) -> str:
        words = [f"{type(self).__name__} in bits", *self.words(), *self.of_seeds()]
        if self.low is not None:
            words.append(f"with {100 * self.confidence_level:g}% confidence intervals")
        return ", ".join(words)
