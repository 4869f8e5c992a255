# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays in the memory of a CUDA device: told from others, taken over, and given their module."""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.faults import reject_masked
from fourfold.inputs.optional import CUPY, load
from fourfold.inputs.tensors import plain

__all__ = [
    "Place",
    "array_module",
    "cupy",
    "host_index",
    "on_device",
    "on_host",
    "place_of",
    "to_cupy",
    "to_numpy",
]

_DLPACK_CUDA = (2, 13)  # device memory, managed memory


def on_device(values: Any) -> bool:
    """Whether an object is an array in the memory of a CUDA device."""
    if isinstance(values, (np.ndarray, list, tuple)):
        return False
    # DLPack first: a torch tensor that requires a gradient raises on the other question
    if hasattr(values, "__dlpack_device__"):
        try:
            return values.__dlpack_device__()[0] in _DLPACK_CUDA
        except (
            TypeError,
            ValueError,
            RuntimeError,
            BufferError,
        ):  # of no memory that has a name
            return False
    return hasattr(values, "__cuda_array_interface__")


def cupy() -> Any:
    """CuPy, or raise with how to install it."""
    return load("cupy", CUPY)


def to_cupy(values: Any, name: str) -> Any:
    """An array of CuPy, in the same memory where the values are on a device already."""
    xp = cupy()
    if isinstance(values, xp.ndarray):
        return values
    reject_masked(values, name)
    values = plain(values)
    try:
        if not on_device(values):
            return xp.asarray(np.asarray(values))
        return (xp.from_dlpack if hasattr(values, "__dlpack__") else xp.asarray)(values)
    except (TypeError, ValueError, BufferError) as error:
        msg = f"{name}: expected an array of numbers that CuPy can take over: {error}"
        raise ValueError(msg) from error


def to_numpy(values: Any) -> np.ndarray:
    """An array of the host, copied there where it has to be; masks are kept, to be refused."""
    if isinstance(values, np.ma.MaskedArray):
        return values
    return np.asarray(values.get() if on_device(values) else plain(values))


def on_host(values: Any, name: str) -> Any:
    """The same values, copied to the host where they are on a device; lists stay lists."""
    return to_cupy(values, name).get() if on_device(values) else values


def array_module(values: Any) -> Any:
    """The module whose functions take these values: CuPy or NumPy."""
    return cupy() if on_device(values) else np


class Place(NamedTuple):
    """Where some arrays are.

    Attributes
    ----------
    names : tuple of str
        Those in the memory of a CUDA device.
    device : context manager
        In which the device of the first of these is the current one.
    """

    names: tuple[str, ...]
    device: Any


def place_of(**arrays: Any) -> Place:
    """Where arrays are, by the names of the arguments that they came as."""
    there = {name: array for name, array in arrays.items() if on_device(array)}
    for name, array in there.items():
        return Place(tuple(there), to_cupy(array, name).device)
    return Place((), contextlib.nullcontext())


def host_index(index: Any) -> Any:
    """An index for arrays of the host: arrays of a device in it are copied there."""
    if isinstance(index, tuple):
        return tuple(map(host_index, index))
    return to_cupy(index, "index").get() if on_device(index) else index
