# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Random tables that samples are drawn from: every family a function of a shape and a generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = tuple[int, int, int]
    Maker = Callable[[Shape, np.random.Generator], np.ndarray]

__all__ = ["FAMILIES", "channel", "with_noise"]

#: Chances that y is drawn anew, whatever the sources are.
PARITY_NOISE = 0.1
COPY_NOISE = 0.02
#: Standard deviation of the log odds.
LOG_ODDS = 1.5


def with_noise(pmf: np.ndarray, noise: float) -> np.ndarray:
    """A table of the same p(x1,x2) whose y is replaced by a uniform one with this chance."""
    pairs = pmf.sum(axis=2, keepdims=True)
    return (1.0 - noise) * pmf + noise * pairs / pmf.shape[2]


def channel(inputs: int, outputs: int, rng: np.random.Generator) -> np.ndarray:
    """p(x|y), shape (inputs, outputs), rows Dirichlet(0.5): far from uniform."""
    return rng.dirichlet(np.full(outputs, 0.5), size=inputs)


def _gamma(concentration: float) -> Maker:
    def make(shape: Shape, rng: np.random.Generator) -> np.ndarray:
        masses = rng.gamma(concentration, size=shape)
        return masses / masses.sum()

    return make


def _independent(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    return np.einsum("i,j,k->ijk", *(rng.dirichlet(np.full(k, 3.0)) for k in shape))


def _conditionally_independent(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """p(y) p(x1|y) p(x2|y); p(y) is Dirichlet(5), so that every class is seen."""
    k1, k2, ky = shape
    p_y = rng.dirichlet(np.full(ky, 5.0))
    return np.einsum("y,yi,yj->ijy", p_y, channel(ky, k1, rng), channel(ky, k2, rng))


def _noisy_parity(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    k1, k2, ky = shape
    pairs = np.outer(rng.dirichlet(np.full(k1, 3.0)), rng.dirichlet(np.full(k2, 3.0)))
    y = np.add.outer(np.arange(k1), np.arange(k2)) % ky
    return with_noise(pairs[..., None] * np.eye(ky)[y], PARITY_NOISE)


def _copy(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """y = x1 mod K_Y: X2 says what X1 lets it say, so that U2 = S = 0."""
    k1, k2, ky = shape
    pairs = rng.dirichlet(np.full(k1 * k2, 0.3)).reshape(k1, k2)
    y = np.arange(k1) % ky
    return with_noise(pairs[..., None] * np.eye(ky)[y][:, None], COPY_NOISE)


def _log_linear(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """p(y|x1,x2) is a softmax of a(x1,y) + b(x2,y): no interaction of the sources."""
    k1, k2, ky = shape
    pairs = rng.dirichlet(np.ones(k1 * k2)).reshape(k1, k2)
    one, two = (rng.normal(scale=LOG_ODDS, size=(k, ky)) for k in (k1, k2))
    odds = np.exp(one[:, None] + two)
    return pairs[..., None] * odds / odds.sum(axis=2, keepdims=True)


FAMILIES: dict[str, Maker] = {
    "gamma": _gamma(0.5),
    "sparse": _gamma(0.1),
    "smooth": _gamma(5.0),
    "independent": _independent,
    "conditionally independent": _conditionally_independent,
    "noisy parity": _noisy_parity,
    "copy": _copy,
    "log-linear": _log_linear,
}
