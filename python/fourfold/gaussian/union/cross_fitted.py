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

from fourfold.gaussian.factors import transposed
from fourfold.gaussian.scatters import Scatters
from fourfold.gaussian.union.largest import solved
from fourfold.inputs.subsets import Subset

__all__ = ["HeldOut", "held_out_unions"]

#: Numbers of folds, the first that leaves enough rows.
_FOLDS = (8, 4, 2)
#: Degrees of freedom that are left, at least.
_SPARE = 4
#: Nats: multipliers need not be better than samples are.
_TOL = 1e-4


class HeldOut(NamedTuple):
    """Of one subset.

    Attributes
    ----------
    beyond : float
        Bits of v* beyond the mean information of its single sources; with few of its bias.
    error : float
        Standard error of that, by the scatter of folds.
    slopes : ndarray, shape (n, d, d)
        Symmetric A_i: `beyond` moves by 1/2 tr(A_i D) nats when Cov(Y|X_i) does by D.
    """

    beyond: float
    error: float
    slopes: np.ndarray


def held_out_unions(scatters: Scatters, subsets: Sequence[Subset]) -> list[HeldOut] | None:
    """Of scatters (F, D, D) and each subset; None where rows are too few."""
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
    single = transposed(inverse) @ inverse
    alone = _dual(single, measured)
    found = []
    for subset in subsets:
        kept = list(subset)
        multipliers = solved(inverse[:, kept], _TOL).multipliers
        joint = multipliers.sum(1)
        traces = np.einsum("fnij,fnij->f", multipliers, measured[:, kept])
        bits = (np.linalg.slogdet(joint)[1] - traces + d) / (2 * np.log(2))
        beyond = bits - alone[:, kept].mean(1)
        of_sources = single[:, kept] / len(kept)
        found.append(
            HeldOut(
                float(share @ beyond),
                float(np.sqrt(beyond.var(ddof=1) / len(beyond))),
                np.einsum("f,fnij->nij", share, of_sources - multipliers),
            )
        )
    return found


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
