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
from fourfold.ablation import ablation_report
from fourfold.ablation_cases import AblationCase
from fourfold.ablation_result import AblationReport
from fourfold.agreement import agreement
from fourfold.candidates import CandidateProbabilities, candidate_probabilities
from fourfold.cluster_sweep import ClusterSweep, cluster_sweep
from fourfold.comparison import Comparison, compare
from fourfold.conditional import ConditionalPID, conditional_pid
from fourfold.confidence_interval import ConfidenceInterval
from fourfold.dataset_profile import DatasetProfile, dataset_profile
from fourfold.decision_pid import DecisionPID, decision_pid
from fourfold.decisions import Consistency
from fourfold.decomposition import decompose, decompose_many, decompose_marginals
from fourfold.estimator import PIDEstimator
from fourfold.exceptions import (
    ConvergenceWarning,
    CudaError,
    CudaMemoryError,
    UndersampledWarning,
)
from fourfold.html_report import html_report
from fourfold.layer_profile import LayerProfile, layer_profile
from fourfold.noise_sweep import NoiseSweep, noise_sweep
from fourfold.permutation import PermutationTest, adjust_pvalues, permutation_test
from fourfold.pointwise import PointwiseAtoms, pointwise
from fourfold.result import PID, Atoms, SamplesPerCell
from fourfold.sample_weights import SampleWeights, sample_weights
from fourfold.samples import pid

__all__ = [
    "PID",
    "AblationCase",
    "AblationReport",
    "Atoms",
    "CandidateProbabilities",
    "ClusterSweep",
    "Comparison",
    "ConditionalPID",
    "ConfidenceInterval",
    "Consistency",
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "DatasetProfile",
    "DecisionPID",
    "LayerProfile",
    "NoiseSweep",
    "PIDEstimator",
    "PermutationTest",
    "PointwiseAtoms",
    "SampleWeights",
    "SamplesPerCell",
    "UndersampledWarning",
    "__version__",
    "ablation_report",
    "adjust_pvalues",
    "agreement",
    "candidate_probabilities",
    "cluster_sweep",
    "compare",
    "conditional_pid",
    "cuda",
    "dataset_profile",
    "datasets",
    "decision_pid",
    "decompose",
    "decompose_many",
    "decompose_marginals",
    "gates",
    "html_report",
    "layer_profile",
    "noise_sweep",
    "permutation_test",
    "pid",
    "pointwise",
    "sample_weights",
    "show_config",
]
