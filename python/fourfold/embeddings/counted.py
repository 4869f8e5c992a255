# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Blocks of embeddings counted by their clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.binned_target import wanted_edges
from fourfold.counts.counts import Counts
from fourfold.embeddings.labelling import labels_of_both, n_states
from fourfold.inputs.blocks import Blocks, in_block
from fourfold.runtime.progress import progress

if TYPE_CHECKING:
    from fourfold.embeddings.steps import FittedSteps

__all__ = ["count_blocks"]

_NOT_SEEN = "partial_fit reads no y, of which these were quantiles; bin_target(y).edges of a sample are edges"


def count_blocks(estimator: FittedSteps, blocks: Blocks) -> Counts:
    """How many rows are in each cell; all clusters are states, so that parts have the same."""
    pipelines = estimator.pipeline1_, estimator.pipeline2_
    clusters = [np.arange(n_states(steps)) for steps in pipelines]
    total = Counts(states=(*clusters, ()))
    bins = getattr(estimator, "target_bins_", None)  # of fit, not of partial_fit
    if bins is None:
        bins = wanted_edges(estimator.target_bins, _NOT_SEEN)
    with progress(blocks.rows, "count", "rows") as bar:
        for block in blocks:
            with in_block(block, blocks):
                labels = labels_of_both(estimator, block.x1, block.x2)
                total.update(*labels, block.y, target_bins=bins)
            bar.update(block.rows)
    return total
