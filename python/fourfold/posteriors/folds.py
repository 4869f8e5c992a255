# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows divided into folds, each class and each group shared out."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

__all__ = ["Folds", "folds_of"]

Folds = list[tuple[np.ndarray, np.ndarray]]  # rows to train on, rows to predict


def folds_of(y: np.ndarray, cv: int, groups: Any, seed: int, names: Any = None) -> Folds:
    """Stratified folds of labels y, integers (N,), drawn by `seed`; groups stay whole.

    `names` are those of the classes, for the message about one that has too few rows.
    """
    counts = np.bincount(y)
    if counts.min() < cv:
        least = int(counts.argmin())
        name = least if names is None else names[least]
        msg = (
            f"y: class {name!r} has {counts[least]} rows, fewer than the cv={cv} folds; expected "
            f"at least {cv} rows of each class: leave that class out, merge it with another, or "
            "take fewer folds"
        )
        raise ValueError(msg)
    if groups is None:
        splitter: Any = StratifiedKFold(cv, shuffle=True, random_state=seed)
    else:
        number = len(np.unique(groups))
        if number < cv:
            msg = f"groups: expected at least cv={cv} different groups, got {number}"
            raise ValueError(msg)
        splitter = StratifiedGroupKFold(cv, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(y)), y, groups))
