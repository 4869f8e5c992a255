# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
# The public names and where they live: read by type checkers, and by __init__.py.

from . import convert, cuda, datasets, gates, loading, plotting
from ._core import __version__
from .counts.binned_target import BinnedTarget, bin_target
from .counts.counts import Counts
from .embeddings.estimator import PIDEstimator
from .exceptions import (
    ConvergenceWarning,
    CudaError,
    CudaMemoryError,
    DiscretisationWarning,
    DuplicateRowsWarning,
    FewPermutationsWarning,
    GaussianFitWarning,
    ProjectionWarning,
    RandomAnswersWarning,
    UndersampledWarning,
)
from .gaussian.from_covariance import gaussian_pid_from_covariance
from .gaussian.gaussian_pid import gaussian_pid
from .gaussian.union.from_covariance import gaussian_union_from_covariance
from .gaussian.union.gaussian_union import gaussian_union
from .inference.adjusted_pvalues import adjust_pvalues
from .inference.comparison import Comparison
from .inference.decompose import decompose
from .inference.intervals import ConfidenceInterval
from .inference.permutation import permutation_test
from .inference.permutation_result import PermutationTest
from .inference.permutation_tests import PermutationTests
from .inference.pid import pid
from .inference.union.union_information import union_information
from .measures.multivariate import (
    co_information,
    co_information_from_table,
    o_information,
    o_information_from_table,
)
from .measures.sx_pid import sx_pid, sx_pid_from_table
from .posteriors.classifier_pid import ClassifierPID
from .posteriors.comparison import compare
from .posteriors.posterior_pid import posterior_pid
from .report.html_report import html_report
from .results.dual import Dual
from .results.gaussian_pid import Dependence, GaussianPID, ZeroPValues
from .results.gaussian_union import GaussianUnion
from .results.kept import Kept
from .results.lattice import Lattice
from .results.load import load
from .results.multivariate import MultivariateInformation
from .results.outer_bounds import OuterBounds
from .results.pid import PID, Atoms, SamplesPerCell
from .results.posterior_pid import InformationReadings, Informations, PosteriorPID
from .results.subset_numbers import (
    SourceBits,
    SubsetInformation,
    SubsetIntervals,
    SubsetNumbers,
)
from .results.sx_pid import SxPID
from .results.target_bins import TargetBins
from .results.thresholds import UniqueDensity, unique_density
from .results.union_information import UnionInformation
from .runtime.config import show_config
from .solve.decomposition import decompose_many, decompose_marginals
from .solve.union.from_marginals import union_information_from_marginals
from .solve.union.from_table import union_information_from_table
from .workflows.ablation.ablation_report import ablation_report
from .workflows.ablation.cases import AblationCase
from .workflows.ablation.result import AblationReport
from .workflows.conditional.conditional_pid import conditional_pid
from .workflows.conditional.given_kept import GivenKept
from .workflows.conditional.result import ConditionalPID
from .workflows.decisions.candidates import (
    CandidateProbabilities,
    candidate_probabilities,
)
from .workflows.decisions.decision_pid import decision_pid
from .workflows.decisions.decisions import Consistency
from .workflows.decisions.result import DecisionPID
from .workflows.families.model_profiles import model_profiles
from .workflows.families.result import ModelProfiles
from .workflows.grid.profile_grid import profile_grid
from .workflows.grid.result import ProfileGrid
from .workflows.pairs.feature_pairs import feature_pairs
from .workflows.pairs.result import FeaturePairs
from .workflows.recombined.recombined_pid import recombined_pid
from .workflows.recombined.result import RecombinedPID
from .workflows.samples.pointwise import PointwiseAtoms, PointwiseCells, pointwise
from .workflows.samples.sample_weights import SampleWeights, sample_weights
from .workflows.subsets.high_synergy_subsets import high_synergy_subsets
from .workflows.subsets.result import SynergySubsets
from .workflows.sweeps.agreement import agreement
from .workflows.sweeps.cluster_sweep import ClusterSweep, cluster_sweep
from .workflows.sweeps.dataset_profile import DatasetProfile, dataset_profile
from .workflows.sweeps.layer_profile import LayerProfile, layer_profile
from .workflows.sweeps.noise_sweep import NoiseSweep, noise_sweep

__all__ = [
    "PID",
    "AblationCase",
    "AblationReport",
    "Atoms",
    "BinnedTarget",
    "CandidateProbabilities",
    "ClassifierPID",
    "ClusterSweep",
    "Comparison",
    "ConditionalPID",
    "ConfidenceInterval",
    "Consistency",
    "ConvergenceWarning",
    "Counts",
    "CudaError",
    "CudaMemoryError",
    "DatasetProfile",
    "DecisionPID",
    "Dependence",
    "DiscretisationWarning",
    "Dual",
    "DuplicateRowsWarning",
    "FeaturePairs",
    "FewPermutationsWarning",
    "GaussianFitWarning",
    "GaussianPID",
    "GaussianUnion",
    "GivenKept",
    "InformationReadings",
    "Informations",
    "Kept",
    "Lattice",
    "LayerProfile",
    "ModelProfiles",
    "MultivariateInformation",
    "NoiseSweep",
    "OuterBounds",
    "PIDEstimator",
    "PermutationTest",
    "PermutationTests",
    "PointwiseAtoms",
    "PointwiseCells",
    "PosteriorPID",
    "ProfileGrid",
    "ProjectionWarning",
    "RandomAnswersWarning",
    "RecombinedPID",
    "SampleWeights",
    "SamplesPerCell",
    "SourceBits",
    "SubsetInformation",
    "SubsetIntervals",
    "SubsetNumbers",
    "SxPID",
    "SynergySubsets",
    "TargetBins",
    "UndersampledWarning",
    "UnionInformation",
    "UniqueDensity",
    "ZeroPValues",
    "__version__",
    "ablation_report",
    "adjust_pvalues",
    "agreement",
    "bin_target",
    "candidate_probabilities",
    "cluster_sweep",
    "co_information",
    "co_information_from_table",
    "compare",
    "conditional_pid",
    "convert",
    "cuda",
    "dataset_profile",
    "datasets",
    "decision_pid",
    "decompose",
    "decompose_many",
    "decompose_marginals",
    "feature_pairs",
    "gates",
    "gaussian_pid",
    "gaussian_pid_from_covariance",
    "gaussian_union",
    "gaussian_union_from_covariance",
    "high_synergy_subsets",
    "html_report",
    "layer_profile",
    "load",
    "loading",
    "model_profiles",
    "noise_sweep",
    "o_information",
    "o_information_from_table",
    "permutation_test",
    "pid",
    "plotting",
    "pointwise",
    "posterior_pid",
    "profile_grid",
    "recombined_pid",
    "sample_weights",
    "show_config",
    "sx_pid",
    "sx_pid_from_table",
    "union_information",
    "union_information_from_marginals",
    "union_information_from_table",
    "unique_density",
]
