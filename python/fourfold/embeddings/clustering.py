# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two embeddings clustered: labels of all rows, and the rows that are to be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from fourfold.counts.binned_target import binned
from fourfold.counts.samples import read_samples
from fourfold.embeddings.chosen_clusters import choose, is_auto
from fourfold.embeddings.rows import rows_of, split
from fourfold.embeddings.seeds import seeds_from
from fourfold.embeddings.steps import pipeline
from fourfold.embeddings.weights import read_row_weights, weighted_cells, with_weight
from fourfold.exceptions import DiscretisationWarning
from fourfold.inputs.arrays import check_same_length
from fourfold.inputs.device import on_device, place_of
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.numbers import positive_int
from fourfold.inputs.target import read_target, require_target
from fourfold.runtime.caller import warn_once
from fourfold.runtime.jobs import quiet

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from fourfold.counts.cells import Cells
    from fourfold.counts.samples import Samples
    from fourfold.embeddings.chosen_clusters import Choice
    from fourfold.embeddings.steps import Steps
    from fourfold.results.target_bins import TargetBins

__all__ = ["Clustering", "cluster", "cluster_counts"]


class Clustering(NamedTuple):
    """What was found.

    Attributes
    ----------
    labels1, labels2 : array of shape (N,)
        Clusters of all rows.
    rows : ndarray of shape (M,)
        Those to count, sorted.
    y : array_like
        The target, as it was given, or its bins.
    target : pair of array and int
        As it was read, in the memory of a device where anything was.
    seed : int
        Of what is drawn of them.
    pipelines : pair of sklearn.pipeline.Pipeline
        The fitted steps.
    columns : pair of int
        Of the embeddings.
    n_clusters : pair of int
        That were asked for, or chosen.
    sources : pair of array, shapes (N, d1) and (N, d2)
        The embeddings, as they were read.
    choice : Choice or None
        What they were chosen by.
    weights : ndarray of shape (N,) or None
        How many samples each row counts for, where not one.
    bins : TargetBins or None
        That the target was put into.
    """

    labels1: Any
    labels2: Any
    rows: np.ndarray
    y: Any
    target: tuple[Any, int]
    seed: int
    pipelines: tuple[Pipeline, Pipeline]
    columns: tuple[int, int]
    n_clusters: tuple[int, int]
    sources: tuple[Any, Any]
    choice: Choice | None
    weights: np.ndarray | None = None
    bins: TargetBins | None = None

    @property
    def held_out_information(self) -> dict[tuple[int, int], float] | None:
        """What each pair of numbers that was tried tells of rows that were not counted, in bits."""
        if self.choice is None:
            return None
        return {pair: one.bits for pair, one in self.choice.told.items()}

    @property
    def effective_samples(self) -> float | None:
        """As how many samples of one weight the counted rows count, where these have weights."""
        if self.weights is None:
            return None
        weights = self.weights[self.rows].astype(np.float64)
        return float(weights.sum() ** 2 / (weights @ weights))

    def samples(self, y: Any = None, block: int = 1) -> Cells | Samples:
        """The rows to count, with another target if one is given; see `Samples` for `block`."""
        x1, x2, target = self.labels1, self.labels2, self.y if y is None else y
        if self.weights is not None:
            return weighted_cells(x1, x2, target, self.rows, self.weights)
        read = self.target if y is None else None
        if len(self.rows) < len(x1):  # states that none of these have are none
            x1, x2, target = (rows_of(column, self.rows) for column in (x1, x2, target))
            read = None
        device = on_device(self.target[0])
        return read_samples(x1, x2, target, block, device=device, target=read)


def cluster(steps: Steps, X1: Any, X2: Any, y: Any, sample_weight: Any = None) -> Clustering:
    """Cluster both sources; raises as `PIDEstimator.fit`, of y too, before that is begun."""
    require_target(y)
    check_aligned(X1=X1, X2=X2, y=y)
    y, bins = binned(y, steps.target_bins)
    place = place_of(X1=X1, X2=X2, y=y)
    with place.device:
        there = on_device(X1) or on_device(X2)
        first = read_embedding(X1, "X1", device=there)
        second = read_embedding(X2, "X2", device=there)
        target = read_target(y, device=bool(place.names))
        n = check_same_length(X1=len(first), X2=len(second), y=len(target[0]))
        chosen = is_auto(steps.n_clusters)
        counts = (1, 1) if chosen else cluster_counts(steps.n_clusters)
        seeds = seeds_from(steps.random_state)
        rows = split(steps.held_out, n, seeds.held_out)
        weights = read_row_weights(sample_weight, target[0])
        if weights is not None:
            rows = with_weight(rows, weights)
        for name, count in zip(("X1", "X2"), counts, strict=True):
            if count > len(rows.fitted):
                msg = (
                    f"n_clusters: {count} clusters were asked for of {name}, which has only "
                    f"{len(rows.fitted)} rows (n_samples={len(rows.fitted)}) to fit them to; "
                    "expected at most as many clusters as rows"
                )
                raise ValueError(msg)

        def unfitted(counts: tuple[int, int]) -> tuple[Pipeline, Pipeline]:
            return (
                pipeline(steps, first, "X1", counts[0], seeds.first),
                pipeline(steps, second, "X2", counts[1], seeds.second),
            )

        pipelines, choice = unfitted(counts), None
        if chosen:
            choice = choose(pipelines, (first, second), target, rows, seeds)
            counts = choice.n_clusters
            pipelines = unfitted(counts)
        labels1, labels2 = (
            _labels(fitted, source, rows.fitted, name)
            for name, fitted, source in zip(
                ("X1", "X2"), pipelines, (first, second), strict=True
            )
        )
        columns = first.shape[1], second.shape[1]
        return Clustering(
            labels1, labels2, rows.counted, y, target, seeds.resampling, pipelines, columns,
            counts, (first, second), choice, weights, bins,
        )  # fmt: skip


def _labels(steps: Pipeline, source: Any, fitted: np.ndarray, name: str) -> Any:
    """Clusters of all rows; those of rows that are fitted are not looked for again.

    Fewer different rows than clusters are told of by the source: scikit-learn knows no name.
    """
    with quiet(ConvergenceWarning):
        if len(fitted) == len(source):
            labels = steps.fit_predict(source)
        else:
            labels = steps.fit(rows_of(source, fitted)).predict(source)
    asked = getattr(steps[-1], "n_clusters", 0)  # bins tell of ties by themselves
    if not on_device(source) and len(np.unique(labels[fitted])) < asked:
        found = len(np.unique(source[fitted], axis=0))
        if found < asked:
            msg = (
                f"{name}: has only {found} different rows, so that of {asked} clusters "
                f"{asked - found} are empty"
            )
            warn_once(msg, DiscretisationWarning)
    return labels


def cluster_counts(n_clusters: Any) -> tuple[int, int]:
    """Those of both sources, of one integer or a pair of them."""
    pair = n_clusters if isinstance(n_clusters, (tuple, list)) else (n_clusters, n_clusters)
    if len(pair) != 2:
        msg = f"n_clusters: expected an integer or a pair of integers, got {n_clusters!r}; 'auto' is for both"
        raise ValueError(msg)
    first, second = (positive_int(count, "n_clusters") for count in pair)
    return first, second
