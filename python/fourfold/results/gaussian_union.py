# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result for any number of Gaussian sources: what subsets of them tell, and each alone."""

from __future__ import annotations

import dataclasses

from fourfold.results.gaussian_pid import Dependence
from fourfold.results.union_words import union_lines
from fourfold.results.unions import Unions

__all__ = ["GaussianUnion"]


@dataclasses.dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class GaussianUnion(Unions):
    """Union information and synergy of subsets of Gaussian sources, in bits.

    The union information v* of sources X_i, i in A, is the least I_q(X_A;Y) over all q, Gaussian
    or not, that keep each p(x_i,y). With C_i = Cov(Y|X_i) it is that of one Gaussian source that
    is above them all and tells as little as such a source can (proof in docs/gaussian.md)::

        v* = 1/2 log2 det Cov(Y) / max { det C : C <= C_i for all i in A }

    What the sources tell together beyond that, I(X_A;Y) - v*, is their synergy. Made by
    `fourfold.gaussian_union_from_covariance` and `fourfold.gaussian_union`. Index it by sources,
    ``result["audio", "text"]`` or ``result[0, 1]``, to get one subset as a `SubsetInformation`.

    Attributes
    ----------
    subsets : tuple of tuple of str
        The M subsets, of names of sources; small ones first.
    information : ndarray, shape (M,)
        I(X_A;Y) of each.
    union_information : ndarray, shape (M,)
        v* of each, the upper end of its interval, which a distribution was found for.
    gap : ndarray, shape (M,)
        Width in bits of the certified interval of v*, of the covariance that was solved: nothing
        is certified of a population. 0 for one or two sources and where one or two are above the
        others: these have a closed form.
    converged : ndarray of bool, shape (M,)
        Whether `gap` is at most the tolerance that was asked for; nothing else decides it.
    iterations : ndarray of int, shape (M,)
        Steps of the solver, 0 in closed form.
    source_names : tuple of str
        Of all sources; "x1", "x2" and so on where no names were given.
    sizes : tuple of int
        Numbers of columns of each source, and last of Y.
    model : str
        "covariance": of that matrix; "gaussian": of one fitted to samples; "copula": of one
        fitted to normal scores of their ranks.
    n_samples : int or None
        Rows behind it.
    bias_correction : str
        "none"; or "digamma", the exact bias of log det of each Cov(Y|X_i) is taken off.
    plug_in : SubsetNumbers or None
        The same of the covariance of the samples as it is, where that was corrected.
    standard_error : SubsetNumbers or None
        Of each by sampling, in bits, from what each row adds.
    confidence_interval : SubsetIntervals or None
        Of the population: of v* from the value by multipliers that other rows chose to that
        by the same rows.
    kink : ndarray, shape (M,), or None
        Bits by which v* by the same rows is higher.
    shrinkage : float or None
        Share of the identity that was mixed in.
    dependence : Dependence or None
        What there is between all sources and Y that the Gaussian model misses.

    See Also
    --------
    GaussianPID : Two sources, with all four atoms.

    Examples
    --------
    One source sees the first of two columns of Y, one the second, and one the sum of both, each
    with noise of its own:

    >>> import numpy as np, fourfold as ff
    >>> seen = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> cov = np.block([[seen @ seen.T + 0.5 * np.eye(3), seen], [seen.T, np.eye(2)]])
    >>> result = ff.gaussian_union_from_covariance(cov, (1, 1, 1, 2), source_names=("a", "b", "c"))
    >>> found = result["a", "b", "c"]
    >>> round(found.information, 4), round(found.union_information, 4), round(found.synergy, 4)
    (2.1962, 1.7722, 0.424)
    """

    shrinkage: float | None = None
    dependence: Dependence | None = None

    def __repr__(self) -> str:
        return "\n".join(union_lines(self))
