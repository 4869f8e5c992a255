# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How many samples have each combination of labels: all that results of labels are made of."""

from __future__ import annotations

import os
from fractions import Fraction
from functools import partial
from typing import Any, Self

import numpy as np

from fourfold.counts.axis_states import NO_STATES, States, given_states, shape_of_states
from fourfold.counts.binned_target import (
    binned,
    same_edges,
    united_bins,
    wanted_edges,
)
from fourfold.counts.counted import Counted
from fourfold.counts.dense_table import read_table
from fourfold.counts.frames.blocks import check_columns, check_names, told_where
from fourfold.counts.frames.dask_frames import is_dask, sum_of_partitions
from fourfold.counts.frames.read_frame import frame_stream
from fourfold.counts.parts import Parts, of_one_shape, parts_of_labels
from fourfold.counts.saved_counts import Saved, load_counts, save_counts
from fourfold.counts.sparse_table import SparseTable, check_numbered
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.joint_states import check_joint
from fourfold.results.target_bins import TargetBins
from fourfold.runtime.progress import progress

__all__ = ["Counts"]

_ALL_ROWS = "quantiles are of all rows; bin_target(y).edges of them, or of a sample, are edges"


class Counts(Counted):
    """Samples counted by their labels: a table x1, x2, y of which only occupied cells are kept.

    Rows can be counted anywhere and in any pieces; pieces add up. States, the labels of the axes,
    are united and stay sorted. The sum is the same to the bit whatever the pieces and their order,
    of weights as well: these are added without rounding.

    Parameters
    ----------
    states : three array_like, optional
        Labels of x1, of x2 and of y that shall be states even where no sample has them. By
        default states are the labels that occur.

    Raises
    ------
    TypeError, ValueError
        If `states` is not three sequences of distinct labels.

    See Also
    --------
    fourfold.pid : Decomposes counts, with every correction and interval, in bits.
    fourfold.permutation_test : Tests counts.

    Examples
    --------
    >>> import fourfold as ff
    >>> counts = ff.Counts.from_labels([0, 0, 1], ["a", "b", "b"], [0, 1, 1])
    >>> counts += ff.Counts.from_labels([2], ["a"], [0])
    >>> counts
    Counts(n_samples=4, shape=(3, 2, 2), occupied=4)
    >>> counts.states[1]
    array(['a', 'b'], dtype='<U1')
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, *, states: Any = None) -> None:
        found = NO_STATES if states is None else given_states(states)[0]
        shape = shape_of_states(found)
        check_numbered(shape)
        nothing = np.zeros(0, np.int64)
        self._take(found, SparseTable(nothing, nothing, shape), Fraction(0), None)

    def _take(self, states: States, table: SparseTable, squares: Fraction, bins: Any) -> None:
        for labels in states:
            labels.flags.writeable = False
        self._states, self._table, self._squares = states, table, squares
        self._bins = bins

    def _parts(self) -> Parts:
        return Parts(self._states, self._table, self._squares)

    @classmethod
    def _of(cls, *parts: Any) -> Self:
        counts = cls.__new__(cls)
        counts._take(*parts)
        return counts

    @classmethod
    def from_labels(
        cls,
        x1: Any,
        x2: Any,
        y: Any,
        *,
        joint: bool | None = None,
        weights: Any = None,
        target_bins: Any = None,
    ) -> Self:
        """Count rows of labels.

        Parameters
        ----------
        x1, x2, y : array_like, shape (N,) or (N, d)
            Labels of the sources and of the target, or columns of states, as in `fourfold.pid`; of
            those that cannot be sorted none are counted.
        joint : bool, optional
            Whether columns are states, as in `fourfold.pid`.
        weights : array_like, shape (N,), optional
            How many samples each row stands for, where all of them are whole numbers; else how
            much it matters. Rows of weight 0 are as if they were not there.
        target_bins : int, True or array_like, optional
            Puts a continuous y into bins, as in `fourfold.pid`; a number is of all these rows. The
            counts know their edges, and add up with counts of the same ones.

        Returns
        -------
        Counts
            Of these rows.

        Raises
        ------
        TypeError, ValueError
            As `fourfold.pid` says of labels; if y is rows of probabilities, which do not count;
            if a weight is negative, missing or infinite.
        OverflowError
            If there are more samples than an int64 holds.

        See Also
        --------
        update : Counts more rows.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Counts.from_labels(["a", "b"], [0, 1], [0, 1], weights=[0.5, 2.0])
        Counts(n_samples=2.5, effective_samples=1.47059, shape=(2, 2, 2), occupied=2)
        """
        check_aligned(x1=x1, x2=x2, y=y, weights=weights)
        y, bins = binned(y, target_bins)
        return cls._of_labels((x1, x2, y), weights, "weights", bins, check_joint(joint))

    @classmethod
    def _of_labels(
        cls,
        columns: tuple[Any, Any, Any],
        weights: Any,
        name: str,
        bins: TargetBins | None,
        joint: bool | None = None,
    ) -> Self:
        parts = parts_of_labels(columns, weights, name, joint)
        return cls() if parts is None else cls._of(*parts, bins)

    @classmethod
    def from_table(cls, table: Any, *, states: Any = None) -> Self:
        """Take over a table of counts.

        Parameters
        ----------
        table : array_like, shape (K1, K2, K_Y), or by outcome
            How many samples are in each cell, whole numbers. By outcome, as of
            `fourfold.decompose`, a table has its states itself.
        states : three array_like, optional
            Labels of the axes; by default 0 to K1 - 1, K2 - 1 and K_Y - 1. All are states, even
            where no sample has them.

        Returns
        -------
        Counts
            Of this table.

        Raises
        ------
        TypeError, ValueError
            If the table has another shape, or holds anything but whole numbers of at least zero;
            if `states` is not the labels of its axes.
        OverflowError
            If there are more samples than an int64 holds.

        See Also
        --------
        from_frame : Takes over counts of occupied cells.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.Counts.from_table([[[9, 1], [0, 5]]], states=(["a"], [1, 2], ["n", "y"]))
        Counts(n_samples=15, shape=(1, 2, 2), occupied=3)
        """
        labels, cells = read_table(table, states)
        return cls._of(labels, cells, Fraction(cells.total()), None)

    @classmethod
    def from_frame(
        cls, frame: Any, x1: Any, x2: Any, y: Any, *, count: Any = None, target_bins: Any = None
    ) -> Self:
        """Count the rows of a frame, or take over what was counted by a GROUP BY.

        Parameters
        ----------
        frame : object
            A frame of pandas, polars (eager or lazy), Arrow (a table, a record batch or a reader
            of these), Spark or Dask; a relation of DuckDB; the path of a parquet file or of a folder of
            these, or a list of paths; a dataset of pyarrow; a mapping of columns; or what has
            ``__arrow_c_stream__``, ``to_pandas`` or ``__dataframe__``. Files, datasets, relations,
            readers and lazy frames are read in blocks of 2**20 rows, in constant memory; the
            partitions of a frame of Dask are counted where they are.
        x1, x2, y : str
            Names of the columns of labels.
        count : str, optional
            Name of a column that says how many samples a row stands for, or its weight; see
            `from_labels`. By default every row is a sample. Of sums of weights by group,
            `effective_samples` is that of one row a group, which is too few.
        target_bins : array_like, optional
            Puts a continuous column y into bins of these edges, as `fourfold.bin_target` finds them
            in all rows, or in a sample of them.

        Returns
        -------
        Counts
            Of these rows, or groups.

        Raises
        ------
        TypeError, ValueError
            If `frame` is none of these, or has not one column of each name; else as of
            `from_labels`.
        FileNotFoundError
            If there is no such file, or no parquet file in the folder.
        ImportError
            If the package that reads such a frame, such as pyarrow, is not installed.

        See Also
        --------
        from_labels : Counts arrays.
        to_frame : The other way.

        Examples
        --------
        >>> import fourfold as ff
        >>> groups = {"a": [0, 0, 1], "b": [0, 1, 1], "y": ["n", "y", "y"], "n": [40, 9, 51]}
        >>> ff.Counts.from_frame(groups, "a", "b", "y", count="n")
        Counts(n_samples=100, shape=(2, 2, 2), occupied=3)
        """
        target_bins = wanted_edges(target_bins, _ALL_ROWS)
        names = {"x1": x1, "x2": x2, "y": y}
        if count is not None:
            names["count"] = count
        if is_dask(frame):
            columns = check_columns(check_names(names), list(frame.columns))
            counted = partial(
                cls.from_frame, x1=x1, x2=x2, y=y, count=count, target_bins=target_bins
            )
            total: Self = sum_of_partitions(frame, columns, counted)
            return total
        total = cls()
        stream = frame_stream(frame, names)
        with progress(stream.rows, "counting", "rows") as bar:
            for block in stream.blocks:
                sources = block.columns[x1], block.columns[x2]
                weights = None if count is None else block.columns[count]
                with told_where(block):
                    target, bins = binned(block.columns[y], target_bins)
                    total += cls._of_labels((*sources, target), weights, "count", bins)
                bar.update(len(sources[0]))
        return total

    # -- adding up ---------------------------------------------------------------------

    def update(
        self,
        x1: Any,
        x2: Any,
        y: Any,
        *,
        joint: bool | None = None,
        weights: Any = None,
        target_bins: Any = None,
    ) -> Self:
        """Count more rows, in place.

        Parameters
        ----------
        x1, x2, y : array_like, shape (N,) or (N, d)
            As in `from_labels`.
        joint : bool, optional
            As in `from_labels`.
        weights : array_like, shape (N,), optional
            As in `from_labels`.
        target_bins : array_like, optional
            Edges, by default those that the counts have.

        Returns
        -------
        Counts
            The object itself. Where an error is raised it is as it was.

        Raises
        ------
        TypeError, ValueError, OverflowError
            As `from_labels`; if bins of y have other edges than those counted before.

        See Also
        --------
        from_labels : Counts the first rows.

        Examples
        --------
        >>> import fourfold as ff
        >>> counts = ff.Counts()
        >>> for block in ([0, 0], [1, 0]):
        ...     counts = counts.update(block, [0, 1], block)
        >>> counts
        Counts(n_samples=4, shape=(2, 2, 2), occupied=3)
        """
        target_bins = wanted_edges(target_bins, _ALL_ROWS)
        if target_bins is None and self._bins is not None:
            target_bins = self._bins.edges
        return self.__iadd__(
            type(self).from_labels(
                x1, x2, y, joint=joint, weights=weights, target_bins=target_bins
            )
        )

    def __add__(self, other: Any) -> Self:
        if not isinstance(other, Counts):
            return NotImplemented
        states, tables = of_one_shape(self._parts(), other._parts())
        squares = self._squares + other._squares
        bins = united_bins(*((each._bins, len(each.cells.counts)) for each in (self, other)))
        return self._of(states, tables[0].plus(tables[1]), squares, bins)

    def __radd__(self, other: Any) -> Self:
        if not (isinstance(other, int) and other == 0):  # where sum() starts
            return NotImplemented
        return self._of(self._states, self._table, self._squares, self._bins)

    def __iadd__(self, other: Any) -> Self:
        total = self.__add__(other)
        if total is NotImplemented:
            return total
        self._take(total._states, total._table, total._squares, total._bins)
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counts):
            return NotImplemented
        states = zip(self._states, other._states, strict=True)
        return (
            all(np.array_equal(*pair) for pair in states)
            and self._table.same(other._table)
            and (isinstance(self.n_samples, int) or self._squares == other._squares)
            and same_edges(self._bins, other._bins)
        )

    # -- files -------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a .npz file; it is there as a whole or not at all, whenever the process is killed.

        Parameters
        ----------
        path : str or path-like
            Where to; a file that is there is replaced. No extension is added.

        Raises
        ------
        OSError
            If the folder does not exist or cannot be written to.
        TypeError
            If labels are objects, such as tuples: files hold numbers, strings and dates.

        See Also
        --------
        load : Reads it.

        Examples
        --------
        >>> import pathlib, tempfile, fourfold as ff
        >>> counts = ff.Counts.from_labels([0, 1], [0, 1], [0, 1])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     counts.save(pathlib.Path(folder, "counts.npz"))
        ...     ff.Counts.load(pathlib.Path(folder, "counts.npz")) == counts
        True
        """
        save_counts(path, Saved(self._states, self._table, self._squares, self._bins))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a file that `save` wrote; nothing in it is ever executed.

        Parameters
        ----------
        path : str or path-like
            Of the file.

        Returns
        -------
        Counts
            Equal to those that were saved.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is another file, damaged, or of a later version.

        See Also
        --------
        save : Writes it.
        fourfold.load : Reads results.

        Examples
        --------
        Parts that were counted by several processes add up:

        >>> import pathlib, tempfile, fourfold as ff
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for part in (0, 1):
        ...         path = pathlib.Path(folder, f"part{part}.npz")
        ...         ff.Counts.from_labels([0, 1], [part, 1], [0, part]).save(path)
        ...     sum(map(ff.Counts.load, sorted(pathlib.Path(folder).iterdir())))
        Counts(n_samples=4, shape=(2, 2, 2), occupied=4)
        """
        return cls._of(*load_counts(path))
