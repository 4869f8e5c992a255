# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for many models and data sets: atoms, columns, and how they rank."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.results.atoms import Atoms
from fourfold.results.frame import Block, Line, within
from fourfold.results.record import Record
from fourfold.results.shown import Shown, draw
from fourfold.results.table import Cell, Entry, Table, atom_heads, ends, number, typeset
from fourfold.results.words import DEFAULT_NAMES, SYMBOLS, Names, decimals, pvalue_words
from fourfold.workflows.ablation.correlation import LEAST_CASES
from fourfold.workflows.families.correlations import (
    QUANTITIES,
    OrderAgreement,
    RankCorrelations,
    Ranked,
    between_datasets,
    between_families,
    correlations,
    quantities,
)
from fourfold.workflows.families.entries import read_columns, read_families

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

__all__ = ["ModelProfiles", "ranked_fields"]

#: Rows that are shown in text.
_SHOWN = 12
_ONLY_PAGE = (5, 6, 7)  # the shares of R, U1 and U2, which text has no room for
_TEXT = (*SYMBOLS, "I(X1,X2;Y)", *(f"{symbol} / I" for symbol in SYMBOLS))


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ModelProfiles(Shown, Record):
    """Atoms of M models on D data sets, in bits, and how they rank; made by `fourfold.model_profiles`.

    Arrays (M, D) are NaN where a model was given without that data set.

    Attributes
    ----------
    models, datasets : tuple of str
        Their names.
    families : tuple of str or None
        The family of each model.
    atoms, errors : Atoms of ndarray, each of shape (M, D)
        Means over the seeds, and their standard errors, NaN where these are not known.
    mi_joint : ndarray, shape (M, D)
        I(X1,X2;Y).
    accuracy : ndarray, shape (M, D)
        Share of right answers.
    columns : dict of str to ndarray of shape (M, D)
        What models were ranked by: "accuracy", where it is known, and what was given.
    n_samples : ndarray of int, shape (M, D)
        Rows.
    gap : ndarray, shape (M, D)
        The largest certified one of the solver.
    doubtful : ndarray of bool, shape (M, D)
        Undersampled, not Gaussian, or not converged.
    rank_correlations : RankCorrelations or None
        Of atoms, I(X1,X2;Y) and shares of it with each column; None without columns.
    between_datasets : OrderAgreement or None
        Whether data sets order the models alike; None of one data set.
    between_families : OrderAgreement or None
        Whether families order the data sets alike; None without families, or with fewer than four
        data sets.
    seeds, confidence_level
        Of the fits, and of the intervals of rank correlations.
    estimator : str
        What was given, and what the atoms are of: "answers, decoded by classifiers (fast)".
    """

    models: tuple[str, ...]
    datasets: tuple[str, ...]
    families: tuple[str, ...] | None
    atoms: Atoms
    errors: Atoms
    mi_joint: np.ndarray
    accuracy: np.ndarray
    columns: dict[str, np.ndarray]
    n_samples: np.ndarray
    gap: np.ndarray
    doubtful: np.ndarray
    rank_correlations: RankCorrelations | None
    between_datasets: OrderAgreement | None
    between_families: OrderAgreement | None
    seeds: tuple[int, ...]
    confidence_level: float
    estimator: str

    def with_columns(
        self, columns: Any = None, *, families: Mapping[str, str] | None = None
    ) -> ModelProfiles:
        """The same models with more columns, or families, ranked anew; nothing is fitted.

        Parameters
        ----------
        columns : mapping or DataFrame, optional
            As in `fourfold.model_profiles`; they join those there are, or take the place of those of
            the same name.
        families : mapping, optional
            As there; by default those there are.

        Returns
        -------
        ModelProfiles
        """
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        own = {name: table for name, table in self.columns.items() if name != "accuracy"}
        if families is not None:
            fields["families"] = read_families(families, self.models)
        given = own | read_columns(columns, self.models, self.datasets)
        return ModelProfiles(**(fields | ranked_fields(fields, given)))

    def quantity(self, name: str) -> np.ndarray:
        """An atom or "mi_joint" in bits, a share such as "synergy_share", or a column; shape (M, D)."""
        if name in self.columns:
            return self.columns[name]
        if name not in QUANTITIES:
            msg = f"quantity: expected one of {', '.join((*QUANTITIES, *self.columns))}, got {name!r}"
            raise ValueError(msg)
        if name == "mi_joint":
            return self.mi_joint
        bits: np.ndarray = getattr(self.atoms, name.removesuffix("_share"))
        if not name.endswith("_share"):
            return bits
        share: np.ndarray = np.divide(
            bits, self.mi_joint, out=np.full(bits.shape, np.nan), where=self.mi_joint > 0
        )
        return share

    def plot(self, ax: Axes | None = None, *, quantity: str = "synergy") -> Axes:
        """Draw a heat map, a row for each model and a column for each data set.

        Models of one family stand together. Numbers are written where there is room; what is
        not known is grey.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default, as high as the models need.
        quantity : str
            As in `quantity`.

        Raises
        ------
        ValueError
            If there is no such quantity.
        ImportError
            If `ax` is not given and matplotlib is not installed.
        """
        return draw(self, ax, quantity=quantity)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Models"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """Atoms of each model and data set with their errors, and the columns."""
        places = self._places()
        heads = [Cell("model", "model", words=True), Cell("data set", "data set", words=True)]
        rows = []
        for at in places:
            row: list[Entry] = [self.models[at[0]], self.datasets[at[1]]]
            row += [
                _with_error(atom[at], error[at])
                for atom, error in zip(self.atoms, self.errors, strict=True)
            ]
            row.append(number(self.mi_joint[at]))
            row += [_column(values[at]) for values in self.columns.values()]
            rows.append(row)
        heads = [*heads, *atom_heads(names), *(Cell(name, name) for name in self.columns)]
        return Table.of_rows("Atoms in bits", heads, rows, [self.doubtful[at] for at in places])

    def correlation_table(self) -> Table:
        """Rank correlations with each column, by data set; text has those of all data sets together."""
        of = self.rank_correlations
        heads: list[Entry] = [
            Cell("column", "column", words=True),
            Cell(None, "data set", words=True),
        ]
        heads += [Cell("of", "of", words=True), *_rank_heads(self.confidence_level)]
        rows: list[list[Entry]] = []
        if of is not None:
            last = len(of.datasets) - 1
            for c, d, q in itertools.product(
                range(len(of.columns)), range(last + 1), range(len(QUANTITIES))
            ):
                first = _first(of.columns[c], shown=d == last and q not in _ONLY_PAGE)
                rows.append([first, of.datasets[d], _TEXT[q], *_rank_cells(of, (q, c, d))])
        return Table.of_rows("Rank correlations", heads, rows)

    def order_table(self) -> Table:
        """Whether data sets order the models alike, and families the data sets."""
        heads: list[Entry] = [
            Cell("orders of", "orders of", words=True),
            Cell("by", "by", words=True),
        ]
        heads += [*_rank_heads(self.confidence_level), Cell("W", "Kendall's W")]
        rows = []
        for words, of in self._orders():
            for q, symbol in enumerate(_TEXT):
                first = _first(words, shown=q not in _ONLY_PAGE)
                rows.append(
                    [first, symbol, *_rank_cells(of, (q,)), number(of.concordance[q], 2)]
                )
        return Table.of_rows("Agreement of orders, means over all pairs", heads, rows)

    def notes(self) -> list[str]:
        """What numbers of ranks are of."""
        what = (
            "each model, taken to be independent of the others; families= says which are kin"
            if self.families is None
            else f"each of {len(set(self.families))} families, as models of one are alike"
        )
        found = [
            f"intervals leave out in turn {what}",
            "true: without the errors of atoms and accuracy, which make ranks agree less",
            "intervals and p allow for luck that atoms and accuracy, of the same rows, have in common",
            "errors of other columns are not known: not taken off, nor allowed for",
        ]
        least = 3 if self.families is None else len(set(self.families))
        if min(len(self.models), least) < 3:
            found.append("no intervals: these need three families")
        if len(self.models) < LEAST_CASES:
            found = [f"no rank correlations: these need {LEAST_CASES} models"]
        missing = int(np.isnan(self.mi_joint).sum())
        if missing:
            found.append(
                f"not given: {missing} of {self.mi_joint.size} pairs of model and data set"
            )
        return found

    def __repr__(self) -> str:
        counts = f"{len(self.models)} models on {len(self.datasets)} data sets"
        lines = [f"ModelProfiles in bits, {counts}, {self.estimator}"]
        table = self.table()
        marks = [self.doubtful[at] for at in self._places()]
        shown = table._replace(rows=table.rows[:_SHOWN])
        lines += shown.lines(marks[:_SHOWN] if any(marks) else ())
        if len(table.rows) > _SHOWN:
            lines.append(f"... and {len(table.rows) - _SHOWN} more: to_frame() has all")
        if any(marks):
            lines.append(f"* undersampled, not Gaussian or not converged: {sum(marks)}")
        of = self.rank_correlations
        if of is not None and not np.isnan(of.spearman).all():
            head = "Rank correlations over the models"
            if len(self.datasets) > 1:
                head += ", means over the data sets; correlation_table() has each"
            lines += ["", head, *self.correlation_table().lines()]
        if self._orders():
            lines += [
                "",
                "Agreement of orders, means over all pairs",
                *self.order_table().lines(),
            ]
        return "\n".join([*lines, *self.notes()])

    def _places(self) -> list[tuple[int, int]]:
        return [(int(m), int(d)) for m, d in np.argwhere(~np.isnan(self.mi_joint))]

    def _orders(self) -> list[tuple[str, OrderAgreement]]:
        pairs = (
            ("models, between data sets", self.between_datasets),
            ("data sets, between families", self.between_families),
        )
        return [(words, of) for words, of in pairs if of is not None]

    def _blocks(self) -> list[Block]:
        places = tuple(np.array(self._places()).T)
        index = {
            "model": np.array(self.models)[places[0]],
            "dataset": np.array(self.datasets)[places[1]],
        }
        lines = [
            Line("atom", name, {"value": atom[places], "standard_error": error[places]})
            for name, atom, error in zip(Atoms._fields, self.atoms, self.errors, strict=True)
        ]
        lines.append(Line("information", "mi_joint", {"value": self.mi_joint[places]}))
        lines += [Line(name, "", {"value": of[places]}) for name, of in self.columns.items()]
        blocks = [Block(index, lines)]
        of = self.rank_correlations
        if of is not None:
            for c, d in itertools.product(range(len(of.columns)), range(len(of.datasets))):
                part = {"dataset": np.array(of.datasets[d]), "column": np.array(of.columns[c])}
                blocks += within([Block({}, _rank_lines(of, (c, d)))], part)
        for words, orders in self._orders():
            blocks += within([Block({}, _rank_lines(orders, ()))], {"column": np.array(words)})
        return blocks


def ranked_fields(fields: Mapping[str, Any], given: dict[str, np.ndarray]) -> dict[str, Any]:
    """Columns and all that is ranked by them; accuracy is one, unless it was given."""
    accuracy, families = fields["accuracy"], fields["families"]
    models, datasets, level = (
        fields[name] for name in ("models", "datasets", "confidence_level")
    )
    known = {}
    if "accuracy" not in given and not np.isnan(accuracy).all():
        scatter = np.sqrt(accuracy * (1 - accuracy) / np.maximum(fields["n_samples"], 1))
        known["accuracy"] = accuracy, scatter
    known |= {name: (table, np.zeros_like(table)) for name, table in given.items()}
    names = tuple(dict.fromkeys(families or models))
    units = np.array([names.index(one) for one in families or models])
    values, errors = quantities(
        *(fields[name] for name in ("atoms", "errors", "mi_joint", "gap"))
    )
    ranked = Ranked(values, errors, units, level)
    rng = np.random.default_rng(fields["seeds"][0])
    several = len(datasets) > 1
    by_families = families is not None and len(datasets) > 3
    return {
        "columns": {name: table for name, (table, _) in known.items()},
        "rank_correlations": correlations(ranked, known, datasets, rng) if known else None,
        "between_datasets": between_datasets(ranked, datasets, rng) if several else None,
        "between_families": between_families(ranked, names, rng) if by_families else None,
    }


def _with_error(value: float, error: float) -> Cell:
    if np.isnan(error):
        return number(value)
    shown = decimals(error, 3)
    text, page = f"{decimals(value, 3)} +- {shown}", typeset(decimals(value, 4))
    return Cell(text, page, f"\N{PLUS-MINUS SIGN} {shown}")


def _column(value: float) -> Entry:
    if np.isnan(value):
        return Cell("-", "not known")
    return typeset(f"{value:.4g}")


def _first(words: str, *, shown: bool) -> Cell:
    return Cell(words if shown else None, words)


def _rank_heads(level: float) -> list[Entry]:
    interval = f"{100 * level:g}% interval"
    return [
        Cell("rho", "Spearman's rho"),
        Cell(f"true rho [{interval}]", f"true rho, {interval}"),
        Cell("tau", "Kendall's tau"),
        Cell(f"true tau [{interval}]", f"true tau, {interval}"),
        Cell("reliability", "reliability"),
        Cell("adjusted p", "adjusted p"),
    ]


def _rank_cells(of: RankCorrelations | OrderAgreement, at: tuple[int, ...]) -> list[Entry]:
    cells: list[Entry] = []
    for kind in ("spearman", "kendall"):
        value, true, low, high = (
            float(getattr(of, f"{kind}{end}")[at]) for end in ("", "_true", "_low", "_high")
        )
        cells.append(_signed(value))
        told = _signed(true)
        if np.isnan(low):
            cells.append(told)
            continue
        span = ends(low, high, digits=2)
        cells.append(Cell(f"{told.text} [{low:+.2f}, {high:+.2f}]", told.page, span))
    p = float(of.adjusted_pvalues[at])
    share = number(float(np.clip(of.reliability[at], 0, 1)), 2, page=2)
    return [*cells, share, Cell("-" if np.isnan(p) else f"{p:.2g}", pvalue_words(p))]


def _signed(value: float) -> Cell:
    return (
        Cell("-", "not known")
        if np.isnan(value)
        else Cell(f"{value:+.2f}", typeset(f"{value:+.2f}"))
    )


def _rank_lines(of: RankCorrelations | OrderAgreement, at: tuple[int, ...]) -> list[Line]:
    """A line for rho and one for tau of each quantity."""
    lines = []
    for (q, name), kind in itertools.product(enumerate(QUANTITIES), ("spearman", "kendall")):
        ends_of = {
            end: getattr(of, f"{kind}_{end}")[(q, *at)] for end in ("true", "low", "high")
        }
        numbers = {"value": getattr(of, kind)[(q, *at)], **ends_of}
        if kind == "spearman":
            numbers["reliability"] = of.reliability[(q, *at)]
            numbers["pvalue"] = of.pvalues[(q, *at)]
            numbers["adjusted_pvalue"] = of.adjusted_pvalues[(q, *at)]
        lines.append(Line(kind, name, numbers))
    return lines
