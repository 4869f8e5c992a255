# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Parts of the fields of a batch."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from fourfold.inputs.device import host_index
from fourfold.results.atoms import python_scalar
from fourfold.results.confidence_interval import ConfidenceInterval
from fourfold.results.not_saved import NotSaved

__all__ = ["part"]


def part(value: Any, index: Any, axes: int) -> Any:
    """What an index of the batch, which has `axes` axes, takes of a field; single values stay."""
    if isinstance(value, tuple):
        parts = (part(each, index, axes) for each in value)
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, ConfidenceInterval):
        names = (field.name for field in dataclasses.fields(value))
        taken = {name: part(getattr(value, name), index, axes) for name in names}
        return dataclasses.replace(value, **taken)
    if isinstance(value, NotSaved):
        return value.taken(index, axes)
    if isinstance(value, (str, float, int)) or not hasattr(value, "__getitem__"):
        return value
    if isinstance(value, np.ndarray):
        index = host_index(index)
    if (
        hasattr(value, "dtype") and value.ndim > axes
    ):  # axes of the field itself come last, and stay
        index = index if isinstance(index, tuple) else (index,)
        rest = () if any(each is Ellipsis for each in index) else (Ellipsis,)
        index = (*index, *rest, *(slice(None),) * (value.ndim - axes))
    return python_scalar(value[index])
