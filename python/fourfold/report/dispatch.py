# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which picture for which result."""

from __future__ import annotations

import functools
from typing import Any

from fourfold.report.plots import bars, drops, profiles, sweeps
from fourfold.results.pid import PID
from fourfold.workflows.ablation.result import AblationReport
from fourfold.workflows.sweeps.cluster_sweep import ClusterSweep
from fourfold.workflows.sweeps.dataset_profile import DatasetProfile
from fourfold.workflows.sweeps.layer_profile import LayerProfile
from fourfold.workflows.sweeps.noise_sweep import NoiseSweep

__all__ = ["draw"]


@functools.singledispatch
def draw(result: Any, ax: Any = None, **_: Any) -> Any:  # noqa: ARG001
    """Draw a result into axes."""
    msg = f"result: there is no picture of a {type(result).__name__}"
    raise TypeError(msg)


draw.register(PID, bars.plot)
draw.register(ClusterSweep, sweeps.plot_clusters)
draw.register(NoiseSweep, sweeps.plot_noise)
draw.register(LayerProfile, profiles.plot_layers)
draw.register(DatasetProfile, profiles.plot_datasets)
draw.register(AblationReport, drops.plot_drops)
