# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of an ablation: atoms and drops of several cases, their tables and picture."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fourfold.results.shown import draw
from fourfold.results.words import columns, setting_words
from fourfold.workflows.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["AblationReport"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AblationReport(Sweep):
    """Atoms and accuracy lost of C cases, for I interventions; see `ablation_report`.

    Axes named (C, 2, I) are cases, modalities (x1, x2) and interventions.

    Attributes
    ----------
    cases : tuple of str
        Names of the cases.
    interventions : tuple of str
        Names of the interventions.
    target : str
        "decision" or "label": what the atoms are about.
    n_clusters : int or (int, int)
        Clusters of both sources, or of each.
    n_repeats : int
        Draws of each intervention that is random.
    accuracy : ndarray, shape (C,)
        Share of right answers without intervention.
    drops : ndarray, shape (C, 2, I)
        `accuracy` minus that with the intervention; negative where it helped.
    standard_errors : ndarray, shape (C, 2, I)
        Of the drops, from differences of the same rows.
    drops_low, drops_high : ndarray, shape (C, 2, I)
        Confidence intervals of the drops.
    changed : ndarray, shape (C, 2, I)
        Share of rows whose answer changes, right or wrong.
    correlations : ndarray, shape (5, 2, I)
        Spearman's rho over the cases of R, U1, U2, S and I(X1,X2;Y) with the drops; NaN with
        fewer than four cases or where either is constant.
    pvalues, adjusted_pvalues : ndarray, shape (5, 2, I)
        Two-sided, by permutation of the cases; and adjusted by Benjamini and Hochberg as one
        family.
    note : str
        Why correlations are NaN; empty if none is.
    atoms, low, high, plug_in, bias, mi_joint, by_seed, samples_per_cell, undersampled
        Of each case; see `fourfold.ClusterSweep`, likewise `contributions` and
        `contribution_intervals`.
    results : tuple of tuple of PID
        The fits, ``results[case][seed]``.
    seeds, confidence_level
        Of the clusterings, and of all intervals.
    """

    cases: tuple[str, ...]
    interventions: tuple[str, ...]
    target: str
    n_clusters: int | tuple[int, int]
    n_repeats: int
    accuracy: np.ndarray
    drops: np.ndarray
    standard_errors: np.ndarray
    drops_low: np.ndarray
    drops_high: np.ndarray
    changed: np.ndarray
    correlations: np.ndarray
    pvalues: np.ndarray
    adjusted_pvalues: np.ndarray
    note: str

    def plot(
        self,
        ax: Axes | None = None,
        *,
        atom: str = "unique",
        intervention: str | None = None,
        source_names: tuple[str, str] = ("X1", "X2"),
    ) -> Axes:
        """Draw the drops against an atom, a point for each case and modality.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default. The legend, with the rank correlations,
            stands to the right of the axes: in a figure of your own use
            ``layout="constrained"``.
        atom : {"unique", "redundancy", "unique1", "unique2", "synergy", "mi_joint"}
            What the drops are drawn against; "unique" is the unique information of the
            modality that is taken away.
        intervention : str, optional
            Which one; the first by default.
        source_names : tuple of str
            What X1 and X2 are.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ValueError
            If `atom` or `intervention` is none of those there are, or `source_names` is not
            a pair.
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, atom=atom, intervention=intervention, source_names=source_names)

    def _page_heading(self) -> str:
        return "Interventions"

    def __repr__(self) -> str:
        seeds, level = len(self.seeds), f"{self.confidence_level:.0%}"
        over = f"mean over {seeds} seeds" if seeds > 1 else "one seed"
        clusters = setting_words(self.n_clusters)
        interval = "" if self.low is None else f" [{level} interval]"
        lines = [
            f"AblationReport: atoms of the {self.target} in bits{interval}, {clusters} clusters, {over}",
            *self._atom_table(),
            "",
            f"Accuracy lost [{level} interval], and share of answers changed",
            *self._drop_table(),
        ]
        if not np.isnan(self.correlations).all():
            lines += [
                "",
                f"Rank correlation over {len(self.cases)} cases (adjusted p)",
                *self._correlation_table(),
            ]
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def _atom_table(self) -> list[str]:
        rows = [["case", "per cell", "R", "U1", "U2", "S", "I(X1,X2;Y)", "|bias|", ""]]
        for c, name in enumerate(self.cases):
            row = [name, f"{self.samples_per_cell[c]:.2g}"]
            for k, values in enumerate(self.atoms):
                row.append(f"{round(values[c], 3) + 0.0:.3f}")
                if self.low is not None and self.high is not None:
                    row[-1] += f" [{round(self.low[k][c], 2) + 0.0:.2f}, {self.high[k][c]:.2f}]"
            bias = sum(abs(values[c]) for values in self.bias)
            row += [f"{self.mi_joint[c]:.3f}", "not known" if np.isnan(bias) else f"{bias:.3f}"]
            rows.append([*row, "UNDERSAMPLED" if self.undersampled[c] else ""])
        return columns(rows, "<>>>>>>><")

    def _drop_table(self) -> list[str]:
        rows = [["case", "accuracy", "taken"]]
        rows[0] += [text for name in self.interventions for text in (name, "changed")]
        for c, name in enumerate(self.cases):
            for modality in (0, 1):
                first = [name, f"{self.accuracy[c]:.3f}"] if modality == 0 else ["", ""]
                row = [*first, f"X{modality + 1}"]
                for k in range(len(self.interventions)):
                    at = c, modality, k
                    low, high, drop = (
                        round(float(values[at]), digits) + 0.0  # which turns -0.0 into 0.0
                        for values, digits in (
                            (self.drops_low, 2),
                            (self.drops_high, 2),
                            (self.drops, 3),
                        )
                    )
                    row += [f"{drop:.3f} [{low:.2f}, {high:.2f}]", f"{self.changed[at]:.0%}"]
                rows.append(row)
        return columns(rows, "<><" + ">" * 2 * len(self.interventions))

    def _correlation_table(self) -> list[str]:
        rows = [["drop", "taken", "R", "U1", "U2", "S", "I(X1,X2;Y)"]]
        for k, name in enumerate(self.interventions):
            for modality in (0, 1):
                pairs = zip(
                    self.correlations[:, modality, k],
                    self.adjusted_pvalues[:, modality, k],
                    strict=True,
                )
                texts = ["-" if np.isnan(rho) else f"{rho:+.2f} ({p:.2g})" for rho, p in pairs]
                rows.append([name if modality == 0 else "", f"X{modality + 1}", *texts])
        return columns(rows, "<<>>>>>")
