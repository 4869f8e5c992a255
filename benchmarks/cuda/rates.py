# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What the device can do at best, through CuPy, and the time that a step cannot do without."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.floor.model import StepWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.cuda.settings import Settings, Step

__all__ = ["Rates", "floor_of", "measure_rates", "seconds_of"]


@dataclasses.dataclass(frozen=True)
class Rates:
    """The best that was seen, a second.

    Attributes
    ----------
    bytes : float
        Read and written when an array is copied.
    multiply_adds : dict of str to float
        Of a square product by cuBLAS, for each precision.
    exponentials, logarithms : dict of str to float
        With all operands in registers, for each precision.
    cache : int
        Bytes of the second-level cache.
    """

    bytes: float
    multiply_adds: dict[str, float]
    exponentials: dict[str, float]
    logarithms: dict[str, float]
    cache: int


def seconds_of(xp: Any, call: Callable[[], object], rounds: int) -> list[float]:
    """Seconds of calls and what they put on the device, after one to warm up."""
    found = []
    for _ in range(rounds + 1):
        xp.cuda.get_current_stream().synchronize()
        start = time.perf_counter()
        call()
        xp.cuda.get_current_stream().synchronize()
        found.append(time.perf_counter() - start)
    return found[1:]


def measure_rates(xp: Any, settings: Settings) -> Rates:
    """Measure them all."""
    source = xp.zeros(settings.copied_bytes // 8)
    target = xp.zeros_like(source)
    copying = min(seconds_of(xp, lambda: xp.copyto(target, source), settings.rounds))
    return Rates(
        bytes=2.0 * 8.0 * len(source) / copying,
        multiply_adds={name: _multiply_adds(xp, settings, name) for name in _TYPES},
        exponentials={name: _function(xp, settings, name, "exp") for name in _TYPES},
        logarithms={name: _function(xp, settings, name, "log") for name in _TYPES},
        cache=int(xp.cuda.Device().attributes["L2CacheSize"]),
    )


_TYPES = ("float64", "float32")
# Arguments stay in range, and each result is the next argument: none can be left out.
_LOOPS = {
    "exp": "for (int k = 0; k < {repeats}; ++k) v = exp(-v);",
    "log": "for (int k = 0; k < {repeats}; ++k) v = log(v + {three});",
}


def _multiply_adds(xp: Any, settings: Settings, dtype: str) -> float:
    n = settings.product
    left, right, out = (xp.ones((n, n), dtype=dtype) for _ in range(3))
    seconds = seconds_of(xp, lambda: xp.matmul(left, right, out=out), settings.rounds)
    return float(n) ** 3 / min(seconds)


def _function(xp: Any, settings: Settings, dtype: str, name: str) -> float:
    three = "3.0" if dtype == "float64" else "3.0f"
    code = _LOOPS[name].format(repeats=settings.repeats, three=three)
    kernel = xp.ElementwiseKernel("T x", "T y", f"T v = x; {code} y = v;", f"many_{name}")
    values = xp.full(settings.elements, 0.5, dtype=dtype)
    seconds = seconds_of(xp, lambda: kernel(values), settings.rounds)
    return settings.elements * settings.repeats / min(seconds)


def floor_of(step: Step, sweeps: float, rates: Rates) -> dict[str, float]:
    """Seconds of an outer step at the least, and of its parts.

    Arithmetic and transfers overlap on a GPU, so it is the longer of the two; products and
    special functions share the same units and are added.
    """
    work = StepWork(*step.shape, sweeps=sweeps)
    size = np.dtype(step.dtype).itemsize
    products = work.multiply_adds / rates.multiply_adds[step.dtype]
    elements = work.pairs / rates.exponentials[step.dtype]
    elements += work.pairs / rates.logarithms[step.dtype]
    moved = 0.0
    if work.working_set * size / 8 > rates.cache:
        moved = work.bytes * size / 8 / rates.bytes
    return {
        "products": products,
        "elements": elements,
        "bytes": moved,
        "seconds": max(products + elements, moved),
    }
