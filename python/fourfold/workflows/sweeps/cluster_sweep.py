# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The atoms against the number of clusters, and which number the samples support best."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Unpack

import numpy as np

from fourfold.counts.binned_target import binned, bins_words
from fourfold.counts.held_out_information import HeldOut, held_out_information
from fourfold.embeddings.estimator import checked_options
from fourfold.embeddings.options import ClusteringOptions, estimator_with, takes_clustering
from fourfold.embeddings.probed import ToProbe, probe_of, with_probe
from fourfold.embeddings.seeds import seeds_from
from fourfold.inputs.device import on_device, place_of, to_numpy
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.sources import takes_pair
from fourfold.inputs.target import read_target
from fourfold.posteriors.probe import Probe
from fourfold.results.frame import Line
from fourfold.results.kept import bounds_words
from fourfold.results.table import number
from fourfold.results.words import Clusters, setting_words
from fourfold.workflows.sweeps.batch import (
    Sampled,
    clustered,
    counted_each,
    decompose_each,
    sampled,
    sweep_seeds,
)
from fourfold.workflows.sweeps.cluster_numbers import check_clusters, read_setting
from fourfold.workflows.sweeps.recommendation import recommendation
from fourfold.workflows.sweeps.summary import summary
from fourfold.workflows.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.inference.options import Inference
    from fourfold.results.pid import PID
    from fourfold.results.table import Column

__all__ = ["ClusterSweep", "cluster_sweep"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ClusterSweep(Sweep):
    """Atoms for several numbers of clusters, and a recommended number; see `cluster_sweep`.

    Attributes
    ----------
    n_clusters : tuple of int or of (int, int)
        The L settings in the order that was asked for.
    atoms, plug_in, bias : Atoms of ndarray, each of shape (L,)
        Means over the seeds, in bits: the atoms, corrected as was asked for; those without
        any correction; the estimated bias of the latter, of those for which it is known, NaN
        where that is none.
    low, high : Atoms of ndarray, each of shape (L,), or None
        Confidence interval of each atom in bits, for clusters of any one seed; None where
        there is none.
    mi_joint : ndarray, shape (L,)
        I(X1,X2;Y) in bits, the sum of `atoms`.
    by_seed : ndarray, shape (L, n_seeds, 4)
        The atoms R, U1, U2, S of each fit, in bits, of which `atoms` is the mean.
    samples_per_cell : ndarray, shape (L,)
        Samples for each cell of the K1 x K2 x K_Y table, mean over the seeds.
    undersampled : ndarray of bool, shape (L,)
        Whether at least half of the seeds' results are, see `fourfold.PID`.
    contributions : ndarray, shape (L, 2)
        U1 / (U1 + U2) and U2 / (U1 + U2) of `atoms`, negative ones counted as zero; NaN where
        their sum is not larger than the certified gap.
    contribution_intervals : ndarray, shape (L, 2, 2), or None
        Low and high end of the interval of each contribution, for clusters of any one seed; 0
        and 1 where the data do not tell. None where `low` is.
    held_out : ndarray, shape (L,)
        Bits that the clusters tell about rows that were not counted, mean over the seeds; in
        expectation at most I(X1,X2;Y) of the embeddings. NaN for fewer than four samples.
    probe : Probe
        Bits that quick logistic regressions find in held-out rows of X1, of X2 and of both,
        `information` with its `standard_error`, and the `outer_bounds` that follow; `why_not`
        says why there is none. Of at most 10 000 rows, as in `PIDEstimator`.
    recommended : int, (int, int) or None
        The entry of `n_clusters` with the most `held_out`; None if that is not more than twice
        its error of sampling.
    reason : str
        Why, with the figures.
    results : tuple of tuple of PID
        The fits, ``results[setting][seed]``, with what each keeps of what the probe finds.
    seeds : tuple of int
        The `random_state` that a `PIDEstimator` needs to be that of each seed.
    confidence_level : float
        Of the intervals.

    See Also
    --------
    fourfold.cluster_sweep : Makes it.
    fourfold.PIDEstimator : Of one number of clusters.
    fourfold.NoiseSweep : Levels of noise in place of numbers of clusters.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
    >>> sweep = ff.cluster_sweep(x1, x2, y, (2, 4), n_seeds=1)
    >>> sweep.recommended, sweep.atoms.synergy.round(1).tolist()
    (2, [1.0, 1.0])
    >>> ax = sweep.plot()  # the atoms with their intervals against the number of clusters
    """

    _index: ClassVar[str] = "n_clusters"

    n_clusters: tuple[Clusters, ...]
    held_out: np.ndarray
    probe: Probe
    recommended: Clusters | None
    reason: str

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *self.notes()])

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "clusters", [*map(setting_words, self.n_clusters)]

    def _settings(self) -> Any:
        """Numbers, or words such as "8 x 16" where the sources have others."""
        same = all(isinstance(setting, int) for setting in self.n_clusters)
        return np.array(self.n_clusters) if same else super()._settings()

    def _lines(self) -> list[Line]:
        held_out = Line("held_out", "mi_joint", {"value": self.held_out})
        return [*super()._lines(), held_out]

    def notes(self) -> list[str]:
        """The recommended number, and why; and what holds of the embeddings."""
        best = "none" if self.recommended is None else setting_words(self.recommended)
        notes = [f"recommended n_clusters: {best}", self.reason]
        if self.probe.why_not:
            return notes
        binned = self.results[0][0].target_bins is not None
        return [*notes, bounds_words(self.probe.outer_bounds, binned=binned)]

    def _own_columns(self) -> list[Column]:
        """What the clusters tell about held-out rows."""
        return [("held-out", map(number, self.held_out))]

    def flags(self, k: int) -> list[str]:
        """What is to be said of a setting; of one that is recommended that, too."""
        own = ["recommended"] if self.n_clusters[k] == self.recommended else []
        return super().flags(k) + own


@takes_pair
@takes_clustering
def cluster_sweep(
    X1: ArrayLike,
    X2: ArrayLike,
    y: ArrayLike,
    n_clusters: Sequence[int | tuple[int, int]] = (4, 8, 16, 32, 64),
    *,
    n_seeds: int = 5,
    bias_correction: str = "auto",
    n_resamples: int | None = None,
    confidence_level: float | None = 0.95,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> ClusterSweep:
    """Decompose clusters of two embeddings, of several numbers of them, and recommend one.

    Few clusters throw information away, many leave few samples for each cell of the table, so
    that what was counted is mostly bias. Each setting is a `PIDEstimator` fitted once a seed. The
    atoms are those of the clusters, not of the embeddings; see `fourfold.ClassifierPID` for these.

    Parameters
    ----------
    X1, X2 : array_like, shapes (N, d1) and (N, d2)
        Embeddings, as `PIDEstimator.fit` takes them.
    y : array_like, shape (N,) or (N, K_Y)
        Labels, rows of probabilities, or numbers with `target_bins`.
    n_clusters : sequence of int or of (int, int)
        The settings: clusters of both sources, or of each.
    n_seeds : int
        Clusterings for each setting, with the same seeds for all of them. With 1 the
        intervals say nothing of how much clusters of other seeds differ; take at least 3.
    bias_correction : str
        As in `fourfold.pid`.
    n_resamples : int, optional
        As in `fourfold.pid`, by default 0 where one solve tells the errors, and else 200.
    confidence_level : float or None
        Of the intervals; None for no intervals.
    preprocess, n_components, clusterer, n_init, held_out : str, int, str, int and float
        As in `PIDEstimator`.
    target_bins : int, True or array_like, optional
        As in `fourfold.pid`.
    tol, max_iter, num_threads, dtype, device : float, int, int, dtype and str
        As in `fourfold.decompose`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    ClusterSweep
        The atoms of each setting in bits, `recommended` and its `reason`.

    Raises
    ------
    ValueError
        If `n_clusters` is empty or holds more clusters than there are rows to fit them to;
        else as `PIDEstimator.fit`.
    TypeError
        As `PIDEstimator.fit`; if `n_clusters` is not a sequence.

    Warns
    -----
    ConvergenceWarning
        Once, if the certified gap of any fit is above `tol`. Of undersampled settings there is
        no warning: the result says which they are.

    See Also
    --------
    fourfold.PIDEstimator : Clusters of one number; ``n_clusters="auto"`` takes what is recommended.
    fourfold.ClassifierPID : The atoms of the embeddings, not of clusters.
    fourfold.noise_sweep : Noise on one source.

    Notes
    -----
    The interval is for the atom of the population with clusters of any one seed. With e_s the
    corrected atom of seed s and [low_s, high_s] its interval, with m the mean of e_s it goes from
    and to::

        m - sqrt(mean of (e_s - low_s)**2  + z**2 variance of e_s over the seeds)
        m + sqrt(mean of (high_s - e_s)**2 + z**2 variance of e_s over the seeds)

    with the variance divided by ``n_seeds - 1`` and z the normal quantile of
    `confidence_level`; with one seed the second term is absent. Where most samples are alone
    in their cell, the interval takes in zero and the plug-in atom, as that of each fit does.

    Recommended is the setting whose clusters tell most about rows that were not counted::

        mean of log2 p(y|x1,x2) / p(y)

    with p from three quarters of the rows, of which p(y) counts as two more samples in each pair
    of clusters, on the last quarter, in turn. It is minus the held-out log loss but for H(Y). In
    expectation it is at most I(X1,X2;Y) of the clusters, and so of the embeddings: too few
    clusters tell little, of too many each pair was hardly seen. There is no threshold in it. It
    is the number that these samples support best, not one at which nothing is lost: the probe
    says how much more there is at least.

    References
    ----------
    How clusters lose information, and what sampling adds: docs/discretisation.md, docs/sampling.md. The
    measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.digits_halves()
    >>> sweep = ff.cluster_sweep(x1, x2, y, (4, 8), n_seeds=2)
    >>> sweep.recommended
    8
    """
    estimator = estimator_with(
        "cluster_sweep",
        clustering,
        bias_correction=bias_correction,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
    )
    settings = _settings(n_clusters)
    seeds, _ = sweep_seeds(random_state, n_seeds)
    check_aligned(X1=X1, X2=X2, y=y)
    first: Any = X1 if on_device(X1) else read_embedding(X1, "X1")
    second: Any = X2 if on_device(X2) else read_embedding(X2, "X2")
    check_clusters(settings, estimator.held_out, first, second)
    place = place_of(X1=first, X2=second, y=y)
    options, inference = checked_options(estimator, place.names)
    jobs = [
        (estimator, first, second, y, setting, seed, inference)
        for setting in settings
        for seed in seeds
    ]
    counted = counted_each(_counted, jobs, "settings", at_home=bool(place.names))
    columns = first.shape[1], second.shape[1]
    y, _ = binned(to_numpy(y) if on_device(y) else y, estimator.target_bins)
    target = read_target(y, device=False)
    to_probe = ToProbe(y, target, seeds_from(seeds[0]).resampling, columns)
    found = probe_of(to_probe, first, second, inference.level, together=True)
    told_of = [one.told for one in counted]
    results = decompose_each([one.sampled for one in counted], len(seeds), options, inference)
    results = tuple(tuple(_probed(one, found) for one in of_setting) for of_setting in results)
    words = bins_words(estimator.target_bins)
    fields = summary(results, seeds, inference.level, words and f"of clusters{words}")
    told = [
        HeldOut(*np.mean(told_of[k : k + len(seeds)], axis=0).tolist())
        for k in range(0, len(told_of), len(seeds))
    ]
    cells = 1 / fields["samples_per_cell"]
    poor = fields["undersampled"]
    recommended, reason = recommendation(settings, cells, told, poor, found)
    return ClusterSweep(
        **fields,
        n_clusters=settings,
        held_out=np.array([one.bits for one in told]),
        probe=found,
        recommended=recommended,
        reason=reason,
    )


class _Counted(NamedTuple):
    """Clusters that are counted, and what these tell of rows that were not."""

    sampled: Sampled
    told: HeldOut


def _counted(
    estimator: PIDEstimator,
    x1: Any,
    x2: Any,
    y: Any,
    setting: Clusters,
    seed: int,
    inference: Inference,
) -> _Counted:
    clustering = clustered(estimator, x1, x2, y, n_clusters=setting, random_state=seed)
    found = sampled(clustering, inference)
    return _Counted(
        found, held_out_information(found.samples, seed)
    )  # folds alike for all settings


def _probed(result: PID, found: Probe) -> PID:
    kept: Any = result.kept
    return dataclasses.replace(result, kept=with_probe(kept, found))


def _settings(n_clusters: Any) -> tuple[Clusters, ...]:
    if isinstance(n_clusters, str) or not np.iterable(n_clusters):
        msg = (
            f"n_clusters: expected a sequence of integers or pairs of them, got {n_clusters!r}"
        )
        raise TypeError(msg)
    settings = tuple(map(read_setting, n_clusters))
    if not settings:
        msg = "n_clusters: expected at least one number of clusters, got none"
        raise ValueError(msg)
    return settings
