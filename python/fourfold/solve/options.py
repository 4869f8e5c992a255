# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The options that every entry point hands to the solver, and their checks."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from fourfold import cuda
from fourfold.inputs.numbers import check_option, non_negative, positive_float, positive_int

__all__ = ["DEFAULT_MAX_ITER", "DEVICES", "DTYPES", "METHODS", "SolverOptions"]

#: Outer steps after which a solve gives up and returns the bounds it has.
DEFAULT_MAX_ITER = 20_000
METHODS = ("auto", "ipfp", "newton", "sparse", "active", "reference")
#: Of the CUDA back end, which has no second-order steps.
CUDA_METHODS = ("auto", "ipfp")
#: Of the first-order steps; certificates are always in double precision.
DTYPES = ("float32", "float64")
DEVICES = ("auto", "cpu", "cuda")
#: What "auto" means for arrays of the host.
HOST_DEVICE = "cpu"


@dataclasses.dataclass(frozen=True, slots=True)
class SolverOptions:
    """Checked options of the solver; see `fourfold.decompose` for what they mean."""

    tol: float
    max_iter: int
    method: str
    num_threads: int  # 0 for the default
    dtype: str
    device: str  # "cpu" or "cuda"
    merge: float = 0.0  # bits that merging similar states may lose

    @classmethod
    def checked(
        cls,
        tol: Any,
        max_iter: Any,
        num_threads: Any,
        dtype: Any,
        device: Any,
        method: Any = "auto",
        *,
        merge: Any = 0.0,
        there: tuple[str, ...] = (),
    ) -> SolverOptions:
        """The options, or raise with the name of the one that is wrong.

        `there` are the names of arrays in the memory of a device, see `place_of`: they decide
        what "auto" means as a device.
        """
        threads = 0 if num_threads is None else positive_int(num_threads, "num_threads")
        options = cls(
            positive_float(tol, "tol"),
            positive_int(max_iter, "max_iter", least=0),
            check_option(method, "method", METHODS),
            threads,
            _dtype(dtype),
            _device(device, there),
            non_negative(merge, "merge"),
        )
        options._check_merge()
        if options.device == "cuda" and method not in CUDA_METHODS:
            msg = (
                f"method: {method!r} runs on the CPU only; on a CUDA device expected one of "
                f"{', '.join(map(repr, CUDA_METHODS))}"
            )
            raise ValueError(msg)
        return options

    def _check_merge(self) -> None:
        if self.merge and self.device == "cuda":
            msg = (
                f"merge: states are merged on the CPU only, and {self.merge:g} bits were allowed; "
                "on a CUDA device expected merge=0, else give arrays of the host and device='cpu'"
            )
            raise ValueError(msg)
        if self.merge >= self.tol:
            msg = (
                f"merge: {self.merge:g} bits leaves nothing of tol = {self.tol:g} bits; expected less "
                f"than tol, for example merge={self.merge:g} with tol={2 * self.merge:g}"
            )
            raise ValueError(msg)

    def within(self, times: float) -> SolverOptions:
        """The same to a gap so many times smaller, of which merging may take the same part."""
        if times == 1:
            return self
        return dataclasses.replace(self, tol=self.tol / times, merge=self.merge / times)

    def at_most_to(self, gap: float) -> SolverOptions:
        """The same, but no closer than to this gap."""
        return dataclasses.replace(self, tol=max(self.tol, gap))


def _dtype(value: Any) -> str:
    """The name of a precision, given as a name, a NumPy type or a dtype."""
    if isinstance(value, (np.dtype, type)) and value in (np.float32, np.float64):
        return np.dtype(value).name
    if isinstance(value, str) and value in DTYPES:
        return value
    msg = f"dtype: expected 'float32' or 'float64', got {value!r}"
    raise ValueError(msg)


def _device(value: Any, there: tuple[str, ...]) -> str:
    """The device to solve on; "auto" is where the tables are."""
    device = check_option(value, "device", DEVICES)
    if device == "auto":
        device = "cuda" if there else HOST_DEVICE
    if device == "cuda":
        cuda.backend()  # raises where it cannot be used
    elif there:
        msg = (
            f"{there[0]}: is in the memory of a CUDA device; with device='cpu' expected an array "
            f"of the host, for example {there[0]}.get() or {there[0]}.cpu()"
        )
        raise ValueError(msg)
    return device
