# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows divided into folds, each class and each group shared out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

from fourfold.posteriors.target import joined

if TYPE_CHECKING:
    from fourfold.posteriors.target import Target

__all__ = ["FOLDS", "Folds", "folds_of", "half_of", "half_of_groups", "loose_folds"]

#: Where nothing else is said.
FOLDS = 5

Folds = list[tuple[np.ndarray, np.ndarray]]  # rows to train on, rows to predict


def folds_of(y: np.ndarray, cv: int, groups: Any, seed: int, names: Any = None) -> Folds:
    """Stratified folds of labels y, integers (N,) from 0, drawn by `seed`; groups stay whole.

    `names` are those of the classes, for the message about one that has too few rows.
    """
    present, counts = np.unique(y, return_counts=True)
    if counts.min() < cv:
        least = int(present[counts.argmin()])
        name = least if names is None else str(names[least])
        msg = (
            f"y: class {name!r} has {counts.min()} rows, fewer than the cv={cv} folds; expected "
            f"at least {cv} rows of each class: leave that class out, merge it with another, or "
            "take fewer folds"
        )
        if len(present) * cv > len(y):
            msg += (
                ". Where y is a quantity and no label, target_bins=16 puts it into bins, and "
                "fourfold.gaussian_pid needs none"
            )
        raise ValueError(msg)
    if groups is None:
        splitter: Any = StratifiedKFold(cv, shuffle=True, random_state=seed)
    else:
        number = len(np.unique(groups))
        if number < cv:
            msg = f"groups: expected at least cv={cv} different groups, got {number}"
            raise ValueError(msg)
        pairs = np.unique(np.stack([y, np.unique(groups, return_inverse=True)[1]]), axis=1)
        lone = np.flatnonzero(np.bincount(pairs[0]) == 1)
        if len(lone):
            name = int(lone[0]) if names is None else str(names[lone[0]])
            msg = (
                f"groups: all rows of class {name!r} are in one group, so that no fold can learn "
                "it from the others; expected each class in at least two groups"
            )
            raise ValueError(msg)
        splitter = StratifiedGroupKFold(cv, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(y)), y, groups))


def loose_folds(target: Target, groups: Any, seed: int, cv: int = FOLDS) -> Folds:
    """Folds for a few numbers only, as a temperature: of any classes and groups, none refused."""
    rows = len(target.shares)
    units = rows if groups is None else len(np.unique(groups))
    cv = min(cv, units)
    if cv < 2:
        return [(np.arange(rows), np.arange(rows))]
    strata = joined(target.strata, cv)
    if groups is not None:
        splitter: Any = GroupKFold(cv, shuffle=True, random_state=seed)
    elif np.unique(strata, return_counts=True)[1].min() >= cv:
        splitter = StratifiedKFold(cv, shuffle=True, random_state=seed)
    else:
        splitter = KFold(cv, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(rows), strata, groups))


def half_of(rows: np.ndarray, strata: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Half of some rows, of each class half."""
    drawn = rng.permutation(rows)
    half: np.ndarray = np.sort(drawn[np.argsort(strata[drawn], kind="stable")][::2])
    return half


def half_of_groups(
    rows: np.ndarray, strata: np.ndarray, groups: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Rows of half of their groups, which stay whole; of each class those of a group at least."""
    pairs = np.unique(np.stack([groups[rows], strata[rows]]), axis=1)
    drawn = rng.permutation(np.unique(pairs[0]))
    kept = set(drawn[::2].tolist())
    for label in np.unique(pairs[1]):
        having = pairs[0][pairs[1] == label]
        if kept.isdisjoint(having.tolist()):
            kept.add(int(having[0]))
    half: np.ndarray = rows[np.isin(groups[rows], list(kept))]
    return half
