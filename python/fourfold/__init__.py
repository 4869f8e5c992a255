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
from fourfold.cluster_sweep import ClusterSweep, cluster_sweep
from fourfold.comparison import Comparison, compare
from fourfold.confidence_interval import ConfidenceInterval
from fourfold.decomposition import decompose, decompose_many, decompose_marginals
from fourfold.estimator import PIDEstimator
from fourfold.exceptions import (
    ConvergenceWarning,
    CudaError,
    CudaMemoryError,
    UndersampledWarning,
)
from fourfold.noise_sweep import NoiseSweep, noise_sweep
from fourfold.permutation import PermutationTest, adjust_pvalues, permutation_test
from fourfold.result import PID, Atoms, SamplesPerCell
from fourfold.samples import pid

__all__ = [
    "PID",
    "Atoms",
    "ClusterSweep",
    "Comparison",
    "ConfidenceInterval",
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "NoiseSweep",
    "PIDEstimator",
    "PermutationTest",
    "SamplesPerCell",
    "UndersampledWarning",
    "__version__",
    "adjust_pvalues",
    "cluster_sweep",
    "compare",
    "cuda",
    "datasets",
    "decompose",
    "decompose_many",
    "decompose_marginals",
    "gates",
    "noise_sweep",
    "permutation_test",
    "pid",
    "show_config",
]
