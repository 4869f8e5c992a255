# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Which picture for which result."""

from __future__ import annotations

import functools
from typing import Any

from fourfold import ablation_plot, plotting, profile_plot, sweep_plot
from fourfold.ablation_result import AblationReport
from fourfold.cluster_sweep import ClusterSweep
from fourfold.dataset_profile import DatasetProfile
from fourfold.layer_profile import LayerProfile
from fourfold.noise_sweep import NoiseSweep
from fourfold.result import PID

__all__ = ["draw"]


@functools.singledispatch
def draw(result: Any, ax: Any = None, **_: Any) -> Any:  # noqa: ARG001
    """Draw a result into axes."""
    msg = f"result: there is no picture of a {type(result).__name__}"
    raise TypeError(msg)


draw.register(PID, plotting.plot)
draw.register(ClusterSweep, sweep_plot.plot_clusters)
draw.register(NoiseSweep, sweep_plot.plot_noise)
draw.register(LayerProfile, profile_plot.plot_layers)
draw.register(DatasetProfile, profile_plot.plot_datasets)
draw.register(AblationReport, ablation_plot.plot_drops)
