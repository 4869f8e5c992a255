# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of any number of sources, from samples."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.columns import Columns, read_named
from fourfold.gaussian.covariance_checks import Remedy, check
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.scatters import Dealt, deal_rows
from fourfold.gaussian.ties import warn_of_ties
from fourfold.gaussian.union.estimate import estimate_unions
from fourfold.gaussian.union.from_covariance import warn_of_gap
from fourfold.gaussian.union.subsets import default_names, read_subsets
from fourfold.inputs.device import array_module
from fourfold.inputs.numbers import (
    check_confidence_level,
    check_option,
    positive_float,
    random_generator,
    true_or_false,
)
from fourfold.results.gaussian_union import GaussianUnion
from fourfold.runtime.caller import caller_depth

__all__ = ["gaussian_union"]

_REMEDY = Remedy(
    "Drop one of these columns, or give principal components (sklearn.decomposition.PCA)",
    "Leave that combination out",
)
#: Bits by which both ends of v* may differ before that is said.
_FAR = 0.05


def gaussian_union(
    sources: Mapping[str, Any] | Sequence[Any],
    y: Any,
    *,
    given: Any = None,
    copula: bool = True,
    subsets: Iterable[Sequence[int | str]] | None = None,
    bias_correction: str = "auto",
    confidence_level: float | None = 0.95,
    tol: float = 1e-7,
    random_state: Any = 0,
) -> GaussianUnion:
    """Estimate what subsets of many sources tell of a continuous target together, and have to.

    Of each subset I(X_A;Y), the union information v* (see `gaussian_union_from_covariance`) and the
    synergy ``I(X_A;Y) - v*``, of the Gaussian copula of the rows. v* of samples as they are is too
    high wherever sources tell alike: noise makes them differ. So it is read on some rows by
    multipliers that others chose (docs/gaussian.md), of two sources as `gaussian_pid` has it;
    `plug_in` stands beside.

    Parameters
    ----------
    sources : mapping of str to array_like, or sequence of array_like
        Two sources or more of N rows each, shape (N, d_i) or (N,) of one column; named by the keys,
        or "x1", "x2" and so on.
    y : array_like, shape (N, d_y) or (N,)
        The target, continuous.
    given : array_like, shape (N, d_t) or (N,), optional
        Everything is then of what is left of all columns by these: I(X_A;Y|T).
    copula : bool, default True
        Take normal scores of the ranks of each column, so that monotone maps of columns change
        nothing; else columns as they are.
    subsets : iterable of sequences of int or str, optional
        Which subsets, by places or names of sources; all by default, of up to eight sources.
    bias_correction : {"auto", "none"}
        "auto" takes off the exact bias of Gaussian informations, and cross-fits v*; "none" leaves
        the covariance of the rows as it is, without intervals.
    confidence_level : float or None, default 0.95
        Of the intervals: from v* by other rows to v* by the same rows, without the bias of log
        determinants, each with its error by what single rows add. None for no intervals.
    tol : float, default 1e-7
        Width in bits of the certified interval of v* of a covariance that is good enough.
    random_state : int, Generator or None, default 0
        Deals the rows into folds.

    Returns
    -------
    GaussianUnion

    Raises
    ------
    ValueError
        If there are fewer rows than columns and two, rows differ in number, y holds labels, a column
        is constant, columns are linear functions of each other, or `subsets` are not of these
        sources.
    TypeError
        If `sources` are no mapping, list or tuple of arrays.

    Warns
    -----
    GaussianFitWarning
        If many rows have the same value, or v* depends on which rows choose by .05 bits or more.
    ConvergenceWarning
        If an interval of a covariance is wider than `tol`.

    See Also
    --------
    gaussian_union_from_covariance : The same of a covariance.
    gaussian_pid : Two sources, with all four atoms.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> y = rng.standard_normal((2000, 2))
    >>> sources = {
    ...     "left": y[:, 0] + rng.standard_normal(2000),
    ...     "right": y[:, 1] + rng.standard_normal(2000),
    ...     "sum": y.sum(1) + rng.standard_normal(2000),
    ... }
    >>> result = ff.gaussian_union(sources, y)
    >>> found = result["left", "right", "sum"]
    >>> round(found.information, 1), round(found.union_information, 1)
    (1.5, 1.2)
    """
    named = _read_sources(sources)
    true_or_false(copula, "copula")
    check_option(bias_correction, "bias_correction", ("auto", "none"))
    if confidence_level is not None:
        check_confidence_level(confidence_level)
    tol = positive_float(tol, "tol")
    names = tuple(named)
    asked = read_subsets(subsets, names)
    generator = random_generator(random_state, "random_state")
    everything = {**named, "y": y} | ({} if given is None else {"given": given})
    read = read_named(everything)
    dealt, sizes = _dealt(read, len(names), copula, generator)
    n_samples = int(read[0].values.shape[-2])
    labels = [_label(one, k) for one in read[: len(sizes)] for k in range(one.values.shape[-1])]
    cov = dealt.scatters.whole() / dealt.scatters.total
    place = ", ".join(names) + " and y" + ("" if given is None else " given t")
    factors = check(cov[None], sizes, names=labels, remedy=_REMEDY, place=place)
    corrected = bias_correction == "auto"
    found = estimate_unions(dealt, factors, asked, tol, corrected, confidence_level)
    result = GaussianUnion(
        subsets=tuple(tuple(names[k] for k in subset) for subset in asked),
        information=found.information,
        union_information=found.union,
        gap=found.gap,
        converged=found.gap <= tol,
        iterations=found.steps,
        source_names=names,
        sizes=sizes,
        model="copula" if copula else "gaussian",
        n_samples=n_samples,
        bias_correction="digamma" if corrected else "none",
        plug_in=found.plug_in if corrected else None,
        standard_error=found.standard_error,
        confidence_interval=found.interval,
        kink=found.kink,
    )
    warn_of_gap(result, tol)
    _warn_of_kink(result)
    return result


def _read_sources(sources: Any) -> dict[str, Any]:
    if isinstance(sources, Mapping):
        named = dict(sources)
        for name in named:
            if not isinstance(name, str) or name in {"", "y", "given"}:
                msg = f"sources: expected names that are strings, not 'y' or 'given', got {name!r}"
                raise ValueError(msg)
    elif isinstance(sources, (list, tuple)):
        named = dict(zip(default_names(len(sources)), sources, strict=True))
    else:
        msg = (
            "sources: expected a list of arrays, one a source, or a dict of names and arrays, got "
            f"{type(sources).__name__}"
        )
        raise TypeError(msg)
    if len(named) < 2:
        msg = f"sources: expected at least two, got {len(named)}"
        raise ValueError(msg)
    return named


def _dealt(
    read: tuple[Columns, ...], number: int, copula: bool, generator: np.random.Generator
) -> tuple[Dealt, tuple[int, ...]]:
    """Rows in folds, and the sizes of the sources and of y; raises where rows are too few."""
    for one in read:
        if one.values.ndim != 2:
            msg = (
                f"{one.name}: expected an array of shape (N, d), got shape {one.values.shape}; take "
                "layers one after another"
            )
            raise ValueError(msg)
    columns = [one.values.shape[-1] for one in read]
    rows = read[0].values.shape[-2]
    if rows <= sum(columns) + 1:
        told = " + ".join(map(str, columns))
        msg = (
            f"{', '.join(one.name for one in read)}: expected more than {sum(columns) + 1} rows for "
            f"{told} columns, got {rows}, whose covariance is singular; take fewer columns, as "
            "sklearn.decomposition.PCA does, or subsets of the sources"
        )
        raise ValueError(msg)
    xp = array_module(read[0].values)
    if copula:
        scores = [normal_scores(one.values) for one in read]
        warn_of_ties(read, scores)
        values = [found.values for found in scores]
    else:
        centred = [one.values - one.values.mean(-2) for one in read]
        values = [each / each.std(-2) for each in centred]
    sizes = tuple(columns[: number + 1])
    given = values[number + 1] if len(values) > number + 1 else None
    joint = xp.concatenate(values[: number + 1], -1)
    return deal_rows(joint, sizes, generator=generator, given=given), sizes


def _label(one: Columns, column: int) -> str:
    return f"{one.name}[{column if one.labels is None else repr(one.labels[column])}]"


def _warn_of_kink(result: GaussianUnion) -> None:
    if result.kink is None:
        return
    worst = int(np.argmax(result.kink))
    if result.kink[worst] > _FAR:
        low = float(result.union_information[worst])
        msg = (
            f"v* of {', '.join(result.subsets[worst])} is {low:.3f} bits by multipliers that other "
            f"rows chose, and {low + result.kink[worst]:.3f} by their own: sources that tell alike "
            f"and sources that differ look the same with {result.n_samples:,} rows; the interval "
            "contains both"
        )
        warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
