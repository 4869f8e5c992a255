# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions for several settings and seeds of clustering: their means and intervals."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.pid import Atoms
from fourfold.results.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.results.pid import PID

__all__ = ["Sweep"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sweep(Shown):
    """What sweeps have in common; see `fourfold.ClusterSweep` and `fourfold.NoiseSweep`.

    Attributes
    ----------
    atoms : Atoms of ndarray, each of shape (L,)
        Mean over the seeds for each of the L settings, in bits, corrected as was asked for.
    low, high : Atoms of ndarray, each of shape (L,), or None
        Confidence interval in bits of each atom, for clusters of any one seed; None without
        resampling.
    plug_in : Atoms of ndarray, each of shape (L,)
        Mean over the seeds of the atoms without any correction, in bits.
    bias : Atoms of ndarray, each of shape (L,)
        Mean over the seeds of the estimated bias of the plug-in atoms, in bits: of those for
        which it is known; NaN where that is none.
    mi_joint : ndarray, shape (L,)
        I(X1,X2;Y) in bits, the sum of `atoms`.
    by_seed : ndarray, shape (L, n_seeds, 4)
        The atoms R, U1, U2, S of each fit in bits, of which `atoms` is the mean.
    samples_per_cell : ndarray, shape (L,)
        Samples for each cell of the K1 x K2 x K_Y table, mean over the seeds.
    undersampled : ndarray of bool, shape (L,)
        Whether at least half of the seeds' results are, see `fourfold.PID`.
    contributions : ndarray, shape (L, 2)
        U1 / (U1 + U2) and U2 / (U1 + U2) of `atoms`, negative ones counted as zero; NaN where
        their sum is not larger than the certified gap.
    contribution_intervals : ndarray, shape (L, 2, 2), or None
        Low and high end of the interval of each contribution, for clusters of any one seed; 0
        and 1 where the data do not tell. None without resampling.
    results : tuple of tuple of PID
        The fits, ``results[setting][seed]``.
    seeds : tuple of int
        The `random_state` of the fits of each seed, the same for all settings.
    confidence_level : float
        Of the intervals.
    """

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
                record[field.name] = _plain(getattr(self, field.name))
        return record

    def _setting_labels(self) -> tuple[str, list[str]]:
        """What the settings are, for the head of their column, and what each of them is."""
        raise NotImplementedError

    def _notes(self) -> list[str]:
        """What else there is to say below a table."""
        return []

    def _page_heading(self) -> str:
        return f"Atoms by {self._setting_labels()[0]}"

    def _table(self, column: str, settings: Sequence[str]) -> list[str]:
        """A row for each setting, at its end the sum of |bias|; a star where undersampled."""
        rows = [[column, "per cell", "R", "U1", "U2", "S", "I(X1,X2;Y)", "|bias|"]]
        for k, setting in enumerate(settings):
            row = [setting, f"{self.samples_per_cell[k]:.2g}"]
            for name, values in self.atoms._asdict().items():
                row.append(f"{round(values[k], 3) + 0.0:.3f}")
                if self.low is not None and self.high is not None:
                    low, high = getattr(self.low, name)[k], getattr(self.high, name)[k]
                    row[-1] += f" [{round(low, 2) + 0.0:.2f}, {round(high, 2) + 0.0:.2f}]"
            bias = np.abs(self.bias).sum(0)[k]
            row += [f"{self.mi_joint[k]:.3f}", "not known" if np.isnan(bias) else f"{bias:.3f}"]
            rows.append(row)
        widths = [max(map(len, texts)) for texts in zip(*rows, strict=True)]
        stars = " " + "".join(" *"[int(poor)] for poor in self.undersampled)
        lines = [
            f"{star} "
            + "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
            for star, row in zip(stars, rows, strict=True)
        ]
        if self.undersampled.any():
            lines.append("* UNDERSAMPLED: too few samples for tables of this size")
        return lines

    def _heading(self) -> str:
        seeds = len(self.seeds)
        words = f"mean over {seeds} seeds" if seeds > 1 else "one seed"
        if self.low is not None:
            words += f", with {self.confidence_level:.0%} confidence intervals"
        return f"{type(self).__name__} in bits, {words}"


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        plain = value.astype(object)
        plain[value != value] = None  # noqa: PLR0124  NaN, of which JSON has none
        return plain.tolist()
    if isinstance(value, Atoms):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
