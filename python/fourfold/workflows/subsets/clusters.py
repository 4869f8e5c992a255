# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Clusters of the sources' embeddings as columns that part the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.embeddings.estimator import PIDEstimator
from fourfold.embeddings.steps import pipeline
from fourfold.workflows.subsets.slices import Column

if TYPE_CHECKING:
    import numpy as np

__all__ = ["cluster_columns"]


def cluster_columns(
    first: np.ndarray, second: np.ndarray, number: int, seed: int
) -> list[Column]:
    """K-means of each source, standardised, which sees nothing of the target."""
    found = []
    for name, source in (("x1", first), ("x2", second)):
        if len(source) < number:
            msg = f"n_clusters: {number} were asked for, but {name} has {len(source)} rows"
            raise ValueError(msg)
        codes = pipeline(PIDEstimator(), source, name, number, seed).fit_predict(source)
        found.append(
            Column(
                f"cluster of {name}", codes, [f"cluster {k} of {name}" for k in range(number)]
            )
        )
    return found
