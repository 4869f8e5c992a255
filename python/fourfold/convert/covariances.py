# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Covariances that have the target first."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.arrays import as_array, as_real
from fourfold.inputs.numbers import positive_int

__all__ = ["Covariance", "gpid"]


class Covariance(NamedTuple):
    """A covariance in the order x1, x2, y; of `gpid`.

    Attributes
    ----------
    cov : ndarray of float64, shape (..., D, D)
        Blocks of x1, x2 and y, in this order.
    sizes : tuple of int
        Numbers of columns of x1, x2 and y.

    See Also
    --------
    fourfold.convert.gpid : Makes it.
    fourfold.gaussian_pid_from_covariance : Takes it: ``gaussian_pid_from_covariance(*covariance)``.

    Examples
    --------
    >>> import numpy as np, fourfold as ff
    >>> cov, sizes = ff.convert.gpid(np.diag([1.0, 2.0, 3.0]), 1, 1, 1)  # of M, X and Y
    >>> cov.diagonal().tolist(), sizes
    ([2.0, 3.0, 1.0], (1, 1, 1))
    """

    cov: np.ndarray
    sizes: tuple[int, int, int]


def gpid(cov: Any, dm: int, dx: int, dy: int) -> Covariance:
    """A covariance of gpid, whose order is M, X, Y: the message, which is the target, first.

    Parameters
    ----------
    cov : array_like, shape (..., dm + dx + dy, dm + dx + dy)
        Covariance as gpid's ``exact_gauss_tilde_pid(cov, dm, dx, dy)`` takes it, or a batch.
    dm, dx, dy : int
        Numbers of columns of the message M (here y), of X (here x1) and of Y (here x2).

    Returns
    -------
    Covariance
        ``(cov, sizes)`` for `fourfold.gaussian_pid_from_covariance`.

    Raises
    ------
    ValueError
        If the matrix does not have dm + dx + dy columns, or these are not positive.

    See Also
    --------
    fourfold.gaussian_pid_from_covariance : Decompose it, in bits, as gpid's are.

    Examples
    --------
    >>> import fourfold as ff
    >>> cov = [[1.0, 0.5, 0.5], [0.5, 1.0, 0.25], [0.5, 0.25, 1.0]]  # of M, X and Y
    >>> result = ff.gaussian_pid_from_covariance(*ff.convert.gpid(cov, 1, 1, 1))
    >>> [round(atom, 4) for atom in result.atoms]
    [0.2075, 0.0, 0.0, 0.161]
    """
    dm, dx, dy = (
        positive_int(size, name) for size, name in ((dm, "dm"), (dx, "dx"), (dy, "dy"))
    )
    matrix = as_real(as_array(cov, "cov"), "cov")
    columns = dm + dx + dy
    if matrix.ndim < 2 or matrix.shape[-2:] != (columns, columns):
        msg = (
            f"cov: expected shape (..., {columns}, {columns}), dm + dx + dy columns, "
            f"got shape {matrix.shape}"
        )
        raise ValueError(msg)
    order = np.r_[dm:columns, :dm]
    return Covariance(matrix[..., order[:, np.newaxis], order], (dx, dy, dm))
