# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Numbers of clusters as settings, and whether there are rows for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.embeddings.clustering import cluster_counts
from fourfold.embeddings.rows import rows_to_fit
from fourfold.results.words import Clusters, setting_words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_clusters", "read_setting"]


def read_setting(n_clusters: Any) -> Clusters:
    """One number for both sources, or a pair; raises as `PIDEstimator.fit`."""
    pair = cluster_counts(n_clusters)
    return pair if isinstance(n_clusters, (tuple, list)) else pair[0]


def check_clusters(
    settings: Sequence[Clusters], held_out: Any, first: Any, second: Any
) -> None:
    """Raise where a setting has more clusters than there are rows to fit them to."""
    for name, source, position in (("X1", first, 0), ("X2", second, 1)):
        fitted = rows_to_fit(held_out, source.shape[0] if source.ndim else 0)
        for setting in settings:
            count = setting[position] if isinstance(setting, tuple) else setting
            if count > fitted:
                msg = (
                    f"n_clusters: {setting_words(setting)} asks for {count} clusters of "
                    f"{name}, which has only {fitted} rows to fit them to; expected at most "
                    "as many clusters as rows"
                )
                raise ValueError(msg)
