# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Rows to the clusters that were fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fourfold.embeddings.quantile_bins import QuantileBins
from fourfold.inputs.column_names import check_column_names
from fourfold.inputs.device import on_device, place_of
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import as_precise
from fourfold.inputs.sources import fitted_names

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from fourfold.embeddings.steps import FittedSteps

__all__ = ["fitted_columns", "labels_of_both", "n_states"]

#: Rows of one product of matrices.
_OF_COMPONENTS = 2**11
_OF_DISTANCES = 2**8


def labels_of_both(estimator: FittedSteps, X1: Any, X2: Any) -> tuple[Any, Any]:
    """Clusters of both sources; raises as `PIDEstimator.transform`."""
    with place_of(X1=X1, X2=X2).device:
        first = fitted_columns(estimator, X1, "X1", 0)
        second = fitted_columns(estimator, X2, "X2", 1)
        return _labels(estimator.pipeline1_, first), _labels(estimator.pipeline2_, second)


def n_states(steps: Pipeline) -> int:
    """How many clusters there are, whether or not any row is in them."""
    clusterer = steps[-1]
    if isinstance(clusterer, QuantileBins):
        return len(clusterer.edges_) + 1
    return len(clusterer.cluster_centers_)


def fitted_columns(estimator: FittedSteps, values: Any, name: str, source: int) -> Any:
    """As many columns as were fitted, and in their precision, which K-means insists on."""
    columns = estimator._n_columns[source]
    there = on_device(getattr(estimator, "labels1_", None))
    if on_device(values) and not there:
        msg = (
            f"{name}: is in the memory of a CUDA device, but the estimator was fitted to "
            "arrays of the host"
        )
        raise ValueError(msg)
    if estimator.sources is None:
        fitted = fitted_names(estimator, source)
        check_column_names(fitted, values, name, type(estimator).__name__)
    array = read_embedding(values, name, device=there, whole=False)
    if array.shape[1] != columns:
        msg = f"{name}: has {array.shape[1]} columns, expected the {columns} that were fitted"
        raise ValueError(msg)
    clusterer = (estimator.pipeline1_, estimator.pipeline2_)[source][-1]
    if isinstance(clusterer, QuantileBins):
        return array
    return as_precise(array, clusterer.cluster_centers_.dtype, name)


def _labels(steps: Pipeline, array: Any) -> Any:
    """Clusters of rows; on the host that of a row does not depend on the rows beside it.

    A product of matrices rounds otherwise where it has another number of rows. So all have as many,
    the last filled up with zeros: components here, and distances to clusters in scikit-learn, which
    takes `_OF_DISTANCES` rows at a time. The other steps are of each number or row by itself.
    """
    *before, clusterer = (step for _, step in steps.steps)
    if on_device(array) or isinstance(clusterer, QuantileBins):
        return steps.predict(array)
    rows = len(array)
    array = _filled(array, _OF_DISTANCES)
    for step in before:
        if hasattr(step, "components_"):
            full = _filled(array, _OF_COMPONENTS)
            parts = np.split(full, range(_OF_COMPONENTS, len(full), _OF_COMPONENTS))
            array = np.concatenate([step.transform(part) for part in parts])[: len(array)]
        else:
            array = step.transform(array)
    return clusterer.predict(array)[:rows]


def _filled(array: np.ndarray, multiple: int) -> np.ndarray:
    """As many rows as a multiple, those that are missing of zeros; contiguous."""
    missing = -len(array) % multiple
    if not missing:
        return np.ascontiguousarray(array)
    full = np.zeros((len(array) + missing, array.shape[1]), array.dtype)
    full[: len(array)] = array
    return full
