# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What scikit-learn takes as random_state, and Generators, which it does not."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from fourfold.inputs.positions import most_by_position, reject_positions

__all__ = ["drawn_seeds", "random_generator", "takes_rng"]

Given = ParamSpec("Given")
Made = TypeVar("Made")


def random_generator(random_state: Any) -> np.random.Generator:
    """A generator of an int, a Generator, a RandomState or None, or raise."""
    if isinstance(random_state, np.random.Generator):
        if not hasattr(random_state.bit_generator.seed_seq, "spawn"):
            msg = "random_state: expected a Generator with a SeedSequence, as default_rng makes it"
            raise ValueError(msg)
        return random_state
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31 - 1, size=4).tolist())
    whole = isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool)
    if random_state is not None and not (whole and random_state >= 0):
        msg = (
            "random_state: expected a non-negative integer, a RandomState, a Generator or None, "
            f"got {random_state!r}"
        )
        raise ValueError(msg)
    return np.random.default_rng(random_state)


def takes_rng(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function of `random_state` that takes it as `rng`, too, its name up to 0.1.0.

    One of two sources and a target says where a third source belongs.
    """
    most = most_by_position(function)

    @functools.wraps(function)
    def of_either(*given: Given.args, **named: Given.kwargs) -> Made:
        if "rng" in named:
            if "random_state" in named:
                msg = f"{function.__name__}: rng is the old name of random_state; give one of them"
                raise TypeError(msg)
            msg = f"{function.__name__}: rng= is called random_state= since 0.2"
            warnings.warn(msg, FutureWarning, stacklevel=2)
            named["random_state"] = named.pop("rng")
        if most is not None and len(given) > most:
            reject_positions(function.__name__, len(given))
        return function(*given, **named)

    return of_either


def drawn_seeds(random_state: Any, number: int) -> list[int]:
    """So many seeds of an int, a RandomState, a Generator or None, or raise."""
    if isinstance(random_state, np.random.Generator):
        found: list[int] = random_state.integers(2**31 - 1, size=number).tolist()
        return found
    legacy = random_state
    whole = isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool)
    if whole and 0 <= random_state < 2**32:
        legacy = np.random.RandomState(random_state)
    elif random_state is None:
        legacy = np.random.mtrand._rand  # the one of numpy.random.seed
    if not isinstance(legacy, np.random.RandomState):
        msg = (
            "random_state: expected an int in [0, 2**32), a RandomState, a Generator or None, "
            f"got {random_state!r}"
        )
        raise ValueError(msg)  # noqa: TRY004  as scikit-learn does
    seeds: list[int] = legacy.randint(2**31 - 1, size=number).tolist()
    return seeds
