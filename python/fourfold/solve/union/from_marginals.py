# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of any number of sources from the table of each with Y."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.counts.information import entropy_of, table_information
from fourfold.inputs.device import on_host
from fourfold.inputs.subsets import Subset, read_subsets
from fourfold.results.union_information import UnionInformation
from fourfold.solve.tables import Table, read_marginals
from fourfold.solve.tables_to_atoms import solved
from fourfold.solve.union.counted import counted
from fourfold.solve.union.known_information import check_above_union, read_information
from fourfold.solve.union.options import DEFAULT_MAX_ITER, UnionOptions
from fourfold.solve.union.result import union_result
from fourfold.solve.union.solved import solved_unions
from fourfold.solve.union.source_tables import SourceTables, read_source_tables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["union_information_from_marginals"]


def union_information_from_marginals(
    marginals: Mapping[str, ArrayLike] | Sequence[ArrayLike],
    information: float | Mapping[Any, float] | None = None,
    *,
    subsets: Iterable[Sequence[int | str]] | None = None,
    source_names: Sequence[str] | None = None,
    tol: float = 1e-6,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
) -> UnionInformation:
    """Find what subsets of sources must tell of Y together, from the table of each, in bits.

    The union information of sources i in A is, over all q that keep each p(x_i,y)::

        v* = min I_q(X_A;Y)

    It depends on these tables alone, so any number of sources is taken, and no table of all their
    states is made. The interval of each v* is certified from both sides: by a distribution, and by
    weak duality (docs/many-sources.md)::

        v* >= H(Y) + sum_i E log2 a_i(X_i,Y)    if sum_y prod_i a_i(x_i,y) <= 1 for all states

    What the sources tell together beyond v* is their synergy, and needs `information`.

    Parameters
    ----------
    marginals : sequence or mapping of array_like, shape (K_i, K_Y) each
        Probabilities or counts of (x_i, y), one table a source, by name in a mapping; all with the
        same p(y). Arrays of CuPy are copied to the host.
    information : float or mapping, optional
        I(X_A;Y) in bits of all sources together; or of subsets, by their sources:
        ``{("a", "b"): 0.7}``. Where not given, `information` and `synergy` are NaN.
    subsets : iterable of sequences of int or str, optional
        Which subsets, by numbers or names of sources; all by default, of up to eight sources.
    source_names : sequence of str, optional
        Of a sequence of tables; "x1", "x2" and so on by default.
    tol : float, default 1e-6
        Width in bits of the certified interval that is good enough.
    max_iter : int, default 1000
        Steps after which a solve gives up and returns the bounds it has.
    method : {"auto", "dense", "working-set", "pairs"}
        For three sources and more: Newton steps on all tuples of their states; on those that
        matter, all of which are looked at for the certificate; or no steps, but the interval
        that pairs of sources leave, quickly found and wide. "auto" takes one of the first two,
        and raises where either would take more than about ten minutes. Two sources have a solver
        of their own, two classes a closed form.
    num_threads : int, optional
        All by default.

    Returns
    -------
    UnionInformation
        With `model` "table". `pairs` has all four atoms of each pair that is among `subsets`.

    Raises
    ------
    TypeError
        If `marginals`, `information`, `subsets` or `source_names` is no sequence or mapping of
        what it should be.
    ValueError
        If there is no table, or one has another shape than (K_i, K_Y), another number of classes
        than the first, entries that are negative or not finite, or no mass; if the p(y) of two
        differ by more than rounding (1e-8; 1e-5 of single precision), as no joint distribution
        has both then; if `information` is below the certified union information or that of some
        of its sources, or above H(Y); if there are more than eight sources and no `subsets`; if
        three or more sources have too many tuples of states.
    MemoryError
        If what is needed is more than what is free.

    Warns
    -----
    ConvergenceWarning
        If an interval is wider than `tol`; its bounds hold all the same.
    UndersampledWarning
        If tables are counts, and a number is mostly the bias of counting: nothing is corrected.

    See Also
    --------
    union_information : The same from labels, with corrections, errors and intervals.
    union_information_from_table : From the table of all sources, with all synergies.
    decompose_marginals : Two sources, with all four atoms.

    References
    ----------
    Griffith, Koch, "Quantifying synergistic mutual information", arXiv:1205.4265 (2014).
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16 (2014).

    Examples
    --------
    Y is two fair bits; one source is the first, one the second, one tells whether they differ. Each
    pair tells all, but the third source is not needed once both others are there:

    >>> import numpy as np, fourfold as ff
    >>> first, second, differ = np.eye(2)[[0, 0, 1, 1]], np.eye(2)[[0, 1, 0, 1]], np.eye(2)[[0, 1, 1, 0]]
    >>> tables = {"a": first.T / 4, "b": second.T / 4, "c": differ.T / 4}
    >>> result = ff.union_information_from_marginals(tables, information=2.0)
    >>> [round(result[subset].union_information, 6) for subset in (["a"], ["a", "b"], ["a", "b", "c"])]
    [1.0, 2.0, 2.0]
    >>> round(result["a", "b", "c"].synergy, 6)
    0.0
    """
    options = UnionOptions.checked(tol, max_iter, num_threads, method)
    given = read_source_tables(marginals, source_names)
    asked = read_subsets(subsets, given.names)
    entropy = float(entropy_of(given.tables[0].sum(0)))
    single = np.array([table_information(table) for table in given.tables])
    known = read_information(
        on_host(information, "information"), asked, given.names, single, entropy
    )
    pairs = _tables_of_pairs(given, asked)
    found = solved_unions(given.tables, asked, options, at_most=known, pairs=pairs, duals=False)
    check_above_union(known, found.lower, asked, given.names)
    for pair, bits in zip(asked, known, strict=True):
        if len(pair) == 2 and not np.isnan(bits):  # which is known to be above v* by now
            table = pairs[pair]._replace(mi_joint=bits)
            found.pairs[pair] = solved(table, options.of_pairs())
    told = None
    if given.counts is not None:
        told = counted(given.counts, asked, known, found.upper)
    return union_result(given, asked, known, found, options, told)


def _tables_of_pairs(given: SourceTables, subsets: Sequence[Subset]) -> dict[Subset, Table]:
    """With what counts tell of them."""
    pairs = [subset for subset in subsets if len(subset) == 2]
    if given.counts is None:
        return {(i, j): Table(given.tables[i], given.tables[j], np.nan) for i, j in pairs}
    return {(i, j): read_marginals(given.counts[i], given.counts[j], None) for i, j in pairs}
