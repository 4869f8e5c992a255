# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The decomposition of a covariance, or of a batch of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.gaussian.closed_form import closed_form
from fourfold.inputs.device import array_module, on_device, to_cupy
from fourfold.results.atoms import python_scalar
from fourfold.results.gaussian_pid import GaussianPID

__all__ = ["gaussian_pid_from_covariance"]


def gaussian_pid_from_covariance(
    cov: Any, sizes: tuple[int, int, int], *, n_samples: int | None = None, given: int = 0
) -> GaussianPID:
    """Decompose I(X1,X2;Y) of a Gaussian with this covariance, in closed form."""
    del given
    cov = to_cupy(cov, "cov") if on_device(cov) else np.asarray(cov)
    xp = array_module(cov)
    found = closed_form(cov.astype(np.float64), sizes)
    union = found.mi1 + found.unique2
    shape = cov.shape[:-2]
    return GaussianPID(
        redundancy=python_scalar(found.mi1 - found.unique1),
        unique1=python_scalar(found.unique1),
        unique2=python_scalar(found.unique2),
        synergy=python_scalar(found.mi_joint - union),
        mi_joint=python_scalar(found.mi_joint),
        mi1=python_scalar(found.mi1),
        mi2=python_scalar(found.mi2),
        gap=python_scalar(xp.zeros(shape)),
        converged=python_scalar(xp.ones(shape, dtype=bool)),
        iterations=python_scalar(xp.zeros(shape, dtype=int)),
        n_samples=n_samples,
        solver="closed-form",
        eigenvalues=found.eigenvalues,
        directions=found.directions,
        sizes=sizes,
        model="covariance",
    )
