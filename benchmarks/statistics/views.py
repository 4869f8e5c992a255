# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two views of one label, equally good or nearly so: where U1 or U2 is next to nothing.

v* has a kink where both are, and its plug-in falls towards the truth like N**-1/2 only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.statistics.truths import channel, with_noise
from fourfold import gates

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EQUAL", "VIEWS"]

#: That y is another one of four labels, for the better view.
ERROR = 0.15
#: That y is drawn anew: 10 % of the bits are flipped.
FLIPPED = 0.2
CLASSES = 4


def _noisy(error: float) -> np.ndarray:
    """p(x|y) of four labels, another one with this chance."""
    return np.eye(CLASSES) * (1 - error - error / 3) + error / 3


def _seen(p_y: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """p(y) p(x1|y) p(x2|y)."""
    return np.einsum("y,yi,yj->ijy", p_y, first, second)


def _labels(other: float) -> Callable[[int], np.ndarray]:
    """Views of one of four labels, wrong in 15 % and in a share of its own."""
    return lambda _: _seen(np.full(CLASSES, 1 / CLASSES), _noisy(ERROR), _noisy(other))


def _degraded(error: float) -> Callable[[int], np.ndarray]:
    """X2 is X1, another state with this chance, whatever y is: U2 = S = 0."""
    return lambda _: _noisy(ERROR).T[:, None] * _noisy(error)[..., None] / CLASSES


def _equal(k: int, ky: int) -> Callable[[int], np.ndarray]:
    """One random channel for both sources, which are independent given Y."""

    def make(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, k, ky])
        first = channel(ky, k, rng)
        return _seen(np.full(ky, 1 / ky), first, first)

    return make


def _half_equal(k: int, ky: int) -> Callable[[int], np.ndarray]:
    """Channels that agree in half of the states."""

    def make(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, k, ky])
        first = channel(ky, k, rng)
        second = first.copy()
        left = second[:, k // 2 :].sum(axis=1, keepdims=True)
        second[:, k // 2 :] = left * channel(ky, k - k // 2, rng)
        return _seen(np.full(ky, 1 / ky), first, second)

    return make


EQUAL: dict[str, Callable[[int], np.ndarray]] = {
    "equal views, 4 x 4": _labels(ERROR),
    "equal views, 16 x 10": _equal(16, 10),
}
#: Tables and the numbers of rows that are drawn of them.
VIEWS: dict[str, tuple[Callable[[int], np.ndarray], tuple[int, ...]]] = {
    "equal views, 4 x 4": (EQUAL["equal views, 4 x 4"], (500, 2000, 5000)),
    "equal views, 16 x 10": (EQUAL["equal views, 16 x 10"], (500, 1500, 5000)),
    "equal views, 8 x 4": (_equal(8, 4), (300, 2000)),
    "equal views, 8 x 2": (_equal(8, 2), (200, 2000)),
    "views of 15 and 18 % errors": (_labels(0.18), (500, 2000, 5000)),
    "views of 15 and 22 % errors": (_labels(0.22), (500, 2000, 5000)),
    "views of 15 and 35 % errors": (_labels(0.35), (500, 2000)),
    "X2 a noisy X1, 20 %": (_degraded(0.2), (500, 2000)),
    "X2 a noisy X1, 5 %": (_degraded(0.05), (500, 2000)),
    "half of the states equal": (_half_equal(8, 4), (300, 2000)),
    "noisy AND": (lambda _: with_noise(gates.AND.pmf, FLIPPED), (64, 256, 1024)),
}
