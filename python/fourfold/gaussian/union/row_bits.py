# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What each row adds to the informations and the union informations of subsets of sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fourfold.gaussian.union.largest import solved
from fourfold.gaussian.union.roots import roots_given
from fourfold.inputs.subsets import Subset

__all__ = ["standard_errors"]

_TOL = 1e-4


def standard_errors(
    rows: np.ndarray, cov: np.ndarray, sizes: Sequence[int], subsets: Sequence[Subset]
) -> np.ndarray:
    """Of I(X_A;Y), v* and their difference, in bits, (3, M); rows (N, D) have mean zero.

    log det of a covariance S moves with a row z by z' S^-1 z - d, and the largest log det C by
    ``sum_i r_i' L_i r_i - d``, where r_i is what is left of the row's y by x_i. Where sources tell
    alike there are several multipliers; those in the middle are taken.
    """
    ends = np.cumsum(sizes)
    places = [np.arange(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    y, number = places[-1], len(rows)
    single = range(len(sizes) - 1)
    inverse = np.stack([np.linalg.inv(roots_given(cov, sizes, (k,))) for k in single])
    left = [rows[:, y] - rows[:, x] @ _weights(cov, x, y) for x in places[:-1]]
    whole = _squares(rows[:, y], np.linalg.inv(roots_given(cov, sizes, ())))
    found = np.empty((3, len(subsets)))
    for m, subset in enumerate(subsets):
        kept = list(subset)
        x = np.concatenate([places[k] for k in kept])
        rest = rows[:, y] - rows[:, x] @ _weights(cov, x, y)
        joint = _squares(rest, np.linalg.inv(roots_given(cov, sizes, subset)))
        multipliers = solved(inverse[kept][None], _TOL).multipliers[0]
        pairs = zip(kept, multipliers, strict=True)
        union = sum(((left[k] @ each) * left[k]).sum(1) for k, each in pairs)
        terms = (whole - joint, whole - union, union - joint)
        found[:, m] = [_deviation(each) / np.sqrt(number) for each in terms]
    bits: np.ndarray = found / (2 * np.log(2))
    return bits


def _weights(cov: np.ndarray, x: np.ndarray, y: np.ndarray) -> Any:
    return np.linalg.solve(cov[np.ix_(x, x)], cov[np.ix_(x, y)])


def _squares(rows: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    found: np.ndarray = ((rows @ inverse.T) ** 2).sum(1)
    return found


def _deviation(values: Any) -> float:
    return float(np.std(values))
