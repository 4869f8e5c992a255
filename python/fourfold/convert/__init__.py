# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Inputs of other libraries in the order x1, x2, y, without importing them.

Each function is called like the library. What it returns goes straight into `fourfold.decompose`,
`fourfold.pid` or `fourfold.gaussian_pid_from_covariance`; docs/coming-from.md has their calls
beside ours.
"""

from fourfold.convert.covariances import Covariance, gpid
from fourfold.convert.distributions import broja_2pid, dit, liang
from fourfold.convert.states import Samples
from fourfold.convert.time_series import idtxl, jidt
from fourfold.convert.trials import mint

__all__ = [
    "Covariance",
    "Samples",
    "broja_2pid",
    "dit",
    "gpid",
    "idtxl",
    "jidt",
    "liang",
    "mint",
]
