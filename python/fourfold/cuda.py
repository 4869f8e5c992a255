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

__all__ = ["backend", "describe", "device_count", "is_built"]

#: What an installation without the back end tells its user to do.
HOW_TO_BUILD = "in a clone, with nvcc: pip install . -C cmake.define.FOURFOLD_CUDA=ON"


def is_built() -> bool:
    """Whether this build of Fourfold has the CUDA back end.

    Returns
    -------
    bool
        False of a source build without ``FOURFOLD_CUDA=ON``; whether there is a device is another question.

    See Also
    --------
    fourfold.cuda.device_count : Whether there is a device, too.
    fourfold.show_config : All of the build, with `cuda` in words.

    Examples
    --------
    >>> import fourfold as ff
    >>> ff.cuda.is_built() or ff.cuda.device_count() == 0
    True
    """
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

    See Also
    --------
    fourfold.cuda.is_built : Whether the back end is there.
    fourfold.cuda.describe : What a device is.

    Examples
    --------
    >>> import fourfold as ff
    >>> device = "cuda" if ff.cuda.device_count() else "cpu"
    >>> round(ff.decompose(ff.gates.XOR.pmf, device=device).synergy, 3)
    1.0
    """
    return 0 if _cuda is None else int(_cuda.device_count())


def describe(device: int = 0) -> dict[str, Any]:
    """Name, compute capability, multiprocessors and memory (bytes) of a CUDA device.

    Parameters
    ----------
    device : int
        Its number, from 0.

    Returns
    -------
    dict
        `name`, `compute_capability` (major, minor), `multiprocessors`, and `memory`, all of it, in bytes.

    Raises
    ------
    CudaError
        If there is no such device, or this build has no CUDA back end.

    See Also
    --------
    fourfold.cuda.device_count : How many there are.
    fourfold.show_config : All of the build.

    Examples
    --------
    >>> import fourfold as ff
    >>> for k in range(ff.cuda.device_count()):
    ...     assert ff.cuda.describe(k)["memory"] > 2**30
    """
    description: dict[str, Any] = backend().describe(device)
    return description


def backend() -> Any:
    """The compiled module; or raise, with what keeps it from being used.

    Returns
    -------
    module
        ``fourfold._cuda``, of which `runtime_version` alone is for users.

    Raises
    ------
    CudaError
        If this build has no CUDA back end, or there is no device that it can run on.

    See Also
    --------
    fourfold.cuda.is_built : Whether there is one; does not raise.

    Examples
    --------
    >>> import fourfold as ff
    >>> try:
    ...     major, minor = ff.cuda.backend().runtime_version
    ... except ff.CudaError as error:
    ...     assert str(error).startswith("device: ")
    """
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
