# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A model's predictions as the target: probabilities or logits, of two classes also as one column."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.arrays import (
    as_array,
    as_numbers,
    as_real,
    check_same_length,
    reject_where,
)
from fourfold.inputs.device import array_module, on_device, to_cupy, to_numpy
from fourfold.inputs.label_arrays import reject_one_row
from fourfold.inputs.masses import probability_rows

__all__ = ["target_of"]


def target_of(x1: Any, y: Any, proba: Any, logits: Any, **others: Any) -> Any:
    """The target itself, or rows of class probabilities (N, K_Y) of what a model predicts.

    Parameters
    ----------
    x1 : array_like
        The first source, which has as many rows; counts are refused, as they have a target.
    y : array_like
        A target; returned as it is.
    proba : array_like, shape (N,) or (N, K_Y)
        P(y = 1), or probabilities of the classes.
    logits : array_like, shape (N,) or (N, K_Y)
        Log-odds of y = 1, or logits of the classes, log-probabilities among them.
    others
        Arguments that are of a target of labels or numbers alone.

    Raises
    ------
    TypeError
        If there are several, or one with an argument that does not go with it, or beside counts.
    ValueError
        If probabilities are not in [0, 1] or do not sum to 1, logits are NaN or infinitely large,
        or all of a row are -inf.
    """
    given = {
        name: v for name, v in (("y", y), ("proba", proba), ("logits", logits)) if v is not None
    }
    if len(given) > 1:
        msg = f"{', '.join(given)}: expected one of y, proba and logits, got {len(given)}"
        raise TypeError(msg)
    if proba is None and logits is None:
        return y
    (used,) = given
    if not hasattr(x1, "__len__") and not np.isscalar(x1) and x1 is not None:
        msg = f"{used}: counts as x1 have a target of their own; leave {used} out"
        raise TypeError(msg)
    for name, value in others.items():
        if value is not None and value is not False:
            msg = f"{name}: goes with labels or numbers as y, not with {used}"
            raise TypeError(msg)
    if logits is None:
        rows = _rows(proba)
    else:
        matrix = _matrix(logits, "logits")
        reject_one_row(logits, matrix.shape, "logits")
        rows = _softmax(matrix)
    n = _rows_in(x1)
    if n != 1:  # of x1 that has one row alone is told what it is
        check_same_length(**{"x1": n, used: len(rows)})
    return rows


def _rows_in(x1: Any) -> int:
    """How many, or 1 of what has none, which is refused where it is read."""
    shape = getattr(x1, "shape", None)
    if isinstance(shape, tuple):
        return int(shape[0]) if shape else 1
    return len(x1) if hasattr(x1, "__len__") else 1


def _matrix(values: Any, name: str) -> Any:
    """Real numbers in double precision, (N,) or (N, K_Y), on the host or on a device."""
    if on_device(values):
        array = to_cupy(values, name)
        as_real(np.zeros(1, array.dtype), name)
    else:
        array = as_numbers(as_array(values, name), name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2) or 0 in array.shape:
        msg = (
            f"{name}: expected one number a row for P(y = 1), shape (N,), or one a class, shape "
            f"(N, K_Y), got shape {array.shape}"
        )
        raise ValueError(msg)
    return array.astype(np.float64, copy=False)


def _rows(proba: Any) -> Any:
    array = _matrix(proba, "proba")
    if array.ndim == 2:
        if not on_device(array):
            try:
                probability_rows(array, "proba")
            except ValueError:
                reject_one_row(proba, array.shape, "proba")
                raise
        return array
    if not bool(((array >= 0) & (array <= 1)).all()):
        numbers = to_numpy(array)
        reject_where(numbers, ~np.isfinite(numbers), "proba", "finite")
        wrong = (numbers < 0) | (numbers > 1)
        reject_where(numbers, wrong, "proba", "between 0 and 1 (log-odds are logits=)")
    return array_module(array).stack([1 - array, array], axis=1)


def _softmax(logits: Any) -> Any:
    xp = array_module(logits)
    if logits.ndim == 1:
        small = xp.exp(-abs(logits))  # of infinite odds 0
        rare, common = small / (1 + small), 1 / (1 + small)
        likely = logits >= 0
        wrong = xp.isnan(logits)
        rows = xp.where(likely, rare, common), xp.where(likely, common, rare)
    else:
        wrong = xp.isnan(logits) | (logits == np.inf)
        wrong |= (logits.max(1) == -np.inf)[:, None]
    if bool(wrong.any()):
        accepted = "finite, or -inf where a class is impossible"
        reject_where(to_numpy(logits), to_numpy(wrong), "logits", accepted)
    if logits.ndim == 1:
        return xp.stack(rows, axis=1)
    powers = xp.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
