# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The likelihood ratio test that the synergy of a Gaussian is zero.

Write Y = B1 X1 + B2 X2 + E. S = 0 says that combinations V_A of Y, those that X1 tells more about,
are independent of X2 given X1, others V_B of X1 given X2, and what is left of the two uncorrelated:
V_A'B2 = 0, V_B'B1 = 0, V_A' Cov(E) V_B = 0; that is B1' Cov(E)^-1 B2 = 0. Among all V the
likelihood is greatest at the eigenvectors of C2 v = l C1 v (Hadamard's inequality, as in the
closed form), so with S1, S2, S12 the residual scatters of Y, l in falling order, and a columns in
V_A the statistic is ::

    T_a = log det S1 / det S12 + sum_{k > a} log l_k        and min T_a = 2 S (plug-in, in nats).

For the true V it would be the sum of -log of three independent Wilks' Lambdas, of the three
equations, whatever the covariance. The best V makes it less. How many columns V_A has is not known:
the largest p-value over a is one that holds for any number of rows (`exact_pvalue`), if much too
large where Y has many columns.

Where V is told clearly it takes the degrees of freedom of its own parameters: a test of the rank
of B1 and of B2 and of partial correlations are left. Where it is not, as where X2 is nearly a copy
of X1, it takes less (.05 was .10), and draws from the fitted null tell: `resampled_pvalue` is
the larger of the two, and at most the exact one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.wilks import log_lambda_mean_and_variance, log_lambda_tail
from fourfold.gaussian.wishart import wishart_draws

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.gaussian.closed_form import ClosedForm

__all__ = ["exact_pvalue", "resampled_pvalue"]

_CLOSE = 0.5  # standard deviations within which the worst number of columns is looked for
_BYTES = 2**27  # of draws that are worked on together


class _Law(NamedTuple):
    """Parameters of the independent Betas whose product is distributed as exp(-T_a)."""

    first: np.ndarray
    second: np.ndarray


def exact_pvalue(
    exact: ClosedForm,
    degrees: int,
    sizes: tuple[int, int, int],
    *,
    tails: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Of the closed form of a scatter with so many degrees of freedom, at least one for each column.

    A p-value of at most .05 has a chance of at most .05 there, for any number of Gaussian rows.
    """
    return _largest(_statistics(exact, sizes, tails), degrees, sizes, _law_of_known)


def resampled_pvalue(
    exact: ClosedForm,
    scatter: np.ndarray,
    degrees: int,
    sizes: tuple[int, int, int],
    n_resamples: int,
    generator: np.random.Generator,
    *,
    tails: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Of `scatter` (..., D, D) and its closed form, by draws of scatters without synergy."""
    shape = scatter.shape[:-2]
    statistics = _statistics(exact, sizes, tails)
    found = np.ravel(statistics.min(-1))
    flat = scatter.reshape(-1, *scatter.shape[-2:])
    values = np.asarray(exact.eigenvalues).reshape(len(flat), -1)
    rows = np.asarray(exact.directions).reshape(len(flat), sizes[2], sizes[2])
    drawn = np.empty(len(flat))
    for layer, one in enumerate(flat):
        fitted = _fitted_null(one / degrees, values[layer], rows[layer], sizes)
        drawn[layer] = _share_above(
            found[layer], fitted, degrees, sizes, n_resamples, generator
        )
    told, known = (
        _largest(statistics, degrees, sizes, law) for law in (_law_of_told, _law_of_known)
    )
    least: np.ndarray = np.minimum(np.maximum(told, drawn.reshape(shape)), known)
    return least


def _statistics(
    exact: ClosedForm, sizes: tuple[int, int, int], tails: np.ndarray | float
) -> np.ndarray:
    """T_a (..., dy + 1) for a = 0 to dy, as of a Gaussian."""
    logs = np.log(exact.eigenvalues)
    rest = np.zeros((*logs.shape[:-1], sizes[2] + 1))
    rest[..., :-1] = np.cumsum(logs[..., ::-1], axis=-1)[..., ::-1]
    more = 2 * np.log(2) * (np.asarray(exact.mi_joint) - np.asarray(exact.mi1))
    statistics: np.ndarray = (more[..., None] + rest) / np.asarray(tails)[..., None]
    return statistics


def _largest(
    statistics: np.ndarray,
    degrees: int,
    sizes: tuple[int, int, int],
    law_of: Callable[[int, int, tuple[int, int, int]], _Law],
) -> np.ndarray:
    """P-value of the number of columns in V_A that explains the scatter best."""
    shape = statistics.shape[:-1]
    statistics = statistics.reshape(-1, sizes[2] + 1)
    left = degrees - sizes[0] - sizes[1]
    laws = [law_of(number, left, sizes) for number in range(sizes[2] + 1)]
    moments = np.array([log_lambda_mean_and_variance(*law) for law in laws])
    # in standard deviations: an a far from the least of these has a much smaller p-value
    far = (statistics - moments[:, 0]) / np.sqrt(moments[:, 1])
    close = far <= far.min(1, keepdims=True) + _CLOSE
    found = [
        max(log_lambda_tail(row[number], *laws[number]) for number in np.flatnonzero(near))
        for row, near in zip(statistics, close, strict=True)
    ]
    return np.array(found).reshape(shape)


def _law_of_known(number: int, left: int, sizes: tuple[int, int, int]) -> _Law:
    """Of `number` columns in a V_A that is known; `left` degrees of freedom of y given both."""
    d1, d2, dy = sizes
    other = dy - number
    return _joined((number, d2, left), (other, d1, left), (number, other, left - other))


def _law_of_told(number: int, left: int, sizes: tuple[int, int, int]) -> _Law:
    """The same of the best V; B1 and B2 have the ranks that V leaves them, at most."""
    d1, d2, dy = sizes
    rank1, rank2 = min(number, d1), min(dy - number, d2)
    return _joined(
        (dy - rank2, d2 - rank2, left),
        (dy - rank1, d1 - rank1, left),
        (rank1, rank2, left - dy + rank1),
    )


def _joined(*parts: tuple[int, int, int]) -> _Law:
    """Lambdas of so many columns, hypotheses and degrees of freedom left, either way round."""
    first, second = [], []
    for columns, others, left in parts:
        few = min(columns, others)
        first.append((left + few - columns - np.arange(few)) / 2)
        second.append(np.full(few, max(columns, others) / 2))
    return _Law(np.concatenate(first), np.concatenate(second))


def _fitted_null(
    cov: np.ndarray, values: np.ndarray, rows: np.ndarray, sizes: tuple[int, int, int]
) -> np.ndarray:
    """The likeliest covariance without synergy; y in the basis of the eigenvectors."""
    d1, d2, dy = sizes
    source = d1 + d2
    above = values > 1
    sources = cov[:source, :source]
    weights, left = np.zeros((dy, source)), np.zeros(dy)
    for chosen, part in ((above, slice(0, d1)), (~above, slice(d1, source))):
        told = rows[chosen] @ cov[source:, part]
        weights[chosen, part] = np.linalg.solve(cov[part, part], told.T).T
        variance = ((rows[chosen] @ cov[source:, source:]) * rows[chosen]).sum(1)
        left[chosen] = variance - (told * weights[chosen, part]).sum(1)
    crossed = weights @ sources
    target = crossed @ weights.T + np.diag(left)
    return np.block([[sources, crossed.T], [crossed, target]])


def _share_above(
    value: float,
    cov: np.ndarray,
    degrees: int,
    sizes: tuple[int, int, int],
    n_resamples: int,
    generator: np.random.Generator,
) -> float:
    """Share of draws with as much plug-in synergy, the scatter itself counted as one."""
    scale = 1 / np.sqrt(np.diagonal(cov))
    scaled = cov * scale * scale[:, None]
    step = max(1, _BYTES // (8 * cov.size))
    count = 1
    for start in range(0, n_resamples, step):
        number = min(step, n_resamples - start)
        draws = wishart_draws(scaled, np.array([degrees]), sizes, number, generator)
        again = closed_form(draws.scatter[:, 0] / degrees, sizes)
        count += int((_statistics(again, sizes, 1.0).min(-1) >= value).sum())
    return count / (n_resamples + 1)
