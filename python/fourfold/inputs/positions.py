# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is given by position to functions of two sources and a target."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["of_two_sources"]

Given = ParamSpec("Given")
Made = TypeVar("Made")


def of_two_sources(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function of (x1, x2, y) that says of a fourth column where a third source belongs."""

    @functools.wraps(function)
    def called(*given: Given.args, **named: Given.kwargs) -> Made:
        if len(given) > 3:
            msg = (
                f"{function.__name__}(): takes two sources and a target by position, x1, x2 and y, got "
                f"{len(given)} arguments; a third source is what fourfold.conditional_pid(x1, x2, y, "
                "given=x3) conditions on, two are one as numpy.c_[x2, x3], and options are given by name"
            )
            raise TypeError(msg)
        return function(*given, **named)

    return called
