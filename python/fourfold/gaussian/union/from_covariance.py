# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The union information of any number of sources, from their covariance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from fourfold.gaussian.conditioning import condition_on
from fourfold.gaussian.covariance import read_covariance, read_sizes
from fourfold.gaussian.covariance_checks import check
from fourfold.gaussian.factors import factor
from fourfold.gaussian.union.unions import unions
from fourfold.inputs.device import on_host
from fourfold.inputs.numbers import positive_float, positive_int
from fourfold.inputs.subsets import default_names, read_names, read_subsets
from fourfold.results.gaussian_union import GaussianUnion
from fourfold.solve.union.gap_warning import warn_of_gap

__all__ = ["gaussian_union_from_covariance"]


def gaussian_union_from_covariance(
    cov: Any,
    sizes: Sequence[int],
    *,
    subsets: Iterable[Sequence[int | str]] | None = None,
    source_names: Sequence[str] | None = None,
    given: int = 0,
    tol: float = 1e-7,
) -> GaussianUnion:
    """Find what subsets of Gaussian sources must tell of Y together, and what of it is synergy.

    With C_i = Cov(Y|X_i) the union information of sources i in A is, over all couplings, those that
    are not Gaussian too (proof in docs/gaussian.md)::

        v* = 1/2 log2 det Cov(Y) / max { det C : C <= C_i for all i in A }

    Exact for one and for two sources, where it is that of `gaussian_pid_from_covariance`, and
    wherever one source is above the others or two above all; else solved, with bounds from both
    sides.

    Parameters
    ----------
    cov : array_like of float, shape (D, D)
        Covariance of the columns of one source after another, and last of Y (and T). An array of
        CuPy is copied to the host.
    sizes : sequence of int
        Columns of each source, and last of Y.
    subsets : iterable of sequences of int or str, optional
        Which subsets, by numbers or names of sources; all by default, of up to eight sources.
    source_names : sequence of str, optional
        Of the sources, in their order; "x1", "x2" and so on by default.
    given : int
        How many columns of t come last in `cov`: everything is then given T.
    tol : float, default 1e-7
        Width in bits of the certified interval that is good enough; 1e-11 can be reached.

    Returns
    -------
    GaussianUnion
        All of each subset, with the certified bounds of v*.

    Raises
    ------
    TypeError
        If `sizes`, `subsets` or `source_names` are no sequences of what they should be.
    ValueError
        As `gaussian_pid_from_covariance` of `cov`; if there are more than eight sources and no
        `subsets`, or a subset is of sources that are not there; if `cov` is a batch.

    Warns
    -----
    ConvergenceWarning
        If an interval is wider than `tol`; its bounds hold all the same.

    See Also
    --------
    gaussian_pid_from_covariance : Two sources, with all four atoms.
    gaussian_union : The same from samples.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16 (2014).
    Vandenberghe, Boyd, Wu, "Determinant maximization with linear matrix inequality constraints",
    SIAM J. Matrix Anal. Appl. 19 (1998).

    Examples
    --------
    Three sources see the same signal, each with noise of its own; together they tell more than
    they have to, as their noises cancel:

    >>> import numpy as np, fourfold as ff
    >>> cov = np.ones((4, 4)) + np.diag([1.0, 1.0, 1.0, 0.0])
    >>> result = ff.gaussian_union_from_covariance(cov, (1, 1, 1, 1))
    >>> print(result)
    Union information of 3 Gaussian sources in bits, of this covariance
      sources            I  union v*   synergy
      x1          0.500000  0.500000  0.000000
      x2          0.500000  0.500000  0.000000
      x3          0.500000  0.500000  0.000000
      x1, x2      0.792481  0.500000  0.292481
      x1, x3      0.792481  0.500000  0.292481
      x2, x3      0.792481  0.500000  0.292481
      x1, x2, x3  1.000000  0.500000  0.500000
      source  lost if dropped  Shapley share  excluded
      x1             0.000000       0.166667  0.000000
      x2             0.000000       0.166667  0.000000
      x3             0.000000       0.166667  0.000000
      largest certified gap 0.0e+00
    """
    columns = _read_sizes(sizes)
    names = read_names(source_names, len(columns) - 1)
    asked = read_subsets(subsets, names)
    tol = positive_float(tol, "tol")
    given = positive_int(given, "given", least=0)
    matrix, least, labels = read_covariance(on_host(cov, "cov"), columns, given)
    if matrix.ndim != 2:
        msg = (
            f"cov: expected one covariance, shape {matrix.shape[-2:]}, got a batch of shape "
            f"{matrix.shape}; take one after another: [f(one, sizes) for one in cov]"
        )
        raise ValueError(msg)
    check(matrix, columns, given=given, names=labels, least=least)
    left = condition_on(matrix, (*columns, given)) if given else matrix
    factors = factor(left[None])
    found = unions(factors, columns, asked, tol)
    result = GaussianUnion(
        subsets=tuple(tuple(names[k] for k in subset) for subset in asked),
        information=found.information[0],
        union_information=found.upper[0],
        gap=(found.upper - found.lower)[0],
        converged=(found.upper - found.lower)[0] <= tol,
        iterations=found.steps[0],
        source_names=names,
        sizes=columns,
        model="covariance",
    )
    warn_of_gap(result, tol)
    return result


def _read_sizes(sizes: Any) -> tuple[int, ...]:
    """Of at least one source and of Y."""
    if (
        isinstance(sizes, str)
        or not isinstance(sizes, (Sequence, np.ndarray))
        or len(sizes) < 2
    ):
        msg = (
            "sizes: expected numbers of columns, of each source and last of y, as (3, 3, 3, 2), "
            f"got {sizes!r}"
        )
        raise TypeError(msg)
    return read_sizes(sizes, (*default_names(len(sizes) - 1), "y"))
