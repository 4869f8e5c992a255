# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Dask's arrays and frames, computed some rows at a time."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["dask_pieces", "is_dask"]


def is_dask(values: Any) -> bool:
    """Whether these are rows that Dask has yet to compute."""
    graph = getattr(values, "__dask_graph__", None)
    return graph is not None and not isinstance(values, type) and graph() is not None


def dask_pieces(given: tuple[Any, ...], rows: int, least: int) -> Iterator[tuple[Any, ...]]:
    """The same rows of all, of the host; along the chunks of the first that has any.

    Chunks of fewer rows than `least` are computed together: each time costs Dask some milliseconds.
    """
    dask = importlib.import_module("dask")
    chunks = next(values.chunks[0] for values in given if is_dask(values))
    start = 0
    for stop in np.cumsum(chunks).tolist():
        if stop < rows and stop - start < least:
            continue
        some = (None if values is None else values[start:stop] for values in given)
        yield dask.compute(*some, traverse=False)
        start = stop
