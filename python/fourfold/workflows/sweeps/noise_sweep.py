# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How the atoms move as noise drowns one source."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from fourfold.embeddings.estimator import checked_options
from fourfold.embeddings.options import ClusteringOptions, takes_clustering
from fourfold.inputs.device import on_device, place_of
from fourfold.inputs.embedding import read_embedding
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.sources import takes_pair
from fourfold.results.words import Clusters
from fourfold.workflows.decoding.fits import Fitting, decode_each
from fourfold.workflows.decoding.plans import planned
from fourfold.workflows.sweeps.batch import (
    Sampled,
    clustered,
    counted_each,
    decompose_each,
    sampled,
    sweep_seeds,
)
from fourfold.workflows.sweeps.cluster_numbers import check_clusters, read_setting
from fourfold.workflows.sweeps.decoded import decoded_summary
from fourfold.workflows.sweeps.summary import summary
from fourfold.workflows.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from fourfold.embeddings.estimator import PIDEstimator
    from fourfold.inference.options import Inference

__all__ = ["NoiseSweep", "noise_sweep"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class NoiseSweep(Sweep):
    """Atoms in bits for several levels of noise on one source; see `noise_sweep`.

    Attributes
    ----------
    levels : ndarray, shape (L,)
        Standard deviation of the noise over that of the column it was added to.
    source : int
        The source that was made noisy, 1 or 2.
    n_clusters : int or (int, int), or None
        Clusters of both sources, or of each; None where classifiers decode the atoms.
    atoms, mi_joint, by_seed, contributions
        Of each level; see `fourfold.ClusterSweep`.
    estimator : str
        "decoded by classifiers (fast)", or of how many clusters.
    decoded : tuple or None
        Where classifiers decode the atoms: `standard_error` of sampling alone, `held_out`
        informations and `outer_bounds`, each of arrays (L,).
    low, high, plug_in, bias, samples_per_cell, undersampled, contribution_intervals
        Of clusters, see `fourfold.ClusterSweep`; of classifiers None.
        Intervals are for noise and clusters of any one seed.
    results : tuple of tuple of PID
        The fits, ``results[level][seed]``.
    seeds, confidence_level
        Of the fits, and of their bounds or intervals.

    See Also
    --------
    fourfold.noise_sweep : Makes it.
    fourfold.ClusterSweep : Numbers of clusters in place of levels of noise.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
    >>> sweep = ff.noise_sweep(x1, x2, y, (0, 4), estimator=ff.PIDEstimator(2), n_seeds=1)
    >>> sweep.levels.tolist(), sweep.atoms.synergy.round(1).tolist()
    ([0.0, 4.0], [1.0, 0.0])
    >>> ax = sweep.plot()  # the atoms against the level
    """

    _index: ClassVar[str] = "level"

    levels: np.ndarray
    source: int
    n_clusters: Clusters | None

    def _heading(self) -> str:
        return f"{super()._heading()}; {self._what()}"

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "noise", [f"{level:g}" for level in self.levels]

    def _settings(self) -> Any:
        return self.levels

    def notes(self) -> list[str]:
        """What was made noisy."""
        return [f"{self._what()}; in standard deviations of each column", *super().notes()]

    def _what(self) -> str:
        return f"noise on X{self.source}"


@takes_pair
@takes_clustering
def noise_sweep(
    X1: ArrayLike,
    X2: ArrayLike,
    y: ArrayLike,
    levels: Sequence[float] = (0, 0.25, 0.5, 1, 2, 4),
    *,
    source: int = 1,
    estimator: Any = "classifier",
    n_clusters: int | tuple[int, int] | None = None,
    n_seeds: int | None = None,
    bias_correction: str | None = None,
    n_resamples: int | None = None,
    confidence_level: float | None = None,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> NoiseSweep:
    """Decompose two embeddings while Gaussian noise is added to one of them.

    Each level is a `ClassifierPID`, or a `PIDEstimator`, fitted once a seed, to the source plus
    noise whose standard deviation in each column is the level times that of the column. The
    noise is drawn anew for each seed; at each level it is the same but for its size, as are the
    folds or the seeds of the clustering, so that levels differ by the noise only.

    Parameters
    ----------
    X1, X2 : array_like, shapes (N, d1) and (N, d2)
        Embeddings, as the `fit` of the estimator takes them; the noisy one in the memory of the
        host.
    y : array_like, shape (N,) or (N, K_Y)
        Labels, rows of probabilities, or numbers with `target_bins`.
    levels : sequence of float
        At least 0, for no noise. Constant columns stay as they are at any level.
    source : {1, 2}
        The source that is made noisy.
    estimator : {"classifier", "kmeans"}, ClassifierPID or PIDEstimator
        "classifier" is ``ClassifierPID("fast")``, as it is fitted many times; "kmeans" clusters.
        Of an instance copies are fitted, with a `random_state` for each seed, and options are
        set there.
    n_clusters : int or (int, int)
        Of "kmeans", 8 by default, as in `PIDEstimator`; `fourfold.cluster_sweep` recommends one.
    n_seeds : int
        Draws of noise, with folds or clusterings, for each level: by default 2 of classifiers,
        as a fit takes about a second at 2000 rows, and 5 of clusters. With 1 nothing is said of
        how much other noise, folds or clusters differ.
    bias_correction, n_resamples, confidence_level : str, int and float, optional
        As in `fourfold.layer_profile`.
    preprocess, n_components, clusterer, n_init, held_out : str, int, str, int and float
        Of "kmeans", as in `PIDEstimator`; the noise is added before all of them.
    target_bins : int, True or array_like, optional
        As in `fourfold.pid`.
    tol, max_iter, num_threads : float, int and int
        As in `fourfold.decompose`.
    dtype, device : dtype and str
        Of "kmeans", as in `PIDEstimator`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    NoiseSweep
        The atoms at each level in bits.

    Raises
    ------
    ValueError
        If `levels` is empty or holds what is no finite number of at least 0; if `source` is
        neither 1 nor 2, or is in the memory of a CUDA device; if there are more clusters than
        rows to fit them to; if an option is none of the estimator; else as its `fit`.
    TypeError
        As the `fit` of the estimator; if `levels` is not a sequence.

    Warns
    -----
    ConvergenceWarning
        Once, if the solver's gap of any fit is above `tol`. Of undersampled levels there is
        no warning: the result says which they are.

    See Also
    --------
    fourfold.ablation_report : What a model loses with a source that is noise, in accuracy.
    fourfold.cluster_sweep : Numbers of clusters in place of noise.

    Notes
    -----
    The interval of clusters is that of `fourfold.cluster_sweep`, for noise and clusters of any one
    seed.

    References
    ----------
    Decoded atoms: docs/embeddings.md; of clusters: docs/discretisation.md. The measure: Bertschinger, Rauh, Olbrich, Jost, Ay, Entropy 16 (2014).

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.wine()
    >>> sweep = ff.noise_sweep(x1, x2, y, (0, 8), n_seeds=1)
    >>> clean, noisy = sweep.atoms.unique1
    >>> bool(noisy < 0.2 * clean)
    True
    """
    plan = planned(
        "noise_sweep",
        estimator,
        clustering,
        n_seeds=n_seeds,
        cluster_seeds=5,
        n_clusters=n_clusters,
        bias_correction=bias_correction,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
    )
    sizes = _levels(levels)
    if isinstance(source, bool) or source not in (1, 2):
        msg = f"source: expected 1 or 2, got {source!r}"
        raise ValueError(msg)
    setting = None if plan.decodes else read_setting(plan.estimator.n_clusters)
    seeds, noises = sweep_seeds(random_state, plan.n_seeds)
    if on_device((X1, X2)[source - 1]):
        msg = (
            f"X{source}: the source that noise is added to is in the memory of a CUDA device; "
            "expected an array of the host"
        )
        raise ValueError(msg)
    check_aligned(X1=X1, X2=X2, y=y)
    first: Any = X1 if on_device(X1) else read_embedding(X1, "X1")
    second: Any = X2 if on_device(X2) else read_embedding(X2, "X2")
    clean: np.ndarray = (first, second)[source - 1]
    spread = _spread(clean)

    sent = first, second, spread, int(source)

    def given_to(level: float, seed: int) -> tuple[Any, ...]:
        return *sent, level, noises[seed], y

    if setting is None:
        decoded = decode_each(sizes, seeds, given_to, plan.estimator, "levels", _noisy)
        fields = decoded_summary(decoded, seeds, plan.confidence_level, plan.words)
    else:
        check_clusters([setting], plan.estimator.held_out, first, second)
        place = place_of(X1=first, X2=second, y=y)
        options, inference = checked_options(plan.estimator, place.names)
        jobs = [
            (plan.estimator, seeds[k], inference, *given_to(level, k))
            for level in sizes
            for k in range(len(seeds))
        ]
        counted = counted_each(_counted, jobs, "levels", at_home=bool(place.names))
        results = decompose_each(counted, len(seeds), options, inference)
        fields = summary(results, seeds, plan.confidence_level, plan.words)
    return NoiseSweep(**fields, levels=np.array(sizes), source=int(source), n_clusters=setting)


def _noisy(
    first: Any,
    second: Any,
    spread: np.ndarray,
    source: int,
    level: float,
    seed: np.random.SeedSequence,
    y: Any,
) -> Fitting:
    """Both sources, to one of which noise is added where it is fitted."""
    clean: np.ndarray = (first, second)[source - 1]
    noisy = clean
    if level > 0:
        noise = np.random.default_rng(seed).standard_normal(clean.shape)
        noisy = (clean + level * spread * noise).astype(clean.dtype)
    x1, x2 = (noisy, second) if source == 1 else (first, noisy)
    return Fitting("", x1, x2, y)


def _counted(estimator: PIDEstimator, seed: int, inference: Inference, *given: Any) -> Sampled:
    _, x1, x2, y, _ = _noisy(*given)
    return sampled(clustered(estimator, x1, x2, y, random_state=seed), inference)


def _levels(levels: Any) -> tuple[float, ...]:
    if isinstance(levels, str) or not np.iterable(levels):
        msg = f"levels: expected a sequence of numbers, got {levels!r}"
        raise TypeError(msg)
    sizes = []
    for level in levels:
        number = isinstance(level, (int, float, np.integer, np.floating))
        if not number or isinstance(level, bool) or not 0 <= level < math.inf:
            msg = f"levels: expected finite numbers of at least 0, got {level!r}"
            raise ValueError(msg)
        sizes.append(float(level))
    if not sizes:
        msg = "levels: expected at least one level of noise, got none"
        raise ValueError(msg)
    return tuple(sizes)


def _spread(values: np.ndarray) -> np.ndarray:
    """Standard deviation of each column, exactly 0 where it is constant."""
    # rounding may leave a constant column a little, which standardising would blow up
    return np.where(np.ptp(values, axis=0) > 0, values.std(axis=0, dtype=np.float64), 0.0)
