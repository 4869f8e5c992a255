# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often something is timed that is too quick to be timed once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["elapsed", "fastest", "rounds"]


def rounds(least: int, budget: float, most: int) -> Iterator[int]:
    """Count rounds until a budget of seconds is spent, between `least` and `most` of them."""
    start = time.perf_counter()
    done = 0
    while done < least or (done < most and time.perf_counter() - start < budget):
        yield done
        done += 1


def elapsed(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def fastest(call: Callable[[], object], budget: float) -> float:
    """Seconds of the fastest of many calls, after one to warm up."""
    call()
    return min(elapsed(call) for _ in rounds(3, budget, 20_000))
