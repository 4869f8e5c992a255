# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""A Gaussian decomposition with all that samples add, made up, and two sources of few columns."""

from __future__ import annotations

import dataclasses

import numpy as np

import fourfold as ff
from fourfold.results.confidence_interval import ConfidenceInterval
from tests.support.gaussians import of_channels

GAINS = np.diag([2.0, 1.0]), np.diag([1.0, np.sqrt(2)])


def exact():
    """X1 tells more of the first column of Y, X2 of the second: .661 and .292 bits alone."""
    return ff.gaussian_pid_from_covariance(of_channels(*GAINS), (2, 2, 2))


def of_samples(**changed):
    """The same as if from 480 rows, plug-in and cross-fitted .04 bits apart."""
    found = exact()
    atoms = np.array(found.atoms)
    interval = ConfidenceInterval(
        ff.Atoms(*(atoms - 0.1)), ff.Atoms(*(atoms + 0.2)), ((0.5, 0.8), (0.2, 0.5)), 0.95,
        found.atoms, "influence", ff.Atoms(0, 0, 0, 0), 0.02, None, np.zeros((0, 4)), None,
    )  # fmt: skip
    added = {
        "model": "copula",
        "n_samples": 480,
        "plug_in": ff.Atoms(*np.add(atoms, (-0.02, 0.02, 0.02, -0.02))),
        "bias": ff.Atoms(-0.02, 0.02, 0.02, -0.02),
        "bias_correction": "digamma",
        "standard_error": ff.Atoms(0.05, 0.06, 0.04, 0.03),
        "unique_cross_fitted": (found.unique1 - 0.02, found.unique2 - 0.02),
        "pvalues": ff.ZeroPValues(0.0001, 0.0123, float("nan")),
        "confidence_interval": interval,
        "kink": 0.04,
        "dependence": ff.Dependence(2.3, 0.05, 2.29, "KSG", False),
    }
    return dataclasses.replace(found, **added | changed)


def rows(rng, n=400, columns=2):
    """x1, x2, y of a Gaussian with `GAINS`."""
    y = rng.normal(size=(n, 2))
    x1, x2 = (y @ gains + rng.normal(size=(n, 2)) for gains in GAINS)
    return x1, x2, y[:, :columns]
