# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is done to one embedding: scaled, reduced, clustered."""

from __future__ import annotations

from typing import Any, Protocol

from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from fourfold.embeddings import cuda_steps
from fourfold.embeddings.normalizer import Normalizer
from fourfold.embeddings.quantile_bins import QuantileBins
from fourfold.inputs.device import on_device
from fourfold.inputs.numbers import check_option, positive_int

__all__ = ["CLUSTERERS", "PREPROCESS", "FittedSteps", "Steps", "pipeline"]

PREPROCESS = {"standardize": StandardScaler, "l2": Normalizer, "none": None}
CLUSTERERS = {"kmeans": KMeans, "minibatch": MiniBatchKMeans, "quantile": QuantileBins}


class Steps(Protocol):
    """Parameters of `fourfold.PIDEstimator` that say how it clusters, as they were given."""

    n_clusters: Any
    preprocess: Any
    n_components: Any
    clusterer: Any
    n_init: Any
    held_out: Any
    target_bins: Any
    random_state: Any


class FittedSteps(Steps, Protocol):
    """The same with what was fitted, or is being learnt, by the names of `fourfold.PIDEstimator`."""

    sources: Any
    target_bins_: Any
    pipeline1_: Pipeline
    pipeline2_: Pipeline
    n_clusters_: tuple[int, int]
    n_features_in_: Any
    n_samples_seen_: int
    _n_columns: tuple[int, int]
    _learnt_with: dict[str, Any]


def pipeline(steps: Steps, source: Any, name: str, n_clusters: int, seed: int) -> Pipeline:
    """Unfitted steps for one source, called `name`; raises where they cannot be had of it."""
    scaler = PREPROCESS[check_option(steps.preprocess, "preprocess", tuple(PREPROCESS))]
    clusterer = CLUSTERERS[check_option(steps.clusterer, "clusterer", tuple(CLUSTERERS))]
    if clusterer is QuantileBins:
        _check_column(steps, source, name)
        return make_pipeline(QuantileBins(n_clusters))
    reducer: Any = PCA
    if on_device(source):  # of which a GPU takes all rows at once: no batches
        there = cuda_steps.steps()
        scaler = None if scaler is None else there[scaler.__name__]
        reducer, clusterer = there["PCA"], there["KMeans"]
    chosen: list[Any] = [] if scaler is None else [scaler()]
    if steps.n_components is not None:
        components = positive_int(steps.n_components, "n_components")
        if components > min(source.shape):
            msg = (
                f"n_components: {components} components were asked for of {name}, whose "
                f"shape is {source.shape}; expected at most {min(source.shape)}"
            )
            raise ValueError(msg)
        chosen.append(reducer(n_components=components, random_state=seed))
    n_init = positive_int(steps.n_init, "n_init")
    for step in chosen:
        if hasattr(step, "set_output"):  # frames are for those who ask this package for some
            step.set_output(transform="default")
    chosen.append(clusterer(n_clusters=n_clusters, n_init=n_init, random_state=seed))
    return make_pipeline(*chosen)


def _check_column(steps: Steps, source: Any, name: str) -> None:
    """Raise unless bins can be had, which do not depend on the scale of their one column."""
    if on_device(source):
        msg = f"clusterer: 'quantile' takes arrays of the host, but {name} is on a CUDA device"
        raise ValueError(msg)
    if source.shape[1] != 1:
        msg = (
            f"clusterer: 'quantile' bins one column, but {name} has shape {source.shape}; "
            "expected 'kmeans' or 'minibatch' for sources of several columns"
        )
        raise ValueError(msg)
    if steps.n_components is not None:
        msg = "n_components: with clusterer='quantile' there is one column, expected None"
        raise ValueError(msg)
    positive_int(steps.n_init, "n_init")
