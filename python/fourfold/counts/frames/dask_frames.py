# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Partitions of a frame of Dask, counted where they are and added up in a tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fourfold.inputs.optional import load

__all__ = ["is_dask", "sum_of_partitions"]

_TOGETHER = 8
_DASK = "this frame is one of Dask: pip install 'fourfold[dask]'"


def is_dask(frame: Any) -> bool:
    """Whether it is a frame of Dask."""
    return type(frame).__module__.partition(".")[0] == "dask" and hasattr(frame, "to_delayed")


def sum_of_partitions(frame: Any, columns: list[Any], count: Callable[[Any], Any]) -> Any:
    """What `count` makes of the partitions, added up, by the scheduler that Dask is told to use."""
    delayed = load("dask", _DASK).delayed
    parts = [delayed(count)(part) for part in frame[columns].to_delayed()]
    while len(parts) > 1:
        parts = [
            delayed(sum)(parts[start : start + _TOGETHER])
            for start in range(0, len(parts), _TOGETHER)
        ]
    return parts[0].compute()
