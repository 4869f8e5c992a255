# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Fourfold: certified partial information decomposition of two sources and a target, in bits.

The order is always x1, x2, y. Start with `pid` (labels), `PIDEstimator` (embeddings) or
`decompose` (a joint distribution).
"""

from __future__ import annotations

from fourfold import cuda, datasets, gates
from fourfold._core import __version__
from fourfold.embeddings.estimator import PIDEstimator
from fourfold.exceptions import (
    ConvergenceWarning,
    CudaError,
    CudaMemoryError,
    UndersampledWarning,
)
from fourfold.inference.comparison import Comparison, compare
from fourfold.inference.intervals import ConfidenceInterval
from fourfold.inference.permutation import (
    PermutationTest,
    adjust_pvalues,
    permutation_test,
)
from fourfold.inference.pid import pid
from fourfold.report.html.report import html_report
from fourfold.results.pid import PID, Atoms, SamplesPerCell
from fourfold.runtime.config import show_config
from fourfold.solve.decomposition import decompose, decompose_many, decompose_marginals
from fourfold.workflows.ablation.ablation_report import ablation_report
from fourfold.workflows.ablation.cases import AblationCase
from fourfold.workflows.ablation.result import AblationReport
from fourfold.workflows.conditional.conditional_pid import ConditionalPID, conditional_pid
from fourfold.workflows.decisions.candidates import (
    CandidateProbabilities,
    candidate_probabilities,
)
from fourfold.workflows.decisions.decision_pid import DecisionPID, decision_pid
from fourfold.workflows.decisions.decisions import Consistency
from fourfold.workflows.samples.pointwise import PointwiseAtoms, pointwise
from fourfold.workflows.samples.sample_weights import SampleWeights, sample_weights
from fourfold.workflows.sweeps.agreement import agreement
from fourfold.workflows.sweeps.cluster_sweep import ClusterSweep, cluster_sweep
from fourfold.workflows.sweeps.dataset_profile import DatasetProfile, dataset_profile
from fourfold.workflows.sweeps.layer_profile import LayerProfile, layer_profile
from fourfold.workflows.sweeps.noise_sweep import NoiseSweep, noise_sweep

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
