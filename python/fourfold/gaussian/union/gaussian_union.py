# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of any number of sources, from samples."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtrit

from fourfold.exceptions import GaussianFitWarning
from fourfold.gaussian.columns import Columns, read_named
from fourfold.gaussian.conditioning import condition_on
from fourfold.gaussian.copies import warn_of_copies
from fourfold.gaussian.covariance_checks import OF_SAMPLES, check
from fourfold.gaussian.dependence.check_dependence import (
    check_dependence as check_for_dependence,
)
from fourfold.gaussian.factors import Factors, factor
from fourfold.gaussian.influence import row_bits
from fourfold.gaussian.interval import scatter_of_ranks, upwards
from fourfold.gaussian.rank_bias import RankBias, covariance_shift, warn_of_rank_noise
from fourfold.gaussian.samples import GaussianSamples, covariance_of, samples_of
from fourfold.gaussian.scatters import Dealt, Scatters, deal_rows
from fourfold.gaussian.shrinkage import check_shrinkage, shrunk_correlations
from fourfold.gaussian.union.estimate import UnionEstimate, estimate_unions, of_some
from fourfold.gaussian.union.roots import columns_of
from fourfold.gaussian.union.row_bits import standard_errors
from fourfold.gaussian.union.unions import Unions, informations, unions
from fourfold.inference.options import Inference
from fourfold.inputs.device import array_module, place_of, to_numpy
from fourfold.inputs.named_sources import named_sources
from fourfold.inputs.numbers import positive_float, true_or_false
from fourfold.inputs.random_state import drawn_seeds
from fourfold.inputs.subsets import Subset, read_subsets
from fourfold.results.atoms import ROUNDING
from fourfold.results.gaussian_table import APART
from fourfold.results.gaussian_union import GaussianUnion
from fourfold.results.subset_numbers import SubsetIntervals, SubsetNumbers
from fourfold.runtime.caller import caller_depth
from fourfold.runtime.threads import threads_for_columns
from fourfold.solve.union.gap_warning import warn_of_gap

__all__ = ["gaussian_union"]

_METHODS = ("auto", "none", "digamma")
_PLACE = "the samples' covariance"


def gaussian_union(
    sources: Mapping[str, Any] | Sequence[Any],
    y: Any,
    *,
    given: Any = None,
    copula: bool = True,
    shrinkage: str | float | None = None,
    subsets: Iterable[Sequence[int | str]] | None = None,
    bias_correction: str = "auto",
    confidence_level: float | None = 0.95,
    check_dependence: bool = True,
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
    sources : mapping of str to array_like, sequence of array_like, or frame
        Two sources or more of N rows each, shape (N, d_i) or (N,) of one column; named by the keys,
        by the columns of a frame, each of which is a source, or "x1", "x2" and so on.
    y : array_like, shape (N, d_y) or (N,)
        The target, continuous.
    given : array_like, shape (N, d_t) or (N,), optional
        Everything is then of what is left of all columns by these: I(X_A;Y|T).
    copula : bool, default True
        Take normal scores of the ranks of each column, so that monotone maps of columns change
        nothing; else columns as they are.
    shrinkage : {"ledoit-wolf", "oas"} or float, optional
        Mix so much of independence into the correlations, for columns that are too many for the
        rows: the numbers are those of the shrunk matrix, without correction or intervals.
    subsets : iterable of sequences of int or str, optional
        Which subsets, by places or names of sources; all by default, of up to eight sources.
    bias_correction : {"auto", "digamma", "none"}
        "auto" is "digamma": informations without the exact bias of Gaussian samples, and v* by
        multipliers of other rows. "none" leaves the covariance of the rows as it is, without
        intervals.
    confidence_level : float or None, default 0.95
        Of the intervals: from v* by other rows to v* by the same rows, without the bias of log
        determinants, each with its error by what single rows add. None for no intervals.
    check_dependence : bool, default True
        Whether to look for dependence that no Gaussian copula has.
    tol : float, default 1e-7
        Width in bits of the certified interval of v* of a covariance that is good enough.
    random_state : int, RandomState, Generator or None, default 0
        Deals the rows into folds.

    Returns
    -------
    GaussianUnion
        All of each subset, corrected and with intervals, and `plug_in` as it is.

    Raises
    ------
    ValueError
        If there are fewer rows than columns and two, rows differ in number, y holds labels, a column
        is constant, columns are linear functions of others, or `subsets` are not of these sources.
    TypeError
        If `sources` are no mapping, list or tuple of arrays, and no frame.

    Warns
    -----
    GaussianFitWarning
        If ties in ranks hide much, there is dependence that the Gaussian has not, or v* by the same
        rows is higher by more than .05 bits.
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
    named = named_sources(sources)
    copula = true_or_false(copula, "copula")
    true_or_false(check_dependence, "check_dependence")
    shrinkage = check_shrinkage(shrinkage)
    inference = Inference.checked(bias_correction, 0, confidence_level, _METHODS)
    tol = positive_float(tol, "tol")
    names = tuple(named)
    asked = read_subsets(subsets, names)
    seeds = drawn_seeds(random_state, 3)
    read = read_named({**named, "y": y} | ({} if given is None else {"given": given}))
    _check_layers(read)
    few = threads_for_columns(sum(one.values.shape[-1] for one in read))
    with place_of(**{one.name: one.values for one in read}).device, few:
        samples = samples_of(read, copula=copula)
        if shrinkage is not None:
            result = _of_shrunk(samples, names, asked, inference, shrinkage, tol, copula=copula)
        else:
            result = _of_rows(samples, names, asked, inference, seeds, tol, copula=copula)
            if check_dependence:
                result = _with_dependence(result, samples, seeds[2])
    warn_of_gap(result, tol)
    _warn_of_kink(result)
    return result


def _of_rows(
    samples: GaussianSamples,
    names: tuple[str, ...],
    subsets: Sequence[Subset],
    inference: Inference,
    seeds: Sequence[int],
    tol: float,
    *,
    copula: bool,
) -> GaussianUnion:
    _check_rows(samples, names)
    warn_of_copies(samples.rows, samples.sizes[-1])
    joint = None
    if samples.given is not None:
        joint = covariance_of(samples)
        check(joint, samples.sizes, given=samples.n_given, names=samples.names, remedy=OF_SAMPLES,
              place=_PLACE)  # fmt: skip
    generator = np.random.default_rng(seeds[0])
    dealt = deal_rows(samples.rows, samples.sizes, generator=generator, given=samples.given)
    scatters, sizes = dealt.scatters, samples.sizes
    cov = scatters.whole() / scatters.total
    labels = samples.names[: sum(sizes)]
    one = check(cov, sizes, names=labels, remedy=OF_SAMPLES, place=_PLACE)
    factors = Factors(*(part[None] for part in one))
    if inference.bias_correction == "none":
        exact = unions(factors, sizes, subsets, tol)
        return _result(exact, samples, names, subsets, tol, copula=copula)
    shift = None
    if copula:
        n = samples.rows.shape[-2]
        shift = covariance_shift(cov if joint is None else joint, n, samples.n_given)
        warn_of_rank_noise(RankBias(cov, shift, scatters.total, sizes), "the sources")
    found = estimate_unions(scatters, factors, subsets, shift, tol)
    # log determinants scatter by the degrees that are left, the first columns' more than the last
    wider = np.sqrt(scatters.total / (scatters.total - sum(sizes) / 2))
    errors = wider * standard_errors(to_numpy(dealt.residual), cov, sizes, subsets)
    errors[1:] = np.maximum(errors[1:], found.error)
    for k, subset in enumerate(subsets):
        if len(subset) == 2:
            errors[:, k] = np.maximum(errors[:, k], _errors_of_pair(dealt, found, subset))
    errors = np.hypot(errors, _by_ranks(found, subsets))
    interval = None
    if inference.confidence_level is not None:
        interval = _interval(found, errors, scatters, inference.confidence_level)
    return dataclasses.replace(
        _result(found.exact, samples, names, subsets, tol, copula=copula),
        information=found.information,
        union_information=found.union,
        gap=found.gap,
        converged=found.gap <= tol,
        bias_correction="digamma",
        plug_in=SubsetNumbers.of(found.exact.information[0], found.exact.upper[0]),
        standard_error=SubsetNumbers(*errors),
        confidence_interval=interval,
        kink=np.maximum(found.high - found.union, 0.0),
    )


def _by_ranks(found: UnionEstimate, subsets: Sequence[Subset]) -> np.ndarray:
    """Errors of I, v* and S (3, M), where v* loses by ranks about what I does."""
    weights = np.array([[1, 0], [0, 1], [1, -1]])
    spread = np.zeros((3, len(subsets)))
    for k, off in enumerate(found.of_ranks):
        both = scatter_of_ranks(np.array([off, off])) @ weights.T
        spread[:, k] = np.sqrt((weights * both.T).sum(1))
    spread[2, [len(subset) == 1 for subset in subsets]] = 0.0
    return spread


def _errors_of_pair(dealt: Dealt, found: UnionEstimate, pair: Subset) -> np.ndarray:
    """Of I, v* and S: the larger ones of both ends, by what each row adds."""
    scatters = of_some(dealt.scatters, pair)
    columns = columns_of(dealt.scatters.sizes, pair)
    residual = dealt.residual[:, array_module(dealt.residual).asarray(columns)]
    rows = dealt._replace(scatters=scatters, residual=residual)
    bits = row_bits(rows, found.pairs[pair])
    wider = scatters.total / (scatters.total - sum(scatters.sizes) / 2)
    weights = np.array([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, -1]])  # of I1, I2, I and v*
    low, high = (((terms @ weights.T) ** 2).sum(0) for terms in (bits.low, bits.high))
    low[1:] += bits.by_choice @ bits.by_choice
    larger: np.ndarray = np.sqrt(wider * np.maximum(low, high)) / len(bits.low)
    return larger


def _with_dependence(
    result: GaussianUnion, samples: GaussianSamples, seed: int
) -> GaussianUnion:
    """Of all sources: the first, and the others together."""
    rows = samples.rows
    if samples.given is not None:
        xp = array_module(rows)
        given = samples.given - samples.given.mean(0)
        rows = rows - given @ xp.linalg.lstsq(given, rows)[0]
    first, last = samples.sizes[0], samples.sizes[-1]
    factors = factor(to_numpy(rows.T @ rows)[None])
    bits = informations(factors, samples.sizes, [tuple(range(len(samples.sizes) - 1))])[0, 0]
    parts = rows[:, :first], rows[:, first:-last], rows[:, -last:]
    copula = result.model == "copula"
    found = check_for_dependence(*parts, bits, copula=copula, random_state=seed)
    return dataclasses.replace(result, dependence=found)


def _of_shrunk(
    samples: GaussianSamples,
    names: tuple[str, ...],
    subsets: Sequence[Subset],
    inference: Inference,
    shrinkage: str | float,
    tol: float,
    *,
    copula: bool,
) -> GaussianUnion:
    """The plug-in of a shrunk matrix, and nothing of its errors."""
    if inference.bias_correction == "digamma":
        msg = (
            "bias_correction: 'digamma' is the bias of the samples' covariance, not of a shrunk "
            "one; expected 'auto' or 'none' with shrinkage"
        )
        raise ValueError(msg)
    rows = samples.rows
    if samples.given is not None:
        rows = array_module(rows).concatenate([rows, samples.given], -1)
    matrix, share = shrunk_correlations(rows, shrinkage)
    check(matrix, samples.sizes, given=samples.n_given, names=samples.names,
          remedy=OF_SAMPLES, place=_PLACE)  # fmt: skip
    if samples.n_given:
        matrix = condition_on(matrix, (*samples.sizes, samples.n_given))
    factors = factor(matrix[None])
    exact = unions(factors, samples.sizes, subsets, tol)
    found = _result(exact, samples, names, subsets, tol, copula=copula)
    return dataclasses.replace(found, shrinkage=float(share))


def _result(
    exact: Unions,
    samples: GaussianSamples,
    names: tuple[str, ...],
    subsets: Sequence[Subset],
    tol: float,
    *,
    copula: bool,
) -> GaussianUnion:
    """As it is of a covariance."""
    gap = (exact.upper - exact.lower)[0]
    return GaussianUnion(
        subsets=tuple(tuple(names[k] for k in subset) for subset in subsets),
        information=exact.information[0],
        union_information=exact.upper[0],
        gap=gap,
        converged=gap <= tol,
        iterations=exact.steps[0],
        source_names=names,
        sizes=samples.sizes,
        model="copula" if copula else "gaussian",
        n_samples=int(samples.rows.shape[-2]),
    )


def _interval(
    found: UnionEstimate, errors: np.ndarray, scatters: Scatters, level: float
) -> SubsetIntervals:
    """From the lower end of v* less its error to the upper end and its error."""
    far = stdtrit(scatters.total - sum(scatters.sizes), 0.5 + level / 2) * errors
    told = found.information
    low = np.minimum(found.low, found.high)
    high = np.maximum(found.union, found.high)
    most = np.stack([told, high, told - low])
    ends = most + upwards(most, far, level, scatters.total)
    return SubsetIntervals(
        SubsetNumbers(told - far[0], low - far[1], told - high - far[2]),
        SubsetNumbers(*np.where(far > ROUNDING, ends, most)),
        float(level),
    )


def _check_layers(read: Sequence[Columns]) -> None:
    for one in read:
        if one.values.ndim != 2:
            msg = (
                f"{one.name}: expected an array of shape (N, d), got shape {one.values.shape}; take "
                "layers one after another"
            )
            raise ValueError(msg)


def _check_rows(samples: GaussianSamples, names: Sequence[str]) -> None:
    columns = [*samples.sizes, *([samples.n_given] if samples.n_given else [])]
    rows, least = samples.rows.shape[-2], sum(columns) + 2
    if rows < least:
        of = ", ".join([*names, "y", *(["given"] if samples.n_given else [])])
        msg = (
            f"{of}: {rows} rows are too few for {' + '.join(map(str, columns))} columns; expected at "
            f"least {least} rows, better ten times as many. Give principal components "
            '(sklearn.decomposition.PCA), or ask for shrinkage="ledoit-wolf"'
        )
        raise ValueError(msg)


def _warn_of_kink(result: GaussianUnion) -> None:
    if result.kink is None:
        return
    worst = int(np.argmax(result.kink))
    if result.kink[worst] > APART:
        low = float(result.union_information[worst])
        msg = (
            f"v* of {', '.join(result.subsets[worst])} is {low:.3f} bits by multipliers that other "
            f"rows chose, and {low + result.kink[worst]:.3f} by their own: sources that tell alike "
            f"and sources that differ look the same with {result.n_samples:,} rows; the interval "
            "contains both"
        )
        warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())
