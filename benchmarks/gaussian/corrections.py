# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How others correct the atoms of a sample covariance for bias."""

from __future__ import annotations

import numpy as np

import fourfold

__all__ = ["corrected_as_gpid", "corrected_by_bootstrap"]

#: Wishart draws of the bootstrap.
REPLICATES = 20


def corrected_as_gpid(cov: np.ndarray, sizes: tuple[int, int, int], rows: int) -> np.ndarray:
    """R, U1, U2, S as gpid has them (its ``gauss_pid_est``).

    Informations less b(d) = 1/2 sum_{k=1}^d log2(1 - k / rows); v* by the same share as I(X1,X2;Y).
    """
    d1, d2, dy = sizes
    plug_in = fourfold.gaussian_pid_from_covariance(cov, sizes)
    informations = [
        max(
            float(found) - (_log_det(d, rows) + _log_det(dy, rows) - _log_det(d + dy, rows)),
            0.0,
        )
        for found, d in ((plug_in.mi1, d1), (plug_in.mi2, d2), (plug_in.mi_joint, d1 + d2))
    ]
    mi1, mi2, mi_joint = informations
    mi_joint = max(mi1, mi2, mi_joint)
    share = mi_joint / float(plug_in.mi_joint)
    union = float(plug_in.union_information) * share
    union = min(max(union, mi1, mi2), mi1 + mi2, mi_joint)
    return np.array([mi1 + mi2 - union, union - mi2, union - mi1, mi_joint - union])


def _log_det(columns: int, rows: int) -> float:
    return float(np.log2(1 - np.arange(1, columns + 1) / rows).sum() / 2)


def corrected_by_bootstrap(
    cov: np.ndarray, sizes: tuple[int, int, int], rows: int, rng: np.random.Generator
) -> np.ndarray:
    """R, U1, U2, S less the mean bias of samples drawn from the fitted Gaussian, by Bartlett's draw."""
    columns = len(cov)
    root = np.tril(rng.standard_normal((REPLICATES, columns, columns)), -1)
    diagonal = np.arange(columns)
    root[:, diagonal, diagonal] = np.sqrt(
        rng.chisquare(rows - 1 - diagonal, (REPLICATES, columns))
    )
    turned = np.linalg.cholesky(cov) @ root
    drawn = turned @ turned.swapaxes(-1, -2) / (rows - 1)
    plug_in = np.array(fourfold.gaussian_pid_from_covariance(cov, sizes).atoms)
    replicates = np.array(fourfold.gaussian_pid_from_covariance(drawn, sizes).atoms)
    found: np.ndarray = 2 * plug_in - replicates.mean(1)
    return found
