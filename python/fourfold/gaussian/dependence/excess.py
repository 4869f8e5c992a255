# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Information that nearest neighbours find above that of a Gaussian, by the same rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import ndtri

from fourfold.gaussian.dependence.nearest_neighbours import information_terms
from fourfold.gaussian.information_bias import log_det_bias
from fourfold.gaussian.normal_scores import normal_scores
from fourfold.gaussian.rank_bias import RankBias, covariance_shift

__all__ = ["Excess", "apart", "excess_information", "excess_of_ranks"]

#: Rows of Gaussian draws beside those of the data, and at most so many draws.
DRAWN, DRAWS = 4000, 4
#: By how much the error of the mean of terms is above that of independent ones, as rows are each
#: other's neighbours: 1.1 to 1.4 in 2 to 6 dimensions without dependence, less with more.
NEIGHBOURLY = 1.35
#: What a column has to keep of its variance beside the others to be looked at.
APART = 1e-4
#: Spacings of ranks that have to fit into what is left of the narrowest direction of all columns.
SPACINGS = 3
#: Standard deviation of what ranks hide, beside its mean: as in `interval.RANKS`.
HIDDEN_ERROR = 0.4


class Excess(NamedTuple):
    """In bits; near zero in the mean where the rows are Gaussian, whatever their number."""

    bits: float
    standard_error: float


def excess_information(
    x: np.ndarray, y: np.ndarray, generator: np.random.Generator, draws: int = DRAWS
) -> Excess:
    """Of I(X;Y), x (N, d1) and y (N, d2); columns that are combinations of others are left out.

    Terms of neighbours less those of the Gaussian, row by row: what both have in common, most of
    the noise, cancels. Neighbours find too little where much is to be found in few rows, so that
    the same is done to Gaussian rows of the same correlations, and subtracted: at most so many
    draws of them.
    """
    x, y = x[:, apart(x)], y[:, apart(y)]
    if 0 in x.shape + y.shape:
        return Excess(0.0, 0.0)  # nothing is left to depend on each other
    rows, split = np.hstack([x, y]), x.shape[1]
    scores = normal_scores(rows).values
    correlations = np.corrcoef(scores.T)
    if np.linalg.eigvalsh(correlations)[0] < (SPACINGS / len(rows)) ** 2:
        return Excess(0.0, 0.0)  # so Gaussian that ranks tell no more
    terms, gaussian = _gaussian_terms(scores, correlations, split)
    differences = information_terms(*_parts(_untied(rows, generator), split)) - terms
    root = np.linalg.cholesky(_shrunk(correlations, len(rows), split, gaussian))
    draws = min(draws, max(1, DRAWN // len(rows)))
    usual = 0.0
    for _ in range(draws):
        drawn = normal_scores(generator.standard_normal(rows.shape) @ root.T).values
        expected, _ = _gaussian_terms(drawn, np.corrcoef(drawn.T), split)
        usual += float((information_terms(*_parts(drawn, split)) - expected).mean()) / draws
    error = float(differences.std()) * np.sqrt((1 + 1 / max(1, draws)) / len(rows))
    return Excess(float(differences.mean()) - usual, NEIGHBOURLY * error)


def excess_of_ranks(columns: np.ndarray, scores: np.ndarray, targets: int) -> Excess:
    """What the Gaussian of normal scores (N, D) has of I(X;Y) above that of the columns (N, D).

    The last so many columns are Y. What ranks of Gaussian rows hide is added, as it may be more than
    all that a Gaussian does not see. Nothing is said of so few rows that none is sure.
    """
    rows, width = columns.shape
    if rows < 2 * width or 0 in np.ptp(columns, 0):
        return Excess(0.0, 0.0)
    terms = []
    for values in (columns, scores):
        standard = (values - values.mean(0)) / values.std(0)
        terms.append(_gaussian_terms(standard, np.corrcoef(standard.T), width - targets)[0])
    differences = terms[1] - terms[0]
    cov = np.corrcoef(scores.T)
    ranks = RankBias(cov, covariance_shift(cov, rows), rows - 1, (width - targets, targets))
    hidden = float(ranks.information()[-1])
    error = float(np.hypot(differences.std() / np.sqrt(rows), HIDDEN_ERROR * hidden))
    return Excess(float(differences.mean()) - hidden, error)


def _parts(rows: np.ndarray, split: int) -> tuple[np.ndarray, np.ndarray]:
    return rows[:, :split], rows[:, split:]


def _gaussian_terms(
    scores: np.ndarray, correlations: np.ndarray, split: int
) -> tuple[np.ndarray, float]:
    """Bits of each row by the Gaussian, and their mean: I(X;Y) of the correlations."""
    terms, gaussian = np.zeros(len(scores)), 0.0
    for sign, part in ((1, slice(split)), (1, slice(split, None)), (-1, slice(None))):
        lower = np.linalg.cholesky(correlations[part, part])
        white = solve_triangular(lower, scores[:, part].T, lower=True, check_finite=False)
        terms += sign * (white**2).sum(0) / (2 * np.log(2))
        gaussian += sign * float(np.log2(np.diag(lower)).sum())
    return terms + gaussian, gaussian


def _shrunk(correlations: np.ndarray, rows: int, split: int, gaussian: float) -> np.ndarray:
    """Correlations with so much less between X and Y as the Gaussian information is too high."""
    sizes = split, len(correlations) - split
    biases = [log_det_bias(rows - 1, size) for size in (*sizes, sum(sizes))]
    bias = biases[0] + biases[1] - biases[2]
    share = np.sqrt(max(gaussian - bias, 0.0) / gaussian) if gaussian > 0 else 0.0
    shrunk: np.ndarray = correlations.copy()
    shrunk[:split, split:] *= share
    shrunk[split:, :split] *= share
    return shrunk


def _untied(rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Normal scores, the order of equal values drawn: they would be neighbours at no distance."""
    spread = ndtri(np.arange(1, len(rows) + 1) / (len(rows) + 1))
    scores = np.empty(rows.shape)
    for k, column in enumerate(rows.T):
        drawn = generator.permutation(len(rows))  # another for each, or ties would go together
        scores[drawn[np.argsort(column[drawn], kind="stable")], k] = spread
    return scores


def apart(values: np.ndarray) -> list[int]:
    """Which columns (N, d) are neither constant nor combinations of those before."""
    kept: list[int] = []
    basis = np.zeros((len(values), 0))
    # what is left of a constant is rounding
    least = 1e-20 * (values**2).sum(0)
    for k, column in enumerate((values - values.mean(0)).T):
        left = column - basis @ (basis.T @ column)
        if left @ left > max(APART * (column @ column), least[k]):
            kept.append(k)
            basis = np.hstack([basis, left[:, None] / np.sqrt(left @ left)])
    return kept
