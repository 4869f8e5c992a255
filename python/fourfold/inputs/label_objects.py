# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Labels that are objects of Python: whatever is hashable, all of one kind."""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from fourfold.inputs.label_column import LabelColumn

__all__ = [
    "are_whole",
    "check_labels",
    "in_order",
    "is_missing",
    "is_sorted",
    "objects_array",
    "objects_column",
    "reject_missing",
    "sort_objects",
]

#: Kinds of labels that other code counts: truths count as integers.
_EXACT: tuple[Any, ...] = (int, np.integer, np.bool_)
_FAMILIES: tuple[Any, ...] = (
    str,
    bytes,
    (float, np.floating),
    (*_EXACT, Fraction, Decimal),
)
_NO_VALUE = (
    "NoneType",
    "NAType",
    "NaTType",
    "MaskedConstant",
)  # the latter of pandas and NumPy
_MAY_BE_MISSING = (float, np.inexact, Decimal, np.datetime64, np.timedelta64, tuple)


def objects_column(values: list[Any], name: str, *, declared: bool = False) -> LabelColumn:
    """A column of hashable objects, sorted where they can be, else in order of appearance.

    `declared` are entries that a container says are categories: these may be of several kinds.
    """
    check_labels(values, name, declared=declared)
    numbers: dict[Any, int] = {}
    moments = any(issubclass(kind, dt.datetime) for kind in set(map(type, values)))
    keys = map(_moment, values) if moments else values
    try:
        codes = np.fromiter(
            (numbers.setdefault(key, len(numbers)) for key in keys), np.int64, len(values)
        )
    except TypeError:  # a tuple with a list in it
        row = next(k for k, value in enumerate(values) if not _is_hashable(value))
        _reject_unhashable(values[row], row, name)
    labels = list(numbers)
    if moments:  # as they were given
        labels = [values[row] for row in np.unique(codes, return_index=True)[1].tolist()]
    return LabelColumn(codes, lambda found: sort_objects([labels[k] for k in found.tolist()]))


def check_labels(values: list[Any], name: str, *, declared: bool = False) -> None:
    """Raise where one is missing or no label, or they are of several kinds; with the row."""
    kinds: dict[Any, None] = dict.fromkeys(map(type, values))
    if any(_may_be_missing(kind) for kind in kinds):
        for row, value in enumerate(values):
            if is_missing(value):
                reject_missing(name, row, value)
    for kind in kinds:
        holds_many = hasattr(kind, "__array__") and not issubclass(kind, np.generic)
        if kind.__hash__ is None or holds_many:
            row = next(k for k, value in enumerate(values) if type(value) is kind)
            _reject_unhashable(values[row], row, name)
        if issubclass(kind, (complex, np.complexfloating)):
            msg = f"{name}: labels must be integers or strings, got complex numbers"
            raise ValueError(msg)  # noqa: TRY004  as of an array of them
    if not declared and not _are_of_one_kind(tuple(kinds)):
        told = []
        for kind in sorted(kinds, key=lambda kind: kind.__name__)[:3]:
            row = next(k for k, value in enumerate(values) if type(value) is kind)
            told.append(f"{values[row]!r:.40} at row {row}")
        names = ", ".join(sorted({kind.__name__ for kind in kinds}))
        msg = (
            f"{name}: labels must be of one kind, such as all integers or all strings, got {names}: "
            f"{', '.join(told)}; convert some, for example all to strings"
        )
        raise ValueError(msg)


def are_whole(values: list[Any]) -> bool:
    """Whether all are integers, truths among them."""
    return all(_is_whole(kind) for kind in set(map(type, values)))


def _is_whole(kind: type) -> bool:
    # of NumPy a duration is an integer, too
    return issubclass(kind, _EXACT) and not issubclass(kind, np.timedelta64)


def reject_missing(name: str, row: int, value: object) -> NoReturn:
    """Raise for a row without a label."""
    shown = "masked" if type(value).__name__ == "MaskedConstant" else value
    msg = f"{name}: the label at row {row} is missing ({shown!s:.60}); leave such rows out"
    raise ValueError(msg)


def sort_objects(labels: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Ranks of different labels, and the labels: sorted if they have an order, else as they are."""
    order = in_order(labels)
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks, objects_array([labels[k] for k in order])


def in_order(labels: list[Any]) -> list[int]:
    """Places of different labels, sorted if they have an order, else as they are."""
    order = _order(labels)
    return list(range(len(labels))) if order is None else order


def is_sorted(labels: list[Any]) -> bool:
    """Whether each label comes before the next, so that all have an order."""
    order = _order(labels)
    return order is not None and order == list(range(len(labels)))


def objects_array(labels: list[Any]) -> np.ndarray:
    """An array of one axis, also of what is a sequence itself."""
    array = np.empty(len(labels), dtype=object)
    array[:] = labels
    return array


def _moment(value: Any) -> Any:
    """A time of a zone as that of UTC: in the hour that clocks repeat, two of one zone are equal."""
    if not isinstance(value, dt.datetime) or value.tzinfo is None:
        return value
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:  # at the ends of the calendar
        return value


def _order(labels: list[Any]) -> list[int] | None:
    """Places in increasing order, or None where not each two can be compared; Enums as defined."""
    key = labels.__getitem__
    try:
        order = sorted(range(len(labels)), key=key)
        # sets sort without an error, and have an order only where each is a part of the next
        if all(key(a) < key(b) for a, b in itertools.pairwise(order)):
            return order
    except (TypeError, ValueError, ArithmeticError):
        pass
    kind = type(labels[0])
    if issubclass(kind, enum.Enum) and all(type(label) is kind for label in labels):
        place = {member.name: k for k, member in enumerate(kind)}
        if all(label.name in place for label in labels):  # no combination of flags
            return sorted(range(len(labels)), key=lambda k: place[labels[k].name])
    return None


def _are_of_one_kind(kinds: tuple[type, ...]) -> bool:
    if len(kinds) == 1:
        return True
    dates = [issubclass(kind, dt.date) for kind in kinds]
    moments = [issubclass(kind, dt.datetime) for kind in kinds]
    if all(dates) and any(moments) != all(moments):  # a day never equals a moment
        return False
    durations = [issubclass(kind, np.timedelta64) for kind in kinds]
    if any(durations) and any(map(_is_whole, kinds)):
        return False
    if any(all(issubclass(kind, family) for kind in kinds) for family in _FAMILIES):
        return True
    return any(all(issubclass(kind, base) for kind in kinds) for base in kinds)


def _may_be_missing(kind: type) -> bool:
    return kind.__name__ in _NO_VALUE or issubclass(kind, _MAY_BE_MISSING)


def is_missing(value: Any) -> bool:
    """Whether it stands for no label, or is a tuple with such in it."""
    if isinstance(value, tuple):
        return any(map(is_missing, value))
    if type(value).__name__ in _NO_VALUE:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _reject_unhashable(value: Any, row: int, name: str) -> NoReturn:
    kind = type(value).__name__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        one = f"[cell.item() for cell in numpy.ravel({name})]"
        remedy = (
            f"of an array of cells, as MATLAB has them, hand over {one}"
            if np.prod(shape) == 1
            else f"as an embedding hand over numpy.stack({name}), as states tuples"
        )
        what = f"an array of shape {tuple(shape)} ({kind})"
    elif isinstance(value, tuple):
        what, remedy = (
            f"{value!r:.40}, a tuple with a part that is not hashable",
            "hand over tuples of numbers and strings",
        )
    elif isinstance(value, (list, set)):
        remedy = f"hand over [{'frozenset' if kind == 'set' else 'tuple'}(label) for label in {name}]"
        what = f"a {kind} ({value!r:.40}), which is not hashable"
    else:
        remedy = "hand over a string or a number that stands for it"
        what = f"of type {kind}, which is not hashable"
    msg = f"{name}: the label at row {row} is {what}; {remedy}"
    raise ValueError(msg)
