# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a part of a grid is made of, in few words: a part that was made of something else is none."""

from __future__ import annotations

import functools
import hashlib
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold import _core
from fourfold.inputs.arrays import as_array
from fourfold.inputs.device import on_device, on_host

if TYPE_CHECKING:
    from fourfold.workflows.decoding.plans import Plan
    from fourfold.workflows.grid.triples import Triple

__all__ = ["Ingredients"]

#: Numbers that are hashed at a time, of arrays that may be larger than memory.
_BLOCK = 2**21
#: Of the estimator, what does not change a number, or is given by the seeds.
_NO_MATTER = ("n_jobs", "num_threads", "random_state")


class Ingredients:
    """Digests of arrays, each made once, and the estimator and seeds of a grid."""

    def __init__(self, plan: Plan, seeds: tuple[int, ...]) -> None:
        self._common = {
            "fourfold": _core.__version__,
            "seeds": " ".join(map(str, seeds)),
            "estimator": "gaussian_pid" if plan.gaussian else type(plan.estimator).__name__,
            **_parameters(plan.estimator),
        }
        self._digests: dict[int, tuple[Any, str]] = {}

    def of(self, triple: Triple) -> dict[str, str]:
        """What a part is made of, by name."""
        arrays = {"x1": triple.x1, "x2": triple.x2, "y": triple.y}
        return {name: self._digest(values) for name, values in arrays.items()} | self._common

    def _digest(self, values: Any) -> str:
        if id(values) not in self._digests:  # held, so that no other gets its id
            self._digests[id(values)] = values, digest(values)
        return self._digests[id(values)][1]


def digest(values: Any) -> str:
    """Of the values of an array, its type and shape, in whatever order they lie in memory."""
    array = on_host(values, "values") if on_device(values) else as_array(values, "values")
    found = hashlib.blake2b(f"{array.dtype.str} {array.shape}".encode(), digest_size=16)
    if array.dtype.kind in "OT":
        for value in array.ravel().tolist():
            text = f"{type(value).__name__} {value!r}".encode()
            found.update(len(text).to_bytes(8, "little") + text)
        return found.hexdigest()
    rows = max(1, _BLOCK // max(1, int(np.prod(array.shape[1:]))))
    for begin in range(0, len(array), rows):
        block = np.ascontiguousarray(array[begin : begin + rows])
        found.update(block.reshape(-1).view(np.uint8).data)
    return found.hexdigest()


def _parameters(estimator: Any) -> dict[str, str]:
    """Those of an estimator, also of what is inside, by "estimator." and their names."""
    of_partial = isinstance(estimator, functools.partial)
    parameters = estimator.keywords if of_partial else estimator.get_params(deep=True)
    return {
        f"estimator.{name}": _value(value)
        for name, value in sorted(parameters.items())
        if name not in _NO_MATTER
    }


def _value(value: Any) -> str:
    if hasattr(value, "__array__"):
        return f"array {digest(value)}"
    if hasattr(value, "get_params") or callable(value):
        named = value if hasattr(value, "__qualname__") else type(value)
        return f"{named.__module__}.{named.__qualname__}"
    return re.sub(r" at 0x[0-9a-fA-F]+", "", repr(value))  # differs in each process
