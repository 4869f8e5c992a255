# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the machine can do: multiply-adds, exponentials, logarithms and bytes a second."""

from __future__ import annotations

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.floor.stopwatch import fastest
from fourfold import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Rates", "prepare", "second_level_bytes"]

#: Entries of the arrays of exp and log: input and output together take 96 and 288 kB, within
#: the second-level cache. The difference of the two leaves the cost of the call out.
SHORT, LONG = 6_144, 18_432
#: What a pass over an array must move at least, or starting it would count.
LEAST_BYTES = 64_000_000


@dataclasses.dataclass(frozen=True)
class Rates:
    """The best rates that were seen on a number of threads.

    Attributes
    ----------
    threads : int
        Threads that worked at a time.
    multiply_adds : float
        A second, in a square product by NumPy's BLAS.
    exponentials, logarithms : float
        A second, by the core's own kernels on arrays in cache: `threads` times that of one.
    bandwidths : dict
        Bytes a second, read and written, when an array of so many bytes is scaled in place:
        a step, too, writes where it has read. (A copy is slower: what it overwrites is read
        first.)
    second_level : int
        Bytes of one core's second-level cache.
    blas : str
        Which one.
    """

    threads: int
    multiply_adds: float
    exponentials: float
    logarithms: float
    bandwidths: dict[int, float]
    second_level: int
    blas: str


def prepare(
    threads: int, working_sets: Sequence[int], product: int, budget: float
) -> Callable[[], Rates]:
    """Return the call that measures; for `benchmarks.record.child.measure`.

    Parameters
    ----------
    threads : int
        Threads that work at a time.
    working_sets : sequence of int
        Bytes of the arrays of which the bandwidth is wanted.
    product : int
        Rows and columns of the square product.
    budget : float
        Seconds for each rate.
    """
    # in the child process only
    from threadpoolctl import threadpool_info, threadpool_limits  # noqa: PLC0415

    def rates() -> Rates:
        with threadpool_limits(threads, user_api="blas"):
            multiply_adds = _multiply_adds(product, budget)
        return Rates(
            threads=threads,
            multiply_adds=multiply_adds,
            exponentials=threads * _elements(_core.vector_exp, -50.0, 1.0, budget),
            logarithms=threads * _elements(_core.vector_log, 1e-6, 2.0, budget),
            bandwidths={size: _bandwidth(size, threads, budget) for size in working_sets},
            second_level=second_level_bytes(),
            blas=_blas(threadpool_info()),
        )

    return rates


def second_level_bytes() -> int:
    """Size of one core's second-level cache; 1 MiB where the system does not say."""
    folder = Path("/sys/devices/system/cpu/cpu0/cache")
    for level in sorted(folder.glob("index*/level")):
        try:
            if level.read_text().strip() == "2":
                found = re.fullmatch(r"(\d+)K", (level.parent / "size").read_text().strip())
                return int(found[1]) * 1024 if found else 1 << 20
        except OSError:
            continue
    return 1 << 20


def _blas(libraries: list[dict[str, Any]]) -> str:
    found = [library for library in libraries if library["user_api"] == "blas"]
    # SciPy may have brought one of its own
    of_numpy = [library for library in found if "numpy" in library["filepath"]]
    names = [f"{one['internal_api']} {one['version']}" for one in of_numpy or found]
    return ", ".join(names) or "a BLAS that cannot be named"


def _multiply_adds(size: int, budget: float) -> float:
    left, right = np.random.default_rng(0).random((2, size, size))
    out = np.empty((size, size))
    return size**3 / fastest(lambda: np.matmul(left, right, out=out), budget)


def _elements(
    function: Callable[[np.ndarray], np.ndarray], low: float, high: float, budget: float
) -> float:
    values = np.random.default_rng(0).uniform(low, high, LONG)
    first = values[:SHORT].copy()
    seconds = fastest(lambda: function(values), budget) - fastest(
        lambda: function(first), budget
    )
    if seconds <= 0.0:
        msg = f"{LONG} entries took no longer than {SHORT}: the machine is too busy to measure"
        raise RuntimeError(msg)
    return (LONG - SHORT) / seconds


def _bandwidth(size: int, threads: int, budget: float) -> float:
    parts = np.array_split(np.ones(size // 8), threads)
    passes = -(-LEAST_BYTES // (2 * size))

    def scale(part: np.ndarray) -> None:
        for _ in range(passes):
            np.multiply(part, 1.0, out=part)  # NumPy lets the other threads run meanwhile

    with ThreadPoolExecutor(threads) as pool:
        seconds = fastest(lambda: list(pool.map(scale, parts)), budget)
    return passes * 2 * size / seconds
