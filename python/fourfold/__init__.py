# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fourfold: certified partial information decomposition of two sources and a target, in bits.

The order is always x1, x2, y. Start with `pid` (labels), `PIDEstimator` (embeddings) or
`decompose` (a joint distribution).
"""

from __future__ import annotations

from fourfold import cuda, datasets, gates
from fourfold._core import __version__
from fourfold._runtime import show_config
from fourfold.decomposition import decompose, decompose_many, decompose_marginals
from fourfold.estimator import PIDEstimator
from fourfold.exceptions import ConvergenceWarning, CudaError, CudaMemoryError
from fourfold.result import PID, Atoms
from fourfold.samples import pid

__all__ = [
    "PID",
    "Atoms",
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "PIDEstimator",
    "__version__",
    "cuda",
    "datasets",
    "decompose",
    "decompose_many",
    "decompose_marginals",
    "gates",
    "pid",
    "show_config",
]
