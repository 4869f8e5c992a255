# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Batches of decompositions as datasets of xarray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from fourfold.inputs.device import to_numpy
from fourfold.inputs.optional import load
from fourfold.results.frame import batch_names

__all__ = ["dataset_of"]

_INFORMATIONS = ("mi_joint", "mi1", "mi2", "union_information", "entropy", "gap", "kink")
_STATES = ("converged", "iterations", "n_samples", "undersampled", "solver")
#: Of Gaussians: fields with axes of their own, and what these are.
_DIRECTIONS = {
    "eigenvalues": ("direction",),
    "direction_bits": ("direction",),
    "directions": ("direction", "column"),
}


def dataset_of(result: Any, dims: Sequence[str] | None) -> Any:
    """One variable for each number, of the dimensions of the batch."""
    xarray = load("xarray", "to_xarray needs xarray: pip install xarray; to_frame does not")
    shape = result.shape
    names = tuple(batch_names(len(shape)) if dims is None else dims)
    if isinstance(dims, str) or len(names) != len(shape) or len(set(names)) < len(names):
        msg = (
            f"dims: expected {len(shape)} different names, one for each axis of the batch of shape "
            f"{shape}, got {dims!r}"
        )
        raise ValueError(msg)
    variables: dict[str, Any] = {}
    for name, values, unit in _numbers(result):
        array = np.broadcast_to(to_numpy(values), shape)
        variables[name] = (names, array, {"units": unit} if unit else {})
    for name, own in _DIRECTIONS.items():
        values = getattr(result, name, None)
        if values is not None:
            said = {"units": "bits"} if name == "direction_bits" else {}
            variables[name] = ((*names, *own), to_numpy(values), said)
    columns = getattr(result, "target_columns", None)
    coordinates = {} if columns is None else {"column": list(columns)}
    attributes = {"bias_correction": result.bias_correction}
    interval = result.confidence_interval
    if interval is not None:
        attributes["confidence_level"] = interval.confidence_level
    return xarray.Dataset(variables, coordinates, attributes)


def _numbers(result: Any) -> Iterator[tuple[str, Any, str]]:
    """Name, values and unit; what is None is not there."""
    interval, pvalues = result.confidence_interval, getattr(result, "pvalues", None)
    parts = {
        "": result.atoms,
        "_lower": result.lower,
        "_upper": result.upper,
        "_bias": result.bias,
        "_plug_in": result.plug_in,
        "_standard_error": result.standard_error,
        "_low": None if interval is None else interval.low,
        "_high": None if interval is None else interval.high,
    }
    for end, atoms in parts.items():
        if atoms is not None:
            yield from (
                (f"{name}{end}", value, "bits") for name, value in atoms._asdict().items()
            )
    for name in _INFORMATIONS:
        if getattr(result, name) is not None:
            yield name, getattr(result, name), "bits"
    for name in _STATES:
        if getattr(result, name) is not None:
            yield name, getattr(result, name), ""
    if pvalues is not None:
        yield from ((f"{name}_pvalue", value, "") for name, value in pvalues._asdict().items())
