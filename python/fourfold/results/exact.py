# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Values out of what JSON has of them, by the type hints of the fields that they are of.

`plain` is for people and reads NaN as None, arrays and tuples as lists. The hints tell most of it
back; what they do not, `exact` writes with tags, keys that begin with ``$``.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from fourfold.inputs.device import to_numpy

__all__ = ["exact", "strict", "value_of"]

_WIDEST = 2**14  # bytes of an entry of an array
_NUMBERS = "biufU"  # kinds of arrays
#: Hints of fields that hold an array of a batch, or of layers, where they do not hold one number.
_OF_ARRAYS = (np.ndarray, Any, float, int, bool, str)


def exact(value: Any) -> Any:
    """Ready for JSON, and nothing of it lost."""
    if hasattr(value, "_asdict"):
        return {name: exact(part) for name, part in value._asdict().items()}
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {"$items": [[exact(key), exact(part)] for key, part in value.items()]}
    if isinstance(value, (tuple, list)):
        return {f"${type(value).__name__}": [exact(part) for part in value]}
    if value is None:
        return {"$none": 0}
    if isinstance(value, float):
        return strict(float(value))
    if isinstance(value, (bool, int, str)):
        return value
    array = to_numpy(value)
    if array.ndim == 0:
        return exact(array.item())
    return {
        "$array": [exact(part) for part in array.ravel().tolist()],
        "dtype": array.dtype.str,
        "shape": list(array.shape),
    }


def strict(record: Any) -> Any:
    """The same in numbers that JSON has: not NaN, nor infinities."""
    if isinstance(record, dict):
        return {name: strict(part) for name, part in record.items()}
    if isinstance(record, list):
        return [strict(part) for part in record]
    if isinstance(record, float) and not math.isfinite(record):
        return {"$float": repr(record)}
    return record


def value_of(record: Any, hint: Any = Any, *, none: bool = False) -> Any:
    """What a part of a record stands for; None for NaN, unless `none` says that it is None.

    Raises ValueError or TypeError where the record is nothing of the kind.
    """
    if typing.get_origin(hint) is typing.Annotated:  # Any to type checkers, but known
        hint = hint.__metadata__[0]
    hints = typing.get_args(hint) if _is_union(hint) else (hint,)
    if isinstance(record, Mapping) and any(str(key).startswith("$") for key in record):
        return _tagged(record, hints)
    if record is None:
        return None if none or type(None) in hints else math.nan
    # arrays last: the order of a union is that of the first equal one that was ever made
    for one in sorted(hints, key=lambda one: one in _OF_ARRAYS):
        kind = typing.get_origin(one) or one
        if isinstance(record, Mapping) and hasattr(kind, "_read"):
            return kind._read(record)
        if isinstance(record, Mapping) and hasattr(kind, "_fields"):
            types_of = typing.get_type_hints(kind, include_extras=True)
            return kind(
                **{name: value_of(record[name], types_of[name]) for name in kind._fields}
            )
        if isinstance(record, Mapping) and _is_mapping(one):
            of_keys, of_values = typing.get_args(one) or (Any, Any)
            deep = len(typing.get_args(of_keys)) if typing.get_origin(of_keys) is tuple else 0
            items = _by_tuples(record, deep) if deep else record.items()
            return {key: value_of(part, of_values) for key, part in items}
        if kind is tuple:
            parts = list(record.values()) if isinstance(record, Mapping) else record
            if isinstance(parts, list):
                return _tuple_of(parts, typing.get_args(one))
        if isinstance(record, list) and kind in _OF_ARRAYS:
            return _array_of(record)
    if isinstance(record, (Mapping, list)):
        msg = f"expected {getattr(hint, '__name__', hint)}, got {record!r:.60}"
        raise TypeError(msg)
    return record


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _is_mapping(hint: Any) -> bool:
    return (typing.get_origin(hint) or hint) in (Mapping, dict)


def _tuple_of(parts: list[Any], hints: tuple[Any, ...]) -> tuple[Any, ...]:
    if not hints or hints[-1] is Ellipsis:
        return tuple(value_of(part, hints[0] if hints else Any) for part in parts)
    if len(hints) != len(parts):
        msg = f"expected {len(hints)} values, got {parts!r:.60}"
        raise ValueError(msg)
    return tuple(value_of(part, hint) for part, hint in zip(parts, hints, strict=True))


def _by_tuples(record: Mapping[Any, Any], deep: int) -> Iterator[tuple[Any, Any]]:
    """Items whose keys are tuples, of the dictionaries in one another that `plain` makes of them."""
    for key, part in record.items():
        if deep == 1:
            yield (key,), part
        else:
            yield from (((key, *rest), value) for rest, value in _by_tuples(part, deep - 1))


def _array_of(record: list[Any]) -> np.ndarray:
    found = np.array(strict_none(record))
    if found.dtype.kind not in _NUMBERS:
        msg = f"expected an array of numbers or words, got {record!r:.60}"
        raise ValueError(msg)
    return found


def strict_none(record: Any) -> Any:
    """Lists with NaN for None, also where all is None, and infinities out of their tags."""
    if isinstance(record, list):
        return [strict_none(part) for part in record]
    if isinstance(record, Mapping):
        return _tagged(record)
    return math.nan if record is None else record


def _tagged(record: Mapping[str, Any], hints: tuple[Any, ...] = ()) -> Any:
    (tag,) = (key for key in record if key.startswith("$"))
    content = record[tag]
    if tag == "$none":
        return None
    if tag == "$float":
        return float(content)
    if tag == "$items":
        of_values = [typing.get_args(one)[1:] for one in hints if _is_mapping(one)]
        (hint,) = (of_values and of_values[0]) or (Any,)
        return {_whole(key): value_of(part, hint, none=True) for key, part in content}
    parts = [_whole(part) for part in content]
    if tag == "$tuple":
        return tuple(parts)
    if tag == "$list":
        return parts
    if tag != "$array":
        msg = f"there is no {tag} in this format"
        raise ValueError(msg)
    dtype = np.dtype(record["dtype"])
    if dtype.kind not in f"{_NUMBERS}O":
        msg = f"expected numbers, words or objects, got an array of {dtype}"
        raise ValueError(msg)
    if dtype.itemsize > _WIDEST:
        msg = f"expected shorter words than {dtype} has room for"
        raise ValueError(msg)
    found = np.empty(len(parts), dtype)
    for k, part in enumerate(parts):  # objects may be tuples, which NumPy would take apart
        found[k] = part
    return found.reshape(record["shape"])


def _whole(record: Any) -> Any:
    """Of what `exact` wrote, where None is tagged."""
    return value_of(record, none=True)
