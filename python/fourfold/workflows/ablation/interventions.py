# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is done to a modality: its rows replaced, shuffled, or drowned in noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from fourfold.inputs.numbers import check_option

__all__ = ["Altered", "Intervention", "alter", "read_interventions"]

BUILT_IN = ("remove", "shuffle", "noise")

How = str | Callable[[np.ndarray, np.random.Generator], Any]


class Intervention(NamedTuple):
    """A name, and what is done to each modality: one of `BUILT_IN`, or a callable."""

    name: str
    ways: tuple[How, How]


class Altered(NamedTuple):
    """A modality after an intervention.

    Attributes
    ----------
    values : ndarray
        Of the shape and the type that it had.
    donors : ndarray of int, shape (N,), or None
        The row that each row was replaced by, where rows were exchanged.
    """

    values: np.ndarray
    donors: np.ndarray | None = None


def read_interventions(interventions: Any) -> tuple[Intervention, ...]:
    """Check a sequence of names, or a mapping of names to what is done."""
    if isinstance(interventions, str) or not np.iterable(interventions):
        msg = (
            "interventions: expected a sequence of names or a mapping of names to callables, "
            f"got {interventions!r}"
        )
        raise TypeError(msg)
    if not isinstance(interventions, Mapping):
        names = list(interventions)
        interventions = {check_option(name, "interventions", BUILT_IN): name for name in names}
        if len(interventions) < len(names):
            msg = f"interventions: expected each once, got {names}"
            raise ValueError(msg)
    if not interventions:
        msg = "interventions: expected at least one, got none"
        raise ValueError(msg)
    return tuple(_read(name, how) for name, how in interventions.items())


def _read(name: Any, how: Any) -> Intervention:
    if not isinstance(name, str):
        msg = f"interventions: expected strings as names, got {name!r}"
        raise TypeError(msg)
    ways = how if isinstance(how, tuple) else (how, how)
    if len(ways) != 2 or not all(callable(way) or way in BUILT_IN for way in ways):
        msg = (
            f"interventions[{name!r}]: expected a callable (x, rng), one of "
            f"{', '.join(map(repr, BUILT_IN))}, or a pair of these for x1 and x2, got {how!r}"
        )
        raise TypeError(msg)
    return Intervention(name, (ways[0], ways[1]))


def alter(how: How, values: np.ndarray, rng: np.random.Generator, where: str) -> Altered:
    """One draw of an intervention; `values` stay as they are, and `where` is for messages."""
    if callable(how):
        return Altered(_checked(how(values.copy(), rng), values, where))
    if how == "shuffle":
        # each row gets that of its successor in a random circle: of any other row with the
        # same chance, and never its own
        order = rng.permutation(len(values))
        donors = np.empty_like(order)
        donors[order] = np.roll(order, 1)
        return Altered(values[donors], donors)
    if values.dtype.kind != "f" or not np.isfinite(values).all():
        got = "NaN or infinity" if values.dtype.kind == "f" else f"dtype {values.dtype}"
        msg = (
            f"{where}: {how!r} takes means, and needs finite floating-point numbers, got {got}; "
            "give interventions={'name': callable} that knows what an empty row is"
        )
        raise ValueError(msg)
    mean = values.mean(axis=0, dtype=np.float64)
    if how == "remove":
        return Altered(np.broadcast_to(mean, values.shape).astype(values.dtype))
    # rounding may leave a constant column a little spread
    spread = np.where(np.ptp(values, axis=0) > 0, values.std(axis=0, dtype=np.float64), 0.0)
    noise = rng.standard_normal(values.shape)
    return Altered((mean + spread * noise).astype(values.dtype))


def _checked(given: Any, values: np.ndarray, where: str) -> np.ndarray:
    if not isinstance(given, np.ndarray) or given.shape != values.shape:
        got = f"shape {given.shape}" if isinstance(given, np.ndarray) else type(given).__name__
        msg = f"{where}: the callable must return an array of shape {values.shape}, got {got}"
        raise ValueError(msg)
    if not np.can_cast(given.dtype, values.dtype, "same_kind"):
        msg = (
            f"{where}: the callable must return dtype {values.dtype}, as it was given, got "
            f"{given.dtype}"
        )
        raise ValueError(msg)
    return given.astype(values.dtype, copy=False)
