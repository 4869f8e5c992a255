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

Were V known T_a would be the sum of three logarithms of Wilks' Lambda. The best V takes the third
and as much of the first. What is left is a test of the rank of B2 and one of B1 given that: two
Lambdas, independent, with as many degrees of freedom as there are equations. (Where the rank is
lower, or the V are hardly told apart, T_a is smaller: simulated, no level is above the nominal
one by more than the simulation's error.) How many columns V_A has is not known: the p-value is the
largest over a. With a = 0 or all it is Wilks' test that Y is independent of one source given the
other, exact for any number of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fourfold.gaussian.wilks import log_lambda_mean_and_variance, log_lambda_tail

if TYPE_CHECKING:
    from fourfold.gaussian.closed_form import ClosedForm

__all__ = ["synergy_pvalue"]

_CLOSE = 0.5  # standard deviations within which the worst number of columns is looked for


class _Law(NamedTuple):
    """Parameters of the independent Betas whose product is distributed as exp(-T_a)."""

    first: np.ndarray
    second: np.ndarray


def synergy_pvalue(exact: ClosedForm, degrees: int, sizes: tuple[int, int, int]) -> np.ndarray:
    """Of the closed form of a scatter with so many degrees of freedom, more than there are columns."""
    shape = np.shape(exact.mi_joint)
    logs = np.log(exact.eigenvalues).reshape(-1, sizes[2])
    rest = np.zeros((len(logs), sizes[2] + 1))
    rest[:, :-1] = np.cumsum(logs[:, ::-1], axis=1)[:, ::-1]
    more = 2 * np.log(2) * np.ravel(np.asarray(exact.mi_joint) - np.asarray(exact.mi1))
    statistics = more[:, None] + rest
    laws = [_law(number, degrees, sizes) for number in range(sizes[2] + 1)]
    moments = np.array([log_lambda_mean_and_variance(*law) for law in laws])
    # in standard deviations: an a far from the least of these has a much smaller p-value
    far = (statistics - moments[:, 0]) / np.sqrt(moments[:, 1])
    close = far <= far.min(1, keepdims=True) + _CLOSE
    found = [
        max(log_lambda_tail(row[number], *laws[number]) for number in np.flatnonzero(near))
        for row, near in zip(statistics, close, strict=True)
    ]
    return np.array(found).reshape(shape)


def _law(number: int, degrees: int, sizes: tuple[int, int, int]) -> _Law:
    """Of `number` columns in V_A; B1 and B2 have the ranks that these leave them, at most."""
    d1, d2, dy = sizes
    left = degrees - d1 - d2
    rank1, rank2 = min(number, d1), min(dy - number, d2)
    if rank1 == d1 or rank1 + rank2 == dy:
        parts = [(dy - rank2, d2 - rank2), (rank2, d1)]
    else:
        parts = [(dy - rank1, d1 - rank1), (rank1, d2)]
    laws = [_wilks(columns, others, left) for columns, others in parts]
    return _Law(*(np.concatenate(each) for each in zip(*laws, strict=True)))


def _wilks(columns: int, others: int, left: int) -> _Law:
    """Lambda of `columns` columns and as many hypotheses as `others`, either way round."""
    few = min(columns, others)
    degrees = left + few - columns
    return _Law((degrees - np.arange(few)) / 2, np.full(few, max(columns, others) / 2))
