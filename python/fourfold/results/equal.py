# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Equality by value: of numbers, arrays, and what is made of them; NaN equals NaN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from fourfold.inputs.device import to_numpy

__all__ = ["by_value", "same"]

T = TypeVar("T")


def same(one: Any, other: Any) -> bool:
    """Whether both hold the same values, in arrays of the same shape; a bool, whatever they are."""
    if one is other:
        return True
    sequences = isinstance(one, (tuple, list)), isinstance(other, (tuple, list))
    if any(sequences):
        return (
            all(sequences)
            and isinstance(one, list) == isinstance(other, list)
            and len(one) == len(other)
            and all(map(same, one, other))
        )
    mappings = isinstance(one, Mapping), isinstance(other, Mapping)
    if any(mappings):
        return (
            all(mappings)
            and one.keys() == other.keys()
            and all(same(value, other[key]) for key, value in one.items())
        )
    if hasattr(one, "dtype") or hasattr(other, "dtype"):
        return _same_arrays(to_numpy(one), to_numpy(other))
    return bool(one == other) or (_is_nan(one) and _is_nan(other))


def by_value(cls: type[T]) -> type[T]:
    """Give a named tuple of arrays `==` and `!=` that say whether the values are the same.

    A tuple's own raise of arrays of several numbers. It still equals any tuple of its values.
    """

    def equal(self: Any, other: object) -> bool:
        return same(self, other) if isinstance(other, tuple) else NotImplemented

    def unequal(self: Any, other: object) -> bool:
        return not same(self, other) if isinstance(other, tuple) else NotImplemented

    def hashed(self: Any) -> int:
        # NaN, which is equal to NaN here, has a hash of each object
        return hash(tuple(None if _is_nan(value) else value for value in self))

    for name, function in (("__eq__", equal), ("__ne__", unequal), ("__hash__", hashed)):
        setattr(cls, name, function)
    return cls


def _same_arrays(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape:
        return False
    if "O" in (one.dtype.kind, other.dtype.kind):
        return all(map(same, one.ravel().tolist(), other.ravel().tolist()))
    if (one.dtype.kind in "US") != (other.dtype.kind in "US"):
        return False
    equal = one == other
    if one.dtype.kind in "fc" and other.dtype.kind in "fc":
        equal |= (one != one) & (other != other)  # noqa: PLR0124  NaN
    return bool(np.all(equal))


def _is_nan(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and bool(value != value)  # noqa: PLR0124
