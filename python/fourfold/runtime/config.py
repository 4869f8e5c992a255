# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Threads, processes and the build: what runs underneath."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from typing import Any

from fourfold import _core, cuda
from fourfold.exceptions import CudaError

__all__ = ["show_config"]

_LIBRARIES = ("numpy", "scipy", "scikit-learn")

# Threads do not survive a fork. A child that wants some is started with multiprocessing's "spawn"
# or "forkserver".
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_core.limit_to_one_thread)


def show_config() -> dict[str, Any]:
    """What this build of Fourfold is and what it runs on.

    Returns
    -------
    dict
        `version`, `compiler`, `simd` (instruction set in use; the environment variable
        FOURFOLD_SIMD chooses another when the core is first used), `simd_available`, `openmp`
        (whether threadpoolctl limits the threads), `num_threads` (default for a call), `cuda`
        (its devices, or why there are none), and the versions of `python`, `numpy`, `scipy` and
        `scikit-learn`.

    See Also
    --------
    fourfold.cuda.describe : More of a CUDA device.

    Examples
    --------
    >>> import fourfold
    >>> fourfold.show_config()["version"] == fourfold.__version__
    True
    """
    return {
        "version": _core.__version__,
        "compiler": _core.compiler,
        "simd": _core.simd(),
        "simd_available": _core.simd_levels(),
        "openmp": _core.openmp,
        "num_threads": _core.num_threads(),
        "cuda": _cuda_devices(),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _LIBRARIES},
    }


def _cuda_devices() -> str:
    if not cuda.is_built():
        return f"not built; {cuda.HOW_TO_BUILD}"
    try:
        count = cuda.device_count()
        names = [cuda.describe(device)["name"] for device in range(count)]
    except CudaError as error:
        return f"built, but its driver fails: {error}"
    return ", ".join(names) if names else "built, no device found"
