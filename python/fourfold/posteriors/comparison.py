# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether two decompositions of the same rows differ by more than chance and training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from fourfold.inference.comparison import Comparison, compare_tables
from fourfold.inputs.numbers import check_confidence_level
from fourfold.posteriors.held_out import Rows
from fourfold.posteriors.readings import atom_terms
from fourfold.results.atoms import ROUNDING, Atoms
from fourfold.results.posterior_pid import PosteriorPID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.results.pid import PID

__all__ = ["TRAINING", "compare", "compare_decoded"]

#: Standard errors of sampling times this are those of classifiers that were trained on samples,
#: too: Nadeau and Bengio's sqrt(1 + k n_test / n_train) is 1.5 for five folds, 1.58 for three.
TRAINING = 1.58


def compare(a: PID, b: PID, *, confidence_level: float | None = None) -> Comparison:
    """Compare two decompositions of the same samples, for example of two layers of a model.

    What the rows add to both alike cancels in the differences, as row n of both is the same
    sample. Targets may differ, as of two models' answers to the same inputs.

    Parameters
    ----------
    a, b : PID
        Results of `fourfold.pid` or `fourfold.PIDEstimator` of the same samples in the same order,
        with their confidence intervals; where these are from halves, with the same `n_resamples`
        and seed, so that the halves are the same. Or both of `fourfold.ClassifierPID` or
        `fourfold.posterior_pid`.
    confidence_level : float, optional
        That of `a` by default; of what classifiers decode that of its bounds.

    Returns
    -------
    Comparison
        a minus b.

    Raises
    ------
    TypeError
        If `a` or `b` is not a PID, or one is of classifiers and the other is not.
    ValueError
        If one has no confidence interval; if corrections, the number of rows, the halves, or
        weights or groups of rows differ.

    Notes
    -----
    Of tables, the error of sampling is that of the mean over the rows of the difference of their
    terms, or of the differences of the halves; that of the bias is of the difference of both. An
    interval goes from the least to the largest difference of the ends that both union informations
    may have, and the p-value is of the end nearest to zero.

    Atoms that classifiers decode are compared in the cross-fitted reading, by the differences
    of their held-out terms row by row. The error of sampling is taken 1.58 times (Nadeau and
    Bengio, Machine Learning 52, 2003: sqrt(1 + k n_test / n_train) for three folds; 1.5 for
    five), as the classifiers were trained on samples, too. For several seeds see
    `fourfold.LayerProfile.compare`.
    """
    decoded = [isinstance(result, PosteriorPID) for result in (a, b)]
    if not any(decoded):
        return compare_tables(a, b, confidence_level=confidence_level)
    if isinstance(a, PosteriorPID) and isinstance(b, PosteriorPID):
        return compare_decoded([a], [b], confidence_level)
    names = [type(result).__name__ for result in (a, b)]
    msg = (
        f"compare: a is a {names[0]} and b a {names[1]}; expected both of classifiers, or both of "
        "tables, as their difference would be one of the methods too"
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
    difference = rows.mean(terms)
    variance = (TRAINING * rows.error(terms)) ** 2
    if len(by_seed) > 1:
        each = np.array([rows.mean(of_seed) for of_seed in by_seed])
        variance += each.var(0, ddof=1) / len(each)
    error = np.sqrt(variance)
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
    )


def _check_rows(a: PosteriorPID, b: PosteriorPID) -> None:
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
