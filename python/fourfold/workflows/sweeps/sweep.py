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
    """What sweeps have in common; `fourfold.ClusterSweep` says what the fields are."""

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
