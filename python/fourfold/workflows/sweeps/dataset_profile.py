# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What two modalities tell about the target of each of several data sets."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Unpack

from fourfold.embeddings.options import ClusteringOptions, estimator_with, takes_clustering
from fourfold.workflows.sweeps.batch import sweep_seeds
from fourfold.workflows.sweeps.profile_cases import Case, decompose_cases
from fourfold.workflows.sweeps.summary import summary
from fourfold.workflows.sweeps.sweep import Sweep

__all__ = ["DatasetProfile", "dataset_profile"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class DatasetProfile(Sweep):
    """Atoms of each data set, in bits; made by `fourfold.dataset_profile`.

    Attributes
    ----------
    datasets : tuple of str
        The L data sets, in the order they were given.
    atoms, low, high, plug_in, bias, mi_joint, by_seed, samples_per_cell, undersampled
        Of each data set; see `fourfold.ClusterSweep`, likewise `contributions` and
        `contribution_intervals`.
    results : tuple of tuple of PID
        ``results[dataset][seed]``.
    seeds, confidence_level
        Of the clusterings, and of the intervals.
    """

    datasets: tuple[str, ...]

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "data set", list(self.datasets)


@takes_clustering
def dataset_profile(
    datasets: Mapping[Any, Any],
    *,
    n_clusters: int | tuple[int, int] = 8,
    n_seeds: int = 3,
    bias_correction: str = "auto",
    n_resamples: int = 200,
    confidence_level: float = 0.95,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> DatasetProfile:
    """Decompose what two embeddings tell about the target of each of several data sets.

    Parameters
    ----------
    datasets : mapping
        From name to (x1, x2, y): embeddings (N, d1) and (N, d2), and labels (N,) or rows of
        probabilities (N, K_Y). Data sets may differ in all of these. For subsets of one data
        set: ``{name: (x1[rows], x2[rows], y[rows]) for name, rows in subsets.items()}``.
        Clusters are fitted to each data set on its own.
    n_clusters, n_seeds, bias_correction, n_resamples, confidence_level
        As in `fourfold.layer_profile`.
    preprocess, n_components, clusterer, n_init, held_out
        As in `PIDEstimator`.
    tol, max_iter, num_threads, dtype, device
        As in `fourfold.decompose`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    DatasetProfile

    Raises
    ------
    ValueError
        If there is no data set, two have the same name as text, one is not a triple, or as
        `PIDEstimator.fit`, with its name.
    TypeError
        If `datasets` is not a mapping, or as `PIDEstimator.fit`.

    Warns
    -----
    UndersampledWarning, ConvergenceWarning
        Once, naming data sets that are undersampled; and if a certified gap is above `tol`.

    Examples
    --------
    >>> import fourfold as ff
    >>> data = {"wine": ff.datasets.wine(), "digits": ff.datasets.digits_halves()}
    >>> profile = ff.dataset_profile(data, n_clusters=4, n_seeds=1, n_resamples=0)
    >>> profile.datasets[profile.atoms.redundancy.argmax()]
    'wine'
    """
    estimator = estimator_with(
        "dataset_profile",
        clustering,
        bias_correction,
        n_resamples,
        confidence_level,
        n_clusters,
    )
    given: Any = datasets
    if not isinstance(given, Mapping):
        msg = (
            f"datasets: expected a mapping from name to (x1, x2, y), got {type(given).__name__}"
        )
        raise TypeError(msg)
    if not datasets:
        msg = "datasets: expected at least one data set, got none"
        raise ValueError(msg)
    names = tuple(map(str, datasets))
    if len(set(names)) < len(names):
        msg = f"datasets: two data sets have the same name as text: {list(datasets)!r}"
        raise ValueError(msg)
    seeds, _ = sweep_seeds(random_state, n_seeds)
    cases = []
    for name, data in datasets.items():
        try:
            x1, x2, y = data
        except (TypeError, ValueError) as error:
            msg = f"datasets: {name!r} must be (x1, x2, y)"
            raise ValueError(msg) from error
        cases.append(Case(f"data set {str(name)!r}", x1, x2, y))
    results = decompose_cases(cases, estimator, seeds, "data sets")
    fields = summary(results, seeds, confidence_level)
    return DatasetProfile(**fields, datasets=names)
