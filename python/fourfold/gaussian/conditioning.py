# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Covariances and scatter matrices of what is left of the other columns by those of t."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fourfold.gaussian.factors import cholesky, transposed
from fourfold.inputs.device import array_module

__all__ = ["condition_on"]


def condition_on(cov: Any, sizes: Sequence[int]) -> Any:
    """Schur complements (..., D, D) of the last block, the columns of t, of a batch.

    Raises
    ------
    LinAlgError
        If a covariance of t is not positive definite.
    """
    xp = array_module(cov)
    kept = sum(sizes[:-1])
    across = cov[..., :kept, kept:]
    t = cov[..., kept:, kept:]
    scale = xp.sqrt(xp.diagonal(t, axis1=-2, axis2=-1))[..., None, :]
    root = cholesky(t / scale / transposed(scale))
    told = xp.linalg.solve(root, transposed(across / scale))
    return cov[..., :kept, :kept] - transposed(told) @ told
