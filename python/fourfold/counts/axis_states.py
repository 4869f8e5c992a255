# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The labels of an axis, sorted, in the one type that labels of their kind are kept in."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from fourfold.inputs.label_column import words_array
from fourfold.inputs.label_objects import are_whole, is_sorted, objects_array, sort_objects
from fourfold.inputs.labels import code_labels
from fourfold.inputs.totals import whole_array

__all__ = [
    "NO_STATES",
    "States",
    "axis_states",
    "given_states",
    "kind_of",
    "numbers_within",
    "require_order",
    "shape_of_states",
    "united",
]

States = tuple[np.ndarray, np.ndarray, np.ndarray]

NO_STATES: States = (np.zeros(0, np.int64),) * 3

_KIND = {
    "b": "integers", "i": "integers", "u": "integers", "f": "numbers", "U": "strings", "S": "bytes",
    "M": "dates", "m": "durations",
}  # fmt: skip
_EXACT = 2**53  # doubles below tell all whole numbers apart


def axis_states(labels: np.ndarray) -> np.ndarray:
    """Labels of any type in the one of their kind, so that it does not tell where they are from.

    Integers are int64, those that need it uint64, or else Python's; for words see `words_array`;
    objects stay what they are.
    """
    kind = labels.dtype.kind
    if not labels.size:
        return NO_STATES[0]
    if kind == "b":
        return labels
    if kind in "iu" and int(labels.max()) <= np.iinfo(np.int64).max:
        return labels.astype(np.int64)
    return labels if kind in "ufMm" else _of_objects(labels.tolist())


def require_order(states: States) -> None:
    """Raise where labels have no order, by which counts keep them."""
    for name, labels in zip(("x1", "x2", "y"), states, strict=True):
        if labels.dtype.kind == "O" and not is_sorted(labels.tolist()):
            first = labels[0]
            msg = (
                f"{name}: fourfold.Counts keeps labels sorted, but these cannot be, such as "
                f"{first!r:.40} ({type(first).__name__}); hand over strings for them, for example "
                f"[str(label) for label in {name}]"
            )
            raise TypeError(msg)


def _of_objects(labels: list[Any]) -> np.ndarray:
    if isinstance(labels[0], (str, bytes)):
        return words_array(labels)
    if not are_whole(labels):
        return objects_array(labels)
    if all(isinstance(label, (bool, np.bool_)) for label in labels):
        return np.array(labels, dtype=bool)
    return whole_array(list(map(int, labels)))


def kind_of(states: np.ndarray) -> str:
    """What the labels are, in a word."""
    if states.dtype.kind != "O":
        return _KIND[states.dtype.kind]
    first = states[0]
    for kind, name in ((str, "strings"), (bytes, "bytes"), (int, "integers")):
        if isinstance(first, kind):
            return name
    return f"objects of type {type(first).__name__}"


def united(first: np.ndarray, second: np.ndarray, name: str) -> np.ndarray:
    """The labels of both, sorted; raise where they are of different kinds."""
    if not second.size or first is second:
        return first
    if not first.size:
        return second
    kinds = {kind_of(first), kind_of(second)}
    if kinds == {"integers", "numbers"}:
        return np.unique(np.concatenate([_doubles(first, name), _doubles(second, name)]))
    if any(kind.startswith("objects") for kind in kinds):
        return _united_objects(first, second, name)
    if len(kinds) > 1:
        _reject_kinds(first, second, name)
    if first.dtype == second.dtype and np.array_equal(first, second):
        return first
    pair = [first, second]
    if first.dtype != second.dtype:  # with integers truths are 0 and 1, whichever comes first
        pair = [
            states.astype(np.int64) if states.dtype.kind == "b" else states for states in pair
        ]
    if pair[0].dtype != pair[1].dtype and kind_of(first) == "integers":
        pair = [
            states.astype(object) for states in pair
        ]  # of int64 and uint64 NumPy makes floats
    return axis_states(np.unique(np.concatenate(pair)))


def _doubles(states: np.ndarray, name: str) -> np.ndarray:
    if states.dtype.kind != "f" and max(map(abs, states.tolist())) > _EXACT:
        msg = (
            f"{name}: integers beyond 2**53 are not counted with numbers that have a fraction, as "
            "doubles do not tell them apart; convert all to strings"
        )
        raise ValueError(msg)
    return states.astype(np.float64)


def _united_objects(first: np.ndarray, second: np.ndarray, name: str) -> np.ndarray:
    united = sort_objects(list(dict.fromkeys(first.tolist() + second.tolist())))[1]
    if not is_sorted(united.tolist()):
        _reject_kinds(first, second, name)
    return united


def _reject_kinds(first: np.ndarray, second: np.ndarray, name: str) -> NoReturn:
    told = [
        f"{kind_of(states)} ({states[:1].tolist()[0]!r}, ...)" for states in (first, second)
    ]
    msg = (
        f"{name}: labels must be of one kind, such as all integers or all strings, got {told[1]} "
        f"to be counted with {told[0]}; convert one of them, for example by labels.astype(str)"
    )
    raise ValueError(msg)


def numbers_within(states: np.ndarray, all_states: np.ndarray) -> np.ndarray:
    """The number of each of the states among all, of which they are a part: increasing."""
    if all_states.dtype.kind == "O" and kind_of(all_states).startswith("objects"):
        numbers = {label: number for number, label in enumerate(all_states.tolist())}
        return np.array([numbers[label] for label in states.tolist()], dtype=np.int64)
    return np.searchsorted(all_states, states.astype(all_states.dtype))


def given_states(states: Any) -> tuple[States, States]:
    """Labels of three axes, sorted, and the number of each label there; raise on others."""
    if isinstance(states, (str, bytes)) or not hasattr(states, "__len__") or len(states) != 3:
        got = f"{len(states)} of them" if hasattr(states, "__len__") else repr(states)
        msg = f"states: expected the labels of x1, of x2 and of y, three sequences, got {got}"
        raise ValueError(msg)
    found = [_of_axis(labels, f"states[{k}]") for k, labels in enumerate(states)]
    labels = found[0][0], found[1][0], found[2][0]
    require_order(labels)
    return labels, (found[0][1], found[1][1], found[2][1])


def _of_axis(labels: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    if not np.size(labels):
        return NO_STATES[0], NO_STATES[0]
    codes, states = code_labels(labels, name, "one label a state")
    if len(states) < len(codes):
        twice = states[np.flatnonzero(np.bincount(codes) > 1)[:1]].tolist()[0]
        msg = f"{name}: labels must differ from each other, but {twice!r} is there twice"
        raise ValueError(msg)
    return axis_states(states), codes


def shape_of_states(states: States) -> tuple[int, int, int]:
    """(K1, K2, K_Y)."""
    return len(states[0]), len(states[1]), len(states[2])
