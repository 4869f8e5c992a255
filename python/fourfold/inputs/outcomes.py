# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Tables by outcome, (x1, x2, y) with a mass each: dictionaries, Series and crosstabs of pandas."""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np

from fourfold.inputs.crosstab import outcomes_of_frame
from fourfold.inputs.label_objects import is_missing
from fourfold.inputs.room import require_table

__all__ = ["is_outcomes", "table_of_outcomes"]

_AXES = ("x1", "x2", "y")
_EXPECTED = "{(x1, x2, y): mass}, a Series with three index levels or a crosstab"

Outcome = tuple[Any, Any, Any]


def is_outcomes(values: Any) -> bool:
    """Whether a table is told by its outcomes rather than as an array."""
    return isinstance(values, Mapping) or hasattr(getattr(values, "index", None), "nlevels")


def table_of_outcomes(values: Any, name: str) -> tuple[np.ndarray, tuple[list[Any], ...]]:
    """A table (K1, K2, K_Y) of outcomes that have a mass each, and the states of its axes.

    Parameters
    ----------
    values : mapping, or Series or DataFrame of pandas
        ``{(x1, x2, y): mass}``; a Series with three index levels; a crosstab, of which rows or
        columns have two levels, the sources, and the others are y. Levels that are named x1, x2
        and y are these wherever they are. States are anything hashable.
    name : str
        Of the argument, for the messages.

    Returns
    -------
    table : ndarray, shape (K1, K2, K_Y)
        int64 where all masses are integers that fit, else Python's integers or float64. Outcomes
        that are not there have no mass.
    states : tuple of three lists
        Sorted, or in order of appearance where they cannot be.

    Raises
    ------
    TypeError, ValueError
        If an outcome is no triple, has a missing state or is there twice, or a mass is no finite
        number of at least zero.
    MemoryError
        If the table cannot fit what is free.
    """
    if isinstance(values, Mapping):
        found: Iterable[tuple[Any, Any]] = values.items()
    else:
        found = outcomes_of_frame(values, name)
    outcomes, masses = [], []
    for outcome, mass in found:
        if not isinstance(outcome, tuple) or len(outcome) != 3:
            _reject_outcome(outcome, name)
        outcomes.append(outcome)
        quick = type(mass) in (int, float) and 0 <= mass < math.inf
        masses.append(mass if quick else _mass(mass, outcome, name))
    if not outcomes:
        msg = f"{name}: there are no outcomes; expected {_EXPECTED}"
        raise ValueError(msg)
    if not isinstance(values, Mapping):
        _reject_twice(outcomes, name)
    distinct = [list(dict.fromkeys(column)) for column in zip(*outcomes, strict=True)]
    _reject_missing(distinct, outcomes, name)
    states = tuple(map(_in_order, distinct))
    shape = tuple(map(len, states))
    require_table(shape, name)
    table: np.ndarray = np.zeros(shape, _dtype(masses))
    at = [{state: k for k, state in enumerate(axis)} for axis in states]
    for (x1, x2, y), mass in zip(outcomes, masses, strict=True):
        table[at[0][x1], at[1][x2], at[2][y]] = mass
    return table, states


def _reject_missing(distinct: list[list[Hashable]], outcomes: list[Outcome], name: str) -> None:
    for k, axis in enumerate(_AXES):
        if any(map(is_missing, distinct[k])):
            first = next(outcome for outcome in outcomes if is_missing(outcome[k]))
            msg = (
                f"{name}: {axis} of the outcome {first!r} is missing; leave it out, or name it"
            )
            raise ValueError(msg)


def _reject_outcome(outcome: Any, name: str) -> NoReturn:
    hint = ""
    if isinstance(outcome, str) and len(outcome) == 3:
        hint = "; of words of three letters {tuple(word): mass for word, mass in pmf.items()}"
    elif isinstance(outcome, tuple) and len(outcome) == 2:
        first, second = outcome
        if isinstance(first, tuple) and len(first) == 2:
            hint = f"; write {(*first, second)!r}, sources first"
        elif isinstance(second, tuple) and len(second) == 2:
            hint = f"; write {(*second, first)!r}, the target last"
    elif isinstance(outcome, tuple) and len(outcome) > 3:
        hint = (
            "; there are two sources: several variables are one as a tuple, such as "
            f"{((outcome[0], outcome[1]), *outcome[2:])!r:.100}"
        )
    msg = f"{name}: expected {_EXPECTED}, got the outcome {outcome!r:.100}{hint}"
    raise TypeError(msg)


def _mass(value: Any, outcome: Outcome, name: str) -> int | float:
    where = f"{name}: the mass of {outcome!r:.100}"
    if np.ma.isMaskedArray(value):
        msg = f"{where} is masked; leave the outcome out, or give it one"
        raise ValueError(msg)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, (bool, numbers.Integral)):
        mass: int | float = int(value)
    elif isinstance(value, (numbers.Real, Decimal, np.floating)):
        try:
            mass = float(value)
        except OverflowError:
            mass = math.inf
    else:
        msg = f"{where}: expected a number, got {value!r:.100}"
        raise TypeError(msg)
    if not 0 <= mass < math.inf:
        hint = ""
        if math.isnan(mass):
            hint = "; of an outcome that never occurs it is 0, as by .fillna(0)"
        msg = f"{where}: expected a finite number of at least 0, got {value!r:.100}{hint}"
        raise ValueError(msg)
    return mass


def _reject_twice(outcomes: list[Outcome], name: str) -> None:
    seen: set[Outcome] = set()
    for outcome in outcomes:
        if outcome in seen:
            msg = (
                f"{name}: the outcome {outcome!r:.100} is there twice; add up what belongs together, "
                "for example by .groupby(level=[0, 1, 2]).sum()"
            )
            raise ValueError(msg)
        seen.add(outcome)


def _in_order(distinct: list[Any]) -> list[Any]:
    """States sorted where they have one order: sets, for example, have not."""
    try:
        ordered = sorted(distinct)
        return ordered if all(a < b for a, b in itertools.pairwise(ordered)) else distinct
    except (TypeError, ValueError):
        return distinct


def _dtype(masses: list[int | float]) -> type:
    if any(isinstance(mass, float) for mass in masses):
        return np.float64
    return np.int64 if max(masses) <= np.iinfo(np.int64).max else object
