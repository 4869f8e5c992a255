# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fields of results as plain values of Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fourfold.inputs.device import to_numpy

__all__ = ["plain"]


def plain(value: Any) -> Any:
    """Ready for JSON: named tuples as dictionaries, arrays as lists, None for NaN; no keys that are tuples."""
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if hasattr(value, "to_dict"):  # a result within another
        return value.to_dict()
    if isinstance(value, Mapping):
        return _nested(value)
    if isinstance(value, (tuple, list)):
        return [plain(part) for part in value]
    if value is None or isinstance(value, str):
        return value
    array = to_numpy(value)
    if array.dtype.kind == "f":
        numbers = array.astype(object)
        numbers[array != array] = None  # noqa: PLR0124  NaN, of which JSON has none
        return numbers.tolist()
    return array.tolist()


def _nested(value: Mapping[Any, Any]) -> dict[Any, Any]:
    """Dictionaries in one another where keys are tuples, of which JSON has none."""
    found: dict[Any, Any] = {}
    for key, part in value.items():
        *outer, last = key if isinstance(key, tuple) and key else (key,)
        inside = found
        for name in outer:
            inside = inside.setdefault(name, {})
        inside[last] = plain(part)
    return found
