# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows that repeat, exactly or nearly: a classifier has seen what it is asked about."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors

from fourfold.exceptions import DuplicateRowsWarning
from fourfold.posteriors.folds import Folds
from fourfold.runtime.caller import caller_depth

__all__ = [
    "Duplicates",
    "Repeats",
    "duplicate_rows",
    "leaks",
    "numbered",
    "repeats_of",
    "warn_of_duplicates",
]

_EXAMINED = 5000  # rows among which near ones are looked for
_FIRST, _LAST = 12, 48  # neighbours that are taken for others than copies
_NEAR = 0.25  # of the distance to neighbour _FIRST
_FALSE_ALARMS = 0.01  # rows called near by chance, expected of a whole source
_FEW = 10, 0.005  # near rows, or a share of those examined, that are not worth a warning
_CHUNK = 1 << 22  # numbers hashed at once


class Repeats(NamedTuple):
    """Repeated rows of one source.

    Attributes
    ----------
    exact : int
        How many of the N rows equal another one.
    numbers : ndarray of shape (N,)
        The same number from 0 for equal rows.
    near : ndarray of shape (k, 2)
        Rows that are nearly equal to another, and which that is.
    examined : int
        Among how many random rows, no two of them equal, the near ones were looked for.
    """

    exact: int
    numbers: np.ndarray
    near: np.ndarray
    examined: int


class Duplicates(NamedTuple):
    """Those of both sources."""

    x1: Repeats
    x2: Repeats


def duplicate_rows(x1: np.ndarray, x2: np.ndarray, *, random_state: Any) -> Duplicates:
    """Rows of x1 (N, d1) and of x2 (N, d2), finite, that equal others of the same source."""
    return Duplicates(*repeats_of((x1, x2), random_state))


def repeats_of(sources: Sequence[np.ndarray], random_state: Any) -> list[Repeats]:
    """Likewise, of any number of sources."""
    draws = np.random.default_rng(random_state).spawn(len(sources))
    return [*map(_repeats, sources, draws)]


def leaks(found: Sequence[Repeats], groups: Any, folds: Folds) -> bool:
    """Whether equal rows lie in different folds, so that nothing held out bounds anything.

    `groups` (N,) are the user's, or None; where each row has its own, rows are independent
    draws by the user's word.
    """
    return not _all_apart(groups) and any(_parted(source, folds)[0] for source in found)


def warn_of_duplicates(
    found: Sequence[Repeats], groups: Any, folds: Folds, names: Sequence[str] = ("X1", "X2")
) -> None:
    """Give one `DuplicateRowsWarning` where rows in different folds repeat."""
    if _all_apart(groups):
        return
    said = []
    for name, source in zip(names, found, strict=True):
        exact, near = _parted(source, folds)
        if exact:
            said.append(f"{exact} of {len(source.numbers)} rows of {name} equal another row")
        if near > max(_FEW[0], _FEW[1] * source.examined):
            said.append(f"{near} of {source.examined} rows of {name} nearly do")
    if not said:
        return
    msg = (
        "rows repeat in different folds, so that held-out rows were seen in training: "
        f"{', '.join(said)}. "
    )
    if leaks(found, groups, folds):
        msg += "Bounds are withheld (NaN). "
    msg += (
        "Give groups=, the same number for all rows of one origin (repeats, augmentations, "
        "frames of a video); or groups=numpy.arange(N) where rows are independent draws all "
        "the same, as those of a source of few values are"
    )
    warnings.warn(msg, DuplicateRowsWarning, stacklevel=caller_depth())


def _repeats(x: np.ndarray, draw: np.random.Generator) -> Repeats:
    numbers, first, counts = numbered(x)
    rows = first
    if len(rows) > _EXAMINED:
        rows = draw.choice(rows, _EXAMINED, replace=False)
    return Repeats(int(counts[counts > 1].sum()), numbers, _near(x, rows), len(rows))


def numbered(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of equal rows (N,), the first row of each number, and how many there are of it."""
    step = max(1, _CHUNK // x.shape[1])
    digests = b"".join(
        hashlib.blake2b(row, digest_size=8).digest()
        for start in range(0, len(x), step)
        # the zero makes 0.0 of -0.0, which have other bytes and are equal
        for row in np.ascontiguousarray(x[start : start + step] + x.dtype.type(0))
    )
    _, first, numbers, counts = np.unique(
        np.frombuffer(digests, np.uint64),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    return numbers, first, counts


def _near(x: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Pairs of these rows (n,), no two of them equal, that are too near to be chance.

    Where rows are independent, and m is the dimension of the data around one, the nearest of
    its _FIRST neighbours is within a share s of the distance to the last of them with
    probability about (_FIRST - 1) s^m. Tight classes and low dimension are no repeats then:
    both distances are short, or s is.
    """
    none = np.empty((0, 2), dtype=np.int64)
    if len(rows) <= _LAST:
        return none
    sample = x[rows].astype(np.float64)
    sample /= np.abs(sample).max()
    sample -= sample.mean(0)
    distances, neighbours = NearestNeighbors(n_neighbors=_LAST).fit(sample).kneighbors()
    outer = np.log(np.maximum(distances[:, _FIRST - 1 :], np.finfo(float).tiny))
    # Levina and Bickel (2004), by neighbours that are not copies
    spread = (outer[:, -1:] - outer[:, :-1]).sum(1)
    orders = np.arange(_FIRST, _LAST)
    dimension = ((orders - _FIRST + 1) / orders).sum() / np.maximum(spread, 1e-3)
    chance = _FALSE_ALARMS / (len(rows) * (_FIRST - 1))
    share = np.minimum(_NEAR, chance ** (1 / dimension))
    limit = share * distances[:, _FIRST - 1]
    near = np.flatnonzero(distances[:, 0] < limit)
    # those of a continuum, as of sparse rows or heavy tails, grow in number with the distance
    if np.count_nonzero(distances[:, 0] < 2 * limit) > 1.5 * len(near):
        return none
    return np.stack([rows[near], rows[neighbours[near, 0]]], 1)


def _parted(source: Repeats, folds: Folds) -> tuple[int, int]:
    """How many of the repeated rows, exact and near, have another in a different fold.

    None of a constant source, which tells nothing.
    """
    if source.exact == len(source.numbers) and not source.numbers.any():
        return 0, 0
    fold = np.full(len(source.numbers), -1)
    for number, (_, held_out) in enumerate(folds):
        fold[held_out] = number
    low = np.full(source.numbers.max() + 1, len(folds))
    high = np.full_like(low, -1)
    np.minimum.at(low, source.numbers, fold)
    np.maximum.at(high, source.numbers, fold)
    parted = (low < high)[source.numbers]
    return int(parted.sum()), int((fold[source.near[:, 0]] != fold[source.near[:, 1]]).sum())


def _all_apart(groups: Any) -> bool:
    return groups is not None and len(np.unique(groups)) == len(groups)
