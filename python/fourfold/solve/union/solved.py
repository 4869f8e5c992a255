# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Union informations of subsets of sources from their tables, with bounds and a dual."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from fourfold import _core
from fourfold.counts.information import entropy_of, table_information
from fourfold.inputs.subsets import Subset
from fourfold.results.pid import PID
from fourfold.solve.tables import Table
from fourfold.solve.tables_to_atoms import solved
from fourfold.solve.union.cost import require_budget
from fourfold.solve.union.options import UnionOptions
from fourfold.solve.union.set_bounds import contained, monotone, with_one_more
from fourfold.solve.union.tree_bound import tree_bound

__all__ = ["SolvedUnions", "solved_unions"]

_LN2 = float(np.log(2))

#: log2 of a factor (K_i, K_Y) of each source of a subset.
Factors = tuple[np.ndarray, ...]


class SolvedUnions(NamedTuple):
    """Of n sources and M subsets of them, in bits.

    Attributes
    ----------
    information : ndarray, shape (n,)
        I(X_i;Y) of each source.
    lower, upper : ndarray, shape (M,)
        Certified bounds of v*, where all that is known of other subsets is made use of.
    iterations : ndarray of int, shape (M,)
        Steps of the solver; 0 in closed form.
    duals : list of tuple of ndarray, (K_i, K_Y) each
        log2 a_i of each source of a subset, -inf where p(x_i,y) = 0, with sum_y prod_i a_i <= 1
        for all states; H(Y) + sum_i E log2 a_i is the lower bound, up to rounding.
    pairs : dict of PID
        By numbers of the two sources, of all pairs that were solved for.
    """

    information: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    iterations: np.ndarray
    duals: list[Factors]
    pairs: dict[Subset, PID]


class _Found(NamedTuple):
    """Of one subset, with the factors of its lower bound."""

    lower: float
    upper: float
    iterations: int
    dual: Callable[[], Factors]


def solved_unions(
    tables: Sequence[np.ndarray],
    subsets: Sequence[Subset],
    options: UnionOptions,
    *,
    at_most: np.ndarray | None = None,
    pairs: Mapping[Subset, Table] | None = None,
    duals: bool = True,
) -> SolvedUnions:
    """Of tables (K_i, K_Y) of mass 1 with the same p(y), in float64, and rising subsets.

    One source is in closed form, two go to the solver of two, more to that of many, or with the
    method "pairs" between bounds by pairs. Nothing is said of what did not converge.

    Parameters
    ----------
    tables : sequence of ndarray
    subsets : sequence of tuple of int
    options : UnionOptions
    at_most : ndarray, shape (M,), optional
        I(X_A;Y) in bits where it is known, else NaN: v* is not above it.
    pairs : mapping of Table, optional
        What is known of pairs besides their tables, to be kept in their results.
    duals : bool
        Whether they are asked for.

    Raises
    ------
    ValueError
        If it would take too long, with the method "auto".
    MemoryError
        Likewise if it would need too much memory.
    """
    tables = [np.ascontiguousarray(table, dtype=np.float64) for table in tables]
    single = np.array([table_information(table) for table in tables])
    require_budget(tables, subsets, options.method)
    asked = _with_parts(subsets, by_pairs=options.method == "pairs")
    of_pairs: dict[Subset, PID] = {
        pair: solved(
            (pairs or {}).get(pair) or Table(tables[pair[0]], tables[pair[1]], np.nan),
            options.of_pairs(),
        )
        for pair in asked
        if len(pair) == 2
    }
    found = [_found_of(subset, tables, single, of_pairs, options) for subset in asked]
    # no information about Y is more than H(Y)
    known = np.full(len(asked), float(entropy_of(tables[0].sum(0))))
    if at_most is not None:
        of_subset = dict(zip(subsets, at_most, strict=True))
        known = np.fmin(known, [of_subset.get(subset, np.nan) for subset in asked])
    lower, upper, source = _together(single, asked, found, known)
    place = {subset: m for m, subset in enumerate(asked)}
    wanted = [place[subset] for subset in subsets]
    factors = []
    for m in wanted if duals else ():
        of_part = dict(zip(asked[source[m]], found[source[m]].dual(), strict=True))
        # with 1 of the others the factors of fewer sources are feasible too
        factors.append(tuple(of_part[k] if k in of_part else _one(tables[k]) for k in asked[m]))
    steps = np.array([found[m].iterations for m in wanted], dtype=int)
    return SolvedUnions(single, lower[wanted], upper[wanted], steps, factors, of_pairs)


def _with_parts(subsets: Iterable[Subset], *, by_pairs: bool) -> list[Subset]:
    """The subsets, their single sources and, where these bound them, their pairs, by size."""
    found = set(subsets)
    for subset in subsets:
        found.update((k,) for k in subset)
        if by_pairs:
            found.update(combinations(subset, 2))
    return sorted(found, key=lambda subset: (len(subset), subset))


def _found_of(
    subset: Subset,
    tables: Sequence[np.ndarray],
    single: np.ndarray,
    pairs: Mapping[Subset, PID],
    options: UnionOptions,
) -> _Found:
    """One subset by itself; where pairs bound it, from above only."""
    chosen = [tables[k] for k in subset]
    if len(subset) == 1:
        (bits,) = single[list(subset)]
        return _Found(bits, bits, 0, functools.partial(_posterior, *chosen))
    if len(subset) == 2:
        pair = pairs[subset]
        upper = float(pair.union_information)
        dual = functools.partial(getattr, pair, "dual")
        return _Found(upper - float(pair.gap), upper, int(pair.iterations), dual)
    if options.method == "pairs":
        of_two = {each: float(pair.union_information) for each, pair in pairs.items()}
        return _Found(-np.inf, tree_bound(single, of_two, subset), 0, tuple)
    return _of_many(chosen, options)


def _of_many(tables: list[np.ndarray], options: UnionOptions) -> _Found:
    out = _core.solve_union(
        tables,
        method=options.method,
        tol=options.tol,
        max_iter=options.max_iter,
        num_threads=options.num_threads,
    )
    dual = functools.partial(_in_bits, out["dual"])
    return _Found(out["lower"], out["upper"], int(out["iterations"]), dual)


def _together(
    single: np.ndarray, asked: Sequence[Subset], found: Sequence[_Found], known: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds with what those of other subsets say, and which subset the lower one is of."""
    own = np.array([one.lower for one in found])
    upper = with_one_more(np.fmin([one.upper for one in found], known), asked, single)
    (lower,), (upper,) = monotone(own[None], upper[None], asked)
    best = np.where(contained(asked), own, -np.inf).argmax(1)
    source = np.where(own >= lower, np.arange(len(asked)), best)
    return lower, np.maximum(lower, upper), source


def _posterior(table: np.ndarray) -> Factors:
    """log2 p(y|x), whose value is I(X;Y)."""
    given = table / np.where(table.sum(1) > 0, table.sum(1), 1.0)[:, None]
    return (np.log2(given, out=np.full(table.shape, -np.inf), where=given > 0),)


def _in_bits(nats: Iterable[np.ndarray]) -> Factors:
    return tuple(factor / _LN2 for factor in nats)


def _one(table: np.ndarray) -> np.ndarray:
    return np.where(table > 0, 0.0, -np.inf)
