# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The CUDA back end: whether it is there, and on what it would run."""

from __future__ import annotations

import importlib
from typing import Any

from fourfold.exceptions import CudaError

try:
    _cuda: Any = importlib.import_module("fourfold._cuda")
except ModuleNotFoundError:  # this build of Fourfold has no CUDA back end
    _cuda = None

__all__ = ["HOW_TO_BUILD", "backend", "describe", "device_count", "is_built"]

#: What an installation without the back end tells its user to do.
HOW_TO_BUILD = "in a clone, with nvcc: pip install . -C cmake.define.FOURFOLD_CUDA=ON"


def is_built() -> bool:
    """Whether this build of Fourfold has the CUDA back end."""
    return _cuda is not None


def device_count() -> int:
    """Number of CUDA devices that Fourfold can run on.

    Returns
    -------
    int
        0 where there is no device, no driver or one too old, or where this build has no CUDA
        back end.

    Raises
    ------
    CudaError
        If there is a driver, and it fails.
    """
    return 0 if _cuda is None else int(_cuda.device_count())


def describe(device: int = 0) -> dict[str, Any]:
    """Name, compute capability, multiprocessors and memory (bytes) of a CUDA device.

    Raises
    ------
    CudaError
        If there is no such device.
    """
    description: dict[str, Any] = backend().describe(device)
    return description


def backend() -> Any:
    """The compiled module, or raise with what keeps it from being used."""
    if _cuda is None:
        msg = (
            "device: this build of Fourfold has no CUDA back end; use device='cpu', or build it "
            f"{HOW_TO_BUILD}"
        )
        raise CudaError(msg)
    if _cuda.device_count() == 0:
        msg = (
            "device: no CUDA device was found, or its driver is older than CUDA "
            f"{'.'.join(map(str, _cuda.runtime_version))}; use device='cpu'"
        )
        raise CudaError(msg)
    return _cuda
