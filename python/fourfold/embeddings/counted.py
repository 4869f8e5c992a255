# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Blocks of embeddings counted by their clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fourfold.counts.counts import Counts
from fourfold.embeddings.labelling import labels_of_both, n_states
from fourfold.inputs.blocks import Blocks, in_block
from fourfold.runtime.progress import progress

if TYPE_CHECKING:
    from fourfold.embeddings.steps import FittedSteps

__all__ = ["count_blocks"]


def count_blocks(estimator: FittedSteps, blocks: Blocks) -> Counts:
    """How many rows are in each cell; all clusters are states, so that parts have the same."""
    pipelines = estimator.pipeline1_, estimator.pipeline2_
    clusters = [np.arange(n_states(steps)) for steps in pipelines]
    total = Counts(states=(*clusters, ()))
    with progress(blocks.rows, "count", "rows") as bar:
        for block in blocks:
            with in_block(block, blocks):
                total.update(*labels_of_both(estimator, block.x1, block.x2), block.y)
            bar.update(block.rows)
    return total
