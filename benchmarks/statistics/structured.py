# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fixed tables as data have them: frequent and rare states, a rare class, labels without noise,
sources that say the same, and parities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.statistics.truths import with_noise
from fourfold import gates

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.statistics.truths import Shape

__all__ = ["SMALLER", "STRUCTURED"]

#: Of the k-th most frequent state: k**-1.2.
EXPONENT = 1.2
#: Standard deviation of log odds: of what a source says alone, in labels with noise and without,
#: and of what only both say.
ALONE, ALONE_EXACT, TOGETHER = 1.0, 0.6, 1.0
#: Of the logarithm of how much more often two states meet than by chance.
DEPENDENCE = 1.0
POSITIVE = 0.01
OTHER_STATE, CONCENTRATION = 0.02, 0.2
PARITY_NOISE, GATE_NOISE = 0.05, 0.1
SCALINGS = 200


def _zipf(states: int) -> np.ndarray:
    masses = np.arange(1.0, states + 1.0) ** -EXPONENT
    return masses / masses.sum()


def _zipf_pairs(k1: int, k2: int, rng: np.random.Generator) -> np.ndarray:
    """p(x1,x2) of Zipf margins and dependent states, those of either source in random order."""
    margins = rng.permutation(_zipf(k1)), rng.permutation(_zipf(k2))
    pairs = np.exp(rng.normal(scale=DEPENDENCE, size=(k1, k2)))
    for _ in range(SCALINGS):
        pairs *= (margins[0] / pairs.sum(axis=1))[:, None]
        pairs *= margins[1] / pairs.sum(axis=0)
    return pairs


def _log_odds(shape: Shape, rng: np.random.Generator, alone: float = ALONE) -> np.ndarray:
    """Main effects of both sources and an interaction."""
    k1, k2, ky = shape
    one, two = (rng.normal(scale=alone, size=(k, ky)) for k in (k1, k2))
    return one[:, None] + two + rng.normal(scale=TOGETHER, size=shape)


def _softmax(odds: np.ndarray) -> np.ndarray:
    masses = np.exp(odds - odds.max(axis=2, keepdims=True))
    return masses / masses.sum(axis=2, keepdims=True)


def _zipf_table(k1: int, k2: int, ky: int) -> Callable[[int], np.ndarray]:
    def make(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, k1, ky])
        odds = np.log(_zipf(ky)) + _log_odds((k1, k2, ky), rng)
        return _zipf_pairs(k1, k2, rng)[..., None] * _softmax(odds)

    return make


def _rare_class(k: int) -> Callable[[int], np.ndarray]:
    """Two classes, the second of 1 %."""

    def make(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, k])
        pairs = _zipf_pairs(k, k, rng)
        odds = _log_odds((k, k, 1), rng)[..., 0]
        low, high = -50.0, 50.0
        for _ in range(100):  # bisection of the intercept
            middle = (low + high) / 2
            positive = 1.0 / (1.0 + np.exp(-odds - middle))
            low, high = (low, middle) if (pairs * positive).sum() > POSITIVE else (middle, high)
        return pairs[..., None] * np.stack([1.0 - positive, positive], axis=-1)

    return make


def _deterministic(k: int, ky: int) -> Callable[[int], np.ndarray]:
    """y is a function of both sources: the likeliest class of the log odds."""

    def make(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, k, ky])
        y = _log_odds((k, k, ky), rng, ALONE_EXACT).argmax(axis=2)
        return _zipf_pairs(k, k, rng)[..., None] * np.eye(ky)[y]

    return make


def _redundant_copy(k: int, ky: int) -> Callable[[int], np.ndarray]:
    """x2 = x1, but for 2 % that are any state; y is about x1 only, so that U2 = S = 0."""

    def make(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, k, ky])
        pairs = np.diag(rng.dirichlet(np.full(k, 3.0)))
        pairs = (1 - OTHER_STATE) * pairs + OTHER_STATE * pairs.sum(1, keepdims=True) / k
        return pairs[..., None] * rng.dirichlet(np.full(ky, CONCENTRATION), size=(k, 1))

    return make


def _parity(_: int) -> np.ndarray:
    """y = x1 XOR x2 of three bits each."""
    y = np.bitwise_xor.outer(np.arange(8), np.arange(8))
    return with_noise(np.eye(8)[y] / 64, PARITY_NOISE)


def _mixed_parity(_: int, noise: float = PARITY_NOISE) -> np.ndarray:
    """y = (a XOR b, c, d): of x1 the bits a and c, of x2 b and d; their third bits say nothing."""
    x1, x2 = np.divmod(np.arange(64), 8)
    y = 4 * ((x1 >> 2) ^ (x2 >> 2)) + 2 * (x1 & 1) + (x2 & 1)
    return with_noise(np.eye(8)[y].reshape(8, 8, 8) / 64, noise)


def _gates(*names: str) -> Callable[[int], np.ndarray]:
    """Gates side by side, y uniform with a chance."""
    parts = [getattr(gates, name) for name in names]
    return lambda _: with_noise(gates.product(*parts).pmf, GATE_NOISE)


#: By name: the seed makes the table, where chance does.
STRUCTURED: dict[str, Callable[[int], np.ndarray]] = {
    "Zipf, 4 classes": _zipf_table(16, 16, 4),
    "Zipf, 10 classes": _zipf_table(32, 32, 10),
    "Zipf, 100 classes": _zipf_table(16, 16, 100),
    "a class of 1 %": _rare_class(16),
    "labels without noise": _deterministic(16, 4),
    "labels without noise, 2 classes": _deterministic(16, 2),
    "redundant copy": _redundant_copy(16, 10),
    "XOR of three bits": _parity,
    "XOR beside unique bits": _mixed_parity,
    "noisy AND and XOR": _gates("AND", "XOR"),
    "noisy RDN and XOR": _gates("RDN", "XOR"),
}
#: Some of them as tests have them: 12 states, and the noise of gates.
SMALLER: dict[str, Callable[[int], np.ndarray]] = {
    "Zipf": _zipf_table(12, 12, 4),
    "labels without noise": _deterministic(12, 4),
    "redundant copy": _redundant_copy(12, 6),
    "XOR beside unique bits": lambda seed: _mixed_parity(seed, GATE_NOISE),
}
