# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Union informations by multipliers that other rows chose.

For all L_i >= 0::

    v* >= 1/2 log2(e) (log det Cov(Y) + log det sum_i L_i - sum_i tr(L_i C_i) + d)    C_i = Cov(Y|X_i)

with equality at the multipliers of the largest det C. Of samples those of the rows that are
measured on find more than there is. Those of other rows find less, as they miss the best ones: by
nearly what ``L = C_i^-1`` of other rows misses of the information of one source, which is known
without bias. So that is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fourfold.gaussian.cross_fitted_unique import cross_fitted
from fourfold.gaussian.factors import transposed
from fourfold.gaussian.scatters import Scatters
from fourfold.gaussian.union.largest import solved
from fourfold.gaussian.union.roots import Subset

__all__ = ["CrossFitted", "cross_fitted_unions"]

#: Numbers of folds, the first that leaves enough rows.
_FOLDS = (8, 4, 2)
#: Degrees of freedom that are left, at least.
_SPARE = 4
#: Nats: multipliers need not be better than samples are.
_TOL = 1e-4


class CrossFitted(NamedTuple):
    """Bits of each subset, (M,).

    Attributes
    ----------
    union : ndarray
        v*, at least that of any part of the subset: high where these are alike.
    unaided : ndarray
        The same of the subset by itself, without that.
    error : ndarray
        Standard error of `unaided` beyond the mean of its single sources, by the scatter of folds;
        0 of one or two sources.
    """

    union: np.ndarray
    unaided: np.ndarray
    error: np.ndarray


def cross_fitted_unions(
    scatters: Scatters, single: np.ndarray, subsets: Sequence[Subset]
) -> CrossFitted | None:
    """Union informations without most of their bias; None where rows are too few.

    Of scatters (F, D, D) and the corrected informations `single` (n,) of the sources. Of two sources
    as `gaussian_pid` has it.
    """
    pairs: set[Subset] = {(i, j) for s in subsets for k, j in enumerate(s) for i in s[:k]}
    found: dict[Subset, float] = {(k,): float(single[k]) for k in range(len(single))}
    for pair in sorted(pairs):
        crossed = cross_fitted(_of_pair(scatters, pair))
        if crossed is not None:
            told = single[list(pair)].sum() + crossed.unique1 + crossed.unique2
            found[pair] = float(told) / 2
    larger = [s for s in subsets if len(s) > 2]
    errors: dict[Subset, float] = {}
    if larger:
        held_out = _held_out(scatters, single, larger)
        if held_out is None:
            return None
        found |= dict(zip(larger, held_out[0].tolist(), strict=True))
        errors = dict(zip(larger, held_out[1].tolist(), strict=True))
    if any(pair not in found for pair in pairs):
        return None
    parts = {s: frozenset(s) for s in found}
    union = [
        max(value for s, value in found.items() if parts[s] <= frozenset(subset))
        for subset in subsets
    ]
    return CrossFitted(
        np.array(union),
        np.array([found[subset] for subset in subsets]),
        np.array([errors.get(subset, 0.0) for subset in subsets]),
    )


def _of_pair(scatters: Scatters, pair: Subset) -> Scatters:
    sizes = scatters.sizes
    places = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    order = np.concatenate([*(places[k] for k in pair), places[-1]])
    kept = (sizes[pair[0]], sizes[pair[1]], sizes[-1])
    return Scatters(scatters.scatter[:, order[:, None], order], scatters.degrees, kept)


def _held_out(
    scatters: Scatters, single: np.ndarray, subsets: Sequence[Subset]
) -> tuple[np.ndarray, np.ndarray] | None:
    sizes = np.array(scatters.sizes)
    largest, d = int(sizes[:-1].max()), int(sizes[-1])
    for number in _FOLDS:
        folds = scatters.joined(number)
        others = folds.others()
        enough = folds.degrees.min() >= largest + _SPARE
        if enough and others.degrees.min() >= largest + d + _SPARE:
            break
    else:
        return None
    left = _conditional(others)
    inverse = np.linalg.inv(np.linalg.cholesky(left))
    measured = _conditional(folds)
    share = folds.degrees / folds.total
    # what C_i^-1 of other rows tell of each source, and miss
    alone = _dual(transposed(inverse) @ inverse, measured)
    found = []
    for subset in subsets:
        kept = list(subset)
        multipliers = solved(inverse[:, kept], _TOL).multipliers
        joint = multipliers.sum(1, keepdims=True)
        traces = np.einsum("fnij,fnij->f", multipliers, measured[:, kept])
        bits = (np.linalg.slogdet(joint)[1][:, 0] - traces + d) / (2 * np.log(2))
        beyond = bits - alone[:, kept].mean(1)
        error = np.sqrt(beyond.var(ddof=1) / len(beyond))
        found.append((single[kept].mean() + share @ beyond, error))
    values, errors = np.array(found).T
    return values, errors


def _dual(multipliers: Any, covariances: Any) -> Any:
    """1/2 log2(e) (log det L - tr(L C) + d) of each."""
    traces = np.einsum("...ij,...ij->...", multipliers, covariances)
    d = covariances.shape[-1]
    return (np.linalg.slogdet(multipliers)[1] - traces + d) / (2 * np.log(2))


def _conditional(scatters: Scatters) -> np.ndarray:
    """Cov(Y|X_i) of each fold without bias, (F, n, d, d)."""
    places = np.split(np.arange(sum(scatters.sizes)), np.cumsum(scatters.sizes)[:-1])
    y, found = places[-1], []
    scatter = scatters.scatter
    for x in places[:-1]:
        across = scatter[:, x[:, None], y]
        told = transposed(across) @ np.linalg.solve(scatter[:, x[:, None], x], across)
        left = scatter[:, y[:, None], y] - told
        found.append(left / (scatters.degrees - len(x))[:, None, None])
    return np.stack(found, 1)
