# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
from typing import Any

import numpy as np

__version__: str
runtime_version: tuple[int, int]

def device_count() -> int: ...
def describe(device: int) -> dict[str, Any]: ...
def solve_one(
    p1y: np.ndarray,
    p2y: np.ndarray,
    *,
    tol: float,
    max_iter: int,
    dtype: str = ...,
    start: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    factors: bool = ...,
) -> dict[str, np.ndarray]: ...
def solve_batch(
    p1y: np.ndarray,
    p2y: np.ndarray,
    *,
    tol: float,
    max_iter: int,
    dtype: str = ...,
    start: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
) -> dict[str, np.ndarray]: ...
def solve_many(
    p1y: list[np.ndarray],
    p2y: list[np.ndarray],
    *,
    tol: float,
    max_iter: int,
    dtype: str = ...,
) -> dict[str, np.ndarray]: ...
def solve_on_device(
    stacks: list[tuple[int, int, int, int, int, int]],
    *,
    out: list[int],
    factors: list[int],
    start: list[int],
    stream: int,
    tol: float,
    max_iter: int,
    dtype: str,
) -> np.ndarray: ...
