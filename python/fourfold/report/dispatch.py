# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which picture for which result, and which sections of a page."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fourfold.inference.comparison import Comparison
from fourfold.report.html import gaussian_sections as of_gaussians
from fourfold.report.html import posterior_sections as of_posteriors
from fourfold.report.html import sections as of_results
from fourfold.report.html import union_sections as of_unions
from fourfold.report.html import workflow_sections as of_workflows
from fourfold.report.html.render import Section
from fourfold.report.plots import (
    bars,
    decoded,
    drops,
    gaussian,
    heat,
    pairs,
    profiles,
    shared,
    strata,
    subsets,
    sweeps,
    unions,
    use,
)
from fourfold.results.gaussian_pid import GaussianPID
from fourfold.results.pid import PID
from fourfold.results.posterior_pid import PosteriorPID
from fourfold.results.sx_pid import SxPID
from fourfold.results.unions import Unions
from fourfold.results.words import Names
from fourfold.workflows.ablation.result import AblationReport
from fourfold.workflows.conditional.result import ConditionalPID
from fourfold.workflows.decisions.result import DecisionPID
from fourfold.workflows.families.result import ModelProfiles
from fourfold.workflows.pairs.result import FeaturePairs
from fourfold.workflows.recombined.result import RecombinedPID
from fourfold.workflows.subsets.result import SynergySubsets
from fourfold.workflows.sweeps.cluster_sweep import ClusterSweep
from fourfold.workflows.sweeps.dataset_profile import DatasetProfile
from fourfold.workflows.sweeps.layer_profile import LayerProfile
from fourfold.workflows.sweeps.noise_sweep import NoiseSweep
from fourfold.workflows.sweeps.sweep import Sweep

__all__ = ["draw", "has_sections", "sections"]


@functools.singledispatch
def draw(result: Any, ax: Any = None, **_: Any) -> Any:  # noqa: ARG001
    """Draw a result into axes."""
    msg = f"result: there is no picture of a {type(result).__name__}"
    raise TypeError(msg)


@functools.singledispatch
def sections(result: Any, heading: str, names: Names, adjusted: Any) -> Iterable[Section]:  # noqa: ARG001
    """What a page says of a result; `adjusted` are its p-values, if it has any."""
    msg = f"result: there is no section for a {type(result).__name__}"
    raise TypeError(msg)


def has_sections(result: Any) -> bool:
    """Whether a page can show it."""
    return sections.dispatch(type(result)) is not sections.dispatch(object)


draw.register(PID, bars.plot)
draw.register(Unions, unions.plot_union)
draw.register(SxPID, shared.plot_shared)
draw.register(PosteriorPID, decoded.plot_decoded)
draw.register(GaussianPID, gaussian.plot_gaussian)
draw.register(ClusterSweep, sweeps.plot_clusters)
draw.register(NoiseSweep, sweeps.plot_noise)
draw.register(LayerProfile, profiles.plot_layers)
draw.register(DatasetProfile, profiles.plot_datasets)
draw.register(ConditionalPID, strata.plot_strata)
draw.register(AblationReport, drops.plot_drops)
draw.register(RecombinedPID, use.plot_use)
draw.register(ModelProfiles, heat.plot_models)
draw.register(SynergySubsets, subsets.plot_subsets)
draw.register(FeaturePairs, pairs.plot_pairs)

sections.register(PID, of_results.result_sections)
sections.register(PosteriorPID, of_posteriors.posterior_sections)
sections.register(GaussianPID, of_gaussians.gaussian_sections)
sections.register(Unions, of_unions.union_sections)
sections.register(Sweep, of_results.sweep_sections)
sections.register(LayerProfile, of_results.layer_sections)
sections.register(Mapping, of_results.tests_sections)
sections.register(Comparison, of_results.comparison_sections)
sections.register(DecisionPID, of_workflows.decision_sections)
sections.register(AblationReport, of_workflows.ablation_sections)
sections.register(RecombinedPID, of_workflows.use_sections)
sections.register(ModelProfiles, of_workflows.model_sections)
sections.register(SynergySubsets, of_workflows.subset_sections)
sections.register(FeaturePairs, of_workflows.pair_sections)


@sections.register
def _conditional_sections(
    found: ConditionalPID, heading: str, names: Names, adjusted: Any = None
) -> Iterator[Section]:
    """The mean over the strata as a result of its kind, and a row for each of them."""
    given = names._replace(target=f"{names.target} given T")
    yield from sections(found.result, heading, given, adjusted)
    if found.strata:
        yield from of_workflows.strata_sections(found, heading, names)
