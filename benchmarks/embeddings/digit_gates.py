# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Gates of two handwritten digits: sources are pictures, the truth is that of the digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.datasets import load_digits

import fourfold

if TYPE_CHECKING:
    from fourfold import Atoms

__all__ = ["PICTURES", "digit_gate", "digit_truth"]

#: Pictures there are; each is at most once a first and once a second source.
PICTURES = 1797


def _target(name: str, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    if name == "and":
        return ((first >= 5) & (second >= 5)).astype(np.int64)
    return first + 0 * second  # "first"


def digit_gate(
    name: str, rows: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two pictures a row, and "and", whether both show at least 5, or "first", what one shows."""
    bunch = load_digits()
    first, second = (rng.permutation(PICTURES)[:rows] for _ in range(2))
    y = _target(name, bunch.target[first], bunch.target[second])
    return bunch.data[first] / 16.0, bunch.data[second] / 16.0, y


def digit_truth(name: str) -> Atoms:
    """Atoms of the digits in bits; a picture that can be misread has a little less."""
    share = np.bincount(load_digits().target) / PICTURES
    first, second = np.indices((10, 10))
    y = _target(name, first, second)
    table = np.zeros((10, 10, y.max() + 1))
    table[first, second, y] = np.outer(share, share)
    return fourfold.decompose(table, tol=1e-6).atoms
