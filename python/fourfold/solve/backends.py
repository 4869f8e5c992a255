# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The compiled solvers, chosen by the device in the options.

Each function takes marginals of mass 1 and the options of `solver_options`, and returns a
dictionary of arrays with an entry for each problem: `lower` and `upper` bounds on the union
information, `mi1`, `mi2` (bits), `iterations`, `sweeps`, and `solver`, the name of what ran.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from fourfold import _core, cuda
from fourfold.exceptions import CudaMemoryError
from fourfold.inputs.device import cupy, on_device

__all__ = ["solve_batch", "solve_many", "solve_one"]

#: By the number that the CUDA back end gives to how it went about a problem: a block of threads
#: with its arrays in shared or in global memory, or the whole device.
_CUDA_SOLVERS = np.array(["cuda-shared", "cuda-block", "cuda-grid"])
_BOUNDS = ("lower", "upper", "mi1", "mi2")
_STEPS = ("iterations", "sweeps")


def solve_one(p1y: Any, p2y: Any, options: dict[str, Any]) -> dict[str, Any]:
    """One problem, p1y (K1, K_Y) and p2y (K2, K_Y); with the factors `log_r`, `a` and `b`."""
    if on_device(p1y):
        return _on_device([(p1y[None], p2y[None])], options, with_factors=True)
    p1y, p2y = np.ascontiguousarray(p1y), np.ascontiguousarray(p2y)
    if options["device"] == "cuda":
        return _named(cuda.backend().solve_one(p1y, p2y, **_for_cuda(options)))
    return _on_cpu(_core.solve_one(p1y, p2y, **_for_cpu(options)))


def solve_batch(p1y: Any, p2y: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Problems of one shape, p1y (N, K1, K_Y) and p2y (N, K2, K_Y)."""
    if on_device(p1y):
        return _on_device([(p1y, p2y)], options, with_factors=False)
    p1y, p2y = np.ascontiguousarray(p1y), np.ascontiguousarray(p2y)
    if options["device"] == "cuda":
        return _named(cuda.backend().solve_batch(p1y, p2y, **_for_cuda(options)))
    return _on_cpu(_core.solve_batch(p1y, p2y, **_for_cpu(options)))


def solve_many(p1y: Any, p2y: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Problems of any shapes: two sequences of arrays (K1, K_Y) and (K2, K_Y)."""
    if len(p1y) > 0 and on_device(p1y[0]):
        pairs = zip(p1y, p2y, strict=True)
        stacks = [(first[None], second[None]) for first, second in pairs]
        return _on_device(stacks, options, with_factors=False)
    first = [np.ascontiguousarray(p) for p in p1y]
    second = [np.ascontiguousarray(p) for p in p2y]
    if options["device"] == "cuda":
        return _named(cuda.backend().solve_many(first, second, **_for_cuda(options)))
    return _on_cpu(_core.solve_many(first, second, **_for_cpu(options)))


def _for_cpu(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != "device"}


def _for_cuda(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in options.items()
        if name in ("tol", "max_iter", "dtype", "start")
    }


def _on_cpu(out: dict[str, Any]) -> dict[str, Any]:
    return out | {"solver": np.broadcast_to(np.array("cpu"), out["lower"].shape)}


def _named(out: dict[str, Any]) -> dict[str, Any]:
    return out | {"solver": _CUDA_SOLVERS[out.pop("regime")]}


def _on_device(
    stacks: list[tuple[Any, Any]], options: dict[str, Any], *, with_factors: bool
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
        start = [xp.ascontiguousarray(xp.asarray(part)) for part in options.get("start", ())]
        solve = functools.partial(
            cuda.backend().solve_on_device,
            [
                (*p1y.shape[:2], *p2y.shape[1:], p1y.data.ptr, p2y.data.ptr)
                for p1y, p2y in stacks
            ],
            out=addresses,
            factors=factors,
            start=[part.data.ptr for part in start],
            stream=xp.cuda.get_current_stream().ptr,
            tol=options["tol"],
            max_iter=options["max_iter"],
            dtype=options["dtype"],
        )
        try:
            regimes = solve()
        except CudaMemoryError:
            # CuPy keeps what was freed for its own arrays
            xp.get_default_memory_pool().free_all_blocks()
            regimes = solve()
    return out | {"solver": _CUDA_SOLVERS[regimes]}
