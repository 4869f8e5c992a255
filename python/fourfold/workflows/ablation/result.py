# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of an ablation: atoms and drops of several cases, their tables and picture."""

from __future__ import annotations

import dataclasses
from itertools import product
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.frame import Block, Line, within
from fourfold.results.shown import draw
from fourfold.results.table import Cell, Table, atom_heads, number, typeset
from fourfold.results.words import (
    DEFAULT_NAMES,
    Clusters,
    Names,
    percent_words,
    pvalue_words,
    seeds_words,
)
from fourfold.workflows.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fourfold.results.table import Entry

__all__ = ["AblationReport"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AblationReport(Sweep):
    """Atoms in bits and accuracy lost of C cases, for I interventions; see `ablation_report`.

    Axes named (C, 2, I) are cases, modalities (x1, x2) and interventions.

    Attributes
    ----------
    cases : tuple of str
        Names of the cases.
    interventions : tuple of str
        Names of the interventions.
    target : str
        "decision" or "label": what the atoms are about.
    n_clusters : int or (int, int), or None
        Clusters of both sources, or of each; None where classifiers decode the atoms.
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
    atoms, mi_joint, by_seed, contributions
        Of each case; see `fourfold.ClusterSweep`.
    estimator : str
        "decoded by classifiers (fast)", or of how many clusters.
    decoded : tuple or None
        Where classifiers decode the atoms: `standard_error` of sampling alone, `held_out`
        informations and `outer_bounds`, each of arrays (L,).
    low, high, plug_in, bias, samples_per_cell, undersampled, contribution_intervals
        Of clusters, see `fourfold.ClusterSweep`; of classifiers None.
    results : tuple of tuple of PID
        The fits, ``results[case][seed]``.
    seeds, confidence_level
        Of the fits, and of all bounds and intervals.

    See Also
    --------
    fourfold.ablation_report : Makes it.
    fourfold.ModelProfiles : Atoms and accuracy of many models, of which none is asked again.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
    >>> cases = {"sees x1": (lambda a, b: (a[:, 0] > 0).astype(int), x1, x2, y)}
    >>> report = ff.ablation_report(cases, estimator=ff.PIDEstimator(2), n_seeds=1)
    >>> report.atoms.unique1.round(1).tolist()  # of what the model answers
    [0.9]
    >>> shuffled = report.interventions.index("shuffle")
    >>> report.changed[0, :, shuffled].round(1).tolist()  # answers, without X1 and without X2
    [0.5, 0.0]
    """

    _index: ClassVar[str] = "case"

    cases: tuple[str, ...]
    interventions: tuple[str, ...]
    target: str
    n_clusters: Clusters | None
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

    def plot(  # type: ignore[override]  # there is no target in its picture
        self,
        ax: Axes | None = None,
        *,
        atom: str = "unique",
        intervention: str | None = None,
        source_names: tuple[str, str] = ("X1", "X2"),
    ) -> Axes:
        """Draw the drops against an atom in bits, a point for each case and modality.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default. The legend has the rank correlations.
        atom : {"unique", "redundancy", "unique1", "unique2", "synergy", "mi_joint"}
            What the drops are drawn against; "unique" is the unique information of the
            modality that is taken away.
        intervention : str, optional
            Which one; the first by default.
        source_names : (str, str)
            What X1 and X2 are.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn on.

        Raises
        ------
        ValueError
            If `atom` or `intervention` is none of those there are, or `source_names` is not a pair.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        to_frame : The numbers.
        drop_table : The drops with their intervals.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> cases = {"sees x1": (lambda a, b: (a[:, 0] > 0).astype(int), x1, x2, y)}
        >>> report = ff.ablation_report(cases, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> ax = report.plot(atom="synergy", intervention="shuffle")
        >>> len(ax.collections) > 0
        True
        """
        return draw(self, ax, atom=atom, intervention=intervention, source_names=source_names)

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "case", list(self.cases)

    def _blocks(self) -> list[Block]:
        """Drops too, by modality and intervention, and over the cases their correlations."""
        cases = {self._index: np.array(self.cases)}
        accuracy = Line("accuracy", "", {"value": self.accuracy})
        blocks = [Block(cases, [*self._lines(), accuracy])]
        for (m, source), (k, name) in product(
            enumerate(("x1", "x2")), enumerate(self.interventions)
        ):
            drop = {
                "value": self.drops[:, m, k],
                "low": self.drops_low[:, m, k],
                "high": self.drops_high[:, m, k],
                "standard_error": self.standard_errors[:, m, k],
            }
            changed = {"value": self.changed[:, m, k]}
            correlations = [
                Line(
                    "rank_correlation",
                    atom,
                    {
                        "value": self.correlations[a, m, k],
                        "pvalue": self.pvalues[a, m, k],
                        "adjusted_pvalue": self.adjusted_pvalues[a, m, k],
                    },
                )
                for a, atom in enumerate((*Atoms._fields, "mi_joint"))
            ]
            taken = {"source": np.array(source), "intervention": np.array(name)}
            of_cases = [Line("drop", "", drop), Line("changed", "", changed)]
            blocks += within([Block(cases, of_cases), Block({}, correlations)], taken)
        return blocks

    def page_heading(self) -> str:
        """See `Sweep`."""
        return "Interventions"

    def __repr__(self) -> str:
        level = f"{100 * self.confidence_level:g}%"
        interval = "" if self.low is None else f" [{level} interval]"
        lines = [
            f"AblationReport: atoms of the {self.target} in bits{interval}, {self.estimator}, "
            + seeds_words(len(self.seeds)),
            *super().__repr__().split("\n")[1:],
            "",
            f"Accuracy lost [{level} interval], and share of answers changed",
            *self.drop_table().lines(),
        ]
        if not np.isnan(self.correlations).all():
            lines += ["", f"Rank correlation over {len(self.cases)} cases (adjusted p)"]
            lines += self.correlation_table().lines()
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def drop_table(self, names: Names = DEFAULT_NAMES) -> Table:
        """Accuracy, and how much of it is lost without each modality.

        Parameters
        ----------
        names : Names
            What X1, X2 and Y are, ``((source1, source2), target)``.

        Returns
        -------
        Table
            As it is printed and put on pages; `to_frame` has the numbers.

        See Also
        --------
        correlation_table : How drops go with atoms, over the cases.
        to_frame : A row for each number.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> cases = {"sees x1": (lambda a, b: (a[:, 0] > 0).astype(int), x1, x2, y)}
        >>> report = ff.ablation_report(cases, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> len(report.drop_table().rows)  # of one case, without either source
        2
        """
        heads: list[Entry] = [Cell("case", "case", words=True), "accuracy"]
        heads.append(Cell("taken", None, words=True))
        heads += [text for name in self.interventions for text in (name, "changed")]
        rows = []
        for (c, case), (m, source) in product(enumerate(self.cases), enumerate(names.sources)):
            accuracy = f"{self.accuracy[c]:.3f}"
            row: list[Entry] = [
                Cell("" if m else case, f"{case}, without {source}"),
                Cell("" if m else accuracy, accuracy),
                f"X{m + 1}",
            ]
            for at in product([c], [m], range(len(self.interventions))):
                span = self.drops_low[at], self.drops_high[at]
                share = float(self.changed[at])
                row.append(number(self.drops[at], page=3, span=span))
                row.append(Cell(f"{share:.0%}", typeset(percent_words(round(share, 3)))))
            rows.append(row)
        return Table.of_rows("Accuracy, and how much of it is lost", heads, rows)

    def correlation_table(self, names: Names = DEFAULT_NAMES) -> Table:
        """Rank correlations of the atoms with the drops over the cases, and adjusted p-values.

        Parameters
        ----------
        names : Names
            What X1, X2 and Y are, ``((source1, source2), target)``.

        Returns
        -------
        Table
            As it is printed and put on pages; `to_frame` has the numbers.

        See Also
        --------
        drop_table : The drops.
        plot : The drops against an atom.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> cases = {"sees x1": (lambda a, b: (a[:, 0] > 0).astype(int), x1, x2, y)}
        >>> report = ff.ablation_report(cases, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> len(report.correlation_table().rows)  # three interventions, without either source
        6
        >>> report.note
        'no rank correlations: these need at least 4 cases, got 1'
        """
        heads = [Cell("drop", "drop", words=True), Cell("taken", None, words=True)]
        rows: list[list[Entry]] = []
        for (k, way), (m, source) in product(
            enumerate(self.interventions), enumerate(names.sources)
        ):
            found = self.correlations[:, m, k], self.adjusted_pvalues[:, m, k]
            cells = [
                Cell(f"{rho:+.2f} ({p:.2g})", typeset(f"{rho:+.2f}"), f"p {pvalue_words(p)}")
                if np.isfinite(rho)
                else Cell("-", "not known")
                for rho, p in zip(*found, strict=True)
            ]
            rows.append(
                [Cell("" if m else way, f"{way}, without {source}"), f"X{m + 1}", *cells]
            )
        return Table.of_rows("Rank correlations", [*heads, *atom_heads(names)], rows)
