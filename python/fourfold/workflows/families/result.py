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
from fourfold.results.words import DEFAULT_NAMES, Names
from fourfold.workflows.ablation.correlation import LEAST_CASES
from fourfold.workflows.families.correlations import (
    QUANTITIES,
    OrderAgreement,
    RankCorrelations,
)
from fourfold.workflows.families.entries import read_columns, read_families
from fourfold.workflows.families.ranked import rank_lines, ranked_fields
from fourfold.workflows.families.tables import correlation_table, models_table, order_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from fourfold.results.table import Table

__all__ = ["ModelProfiles"]

#: Rows that are shown in text.
_SHOWN = 12


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

    See Also
    --------
    fourfold.model_profiles : Makes it.
    fourfold.ProfileGrid : Layers of one model.
    fourfold.adjust_pvalues : P-values of many ranks.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
    >>> xor = (x1 ^ x2)[:, 0]
    >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
    >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
    >>> found.models, found.atoms.synergy[:, 0].round(1).tolist()
    (('m0', 'm1', 'm2', 'm3'), [0.0, 0.2, 0.5, 1.0])
    >>> ax = found.plot()  # a heat map of the synergy
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
            With the same atoms, in bits, and other ranks.

        See Also
        --------
        correlation_table : The ranks.
        fourfold.model_profiles : Fits.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> sized = found.with_columns({"size": {"m0": 1, "m1": 2, "m2": 4, "m3": 8}})
        >>> list(sized.columns), float(sized.rank_correlations.spearman[3, 1, 0])  # of S with size
        (['accuracy', 'size'], 1.0)
        """
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        own = {name: table for name, table in self.columns.items() if name != "accuracy"}
        if families is not None:
            fields["families"] = read_families(families, self.models)
        given = own | read_columns(columns, self.models, self.datasets)
        return ModelProfiles(**(fields | ranked_fields(fields, given)))

    def quantity(self, name: str) -> np.ndarray:
        """An atom or I(X1,X2;Y) in bits, a share of it, or a column.

        Parameters
        ----------
        name : str
            "redundancy", "unique1", "unique2", "synergy" or "mi_joint"; one of the atoms with "_share"
            after it, for its share in I(X1,X2;Y); or one of `columns`.

        Returns
        -------
        ndarray, shape (M, D)
            NaN where it is not known.

        Raises
        ------
        ValueError
            If there is no such quantity.

        See Also
        --------
        plot : Draws one.
        table : Has all.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> found.quantity("accuracy")[:, 0].argmax(), found.quantity("synergy_share").shape
        (np.int64(3), (4, 1))
        """
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
            An atom, "mi_joint", a share or a column, as in `ModelProfiles.quantity`.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn on.

        Raises
        ------
        ValueError
            If there is no such quantity.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        quantity : What can be drawn.
        to_frame : The numbers.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> ax = found.plot(quantity="accuracy")
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['m0', 'm1', 'm2', 'm3']
        """
        return draw(self, ax, quantity=quantity)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return "Models"

    def table(self, names: Names = DEFAULT_NAMES) -> Table:
        """Atoms in bits of each model and data set with their errors, and the columns.

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
        correlation_table : How they rank.
        to_frame : A row for each number.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> [row[0].text for row in found.table().rows]
        ['m0', 'm1', 'm2', 'm3']
        """
        return models_table(self, self._places(), names)

    def correlation_table(self) -> Table:
        """Rank correlations with each column, by data set.

        Returns
        -------
        Table
            Text has those of all data sets together, a page each of them.

        See Also
        --------
        order_table : Whether data sets order the models alike.
        with_columns : Ranks by something else.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> len(found.correlation_table().rows)  # nine quantities with accuracy
        9
        """
        return correlation_table(self.rank_correlations, self.confidence_level)

    def order_table(self) -> Table:
        """Whether data sets order the models alike, and families the data sets.

        Returns
        -------
        Table
            Means over all pairs of orders; no rows of one data set and no families.

        See Also
        --------
        correlation_table : Ranks of the models against columns.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> len(found.order_table().rows)  # of one data set
        0
        """
        return order_table(self._orders(), self.confidence_level)

    def notes(self) -> list[str]:
        """What numbers of ranks are of, and what they leave out.

        Returns
        -------
        list of str
            One for each line.

        See Also
        --------
        correlation_table : The ranks.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> rng = np.random.default_rng(0)
        >>> x1, x2 = rng.integers(2, size=(2, 200, 1))
        >>> xor = (x1 ^ x2)[:, 0]
        >>> models = {f"m{k}": {"xor": np.where(rng.random(200) < k / 3, xor, x1[:, 0])} for k in range(4)}
        >>> found = ff.model_profiles(models, {"xor": (x1, x2, xor)}, estimator=ff.PIDEstimator(2))
        >>> found.notes()[0].partition(";")[0]
        'intervals leave out in turn each model, taken to be independent of the others'
        """
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
                blocks += within([Block({}, rank_lines(of, (c, d)))], part)
        for words, orders in self._orders():
            blocks += within([Block({}, rank_lines(orders, ()))], {"column": np.array(words)})
        return blocks
