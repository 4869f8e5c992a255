# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whether what a file has of a field is of the kind that the field's type hint names."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["fits", "is_shape"]

#: Of one number, and in batches and sweeps of arrays of them.
_KINDS: dict[Any, tuple[Any, str]] = {
    float: ((int, float), "biuf"),
    int: ((int, float), "biuf"),
    bool: (bool, "b"),
    str: (str, "U"),
}


def fits(value: Any, hint: Any) -> bool:
    """Whether a value may stand in a field of that hint; what is Any may be all but too large."""
    if typing.get_origin(hint) is typing.Annotated:
        hint = hint.__metadata__[0]
    if isinstance(value, int) and abs(value) >= 2**1024:  # of which no float can be made
        return False
    if hint is Any:
        return True
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return any(fits(value, one) for one in typing.get_args(hint))
    if hint in _KINDS:
        single, arrays = _KINDS[hint]
        return (
            value.dtype.kind in arrays
            if isinstance(value, np.ndarray)
            else isinstance(value, single)
        )
    kind: Any = typing.get_origin(hint) or hint
    inner = typing.get_args(hint)
    if not isinstance(value, kind):
        return False
    if kind is tuple:
        of_each = inner[:1] * len(value) if inner[-1:] == (...,) else inner
        return len(of_each) in (0, len(value)) and all(map(fits, value, of_each))
    if issubclass(kind, Mapping):
        return all(fits(part, inner[1]) for part in value.values()) if inner else True
    if hasattr(kind, "_fields"):
        hints = typing.get_type_hints(kind, include_extras=True)
        return all(fits(getattr(value, name), hints[name]) for name in kind._fields)
    return True


def is_shape(known: Any) -> bool:
    """Whether it is what a record says of an array that it left out: sizes, or sizes by name."""
    if isinstance(known, Mapping):
        return all(isinstance(part, list) and is_shape(part) for part in known.values())
    return isinstance(known, list) and all(type(size) is int and size >= 0 for size in known)
