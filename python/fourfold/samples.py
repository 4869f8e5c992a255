# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Decompositions of samples: labels are counted, never spread over a dense table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from fourfold import _arrays, device_tables
from fourfold.decomposition import decompose_counted
from fourfold.device_arrays import device_of, on_device
from fourfold.information import joint_information
from fourfold.solver_options import DEFAULT_MAX_ITER, solver_options

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

    from fourfold.result import PID

__all__ = ["pid"]


def pid(
    x1: ArrayLike,
    x2: ArrayLike,
    y: ArrayLike,
    *,
    tol: float = 1e-4,
    max_iter: int = DEFAULT_MAX_ITER,
    method: str = "auto",
    num_threads: int | None = None,
    dtype: DTypeLike = "float64",
    device: str = "auto",
) -> PID:
    """Decompose I(X1,X2;Y) of labelled samples, in bits (plug-in estimate).

    Parameters
    ----------
    x1, x2 : array_like, shape (N,)
        States of the two sources, one a row: integers or strings. For embeddings use
        `PIDEstimator`.
    y : array_like, shape (N,) or (N, K_Y)
        The target: labels (integers or strings), or a matrix whose rows are probability
        distributions over the classes, for example a model's predictions.
    tol, max_iter, method, num_threads, dtype, device
        As in `decompose`. Integer labels in the memory of a CUDA device are counted there.

    Returns
    -------
    PID
        With `n_samples` = N. State i of X1 in `coupling(i, j)` is the i-th of the sorted
        labels, ``numpy.unique(x1)[i]``; likewise for x2 and y.

    Raises
    ------
    ValueError
        If the lengths differ, an array is empty, labels are neither integers nor strings,
        or a row of probabilities is negative, not finite or does not sum to 1.
    TypeError
        If an array is sparse.

    Notes
    -----
    With few samples per cell of the K1 x K2 x K_Y table the synergy of counts is biased
    upward, often by more than its true value.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1 = ["cat", "cat", "dog", "dog"]
    >>> x2 = [0, 1, 0, 1]
    >>> y = [0, 1, 1, 0]
    >>> round(ff.pid(x1, x2, y).synergy, 6)
    1.0
    """
    options: dict[str, Any] = {
        "tol": tol,
        "max_iter": max_iter,
        "method": method,
        "num_threads": num_threads,
        "dtype": dtype,
        "device": device,
    }
    solver_options(**options, x1=x1, x2=x2, y=y)  # raises before anything is counted
    if any(map(on_device, (x1, x2, y))):
        with device_of(x1, x2, y):
            return decompose_counted(*device_tables.count(x1, x2, y), **options)
    codes1, k1 = _arrays.labels(x1, "x1")
    codes2, k2 = _arrays.labels(x2, "x2")
    target = target_rows(y)
    n = _arrays.same_length(x1=codes1.shape[0], x2=codes2.shape[0], y=target.shape[0])
    pairs, pair_codes = np.unique(codes1 * np.int64(k2) + codes2, return_inverse=True)
    p1y = _dense(_sums_by_state(codes1, k1, target))
    p2y = _dense(_sums_by_state(codes2, k2, target))
    cells = _sums_by_state(pair_codes, len(pairs), target)
    mi_joint = joint_information(
        cells.ravel() if isinstance(cells, np.ndarray) else cells.data,
        np.bincount(pair_codes).astype(np.float64),
        p1y.sum(0),
        float(n),
    )
    return decompose_counted(p1y / n, p2y / n, mi_joint, n, **options)


def target_rows(y: Any) -> Any:
    """The target as (N, K_Y) rows: a sparse one-hot matrix of labels, or probabilities."""
    if y is None:
        msg = "y: a decomposition requires y to be passed, but the target y is None"
        raise ValueError(msg)
    shape = _arrays.shape_of(y, "y")
    if len(shape) == 2 and shape[1] != 1:
        return _arrays.probability_rows(y, "y")
    codes, ky = _arrays.labels(y, "y", "rows of class probabilities have shape (N, K_Y)")
    return _membership(codes, ky)


def _membership(codes: np.ndarray, states: int) -> sparse.csr_array:
    """(N, states) indicator of each row's state."""
    n = len(codes)
    return sparse.csr_array((np.ones(n), codes, np.arange(n + 1)), shape=(n, states))


def _sums_by_state(codes: np.ndarray, states: int, target: Any) -> Any:
    """(states, K_Y) sums of the target's rows over the samples in each state."""
    return _membership(codes, states).T @ target


def _dense(table: Any) -> np.ndarray:
    return table if isinstance(table, np.ndarray) else np.asarray(table.toarray())
