# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
from typing import Any

import numpy as np

__version__: str
compiler: str
openmp: bool
LEAST_MASS: float
SOLVERS: tuple[str, ...]
UNION_SOLVERS: tuple[str, ...]

def simd() -> str: ...
def simd_levels() -> list[str]: ...
def select_simd(level: str) -> None: ...
def select_plain_sweeps(plain: bool) -> None: ...
def select_products(kind: str) -> None: ...
def num_threads() -> int: ...
def cpu_quota(root: str) -> float: ...
def limit_to_one_thread() -> None: ...
def vector_exp(values: np.ndarray) -> np.ndarray: ...
def vector_log(values: np.ndarray) -> np.ndarray: ...
def marginals(masses: np.ndarray, *, num_threads: int) -> dict[str, np.ndarray]: ...
def count_cells(
    columns: list[np.ndarray], *, most: int | None, rows: bool, num_threads: int
) -> dict[str, Any]: ...
def renumbered(rows: np.ndarray, numbers: np.ndarray, *, num_threads: int) -> np.ndarray: ...
def bytes_coded(items: np.ndarray) -> tuple[np.ndarray, np.ndarray]: ...
def objects_coded(objects: Any) -> tuple[np.ndarray, list[Any]] | None: ...
def walks_from_root(
    x1: np.ndarray,
    x2: np.ndarray,
    counts: np.ndarray,
    *,
    steps: int,
    walks: int,
    seed: int,
    num_threads: int,
) -> np.ndarray: ...
def roc_hull(sources: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]: ...
def draw_from_hull(
    p1y: np.ndarray, p2y: np.ndarray
) -> tuple[
    np.ndarray,
    tuple[np.ndarray, np.ndarray, np.ndarray],
    tuple[np.ndarray, np.ndarray, np.ndarray],
    np.ndarray,
]: ...
def merge_similar(
    p1y: np.ndarray, p2y: np.ndarray, *, merge: float, num_threads: int
) -> dict[str, Any]: ...
def bounds_of_given(
    p1y: np.ndarray,
    p2y: np.ndarray,
    group1: np.ndarray,
    group2: np.ndarray,
    m1y: np.ndarray,
    m2y: np.ndarray,
    log_r: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    dual: np.ndarray,
    *,
    num_threads: int,
) -> tuple[float, float, np.ndarray]: ...
def solve_one(
    p1y: np.ndarray,
    p2y: np.ndarray,
    *,
    method: str,
    tol: float,
    max_iter: int,
    num_threads: int,
    dtype: str = ...,
    start: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    factors: bool = ...,
) -> dict[str, np.ndarray]: ...
def solve_batch(
    p1y: np.ndarray,
    p2y: np.ndarray,
    *,
    method: str,
    tol: float,
    max_iter: int,
    num_threads: int,
    dtype: str = ...,
    start: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
) -> dict[str, np.ndarray]: ...
def solve_many(
    p1y: list[np.ndarray],
    p2y: list[np.ndarray],
    *,
    method: str,
    tol: float,
    max_iter: int,
    num_threads: int,
    dtype: str = ...,
) -> dict[str, np.ndarray]: ...
def solve_union(
    tables: list[np.ndarray],
    *,
    method: str,
    tol: float,
    max_iter: int,
    num_threads: int,
    coupling: bool = ...,
) -> dict[str, Any]: ...
