# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Clusters learnt from blocks of embeddings, each of which is seen once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA, IncrementalPCA
from sklearn.pipeline import Pipeline, make_pipeline

from fourfold.embeddings.chosen_clusters import is_auto
from fourfold.embeddings.clustering import cluster_counts
from fourfold.embeddings.labelling import fitted_columns
from fourfold.embeddings.seeds import seeds_from
from fourfold.embeddings.steps import pipeline
from fourfold.inputs.blocks import Block, Blocks, in_block
from fourfold.inputs.column_names import check_column_names
from fourfold.inputs.device import place_of
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.sources import fitted_names, remember_names
from fourfold.runtime.progress import progress

if TYPE_CHECKING:
    from fourfold.embeddings.steps import FittedSteps

__all__ = ["learn_blocks"]

#: Rows of the first block that clusters are started from.
_MOST_ROWS = 10_000
#: Rows of one step of the clusters: of fewer, as many steps take longer and find no better ones.
#: Blocks that are smaller wait for the next ones.
_BATCH = 4096
#: Parameters that may not change from one block to the next.
_FIXED = "n_clusters", "preprocess", "n_components", "clusterer"
#: What is left by `fit`, after which all begins anew.
_OF_FIT = (
    "result_", "target_bins_", "labels1_", "labels2_", "counted_", "held_out_information_", "n_iter_", "_seen"
)  # fmt: skip


def learn_blocks(estimator: FittedSteps, blocks: Blocks) -> None:
    """Learn what all blocks have; raises as `PIDEstimator.partial_fit`."""
    _check(estimator)
    waiting: list[list[np.ndarray]] = []
    rows = 0
    with progress(blocks.rows, "learn", "rows") as bar:
        for block in blocks:
            with in_block(block, blocks):
                waiting.append(_read(estimator, block, waiting))
            rows += block.rows
            if rows >= _BATCH:
                _learn_rows(estimator, waiting)
                waiting, rows = [], 0
            else:  # the arrays may be filled with the next rows
                waiting[-1] = [array.copy() for array in waiting[-1]]
            bar.update(block.rows)
        if waiting:
            _learn_rows(estimator, waiting)


def _check(estimator: FittedSteps) -> None:
    """Raise where what is asked for needs all rows at once, or changed since the first block."""
    sample = "or fit to a sample of the rows, and then count all of them"
    if is_auto(estimator.n_clusters):
        msg = (
            "n_clusters: 'auto' holds rows out, which partial_fit does not keep; expected a number "
            f"or a pair of them, {sample}"
        )
        raise ValueError(msg)
    if estimator.clusterer == "quantile":
        msg = (
            "clusterer: 'quantile' sorts all rows, which partial_fit does not keep; expected "
            f"'kmeans' or 'minibatch', {sample}"
        )
        raise ValueError(msg)
    if estimator.held_out != 0:
        msg = (
            f"held_out: {estimator.held_out!r} counts rows that clusters are not fitted to, but "
            "partial_fit counts none; expected 0, and other rows for count"
        )
        raise ValueError(msg)
    if not hasattr(estimator, "n_samples_seen_"):
        return
    for name, value in estimator._learnt_with.items():
        if getattr(estimator, name) != value:
            msg = (
                f"{name}: is {getattr(estimator, name)!r}, but was {value!r} of the first rows that "
                "partial_fit saw; expected sklearn.base.clone(estimator) to begin anew"
            )
            raise ValueError(msg)


def _read(
    estimator: FittedSteps, block: Block, waiting: list[list[np.ndarray]]
) -> list[np.ndarray]:
    """Both sources of a block, as what was fitted has them, or else the blocks that wait."""
    for name in place_of(X1=block.x1, X2=block.x2).names:
        msg = (
            f"{name}: is in the memory of a CUDA device, whose K-means takes all rows at once; "
            "expected arrays of the host, or fit to a sample of the rows, and then count"
        )
        raise ValueError(msg)
    named = ("X1", block.x1), ("X2", block.x2)
    if hasattr(estimator, "n_samples_seen_"):
        return [
            fitted_columns(estimator, values, name, k) for k, (name, values) in enumerate(named)
        ]
    if waiting:
        for k, (name, values) in enumerate(named):
            check_column_names(
                fitted_names(estimator, k), values, name, type(estimator).__name__
            )
    else:
        remember_names(estimator, block.x1, block.x2)
    arrays = [read_embedding(values, name, whole=False) for name, values in named]
    for (name, _), array, other in zip(
        named, arrays, waiting[0] if waiting else arrays, strict=True
    ):
        if array.shape[1] != other.shape[1]:
            msg = f"{name}: has {array.shape[1]} columns, expected {other.shape[1]}, as before"
            raise ValueError(msg)
    return arrays


def _learn_rows(estimator: FittedSteps, blocks: list[list[np.ndarray]]) -> None:
    """Learn from some blocks as one: few rows are a bad start of clusters, and slow."""
    arrays = (
        blocks[0]
        if len(blocks) == 1
        else [np.concatenate(x) for x in zip(*blocks, strict=True)]
    )
    if not hasattr(estimator, "n_samples_seen_"):
        _begin(estimator, arrays)
    for steps, array in zip((estimator.pipeline1_, estimator.pipeline2_), arrays, strict=True):
        _learn(steps, array)
    estimator.n_samples_seen_ += len(arrays[0])


def _begin(estimator: FittedSteps, arrays: list[np.ndarray]) -> None:
    """Unfitted steps that can learn a block at a time."""
    counts = cluster_counts(estimator.n_clusters)
    seeds = seeds_from(estimator.random_state)
    first, second = (
        _steps(estimator, array, f"X{k + 1}", counts[k], seeds[k])
        for k, array in enumerate(arrays)
    )
    estimator.pipeline1_, estimator.pipeline2_ = first, second
    columns = arrays[0].shape[1], arrays[1].shape[1]
    estimator._n_columns = columns
    if estimator.sources is None:  # else it is that of the table
        estimator.n_features_in_ = columns
    estimator.n_clusters_ = counts
    estimator.n_samples_seen_ = 0
    estimator._learnt_with = {name: getattr(estimator, name) for name in _FIXED}
    for name in _OF_FIT:  # which are of other clusters
        if hasattr(estimator, name):
            delattr(estimator, name)


def _steps(
    estimator: FittedSteps, source: np.ndarray, name: str, n_clusters: int, seed: int
) -> Pipeline:
    if n_clusters > len(source):
        msg = (
            f"n_clusters: {n_clusters} clusters were asked for of {name}, which has only "
            f"{len(source)} rows (n_samples={len(source)}) in the first block, where they start; "
            "expected at least as many rows there"
        )
        raise ValueError(msg)
    *before, (_, clusterer) = pipeline(estimator, source, name, n_clusters, seed).steps
    # n_init is of the whole K-means that its centres start from
    clusterer = MiniBatchKMeans(n_clusters, n_init=clusterer.n_init, random_state=seed)
    reduced = (
        IncrementalPCA(step.n_components) if isinstance(step, PCA) else step
        for _, step in before
    )
    return make_pipeline(*reduced, clusterer)


def _learn(steps: Pipeline, array: np.ndarray) -> None:
    """Update scales, then components, then clusters."""
    *before, clusterer = (step for _, step in steps.steps)
    begun = hasattr(clusterer, "cluster_centers_")
    learning = [step for step in before if hasattr(step, "partial_fit")]
    centres = clusterer.cluster_centers_ if begun else None
    if begun:
        for step in reversed(learning):
            centres = step.inverse_transform(centres)
    for step in before:
        if step not in learning:
            step.fit(array)  # each row by itself
        elif len(array) >= getattr(
            step, "n_components", 1
        ):  # fewer rows have no such components
            step.partial_fit(array)
        array = step.transform(array)
    if not begun:
        _start(clusterer, array)
    else:  # the same places, by the scales and components of now
        for step in learning:
            centres = step.transform(centres)
        clusterer.cluster_centers_ = np.ascontiguousarray(centres, array.dtype)
    for start in range(0, len(array), _BATCH):
        clusterer.partial_fit(array[start : start + _BATCH])


def _start(clusterer: MiniBatchKMeans, array: np.ndarray) -> None:
    """Start the centres as the best of `n_init` clusterings of the first rows."""
    rows, seed = array, clusterer.random_state
    if len(rows) > _MOST_ROWS:
        rows = rows[np.random.default_rng(seed).choice(len(rows), _MOST_ROWS, replace=False)]
    whole = KMeans(clusterer.n_clusters, n_init=clusterer.n_init, random_state=seed).fit(rows)
    clusterer.set_params(init=whole.cluster_centers_, n_init=1)
