# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Warnings and errors that Fourfold raises."""

from __future__ import annotations

__all__ = [
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "DiscretisationWarning",
    "DuplicateRowsWarning",
    "FewPermutationsWarning",
    "GaussianFitWarning",
    "ProjectionWarning",
    "RandomAnswersWarning",
    "UndersampledWarning",
]


class ConvergenceWarning(UserWarning):
    """The certified gap is wider than `tol`; the result still carries its certified bounds.

    See Also
    --------
    decompose : Has `tol`, and `max_iter` steps to get there.
    PID : Its `gap` is the width that was reached, in bits.

    Examples
    --------
    Bounds hold all the same; as an error:

    >>> import warnings, numpy as np, fourfold as ff
    >>> table = np.random.default_rng(0).dirichlet(np.full(27, 0.3)).reshape(3, 3, 3)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", ff.ConvergenceWarning)
    ...     ff.decompose(table, max_iter=1, tol=1e-9)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ConvergenceWarning: ...
    """


class UndersampledWarning(UserWarning):
    """The table has so many cells for the samples that what was counted is mostly bias.

    See Also
    --------
    pid : Gives it, and corrects for the bias of counting.
    PID : Its `undersampled` says the same of a result.
    SamplesPerCell : How many samples there are for the cells.

    Examples
    --------
    Nine samples of 243 cells:

    >>> import warnings, fourfold as ff
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ff.UndersampledWarning)
    ...     ff.pid(range(9), range(9), [0, 1, 2] * 3).undersampled
    True
    """


class DiscretisationWarning(UserWarning):
    """Clusters keep so little of what a source tells that atoms of them are not those of it.

    Or equal values of a target leave fewer bins than were asked for.

    See Also
    --------
    PIDEstimator : Gives it of clusters.
    Kept : What clusters keep, in bits.
    bin_target : Gives it of bins.

    Examples
    --------
    >>> import warnings, fourfold as ff
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ff.DiscretisationWarning)
    ...     ff.bin_target([0, 0, 0, 0, 1, 2, 3, 4], 4).edges  # three edges, but for the zeros
    array([0., 2.])
    """


class DuplicateRowsWarning(UserWarning):
    """Rows of a source repeat, so that what is held out may have been seen.

    See Also
    --------
    ClassifierPID : Gives it, and takes `groups` of rows that are not independent.
    OuterBounds : Not known where rows repeat between folds.

    Examples
    --------
    As an error, so that no result is made of such rows:

    >>> import warnings, fourfold as ff
    >>> warnings.filterwarnings("error", category=ff.DuplicateRowsWarning)
    """


class FewPermutationsWarning(UserWarning):
    """No p-value of so few permutations is small when adjusted for so many tests.

    See Also
    --------
    adjust_pvalues : Gives it.
    permutation_test : Has `n_permutations`.

    Examples
    --------
    >>> import numpy as np, warnings, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).integers(2, size=(2, 100))
    >>> tests = ff.permutation_test(x1, x2, x1 & x2, ["mi1", "mi2"], n_permutations=19)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ff.FewPermutationsWarning)
    ...     adjusted = ff.adjust_pvalues(tests)
    >>> adjusted
    {'mi1': 0.05, 'mi2': 0.05}
    """


class GaussianFitWarning(UserWarning):
    """Atoms of a Gaussian copula are not those of the data, or far from those of the population.

    See Also
    --------
    gaussian_pid : Gives it.
    Dependence : What a Gaussian misses, in bits.

    Examples
    --------
    The product of two numbers is no monotone function of either, which no Gaussian copula has:

    >>> import warnings, numpy as np, fourfold as ff
    >>> x1, x2 = np.random.default_rng(0).standard_normal((2, 500))
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", ff.GaussianFitWarning)
    ...     bool(ff.gaussian_pid(x1, x2, x1 * x2).dependence.exceeds)
    True
    """


class ProjectionWarning(UserWarning):
    """Masked answers contradict the joint ones, so that the atoms are about what was made of them.

    See Also
    --------
    decision_pid : Gives it.
    DecisionPID : Says how far masked answers were moved.

    Examples
    --------
    >>> import warnings, fourfold as ff
    >>> warnings.filterwarnings("error", category=ff.ProjectionWarning)
    """


class RandomAnswersWarning(UserWarning):
    """A model answers the same inputs otherwise when it is asked again.

    See Also
    --------
    recombined_pid : Asks a model again, and gives it.

    Examples
    --------
    >>> import warnings, fourfold as ff
    >>> warnings.filterwarnings("error", category=ff.RandomAnswersWarning)
    """


class CudaError(RuntimeError):
    """A CUDA device was asked for and there is none, or a call or a kernel on it failed.

    See Also
    --------
    CudaMemoryError : Of memory alone.
    fourfold.cuda.device_count : Whether there is a device.
    show_config : What this build has.

    Examples
    --------
    The host instead, where there is no device:

    >>> import fourfold as ff
    >>> try:
    ...     result = ff.decompose(ff.gates.AND.pmf, device="cuda")
    ... except ff.CudaError:
    ...     result = ff.decompose(ff.gates.AND.pmf, device="cpu")
    >>> round(result.synergy, 4)
    0.5
    """


class CudaMemoryError(CudaError, MemoryError):
    """The CUDA device has not the memory that is needed; the message says how much that is.

    See Also
    --------
    CudaError : Of anything that fails on a device.

    Examples
    --------
    Who catches either gets it:

    >>> import fourfold as ff
    >>> issubclass(ff.CudaMemoryError, MemoryError), issubclass(ff.CudaMemoryError, ff.CudaError)
    (True, True)
    """
