# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Embeddings in matrices of scipy.sparse, made dense where memory is free for that."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from fourfold.inputs.room import require_room

__all__ = ["dense_rows"]


def dense_rows(values: Any, name: str) -> Any:
    """Sparse rows (N, d) with their zeros, in their own precision; anything else as it is.

    Raises MemoryError where they do not fit, and says what makes fewer columns of them.
    """
    if not sparse.issparse(values):
        return values
    if len(values.shape) != 2:
        msg = f"{name}: expected an array of shape (N, d), got sparse ones of shape {values.shape}"
        raise ValueError(msg)
    shape = tuple(map(int, values.shape))
    # those of whole numbers become doubles beside what is made here
    itemsize = max(values.dtype.itemsize, 4) + (0 if values.dtype.kind == "f" else 8)
    require_room(
        shape[0] * shape[1] * itemsize,
        name,
        f"sparse rows of shape {shape}, made dense,",
        f"reduce them first: sklearn.decomposition.TruncatedSVD(100).fit_transform({name})",
    )
    dense: np.ndarray = values.toarray()
    return dense
