# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The compiled solvers, chosen by the device in the options.

Each function takes marginals of mass 1 and the options, and returns a
dictionary of arrays with an entry for each problem: `lower` and `upper` bounds on the union
information, `mi1`, `mi2` (bits), `iterations`, `sweeps`, and `solver`, the name of what ran.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fourfold import _core, cuda
from fourfold.exceptions import CudaMemoryError
from fourfold.inputs.device import cupy, on_device, to_numpy

if TYPE_CHECKING:
    from fourfold.solve.options import SolverOptions

__all__ = ["solve_batch", "solve_many", "solve_one"]

#: By the number that the core gives to what solved a problem.
_CPU_SOLVERS = np.array(_core.SOLVERS)
_BOUNDS = ("lower", "upper", "mi1", "mi2")
_STEPS = ("iterations", "sweeps")
_COMMON = ("method", "tol", "max_iter", "dtype")

Start: TypeAlias = tuple[Any, Any, Any] | None


def solve_one(
    p1y: Any,
    p2y: Any,
    options: SolverOptions,
    start: Start = None,
    *,
    factors: bool = True,
) -> dict[str, Any]:
    """One problem, p1y (K1, K_Y) and p2y (K2, K_Y); with the factors `log_r`, `a` and `b`.

    `start` are r, a and b of an earlier coupling.
    """
    if on_device(p1y):
        return _on_device([(p1y[None], p2y[None])], options, start, with_factors=factors)
    return _on_host("solve_one", p1y, p2y, options, start, factors=factors)


def solve_batch(
    p1y: Any, p2y: Any, options: SolverOptions, start: Start = None
) -> dict[str, Any]:
    """Problems of one shape, p1y (N, K1, K_Y) and p2y (N, K2, K_Y)."""
    if on_device(p1y):
        return _on_device([(p1y, p2y)], options, start, with_factors=False)
    return _on_host("solve_batch", p1y, p2y, options, start)


def solve_many(p1y: Any, p2y: Any, options: SolverOptions) -> dict[str, Any]:
    """Problems of any shapes: two sequences of arrays (K1, K_Y) and (K2, K_Y)."""
    if len(p1y) > 0 and on_device(p1y[0]):
        pairs = zip(p1y, p2y, strict=True)
        stacks = [(first[None], second[None]) for first, second in pairs]
        return _on_device(stacks, options, None, with_factors=False)
    return _on_host("solve_many", list(p1y), list(p2y), options, None)


def _on_host(
    function: str, p1y: Any, p2y: Any, options: SolverOptions, start: Start, **wanted: bool
) -> dict[str, Any]:
    out: dict[str, Any]
    first, second = (
        [np.ascontiguousarray(each) for each in p]
        if isinstance(p, list)
        else np.ascontiguousarray(p)
        for p in (p1y, p2y)
    )
    given: dict[str, Any] = {name: getattr(options, name) for name in _COMMON} | wanted
    if start is not None:
        given["start"] = tuple(map(to_numpy, start))
    if options.device == "cuda":
        out = getattr(cuda.backend(), function)(
            first, second, num_threads=_host_threads(options), **given
        )
        return out | {"solver": _cuda_solvers(out.pop("regime"))}
    out = getattr(_core, function)(first, second, num_threads=options.num_threads, **given)
    return out | {"solver": _CPU_SOLVERS[out["solver"]]}


def _cuda_solvers(regimes: np.ndarray) -> Any:
    """The names of how the CUDA back end went about problems, from its numbers."""
    return np.array(cuda.backend().SOLVERS)[regimes]


def _host_threads(options: SolverOptions) -> int:
    """Threads that look at problems on the host before they go to a device."""
    return options.num_threads or int(_core.num_threads())


def _on_device(
    stacks: list[tuple[Any, Any]],
    options: SolverOptions,
    start: Start,
    *,
    with_factors: bool,
) -> dict[str, Any]:
    """Stacks of problems in the memory of a device, p1y (N, K1, K_Y) and p2y (N, K2, K_Y)."""
    xp = cupy()
    with stacks[0][0].device:
        stacks = [(xp.ascontiguousarray(p1y), xp.ascontiguousarray(p2y)) for p1y, p2y in stacks]
        count = sum(len(p1y) for p1y, _ in stacks)
        out = {name: xp.empty(count, dtype=np.float64) for name in _BOUNDS}
        out |= {name: xp.empty(count, dtype=np.int64) for name in _STEPS}
        addresses = [array.data.ptr for array in out.values()]
        factors = []
        if with_factors:
            (p1y, p2y), *_ = stacks
            k1, k2, ky = p1y.shape[1], p2y.shape[1], p1y.shape[2]
            shapes = {"log_r": (k1, k2), "a": (k1, ky), "b": (k2, ky)}
            found = {name: xp.empty(shape) for name, shape in shapes.items()}
            factors = [array.data.ptr for array in found.values()]
            out |= found
        parts = [xp.ascontiguousarray(xp.asarray(part)) for part in start or ()]
        solve = functools.partial(
            cuda.backend().solve_on_device,
            [
                (*p1y.shape[:2], *p2y.shape[1:], p1y.data.ptr, p2y.data.ptr)
                for p1y, p2y in stacks
            ],
            out=addresses,
            factors=factors,
            start=[part.data.ptr for part in parts],
            stream=xp.cuda.get_current_stream().ptr,
            num_threads=_host_threads(options),
            **{name: getattr(options, name) for name in _COMMON},
        )
        try:
            told = solve()
        except CudaMemoryError:
            # CuPy keeps what was freed for its own arrays
            xp.get_default_memory_pool().free_all_blocks()
            told = solve()
    out["solver"] = _cuda_solvers(told["regime"])
    out["solved_shape"] = told["solved_shape"]
    return out
