# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What was counted: how it is read, shown and put into frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.counts.binned_target import bins_of_counts
from fourfold.counts.cells import Cells
from fourfold.counts.dense_table import dense
from fourfold.counts.exact_sums import ExactSums
from fourfold.counts.parts import AXES
from fourfold.inputs.optional import PANDAS, load
from fourfold.results.shown import in_notebook

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    import pandas as pd

    from fourfold.counts.axis_states import States
    from fourfold.counts.sparse_table import SparseTable
    from fourfold.results.target_bins import TargetBins

__all__ = ["Counted"]


class Counted:
    """States of x1, x2 and y, and how many samples are in the occupied cells of their table."""

    _states: States
    _table: SparseTable
    _squares: Fraction
    _bins: TargetBins | None

    @property
    def states(self) -> States:
        """Labels of x1, of x2 and of y, each sorted: arrays of shapes (K1,), (K2,) and (K_Y,).

        See Also
        --------
        shape : How many these are.

        Examples
        --------
        >>> import fourfold as ff
        >>> counts = ff.Counts.from_labels(["b", "a"], [0, 1], [True, False])
        >>> counts.states[0].tolist()
        ['a', 'b']
        """
        return self._states

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many states each axis has, (K1, K2, K_Y).

        See Also
        --------
        states : Which ones.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Counts.from_labels([0, 1, 2], [0, 1, 1], [0, 0, 1]).shape
        (3, 2, 2)
        """
        return self._table.shape

    @property
    def n_samples(self) -> int | float:
        """How many samples were counted, or the sum of weights that are no whole numbers.

        See Also
        --------
        effective_samples : Of weights, as how many samples they count.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Counts.from_labels([0, 1], [0, 1], [0, 1], weights=[3, 2]).n_samples
        5
        """
        total = self._table.total()
        return total if isinstance(total, int) else float(total)

    @property
    def effective_samples(self) -> float:
        """As how many samples of one weight these count: ``sum(w)**2 / sum(w**2)`` (Kish 1965).

        The number of samples where all weights are whole numbers, and so numbers of samples.

        See Also
        --------
        n_samples : The sum of the weights.

        References
        ----------
        Kish, "Survey Sampling" (1965).

        Examples
        --------
        >>> import fourfold as ff
        >>> counts = ff.Counts.from_labels([0, 1], [0, 1], [0, 1], weights=[0.5, 1.5])
        >>> counts.n_samples, counts.effective_samples
        (2.0, 1.6)
        """
        total = self._table.total()
        return float(total) if isinstance(total, int) else float(total**2 / self._squares)

    @property
    def target_bins(self) -> TargetBins | None:
        """The bins of y, where it was put into some, with the share of samples in each.

        See Also
        --------
        fourfold.bin_target : Finds edges.

        Examples
        --------
        >>> import fourfold as ff
        >>> counts = ff.Counts.from_labels([0, 1, 1], [0, 0, 1], [0.1, 0.4, 7.0], target_bins=[1.0])
        >>> counts.target_bins.shares.round(3)
        array([0.667, 0.333])
        """
        if self._bins is None:
            return None
        cells = self.cells
        each = self._states[2][cells.occupied % cells.shape[2]]
        counted = bins_of_counts(self._bins.edges, each, cells.counts)
        return counted._replace(asked=self._bins.asked)

    @property
    def cells(self) -> Cells:
        """The occupied cells by number, with counts: int64, or float64 of weights.

        Cell (x1, x2, y) has the number ``(x1 * K2 + x2) * K_Y + y``.

        See Also
        --------
        table : All cells.
        to_frame : The occupied cells with their labels.

        Examples
        --------
        >>> import fourfold as ff
        >>> cells = ff.Counts.from_labels([0, 1, 1], [0, 1, 1], [0, 1, 1]).cells
        >>> cells.occupied, cells.counts
        (array([0, 7]), array([1, 2]))
        """
        amounts = self._table.amounts
        counts = amounts.rounded() if isinstance(amounts, ExactSums) else amounts
        return Cells(self._table.occupied, counts, self._table.shape)

    def table(self) -> np.ndarray:
        """The counts with all their cells.

        Returns
        -------
        ndarray, shape (K1, K2, K_Y)
            Of int64, or float64 of weights.

        Raises
        ------
        MemoryError
            If the table is larger than the memory of this machine.

        See Also
        --------
        cells : The occupied ones alone, as a result needs them.
        Counts.from_table : The other way.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Counts.from_labels([0, 1, 1], [0, 1, 1], [0, 1, 1]).table().tolist()
        [[[1, 0], [0, 0]], [[0, 0], [0, 2]]]
        """
        return dense(self._table)

    def to_frame(self) -> pd.DataFrame:
        """The occupied cells as a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            Columns x1, x2, y and count, in sorted order.

        Raises
        ------
        ImportError
            If pandas is not installed.

        See Also
        --------
        Counts.from_frame : The other way, with ``count="count"``.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Counts.from_labels([0, 1, 1], ["a", "b", "b"], [0, 1, 1]).to_frame()
           x1 x2  y  count
        0   0  a  0      1
        1   1  b  1      2
        """
        pandas = load("pandas", PANDAS)
        numbers = self._table.states()
        labels = zip(AXES, self._states, numbers, strict=True)
        columns = {name: states[at] for name, states, at in labels}
        return pandas.DataFrame({**columns, "count": self.cells.counts})

    def _repr_html_(self) -> str | None:
        return in_notebook(self)

    def __repr__(self) -> str:
        total = self.n_samples
        told = str(total)
        if isinstance(total, float):
            told = f"{total:.6g}, effective_samples={self.effective_samples:.6g}"
        occupied = len(self._table.occupied)
        return f"Counts(n_samples={told}, shape={self.shape}, occupied={occupied})"
