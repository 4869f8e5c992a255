# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The four informations of three heads about a batch, and how they change with the heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fourfold.solve.decomposition import decompose_marginals
from fourfold.torch.calibrated_rows import CalibratedRows, Rows, doubted

__all__ = ["BatchInformations", "Rows", "batch_informations"]


class BatchInformations(NamedTuple):
    """Bits, and slopes of these.

    Attributes
    ----------
    values : list of four floats
        I(X1;Y), I(X2;Y), I(X1,X2;Y) and v*.
    own : list of three ndarrays, shape (n, K)
        Of each head's information by its probabilities; of nothing where no slopes were asked for.
    union : list of two ndarrays, shape (n, K)
        Of v* by the probabilities of the first two heads.
    """

    values: list[float]
    own: list[Rows]
    union: list[Rows]


def batch_informations(
    heads: Sequence[Rows],
    least: Sequence[float],
    shares: Rows,
    *,
    slopes: bool,
    tol: float,
    max_iter: int,
) -> BatchInformations:
    """Of probabilities (n, K) of three heads and of the labels; see `fourfold.torch.pid_loss`.

    `least` are the numbers below which a probability of each head counts as that.
    """
    present = shares.any(0)
    if present.sum() == 1:
        zeros = [np.zeros(shares.shape)] * 3
        return BatchInformations([0.0] * 4, zeros, zeros[:2])
    labels = doubted(shares[:, present])
    raised = [np.maximum(p[:, present], low) for p, low in zip(heads, least, strict=True)]
    rows = [CalibratedRows(np.log(p), labels) for p in raised]
    n = len(labels)
    solved = decompose_marginals(
        *(each.posterior / n for each in rows[:2]), tol=tol, max_iter=max_iter, num_threads=1
    )
    mi1, mi2, mi_joint = (each.information for each in rows)
    # the solver's lower bound is at least its own mi1 and mi2, which are these up to rounding
    union = max(solved.union_information - float(solved.gap), mi1, mi2)
    values = [mi1, mi2, mi_joint, union]
    if not slopes:
        return BatchInformations(values, [], [])

    def by_probability(k: int, slope: Rows) -> Rows:
        whole = np.zeros(shares.shape)
        raised_up = heads[k][:, present] < least[k]
        whole[:, present] = np.where(raised_up, 0.0, slope / raised[k])
        return whole

    own = [by_probability(k, each.information_slope) for k, each in enumerate(rows)]
    # of a cell without mass log a is -inf, and no calibrated posterior moves there
    pair = [np.where(np.isfinite(logs), logs, 0.0) / n for logs in solved.dual]
    union_slopes = [by_probability(k, rows[k].pulled_back(pair[k])) for k in range(2)]
    return BatchInformations(values, own, union_slopes)
