# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether two decompositions differ by more than chance and training."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from fourfold.inference.comparison import Comparison, check_bins, check_paired, compare_tables
from fourfold.inputs.numbers import check_confidence_level
from fourfold.posteriors.held_out import Rows
from fourfold.posteriors.readings import atom_terms
from fourfold.results.atoms import ROUNDING, Atoms
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.pid import PID
from fourfold.results.posterior_pid import PosteriorPID

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TRAINING", "compare", "compare_decoded", "training"]

#: Standard errors of sampling times this are those of classifiers that were trained on samples,
#: too: Nadeau and Bengio's sqrt(1 + k n_test / n_train) is 1.5 for five folds, 1.58 for three.
TRAINING = 1.58


def compare(
    a: PID, b: PID, *, paired: bool | None = None, confidence_level: float | None = None
) -> Comparison:
    """Compare two decompositions, for example of two layers of a model, or of two data sets.

    Of the same samples, what the rows add to both alike cancels in the differences, as row n of
    both is the same sample. Targets may differ, as of two models' answers to the same inputs.

    Parameters
    ----------
    a, b : PID
        Results of `fourfold.pid`, `fourfold.decompose` or `fourfold.PIDEstimator`, with their
        confidence intervals. Or both of `fourfold.ClassifierPID` or `fourfold.posterior_pid`, or both
        of `fourfold.gaussian_pid`.
    paired : bool, optional
        True where row n of both is the same sample, in the same order: needs results of rows.
        False of samples that were drawn independently of each other, of any numbers. By default
        True where both results know their rows, and False where one of them is of
        `fourfold.Counts` or of `ClassifierPID.fit_blocks`, which do not.
    confidence_level : float, optional
        That of `a` by default; of what classifiers decode that of its bounds.

    Returns
    -------
    Comparison
        In bits, a minus b.

    Raises
    ------
    TypeError
        If `a` or `b` is not a PID, or one is of classifiers, or of a Gaussian, and the other is not.
    ValueError
        If one has no confidence interval; if corrections, or the numbers of bins of the targets,
        differ; of pairs of rows, if their number, weights or groups differ, or a result does not
        know them; if one is of `fourfold.recombined_pid` and not both, with paired=False.

    See Also
    --------
    fourfold.adjust_pvalues : Of many comparisons.
    fourfold.permutation_test : Whether an atom of one result is more than chance.

    Notes
    -----
    Of tables, the variance of the difference is that of both results, less twice their covariance,
    which the terms of the rows have, those that the intervals are made of; of intervals from halves
    the variances are those of the halves. Of decisions, whose rows have no such terms, both are of
    the halves, which `n_resamples` and the seed have to make the same. Of independent samples there
    is no covariance. The error of the bias is of the difference of both biases. An
    interval goes from the least to the largest difference of the ends that both union informations
    may have, and the p-value is of the end nearest to zero.

    Of Gaussians the ends are those of v* that `gaussian_pid` reports, and what rows add has the quantile
    for few rows in it.

    Atoms that classifiers decode are compared in the cross-fitted reading, by the differences
    of their held-out terms row by row. The error of sampling is taken 1.58 times (Nadeau and
    Bengio 2003: sqrt(1 + k n_test / n_train) for three folds; 1.5 for
    five; of `fit_blocks` sqrt(1 + n_test / n_train)), as the classifiers were trained on samples, too. For several seeds see
    `fourfold.LayerProfile.compare`.

    References
    ----------
    Nadeau, Bengio, "Inference for the generalization error", Machine Learning 52 (2003). Errors of
    differences: docs/sampling.md, docs/embeddings.md.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> def day(n, noise):  # a source whose bit is wrong so often, counted elsewhere
    ...     x1, x2 = rng.integers(2, size=(2, n))
    ...     return ff.Counts.from_labels(x1 ^ (rng.random(n) < noise), x2, x1)
    >>> found = ff.compare(ff.pid(day(5000, 0.1)), ff.pid(day(8000, 0.2)))
    >>> found.paired, round(found.difference.unique1, 2), found.pvalue.unique1 < 0.001
    (False, 0.24, True)
    """
    paired = check_paired(paired)
    check_bins(a, b)
    decoded = [isinstance(result, PosteriorPID) for result in (a, b)]
    gaussian = [isinstance(result, GaussianPID) for result in (a, b)]
    no_result = any(not isinstance(result, PID) for result in (a, b))
    if not any(decoded) and (gaussian[0] == gaussian[1] or no_result):
        return compare_tables(a, b, paired=paired, confidence_level=confidence_level)
    if isinstance(a, PosteriorPID) and isinstance(b, PosteriorPID):
        apart = [name for name, one in (("a", a), ("b", b)) if one.streamed is not None]
        if apart and paired:
            msg = (
                f"compare: paired=True, but {apart[0]} was fitted in blocks, of which no rows are "
                "kept; expected paired=None or False, or results of fit"
            )
            raise ValueError(msg)
        if paired is False or apart:
            return _compare_independent(a, b, confidence_level)
        return compare_decoded([a], [b], confidence_level)
    names = [type(result).__name__ for result in (a, b)]
    msg = (
        f"compare: a is a {names[0]} and b a {names[1]}; expected both of classifiers, both of "
        "Gaussians, or both of tables, as their difference would be one of the methods too"
    )
    raise TypeError(msg)


def compare_decoded(
    a: Sequence[PosteriorPID],
    b: Sequence[PosteriorPID],
    confidence_level: float | None = None,
) -> Comparison:
    """Compare what classifiers of several seeds decode: means over the seeds.

    With d_n the difference of the terms of row n, mean over S seeds, and D_s that of all rows
    for seed s, the squared error is ``TRAINING**2 * (that of the mean of d_n) + var(D_s) / S``.
    """
    first = a[0]
    for one, other in zip(a, b, strict=True):
        _check_rows(one, other)
    level = check_confidence_level(
        first.outer_bounds.confidence_level if confidence_level is None else confidence_level
    )
    pairs = zip(a, b, strict=True)
    by_seed = np.array(
        [atom_terms(one.row_terms) - atom_terms(other.row_terms) for one, other in pairs]
    )
    rows = Rows(first.row_weights, first.row_groups)
    terms = by_seed.mean(0)
    variance = (TRAINING * rows.error(terms)) ** 2
    if len(by_seed) > 1:
        each = np.array([rows.mean(of_seed) for of_seed in by_seed])
        variance += each.var(0, ddof=1) / len(each)
    error = np.sqrt(variance)
    return _of_difference(rows.mean(terms), error, level, _independent_rows(first), paired=True)


def _compare_independent(
    a: PosteriorPID, b: PosteriorPID, confidence_level: float | None
) -> Comparison:
    """The same of rows that have nothing to do with each other."""
    level = check_confidence_level(
        a.outer_bounds.confidence_level if confidence_level is None else confidence_level
    )
    difference = np.subtract(a.readings["cross_fitted"], b.readings["cross_fitted"])
    errors = [training(result) * np.array(result.standard_error) for result in (a, b)]
    n = min(map(_independent_rows, (a, b)))
    return _of_difference(difference, np.hypot(*errors), level, n, paired=False)


def _independent_rows(result: PosteriorPID) -> int:
    """Rows that were measured, or groups of them."""
    if result.streamed is not None:
        return int(result.streamed.measured)
    groups = result.row_groups
    return len(result.row_terms) if groups is None else len(np.unique(groups))


def training(result: PosteriorPID) -> float:
    """Standard errors of sampling times this are those of what classifiers decode.

    Nadeau and Bengio's: of classifiers that learned once, sqrt(1 + n_test / n_train).
    """
    rows = result.streamed
    if rows is None:
        return TRAINING
    return math.sqrt(1 + rows.measured / max(rows.taught_sources, rows.taught_parts))


def _of_difference(
    difference: np.ndarray, error: np.ndarray, level: float, n: int, *, paired: bool
) -> Comparison:
    known = error > ROUNDING
    score = np.divide(difference, error, out=np.zeros(4), where=known)
    alike = np.where(np.isnan(difference), np.nan, np.abs(difference) <= ROUNDING)
    pvalue = np.where(known, 2 * ndtr(-np.abs(score)), alike)
    half_width = ndtri(0.5 + level / 2) * error
    return Comparison(
        difference=Atoms(*difference.tolist()),
        low=Atoms(*(difference - half_width).tolist()),
        high=Atoms(*(difference + half_width).tolist()),
        pvalue=Atoms(*pvalue.tolist()),
        contribution1=(float("nan"), -1.0, 1.0),
        confidence_level=float(level),
        decoded=True,
        paired=paired,
        least_pvalue=1 / (1 + n),
    )


def _check_rows(a: PosteriorPID, b: PosteriorPID) -> None:
    for result in (a, b):
        np.asarray(result.row_terms)  # raises where these were not saved with a loaded result
    if len(a.row_terms) != len(b.row_terms):
        msg = (
            f"compare: a is of {len(a.row_terms)} rows, b of {len(b.row_terms)}; expected the "
            "same samples in the same order"
        )
        raise ValueError(msg)
    given: Any = (
        ("sample_weight", a.row_weights, b.row_weights),
        ("groups", a.row_groups, b.row_groups),
    )
    for name, one, other in given:
        if not np.array_equal(one, other):  # also where one of them is None
            msg = f"compare: a and b were fitted with different {name}; expected the same"
            raise ValueError(msg)
