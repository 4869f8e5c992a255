# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How to cluster, for workflows that leave it to `PIDEstimator`: its options, named once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from fourfold.embeddings.estimator import PIDEstimator

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["ClusteringOptions", "estimator_with", "takes_clustering"]

Function = TypeVar("Function", bound=Callable[..., Any])


class ClusteringOptions(TypedDict, total=False):
    """Keywords of `PIDEstimator` that a workflow hands on; its defaults are their defaults."""

    preprocess: str
    n_components: int | None
    clusterer: str
    n_init: int
    held_out: float
    target_bins: Any
    tol: float
    max_iter: int
    num_threads: int | None
    dtype: DTypeLike
    device: str


def takes_clustering(function: Function) -> Function:
    """Show each of the options, with its default, in the signature of such a workflow.

    That is what `help` and notebooks read; type checkers read ``Unpack[ClusteringOptions]``.
    """
    shown: Any = function
    signature = inspect.signature(function)
    of_estimator = inspect.signature(PIDEstimator).parameters
    *own, seed, _ = signature.parameters.values()
    options = [of_estimator[name] for name in ClusteringOptions.__annotations__]
    shown.__signature__ = signature.replace(parameters=[*own, *options, seed])
    return function


def estimator_with(
    workflow: str,
    clustering: ClusteringOptions,
    n_clusters: int | tuple[int, int] = 1,
    **inference: Any,
) -> PIDEstimator:
    """The estimator of a workflow, and what it infers.

    Of keywords that are no options it says what Python would.
    """
    for name in clustering:
        if name not in ClusteringOptions.__annotations__:
            msg = f"{workflow}() got an unexpected keyword argument {name!r}"
            raise TypeError(msg)
    return PIDEstimator(n_clusters, **inference, **clustering)
