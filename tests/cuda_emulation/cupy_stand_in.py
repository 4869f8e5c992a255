# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What Fourfold uses of CuPy, over arrays of NumPy, for builds with FOURFOLD_CUDA=EMULATED.

As strict as CuPy where it matters: no array turns into one of NumPy, and the two do not mix, unless
it is said; reductions give arrays without axes.
"""

from __future__ import annotations

import contextlib
import types
from typing import Any

import numpy as np


def _wrap(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        return ndarray(np.asarray(value))
    if isinstance(value, tuple):
        return tuple(map(_wrap, value))
    return value


def _unwrap(value: Any) -> Any:
    if isinstance(value, ndarray):
        return value._array
    if isinstance(value, np.ndarray) and value.ndim > 0:
        message = f"Unsupported type {type(value)}"
        raise TypeError(message)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_unwrap, value))
    return value


def _call(function: Any, args: Any, kwargs: Any) -> Any:
    if not {"initial", "where"}.isdisjoint(kwargs):
        message = f"{function.__name__}() takes neither initial nor where"
        raise TypeError(message)
    unwrapped = {name: _unwrap(value) for name, value in kwargs.items()}
    return _wrap(function(*map(_unwrap, args), **unwrapped))


class ndarray(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that NumPy may not read."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __array__(self, *_: Any, **__: Any) -> Any:
        message = "Implicit conversion to a NumPy array is not allowed"
        raise TypeError(message)

    def __array_ufunc__(self, ufunc: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        if any(isinstance(value, np.ndarray) for value in args):
            message = f"Unsupported type {np.ndarray}"
            raise TypeError(message)
        return _call(getattr(ufunc, method), args, kwargs)

    def __array_function__(self, function: Any, _: Any, args: Any, kwargs: Any) -> Any:
        return _call(function, args, kwargs)

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {**self._array.__array_interface__, "version": 3}

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, 0)

    def __dlpack__(self, **_: Any) -> Any:
        return self._array

    @property
    def data(self) -> Any:
        assert self._array.flags.c_contiguous
        return types.SimpleNamespace(ptr=self._array.ctypes.data)

    @property
    def device(self) -> Any:
        return contextlib.nullcontext()

    @property
    def T(self) -> Any:
        return ndarray(self._array.T)

    def get(self) -> np.ndarray:
        return self._array.copy()

    def item(self) -> Any:
        return self._array.item()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(self._array, name)
        if callable(value):
            return lambda *args, **kwargs: _call(value, args, kwargs)
        return value

    def __getitem__(self, index: Any) -> Any:
        return _wrap(self._array[_unwrap(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        index, value = _unwrap(index), _unwrap(value)
        if getattr(index, "dtype", None) == bool and np.ndim(value) > 0:
            message = "a mask takes one value only"
            raise TypeError(message)
        self._array[index] = value

    def __len__(self) -> int:
        return len(self._array)

    def __bool__(self) -> bool:
        return bool(self._array)

    def __float__(self) -> float:
        return float(self._array)

    def __int__(self) -> int:
        return int(self._array)


class Foreign:
    """An array of another library on the device, such as a torch tensor: DLPack, nothing else."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack_device__(self) -> tuple[int, int]:
        return (2, 0)

    def __dlpack__(self, **_: Any) -> Any:
        return self._array

    def cpu(self) -> np.ndarray:
        return self._array


def asarray(values: Any, dtype: Any = None) -> ndarray:
    """Copy from the host, or take an array as it is."""
    array = values._array if isinstance(values, ndarray) else np.array(values)
    if array.dtype.kind not in "biufc":
        message = f"Unsupported dtype {array.dtype}"
        raise ValueError(message)
    return ndarray(array.astype(dtype, copy=False) if dtype else array)


def from_dlpack(values: Any) -> ndarray:
    """Take over the memory of another library."""
    return ndarray(values.__dlpack__())


class ElementwiseKernel:
    """A kernel that is not compiled: for timings that mean nothing here anyway."""

    def __init__(self, *_: Any) -> None:
        pass

    def __call__(self, values: ndarray) -> ndarray:
        return ndarray(values._array.copy())


def get_default_memory_pool() -> Any:
    """Nothing is kept here."""
    return types.SimpleNamespace(free_all_blocks=lambda: None)


cuda = types.SimpleNamespace(
    get_current_stream=lambda: types.SimpleNamespace(ptr=0, synchronize=lambda: None),
    Device=lambda: types.SimpleNamespace(attributes={"L2CacheSize": 2**20}),
    runtime=types.SimpleNamespace(memGetInfo=lambda: (2**30, 2**32)),
)


def _cholesky(a: ndarray) -> ndarray:
    """No error where a matrix is not positive definite: what is left there is anything."""
    try:
        return _call(np.linalg.cholesky, (a,), {})
    except np.linalg.LinAlgError:
        return ndarray(np.tril(a._array))


linalg = types.SimpleNamespace(
    cholesky=_cholesky,
    inv=lambda *a: _call(np.linalg.inv, a, {}),
    solve=lambda *a: _call(np.linalg.solve, a, {}),
    svd=lambda *a, **k: _call(np.linalg.svd, a, k),
)


def __getattr__(name: str) -> Any:
    function = getattr(np, name)
    return lambda *args, **kwargs: _call(function, args, kwargs)
