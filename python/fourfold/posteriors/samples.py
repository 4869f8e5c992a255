# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What `ClassifierPID.fit` was given, read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fourfold.counts.binned_target import binned
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_host
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.random_state import drawn_seeds
from fourfold.inputs.target import read_target, require_target
from fourfold.posteriors.cross_fitting import CrossFitting
from fourfold.posteriors.rows import read_groups, read_weights
from fourfold.posteriors.target import Target, as_target, class_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.results.target_bins import TargetBins

__all__ = ["Samples", "read_samples"]


class Samples(NamedTuple):
    """Rows of all sources.

    Attributes
    ----------
    sources : list of ndarray, (N, d_i) each
    target : Target
    groups : ndarray of int (N,) or None
    names : ndarray
        Of the classes.
    bins : TargetBins or None
    seeds : list of int
        Of the folds, of those of the pools, and of the models.
    """

    sources: list[np.ndarray]
    target: Target
    groups: np.ndarray | None
    names: np.ndarray
    bins: TargetBins | None
    seeds: list[int]

    def fitting(self, estimator: Any, classifiers: dict[str, Any]) -> CrossFitting:
        """With the folds and the features."""
        return CrossFitting(
            self.sources,
            self.target,
            self.groups,
            self.names,
            **classifiers,
            cv=estimator.cv,
            n_jobs=estimator.n_jobs,
            seeds=self.seeds,
        )


def read_samples(
    estimator: Any,
    sources: Mapping[str, Any],
    y: Any,
    groups: Any,
    sample_weight: Any,
    classifiers: dict[str, Any],
) -> Samples:
    """The arguments of `ClassifierPID.fit`, sources by what messages call them, or raise."""
    # these standardise safely; others are shown the sources as they are
    safe = all(isinstance(one, str) for one in classifiers.values())
    read = [
        read_embedding(on_host(X, name), name, any_scale=safe) for name, X in sources.items()
    ]
    require_target(y)
    y, bins = binned(on_host(y, "y"), estimator.target_bins)
    codes, _ = read_target(y, device=False)
    lengths = {name: len(x) for name, x in zip(sources, read, strict=True)}
    n = check_same_length(**lengths, y=len(codes))
    names = class_names(y, codes)
    codes = codes[:, names] if codes.ndim == 2 else np.unique(codes, return_inverse=True)[1]
    if len(names) < 2:
        msg = f"y: all rows have one class, {str(names[0])!r}; expected at least two classes"
        raise ValueError(msg)
    first = next(iter(sources))
    grouped = read_groups(groups, n, first)
    *seeds, of_labels = drawn_seeds(estimator.random_state, 4)
    weights = read_weights(sample_weight, n, first)
    target = as_target(codes, len(names), weights, of_labels)
    return Samples(read, target, grouped, names, bins, seeds)
