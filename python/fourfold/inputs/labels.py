# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What labels may look like, on the host or on a device."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.device import cupy, on_device, to_cupy, to_numpy
from fourfold.inputs.joint_states import EMBEDDINGS, source_column
from fourfold.inputs.label_counts import code_column, read_column

__all__ = ["EMBEDDINGS", "code_labels", "read_labels", "read_states"]


def read_labels(
    values: Any,
    name: str,
    hint: str = EMBEDDINGS,
    *,
    device: bool | None = None,
) -> tuple[Any, int]:
    """Codes 0..K-1 of integer or string labels in sorted order, and K; raise on others.

    Parameters
    ----------
    values : array_like
        Labels, one a row: shape (N,) or (N, 1).
    name, hint : str
        Name of the argument, and what to say where it has another shape.
    device : bool
        Whether the codes, int64 of shape (N,), shall be in the memory of the current CUDA
        device; by default where the values are.
    """
    if on_device(values) if device is None else device:
        return _read_on_device(values, name, hint)
    codes, states = code_labels(values, name, hint)
    return codes.astype(np.int64), len(states)


def read_states(
    values: Any, name: str, *, joint: bool | None = None, device: bool | None = None
) -> tuple[Any, int]:
    """The same of a source, which may be columns of states; see `source_column`."""
    there = on_device(values)
    if there if device is None else device:
        if len(getattr(values, "shape", ())) != 2 or values.shape[1] == 1:
            return _read_on_device(values, name, EMBEDDINGS)
        codes, number = read_states(to_numpy(values), name, joint=joint, device=False)
        return to_cupy(codes, name), number
    codes, states = code_column(source_column(values, name, joint=joint))
    return codes.astype(np.int64), len(states)


def code_labels(
    values: Any, name: str, hint: str = EMBEDDINGS
) -> tuple[np.ndarray, np.ndarray]:
    """Codes 0..K-1 of labels, and the K labels that occur, sorted; raise on others.

    Parameters
    ----------
    values : array_like
        Labels, one a row: shape (N,) or (N, 1). Integers, strings, dates, or what else is hashable,
        all of one kind; numbers with a fraction only where a container declares them categories.
        Columns of pandas, polars and Arrow are taken as they are, by their own codes where they
        have some.
    name, hint : str
        Name of the argument, and what to say where it has another shape.

    Returns
    -------
    codes : ndarray, shape (N,)
        Of the smallest unsigned type that has room.
    states : ndarray, shape (K,)
        Integers are int64, or uint64 where one is beyond; truths are bool; words are of fixed
        width, str or bytes, or str objects where one ends in NUL; dates and durations of NumPy
        are their own; declared numbers that are not whole are float64; all else is objects, in
        order of appearance where they cannot be sorted.
    """
    return code_column(read_column(values, name, hint))


def _read_on_device(values: Any, name: str, hint: str) -> tuple[Any, int]:
    if not on_device(values) and np.asarray(values).dtype.kind not in "iubfc":
        values = read_labels(values, name, hint)[0]  # words are coded where they are
    xp = cupy()
    array = to_cupy(values, name)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    whole = array.dtype.kind in "iub" or (
        array.dtype.kind == "f"
        and bool(np.isfinite(array).all())
        and bool((array == xp.floor(array)).all())
    )
    if array.ndim != 1 or array.size == 0 or not whole:
        read_labels(to_numpy(array), name, hint)  # raises, and says why
    states, codes = xp.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), len(states)
