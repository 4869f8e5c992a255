# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Weighted sums of entropies of numbers, by a Gaussian fitted to them or to their normal scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from fourfold.gaussian.columns import read_named
from fourfold.gaussian.copies import warn_of_copies
from fourfold.gaussian.covariance_checks import Remedy, check
from fourfold.gaussian.information_bias import log_det_bias
from fourfold.gaussian.interval import RANKS
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.rank_bias import RankBias, covariance_shift
from fourfold.gaussian.ties import warn_of_ties
from fourfold.inputs.device import to_numpy
from fourfold.measures.combination import Combination
from fourfold.measures.estimates import Estimate
from fourfold.results.multivariate import InformationInterval

__all__ = ["GaussianRows", "of_rows", "permuted_rows", "read_rows"]

_REMEDY = Remedy(
    "Drop one of these columns, or give principal components (sklearn.decomposition.PCA)",
    "Leave that combination out",
)


class GaussianRows(NamedTuple):
    """Variables of one or more columns beside each other.

    Attributes
    ----------
    values : ndarray, shape (N, D)
        Of mean 0.
    columns : list of ndarray
        Which of them each variable has.
    ranks : bool
        Whether they are normal scores.
    names : tuple of str
        Of the columns, for messages.
    """

    values: np.ndarray
    columns: list[np.ndarray]
    ranks: bool
    names: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Columns of each variable."""
        return tuple(map(len, self.columns))


def read_rows(named: Mapping[str, Any], *, copula: bool) -> GaussianRows:
    """Variables by name, "y" last where there is one; raises as `fourfold.gaussian_union`."""
    read = read_named(named)
    for one in read:
        if one.values.ndim != 2:
            msg = (
                f"{one.name}: expected an array of shape (N, d), got shape {one.values.shape}; take "
                "layers one after another"
            )
            raise ValueError(msg)
    if copula:
        scores = [normal_scores(one.values) for one in read]
        warn_of_ties(read, scores)
        values = np.concatenate([to_numpy(each.values) for each in scores], 1)
    else:
        values = np.concatenate([to_numpy(one.values) for one in read], 1)
        values = values / np.abs(values).max(0)  # first, as squares of 1e200 are infinite
    values = values - values.mean(0)
    ends = np.cumsum([one.values.shape[1] for one in read])
    rows, least = len(values), int(ends[-1]) + 2
    if rows < least:
        msg = (
            f"{', '.join(named)}: {rows} rows are too few for {ends[-1]} columns; expected at least "
            f"{least} rows, better ten times as many. Give principal components "
            "(sklearn.decomposition.PCA)"
        )
        raise ValueError(msg)
    warn_of_copies(values, len(values[0]) - (int(ends[-2]) if len(ends) > 1 else 0))
    labels = [
        f"{one.name}[{label!r}]"
        for one in read
        for label in (one.labels or range(one.values.shape[1]))
    ]
    return GaussianRows(values, np.split(np.arange(ends[-1]), ends[:-1]), copula, tuple(labels))


def of_rows(
    rows: GaussianRows, combination: Combination, level: float | None, *, correct: bool
) -> Estimate:
    """Terms by log determinants, without their exact bias where asked, and the error of their sum.

    log det of a covariance S moves with a row z by z' S^-1 z - d.
    """
    n, size = rows.values.shape
    degrees = n - 1
    cov = rows.values.T @ rows.values / degrees
    check(cov, rows.sizes, names=rows.names, remedy=_REMEDY, place="the samples' covariance")
    shift = covariance_shift(cov, n) if rows.ranks else None
    entropies, bias, of_ranks = (np.zeros(len(combination.sets)) for _ in range(3))
    adds = np.zeros(n)
    for k, (one, weight) in enumerate(zip(combination.sets, combination.weights, strict=True)):
        columns = np.concatenate([rows.columns[variable] for variable in one])
        block = np.ix_(columns, columns)
        root = np.linalg.cholesky(cov[block])
        entropies[k] = np.log2(np.diagonal(root)).sum()
        bias[k] = log_det_bias(degrees, len(columns))
        if shift is not None:
            of = RankBias(cov[block], shift[block], degrees, (len(columns),))
            of_ranks[k] = float(of.entropy())
        scaled = np.linalg.solve(root, rows.values[:, columns].T)
        adds += weight * (scaled**2).sum(0) / (2 * np.log(2))
    plug_in = combination.terms @ entropies
    corrected = combination.terms @ (entropies - bias - of_ranks)
    value = float(combination.coefficients @ corrected)
    # log determinants scatter by the degrees that are left, the first columns' more than the last
    error = float(adds.std() / np.sqrt(max(n - size / 2, 1.0)))
    error = float(np.hypot(error, RANKS * (combination.weights @ of_ranks)))
    interval = None
    if level is not None:
        far = float(stdtrit(max(degrees - size, 1), 0.5 + level / 2)) * error
        interval = InformationInterval(value - far, value + far, level)
    return Estimate(plug_in, corrected if correct else None, error, interval, False)


def permuted_rows(
    rows: GaussianRows, combination: Combination, moved: Sequence[int], number: int,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Plug-in sums, (number,), after permutations of the rows of some variables."""
    values, found = rows.values.copy(), np.zeros(number)
    for k in range(number):
        for variable in moved:
            columns = rows.columns[variable]
            values[:, columns] = values[rng.permutation(len(values))][:, columns]
        cov = values.T @ values / (len(values) - 1)
        for one, weight in zip(combination.sets, combination.weights, strict=True):
            columns = np.concatenate([rows.columns[variable] for variable in one])
            found[k] += weight * np.linalg.slogdet(cov[np.ix_(columns, columns)])[1]
    bits: np.ndarray = found / (2 * np.log(2))
    return bits
