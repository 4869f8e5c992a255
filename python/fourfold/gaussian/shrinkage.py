# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Covariances of few rows, drawn to independence."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.covariance import ledoit_wolf_shrinkage, oas

from fourfold.inputs.device import to_numpy

__all__ = ["METHODS", "check_shrinkage", "shrunk_correlations"]

METHODS = ("ledoit-wolf", "oas")


def check_shrinkage(shrinkage: Any) -> str | float | None:
    """A method, a share in [0, 1] or None, or raise."""
    if shrinkage is None or (isinstance(shrinkage, str) and shrinkage in METHODS):
        return shrinkage
    number = isinstance(shrinkage, (int, float, np.integer, np.floating))
    if number and not isinstance(shrinkage, bool) and 0 <= shrinkage <= 1:
        return float(shrinkage)
    msg = (
        "shrinkage: expected None, 'ledoit-wolf', 'oas' or a share from 0 to 1 of independence "
        f"that is mixed in, got {shrinkage!r}"
    )
    raise ValueError(msg) if number or isinstance(shrinkage, str) else TypeError(msg)


def shrunk_correlations(rows: Any, shrinkage: str | float) -> tuple[np.ndarray, np.ndarray]:
    """(1 - a) C + a 1 of the columns of rows (..., N, D) of variance 1, and a.

    By Ledoit and Wolf (2004) or OAS (Chen, Wiesel, Eldar, Hero 2010), as scikit-learn has them, on
    standardised columns.
    """
    host = to_numpy(rows)
    host = host - host.mean(-2, keepdims=True)
    host = host / host.std(-2, keepdims=True)
    correlation = host.swapaxes(-1, -2) @ host / host.shape[-2]
    shares = np.empty(host.shape[:-2])
    for index in np.ndindex(shares.shape):
        if shrinkage == "ledoit-wolf":
            share = ledoit_wolf_shrinkage(host[index], assume_centered=True)
        elif shrinkage == "oas":
            share = oas(host[index], assume_centered=True)[1]
        else:
            share = shrinkage
        shares[index] = share
    share = shares[..., None, None]
    return (1 - share) * correlation + share * np.eye(correlation.shape[-1]), shares
