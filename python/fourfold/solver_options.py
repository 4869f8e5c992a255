# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The options that every entry point hands to the solver, and their checks."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold import _arrays

__all__ = ["DEFAULT_MAX_ITER", "DTYPES", "METHODS", "solver_options"]

#: Outer steps after which a solve gives up and returns the bounds it has.
DEFAULT_MAX_ITER = 20_000
METHODS = ("auto", "ipfp", "newton", "reference")
#: Of the first-order steps; certificates are always in double precision.
DTYPES = ("float32", "float64")


def solver_options(
    tol: Any, max_iter: Any, method: Any, num_threads: Any, dtype: Any
) -> dict[str, Any]:
    """Checked keyword arguments for the core; raises with the name of the one that is wrong."""
    threads = 0 if num_threads is None else _arrays.positive_int(num_threads, "num_threads")
    return {
        "tol": _arrays.positive_float(tol, "tol"),
        "max_iter": _arrays.positive_int(max_iter, "max_iter", least=0),
        "method": _arrays.option(method, "method", METHODS),
        "num_threads": threads,
        "dtype": _dtype(dtype),
    }


def _dtype(value: Any) -> str:
    """The name of a precision, given as a name, a NumPy type or a dtype."""
    if isinstance(value, (np.dtype, type)) and value in (np.float32, np.float64):
        return np.dtype(value).name
    if isinstance(value, str) and value in DTYPES:
        return value
    msg = f"dtype: expected 'float32' or 'float64', got {value!r}"
    raise ValueError(msg)
