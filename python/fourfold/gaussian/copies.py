# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows that are copies of others, which are taken for independent ones."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from fourfold.exceptions import GaussianFitWarning
from fourfold.inputs.device import to_numpy
from fourfold.runtime.caller import caller_depth

__all__ = ["warn_of_copies"]

#: Share of the rows that equal another one, from which on it is said.
NOTABLE = 0.05
#: So many times the pairs of rows there may be values of all columns, and equal rows are no chance.
_RARE = 1000


def warn_of_copies(rows: Any, n_target: int) -> None:
    """Give a `GaussianFitWarning` where rows (..., N, D) of the first layer repeat.

    The last `n_target` columns are looked at first: mostly none of their rows repeats.
    """
    first = rows.reshape(-1, *rows.shape[-2:])[0]
    if not _repeated(to_numpy(first[:, -n_target:])).mean() > NOTABLE:
        return
    first = to_numpy(first)
    share = _repeated(first).mean()
    if not share > NOTABLE:
        return
    values = [len(np.unique(column)) for column in first.T]
    if np.log(values).sum() < np.log(_RARE * len(first) ** 2):
        return  # columns of so few values repeat by chance
    msg = (
        f"{100 * share:.0f} % of the {len(first):,} rows equal another row in all columns. Copies "
        "are taken for independent rows: intervals are too narrow, other rows confirm what is noise, "
        "and the check of the Gaussian finds dependence that is none. Give each row once"
    )
    warnings.warn(msg, GaussianFitWarning, stacklevel=caller_depth())


def _repeated(rows: np.ndarray) -> np.ndarray:
    """Whether a row equals another one."""
    _, which, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    found: np.ndarray = counts[which.reshape(-1)] > 1
    return found
