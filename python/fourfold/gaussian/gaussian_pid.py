# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The decomposition of samples as of a Gaussian, or of its copula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.gaussian.closed_form import closed_form_of
from fourfold.gaussian.conditioning import condition_on
from fourfold.gaussian.copies import warn_of_copies
from fourfold.gaussian.covariance_checks import OF_SAMPLES, check
from fourfold.gaussian.dependence.check_dependence import (
    check_dependence as check_dependence_of,
)
from fourfold.gaussian.estimate import estimate
from fourfold.gaussian.factors import factor
from fourfold.gaussian.fitted_result import fitted_result, shrunk_result
from fourfold.gaussian.rank_bias import RankBias, covariance_shift, warn_of_rank_noise
from fourfold.gaussian.samples import GaussianSamples, covariance_of, read_samples
from fourfold.gaussian.scatters import FOLDS, deal_rows
from fourfold.gaussian.shrinkage import check_shrinkage, shrunk_correlations
from fourfold.inference.options import Inference
from fourfold.inputs.device import array_module, place_of
from fourfold.inputs.numbers import true_or_false
from fourfold.inputs.random_state import drawn_seeds
from fourfold.runtime.threads import threads_for_columns

if TYPE_CHECKING:
    from fourfold.results.gaussian_pid import GaussianPID

__all__ = ["gaussian_pid"]

_METHODS = ("auto", "none", "digamma")
_WIDE = 1000  # columns from which on 16 scatter matrices are too much memory
_PLACE = "the samples' covariance"


def gaussian_pid(
    x1: Any,
    x2: Any,
    y: Any,
    *,
    given: Any = None,
    copula: bool = True,
    shrinkage: str | float | None = None,
    bias_correction: str = "auto",
    n_resamples: int = 0,
    confidence_level: float | None = 0.95,
    check_dependence: bool = True,
    random_state: Any = 0,
) -> GaussianPID:
    """Decompose I(X1,X2;Y) of samples of numbers: a target of any number of columns.

    Each column is given the ranks' normal scores, a Gaussian is fitted to these and decomposed in
    closed form, see `gaussian_pid_from_covariance`. That is exact in the limit of many rows for
    data that are jointly Gaussian after any monotone map of each column. Of others it is the
    decomposition of the Gaussian copula with the same ranks, which knows of no dependence like
    ``y = x1 * x2``: `check_dependence` looks for that.

    Parameters
    ----------
    x1, x2, y : array_like, shape (N, d), (N,) or (L, N, d)
        Sources and target, numbers; frames and tensors too. An embedding is a target as well. With
        layers in front (L, N, d) all L are decomposed in one call; what has none is shared. Arrays
        of CuPy stay on their device as far as rows go.
    given : array_like, shape (N, d) or (N,), optional
        T: everything is then given T, I(X1,X2;Y|T) and its atoms, as of what linear prediction by
        T leaves (of normal scores).
    copula : bool
        False fits a Gaussian to the columns as they are.
    shrinkage : {"ledoit-wolf", "oas"} or float, optional
        Mix so much of independence into the correlations, a share in [0, 1] or what Ledoit and Wolf
        or OAS find. For columns that are too many for the rows. The atoms are then those of the
        shrunk matrix, without correction, interval or tests.
    bias_correction : {"auto", "digamma", "none"}
        "auto" is "digamma": informations without the exact bias of Gaussian samples (and that of
        ranks, to first order), and v* = max(I1, I2, (I1 + U2 + I2 + U1) / 2) with U1 and U2 by
        directions that other rows chose. "none" reports the plug-in atoms.
    n_resamples : int
        0, errors from what each row adds; or at least 25 draws of a covariance of Gaussian rows
        (Wishart), each of which repeats the whole estimate, and the test of S = 0 is sharper.
    confidence_level : float or None
        Of the intervals, each on its own; None for no intervals. Rows are taken to be independent,
        which those of a time series are not.
    check_dependence : bool
        Whether to look for dependence that no Gaussian copula has.
    random_state : int, RandomState, Generator or None
        Deals the rows to folds, and draws.

    Returns
    -------
    GaussianPID
        Corrected atoms may be below zero where there is little: R and S, not U1 and U2.
        `plug_in` has the atoms of the matrix itself, `unique_cross_fitted` U1 and U2 as other rows
        confirm them, `eigenvalues` and `directions` the combinations of y, `confidence_interval`
        reaches from v* by directions of other rows to v* by the rows' own, and their errors.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If shapes do not fit, numbers are not finite, a column is constant, y holds labels (the
        message says what takes those); if there are not more rows than columns plus one; if
        columns are linear functions of others, with the block, the combination and what to do.

    Warns
    -----
    GaussianFitWarning
        Where other rows confirm U1 or U2 less than the plug-in value by more than .05 bits, where
        rows are too few to confirm any; where ties in ranks hide much; where the sources determine
        a combination of y as far as ranks can tell; where rows are copies of others; where there
        is dependence that the Gaussian has not.

    See Also
    --------
    gaussian_pid_from_covariance : Of a covariance.
    ClassifierPID : Of embeddings and labels, or of bins of a continuous target.
    posterior_pid : Of class probabilities.

    Notes
    -----
    With C_i = Cov(Y|X_i) any combinations V give U1 >= 1/2 log2 det(V'C_2 V) / det(V'C_1 V). The
    best V of the same rows finds too much: of ten columns alike in both sources .39 bits each at
    N = 480 where there are none. V of half of the rows, measured on the other half and without
    what few rows miss, finds .06 (docs/gaussian.md).

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> rng = np.random.default_rng(0)
    >>> y = rng.standard_normal((2000, 2))
    >>> x1 = np.exp(y + 0.5 * rng.standard_normal((2000, 2)))  # sees both columns
    >>> x2 = (y[:, :1] + rng.standard_normal((2000, 1))) ** 3  # sees the first, with more noise
    >>> result = ff.gaussian_pid(x1, x2, y)
    >>> bool(abs(result.unique1 - 1.82) < 0.1), round(result.unique2, 2)
    (True, 0.0)
    >>> result.direction_bits.round(1)  # of which X1 tells more: the second column, and the first
    array([1.2, 0.6])
    """
    copula = true_or_false(copula, "copula")
    looked = true_or_false(check_dependence, "check_dependence")
    shrinkage = check_shrinkage(shrinkage)
    inference = Inference.checked(bias_correction, n_resamples, confidence_level, _METHODS)
    seeds = drawn_seeds(random_state, 3)
    samples = read_samples(x1, x2, y, given, copula=copula)
    few = threads_for_columns(sum(samples.sizes) + samples.n_given)
    with place_of(x1=samples.rows).device, few:
        if shrinkage is not None:
            return _shrunk(samples, shrinkage, inference, copula=copula)
        _check_rows(samples)
        warn_of_copies(samples.rows, samples.sizes[-1])
        shift = None
        joint = None
        if samples.given is not None:
            joint = covariance_of(samples)
            check(joint, samples.sizes, given=samples.n_given, names=samples.names,
                  remedy=OF_SAMPLES, place=_PLACE)  # fmt: skip
        dealt = deal_rows(
            samples.rows,
            samples.sizes,
            generator=np.random.default_rng(seeds[0]),
            given=samples.given,
            n_folds=FOLDS if sum(samples.sizes) <= _WIDE else 4,
        )
        cov = dealt.scatters.whole() / dealt.scatters.total
        names = samples.names[: sum(samples.sizes)]
        factors = check(cov, samples.sizes, names=names, remedy=OF_SAMPLES, place=_PLACE)
        if copula:
            shift = covariance_shift(
                cov if joint is None else joint, samples.rows.shape[-2], samples.n_given
            )
            warn_of_rank_noise(RankBias(cov, shift, dealt.scatters.total, samples.sizes))
        found = estimate(dealt.scatters, shift, closed_form_of(factors, samples.sizes))
        dependence = None
        if looked:
            d1, d2, _ = samples.sizes
            rows = dealt.residual
            parts = rows[..., :d1], rows[..., d1 : d1 + d2], rows[..., d1 + d2 :]
            dependence = check_dependence_of(
                *parts, found.information.mi_joint, copula=copula, random_state=seeds[2]
            )
        return fitted_result(
            samples, dealt, found, inference, seeds[1], dependence, copula=copula
        )


def _check_rows(samples: GaussianSamples) -> None:
    n, columns = samples.rows.shape[-2], (*samples.sizes, samples.n_given)
    least = sum(columns) + 2
    if n >= least:
        return
    given = f" and {columns[3]} of given" if columns[3] else ""
    msg = (
        f"x1, x2, y: {n} rows are too few for {columns[0]} columns of x1, {columns[1]} of x2, "
        f"{columns[2]} of y{given}; expected at least {least} rows, better ten times as many. Give "
        'principal components (sklearn.decomposition.PCA), or ask for shrinkage="ledoit-wolf"'
    )
    if n < max(columns):
        msg += ". Where samples are in the columns, as in MINT, give x1.T, x2.T, y.T"
    raise ValueError(msg)


def _shrunk(
    samples: GaussianSamples, shrinkage: str | float, inference: Inference, *, copula: bool
) -> GaussianPID:
    if inference.bias_correction == "digamma":
        msg = (
            "bias_correction: 'digamma' is the bias of the samples' covariance, not of a shrunk "
            "one; expected 'auto' or 'none' with shrinkage"
        )
        raise ValueError(msg)
    if inference.n_resamples:
        msg = "n_resamples: a shrunk covariance has no interval; expected 0 with shrinkage"
        raise ValueError(msg)
    rows = samples.rows
    if samples.given is not None:
        rows = array_module(rows).concatenate([rows, samples.given], -1)
    matrix, share = shrunk_correlations(rows, shrinkage)
    factors = check(matrix, samples.sizes, given=samples.n_given, names=samples.names,
                    remedy=OF_SAMPLES, place=_PLACE)  # fmt: skip
    if samples.n_given:
        factors = factor(condition_on(matrix, (*samples.sizes, samples.n_given)))
    found = closed_form_of(factors, samples.sizes)
    return shrunk_result(samples, found, share, copula=copula)
