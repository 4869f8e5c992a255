# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What two modalities tell about the target of each of several data sets."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

from fourfold.embeddings.options import ClusteringOptions, takes_clustering
from fourfold.workflows.decoding.plans import planned
from fourfold.workflows.sweeps.batch import sweep_seeds
from fourfold.workflows.sweeps.profile_cases import Case, decompose_cases
from fourfold.workflows.sweeps.sweep import Sweep

__all__ = ["DatasetProfile", "dataset_profile"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class DatasetProfile(Sweep):
    """Atoms of each data set, in bits; made by `fourfold.dataset_profile`.

    Attributes
    ----------
    datasets : tuple of str
        The L data sets, in the order they were given.
    atoms, mi_joint, by_seed, contributions
        Of each data set; see `fourfold.ClusterSweep`.
    estimator : str
        "decoded by classifiers (fast)", of how many clusters, or "of Gaussian copulas".
    decoded : tuple or None
        Where classifiers decode the atoms: `standard_error` of sampling alone, `held_out`
        informations and `outer_bounds`, each of arrays (L,).
    gaussian : tuple or None
        Of Gaussians, see `fourfold.LayerProfile`.
    low, high, plug_in, bias, samples_per_cell, undersampled, contribution_intervals
        Of clusters, see `fourfold.ClusterSweep`, and but for counts of Gaussians; of classifiers None.
    results : tuple of tuple of PID
        ``results[dataset][seed]``.
    seeds, confidence_level
        Of the fits, and of their bounds or intervals.

    See Also
    --------
    fourfold.dataset_profile : Makes it.
    fourfold.agreement : That of a model with that of data sets.
    fourfold.LayerProfile : Of the layers of a model.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
    >>> asked = {"xor": (x1, x2, y), "left": (x1, x2, x1[:, 0] > 0)}
    >>> profile = ff.dataset_profile(asked, estimator=ff.PIDEstimator(2), n_seeds=1)
    >>> profile.datasets, profile.atoms.synergy.round(1).tolist()
    (('xor', 'left'), [1.0, 0.0])
    >>> ax = profile.plot()
    """

    _index: ClassVar[str] = "dataset"

    datasets: tuple[str, ...]

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "data set", list(self.datasets)


@takes_clustering
def dataset_profile(
    datasets: Mapping[Any, Any],
    *,
    estimator: Any = "classifier",
    n_clusters: int | tuple[int, int] | None = None,
    n_seeds: int | None = None,
    bias_correction: str | None = None,
    n_resamples: int | None = None,
    confidence_level: float | None = None,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> DatasetProfile:
    """Decompose what two embeddings tell about the target of each of several data sets.

    Parameters
    ----------
    datasets : mapping
        From name to (x1, x2, y): embeddings (N, d1) and (N, d2), and labels (N,) or rows of
        probabilities (N, K_Y); with ``estimator="gaussian"`` numbers (N,) or (N, d). Data sets may differ in all of these. For subsets of one data
        set: ``{name: (x1[rows], x2[rows], y[rows]) for name, rows in subsets.items()}``.
        Classifiers, clusters or Gaussians are fitted to each data set on its own.
    estimator : {"classifier", "kmeans", "gaussian"}, ClassifierPID, PIDEstimator or partial
        As in `fourfold.layer_profile`.
    n_clusters : int or (int, int), optional
        As in `fourfold.layer_profile`.
    n_seeds : int, optional
        As in `fourfold.layer_profile`.
    bias_correction, n_resamples, confidence_level : str, int and float, optional
        As in `fourfold.layer_profile`.
    preprocess, n_components, clusterer, n_init, held_out : str, int, str, int and float
        Of "kmeans", as in `PIDEstimator`.
    target_bins : int, True or array_like, optional
        As in `fourfold.pid`; a number is of the rows of each data set.
    tol, max_iter, num_threads : float, int and int
        As in `fourfold.decompose`.
    dtype, device : dtype and str
        Of "kmeans", as in `PIDEstimator`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    DatasetProfile
        The atoms of each data set in bits, with a row for each in `to_frame`.

    Raises
    ------
    ValueError
        If there is no data set, two have the same name as text, one is not a triple, an option
        is none of the estimator, or as its `fit`, with the name of the data set.
    TypeError
        If `datasets` is not a mapping, or as the `fit` of the estimator.

    Warns
    -----
    UndersampledWarning, ConvergenceWarning
        Once, naming data sets that are undersampled; and if a gap of the solver is above `tol`.

    See Also
    --------
    fourfold.layer_profile : Layers of a model.
    fourfold.agreement : How much of what a data set asks for a model delivers.
    fourfold.high_synergy_subsets : Subsets of one data set.

    References
    ----------
    Liang et al., "Quantifying & modeling multimodal interactions", NeurIPS 2023, arXiv 2302.12247:
    the atoms of many data sets side by side. Decoded atoms: docs/embeddings.md. The measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    >>> import fourfold as ff
    >>> digits = tuple(part[:400] for part in ff.datasets.digits_halves())
    >>> profile = ff.dataset_profile({"wine": ff.datasets.wine(), "digits": digits}, n_seeds=1)
    >>> profile.datasets[profile.atoms.redundancy.argmax()]
    'digits'
    """
    plan = planned(
        "dataset_profile",
        estimator,
        clustering,
        n_seeds=n_seeds,
        cluster_seeds=3,
        closed_form=True,
        n_clusters=n_clusters,
        bias_correction=bias_correction,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
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
    seeds, _ = sweep_seeds(random_state, plan.n_seeds)
    cases = []
    for name, data in datasets.items():
        try:
            x1, x2, y = data
        except (TypeError, ValueError) as error:
            msg = f"datasets: {name!r} must be (x1, x2, y)"
            raise ValueError(msg) from error
        cases.append(Case(f"data set {str(name)!r}", x1, x2, y))
    fields = decompose_cases(cases, plan, seeds, "data sets")
    return DatasetProfile(**fields, datasets=names)
