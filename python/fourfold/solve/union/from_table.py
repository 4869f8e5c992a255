# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information and the synergy of any number of sources from the table of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.information import table_information
from fourfold.inputs.device import on_host
from fourfold.inputs.masses import as_masses, check_masses, holds_counts, read_masses
from fourfold.inputs.subsets import Subset, read_names, read_subsets
from fourfold.inputs.totals import exact_totals
from fourfold.results.union_information import UnionInformation
from fourfold.solve.tables import MOST_ESTIMATED, Table, in_range, read_table
from fourfold.solve.union.antichains import antichains_of
from fourfold.solve.union.counted import counted
from fourfold.solve.union.lattice import MOST_IN_LATTICE, lattice_of
from fourfold.solve.union.options import DEFAULT_MAX_ITER, UnionOptions
from fourfold.solve.union.result import union_result
from fourfold.solve.union.solved import solved_unions
from fourfold.solve.union.source_tables import SourceTables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fourfold.results.lattice import Lattice

__all__ = ["union_information_from_table"]


def union_information_from_table(
    pmf: ArrayLike,
    *,
    subsets: Iterable[Sequence[int | str]] | None = None,
    source_names: Sequence[str] | None = None,
    tol: float = 1e-6,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
) -> UnionInformation:
    """Find what sources must tell of Y, and what they tell together beyond that, of one table.

    v* of a subset A of the sources is the least I_q(X_A;Y) over all q that keep each p(x_i,y), and
    the synergy is I(X_A;Y) - v*; see `union_information_from_marginals`. For a target of two classes
    and two to four sources `lattice` of the result has all atoms, none of them negative.

    Parameters
    ----------
    pmf : array_like, shape (K_1, ..., K_n, K_Y)
        Probabilities or counts of (x_1, ..., x_n, y). An array of CuPy is copied to the host.
    subsets : iterable of sequences of int or str, optional
        Which subsets, by numbers or names of sources; all by default, of up to eight sources.
    source_names : sequence of str, optional
        Of the sources, in the order of the axes; "x1", "x2" and so on by default.
    tol, max_iter, method, num_threads : optional
        As in `union_information_from_marginals`.

    Returns
    -------
    UnionInformation
        With `model` "table" and the information of each subset in bits.

    Raises
    ------
    TypeError
        If `pmf` is a mapping, or `subsets` or `source_names` no sequence of what it should be.
    ValueError
        If `pmf` has fewer than two axes, entries that are negative or not finite, or no mass; if
        there are more than eight sources and no `subsets`; if three or more sources have too many
        tuples of states.
    MemoryError
        If what is needed is more than what is free.

    Warns
    -----
    ConvergenceWarning
        If an interval is wider than `tol`; its bounds hold all the same.
    UndersampledWarning
        If these are counts, and a number is mostly the bias of counting: nothing is corrected.

    See Also
    --------
    union_information_from_marginals : Without a table of all states.
    union_information : From labels, with corrections, errors and intervals.
    decompose : Two sources.

    References
    ----------
    Griffith, Koch, "Quantifying synergistic mutual information", arXiv:1205.4265 (2014).

    Examples
    --------
    Three fair bits of which Y says whether all are 1. Each tells the same of it, so together they
    must tell no more than one of them, and all else is synergy:

    >>> import numpy as np, fourfold as ff
    >>> pmf = np.zeros((2, 2, 2, 2))
    >>> pmf[..., 0] = 1 / 8
    >>> pmf[1, 1, 1] = 0, 1 / 8
    >>> result = ff.union_information_from_table(pmf, source_names=("a", "b", "c"))
    >>> found = result["a", "b", "c"]
    >>> round(found.information, 6), round(found.union_information, 6), round(found.synergy, 6)
    (0.543564, 0.137925, 0.405639)
    >>> round(result.lattice["a", "b", "c"].redundancy, 6)
    0.137925
    """
    options = UnionOptions.checked(tol, max_iter, num_threads, method)
    array = on_host(pmf, "pmf")
    if isinstance(array, Mapping):
        msg = (
            "pmf: expected an array of shape (K_1, ..., K_n, K_Y), got a mapping; outcomes by name "
            "are taken of two sources only, by fourfold.decompose"
        )
        raise TypeError(msg)
    kind = as_masses(array, "pmf")
    mass = read_masses(kind, "pmf", "x1, ..., xn, y", 2)
    n = mass.ndim - 1
    names = read_names(source_names, n)
    asked = read_subsets(subsets, names)
    check_masses(mass, "pmf", mass.ndim)
    is_counts = holds_counts(kind, mass)
    # a pattern of zeros and ones is no sample
    sampled = is_counts and 1 < mass.max() < MOST_ESTIMATED
    scaled = in_range(mass, mass.ndim)
    table = scaled / scaled.sum()
    given = SourceTables(
        names,
        [_of(table, (k,)) for k in range(n)],
        int(exact_totals(kind, mass.sum(), mass.ndim)) if is_counts else None,
        [_of(mass, (k,)) for k in range(n)] if sampled else None,
    )
    known = np.array([table_information(_of(table, subset)) for subset in asked])
    pairs: dict[Subset, Table] = {
        pair: read_table(_kept(kind if sampled else table, pair), "pmf", options.num_threads)
        for pair in asked
        if len(pair) == 2
    }
    found = solved_unions(given.tables, asked, options, at_most=known, pairs=pairs, duals=False)
    told = None
    if given.counts is not None:
        joint = [_of(mass, subset) for subset in asked]
        told = counted(given.counts, asked, known, found.upper, joint)
    return union_result(given, asked, known, found, options, told, _lattice(table, names))


def _lattice(table: np.ndarray, names: Sequence[str]) -> Lattice | None:
    classes = np.flatnonzero(table.reshape(-1, table.shape[-1]).sum(0) > 0)
    if len(classes) != 2 or not 2 <= len(names) <= MOST_IN_LATTICE:
        return None
    of_two = table[..., classes]
    tables = [_of(of_two, subset) for subset in antichains_of(len(names)).subsets]
    return lattice_of(tables, names)


def _of(table: Any, subset: Subset) -> np.ndarray:
    """Masses of the states of these sources together, (K_A, K_Y)."""
    kept: np.ndarray = _kept(table, subset)
    return kept.reshape(-1, kept.shape[-1])


def _kept(table: Any, subset: Subset) -> Any:
    """Summed over all other sources."""
    return table.sum(tuple(k for k in range(table.ndim - 1) if k not in subset))
