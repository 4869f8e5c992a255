# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of Euclidean length 1, however short they were."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import preprocessing

__all__ = ["Normalizer"]

#: scikit-learn takes rows that are shorter than about 2e-15 for rows of zeros, and leaves them.
_SHORT = 1e-12


class Normalizer(preprocessing.Normalizer):  # type: ignore[misc]  # scikit-learn is untyped
    """scikit-learn's, to the bit, but for short rows, which are made longer by a power of two."""

    def transform(self, X: np.ndarray, copy: Any = None) -> np.ndarray:
        """Scale each row to length 1; those of zeros stay."""
        largest = np.abs(X).max(1)
        short = (largest < _SHORT) & (largest > 0)
        if short.any():
            X = X.copy()
            X[short] = np.ldexp(X[short], -np.frexp(largest[short])[1][:, None])
        scaled: np.ndarray = super().transform(X, copy)
        return scaled
